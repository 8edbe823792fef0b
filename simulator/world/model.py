# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole world: clock, settings, accounts and faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from simulator.resources import CloudSettings, RegionSection, reference_problems
from simulator.section import Moment
from simulator.world.fault_rules import FaultRule
from simulator.world.identity import AccessKey, Role, User
from simulator.world.section import Path, Problem, Section


class ClockSection(Section):
    """Virtual time: `now` follows real time; a fixed start stands still until somebody advances it."""

    start: Literal["now"] | Moment = "now"
    tick: Annotated[float, Field(ge=0)] = 0.0


class Settings(CloudSettings):
    """Settings of the products, plus those of the gateway in front of them."""

    strict_signatures: bool = True
    read_only: bool = False
    latency_ms: Annotated[int, Field(ge=0)] = 0
    gateway_clock_offset: int = 0
    daily_quota: dict[str, Annotated[int, Field(ge=0)]] = {}
    rate_limits: dict[str, Annotated[float, Field(gt=0)]] = {}
    permission_errors: dict[str, str] = {}


class Account(Section):
    """One main account with everything it owns."""

    id: Annotated[str, Field(pattern=r"^[0-9]{16}$")]
    name: str = ""
    root_keys: list[AccessKey] = []
    users: list[User] = []
    roles: list[Role] = []
    regions: dict[str, RegionSection] = {}


class World(Section):
    """Everything a local cloud starts with."""

    name: str
    description: str = ""
    clock: ClockSection = ClockSection()
    settings: Settings = Settings()
    accounts: Annotated[list[Account], Field(min_length=1)]
    faults: list[FaultRule] = []


def problems(world: World) -> Iterator[Problem]:
    """Yield every duplicate and every reference to something that the world does not contain."""
    yield from _duplicates(world)
    yield from _dangling_trust(world)
    for path, message in reference_problems(world.accounts):
        yield Problem(("accounts", *path), message)


def _duplicates(world: World) -> Iterator[Problem]:
    for what, named in (("account", _account_ids(world)), ("access key", _key_ids(world)), ("name", _names(world))):
        counted = Counter(identifier for identifier, _ in named)
        seen: set[str] = set()
        for identifier, path in named:
            if counted[identifier] > 1 and identifier in seen:
                yield Problem(path, f"{what} {identifier.rpartition('|')[2]} is declared twice")
            seen.add(identifier)


def _account_ids(world: World) -> list[tuple[str, Path]]:
    return [(account.id, ("accounts", index, "id")) for index, account in enumerate(world.accounts)]


def _key_ids(world: World) -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    for index, account in enumerate(world.accounts):
        here: Path = ("accounts", index)
        found += [(key.id, (*here, "root_keys", number, "id")) for number, key in enumerate(account.root_keys)]
        for place, user in enumerate(account.users):
            there: Path = (*here, "users", place, "access_keys")
            found += [(key.id, (*there, number, "id")) for number, key in enumerate(user.access_keys)]
    return found


def _names(world: World) -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    for index, account in enumerate(world.accounts):
        for section in ("users", "roles"):
            found += [
                (f"{account.id}/{section}|{item.name}", ("accounts", index, section, number, "name"))
                for number, item in enumerate(getattr(account, section))
            ]
    return found


def _dangling_trust(world: World) -> Iterator[Problem]:
    known = {arn for account in world.accounts for arn in _principals(account)}
    for index, account in enumerate(world.accounts):
        for number, role in enumerate(account.roles):
            for place, trust in enumerate(role.trust):
                if not trust.principal.endswith(".aliyuncs.com") and trust.principal not in known:
                    path: Path = ("accounts", index, "roles", number, "trust", place)
                    yield Problem(path, f"role {role.name} trusts {trust.principal}, which is not in this world")


def _principals(account: Account) -> Iterator[str]:
    yield account.id
    yield f"acs:ram::{account.id}:root"
    yield from (f"acs:ram::{account.id}:user/{user.name}" for user in account.users)
    yield from (f"acs:ram::{account.id}:role/{role.name}" for role in account.roles)
