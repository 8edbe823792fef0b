# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_whitelist: busy and locked instances, several writers at once, lost answers, stale reads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.modules import looking
from tests.integration.modules.conftest import Runner
from tests.integration.modules.looking import INSTANCE

WANTED: dict[str, Any] = {"rds_instance": INSTANCE, "group": "etl_prod", "entries": ["10.0.1.0/24"]}
READ, WRITE = "DescribeDBInstanceIPArrayList", "ModifySecurityIps"
LOST = {"timeout_after": {"delay_ms": 1000}, "reset_after": {}, "truncated": {}}
REFUSED = {
    "timeout_before": {"delay_ms": 1000},
    "reset_before": {},
    "server_error": {},
    "html": {},
    "empty": {},
    "throttle": {"retry_after_ms": 100},
}


def test_waits_until_the_instance_is_running(task: Runner) -> None:
    """An instance that still applies the last change is waited for, and then written to once."""
    task.cloud.settings(busy_after_whitelist_change={"status": "TRANSING", "pace": {"polls": 4}})
    task("rds_whitelist", **WANTED)
    result = task("rds_whitelist", **{**WANTED, "entries": ["10.0.3.0/24"]})
    assert result["changed"]
    assert len(result.writes) == 1
    assert len(result.sent("DescribeDBInstanceAttribute")) > 1
    assert looking.whitelist(task.cloud)["etl_prod"] == ["10.0.1.0/24", "10.0.3.0/24"]


@pytest.mark.parametrize(("state", "left"), [("exact", ["10.0.3.0/24"]), ("absent", ["127.0.0.1"])])
def test_an_instance_busy_between_two_writes(task: Runner, state: str, left: list[str]) -> None:
    """A change of two writes gets through an instance that is busy after the first."""
    task("rds_whitelist", **WANTED)
    task.cloud.settings(busy_after_whitelist_change={"status": "TRANSING", "pace": {"polls": 4}})
    entries = ["10.0.3.0/24"] if state == "exact" else ["10.0.1.0/24"]
    assert task("rds_whitelist", **{**WANTED, "entries": entries}, state=state)["changed"]
    assert looking.whitelist(task.cloud)["etl_prod"] == left


def test_an_instance_that_stays_busy(task: Runner) -> None:
    """The wait ends with the last state and what to do; nothing was written."""
    result = task("rds_whitelist", **{**WANTED, "rds_instance": "rm-bp1busy"}, wait_timeout=0.3)
    assert result.failed
    for word in ("rm-bp1busy", "Running", "DBInstanceClassChanging", "0.3 s", "wait_timeout"):
        assert word in result.message
    assert result.writes == []


def test_an_instance_that_gets_busy_meanwhile(task: Runner) -> None:
    """A refusal because of the status is no failure as long as there is time."""
    task.cloud.fault(
        "error", {"action": WRITE, "times": 2}, status=403, code="OperationDenied.DBInstanceStatus", message="Busy."
    )
    result = task("rds_whitelist", **WANTED)
    assert result["changed"]
    assert [request["status"] for request in result.writes] == [403, 403, 200]


def test_an_instance_that_gets_locked_meanwhile(task: Runner) -> None:
    """A lock does not go away by waiting."""
    code, message = "IncorrectDBInstanceLockMode", "Current DB instance lock mode does not support this operation."
    task.cloud.fault("error", {"action": WRITE}, status=404, code=code, message=message)
    result = task("rds_whitelist", **WANTED)
    assert result.failed
    assert "locked" in result.message
    assert len(result.writes) == 1


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(("instance", "word"), [("rm-bp1locked", "LockByExpiration"), ("rm-bp1deleting", "Deleting")])
def test_an_instance_that_cannot_be_changed(task: Runner, instance: str, word: str, check: bool) -> None:
    """Locked or leaving: refused before any write, in check mode too."""
    result = task("rds_whitelist", check=check, **{**WANTED, "rds_instance": instance})
    assert result.failed
    assert instance in result.message
    assert word in result.message
    assert result.writes == []


@pytest.mark.parametrize(
    ("state", "entries", "writes", "left"),
    [
        ("present", ["10.0.3.0/24"], 1, ["10.0.1.0/24", "10.0.3.0/24"]),
        ("exact", ["10.0.3.0/24"], 2, ["10.0.3.0/24"]),
        ("absent", ["10.0.1.0/24"], 2, ["127.0.0.1"]),
    ],
)
@pytest.mark.parametrize("effect", LOST)
def test_a_write_whose_answer_is_lost(
    task: Runner, effect: str, state: str, entries: list[str], writes: int, left: list[str]
) -> None:
    """The write took effect: reading shows it, and it is not sent again."""
    task("rds_whitelist", **WANTED)
    task.cloud.fault(effect, {"action": WRITE, "times": 1}, **LOST[effect])
    result = task("rds_whitelist", **{**WANTED, "entries": entries}, state=state, read_timeout=0.6)
    assert result["changed"]
    assert len(result.writes) == writes
    assert looking.whitelist(task.cloud)["etl_prod"] == left


@pytest.mark.parametrize("effect", REFUSED)
def test_a_write_that_was_not_done(task: Runner, effect: str) -> None:
    """Where reading shows that nothing happened, the write is sent again, with the same words."""
    task.cloud.fault(effect, {"action": WRITE, "times": 1}, **REFUSED[effect])
    result = task("rds_whitelist", **WANTED, read_timeout=0.6)
    assert result["changed"]
    first, second = result.sent(WRITE)
    assert first == second
    assert looking.whitelist(task.cloud)["etl_prod"] == ["10.0.1.0/24"]


def test_a_write_that_never_gets_through(task: Runner) -> None:
    """The deadline ends it, with the service's words and what to do."""
    task.cloud.fault("server_error", {"action": WRITE})
    result = task("rds_whitelist", **WANTED, wait_timeout=0.2)
    assert result.failed
    for word in ("add 1 entry", "etl_prod", INSTANCE, "cn-hangzhou", "ServiceUnavailable", "0.2 s", "RequestId"):
        assert word in result.message
    assert "etl_prod" not in looking.whitelist(task.cloud)


@pytest.mark.parametrize("stale", [1, 3])
def test_a_stale_read_after_the_write(task: Runner, stale: int) -> None:
    """What was written and is not shown yet is waited for, not written again."""
    task.cloud.fault("stale", {"action": READ, "after": 1, "times": stale})
    result = task("rds_whitelist", **WANTED)
    assert result["changed"]
    assert result["entries"] == ["10.0.1.0/24"]
    assert len(result.writes) == 1


def test_a_read_that_stays_stale(task: Runner) -> None:
    """A write that never shows is not reported as done."""
    task.cloud.fault("stale", {"action": READ, "after": 1})
    result = task("rds_whitelist", **WANTED, wait_timeout=0.3)
    assert result.failed
    for word in ("etl_prod", INSTANCE, "accepted", "0.3 s"):
        assert word in result.message
    assert len(result.writes) == 1


def test_a_duplicate_answer_has_converged(task: Runner) -> None:
    """Somebody else was faster: the service says duplicate, reading shows the entry, all is well."""
    task.cloud.fault("stale", {"action": READ, "after": 2, "times": 1})
    task("rds_whitelist", **WANTED)
    result = task("rds_whitelist", **WANTED)
    assert not result.failed
    assert [request["code"] for request in result.writes] == ["InvalidSecurityIPList.Duplicate"]
    assert looking.whitelist(task.cloud)["etl_prod"] == ["10.0.1.0/24"]


def test_a_duplicate_answer_that_is_not_true(task: Runner) -> None:
    """The answer alone proves nothing; what reading does not show is not there."""
    task.cloud.fault("error", {"action": WRITE}, status=400, code="InvalidSecurityIPList.Duplicate", message="Twice.")
    result = task("rds_whitelist", **WANTED, wait_timeout=0.2)
    assert result.failed
    assert "InvalidSecurityIPList.Duplicate" in result.message


def test_writers_of_one_group_and_of_one_instance(task: Runner) -> None:
    """Five at once: nobody fails, no entry and no foreign group is lost."""
    before = looking.foreign(task.cloud, ("group", "etl_prod"), ("group", "reports"))
    task.cloud.settings(latency_ms=15)
    wanted = [
        ("etl_prod", "10.0.1.0/24"),
        ("etl_prod", "10.0.1.0/24"),
        ("etl_prod", "10.0.3.0/24"),
        ("etl_prod", "10.0.4.0/24"),
        ("reports", "10.0.5.0/24"),
    ]
    runs = [("rds_whitelist", {**WANTED, "group": group, "entries": [entry]}) for group, entry in wanted]
    assert [result.message for result in task.together(*runs) if result.failed] == []
    groups = looking.whitelist(task.cloud)
    assert sorted(groups["etl_prod"]) == ["10.0.1.0/24", "10.0.3.0/24", "10.0.4.0/24"]
    assert groups["reports"] == ["10.0.5.0/24"]
    assert looking.foreign(task.cloud, ("group", "etl_prod"), ("group", "reports")) == before


def test_one_comes_while_another_goes(task: Runner) -> None:
    """Adding and removing in one group at the same time, on an instance that is busy after each change."""
    task("rds_whitelist", **{**WANTED, "entries": ["10.0.1.0/24", "10.0.2.0/24"]})
    task.cloud.settings(latency_ms=15, busy_after_whitelist_change={"status": "TRANSING", "pace": {"polls": 2}})
    task.together(
        ("rds_whitelist", {**WANTED, "entries": ["10.0.3.0/24"]}),
        ("rds_whitelist", {**WANTED, "entries": ["10.0.2.0/24"], "state": "absent"}),
    )
    assert sorted(looking.whitelist(task.cloud)["etl_prod"]) == ["10.0.1.0/24", "10.0.3.0/24"]


@pytest.mark.parametrize("limits", [{}, {"append_present_entry": "ignore", "delete_absent_entry": "ignore"}])
def test_both_readings_of_the_documentation(task: Runner, limits: dict[str, str]) -> None:
    """Where the documentation leaves a choice the result is the same."""
    task.cloud.settings(delete_matches="network" if limits else "spelling", **limits)
    assert task("rds_whitelist", **WANTED)["changed"]
    exact = task("rds_whitelist", **{**WANTED, "entries": ["10.0.9.0/24"]}, state="exact")
    assert exact["entries"] == ["10.0.9.0/24"]
    assert task("rds_whitelist", **{**WANTED, "entries": ["10.0.9.0/24"]}, state="absent")["entries"] == ["127.0.0.1"]
