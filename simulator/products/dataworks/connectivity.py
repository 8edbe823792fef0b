# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TestDataSourceConnectivity."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call, invalid_parameter
from simulator.products.dataworks.product import data_source_of, dataworks_operation, group_of, millis, workspace_of
from simulator.products.dataworks.schema import DataSource, ResourceGroup
from simulator.walk.verdict import Verdict, walk

_STEP_MILLISECONDS = {"Connectable": 120, "ConfigError": 150, "Unreachable": 4000, "Unsupport": 20}


@dataworks_operation("TestDataSourceConnectivity")
def test_data_source_connectivity(call: Call) -> Body:
    """Try to connect from a resource group to a data source; the answer says that it failed, not why in the network."""
    space = workspace_of(call)
    owner, source = data_source_of(call, "DataSourceId")
    group = group_of(call)
    if owner is not space:
        raise ApiError(400, "1000010005", f"The data source {source.id} does not exist in the project.")
    if group.id not in space.resource_groups:
        raise ApiError(400, "InvalidParameter", f"resourceGroupId is not in the project: {group.id}")
    if source.type not in ("mysql", "postgresql", "sqlserver", "mariadb"):
        raise invalid_parameter("DataSourceId")
    verdict = walk(call.cloud, call.account, space, group, source)
    call.cloud.remember_test(_record(call, group, source, verdict))
    connectivity: dict[str, Any] = {"ConnectState": verdict.state, "DetailLogs": _logs(call, verdict)}
    if verdict.state != "Connectable":
        connectivity["ConnectMessage"] = _message(verdict)
    return {"Connectivity": connectivity}


def _message(verdict: Verdict) -> str:
    if verdict.state != "Unreachable":
        return f"{verdict.reason[:1].upper()}{verdict.reason[1:]}."
    place = f"{verdict.target.host}:{verdict.target.port}" if verdict.target else "the data source"
    return f"Communications link failure: connect to {place} timed out."


def _logs(call: Call, verdict: Verdict) -> list[dict[str, Any]]:
    start = millis(call.clock.now())
    middle = start + 15
    end = middle + _STEP_MILLISECONDS[verdict.state]
    steps = [("validate_input_parameters", "validate input parameters", start, middle)]
    if verdict.state != "Unsupport":
        steps.append(("test_network_connectivity", "test network connectivity", middle, end))
    if verdict.state in ("Connectable", "ConfigError"):
        steps.append(("test_data_source_login", "test data source login", end, end + 30))
    return [{"Code": code, "Message": text, "StartTime": begin, "EndTime": done} for code, text, begin, done in steps]


def _record(call: Call, group: ResourceGroup, source: DataSource, verdict: Verdict) -> dict[str, Any]:
    return {
        "time": call.clock.now().isoformat(),
        "resource_group": group.id,
        "data_source": source.id,
        "state": verdict.state,
        "stopped_at": verdict.stopped_at,
        "reason": verdict.reason,
        "hops": list(verdict.hops),
    }
