# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""State machines: an object passes through states at once, after reads of it, or after simulated seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from simulator.section import Pace

GONE = ""


class Now(Protocol):
    """The part of the clock that transitions need."""

    def now(self) -> datetime:
        """Return the virtual time."""
        ...


@dataclass
class Phase:
    """A state and what has to happen before it is left."""

    state: str
    pace: Pace


@dataclass
class Transition:
    """The phases an object has still to go through, and the state it ends in."""

    phases: list[Phase]
    final: str
    since: datetime
    reads: int = 0

    def advance(self, now: datetime) -> str:
        """Leave every phase that is over and return the state of the present one."""
        while self.phases and self._over(self.phases[0].pace, now):
            self.since += timedelta(seconds=self.phases[0].pace.seconds)
            self.reads = 0
            del self.phases[0]
        return self.phases[0].state if self.phases else self.final

    def _over(self, pace: Pace, now: datetime) -> bool:
        if pace.forever or self.reads < pace.polls:
            return False
        return (now - self.since).total_seconds() >= pace.seconds


@dataclass
class Transitions:
    """All transitions under way, by the key of the object they belong to."""

    clock: Now
    extra_polls: int = 0
    under_way: dict[str, Transition] = field(default_factory=dict)

    def start(self, key: str, phases: Sequence[tuple[str, Pace]], final: str) -> str:
        """Begin a transition (it replaces one under way) and return the state the object is in now."""
        kept = [Phase(state, self._slowed(pace)) for state, pace in phases]
        self.under_way[key] = Transition([phase for phase in kept if not phase.pace.immediate], final, self.clock.now())
        return self.peek(key) or final

    def observe(self, key: str) -> str | None:
        """Return the state a read of the object sees and count the read; None when it has not moved."""
        state = self.peek(key)
        if key in self.under_way:
            self.under_way[key].reads += 1
        return state

    def peek(self, key: str) -> str | None:
        """Return the state reached by now without counting a read; None when no transition is known any more."""
        transition = self.under_way.get(key)
        if transition is None:
            return None
        state = transition.advance(self.clock.now())
        if not transition.phases:
            del self.under_way[key]
        return state

    def active(self, key: str) -> bool:
        """Tell whether the object has still phases to go through."""
        transition = self.under_way.get(key)
        return transition is not None and bool(transition.advance(self.clock.now()) and transition.phases)

    def _slowed(self, pace: Pace) -> Pace:
        return pace.model_copy(update={"polls": pace.polls + self.extra_polls})
