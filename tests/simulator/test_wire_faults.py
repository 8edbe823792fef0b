# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: each effect as the official SDK meets it, and the rules that choose the requests."""

from __future__ import annotations

import time
from typing import Any

import pytest
from alibabacloud_tea_openapi import exceptions
from darabonba.exceptions import RetryError, UnretryableException

from simulator.embedded import AdminError
from simulator.operation import REGISTRY

VPC, DATAWORKS = "2016-04-28", "2024-05-18"
MINIMAL_KEY = ("LOCALDEMOKEYOPERATOR", "local-demo-secret-operator")
MINIMAL_INSTANCE = "rm-bp1minimal000001"


@pytest.fixture
def read(cloud, probes):
    def send(product="vpc", version=VPC, **params: str) -> Any:
        return cloud.call(product, "DescribeTestProbe", version, params, read_timeout=400)["body"]

    return send


@pytest.fixture
def write(cloud, probes):
    def send(**params: str) -> Any:
        return cloud.call("vpc", "TestProbeWrite", VPC, params, read_timeout=400)["body"]

    return send


def failure(action) -> Any:
    with pytest.raises(Exception) as caught:
        action()
    return caught.value


def test_throttle(cloud, read):
    cloud.fault("throttle")
    error = failure(read)
    assert type(error) is exceptions.ClientException
    assert (error.status_code, error.code) == (400, "Throttling.User")
    assert cloud.ledger()[-1]["fault"] == "throttle"


def test_throttle_with_a_time_to_wait(cloud, read):
    cloud.fault("throttle", retry_after_ms=250, status=429, code="Throttling.Api")
    error = failure(read)
    assert isinstance(error, exceptions.ThrottlingException)
    assert (error.status_code, error.code, error.retry_after) == (429, "Throttling.Api", 250)


def test_server_error(cloud, read):
    cloud.fault("server_error")
    error = failure(read)
    assert isinstance(error, exceptions.ServerException)
    assert (error.status_code, error.code) == (503, "ServiceUnavailable")


def test_any_error(cloud, read):
    cloud.fault("error", status=400, code="IncorrectStatus.Vpc", message="busy")
    error = failure(read)
    assert (error.status_code, error.code) == (400, "IncorrectStatus.Vpc")


@pytest.mark.parametrize("effect", ["html", "empty"])
def test_answers_that_are_no_json(cloud, read, effect):
    cloud.fault(effect)
    assert isinstance(failure(read), UnretryableException)
    assert cloud.ledger()[-1]["status"] == 502


@pytest.mark.parametrize("effect", ["error_body_200", "success_false"])
def test_errors_dressed_as_success(cloud, read, effect):
    cloud.fault(effect, code="SomeCode", message="some message")
    body = read()
    assert (body["Code"], body["Message"]) == ("SomeCode", "some message")
    assert body.get("Success", False) is False
    assert cloud.ledger()[-1]["code"] == "SomeCode"


def test_redirect(cloud, read):
    cloud.fault("redirect", {"nth": 1}, location=f"{cloud.url}/_simulator/health")
    assert read()["status"] == "ok"
    assert cloud.ledger()[-1]["status"] == 302


@pytest.mark.parametrize(
    ("effect", "effective"),
    [
        ("timeout_before", 0),
        ("timeout_after", 1),
        ("reset_before", 0),
        ("reset_after", 1),
        ("truncated", 1),
    ],
)
def test_lost_answers(cloud, read, write, effect, effective):
    cloud.fault(effect, {"writes": True}, **({"delay_ms": 900} if effect.startswith("timeout") else {}))
    begin = time.monotonic()
    error = failure(write)
    assert isinstance(error.inner_exception, RetryError)
    seconds = time.monotonic() - begin
    assert (0.3 < seconds < 0.9) if effect.startswith("timeout") else seconds < 0.3
    assert read()["Count"] == effective


def test_client_token_settles_a_lost_answer(cloud, read, write):
    cloud.fault("reset_after", {"writes": True, "times": 1})
    failure(lambda: write(ClientToken="t1"))
    assert write(ClientToken="t1")["Count"] == 1
    assert read()["Count"] == 1


def test_expired_session(cloud, read):
    models = cloud.models("sts")
    request = models.AssumeRoleRequest(
        role_arn="acs:ram::1234567890123456:role/local", role_session_name="session", duration_seconds=3600
    )
    got = cloud.client("sts").assume_role(request).body.credentials
    key = (got.access_key_id, got.access_key_secret, got.security_token)
    cloud.fault("expire_sts", {"action": "DescribeTestProbe", "times": 1})
    cloud.call("vpc", "TestProbeWrite", VPC, {}, key=key)
    for _ in range(2):
        error = failure(lambda: cloud.call("vpc", "DescribeTestProbe", VPC, {}, key=key))
        assert error.code == "InvalidSecurityToken.Expired"
    assert read()["Count"] == 1


def test_stale_read_shows_what_was_before_the_last_write(cloud, probes, monkeypatch):
    monkeypatch.setattr(cloud.simulation, "before_last_write", None)
    cloud.fault("stale", {"writes": False, "times": 1})
    seen: list[Any] = []
    operation = REGISTRY["vpc", VPC, "DescribeTestProbe"]
    monkeypatch.setitem(
        REGISTRY,
        ("vpc", VPC, "DescribeTestProbe"),
        type(operation)(**{**vars(operation), "handler": lambda call: seen.append(call.cloud) or {}}),
    )
    cloud.call("vpc", "TestProbeWrite", VPC, {})
    cloud.call("vpc", "DescribeTestProbe", VPC, {})
    cloud.call("vpc", "DescribeTestProbe", VPC, {})
    assert seen[0] is not cloud.simulation.cloud
    assert seen[1] is cloud.simulation.cloud


def whitelist(cloud) -> list[str]:
    request = cloud.models("rds").DescribeDBInstanceIPArrayListRequest(dbinstance_id=MINIMAL_INSTANCE)
    body = cloud.client("rds", key=MINIMAL_KEY).describe_dbinstance_iparray_list(request).body
    return [group.dbinstance_iparray_name for group in body.items.dbinstance_iparray]


def add_group(cloud, name: str) -> None:
    request = cloud.models("rds").ModifySecurityIpsRequest(
        dbinstance_id=MINIMAL_INSTANCE, security_ips="192.168.10.0/24", dbinstance_iparray_name=name
    )
    cloud.client("rds", key=MINIMAL_KEY).modify_security_ips(request)


def test_stale_read_of_a_product(simulator):
    cloud = simulator("minimal")
    cloud.fault("stale", {"action": "DescribeDBInstanceIPArrayList", "times": 2})
    before = whitelist(cloud)  # nothing was written yet: the present is all there is
    add_group(cloud, "first")
    assert whitelist(cloud) == before
    assert sorted(whitelist(cloud)) == sorted([*before, "first"])
    assert [entry["fault"] for entry in cloud.ledger()] == ["stale", "", "stale", ""]


def test_slow_transition_of_a_product(simulator):
    def polls_until_running(cloud) -> int:
        models, client = cloud.models("dataworks"), cloud.client("dataworks", key=MINIMAL_KEY)
        created = client.create_network(
            models.CreateNetworkRequest(
                client_token="t",
                resource_group_id="Serverless_res_group_100000000000001_100000000000001",
                vpc_id="vpc-bp1minimal00000000001",
                vswitch_id="vsw-bp1minimal00000000002",
            )
        ).body
        for count in range(30):
            if client.get_network(models.GetNetworkRequest(id=created.id)).body.network.status == "Running":
                return count
        return 30

    clouds = [simulator("minimal"), simulator("minimal")]
    for cloud in clouds:
        cloud.settings(duplicate_network="create", second_vswitch_of_bound_vpc="allow")
    clouds[1].fault("slow_transition", {"action": "CreateNetwork"}, polls=5)
    normal, slow = (polls_until_running(cloud) for cloud in clouds)
    assert normal < slow < 30


def outcome(read, count=8) -> str:
    marks = ""
    for _ in range(count):
        try:
            read()
        except exceptions.AlibabaCloudException:
            marks += "x"
        else:
            marks += "."
    return marks


@pytest.mark.parametrize(
    ("match", "wanted"),
    [
        ({}, "xxxxxxxx"),
        ({"nth": 3}, "..x....."),
        ({"after": 3}, "...xxxxx"),
        ({"times": 2}, "xx......"),
        ({"after": 1, "times": 3}, ".xxx...."),
        ({"every": 3}, "x..x..x."),
        ({"after": 2, "every": 2, "times": 2}, "..x.x..."),
    ],
)
def test_counting(cloud, read, match, wanted):
    cloud.fault("throttle", match)
    assert outcome(read) == wanted


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ({"product": "vpc"}, True),
        ({"product": "rds"}, False),
        ({"action": "Describe*"}, True),
        ({"action": "List*"}, False),
        ({"region": "cn-beijing"}, True),
        ({"region": "cn-hangzhou"}, False),
        ({"account": "1234567890123456"}, True),
        ({"account": "6543210987654321"}, False),
        ({"writes": False}, True),
        ({"writes": True}, False),
        ({"params": {"VpcId": "vpc-*"}}, True),
        ({"params": {"VpcId": "vpc-2"}}, False),
        ({"product": "vpc", "action": "List*"}, False),
    ],
)
def test_matching(cloud, read, match, hit):
    cloud.fault("throttle", match)
    assert (outcome(lambda: read(RegionId="cn-beijing", VpcId="vpc-1"), 1) == "x") is hit


def test_rules_can_be_listed_and_lifted(cloud, read):
    cloud.fault("throttle", {"times": 1})
    assert outcome(read, 2) == "x."
    assert cloud.admin("GET", "faults") == [{"match": {"times": 1}, "effect": "throttle", "seen": 2, "fired": 1}]
    cloud.heal()
    assert cloud.admin("GET", "faults") == []


@pytest.mark.parametrize(
    "rule",
    [
        {"effect": "nonsense"},
        {"effect": "error"},
        {"effect": "slow_transition"},
        {"effect": "throttle", "match": {"nth": 0}},
        {"effect": "throttle", "match": {"unknown": 1}},
    ],
)
def test_bad_rules_are_refused(cloud, rule):
    with pytest.raises(AdminError):
        cloud.admin("POST", "faults", rule)


def test_rules_of_the_world_hold_after_a_reset(simulator, cloud, probes):
    world = cloud.simulation.world.model_dump(mode="json") | {"faults": [{"match": {"nth": 1}, "effect": "throttle"}]}
    other = simulator(world)

    def read():
        return other.call("vpc", "DescribeTestProbe", VPC, {})

    assert outcome(read, 2) == "x."
    other.reset()
    assert outcome(read, 2) == "x."


def stop_time(cloud) -> None:
    now = time.time()
    cloud.simulation.clock._real_time = lambda: now


def test_calls_per_second(cloud, probes):
    cloud.settings(rate_limits={"dataworks": 5})

    def read(version=DATAWORKS, product="dataworks", **params: str):
        return cloud.call(product, "DescribeTestProbe", version, params)

    stop_time(cloud)
    assert outcome(read, 7) == ".....xx"
    assert failure(read).status_code == 429
    assert outcome(lambda: read(RegionId="cn-beijing"), 1) == "."
    assert outcome(lambda: read(VPC, "vpc"), 1) == "."
    cloud.advance(1)
    assert outcome(read, 6) == ".....x"


def test_calls_per_second_of_one_operation(cloud, probes):
    cloud.settings(rate_limits={"vpc:TestProbeWrite": 1})
    stop_time(cloud)
    assert outcome(lambda: cloud.call("vpc", "TestProbeWrite", VPC, {}), 3) == ".xx"
    assert failure(lambda: cloud.call("vpc", "TestProbeWrite", VPC, {})).status_code == 400
    assert outcome(lambda: cloud.call("vpc", "DescribeTestProbe", VPC, {}), 3) == "..."


def test_calls_per_day(cloud, probes):
    cloud.settings(daily_quota={"cn-hangzhou": 3})

    def read(**params: str):
        return cloud.call(
            "dataworks", "DescribeTestProbe", DATAWORKS, params, endpoint="dataworks.cn-hangzhou.aliyuncs.com"
        )

    assert outcome(read, 5) == "...xx"
    assert (failure(read).status_code, failure(read).code) == (429, "Throttling.User")
    cloud.advance(86_400)
    assert outcome(read, 4) == "...x"
