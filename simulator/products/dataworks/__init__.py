# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DataWorks, version 2024-05-18, and what of 2020-05-18 still matters."""
