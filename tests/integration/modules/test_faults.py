# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on the way to the cloud: a clear message before any write, and no more calls than make sense."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from simulator.embedded import LocalCloud
from tests.integration.modules.conftest import LIMITED, Result, Runner
from tests.integration.modules.looking import GROUP, INSTANCE

WHITELIST: dict[str, Any] = {"rds_instance": INSTANCE, "group": "etl_prod", "entries": ["10.0.1.0/24"]}
NETWORK: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1stores", "vswitch": "vsw-bp1stores"}
ROUTE: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1example", "destination": "172.20.0.0/16"}
WORKSPACE: dict[str, Any] = {"resource_group": "etl_prod", "workspace": "laboratory"}
TEST: dict[str, Any] = {"resource_group": "etl_prod", "workspace": "sales", "data_source": "orders"}
MODULES: dict[str, dict[str, Any]] = {
    "rds_whitelist": WHITELIST,
    "rds_instance_info": {"rds_instance": INSTANCE},
    "resource_group_network": NETWORK,
    "resource_group_route": ROUTE,
    "resource_group_workspace": WORKSPACE,
    "resource_group_info": {"resource_group": "etl_prod"},
    "data_source_connectivity": {**TEST, "wait_timeout": 0.1, "poll_interval": 0.05},
}
ONCE = {"retry_timeout": 0.05}
"""Shorter than the shortest pause before a repetition."""
FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "throttle": ({}, ["Throttling.User", "RequestId"]),
    "server_error": ({}, ["ServiceUnavailable", "RequestId"]),
    "html": ({}, ["HTML"]),
    "html-200": ({"status": 200}, ["HTML"]),
    "empty": ({}, ["no JSON", "empty"]),
    "empty-200": ({"status": 200}, ["no JSON", "empty"]),
    "success_false": ({}, ["InternalError.System", "An internal system error occurred", "RequestId"]),
    "error_body_200": ({}, ["Throttling.User", "RequestId"]),
    "redirect": ({}, ["redirect"]),
    "truncated": ({}, ["broke"]),
    "reset_before": ({}, ["cannot be reached"]),
    "timeout_before": ({"delay_ms": 900}, ["no answer came in time"]),
    "error": ({"status": 400, "code": "Odd.Thing", "message": "An odd thing."}, ["Odd.Thing", "An odd thing"]),
}


def asked(result: Result) -> list[dict[str, Any]]:
    """The requests of the task itself: whose account it was may be asked for the sake of the message."""
    return [request for request in result.requests if request["action"] != "GetCallerIdentity"]


def refused(result: Result, *words: str) -> None:
    """The task failed before any write, and its message has all these words."""
    assert result.failed
    missing = [word for word in words if word not in result.message]
    assert missing == [], result.message
    assert result.writes == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("check", [False, True])
def test_the_first_read_fails(task: Runner, fault: str, check: bool) -> None:
    """What was attempted, on what, in which region, and what came back."""
    parameters, words = FAULTS[fault]
    task.cloud.fault(fault.removesuffix("-200"), **parameters)
    result = task("rds_whitelist", check=check, **WHITELIST, **ONCE, read_timeout=0.5)
    refused(result, "read RDS instance", INSTANCE, "cn-hangzhou", *words)
    assert len(asked(result)) == 1


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ('{"RequestId": "R-1", "Success": false}', "R-1"),
        ('{"RequestId": "R-1", "Success": "false", "Message": "Not today."}', "Not today"),
        ('{"RequestId": "R-1", "Code": "Odd.Thing", "Message": "An odd thing."}', "Odd.Thing"),
        ('{"RequestId": "R-1", "Success": true, "Items": {}}', INSTANCE),
        ("{}", "not an API answer"),
        ("[]", "RDS instance"),
        ('"fine"', "RDS instance"),
        ("null", "RDS instance"),
    ],
)
def test_a_success_that_is_none(task: Runner, body: str, word: str) -> None:
    """HTTP 200 with a body that says otherwise, or says nothing."""
    task.cloud.fault("html", status=200, body=body)
    refused(task("rds_whitelist", **WHITELIST, **ONCE), word, INSTANCE)


@pytest.mark.parametrize("body", ['{"RequestId": "R-1"}', '{"RequestId": "R-1", "Items": {}}'])
def test_an_answer_without_the_list(task: Runner, body: str) -> None:
    """A whitelist that is missing from the answer is unknown, not empty."""
    task.cloud.fault("html", {"action": "DescribeDBInstanceIPArrayList"}, status=200, body=body)
    for state in ("present", "absent", "exact"):
        refused(task("rds_whitelist", **WHITELIST, **ONCE, state=state), "whitelist", INSTANCE)


@pytest.mark.parametrize("module", ["resource_group_network", "resource_group_route", "resource_group_workspace"])
@pytest.mark.parametrize("read", ["ListNetworks", "ListRoutes", "ListResourceGroupAssociateProjects"])
def test_an_answer_without_the_records(task: Runner, module: str, read: str) -> None:
    """The same for networks, routes and associations: nothing is made because a read came back hollow."""
    task.cloud.fault("html", {"action": read}, status=200, body='{"RequestId": "R-1", "Success": true}')
    result = task(module, **MODULES[module], **ONCE, wait_timeout=0.2)
    assert not result.sent(read) or (result.failed and result.writes == []), result.answer


@pytest.mark.parametrize("fault", ["throttle", "html", "success_false", "error"])
@pytest.mark.parametrize("module", [name for name in MODULES if name != "rds_whitelist"])
def test_every_module_has_words_for_it(task: Runner, module: str, fault: str) -> None:
    """The same holds for each module, whichever operation comes first."""
    parameters, words = FAULTS[fault]
    task.cloud.fault(fault, **parameters)
    refused(task(module, **MODULES[module], **ONCE), "Cannot ", "cn-hangzhou", *words)


@pytest.mark.parametrize("action", ["DescribeDBInstanceIPArrayList", "DescribeDBInstanceAttribute"])
@pytest.mark.parametrize("fault", ["error_body_200", "success_false", "error", "html"])
def test_no_read_that_failed_is_taken_for_an_empty_list(task: Runner, fault: str, action: str) -> None:
    """An error while reading is never "absent"."""
    task.cloud.fault(fault, {"action": action}, **FAULTS[fault][0])
    refused(task("rds_whitelist", **WHITELIST, **ONCE))
    refused(task("rds_whitelist", **WHITELIST, **ONCE, state="absent"))


@pytest.mark.parametrize(
    "fault", ["throttle", "server_error", "html", "empty", "error_body_200", "success_false", "reset_before"]
)
def test_a_moment_of_weakness_is_outlived(task: Runner, fault: str) -> None:
    """The read is repeated and the task succeeds; every request is counted."""
    task.cloud.fault(fault, {"action": "DescribeDBInstanceAttribute", "times": 1})
    result = task("rds_whitelist", **WHITELIST)
    assert not result.failed, result.message
    assert result["changed"]
    assert len(result.sent("DescribeDBInstanceAttribute")) == 2
    assert result["calls"]["total"] == len(result.requests)


def test_the_service_says_when_to_come_back(task: Runner) -> None:
    """A stated pause is kept."""
    match = {"action": "DescribeDBInstanceAttribute", "times": 1}
    task.cloud.fault("throttle", match, retry_after_ms=1200)
    start = time.monotonic()
    assert task("rds_whitelist", **WHITELIST)["changed"]
    assert time.monotonic() - start >= 1.2


def test_repetition_ends(task: Runner) -> None:
    """The deadline of a call ends its repetitions."""
    task.cloud.fault("server_error")
    start = time.monotonic()
    result = task("rds_whitelist", **WHITELIST, retry_timeout=1.5)
    refused(result, "ServiceUnavailable")
    assert len(result.requests) > 1
    assert time.monotonic() - start < 15


def test_an_error_of_the_caller_is_not_repeated(task: Runner) -> None:
    """What will not get better is said at once."""
    task.cloud.fault("error", status=400, code="InvalidParameter", message="Wrong.")
    assert len(asked(task("rds_whitelist", **WHITELIST))) == 1


def test_nobody_listens(task: Runner) -> None:
    """The port is closed."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    refused(task("rds_whitelist", **WHITELIST, **ONCE, endpoint_url=url), INSTANCE, "cannot be reached", "endpoint_url")


def test_a_proxy_that_does_not_speak_tls(task: Runner) -> None:
    """An https address of something else."""
    url = task.cloud.url.replace("http:", "https:")
    refused(task("rds_whitelist", **WHITELIST, **ONCE, endpoint_url=url), INSTANCE, "endpoint_url")


@pytest.mark.parametrize("offset", [3600, -3600])
def test_the_clock_is_wrong(task: Runner, offset: int) -> None:
    """Plain words for a code that few know; waiting would not help."""
    task.cloud.settings(gateway_clock_offset=offset)
    result = task("rds_whitelist", **WHITELIST)
    refused(result, "InvalidTimeStamp.Expired", "clock", "15 minutes", "NTP")
    assert len(asked(result)) == 1


def test_the_calls_of_the_day_are_used_up(task: Runner) -> None:
    """DataWorks' daily quota: waiting a moment does not help, so it is said at once and with what does."""
    task.cloud.settings(daily_quota={"cn-hangzhou": 1})
    result = task("resource_group_network", **NETWORK, retry_timeout=5)
    refused(result, "list the networks", "calls of the day", "edition")
    assert len(result.sent("ListNetworks")) == 1


def test_an_error_says_what_where_and_why(task: Runner) -> None:
    """Attempt, resource, region, account, code, the service's words, RequestId; no address, no header, no key."""
    task.cloud.fault("error", {"action": "ModifySecurityIps"}, status=400, code="Odd.Thing", message="An odd thing.")
    result = task("rds_whitelist", **WHITELIST)
    for word in ("Cannot add 1 entry", "etl_prod", INSTANCE, "cn-hangzhou", "Odd.Thing", "An odd thing", "RequestId"):
        assert word in result.message
    assert "://" not in result.message
    assert "1234567890123456" in result.message
    assert result["error_code"] == "Odd.Thing"
    assert result["request_id"] in result.message


def test_only_the_named_write_failed(task: Runner) -> None:
    """A write that the service refuses leaves everything as it was."""
    task.cloud.fault("error", {"writes": True}, status=400, code="Odd.Thing", message="An odd thing.")
    before = task.cloud.state()["cloud"]["accounts"]
    for module in ("rds_whitelist", "resource_group_network", "resource_group_route", "resource_group_workspace"):
        result = task(module, **MODULES[module])
        assert result.failed
        assert len(result.writes) == 1
    assert task.cloud.state()["cloud"]["accounts"] == before


def forbid(cloud: LocalCloud, action: str) -> None:
    """Take one permission away from the user `limited`."""
    statement = {"Effect": "Deny", "Action": [action], "Resource": ["*"]}
    policies = ["admin", {"Version": "1", "Statement": [statement]}]
    arn = "acs:ram::1234567890123456:user/limited"
    cloud.patch({"kind": "principal", "id": arn, "set": {"policies": policies}})


@pytest.mark.parametrize(
    ("module", "action", "resource"),
    [
        ("rds_whitelist", "rds:DescribeDBInstanceAttribute", INSTANCE),
        ("rds_whitelist", "rds:DescribeDBInstanceIPArrayList", INSTANCE),
        ("rds_whitelist", "rds:ModifySecurityIps", INSTANCE),
        ("rds_instance_info", "rds:DescribeDBInstanceNetInfo", INSTANCE),
        ("resource_group_network", "dataworks:ListResourceGroups", "resource groups"),
        ("resource_group_network", "vpc:DescribeVSwitches", "vpc-bp1stores"),
        ("resource_group_network", "vpc:DescribeVpcs", "vpc-bp1stores"),
        ("resource_group_network", "dataworks:ListNetworks", GROUP),
        ("resource_group_network", "dataworks:CreateNetwork", GROUP),
        ("resource_group_route", "dataworks:ListRoutes", GROUP),
        ("resource_group_route", "dataworks:CreateRoute", GROUP),
        ("resource_group_workspace", "dataworks:ListProjects", "workspaces"),
        ("resource_group_workspace", "dataworks:ListResourceGroupAssociateProjects", GROUP),
        ("resource_group_workspace", "dataworks:AssociateProjectToResourceGroup", "10002"),
        ("resource_group_info", "vpc:DescribeNatGateways", "vpc-bp1example"),
        ("resource_group_info", "vpc:DescribeRouteEntryList", "vtb-bp1shop"),
        ("data_source_connectivity", "dataworks:ListDataSources", "10001"),
        ("data_source_connectivity", "dataworks:TestDataSourceConnectivity", "orders"),
    ],
)
def test_a_permission_is_missing(task: Runner, module: str, action: str, resource: str) -> None:
    """The message names the RAM action and the resource; nothing is repeated, nothing is changed."""
    forbid(task.cloud, action)
    before = task.cloud.state()["cloud"]["accounts"]
    result = task(module, **MODULES[module], access_key_id=LIMITED[0], access_key_secret=LIMITED[1])
    assert result.failed
    for word in (f"RAM permission {action}", resource, "cn-hangzhou", "RequestId"):
        assert word in result.message, result.message
    assert result["error_code"].startswith("Forbidden")
    assert len([request for request in result.requests if request["status"] != 200]) == 1
    assert task.cloud.state()["cloud"]["accounts"] == before


@pytest.mark.parametrize("code", ["NoPermission", "Forbidden.RAM", "Unauthorized", "Forbidden.Access"])
def test_products_word_it_differently(task: Runner, code: str) -> None:
    """Whatever the code is, it is a missing permission."""
    task.cloud.settings(permission_errors={"rds": code})
    forbid(task.cloud, "rds:Describe*")
    result = task("rds_whitelist", **WHITELIST, access_key_id=LIMITED[0], access_key_secret=LIMITED[1])
    refused(result, code, "RAM permission rds:DescribeDBInstanceAttribute", INSTANCE)
    assert len(asked(result)) == 1
