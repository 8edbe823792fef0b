# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a state, as data: where the state stands in an answer, which states end the wait well, which badly."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import CloudError, Kind


@dataclass(frozen=True)
class Patience:
    """How long to wait for a state, and how often to look; seconds."""

    timeout: float = 600.0
    interval: float = 10.0
    now: Callable[[], float] = field(default=time.monotonic, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def deadline(self) -> float:
        """Return the moment at which waiting that starts now has to end."""
        return self.now() + self.timeout


@dataclass(frozen=True)
class Waiter:
    """What is waited for: its description, the good and the bad states."""

    what: str
    good: frozenset[str]
    bad: frozenset[str] = frozenset()


def wait(
    waiter: Waiter,
    look: Callable[[], Mapping[str, Any] | None],
    state_of: Callable[[Mapping[str, Any]], str],
    patience: Patience,
) -> Mapping[str, Any]:
    """Look until the state is good, and return what was seen last; raise CloudError with the last state otherwise.

    An object may be missing for a while right after it was made; one that was seen and then vanished has failed.
    """
    deadline = patience.deadline()
    last = ""
    while True:
        seen = look()
        state = state_of(seen) if seen is not None else ""
        if seen is not None and state in waiter.good:
            return seen
        if state in waiter.bad or (last and not state):
            raise CloudError(
                Kind.WAITED, message=f"{waiter.what}: it is {state or 'gone'} (before: {last or 'not seen'})"
            )
        last = state or last
        if patience.now() + patience.interval > deadline:
            message = f"{waiter.what}: still {last or 'not visible'} after {patience.timeout:g} s"
            raise CloudError(Kind.WAITED, message=message, hint="run again to go on waiting, or raise wait_timeout")
        patience.sleep(patience.interval)
