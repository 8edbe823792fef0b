# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait_timeout:
    description: Seconds to wait for a state before the task fails and says which state stood last.
    type: float
    default: 600
  poll_interval:
    description: Seconds between two looks at a state. DataWorks allows few calls a day in its Basic Edition.
    type: float
    default: 10
"""
