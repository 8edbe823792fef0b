#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_whitelist
short_description: Manage entries of a whitelist group of an ApsaraDB RDS instance
version_added: 0.1.0
description:
  - Adds entries to one whitelist group, removes them, or makes the group hold exactly these. Other groups are never
    touched.
  - Entries are compared as networks, so V(10.0.1.5) and V(10.0.1.5/32) are the same. What is missing is sent with
    C(ModifyMode) V(Append), what is to go with V(Delete), spelled as the service spells it.
  - O(state=exact) replaces the list in one write (V(Cover)) where a new entry overlaps one that has to go, because RDS
    may refuse to hold both. Entries that somebody else adds to the group at that very moment are lost then.
  - The groups V(default), V(ali_dms_group), V(hdm_security_ips), V(dms), V(dts) and hidden groups are refused, and so
    is V(0.0.0.0/0) in any spelling.
  - A group's last entry cannot be removed through the API. When nothing else is left the group keeps V(127.0.0.1),
    which admits nobody.
  - Waits while the instance is not V(Running), and reads back what was written. A change takes about a minute to
    reach the traffic.
  - Uses C(DescribeDBInstanceAttribute), C(DescribeDBInstanceIPArrayList), C(DescribeInstanceLinkedWhitelistTemplate)
    and C(ModifySecurityIps).
options:
  rds_instance:
    description: Id of the instance. Read-only instances have whitelists of their own.
    type: str
    required: true
  group:
    description:
      - Name of the whitelist group, 2 to 32 lower-case letters, digits and underscores. It is created with its first
        entry.
    type: str
    required: true
  entries:
    description: IPv4 addresses and CIDR blocks without host bits.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(present) adds what the group does not cover yet. V(absent) removes the entries.
      - V(exact) adds what is missing and then removes what else the group holds; for groups that nobody else edits.
    type: str
    choices: [present, absent, exact]
    default: present
  network_type:
    description:
      - In enhanced mode, the list that the entries belong to. V(VPC) is for private addresses, V(Classic) also for
        those of the Internet.
      - V(auto) chooses by the entries. In standard mode there is one list and the option has no effect.
    type: str
    choices: [auto, MIX, VPC, Classic]
    default: auto
  replicas:
    description: PostgreSQL only. Ids of read-only instances that the group is passed on to.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.waiting
  - dataworks.network.attributes
  - dataworks.network.attributes.managing
"""

EXAMPLES = r"""
- name: Let the vSwitch of etl_prod reach the orders database
  dataworks.network.rds_whitelist:
    region: cn-hangzhou
    rds_instance: rm-bp1example
    group: etl_prod
    entries:
      - 10.0.1.0/24

- name: Replace the addresses of a group of our own, new ones first
  dataworks.network.rds_whitelist:
    region: cn-hangzhou
    rds_instance: rm-bp1example
    group: etl_prod
    entries:
      - 47.98.10.20
      - 47.98.10.21
    state: exact
"""

RETURN = r"""
rds_instance:
  description: Id of the instance.
  returned: success
  type: str
  sample: rm-bp1example
group:
  description: Name of the group.
  returned: success
  type: str
  sample: etl_prod
network_type:
  description: The list that was managed.
  returned: success
  type: str
  sample: MIX
entries:
  description: What the group holds afterwards, as the service spells it; in check mode, what it would hold.
  returned: success
  type: list
  elements: str
  sample: ["10.0.1.0/24"]
added:
  description: Entries that came in.
  returned: success
  type: list
  elements: str
  sample: ["10.0.1.0/24"]
removed:
  description: Entries that went out.
  returned: success
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

from ansible_collections.dataworks.network.plugins.module_utils.run.module import run
from ansible_collections.dataworks.network.plugins.module_utils.run.options import WAIT_OPTIONS
from ansible_collections.dataworks.network.plugins.module_utils.run.whitelist import ensure

OPTIONS = {
    "rds_instance": {"type": "str", "required": True},
    "group": {"type": "str", "required": True},
    "entries": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"},
    "network_type": {"type": "str", "choices": ["auto", "MIX", "VPC", "Classic"], "default": "auto"},
    "replicas": {"type": "list", "elements": "str", "default": []},
    **WAIT_OPTIONS,
}


def main() -> None:
    """Run the module."""
    run(ensure, OPTIONS)


if __name__ == "__main__":
    main()
