# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flow control: calls per second of a product, and calls per day of DataWorks' smaller editions."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING

from simulator.operation import ApiError

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.world.model import Settings

_STATUS = {"dataworks": 429}
_DENIED = "Request was denied due to user flow control."


class Limits:
    """Counts calls per account, region and product on the virtual clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._recent: dict[tuple[str, ...], deque[float]] = defaultdict(deque)
        self._today: Counter[tuple[str, str, str]] = Counter()

    def check(self, settings: Settings, product: str, action: str, account: str, region: str) -> None:
        """Count a call; answer with throttling when it is one too many."""
        for name, scope in ((product, product), (f"{product}:{action}", action)):
            rate = settings.rate_limits.get(name)
            if rate is not None:
                self._check_rate((account, region, product, scope), rate, product)
        quota = settings.daily_quota.get(region) if product == "dataworks" else None
        if quota is not None:
            self._check_quota((account, region, self._clock.now().strftime("%Y-%m-%d")), quota)

    def _check_rate(self, key: tuple[str, ...], rate: float, product: str) -> None:
        now = self._clock.timestamp()
        window = 1.0 if rate >= 1 else 1.0 / rate
        calls = self._recent[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= max(1, int(rate)):
            raise ApiError(_STATUS.get(product, 400), "Throttling.User", _DENIED)
        calls.append(now)

    def _check_quota(self, key: tuple[str, str, str], quota: int) -> None:
        if self._today[key] >= quota:
            raise ApiError(429, "Throttling.User", f"The daily quota of {quota} API calls is used up.")
        self._today[key] += 1
