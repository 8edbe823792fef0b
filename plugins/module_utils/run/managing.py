# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way every managing module works: read, plan, stop here in check mode, apply, read back until the plan is
empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ..api.errors import REREAD, CloudError
from ..api.waiting import Patience


class Change(Protocol):
    """What a plan is made of: whether anything is to be done."""

    @property
    def needed(self) -> bool:
        """Say whether anything is to be done."""


S = TypeVar("S")
C = TypeVar("C", bound=Change)


class ManagingError(Exception):
    """The wanted state was not reached; the message says what stood last."""


@dataclass(frozen=True)
class Outcome(Generic[S, C]):
    """The state and the plan before the first write, and the state that was read last."""

    before: S
    plan: C
    after: S


def manage(
    read: Callable[[], S],
    plan: Callable[[S], C],
    apply: Callable[[C], None],
    *,
    what: str,
    check_mode: bool,
    patience: Patience,
) -> Outcome[S, C]:
    """Bring the state to where its plan is empty.

    An error after which the state is unclear, or a busy object, leads to another read: somebody else, or the write
    whose
    answer was lost, may have done the work already. A write that was accepted is not sent again; its effect is
    waited for.
    """
    before = state = read()
    first = change = plan(state)
    deadline = patience.deadline()
    accepted = False
    while change.needed and not check_mode:
        trouble: CloudError | None = None
        if not accepted:
            try:
                apply(change)
                accepted = True
            except CloudError as error:
                if error.kind not in REREAD:
                    raise
                trouble = error
        state = read()
        change = plan(state)
        if not change.needed:
            break
        if patience.now() + patience.interval > deadline:
            if trouble is not None:
                trouble.hint = (
                    trouble.hint or f"gave up after {patience.timeout:g} s; run again later, or raise wait_timeout"
                )
                raise trouble
            raise ManagingError(
                f"The change of {what} was accepted, but reading it back does not show it after "
                f"{patience.timeout:g} s. Run again."
            )
        patience.sleep(patience.interval)
    return Outcome(before, first, state)
