# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network ACLs: whether the rules of a vSwitch let all traffic between two networks pass."""

from __future__ import annotations

from .cidr import Network, uncovered
from .snapshot import AclRule

EPHEMERAL_PORTS = (49152, 65535)
"""Where answers go: the client ports that reachability analysis in the cloud counts with."""


def admits(rules: tuple[AclRule, ...], network: Network, ports: tuple[int, int]) -> bool:
    """Say whether every address of the network passes on every one of the ports; the first matching rule decides.

    The ports are tried at the borders of the rules, since a verdict can change only there.
    """
    low, high = ports
    borders = {low, high}
    for rule in rules:
        borders.update(port for port in (rule.port_low, rule.port_high + 1) if low <= port <= high)
    return all(_admits_port(rules, network, port) for port in borders)


def _admits_port(rules: tuple[AclRule, ...], network: Network, port: int) -> bool:
    pending = [network]
    for rule in rules:
        if rule.protocol not in ("tcp", "all") or not rule.port_low <= port <= rule.port_high:
            continue
        if not rule.accept and any(piece.overlaps(rule.cidr) for piece in pending):
            return False
        pending = [rest for piece in pending for rest in uncovered(piece, [rule.cidr])]
        if not pending:
            return True
    return False
