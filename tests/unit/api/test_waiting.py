# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a state, on a clock that tests turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.api.errors import CloudError, Kind
from ansible_collections.dataworks.network.plugins.module_utils.api.waiting import Patience, Waiter, wait
from tests.unit.api.fakes import Clock

WAITER = Waiter("waited for network 7 to be Running", frozenset({"Running"}), frozenset({"Deleted"}))


class Looks:
    """Shows one state after the other, and the last one again and again."""

    def __init__(self, *states: str | None) -> None:
        self.states = list(states)
        self.looked = 0

    def __call__(self) -> Mapping[str, Any] | None:
        state = self.states[min(self.looked, len(self.states) - 1)]
        self.looked += 1
        return None if state is None else {"Status": state}


def waited(looks: Looks, timeout: float = 60.0, interval: float = 10.0) -> tuple[Mapping[str, Any], Clock]:
    clock = Clock()
    patience = Patience(timeout, interval, clock.now, clock.sleep)
    return wait(WAITER, looks, lambda record: str(record["Status"]), patience), clock


def failed(looks: Looks, timeout: float = 60.0, interval: float = 10.0) -> CloudError:
    with pytest.raises(CloudError) as error:
        waited(looks, timeout, interval)
    assert error.value.kind is Kind.WAITED
    return error.value


def test_a_good_state_is_returned_without_sleeping() -> None:
    seen, clock = waited(Looks("Running"))
    assert seen == {"Status": "Running"}
    assert clock.slept == []


def test_the_state_is_looked_at_once_an_interval_until_it_is_good() -> None:
    looks = Looks("Pending", "Creating", "Creating", "Running")
    _seen, clock = waited(looks)
    assert looks.looked == 4
    assert clock.slept == [10.0, 10.0, 10.0]


def test_an_object_may_be_invisible_at_first() -> None:
    looks = Looks(None, None, "Pending", "Running")
    waited(looks)
    assert looks.looked == 4


def test_a_bad_state_ends_the_wait_at_once_and_is_named() -> None:
    looks = Looks("Creating", "Deleted")
    assert str(failed(looks)).endswith("aited for network 7 to be Running: it is Deleted (before: Creating)")
    assert looks.looked == 2


def test_an_object_that_was_seen_and_vanished_has_failed() -> None:
    assert "it is gone (before: Creating)" in str(failed(Looks("Creating", None)))


def test_a_deadline_names_the_last_state_the_time_and_what_to_do() -> None:
    error = failed(Looks("Creating"), timeout=35.0)
    assert "still Creating after 35 s" in str(error)
    assert "wait_timeout" in str(error)


def test_an_object_that_never_shows_is_said_to_be_invisible() -> None:
    assert "still not visible after 60 s" in str(failed(Looks(None)))


@given(st.floats(0, 100), st.floats(0.1, 50))
def test_waiting_never_outlasts_its_deadline_and_looks_at_least_once(timeout: float, interval: float) -> None:
    clock = Clock()
    looks = Looks("Creating")
    patience = Patience(timeout, interval, clock.now, clock.sleep)
    with pytest.raises(CloudError):
        wait(WAITER, looks, lambda record: str(record["Status"]), patience)
    assert clock.now() <= 1000.0 + timeout + 1e-6
    assert looks.looked == 1 + len(clock.slept)


@given(st.integers(0, 5))
def test_a_state_that_turns_good_within_the_time_is_seen(number: int) -> None:
    seen, _clock = waited(Looks(*["Creating"] * number, "Running"), timeout=50.0)
    assert seen == {"Status": "Running"}


def test_slow_looks_count_too() -> None:
    clock = Clock()

    def look() -> Mapping[str, Any]:
        clock.time += 25.0
        return {"Status": "Creating"}

    patience = Patience(60.0, 10.0, clock.now, clock.sleep)
    with pytest.raises(CloudError):
        wait(WAITER, look, lambda record: str(record["Status"]), patience)
    assert clock.slept == [10.0]


def test_an_error_while_looking_is_the_error() -> None:
    def look() -> Mapping[str, Any]:
        raise CloudError(Kind.DENIED, code="NoPermission")

    clock = Clock()
    with pytest.raises(CloudError) as error:
        wait(WAITER, look, lambda record: str(record["Status"]), Patience(60, 10, clock.now, clock.sleep))
    assert error.value.kind is Kind.DENIED
