# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The products of the cloud; importing a module of a product registers the operations in it."""
