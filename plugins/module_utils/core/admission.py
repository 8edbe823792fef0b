# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who an instance admits: the addresses a connection needs in the whitelists, and what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import cidr
from .findings import Finding
from .snapshot import Instance, ResourceGroup
from .whitelist import Group, find_own_group, own_group_name, stale_entries

ENHANCED = "safety"


@dataclass(frozen=True)
class Admission:
    """The own group of a resource group on an instance: what it should hold, holds, lacks and holds too much.

    ``wanted`` is what one connection needs; ``kept`` what all connections of a run that share the group need.
    """

    group: str
    network_type: str
    wanted: tuple[cidr.Network, ...]
    kept: tuple[cidr.Network, ...]
    held: tuple[str, ...]
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the admission as it is shown."""
        return {
            "group": self.group,
            "network_type": self.network_type,
            "wanted": [cidr.spell(network) for network in self.wanted],
            "held": list(self.held),
            "missing": list(self.missing),
            "stale": list(self.stale),
        }


def network_type(instance: Instance, public: bool) -> str:
    """Return the list that governs a path: in enhanced mode the Classic list also governs Internet addresses."""
    if instance.whitelist_mode != ENHANCED:
        return "MIX"
    return "Classic" if public else "VPC"


def assess(
    group: ResourceGroup, instance: Instance, groups: Sequence[Group], wanted: Sequence[cidr.Network], public: bool
) -> Admission:
    """Compare what a path needs with the union of the groups that govern it, and with the group that is ours."""
    governing = network_type(instance, public)
    relevant = [candidate for candidate in groups if _governs(candidate, governing)]
    own = find_own_group(groups, group.id, public) or own_group_name(group.name, group.id, public)
    held = tuple(entry for candidate in relevant if candidate.name == own for entry in candidate.entries)
    own_networks = [network for entry in held if (network := cidr.parse_served(entry)) is not None]
    findings = _findings(instance, groups, relevant, wanted)
    return Admission(
        group=own,
        network_type=governing,
        wanted=tuple(sorted(wanted)),
        kept=tuple(sorted(wanted)),
        held=held,
        missing=tuple(cidr.spell(network) for network in sorted(wanted) if not cidr.covered(network, own_networks)),
        stale=tuple(stale_entries(held, wanted)) if wanted else (),
        findings=tuple(findings),
    )


def shared(admissions: Sequence[Admission]) -> tuple[cidr.Network, ...]:
    """Return what connections that share one group need together."""
    return tuple(sorted({network for admission in admissions for network in admission.wanted}))


def keeping(admission: Admission, kept: tuple[cidr.Network, ...]) -> Admission:
    """Return the admission with only those entries stale that nobody needs."""
    return replace(admission, kept=kept, stale=tuple(stale_entries(admission.held, kept)) if admission.wanted else ())


def _governs(group: Group, governing: str) -> bool:
    return governing == "MIX" or group.network_type in (governing, "MIX")


def _findings(
    instance: Instance, groups: Sequence[Group], relevant: Sequence[Group], wanted: Sequence[cidr.Network]
) -> list[Finding]:
    findings = []
    admitted = [network for group in relevant for network in group.networks()]
    elsewhere = [network for group in groups if group not in relevant for network in group.networks()]
    for network in sorted(wanted):
        rest = cidr.uncovered(network, admitted)
        if not rest:
            continue
        gap = ", ".join(cidr.spell(piece) for piece in rest[:4]) + (" …" if len(rest) > 4 else "")
        if cidr.covered(network, elsewhere):
            code, evidence = (
                "WHITELIST_WRONG_NETWORK_TYPE",
                f"{cidr.spell(network)} is admitted in the list of the other network type only",
            )
        elif rest == [network]:
            code, evidence = "WHITELIST_MISSING", f"no whitelist group admits {cidr.spell(network)}"
        else:
            code, evidence = "WHITELIST_PARTIAL", f"the whitelist groups admit {cidr.spell(network)} without {gap}"
        findings.append(Finding(code, instance.id, evidence, region=instance.region))
    return findings
