# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A local cloud: Alibaba Cloud APIs served on loopback, for tests and demonstrations."""
