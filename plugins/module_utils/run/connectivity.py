# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use case: DataWorks' own connectivity test, polled sparingly because it counts against a daily quota."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..api.dataworks import DataWorks
from ..api.errors import CloudError
from ..api.waiting import Patience
from ..core.snapshot import DataSource
from . import selection
from .managing import ManagingError
from .module import Task

CONNECTABLE, CONFIG_ERROR, UNREACHABLE, UNSUPPORTED = "Connectable", "ConfigError", "Unreachable", "Unsupport"
_MAY_CHANGE = frozenset({UNREACHABLE, UNSUPPORTED})


def test(task: Task) -> dict[str, Any]:
    """Test the registrations of one data source from a resource group."""
    group, workspace = selection.resource_group(task), selection.workspace(task)
    service = DataWorks(task.cloud, task.region)
    word, environment = task.options["data_source"], task.options["environment"]
    known = service.data_sources(workspace.id)
    sources = [source for source in known if source.name == word and environment in ("all", source.environment)]
    if not sources:
        names = ", ".join(sorted({f"{source.name} ({source.environment})" for source in known})) or "none"
        raise ManagingError(
            f"option data_source is {word!r}: workspace {workspace.name} has no such data source "
            f"({environment}); there are: {names}"
        )
    patience = Patience(task.options["wait_timeout"], task.options["poll_interval"])
    tests = repeat(service, sources, group.id, patience)
    return {
        "changed": False,
        "state": worst(tests),
        "connectable": all(result["state"] == CONNECTABLE for result in tests),
        "network_open": all(result["state"] in (CONNECTABLE, CONFIG_ERROR) for result in tests),
        "tests": tests,
    }


def repeat(
    service: DataWorks, sources: Sequence[DataSource], group_id: str, patience: Patience
) -> list[dict[str, Any]]:
    """Test each source; repeat the failed ones until the deadline, since a whitelist takes about a minute to work."""
    deadline = patience.deadline()
    results: dict[int, dict[str, Any]] = {}
    pending = list(sources)
    while True:
        for source in pending:
            results[source.id] = _once(service, source, group_id)
        pending = [source for source in sources if results[source.id]["state"] in _MAY_CHANGE]
        if not pending or patience.now() + patience.interval > deadline:
            return [results[source.id] for source in sources]
        patience.sleep(patience.interval)


def worst(tests: Sequence[dict[str, Any]]) -> str:
    """Return the state that decides: one failed environment is a failed connection."""
    states = {result["state"] for result in tests}
    order = ("", UNREACHABLE, UNSUPPORTED, CONFIG_ERROR, CONNECTABLE)
    return next((state for state in order if state in states), "")


def _once(service: DataWorks, source: DataSource, group_id: str) -> dict[str, Any]:
    try:
        return service.test_connectivity(source, group_id)
    except CloudError as error:
        if "not in the project" not in error.message:
            raise
        error.hint = "associate the resource group with the workspace first (module resource_group_workspace)"
        raise
