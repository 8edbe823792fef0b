# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random IPv4 networks, and the small address space in which everything can be counted out."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core.cidr import Network

SMALL = Network("10.20.30.0/27")


def _network(number: int, prefix: int) -> Network:
    return Network((number >> (32 - prefix) << (32 - prefix), prefix)) if prefix else Network("0.0.0.0/0")


def networks(shortest: int = 0, longest: int = 32, lowest: str = "0.0.0.0") -> st.SearchStrategy[Network]:
    """Any network with an address of at least the lowest."""
    numbers = st.integers(int(ipaddress.IPv4Address(lowest)), 2**32 - 1)
    return st.builds(_network, numbers, st.integers(shortest, longest))


def small_networks() -> st.SearchStrategy[Network]:
    """A network inside the small space."""
    base = int(SMALL.network_address)
    return st.builds(lambda host, prefix: _network(base + host, prefix), st.integers(0, 31), st.integers(27, 32))


def addresses(found: Iterable[Network]) -> set[int]:
    """Every address of the networks, counted out."""
    return {
        number
        for network in found
        for number in range(int(network.network_address), int(network.broadcast_address) + 1)
    }


def whole(numbers: Iterable[int]) -> list[Network]:
    """Networks of one address each."""
    return [Network(ipaddress.IPv4Address(number)) for number in numbers]
