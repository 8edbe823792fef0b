# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Describes the state of the cloud as JSON; the part below `regions` has the shape of a world file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.resources import RegionSection

_SECRET = re.compile(r"password|secret|accesskey", re.IGNORECASE)
MASK = "***"


def masked(value: Any) -> Any:
    """Return a copy with the values of secret keys replaced, at any depth."""
    if isinstance(value, Mapping):
        return {key: MASK if _SECRET.search(str(key)) and item else masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def describe(cloud: Cloud) -> dict[str, Any]:
    """Return everything the cloud contains, in a fixed order."""
    names = {account.id: account.name for account in cloud.world.accounts}
    return {
        "world": cloud.world.name,
        "accounts": [
            {"id": account, "name": names.get(account, ""), "regions": _regions(cloud.accounts[account])}
            for account in sorted(cloud.accounts)
        ],
        "transitions": {
            key: [phase.state for phase in transition.phases] + [transition.final or "gone"]
            for key, transition in sorted(cloud.transitions.under_way.items())
        },
        "whitelists_not_effective_yet": sorted(cloud.lagging_whitelists),
        "connectivity_tests": cloud.connectivity_tests,
    }


def _regions(regions: Mapping[str, RegionSection]) -> dict[str, Any]:
    return {region: masked(regions[region].model_dump(mode="json")) for region in sorted(regions)}
