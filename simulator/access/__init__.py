# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who calls and what they may do: accounts, keys, sessions, RAM policies, and the STS product."""
