# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and says what it would change, without a single writing call.
  diff_mode:
    description: Shows the change line by line in diff mode.
  idempotent:
    description: A second run with the same options changes nothing.
  action_group:
    description:
      - Use C(group/dataworks.network.all) in C(module_defaults) to set options for all modules of the collection.
    support: full
    membership:
      - dataworks.network.all
"""

    MANAGING = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
"""

    READING = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: The module changes nothing.
  idempotent:
    support: full
"""
