# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that gather what the hosts of a play say and did: no module can see the variables of all hosts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.dataworks.network.plugins.module_utils.core.connection import WORDS


def connections(hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one connection per host, made of the variables that describe it."""
    described = []
    for host in hosts:
        variables = hostvars[host]
        given = {word: variables[word] for word in WORDS if word in variables}
        described.append(
            {"name": str(host), **{word: value for word, value in given.items() if value not in (None, "")}}
        )
    return described


def calls_made(results: Iterable[Any]) -> str:
    """Return how many API requests registered results report, loops included, by product."""
    by_product: Counter[str] = Counter()
    writes = 0
    for result in _flat(results):
        calls = result.get("calls")
        if not isinstance(calls, Mapping):
            continue
        if not isinstance(calls.get("by_product"), Mapping):
            raise AnsibleFilterError("calls_made takes registered results of dataworks.network modules")
        by_product.update(calls["by_product"])
        writes += calls["writes"]
    parts = ", ".join(f"{product} {count}" for product, count in sorted(by_product.items()))
    return f"{sum(by_product.values())} API calls ({parts or 'none'}), {writes} of them writes"


def _flat(results: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    for result in results:
        if isinstance(result, Mapping):
            yield result
            yield from _flat(result.get("results") or [])


class FilterModule:
    """The filters of the collection."""

    def filters(self) -> dict[str, Any]:
        """Return them by name."""
        return {"connections": connections, "calls_made": calls_made}
