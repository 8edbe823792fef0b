# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of every section of a world file; a section read from a world is also the state the simulator works on."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from simulator.clock import UTC


class Section(BaseModel):
    """A part of a world file: unknown keys are errors, and a changed field is validated like a read one."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


def _strict_cidr(text: str) -> str:
    return str(IPv4Network(text))


def _address(text: str) -> str:
    return str(IPv4Address(text))


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: object) -> object:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Cidr = Annotated[str, AfterValidator(_strict_cidr)]
Address = Annotated[str, AfterValidator(_address)]
Moment = Annotated[datetime, AfterValidator(_aware)]
LooseText = Annotated[str, BeforeValidator(_text)]

BEFORE_EVERYTHING = datetime(2025, 6, 1, tzinfo=UTC)


class Named(Section):
    """What most resources have in common."""

    name: str = ""
    description: str = ""
    tags: dict[str, str] = {}
    created: Moment = BEFORE_EVERYTHING


class Pace(Section):
    """How long a transition takes: so many reads of the object, so many simulated seconds, or forever."""

    polls: int = Field(default=0, ge=0)
    seconds: float = Field(default=0, ge=0)
    forever: bool = False

    @property
    def immediate(self) -> bool:
        """Tell whether nothing has to happen before the transition is over."""
        return not (self.polls or self.seconds or self.forever)


def _pace(value: object) -> object:
    if value == "immediate":
        return {}
    if value == "never":
        return {"forever": True}
    return value


PaceSetting = Annotated[Pace, BeforeValidator(_pace)]


class ErrorShape(Section):
    """Which error an undocumented refusal answers with."""

    status: int = Field(default=400, ge=400, le=599)
    code: str


Decision = Literal["refuse", "allow"]
