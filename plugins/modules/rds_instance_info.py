#!/usr/bin/python
# SPDX-FileCopyrightText: The dataworks.network contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance_info
short_description: Read the network settings and whitelist groups of an ApsaraDB RDS instance
version_added: 0.1.0
description:
  - Reads one instance with its VPC, its vSwitch, its endpoints, its state and all its whitelist groups.
  - Uses C(DescribeDBInstanceAttribute), C(DescribeDBInstanceNetInfo) and C(DescribeDBInstanceIPArrayList).
options:
  rds_instance:
    description: Id of the instance.
    type: str
    required: true
extends_documentation_fragment:
  - dataworks.network.access
  - dataworks.network.attributes
  - dataworks.network.attributes.reading
"""

EXAMPLES = r"""
- name: Read who may reach the orders database
  dataworks.network.rds_instance_info:
    region: cn-hangzhou
    rds_instance: rm-bp1example
  register: orders
"""

RETURN = r"""
rds_instance:
  description: The instance.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the instance.
      type: str
      sample: rm-bp1example
    name:
      description: Description of the instance.
      type: str
      sample: orders
    region:
      description: Region.
      type: str
      sample: cn-hangzhou
    zone:
      description: Zone.
      type: str
      sample: cn-hangzhou-h
    engine:
      description: Database engine.
      type: str
      sample: MySQL
    status:
      description: Status; the whitelist can be changed while it is V(Running).
      type: str
      sample: Running
    lock_mode:
      description: Lock; the whitelist can be changed while it is V(Unlock).
      type: str
      sample: Unlock
    network_type:
      description: V(VPC) or V(Classic).
      type: str
      sample: VPC
    vpc_id:
      description: VPC.
      type: str
      sample: vpc-bp1example
    vswitch_id:
      description: vSwitch.
      type: str
      sample: vsw-bp1example
    role:
      description: V(Primary), V(Readonly), V(Guard) or V(Temp).
      type: str
      sample: Primary
    primary_id:
      description: The primary instance of a read-only one.
      type: str
      sample: ""
    replica_ids:
      description: The read-only instances of a primary one.
      type: list
      elements: str
      sample: []
    whitelist_mode:
      description: V(standard), or V(enhanced) where private and Internet addresses have lists of their own.
      type: str
      sample: standard
    endpoints:
      description: The addresses of the instance.
      type: list
      elements: dict
      sample: [{"host": "rm-bp1example.mysql.rds.aliyuncs.com", "address": "10.0.2.10", "port": 3306,
                "kind": "Private"}]
    whitelist_groups:
      description: All whitelist groups, entries as the service spells them.
      type: list
      elements: dict
      sample: [{"name": "default", "attribute": "", "network_type": "MIX", "entries": ["127.0.0.1"]}]
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

from ansible_collections.dataworks.network.plugins.module_utils.run.information import instance
from ansible_collections.dataworks.network.plugins.module_utils.run.module import run

OPTIONS = {"rds_instance": {"type": "str", "required": True}}


def main() -> None:
    """Run the module."""
    run(instance, OPTIONS)


if __name__ == "__main__":
    main()
