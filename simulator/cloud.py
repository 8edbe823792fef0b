# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All resources of all accounts, as the world describes them and as calls have changed them since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator import patching, settling, state
from simulator.completion import complete, reserve_numbers
from simulator.naming import Names
from simulator.products.rds.schema import WhitelistGroup
from simulator.resources import CloudSettings, RegionSection
from simulator.transitions import Transitions

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.world.model import World

_REMEMBERED_TESTS = 500


class Cloud:
    """The state behind every operation; it changes through operations, patches and the passing of time only."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget every change: the state is that of the world file again."""
        self.names = Names(self.world.name)
        self.transitions = Transitions(self.clock)
        self.lagging_whitelists: dict[str, list[WhitelistGroup]] = {}
        self.platform_entries: dict[str, list[str]] = {}
        self.connectivity_tests: list[dict[str, Any]] = []
        self.accounts: dict[str, dict[str, RegionSection]] = {
            account.id: {region: section.model_copy(deep=True) for region, section in account.regions.items()}
            for account in self.world.accounts
        }
        for _, _, section in self.everything():
            reserve_numbers(section, self.names)
        for _, region, section in self.everything():
            complete(section, region, self.names)

    @property
    def settings(self) -> CloudSettings:
        """Return the settings of the world, which may change while the simulator runs."""
        return self.world.settings

    def slow(self, polls: int | None) -> None:
        """Make transitions started from now on take so many reads longer; None ends it."""
        self.transitions.extra_polls = polls or 0

    def section(self, account: str, region: str) -> RegionSection:
        """Return what an account owns in a region; nothing is kept of a region in which it owns nothing."""
        return self.accounts.get(account, {}).get(region) or RegionSection()

    def sections(self, account: str, region: str = "") -> Iterator[tuple[str, RegionSection]]:
        """Yield what an account owns, by region; only the one region when it is given."""
        for name, section in self.accounts.get(account, {}).items():
            if region in ("", name):
                yield name, section

    def everything(self) -> Iterator[tuple[str, str, RegionSection]]:
        """Yield every account, region and what is there."""
        for account, regions in self.accounts.items():
            for region, section in regions.items():
                yield account, region, section

    def remember_test(self, record: dict[str, Any]) -> None:
        """Keep how a connectivity test went, so that a person can read why it answered what it did."""
        self.connectivity_tests = [*self.connectivity_tests, record][-_REMEMBERED_TESTS:]

    def dump(self) -> dict[str, Any]:
        """Return the whole state as JSON-able data in a fixed order, without secrets."""
        settling.settle_everything(self)
        return state.describe(self)

    def patch(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Change the state as somebody else would have; if one change makes no sense, ValueError and none is done."""
        patching.apply(self, changes)
