#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: data_source_connectivity
short_description: Run DataWorks' own connectivity test of a data source
version_added: 0.1.0
description:
  - Tests the registrations of a data source from a resource group. In a standard-mode workspace Dev and Prod are two
    registrations.
  - V(Connectable) is open. V(ConfigError) means the network is open, but user, password or database are wrong.
    V(Unreachable) means the network is not.
    V(Unsupport) means the test cannot tell, for instance while the resource group starts.
  - Does not fail when the test does; look at RV(connectable) or RV(network_open).
  - V(Unreachable) and V(Unsupport) are tested again until O(wait_timeout), since a whitelist change takes about a
    minute to work.
  - Uses C(TestDataSourceConnectivity), C(ListResourceGroups), C(ListProjects) and C(ListDataSources).
options:
  resource_group:
    description: Name or id of the resource group.
    type: str
    required: true
  workspace:
    description: Name or id of the workspace.
    type: str
    required: true
  data_source:
    description: Name of the data source.
    type: str
    required: true
  environment:
    description: Which registration to test.
    type: str
    choices: [all, Dev, Prod]
    default: all
  wait_timeout:
    description: Seconds over which a failed test is repeated.
    type: float
    default: 120
  poll_interval:
    description: Seconds between two tests. Each counts against DataWorks' daily call quota.
    type: float
    default: 20
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.attributes
  - dataworks.network.attributes.reading
"""

EXAMPLES = r"""
- name: Test the orders data source from etl_prod
  dataworks.network.data_source_connectivity:
    region: cn-hangzhou
    resource_group: etl_prod
    workspace: sales
    data_source: orders
  register: test
  failed_when: not test.network_open
"""

RETURN = r"""
state:
  description: The state that decides when environments differ.
  returned: success
  type: str
  sample: Connectable
connectable:
  description: Whether every test said V(Connectable).
  returned: success
  type: bool
  sample: true
network_open:
  description: Whether every test got through the network, with or without a wrong configuration behind it.
  returned: success
  type: bool
  sample: true
tests:
  description: The tests, one per registration.
  returned: success
  type: list
  elements: dict
  sample: [{"data_source": "orders", "data_source_id": 501, "environment": "Prod", "state": "Connectable",
            "message": "", "steps": []}]
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

from ansible_collections.dataworks.network.plugins.module_utils.run.connectivity import test
from ansible_collections.dataworks.network.plugins.module_utils.run.module import run

OPTIONS = {
    "resource_group": {"type": "str", "required": True},
    "workspace": {"type": "str", "required": True},
    "data_source": {"type": "str", "required": True},
    "environment": {"type": "str", "choices": ["all", "Dev", "Prod"], "default": "all"},
    "wait_timeout": {"type": "float", "default": 120.0},
    "poll_interval": {"type": "float", "default": 20.0},
}


def main() -> None:
    """Run the module."""
    run(test, OPTIONS)


if __name__ == "__main__":
    main()
