# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: every request counted once, from any thread; and the table of operations that it counts by."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.api.ledger import Ledger
from ansible_collections.dataworks.network.plugins.module_utils.api.operations import OPERATIONS, Operation
from ansible_collections.dataworks.network.plugins.module_utils.api.sdk import PACKAGES

ALL = sorted(OPERATIONS.values(), key=lambda found: (found.product, found.action))


@given(st.lists(st.sampled_from(ALL)))
def test_the_counts_add_up(calls: list[Operation]) -> None:
    ledger = Ledger()
    for operation in calls:
        ledger.enter(operation)
    shown = ledger.as_dict()
    assert shown["total"] == len(calls)
    assert shown["writes"] == sum(operation.writes for operation in calls)
    products = {operation.product for operation in calls}
    assert shown["by_product"] == {name: ledger.product_total(name) for name in sorted(products)}
    assert shown["by_operation"] == {
        f"{found.product}:{found.action}": calls.count(found) for found in sorted(set(calls), key=ALL.index)
    }


def test_an_empty_ledger_has_the_same_shape() -> None:
    assert Ledger().as_dict() == {"total": 0, "writes": 0, "by_product": {}, "by_operation": {}}
    assert Ledger().product_total("dataworks") == 0


def test_threads_lose_no_count() -> None:
    ledger = Ledger()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ledger.enter, ALL * 200))
    assert ledger.as_dict()["total"] == len(ALL) * 200


@pytest.mark.parametrize("operation", ALL, ids=lambda found: f"{found.product}:{found.action}")
def test_every_operation_exists_in_its_sdk(operation: Operation) -> None:
    package = PACKAGES[operation.product]
    client = importlib.import_module(f"{package}.client").Client
    assert callable(getattr(client, f"{operation.method}_with_options"))
    assert operation.ram_action == f"{operation.product}:{operation.action}"


@pytest.mark.parametrize("operation", ALL, ids=lambda found: f"{found.product}:{found.action}")
def test_an_operation_writes_exactly_if_its_name_says_so(operation: Operation) -> None:
    reading = ("Get", "List", "Describe", "Test", "AssumeRole")
    assert operation.writes == (not operation.action.startswith(reading))
    if not operation.writes:
        assert operation.repeatable


def test_only_a_create_with_a_client_token_and_tagging_are_repeatable_writes() -> None:
    found = {operation.action for operation in ALL if operation.writes and operation.repeatable}
    assert found == {"CreateNetwork", "TagResources", "UnTagResources"}
    models = importlib.import_module(f"{PACKAGES['dataworks']}.models")
    assert hasattr(models.CreateNetworkRequest(), "client_token")
