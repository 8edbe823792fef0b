# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The world file: what a local cloud contains when it starts.

`section` is the base of the sections, `identity` holds users, roles and keys, `fault_rules` the faults, `model` joins
them and the sections of the products to a `World`, `loader` reads YAML and names file and line of every mistake.
"""
