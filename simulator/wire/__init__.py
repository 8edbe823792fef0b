# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wire protocol: HTTP, parameters, signatures, answers, faults, the ledger and the admin API."""
