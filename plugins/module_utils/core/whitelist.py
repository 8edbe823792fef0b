# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whitelist groups of an ApsaraDB RDS instance: names, limits and the arithmetic of a change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import cidr

MAX_ENTRIES = 1000
"""Addresses and CIDR blocks an instance may hold, over all its groups and templates."""
PLACEHOLDER = "127.0.0.1"
"""What an empty group holds: RDS refuses to remove a group's last entry, and this address admits nobody."""
SYSTEM_GROUPS = frozenset({"ali_dms_group", "hdm_security_ips", "dms", "dts"})
GROUP_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}[a-z0-9]")
_OWN_PREFIX = "dataworks_"
_MAX_NAME = 32
_NOBODY = cidr.Network("0.0.0.0/32").network_address
_PLACEHOLDER_NETWORK = cidr.parse(PLACEHOLDER)


class WhitelistError(ValueError):
    """A whitelist change that must not be made; the message says why and what would be right."""


@dataclass(frozen=True)
class Group:
    """One whitelist group as the instance lists it: entries keep the server's spelling and order."""

    name: str
    entries: tuple[str, ...]
    attribute: str = ""
    network_type: str = "MIX"

    def networks(self) -> list[cidr.Network]:
        """Return the networks the entries mean, without entries that are not IPv4."""
        return [network for entry in self.entries if (network := cidr.parse_served(entry)) is not None]


@dataclass(frozen=True)
class Change:
    """The writes that take one group from what it holds to what is wanted, in this order: append, then delete."""

    before: tuple[str, ...]
    append: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    after: tuple[str, ...] = field(default=())

    @property
    def needed(self) -> bool:
        return bool(self.append or self.delete or self.replace)


def check_group_name(name: str) -> None:
    """Raise WhitelistError unless a group of this name may be written by us."""
    if name.lower() == "default":
        raise WhitelistError(f"group {name!r} is the default group, which is never changed; name a group of your own")
    if name.lower() in SYSTEM_GROUPS:
        raise WhitelistError(f"group {name!r} belongs to another Alibaba Cloud service; name a group of your own")
    if not GROUP_NAME.fullmatch(name):
        raise WhitelistError(
            f"group {name!r} is no valid name; use 2 to 32 lower-case letters, digits and underscores, "
            "starting with a letter and ending with a letter or digit"
        )


def parse_entries(entries: Sequence[str]) -> list[cidr.Network]:
    """Return the networks of entries that are to be removed, or raise WhitelistError naming the one that is wrong."""
    if not entries:
        raise WhitelistError("entries is empty; give at least one IPv4 address or CIDR block")
    try:
        networks = [cidr.parse(entry) for entry in entries]
    except cidr.AddressError as error:
        raise WhitelistError(f"entry {error}") from error
    return list(dict.fromkeys(networks))


def check_entries(entries: Sequence[str]) -> list[cidr.Network]:
    """Return the networks of entries that are to be admitted, without those that others of them cover.

    Raise WhitelistError naming the entry that is wrong, and for entries that admit everybody, in whatever spelling.
    """
    for entry in entries:
        served = cidr.parse_served(entry)
        if served is not None and served.prefixlen == 0:
            raise WhitelistError(
                f"entry {entry!r} admits every address on the Internet; name the networks that need access"
            )
    networks = parse_entries(entries)
    for entry in entries:
        if cidr.parse(entry).network_address == _NOBODY:
            raise WhitelistError(f"entry {entry!r} is no address a client can have; name the networks that need access")
    if cidr.opens_half_of_all(networks):
        raise WhitelistError(
            "entries admit together every address on the Internet, or half of them; name the networks that need access"
        )
    return [network for network in networks if not any(network != o and network.subnet_of(o) for o in networks)]


def own_group_name(resource_group_name: str, resource_group_id: str, public: bool = False) -> str:
    """Return the name of the group that connect keeps for a resource group: readable, and unique by the group's id.

    Entries of the Internet path live in a group of their own, because enhanced mode keeps them in another list.
    """
    suffix = _own_suffix(resource_group_id, public)
    room = _MAX_NAME - len(_OWN_PREFIX) - len(suffix) - 1
    slug = re.sub(r"[^a-z0-9]+", "_", resource_group_name.lower()).strip("_")[:room].strip("_") or "group"
    return f"{_OWN_PREFIX}{slug}_{suffix}"


def find_own_group(groups: Iterable[Group], resource_group_id: str, public: bool = False) -> str | None:
    """Return the name of the resource group's existing group, also after the resource group was renamed."""
    suffix = f"_{_own_suffix(resource_group_id, public)}"
    names = {group.name for group in groups if group.name.startswith(_OWN_PREFIX) and group.name.endswith(suffix)}
    return min(names, default=None)


def _own_suffix(resource_group_id: str, public: bool) -> str:
    digest = hashlib.sha256(resource_group_id.encode()).hexdigest()[:6]
    return f"{digest}_eip" if public else digest


def plan_present(held: Sequence[str], wanted: Sequence[cidr.Network]) -> Change:
    """Append what the group does not cover yet; remove nothing."""
    networks = _networks(held)
    missing = [cidr.spell(network) for network in wanted if not cidr.covered(network, networks)]
    return Change(before=tuple(held), append=tuple(missing), after=(*held, *missing))


def plan_absent(held: Sequence[str], unwanted: Sequence[cidr.Network]) -> Change:
    """Remove the entries that mean one of the networks, in the server's spelling; leave the placeholder in an empty
    group."""
    doomed = [entry for entry in held if cidr.parse_served(entry) in unwanted and not is_placeholder(entry)]
    kept = [entry for entry in held if entry not in doomed]
    placeholder = [PLACEHOLDER] if doomed and not kept else []
    return Change(before=tuple(held), append=tuple(placeholder), delete=tuple(doomed), after=(*kept, *placeholder))


def plan_exact(held: Sequence[str], wanted: Sequence[cidr.Network]) -> Change:
    """Make the group hold these networks and nothing else: new entries go in before stale ones go out.

    Where a stale entry overlaps a new one, RDS may refuse the append; the group's list is then replaced in one write.
    """
    stale = [entry for entry in held if cidr.parse_served(entry) not in wanted]
    missing = [network for network in wanted if network not in _networks(held)]
    appended = tuple(cidr.spell(network) for network in missing)
    after = (*(entry for entry in held if entry not in stale), *appended)
    if any(network.overlaps(other) for network in missing for other in _networks(stale)):
        return Change(before=tuple(held), replace=after, after=after)
    return Change(before=tuple(held), append=appended, delete=tuple(stale), after=after)


def check_room(held: Iterable[Group], added: Sequence[str], from_templates: int = 0) -> None:
    """Raise WhitelistError when the entries would take the instance over its limit."""
    present = sum(len(group.entries) for group in held) + from_templates
    if added and present + len(added) > MAX_ENTRIES:
        raise WhitelistError(
            f"{len(added)} more entries would make {present + len(added)}; an instance holds at most {MAX_ENTRIES} "
            "over all groups and templates. Merge or remove entries first"
        )


def is_protected(group: Group) -> bool:
    """Say whether the group is not ours to touch: default, hidden, or another service's."""
    return bool(group.attribute) or group.name.lower() == "default" or group.name.lower() in SYSTEM_GROUPS


def stale_entries(held: Sequence[str], wanted: Sequence[cidr.Network]) -> list[str]:
    """Return the entries of an own group that no current address of the resource group explains."""
    return [entry for entry in held if cidr.parse_served(entry) not in wanted]


def _networks(entries: Iterable[str]) -> list[cidr.Network]:
    return [network for entry in entries if (network := cidr.parse_served(entry)) is not None]


def is_placeholder(entry: str) -> bool:
    """Say whether an entry is the one that stands for an empty group, however it is spelled."""
    return cidr.parse_served(entry) == _PLACEHOLDER_NETWORK
