# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use case: observe many connections at once, and say of each where it stands and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..api.dataworks import DataWorks
from ..api.errors import CloudError
from ..api.identity import account_of
from ..api.ledger import BASIC_EDITION_DAILY_CALLS
from ..api.observer import Observer
from ..api.waiting import Patience
from ..core import binding, ends, path, plan, removal, report
from ..core.connection import Connection, InputError, from_options
from ..core.findings import REFUSE, UNKNOWN, Finding
from ..core.snapshot import DataSource, ResourceGroup, Snapshot
from . import connectivity
from .module import Task

_THREADS = 8
_REFUSED = {"connect": frozenset({REFUSE, UNKNOWN}), "disconnect": frozenset({UNKNOWN})}
"""What keeps a run from planning: going away is possible from states in which connecting is not."""


def observe(task: Task) -> dict[str, Any]:
    """Return a report per connection, keyed by its name; a connection described wrongly is an error of its own only."""
    described = [{"region": task.region, **_set(options)} for options in task.options["connections"]]
    connections, reports = _described(described)
    snapshot = Snapshot()
    if connections:
        snapshot.account = task.cloud.account = account_of(task.cloud, task.region)
        Observer(task.cloud, snapshot).observe(connections, leaving=task.options["purpose"] == "disconnect")
        assessments = _assess(connections, snapshot, reports)
        plans = _plans(task.options["purpose"], assessments, snapshot)
        tests = _tests(task, assessments, plans) if task.options["test"] else {}
        for result in assessments:
            name = result.connection.name
            reports[name] = _report(result, plans[name], tests.get(name, []), _REFUSED[task.options["purpose"]])
    _warn_of_quota(task, reports)
    return {
        "changed": False,
        "account": snapshot.account,
        "connections": {options["name"]: reports[options["name"]] for options in described},
        "verdicts": _count(reports),
    }


def _set(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _described(described: Sequence[Mapping[str, Any]]) -> tuple[list[Connection], dict[str, dict[str, Any]]]:
    connections: list[Connection] = []
    reports: dict[str, dict[str, Any]] = {}
    for options in described:
        if any(options["name"] == connection.name for connection in connections):
            raise InputError(
                options["name"], "name", options["name"], "two connections have this name; names are unique"
            )
        try:
            connections.append(from_options(options))
        except InputError as error:
            reports[options["name"]] = report.failed(options["name"], str(error))
    return connections, reports


def _assess(
    connections: Sequence[Connection], snapshot: Snapshot, reports: dict[str, dict[str, Any]]
) -> list[path.Assessment]:
    found: list[tuple[Connection, ends.Ends]] = []

    def failed(connection: Connection, error: InputError) -> None:
        reports[connection.name] = report.failed(connection.name, str(error))

    for connection in connections:
        try:
            found.append((connection, ends.find(connection, snapshot)))
        except InputError as error:
            failed(connection, error)
    choices, errors = binding.agree(found, snapshot)
    assessments = []
    for connection, both in found:
        try:
            if connection.name in errors:
                raise errors[connection.name]
            assessments.append(path.walk(connection, both, snapshot, choices))
        except InputError as error:
            failed(connection, error)
    path.reconcile(assessments)
    return assessments


def _plans(purpose: str, assessments: Sequence[path.Assessment], snapshot: Snapshot) -> dict[str, plan.Plan]:
    def made(result: path.Assessment) -> plan.Plan:
        if purpose == "disconnect":
            return removal.disconnect(result, snapshot, assessments)
        return plan.connect(result)

    plans = {result.connection.name: made(result) for result in assessments}
    plan.share(plans.values())
    return plans


_Key = tuple[str, str, tuple[DataSource, ...], bool]


def _tests(
    task: Task, assessments: Sequence[path.Assessment], plans: Mapping[str, plan.Plan]
) -> dict[str, list[dict[str, Any]]]:
    """Test what is settled; connections that share a data source and a resource group share one test.

    A failed test is repeated only where the walk finds the path open, since time helps nobody else.
    """
    wanted: dict[_Key, list[str]] = {}
    for result in assessments:
        name, group, sources = result.connection.name, result.ends.group, result.ends.data_sources
        if not (result.may_write and _ready(plans[name])):
            continue
        if isinstance(group, ResourceGroup) and isinstance(sources, tuple) and sources:
            key = (group.region, group.id, sources, result.verdict == path.REACHABLE)
            wanted.setdefault(key, []).append(name)

    def run(key: _Key) -> list[dict[str, Any]]:
        region, group_id, sources, open_path = key
        patience = Patience(task.options["test_timeout"] if open_path else 0.0, task.options["poll_interval"])
        try:
            return connectivity.repeat(DataWorks(task.cloud, region), sources, group_id, patience)
        except CloudError as error:
            return [_untested(source, error) for source in sources]

    with ThreadPoolExecutor(_THREADS) as pool:
        results = list(pool.map(run, wanted))
    return {name: tests for tests, names in zip(results, wanted.values(), strict=True) for name in names}


def _ready(made: plan.Plan) -> bool:
    return all(step.action == plan.RETIRE for step in made.steps)


def _untested(source: DataSource, error: CloudError) -> dict[str, Any]:
    return {
        "data_source": source.name,
        "data_source_id": source.id,
        "environment": source.environment,
        "state": "",
        "message": str(error),
        "steps": [],
    }


def _report(
    result: path.Assessment, made: plan.Plan, tests: list[dict[str, Any]], refused: frozenset[str]
) -> dict[str, Any]:
    added: Finding | None = report.test_finding(result, tests)
    if tests and {test["state"] for test in tests} <= {connectivity.CONNECTABLE, connectivity.CONFIG_ERROR}:
        made.console = []  # the test has proved what the console steps ask for
    if added is not None:
        result.findings.append(added)
    return report.render(result, made, tests, refused)


def _warn_of_quota(task: Task, reports: Mapping[str, Mapping[str, Any]]) -> None:
    """Steps lead to as many calls again for the observation after them, and to some of their own."""
    sent = task.cloud.ledger.product_total("dataworks")
    steps = sum(len(entry["plan"]) for entry in reports.values())
    likely = 2 * sent + 3 * steps if steps else sent
    if likely > BASIC_EDITION_DAILY_CALLS:
        task.warn(
            f"The run is likely to need {likely} DataWorks calls, {sent} of them made so far. DataWorks Basic Edition "
            f"allows {BASIC_EDITION_DAILY_CALLS} a day in a region; other editions bill those beyond a monthly quota."
        )


def _count(reports: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    verdicts = [path.REACHABLE, path.PARTIAL, path.UNREACHABLE, path.UNDETERMINED]
    return {verdict: sum(entry["verdict"] == verdict for entry in reports.values()) for verdict in verdicts}
