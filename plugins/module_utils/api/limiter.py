# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a product may be called: so many in a second, slower after each refusal, faster again with success."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .operations import Operation

_RATES = {"dataworks": 5.0, "vpc": 5.0, "rds": 10.0, "sts": 50.0}
"""Requests per second: DataWorks' documented limit for all operations together; for VPC per operation; the others'
assumed."""
_PER_OPERATION = frozenset({"vpc"})
_SLOWEST = 0.2


@dataclass
class _Window:
    """The last requests to one place."""

    full_rate: float
    rate: float
    sent_at: deque[float]

    def reserve(self, now: float) -> float:
        """Return the moment at which the next request may be sent, and count it as sent then.

        At the full rate a second's requests may go out at once; after a refusal they go out evenly spaced.
        """
        together = (self.sent_at.maxlen or 1) if self.rate == self.full_rate else 1
        moment = now
        if len(self.sent_at) >= together:
            moment = max(now, self.sent_at[-together] + together / self.rate)
        self.sent_at.append(moment)
        return moment


class Limiter:
    """Spaces requests per (product, region, account) and, where the product counts so, per operation."""

    def __init__(self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._windows: dict[tuple[str, ...], _Window] = {}
        self._lock = threading.Lock()

    def wait(self, operation: Operation, region: str, account: str) -> None:
        """Return when the request may be sent."""
        with self._lock:
            now = self._now()
            delay = self._window(operation, region, account).reserve(now) - now
        if delay > 0:
            self._sleep(delay)

    def refused(self, operation: Operation, region: str, account: str) -> None:
        """Halve the rate after a throttling answer."""
        with self._lock:
            window = self._window(operation, region, account)
            window.rate = max(_SLOWEST, window.rate / 2)

    def served(self, operation: Operation, region: str, account: str) -> None:
        """Move the rate back towards the full one after a success."""
        with self._lock:
            window = self._window(operation, region, account)
            window.rate = min(window.full_rate, window.rate * 1.1)

    def _window(self, operation: Operation, region: str, account: str) -> _Window:
        key = (operation.product, region, account) + (
            (operation.action,) if operation.product in _PER_OPERATION else ()
        )
        if key not in self._windows:
            rate = _RATES.get(operation.product, 5.0)
            self._windows[key] = _Window(rate, rate, deque(maxlen=int(rate)))
        return self._windows[key]
