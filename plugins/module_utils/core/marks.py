# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How this collection remembers what it made: tags on the vSwitch, because DataWorks networks and routes carry none.

A mark is made before its object, so that an interrupted run leaves no object that nobody knows to be ours.
"""

from __future__ import annotations

from collections.abc import Iterable

NETWORK, ROUTE, WORKSPACE = "network", "route", "workspace"
PREFIX = "dataworks-network:"
VALUE = "made by connect"

Tags = Iterable[tuple[str, str]]


def key(kind: str, resource_group_id: str, detail: str = "") -> str:
    """Return the tag key that marks one object of a resource group as made by this collection.

    The vSwitch and the resource group identify a network; a route also needs its destination, an association its
    workspace.
    """
    return PREFIX + ":".join(part for part in (kind, resource_group_id, detail) if part)


def has(tags: Tags, kind: str, resource_group_id: str, detail: str = "") -> bool:
    """Say whether the tags mark an object as ours."""
    return key(kind, resource_group_id, detail) in {name for name, _value in tags}


def any_mark(tags: Tags) -> bool:
    """Say whether the tags mark anything at all."""
    return any(name.startswith(PREFIX) for name, _value in tags)
