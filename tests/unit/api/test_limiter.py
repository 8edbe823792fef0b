# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast requests go out, on a clock that tests turn."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.api import operations as op
from ansible_collections.dataworks.network.plugins.module_utils.api.limiter import Limiter
from tests.unit.api.fakes import REGION, Clock


def send(
    limiter: Limiter, clock: Clock, count: int, operation: op.Operation = op.LIST_NETWORKS, region: str = REGION
) -> list[float]:
    """When each of so many requests goes out."""
    times = []
    for _number in range(count):
        limiter.wait(operation, region, "1")
        times.append(clock.now())
    return times


def most_in_a_second(times: list[float]) -> int:
    return max(sum(start <= time < start + 1.0 - 1e-6 for time in times) for start in times)


def test_a_few_requests_go_out_at_once() -> None:
    clock = Clock()
    assert send(Limiter(clock.now, clock.sleep), clock, 2)[-1] - 1000.0 <= 0.25


def test_many_requests_take_the_time_that_the_rate_asks_for() -> None:
    clock = Clock()
    times = send(Limiter(clock.now, clock.sleep), clock, 100)
    assert 18.0 <= times[-1] - times[0] <= 20.0


def test_dataworks_is_sent_at_most_five_requests_in_any_second() -> None:
    """Its documented limit: at most 5 a second for all operations together."""
    clock = Clock()
    assert most_in_a_second(send(Limiter(clock.now, clock.sleep), clock, 40)) <= 5


@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.1, 0.5, 3.0]), min_size=1, max_size=60))
def test_pauses_are_no_credit_beyond_a_second(pauses: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(clock.now, clock.sleep)
    times = []
    for pause in pauses:
        clock.time += pause
        times += send(limiter, clock, 1)
    assert times == sorted(times)
    for first, start in enumerate(times):
        for later, end in enumerate(times[first:], start=1):
            assert later <= 5 + (end - start) * 5 + 1e-6


def test_places_and_where_the_product_counts_so_operations_have_their_own_rate() -> None:
    clock = Clock()
    limiter = Limiter(clock.now, clock.sleep)
    send(limiter, clock, 50)
    behind = clock.now()
    send(limiter, clock, 1, region="cn-shanghai")
    send(limiter, clock, 1, op.DESCRIBE_VPCS)
    send(limiter, clock, 1, op.DESCRIBE_VSWITCHES)
    limiter.wait(op.LIST_NETWORKS, REGION, "2")
    assert clock.now() == behind


def test_dataworks_operations_share_one_rate() -> None:
    clock = Clock()
    limiter = Limiter(clock.now, clock.sleep)
    send(limiter, clock, 50)
    behind = clock.now()
    send(limiter, clock, 1, op.LIST_ROUTES)
    assert clock.now() > behind


@pytest.mark.parametrize(("refusals", "gap"), [(1, 0.4), (2, 0.8), (4, 3.2), (5, 5.0), (20, 5.0)])
def test_each_refusal_halves_the_rate_down_to_a_floor(refusals: int, gap: float) -> None:
    clock = Clock()
    limiter = Limiter(clock.now, clock.sleep)
    for _refusal in range(refusals):
        limiter.refused(op.LIST_NETWORKS, REGION, "1")
    times = send(limiter, clock, 20)
    assert times[-1] - times[-2] == pytest.approx(gap)


def test_success_brings_the_rate_back_and_not_beyond() -> None:
    clock = Clock()
    limiter = Limiter(clock.now, clock.sleep)
    for _refusal in range(5):
        limiter.refused(op.LIST_NETWORKS, REGION, "1")
    for _success in range(200):
        send(limiter, clock, 1)
        limiter.served(op.LIST_NETWORKS, REGION, "1")
    times = send(limiter, clock, 50)
    assert times[-1] - times[0] == pytest.approx(49 / 5, abs=0.5)


def test_threads_that_come_together_are_spread() -> None:
    """Each takes its place in the queue before it sleeps."""
    delays: list[float] = []
    lock = threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            delays.append(round(seconds, 6))

    limiter = Limiter(lambda: 0.0, sleep)
    threads = [threading.Thread(target=limiter.wait, args=(op.LIST_NETWORKS, REGION, "1")) for _n in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(delays) == {1.0: 5, 2.0: 5, 3.0: 5, 4.0: 5}, "five a second, the first five at once"
