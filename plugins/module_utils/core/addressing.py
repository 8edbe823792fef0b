# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address ranges that cannot work together, whatever is routed between them."""

from __future__ import annotations

from .cidr import Network
from .snapshot import Vpc

NOT_FOR_SERVERLESS = Network("21.0.0.0/8")


def forbidden(vpc: Vpc) -> bool:
    """Say whether serverless resource groups cannot use the VPC."""
    return any(network.overlaps(NOT_FOR_SERVERLESS) for network in vpc.cidrs)


def clashes(vpc: Vpc, other: Vpc) -> list[str]:
    """Return the pairs of CIDR blocks in which two VPCs overlap."""
    return [f"{mine} and {theirs}" for mine in vpc.cidrs for theirs in other.cidrs if mine.overlaps(theirs)]
