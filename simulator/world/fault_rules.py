# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fault rules: which requests go wrong, how often, and in what way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulator.world.section import Section

Effect = Literal[
    "throttle",
    "server_error",
    "html",
    "empty",
    "redirect",
    "error_body_200",
    "success_false",
    "error",
    "timeout_before",
    "timeout_after",
    "reset_before",
    "reset_after",
    "truncated",
    "stale",
    "slow_transition",
    "expire_sts",
]

BEFORE = frozenset(
    {
        "throttle",
        "server_error",
        "html",
        "empty",
        "redirect",
        "error_body_200",
        "success_false",
        "error",
        "timeout_before",
        "reset_before",
    }
)
AFTER = frozenset({"timeout_after", "reset_after", "truncated"})


class Match(Section):
    """Which requests a rule hits; what is left out does not matter. Names may contain * (`Describe*`)."""

    product: str | None = None
    action: str | None = None
    region: str | None = None
    account: str | None = None
    writes: bool | None = None
    params: dict[str, str] = {}
    nth: Annotated[int, Field(ge=1)] | None = None  # only the n-th matching request
    after: Annotated[int, Field(ge=0)] = 0  # not the first n
    times: Annotated[int, Field(ge=1)] | None = None  # then n times at most
    every: Annotated[int, Field(ge=1)] = 1  # only each n-th of those


class FaultRule(Section):
    """One rule: the effect, and parameters that change its defaults."""

    match: Match = Match()
    effect: Effect
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    code: str | None = None
    message: str | None = None
    retry_after_ms: Annotated[int, Field(ge=0)] | None = None
    delay_ms: Annotated[int, Field(ge=0)] | None = None
    location: str | None = None
    body: str | None = None
    polls: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> FaultRule:
        if self.effect == "error" and not (self.code and self.status):
            raise ValueError("effect error needs status and code")
        if self.effect == "slow_transition" and self.polls is None:
            raise ValueError("effect slow_transition needs polls")
        return self
