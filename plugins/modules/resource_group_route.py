#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_group_route
short_description: Route a serverless DataWorks resource group to a network
version_added: 0.1.0
description:
  - Adds a route to one of the group's networks, or removes it. The CIDR block of a bound VPC is routed without one.
  - Routes are compared as networks. A route to everywhere and IPv6 are refused.
  - Exclusive resource groups are refused; their routes are set in the DataWorks console only.
  - Uses C(ListRoutes), C(CreateRoute), C(DeleteRoute), C(ListNetworks), C(ListResourceGroups), and with O(record)
    C(TagResources) and C(UnTagResources).
options:
  resource_group:
    description: Name or id of the resource group.
    type: str
    required: true
  vpc_id:
    description:
      - VPC of the network that the route leads through. In check mode it may be one that the group is not bound to
        yet.
    type: str
    required: true
  destination:
    description: IPv4 network, without host bits, such as V(172.16.8.0/24).
    type: str
    required: true
  state:
    description: Whether the route exists.
    type: str
    choices: [present, absent]
    default: present
  record:
    description:
      - Mark a route made here with a tag on the network's vSwitch, so that C(disconnect_rds.yml) can tell it from one
        that was there before.
    type: bool
    default: false
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.waiting
  - dataworks.network.attributes
  - dataworks.network.attributes.managing
"""

EXAMPLES = r"""
- name: Route etl_prod to a secondary CIDR block of its VPC
  dataworks.network.resource_group_route:
    region: cn-hangzhou
    resource_group: etl_prod
    vpc_id: vpc-bp1example
    destination: 172.16.8.0/24
"""

RETURN = r"""
resource_group_id:
  description: Id of the resource group.
  returned: success
  type: str
  sample: Serverless_res_group_1234_5678
route:
  description: The route; empty when it is absent, or planned in check mode.
  returned: success
  type: dict
  sample: {"id": 2001, "network_id": 1001, "destination": "172.16.8.0/24"}
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

from ansible_collections.dataworks.network.plugins.module_utils.run.module import run
from ansible_collections.dataworks.network.plugins.module_utils.run.options import WAIT_OPTIONS
from ansible_collections.dataworks.network.plugins.module_utils.run.routing import route

OPTIONS = {
    "resource_group": {"type": "str", "required": True},
    "vpc_id": {"type": "str", "required": True},
    "destination": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "record": {"type": "bool", "default": False},
    **WAIT_OPTIONS,
}


def main() -> None:
    """Run the module."""
    run(route, OPTIONS)


if __name__ == "__main__":
    main()
