# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a product may be called: a token bucket per place, slower after each refusal, faster again with success."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .operations import Operation

_RATES = {"dataworks": 5.0, "vpc": 5.0, "rds": 10.0, "sts": 50.0}
"""Requests per second: DataWorks' documented limit for all operations together; for VPC per operation; the others'
assumed."""
_PER_OPERATION = frozenset({"vpc"})
_SLOWEST = 0.2


@dataclass
class _Bucket:
    full_rate: float
    rate: float
    tokens: float
    filled_at: float


class Limiter:
    """Spaces requests per (product, region, account) and, where the product counts so, per operation."""

    def __init__(self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._buckets: dict[tuple[str, ...], _Bucket] = {}
        self._lock = threading.Lock()

    def wait(self, operation: Operation, region: str, account: str) -> None:
        """Return when the request may be sent."""
        with self._lock:
            bucket = self._bucket(operation, region, account)
            now = self._now()
            bucket.tokens = min(bucket.full_rate, bucket.tokens + (now - bucket.filled_at) * bucket.rate)
            bucket.filled_at = now
            bucket.tokens -= 1
            delay = max(0.0, -bucket.tokens / bucket.rate)
        if delay:
            self._sleep(delay)

    def refused(self, operation: Operation, region: str, account: str) -> None:
        """Halve the rate after a throttling answer."""
        with self._lock:
            bucket = self._bucket(operation, region, account)
            bucket.rate = max(_SLOWEST, bucket.rate / 2)
            bucket.tokens = min(bucket.tokens, 0.0)

    def served(self, operation: Operation, region: str, account: str) -> None:
        """Move the rate back towards the full one after a success."""
        with self._lock:
            bucket = self._bucket(operation, region, account)
            bucket.rate = min(bucket.full_rate, bucket.rate * 1.1)

    def _bucket(self, operation: Operation, region: str, account: str) -> _Bucket:
        key = (operation.product, region, account) + (
            (operation.action,) if operation.product in _PER_OPERATION else ()
        )
        if key not in self._buckets:
            rate = _RATES.get(operation.product, 5.0)
            self._buckets[key] = _Bucket(rate, rate, rate, self._now())
        return self._buckets[key]
