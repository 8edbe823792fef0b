# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Found, absent, unknown: what could not be read is never taken for good, and nothing is written on its strength."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import path, plan
from ansible_collections.dataworks.network.plugins.module_utils.core.connection import InputError
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import Snapshot, Unknown
from tests.unit.core.cases import DECLARED, PUBLIC, TESTED
from tests.unit.core.worlds import World, exclusive_world, internet_world, private_world, wish

DENIED = Unknown("Cannot read it: NoPermission", "NoPermission")
Path = tuple[str, Callable[[], World], dict[str, Any]]
PATHS: list[Path] = [
    ("private", private_world, TESTED),
    ("exclusive", exclusive_world, DECLARED),
    ("public", internet_world, PUBLIC),
    ("public with a named vSwitch", internet_world, {**PUBLIC, "vswitch": "vsw-a1"}),
]


def reads(snapshot: Snapshot) -> list[tuple[str, Any]]:
    """Every single read of a snapshot: the mapping and the key."""
    mappings = [found.name for found in fields(snapshot) if isinstance(getattr(snapshot, found.name), dict)]
    return [(name, key) for name in mappings for key in getattr(snapshot, name)]


def on_the_path(words: dict[str, Any], read: tuple[str, Any]) -> bool:
    """The worlds hold few reads beside the path: those that only a private or only an Internet path needs."""
    name, key = read
    public = words.get("network_path") == "public"
    return not (public and (name in ("routes", "vpcs") or (name, key) == ("vswitches", "vpc-z")))


SINGLE = [
    pytest.param(start, words, read, id=f"{name}: {read[0]} of {read[1]}")
    for name, start, words in PATHS
    for read in reads(start().snapshot)
    if on_the_path(words, read)
]


@pytest.mark.parametrize(("start", "words", "read"), SINGLE)
def test_a_read_that_failed_gives_undetermined_and_no_plan(
    start: Callable[[], World], words: dict[str, Any], read: tuple[str, Any]
) -> None:
    world = start()
    assert world.see(wish(**words))[0].verdict == path.REACHABLE
    getattr(world.snapshot, read[0])[read[1]] = DENIED
    (result,) = world.see(wish(**words))
    assert result.verdict == path.UNDETERMINED
    assert not result.may_write
    assert plan.connect(result).steps == []
    assert DENIED.reason in [finding.evidence for finding in result.findings]


@pytest.mark.parametrize(("start", "words", "read"), SINGLE)
def test_a_read_that_is_missing_is_never_taken_for_good(
    start: Callable[[], World], words: dict[str, Any], read: tuple[str, Any]
) -> None:
    world = start()
    del getattr(world.snapshot, read[0])[read[1]]
    try:
        (result,) = world.see(wish(**words))
    except InputError:
        return
    assert result.verdict != path.REACHABLE


@given(st.data())
def test_any_number_of_failed_reads_never_gives_reachable_nor_a_plan(data: st.DataObject) -> None:
    _name, start, words = data.draw(st.sampled_from(PATHS))
    world = start()
    candidates = [read for read in reads(world.snapshot) if on_the_path(words, read)]
    for mapping, key in data.draw(st.lists(st.sampled_from(candidates), min_size=1, unique=True)):
        getattr(world.snapshot, mapping)[key] = DENIED
    try:
        (result,) = world.see(wish(**words))
    except InputError as error:
        pytest.fail(f"a read that failed is blamed on the user: {error}")
    assert result.verdict != path.REACHABLE
    assert plan.connect(result).steps == []


def test_a_declared_vswitch_that_could_not_be_looked_up_is_not_called_wrong() -> None:
    """A vSwitch outside the instance's VPC is looked up by its word; a refusal of that lookup is no answer."""
    world = exclusive_world()
    world.snapshot.vswitches["vsw-elsewhere"] = DENIED
    (result,) = world.see(wish(vswitch="vsw-elsewhere"))
    assert result.verdict == path.UNDETERMINED
    assert plan.connect(result).steps == []


@pytest.mark.parametrize(
    ("mapping", "key", "named"),
    [("workspaces", "cn-hangzhou", "sales"), ("data_sources", 77, "orders"), ("instances", "rm-a", "rm-a")],
)
def test_what_could_not_be_read_is_named(mapping: str, key: Any, named: str) -> None:
    world = private_world()
    getattr(world.snapshot, mapping)[key] = DENIED
    (result,) = world.see(wish(**TESTED))
    assert named in {finding.object_id for finding in result.findings if finding.code == "UNKNOWN_RESOURCE"}
