#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_group_info
short_description: Read the network settings of a DataWorks resource group
version_added: 0.1.0
description:
  - Reads one resource group with its networks (VPC, vSwitch, CIDR block, zone), its routes, and the EIPs that its
    traffic takes to the Internet.
  - Serverless groups show everything. For exclusive groups no API shows the binding, the routes and the EIP; look
    them up in the DataWorks console.
  - Uses C(ListResourceGroups), C(ListNetworks), C(ListRoutes), C(DescribeVSwitches), C(DescribeRouteEntryList),
    C(DescribeNatGateways)
    and C(DescribeSnatTableEntries).
options:
  resource_group:
    description: Name or id of the resource group. A name that several groups have is refused with the list of them.
    type: str
    required: true
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.attributes
  - dataworks.network.attributes.reading
"""

EXAMPLES = r"""
- name: Read what resource group etl_prod is bound to
  dataworks.network.resource_group_info:
    region: cn-hangzhou
    resource_group: etl_prod
  register: group
"""

RETURN = r"""
resource_group:
  description: The resource group.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the resource group.
      type: str
      sample: Serverless_res_group_1234_5678
    name:
      description: Name of the resource group.
      type: str
      sample: etl_prod
    type:
      description: Type as the API has it.
      type: str
      sample: CommonV2
    family:
      description: V(serverless) or V(exclusive).
      type: str
      sample: serverless
    status:
      description: Status as the API has it.
      type: str
      sample: Normal
    region:
      description: Region of the group.
      type: str
      sample: cn-hangzhou
    default_vpc_id:
      description: VPC of the network that came with a serverless group.
      type: str
      sample: vpc-bp1example
    default_vswitch_id:
      description: vSwitch of the network that came with a serverless group.
      type: str
      sample: vsw-bp1example
    networks:
      description: The bindings of a serverless group.
      type: list
      elements: dict
      sample: [{"id": 1001, "vpc_id": "vpc-bp1example", "vswitch_id": "vsw-bp1example", "status": "Running",
                "security_group_id": "sg-bp1example", "vswitch_cidr": "10.0.1.0/24", "zone": "cn-hangzhou-h"}]
    routes:
      description: The routes of a serverless group.
      type: list
      elements: dict
      sample: [{"id": 2001, "network_id": 1001, "destination": "172.16.0.0/12"}]
    egress_addresses:
      description: All EIPs that the SNAT entries serving the bound vSwitches use.
      type: list
      elements: str
      sample: ["47.98.10.20"]
    egress_notes:
      description: Why there are no such addresses, where there are none.
      type: list
      elements: str
      sample: []
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

from ansible_collections.dataworks.network.plugins.module_utils.run.information import resource_group
from ansible_collections.dataworks.network.plugins.module_utils.run.module import run

OPTIONS = {"resource_group": {"type": "str", "required": True}}


def main() -> None:
    """Run the module."""
    run(resource_group, OPTIONS)


if __name__ == "__main__":
    main()
