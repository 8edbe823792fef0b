# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was called: counts by product and operation, shared by all threads of a run."""

from __future__ import annotations

import threading
from collections import Counter

from .operations import Operation

BASIC_EDITION_DAILY_CALLS = 100
"""OpenAPI calls that DataWorks Basic Edition allows an account in a region each day."""


class Ledger:
    """Counts every request sent, retries included."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._writes = 0
        self._lock = threading.Lock()

    def enter(self, operation: Operation) -> None:
        """Count one request."""
        with self._lock:
            self._counts[operation.product, operation.action] += 1
            self._writes += operation.writes

    def product_total(self, product: str) -> int:
        """Return how many requests one product has received."""
        with self._lock:
            return sum(count for (name, _action), count in self._counts.items() if name == product)

    def as_dict(self) -> dict[str, object]:
        """Return the counts as modules return them."""
        with self._lock:
            by_operation = {f"{product}:{action}": count for (product, action), count in sorted(self._counts.items())}
            by_product: Counter[str] = Counter()
            for (product, _action), count in self._counts.items():
                by_product[product] += count
            return {
                "total": sum(by_operation.values()),
                "writes": self._writes,
                "by_product": dict(sorted(by_product.items())),
                "by_operation": by_operation,
            }
