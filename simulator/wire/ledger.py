# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger: one entry per request, for tests that ask what was called."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

CAPACITY = 100_000


@dataclass
class Entry:
    """What the ledger keeps of one request; never a secret, signature or token."""

    n: int
    time: str
    product: str
    version: str
    action: str
    region: str
    account: str
    caller: str
    writes: bool
    endpoint: str
    request_id: str
    status: int = 0
    code: str = ""
    params: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    read_only_violation: bool = False


class Ledger:
    """The latest entries, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=CAPACITY)
        self._last = 0

    def next_number(self) -> int:
        """Return the number of the next entry; numbers go on after the ledger was emptied."""
        self._last += 1
        return self._last

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()

    def violations(self) -> int:
        """Return how many writing requests were refused because the cloud is read-only."""
        return sum(entry.read_only_violation for entry in self._entries)

    def entries(self, since: int = 0, wanted: dict[str, str] | None = None) -> list[dict[str, Any]]:
        """Return entries after number `since` whose fields have the wanted values."""
        listed = (asdict(entry) for entry in self._entries if entry.n > since)
        filters = {name: value.lower() for name, value in (wanted or {}).items()}
        return [item for item in listed if all(str(item[name]).lower() == value for name, value in filters.items())]
