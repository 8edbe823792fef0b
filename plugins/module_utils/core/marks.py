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


def attempt(base: str, number: str) -> str:
    """Return the key under which one attempt marks: two runs at once each have their own, and take off only that."""
    return f"{base}:{number}"


def of(tags: Tags, base: str) -> list[str]:
    """Return the keys of all attempts that mark the object of this key."""
    return sorted(name for name, _value in tags if name == base or name.rpartition(":")[0] == base)


def of_routes(tags: Tags, resource_group_id: str) -> list[str]:
    """Return the keys of all marks of a group's routes: they are void once its network is gone."""
    prefix = key(ROUTE, resource_group_id) + ":"
    return sorted(name for name, _value in tags if name.startswith(prefix))


def has(tags: Tags, kind: str, resource_group_id: str, detail: str = "") -> bool:
    """Say whether the tags mark an object as ours."""
    return bool(of(tags, key(kind, resource_group_id, detail)))


def any_mark(tags: Tags) -> bool:
    """Say whether the tags mark anything at all."""
    return any(name.startswith(PREFIX) for name, _value in tags)
