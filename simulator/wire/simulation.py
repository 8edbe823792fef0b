# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One running simulation: a world, its cloud, and everything the gateway remembers."""

from __future__ import annotations

import random
import uuid
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from simulator.access.directory import Directory
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.wire.authentication import Authenticator
from simulator.wire.endpoints import REGIONS
from simulator.wire.faults import Faults
from simulator.wire.ledger import Ledger
from simulator.wire.limits import Limits
from simulator.wire.redaction import redact
from simulator.wire.tokens import ClientTokens
from simulator.world.model import Settings, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ACCESS_KINDS = frozenset({"access_key", "principal"})


class Simulation:
    """State of the simulator; `load` starts it over with another world."""

    clock: Clock
    cloud: Cloud
    directory: Directory

    def __init__(self, world: Callable[[], World], seed: int = 0, overrides: Mapping[str, Any] | None = None) -> None:
        """Start from `world`; `overrides` are settings of the command line that hold in every world."""
        self._initial = world
        self._seed = seed
        self._overrides = dict(overrides or {})
        self.load(world())

    def load(self, world: World) -> None:
        """Begin in `world`: nothing of what happened before is left."""
        change_settings(world.settings, self._overrides)
        self.world = world
        self.chance = random.Random(self._seed)
        start = world.clock.start
        self.clock = Clock(None if start == "now" else start, world.clock.tick)
        self.cloud = Cloud(world, self.clock)
        self.directory = Directory(world, self.chance)
        self.authenticator = Authenticator(self.directory, self.clock)
        self.tokens = ClientTokens()
        self.limits = Limits(self.clock)
        self.faults = Faults(world.faults)
        self.ledger = Ledger()
        self.before_last_write: Cloud | None = None
        self.regions = REGIONS | {region for account in world.accounts for region in account.regions}

    def reset(self) -> None:
        """Begin again in the world the simulator was started with."""
        self.load(self._initial())

    def request_id(self) -> str:
        """Return a new request id."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4)).upper()

    def keep_for_stale_reads(self) -> None:
        """Keep a copy of the cloud before a write, for reads that have to answer with the past."""
        self.before_last_write = deepcopy(self.cloud, {id(self.clock): self.clock, id(self.world): self.world})

    def patch(self, changes: Iterable[Mapping[str, Any]]) -> None:
        """Change resources, keys or permissions from outside, as another administrator would."""
        listed = list(changes)
        self.cloud.patch([dict(change) for change in listed if change.get("kind") not in _ACCESS_KINDS])
        for change in listed:
            if change.get("kind") in _ACCESS_KINDS:
                self.directory.patch(change)

    def dump(self) -> dict[str, Any]:
        """Return the whole state without secrets."""
        state = {
            "world": self.world.name,
            "time": self.clock.iso(),
            "settings": self.world.settings.model_dump(mode="json"),
            "access": self.directory.dump(),
            "cloud": self.cloud.dump(),
            "faults": self.faults.dump(),
        }
        cleaned: dict[str, Any] = redact(state, self.directory.secrets())
        return cleaned


def change_settings(settings: Settings, changes: Mapping[str, Any]) -> None:
    """Change settings in place after validating them as a whole."""
    merged = Settings.model_validate({**settings.model_dump(), **changes})
    for name in changes:
        setattr(settings, name, getattr(merged, name))
