# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The virtual clock that every state transition, token expiry and rate window of the local cloud reads."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

UTC = timezone(timedelta())


class Clock:
    """Virtual time: either follows real time plus advances, or stands still at a fixed start plus advances."""

    def __init__(
        self,
        start: datetime | None = None,
        tick: float = 0.0,
        real_time: Callable[[], float] = time.time,
    ) -> None:
        """Start at `start` and stand still there, or (None) follow `real_time`; `tick` seconds pass per request."""
        self._fixed_start = None if start is None else start.astimezone(UTC)
        self._real_time = real_time
        self._tick = tick
        self._advanced = 0.0

    def now(self) -> datetime:
        """Return the virtual time as an aware UTC datetime."""
        if self._fixed_start is not None:
            return self._fixed_start + timedelta(seconds=self._advanced)
        return datetime.fromtimestamp(self._real_time(), UTC) + timedelta(seconds=self._advanced)

    def timestamp(self) -> float:
        """Return the virtual time as seconds since the epoch."""
        return self.now().timestamp()

    def millis(self) -> int:
        """Return the virtual time as whole milliseconds since the epoch (DataWorks times)."""
        return int(self.timestamp() * 1000)

    def iso(self, minutes_only: bool = False) -> str:
        """Return the virtual time as `2026-01-01T00:00:00Z`, or without seconds as RDS and TR print it."""
        return self.now().strftime("%Y-%m-%dT%H:%MZ" if minutes_only else "%Y-%m-%dT%H:%M:%SZ")

    def advance(self, seconds: float) -> None:
        """Let virtual time pass; time never runs backwards."""
        if seconds < 0:
            raise ValueError("the clock cannot go backwards")
        self._advanced += seconds

    def tick(self) -> None:
        """Let the configured time of one request pass."""
        self._advanced += self._tick

    def wall(self) -> float:
        """Return real time (seconds since the epoch), which is what clients sign their requests with."""
        return self._real_time()
