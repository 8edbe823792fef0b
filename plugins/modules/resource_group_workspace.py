#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_group_workspace
short_description: Associate a DataWorks resource group with a workspace
version_added: 0.1.0
description:
  - Associates a resource group with a workspace, so that the workspace's tasks and tests can use it, or dissociates it.
  - Needs a workspace administrator.
  - Uses C(ListResourceGroupAssociateProjects), C(AssociateProjectToResourceGroup),
    C(DissociateProjectFromResourceGroup), C(ListResourceGroups)
    and C(ListProjects).
options:
  resource_group:
    description: Name or id of the resource group.
    type: str
    required: true
  workspace:
    description: Name or id of the workspace.
    type: str
    required: true
  state:
    description: Whether the association exists.
    type: str
    choices: [present, absent]
    default: present
  record:
    description:
      - Mark an association made here with a tag on O(vswitch_id), so that C(disconnect_rds.yml) can tell it from one
        that was there before.
    type: bool
    default: false
  vswitch_id:
    description: Id of the vSwitch that carries the mark of O(record). Required with it.
    type: str
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.waiting
  - dataworks.network.attributes
  - dataworks.network.attributes.managing
"""

EXAMPLES = r"""
- name: Let workspace sales use etl_prod
  dataworks.network.resource_group_workspace:
    region: cn-hangzhou
    resource_group: etl_prod
    workspace: sales
"""

RETURN = r"""
resource_group_id:
  description: Id of the resource group.
  returned: success
  type: str
  sample: Serverless_res_group_1234_5678
workspace_id:
  description: Id of the workspace.
  returned: success
  type: int
  sample: 10001
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

from ansible_collections.dataworks.network.plugins.module_utils.run.association import workspace
from ansible_collections.dataworks.network.plugins.module_utils.run.module import run
from ansible_collections.dataworks.network.plugins.module_utils.run.options import WAIT_OPTIONS

OPTIONS = {
    "resource_group": {"type": "str", "required": True},
    "workspace": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "record": {"type": "bool", "default": False},
    "vswitch_id": {"type": "str"},
    **WAIT_OPTIONS,
}


def main() -> None:
    """Run the module."""
    run(workspace, OPTIONS, required_if=[("record", True, ["vswitch_id"])])


if __name__ == "__main__":
    main()
