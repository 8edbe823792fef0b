#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_group_network
short_description: Bind a serverless DataWorks resource group to a VPC
version_added: 0.1.0
description:
  - Binds a serverless resource group to a VPC and vSwitch and waits until the network is V(Running), or unbinds it
    and waits until it is gone.
  - A group may have networks in several VPCs, one per VPC here. The network that came with the group is never removed.
  - Exclusive resource groups are refused; they are bound in the DataWorks console only.
  - A VPC whose addresses overlap those of another network of the group is refused before any write.
  - Uses C(CreateNetwork), C(DeleteNetwork), C(GetNetwork), C(ListNetworks), C(ListResourceGroups),
    C(DescribeVSwitches), C(DescribeVpcs),
    and with O(record) C(TagResources) and C(UnTagResources).
options:
  resource_group:
    description: Name or id of the resource group.
    type: str
    required: true
  vpc_id:
    description: Id of the VPC, in the region of the resource group.
    type: str
    required: true
  vswitch:
    description: Id or name of a vSwitch of the VPC. The group's traffic comes from this vSwitch's CIDR block.
    type: str
    required: true
  state:
    description: Whether the binding exists.
    type: str
    choices: [present, absent]
    default: present
  record:
    description:
      - Mark a binding made here with a tag on the vSwitch, so that C(disconnect_rds.yml) can tell it from one that
        was there before.
      - A binding cannot carry a tag itself. Without permission to tag, the module warns and goes on.
    type: bool
    default: false
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.waiting
  - dataworks.network.attributes
  - dataworks.network.attributes.managing
"""

EXAMPLES = r"""
- name: Bind etl_prod to the VPC of the orders database
  dataworks.network.resource_group_network:
    region: cn-hangzhou
    resource_group: etl_prod
    vpc_id: vpc-bp1example
    vswitch: vsw-bp1example
    wait_timeout: 900
"""

RETURN = r"""
resource_group_id:
  description: Id of the resource group.
  returned: success
  type: str
  sample: Serverless_res_group_1234_5678
network:
  description: The binding; empty when it is absent, or planned in check mode.
  returned: success
  type: dict
  sample: {"id": 1001, "vpc_id": "vpc-bp1example", "vswitch_id": "vsw-bp1example", "status": "Running",
           "security_group_id": "sg-bp1example", "vswitch_cidr": "10.0.1.0/24", "zone": "cn-hangzhou-h"}
calls:
  description: API requests sent by the module, repeated ones included.
  returned: always
  type: dict
  contains:
    total:
      description: All requests.
      type: int
      sample: 4
    writes:
      description: Requests of operations that write; always 0 in check mode.
      type: int
      sample: 0
    by_product:
      description: Requests by product.
      type: dict
      sample: {"dataworks": 2, "vpc": 2}
    by_operation:
      description: Requests by operation.
      type: dict
      sample: {"dataworks:ListNetworks": 1}
"""

from ansible_collections.dataworks.network.plugins.module_utils.run.binding import network
from ansible_collections.dataworks.network.plugins.module_utils.run.module import run
from ansible_collections.dataworks.network.plugins.module_utils.run.options import WAIT_OPTIONS

OPTIONS = {
    "resource_group": {"type": "str", "required": True},
    "vpc_id": {"type": "str", "required": True},
    "vswitch": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "record": {"type": "bool", "default": False},
    **WAIT_OPTIONS,
}


def main() -> None:
    """Run the module."""
    run(network, OPTIONS)


if __name__ == "__main__":
    main()
