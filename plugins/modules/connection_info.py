#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: connection_info
short_description: Observe many connections at once and plan what connects them
version_added: 0.1.0
description:
  - Reads everything that a set of connections needs in one process and in parallel, each object once, and walks each
    path there and back.
  - Says of each connection which scenario it is, every obstacle in path order, a verdict, and the steps that connect
    or disconnect it.
  - Writes nothing. A step that several connections share is planned for the first of them.
  - What could not be read is V(UNDETERMINED), never reachable, and nothing is planned for it.
  - Uses the reading operations of the other modules, C(GetCallerIdentity), C(DescribeDBInstances) and
    C(DescribeNetworkAclAttributes).
options:
  connections:
    description: The connections.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the connection, unique in the list.
        type: str
        required: true
      region:
        description: Region of the resource group. If not set, the module's own O(region).
        type: str
      resource_group:
        description: Name or id of the resource group.
        type: str
      rds_instance:
        description: Id of the RDS instance.
        type: str
      network_path:
        description: V(private) admits the vSwitch CIDR of the resource group, V(public) its EIP.
        type: str
      vswitch:
        description:
          - Id or name of a vSwitch. For a serverless group, the one to bind if a binding has to be made; the
            instance's own if not set.
          - For an exclusive group, the one it is bound to in the console.
        type: str
      eip:
        description: EIPs of an exclusive group for V(public), as the DataWorks console shows them.
        type: list
        elements: str
      routes:
        description: Routes that an exclusive group has in the DataWorks console.
        type: list
        elements: str
      workspace:
        description: Name or id of the workspace, for the connectivity test.
        type: str
      data_source:
        description: Name of the data source in the workspace, for the connectivity test.
        type: str
      data_source_region:
        description: Region of the instance where it is not that of the resource group.
        type: str
  purpose:
    description: Whether to plan what connects, or what takes back what connecting made.
    type: str
    choices: [connect, disconnect]
    default: connect
  test:
    description:
      - Run DataWorks' connectivity test on connections that have O(connections[].workspace) and need no more steps.
    type: bool
    default: false
  test_timeout:
    description: Seconds over which a failed test is repeated; a whitelist change takes about a minute to work.
    type: float
    default: 120
  poll_interval:
    description: Seconds between two tests.
    type: float
    default: 20
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.attributes
  - dataworks.network.attributes.reading
"""

EXAMPLES = r"""
- name: Say where two connections stand
  dataworks.network.connection_info:
    region: cn-hangzhou
    connections:
      - name: orders
        resource_group: etl_prod
        rds_instance: rm-bp1example
        workspace: sales
        data_source: orders
      - name: ledger
        resource_group: etl_prod
        rds_instance: pgm-bp1example
        network_path: public
    test: true
  register: observed
"""

RETURN = r"""
account:
  description: Account that the keys belong to.
  returned: success
  type: str
  sample: "1234567890123456"
verdicts:
  description: Number of connections by verdict.
  returned: success
  type: dict
  sample: {"REACHABLE": 1, "PARTIAL": 0, "UNREACHABLE": 1, "UNDETERMINED": 0}
connections:
  description: One report per connection, keyed by its name.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the connection.
      type: str
      sample: orders
    scenario:
      description: V(same_region), V(cross_region), V(internet) or V(undetermined).
      type: str
      sample: same_region
    verdict:
      description: V(REACHABLE), V(PARTIAL), V(UNREACHABLE) or V(UNDETERMINED).
      type: str
      sample: REACHABLE
    summary:
      description: One line on the connection.
      type: str
      sample: REACHABLE etl_prod -> rm-bp1example (same_region, DataWorks test Connectable)
    path:
      description: The hops of the path, each with its state V(ok), V(planned), V(declared), V(blocked) or
        V(unknown).
      type: list
      elements: dict
      sample: []
    findings:
      description: Everything found on the way, in path order.
      type: list
      elements: dict
      sample: []
    assumptions:
      description: What was declared and cannot be read.
      type: list
      elements: str
      sample: []
    refusals:
      description: Why nothing is planned, where nothing is; also what is wrong with the description of the connection.
      type: list
      elements: str
      sample: []
    plan:
      description: Steps for modules, in order.
      type: list
      elements: dict
      sample: []
    console_steps:
      description: Numbered steps for people, with page, task and value.
      type: list
      elements: dict
      sample: []
    notes:
      description: Things worth knowing that are no obstacle.
      type: list
      elements: str
      sample: []
    whitelist:
      description: The own whitelist group with what it should hold, holds, lacks and holds too much.
      type: dict
      sample: {}
    tests:
      description: Results of DataWorks' connectivity test.
      type: list
      elements: dict
      sample: []
    error:
      description: What is wrong with the description of the connection.
      type: str
      sample: ""
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

from ansible_collections.dataworks.network.plugins.module_utils.run.connections import observe
from ansible_collections.dataworks.network.plugins.module_utils.run.module import run

OPTIONS = {
    "connections": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "region": {"type": "str"},
            "resource_group": {"type": "str"},
            "rds_instance": {"type": "str"},
            "network_path": {"type": "str"},
            "vswitch": {"type": "str"},
            "eip": {"type": "list", "elements": "str"},
            "routes": {"type": "list", "elements": "str"},
            "workspace": {"type": "str"},
            "data_source": {"type": "str"},
            "data_source_region": {"type": "str"},
        },
    },
    "purpose": {"type": "str", "choices": ["connect", "disconnect"], "default": "connect"},
    "test": {"type": "bool", "default": False},
    "test_timeout": {"type": "float", "default": 120.0},
    "poll_interval": {"type": "float", "default": 20.0},
}


def main() -> None:
    """Run the module."""
    run(observe, OPTIONS)


if __name__ == "__main__":
    main()
