# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What DataWorks' connectivity test finds out: a packet's way to a data source and back, hop by hop.

`atlas` finds objects wherever they are; `journey` holds what is known on the way and how it ends; `targets` is what a
data source points at; `departure` how a group leaves its network; `fabric` route tables and network ACLs; `internet`
the way through a NAT gateway; `arrival` the instance, its whitelist and its logins; `verdict` puts them in order.
A product that brings a new kind of next hop adds a carrier to `fabric.CARRIERS`.
"""
