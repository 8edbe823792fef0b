# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How this collection remembers what it made: tags on the vSwitch, because DataWorks networks and routes carry none.

A mark names one object by kind and id, so that an object somebody makes later is never mistaken for ours.
"""

from __future__ import annotations

from collections.abc import Iterable

NETWORK, ROUTE, WORKSPACE = "network", "route", "workspace"
_PREFIX = "dataworks-network"


def key(kind: str, object_id: int) -> str:
    """Return the tag key that marks an object as made by this collection."""
    return f"{_PREFIX}:{kind}:{object_id}"


def marked(tags: Iterable[tuple[str, str]], kind: str, resource_group_id: str) -> set[int]:
    """Return the ids of the objects of one kind that the tags mark as made for a resource group."""
    prefix = f"{_PREFIX}:{kind}:"
    return {
        int(name.removeprefix(prefix))
        for name, value in tags
        if value == resource_group_id and name.startswith(prefix) and name.removeprefix(prefix).isdigit()
    }
