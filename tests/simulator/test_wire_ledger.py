# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ledger, admin API, read-only mode, client tokens and the virtual clock; and no secret anywhere."""

from __future__ import annotations

import http.client
import json
from datetime import datetime, timezone

import pytest

from simulator.clock import Clock
from simulator.embedded import AdminError
from simulator.wire.redaction import redact, redact_params

VPC = "2016-04-28"


def write(cloud, **params: str):
    return cloud.call("vpc", "TestProbeWrite", VPC, params)["body"]


def code(action) -> tuple[int, str]:
    with pytest.raises(Exception) as caught:
        action()
    return caught.value.status_code, caught.value.code


def test_entry_says_who_called_what(cloud, probes):
    answer = cloud.call("vpc", "TestProbeWrite", VPC, {"RegionId": "cn-beijing", "VpcId": "vpc-1"})
    (entry,) = cloud.ledger()
    assert entry.pop("time").endswith("Z")
    assert entry == {
        "n": 1,
        "product": "vpc",
        "version": VPC,
        "action": "TestProbeWrite",
        "region": "cn-beijing",
        "account": "1234567890123456",
        "caller": "acs:ram::1234567890123456:user/operator",
        "writes": True,
        "endpoint": "vpc.aliyuncs.com",
        "request_id": answer["body"]["RequestId"],
        "status": 200,
        "code": "",
        "params": {"RegionId": "cn-beijing", "VpcId": "vpc-1"},
        "fault": "",
        "read_only_violation": False,
    }
    assert answer["headers"]["x-acs-request-id"] == entry["request_id"]


def test_ledger_can_be_searched_and_emptied(cloud, probes):
    write(cloud)
    cloud.call("vpc", "DescribeTestProbe", VPC, {})
    code(lambda: cloud.call("vpc", "DescribeNothing", VPC, {}))
    assert [entry["n"] for entry in cloud.ledger(since=1)] == [2, 3]
    assert [entry["n"] for entry in cloud.ledger(writes=True)] == [1]
    assert [entry["n"] for entry in cloud.ledger(status=404, product="vpc")] == [3]
    with pytest.raises(AdminError, match="unknown filter colour"):
        cloud.ledger(colour="red")
    cloud.forget()
    assert cloud.ledger() == []
    write(cloud)
    assert [entry["n"] for entry in cloud.ledger()] == [4]


def test_no_secret_is_kept_or_shown(cloud, probes):
    models = cloud.models("sts")
    request = models.AssumeRoleRequest(role_arn="acs:ram::1234567890123456:role/local", role_session_name="session")
    got = cloud.client("sts").assume_role(request).body.credentials
    key = (got.access_key_id, got.access_key_secret, got.security_token)
    properties = json.dumps({"username": "u", "password": "canary1", "nested": [{"accessKeySecret": "canary2"}]})
    sent = {"Password": "canary3", "ConnectionProperties": properties, "Comment": "testsecret", "ClientToken": "seen"}
    for algorithm in (None, "v2"):
        cloud.call("vpc", "DescribeTestProbe", VPC, sent, key=key, signature_algorithm=algorithm)
        client = cloud.client("sts", key=("testak", "wrong"), signature_algorithm=algorithm)
        code(client.get_caller_identity)
    shown = json.dumps(cloud.ledger()) + json.dumps(cloud.state())
    assert "seen" in shown
    for secret in ("canary", "testsecret", "rootsecret", got.access_key_secret, got.security_token, "ACS3-", "Nonce"):
        assert secret not in shown
    assert "Signature" not in json.dumps([entry["params"] for entry in cloud.ledger()])


def test_redaction_keeps_what_is_harmless():
    assert redact_params({"ClientToken": "a", "NextToken": "b", "VpcId": "c", "SecurityToken": "d"}, []) == {
        "ClientToken": "a",
        "NextToken": "b",
        "VpcId": "c",
        "SecurityToken": "***",
    }
    assert redact({"a": [{"password": "x", "n": 1}], "signature": None}, []) == {
        "a": [{"password": "***", "n": 1}],
        "signature": None,
    }
    assert redact("{not json secret1", ["secret1"]) == "{not json ***"


def test_read_only_refuses_writes_and_marks_them(cloud, probes):
    cloud.settings(read_only=True)
    assert code(lambda: write(cloud)) == (403, "Simulator.ReadOnly")
    cloud.call("vpc", "DescribeTestProbe", VPC, {})
    assert [entry["read_only_violation"] for entry in cloud.ledger()] == [True, False]
    health = cloud.admin("GET", "health")
    assert (health["read_only"], health["read_only_violations"]) == (True, 1)
    cloud.settings(read_only=False)
    assert write(cloud)["Count"] == 1


def test_read_only_of_the_start_holds_after_a_reset(simulator, cloud, probes):
    guarded = simulator(cloud.simulation.world.model_dump(mode="json"), read_only=True)
    guarded.reset()
    assert code(lambda: write(guarded)) == (403, "Simulator.ReadOnly")
    guarded.reset(cloud.simulation.world.model_dump(mode="json"))
    assert code(lambda: write(guarded)) == (403, "Simulator.ReadOnly")


def test_client_token_repeats_the_answer(cloud, probes):
    first, second = write(cloud, ClientToken="t", Name="a"), write(cloud, ClientToken="t", Name="a")
    assert first["Count"] == second["Count"] == 1
    assert first["RequestId"] != second["RequestId"]
    assert code(lambda: write(cloud, ClientToken="t", Name="b")) == (400, "IdempotentParameterMismatch")
    assert write(cloud, ClientToken="u", Name="a")["Count"] == 2
    assert write(cloud, Name="a")["Count"] == 3
    assert write(cloud, Name="a")["Count"] == 4


def test_client_token_belongs_to_account_region_and_operation(cloud, probes):
    assert write(cloud, ClientToken="t", RegionId="cn-hangzhou")["Count"] == 1
    assert write(cloud, ClientToken="t", RegionId="cn-beijing")["Count"] == 2
    other = cloud.call("rds", "TestProbeWrite", "2014-08-15", {"ClientToken": "t", "RegionId": "cn-hangzhou"})
    assert other["body"]["Count"] == 3


def test_reset_forgets_everything(cloud, probes):
    write(cloud, ClientToken="t", Name="a")
    cloud.settings(read_only=True)
    cloud.fault("throttle")
    cloud.advance(3600)
    cloud.reset()
    assert (cloud.ledger(), cloud.admin("GET", "faults")) == ([], [])
    assert write(cloud, ClientToken="t", Name="b")["Count"] == 2
    assert abs(cloud.simulation.clock.timestamp() - cloud.simulation.clock.wall()) < 1


def test_reset_to_another_world(cloud):
    cloud.reset("name: other\naccounts:\n  - id: '1111222233334444'\n    root_keys: [{id: abcd, secret: efgh}]\n")
    assert cloud.client("sts", key=("abcd", "efgh")).get_caller_identity().body.account_id == "1111222233334444"
    with pytest.raises(AdminError, match=r"<request body>:2: accounts\[0\]\.idd: unknown key .idd."):
        cloud.reset("name: x\naccounts: [{idd: '1'}]\n")
    assert cloud.admin("GET", "health")["world"] == "other"
    cloud.reset()
    assert cloud.admin("GET", "health")["world"] == "access"


def test_clock(cloud):
    before = cloud.admin("GET", "clock")["time"]
    cloud.advance(3600)
    moved = datetime.fromisoformat(cloud.admin("GET", "clock")["time"]) - datetime.fromisoformat(before)
    assert 3600 <= moved.total_seconds() <= 3602
    for wrong in ({"advance": -1}, {"back": 1}, {}, [1], {"advance": "x"}):
        with pytest.raises(AdminError):
            cloud.admin("POST", "clock", wrong)


def test_clock_stands_still_at_a_fixed_start_and_ticks_with_each_request(simulator, cloud, probes):
    world = cloud.simulation.world.model_dump(mode="json")
    fixed = simulator(world | {"clock": {"start": "2026-01-01T00:00:00Z", "tick": 2}})
    write(fixed)
    write(fixed)
    assert [entry["time"] for entry in fixed.ledger()] == ["2026-01-01T00:00:02Z", "2026-01-01T00:00:04Z"]
    assert fixed.admin("GET", "clock")["time"] == "2026-01-01T00:00:04Z"


def test_clock_formats():
    clock = Clock(datetime(2026, 1, 1, 0, 0, 30, tzinfo=timezone.utc))  # noqa: UP017
    assert (clock.iso(), clock.iso(minutes_only=True), clock.millis()) == (
        "2026-01-01T00:00:30Z",
        "2026-01-01T00:00Z",
        1767225630000,
    )


def test_settings_are_validated(cloud):
    with pytest.raises(AdminError, match="no_such_setting"):
        cloud.settings(no_such_setting=1)
    with pytest.raises(AdminError, match="latency_ms"):
        cloud.settings(latency_ms=-1)
    assert cloud.admin("GET", "settings")["latency_ms"] == 0


def test_patches_are_validated(cloud):
    for change in (
        {"kind": "access_key", "id": "nobody-has-it", "set": {"active": False}},
        {"kind": "access_key", "id": "testak", "set": {"colour": "red"}},
        {"kind": "principal", "id": "acs:ram::1:user/x", "set": {"policies": []}},
        {"kind": "principal", "id": "acs:ram::1234567890123456:user/nobody", "set": {"name": "x"}},
        {"kind": "no such kind", "id": "x"},
    ):
        with pytest.raises(AdminError):
            cloud.patch(change)
    with pytest.raises(AdminError, match="a list of changes"):
        cloud.admin("PATCH", "state", ["x"])


def test_unknown_admin_paths_name_the_known_ones(cloud):
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
    connection.request("GET", "/_simulator/nothing")
    answer = connection.getresponse()
    content = json.loads(answer.read())
    assert answer.status == 404
    assert "GET ledger" in content["known"]
    connection.close()


def test_operations_are_listed(cloud):
    listed = {(item["product"], item["action"]): item for item in cloud.admin("GET", "operations")}
    assert listed["sts", "AssumeRole"] == {
        "product": "sts",
        "version": "2015-04-01",
        "action": "AssumeRole",
        "writes": False,
        "ram": "sts:AssumeRole",
    }


def test_admin_calls_are_not_in_the_ledger(cloud):
    cloud.state()
    assert cloud.ledger() == []
