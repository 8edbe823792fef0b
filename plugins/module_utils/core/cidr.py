# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv4 networks as the whitelists and route tables of Alibaba Cloud write them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network
_ALL = 2**32


class AddressError(ValueError):
    """A text is not the IPv4 network or address it should be; the message says what would be right."""


def parse(text: str) -> Network:
    """Return the network that ``text`` spells exactly (``10.0.1.0/24`` or ``10.0.1.5``), or raise AddressError."""
    value = str(text).strip()
    if not value:
        raise AddressError("is empty; give an IPv4 network such as 10.0.1.0/24 or an address such as 10.0.1.5")
    if ":" in value:
        raise AddressError(f"{value!r} is IPv6; DataWorks routes and RDS whitelists take IPv4 only")
    try:
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError as error:
        raise AddressError(
            f"{value!r} is not an IPv4 network; write four numbers from 0 to 255, and a prefix length such as /24"
        ) from error
    address, _slash, prefix = value.partition("/")
    if prefix and not (prefix.isdigit() and str(int(prefix)) == prefix):
        raise AddressError(f"{value!r} has no plain prefix length; the network is {network}")
    if ipaddress.IPv4Address(address) != network.network_address:
        raise AddressError(f"{value!r} has host bits set; the network is {network}, the single address {address}/32")
    return network


def parse_served(text: str) -> Network | None:
    """Return the network that an entry read from a server means, host bits masked; None where it is not IPv4."""
    try:
        return ipaddress.IPv4Network(str(text).strip(), strict=False)
    except ValueError:
        return None


def spell(network: Network) -> str:
    """Write a network the way whitelists show it: a single address without its /32."""
    return str(network.network_address) if network.prefixlen == 32 else str(network)


def opens_half_of_all(networks: Iterable[Network]) -> bool:
    """Say whether the networks together admit half of all addresses or more, in one piece or in several."""
    admitted = sum(network.num_addresses for network in ipaddress.collapse_addresses(networks))
    return admitted >= _ALL // 2


def uncovered(wanted: Network, networks: Iterable[Network]) -> list[Network]:
    """Return the parts of ``wanted`` that none of the networks contains, in address order."""
    rest = [wanted]
    for network in networks:
        rest = [part for piece in rest for part in _subtract(piece, network)]
    return sorted(rest)


def covered(wanted: Network, networks: Iterable[Network]) -> bool:
    """Say whether every address of ``wanted`` lies in one of the networks."""
    return not uncovered(wanted, networks)


def is_public(network: Network) -> bool:
    """Say whether the network is Internet address space (global unicast)."""
    return network.is_global


def _subtract(piece: Network, network: Network) -> list[Network]:
    if not piece.overlaps(network):
        return [piece]
    if piece.subnet_of(network):
        return []
    return list(piece.address_exclude(network))
