# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are interrupted, disturbed or raced: whatever happens, the next one ends where an undisturbed one does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import KEYS, WORLD, Player, effects, foreign, own_groups, settled

pytestmark = pytest.mark.slow

# Everything is missing: binding, route, association, admission.
FAR = {
    "resource_group": "etl_night",
    "rds_instance": "rm-far0000000000001",
    "workspace": "platform",
    "data_source": "far",
}
# What a run of it writes, in order; an interruption is tried at each.
STEPS = [
    "TagResources",
    "CreateNetwork",
    "TagResources",
    "CreateRoute",
    "TagResources",
    "AssociateProjectToResourceGroup",
    "ModifySecurityIps",
]


def interrupt(playbook: Player, cloud: LocalCloud, fleet: Path, step: int) -> None:
    """Run until the n-th write took effect; its answer never comes, and from then on every request is refused."""
    cloud.forget()
    cloud.fault("timeout_after", {"writes": True, "nth": step}, delay_ms=1500)
    running = playbook.start("connect_rds.yml", "-i", str(fleet))
    while len(effects(cloud)) < step:
        assert running.process.poll() is None, running.wait().output
        time.sleep(0.02)
    key = {"kind": "access_key", "id": KEYS["operator"]}
    cloud.patch({**key, "set": {"active": False}})
    run = running.wait(warnings=True)
    assert run.status != 0, run.output
    assert effects(cloud) == STEPS[:step]
    cloud.heal()
    cloud.patch({**key, "set": {"active": True}})


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The state after a run that nothing disturbed."""
    with LocalCloud(WORLD) as cloud:
        player = Player(tmp_path_factory.mktemp("undisturbed"), cloud)
        run = player.connect("-i", player.inventory({"far": FAR}))
        assert run.status == 0, run.output
        assert effects(cloud) == STEPS
        return settled(cloud)


@pytest.mark.parametrize("step", range(1, len(STEPS) + 1), ids=[f"{n}-{name}" for n, name in enumerate(STEPS, start=1)])
def test_next_run_finishes_what_was_interrupted(
    playbook: Player, cloud: LocalCloud, undisturbed: str, step: int
) -> None:
    """Wherever a run was cut off, the next one ends in the state of an undisturbed run; nothing is there twice."""
    fleet = playbook.inventory({"far": FAR})
    interrupt(playbook, cloud, fleet, step)
    run = playbook.connect("-i", fleet)
    assert run.status == 0, run.output
    assert run.reports["far"]["verdict"] == "REACHABLE"
    assert settled(cloud) == undisturbed


@pytest.mark.parametrize(
    ("step", "finished"),
    [(1, False), (4, False), (1, True)],
    ids=["mark-only", "up-to-the-route", "finished-by-another-run"],
)
def test_disconnect_after_an_interrupted_connect(
    playbook: Player, cloud: LocalCloud, step: int, finished: bool
) -> None:
    """What an interrupted run made, marks included, is taken back as well."""
    before = foreign(cloud)
    fleet = playbook.inventory({"far": FAR})
    interrupt(playbook, cloud, fleet, step)
    if finished:
        assert playbook.connect("-i", fleet).status == 0
    run = playbook.disconnect("-i", fleet)
    assert run.status == 0, run.output
    assert foreign(cloud) == before


def test_every_write_fails_once_and_loses_its_answer_once(
    playbook: Player, cloud: LocalCloud, undisturbed: str
) -> None:
    """Each write meets a 503 and then takes effect without an answer: the run settles it by reading, and is green."""
    for action in dict.fromkeys(STEPS):
        cloud.fault("server_error", {"action": action, "nth": 1})
        cloud.fault("reset_after", {"action": action, "nth": 2})
    run = playbook.connect("-i", playbook.inventory({"far": FAR}))
    assert run.status == 0, run.output
    assert settled(cloud) == undisturbed
    assert {call["fault"] for call in cloud.ledger() if call["writes"]} == {"server_error", "reset_after", ""}


def test_two_plays_at_once(playbook: Player, cloud: LocalCloud, undisturbed: str) -> None:
    """Two people run the same fleet at the same time: both end green, nothing is lost and nothing is there twice."""
    before = foreign(cloud)
    orders = {"resource_group": "etl_main", "rds_instance": "rm-orders0000000001"}
    fleet = playbook.inventory(
        {
            "far": FAR,
            "orders": {**orders, "workspace": "platform", "data_source": "orders"},
            "night": {**orders, "resource_group": "etl_night"},
        }
    )
    # Both have seen that the binding is missing before one of them makes it: the first answer to each comes late.
    cloud.fault("timeout_after", {"action": "TagResources", "times": 2}, delay_ms=4000)
    runs = [running.wait() for running in [playbook.start("connect_rds.yml", "-i", str(fleet)) for _ in range(2)]]
    cloud.heal()
    assert [run.status for run in runs] == [0, 0], runs[0].output + runs[1].output
    assert effects(cloud).count("CreateNetwork") == effects(cloud).count("CreateRoute") == 1
    assert own_groups(cloud, "rm-far0000000000001") == {"etl_night": ["10.101.20.0/24"]}
    assert own_groups(cloud, "rm-orders0000000001") == {"etl_main": ["172.16.10.0/24"], "etl_night": ["10.101.20.0/24"]}
    run = playbook.disconnect("-i", fleet)
    assert run.status == 0, run.output
    assert foreign(cloud) == before


def test_two_disconnects_at_once(playbook: Player, cloud: LocalCloud) -> None:
    """Two people take the same fleet back at the same time: both end green, and everything is as it was before."""
    before = foreign(cloud)
    fleet = playbook.inventory({"far": FAR})
    assert playbook.connect("-i", fleet).status == 0
    runs = [running.wait() for running in [playbook.start("disconnect_rds.yml", "-i", str(fleet)) for _ in range(2)]]
    assert [run.status for run in runs] == [0, 0], runs[0].output + runs[1].output
    assert own_groups(cloud, "rm-far0000000000001") == {"etl_night": ["127.0.0.1"]}
    assert foreign(cloud) == before


def test_an_entry_is_gone_that_was_seen_a_moment_ago(playbook: Player, cloud: LocalCloud) -> None:
    """Removed, the answer lost, and the next read still shows it: RDS refuses to remove it twice, and all is well."""
    orders = {"resource_group": "etl_main", "rds_instance": "rm-orders0000000001"}
    fleet = playbook.inventory({"orders": orders})
    assert playbook.connect("-i", fleet).status == 0
    cloud.forget()
    assert playbook.disconnect("-i", fleet, "--check").status == 0
    reads = len(cloud.ledger(action="DescribeDBInstanceIPArrayList"))
    cloud.fault("reset_after", {"params": {"ModifyMode": "Delete"}, "nth": 1})
    cloud.fault("stale", {"action": "DescribeDBInstanceIPArrayList", "after": reads, "times": 1})
    run = playbook.disconnect("-i", fleet)
    assert run.status == 0, run.output
    assert own_groups(cloud, "rm-orders0000000001") == {"etl_main": ["127.0.0.1"]}
