# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A local cloud for each test, and the playbooks to run against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.embedded import LocalCloud, WorldSource
from tests.integration.playbooks.playing import WORLD, Player


@pytest.fixture
def start_cloud() -> Iterator[Callable[[WorldSource], LocalCloud]]:
    """A function that starts a local cloud in a world."""
    running: list[LocalCloud] = []

    def start(world: WorldSource) -> LocalCloud:
        running.append(LocalCloud(world))
        return running[-1]

    yield start
    for cloud in running:
        cloud.close()


@pytest.fixture
def cloud(start_cloud: Callable[[WorldSource], LocalCloud]) -> LocalCloud:
    """The local cloud in the world of these tests."""
    return start_cloud(WORLD)


@pytest.fixture
def playbook(tmp_path: Path, cloud: LocalCloud) -> Player:
    """What runs playbooks against the cloud."""
    return Player(tmp_path, cloud)
