# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of whitelists: how they are written, when two of them mean the same, what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from simulator.operation import ApiError


def parse(text: str) -> list[str]:
    """Split a comma-joined list, refusing blanks, IPv6, bad prefixes and addresses given twice."""
    entries = text.split(",") if text else []
    for entry in entries:
        if network_of(entry) is None:
            raise ApiError(400, "SecurityIPList.Format", "Specified SecurityIPList is not valid.")
    if len({network_of(entry) for entry in entries}) != len(entries):
        raise duplicate()
    return entries


def duplicate() -> ApiError:
    """Build the answer to an address that is in the list already."""
    return ApiError(
        400,
        "InvalidSecurityIPList.Duplicate",
        "Specified security IP list is not valid: Duplicate IP address in the list.",
    )


def unusable() -> ApiError:
    """Build the answer to a list that is too long or contradicts itself."""
    return ApiError(
        400,
        "InvalidSecurityIPListLength.Malformed",
        "The specified security IP is not in the available range or occupied.",
    )


def network_of(entry: str) -> IPv4Network | None:
    """Return what an entry stands for, host bits ignored; None when it is not an entry the service takes."""
    try:
        network = IPv4Network(entry, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        return None
    address, slash, prefix = entry.partition("/")
    if slash and not (prefix.isdigit() and prefix == str(int(prefix))):
        return None
    return network if network.prefixlen >= 1 or int(IPv4Address(address)) == 0 else None


def networks_of(entries: Iterable[str]) -> list[IPv4Network]:
    """Return what entries stand for."""
    return [network for entry in entries if (network := network_of(entry)) is not None]


def overlaps(added: Sequence[str], present: Sequence[str]) -> bool:
    """Tell whether an added entry overlaps another one of the list that results."""
    networks = networks_of([*present, *added])
    first_added = len(networks) - len(added)
    return any(
        networks[later].overlaps(networks[earlier])
        for later in range(first_added, len(networks))
        for earlier in range(later)
    )
