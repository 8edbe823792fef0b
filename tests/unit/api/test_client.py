# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choke point: what is repeated and what is not, the write gate, the ledger, and the way to the endpoint."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.api import operations as op
from ansible_collections.dataworks.network.plugins.module_utils.api.client import Cloud, Timeouts, check_endpoint_url
from ansible_collections.dataworks.network.plugins.module_utils.api.credentials import KeySource
from ansible_collections.dataworks.network.plugins.module_utils.api.errors import CloudError, ConfigurationError, Kind
from ansible_collections.dataworks.network.plugins.module_utils.api.identity import account_of, role_source
from tests.unit.api.fakes import (
    CANARY,
    KEYS,
    NO_JSON,
    REFUSED,
    REGION,
    RESET,
    TIMED_OUT,
    Clock,
    Script,
    Service,
    as_json,
    broken,
    cloud,
    fine,
    refusal,
)

THROTTLED = refusal(400, "Throttling.User")
UNCERTAIN = {
    "timeout": broken(TIMED_OUT),
    "reset": broken(RESET),
    "refused": broken(REFUSED),
    "html": broken(NO_JSON),
    "server error": refusal(500, "InternalError"),
    "unavailable": refusal(503, "ServiceUnavailable"),
}
FINAL = {
    "denied": refusal(403, "NoPermission"),
    "gone": refusal(404, "InvalidDBInstance.NotFound"),
    "busy": refusal(403, "IncorrectDBInstanceState"),
    "duplicate": refusal(400, "InvalidSecurityIPList.Duplicate"),
    "wrong": refusal(400, "InvalidParameter"),
    "credentials": refusal(404, "InvalidAccessKeyId.NotFound"),
    "clock": refusal(400, "InvalidTimeStamp.Expired"),
    "used up": refusal(429, "Throttling.User", "the daily quota is exceeded"),
}
READ, CREATE, WRITE = op.LIST_NETWORKS, op.CREATE_NETWORK, op.MODIFY_WHITELIST


def through(script: Script, operation: op.Operation, clock: Clock | None = None, **more: Any) -> tuple[Cloud, Any]:
    made = cloud(clock or Clock(), writes_allowed=True, **more)
    return made, made.pass_through(operation.action, REGION, operation.product, script)


def fails(script: Script, operation: op.Operation, clock: Clock | None = None, **more: Any) -> CloudError:
    with pytest.raises(CloudError) as error:
        through(script, operation, clock, **more)
    return error.value


# Repeating


@pytest.mark.parametrize("operation", [READ, CREATE], ids=["read", "create with a token"])
@pytest.mark.parametrize("trouble", [*UNCERTAIN.values(), THROTTLED], ids=[*UNCERTAIN, "throttled"])
def test_what_may_be_sent_twice_is_sent_again_until_it_succeeds(operation: op.Operation, trouble: Exception) -> None:
    script = Script([trouble, trouble, trouble, fine(Id=7)])
    _made, answer = through(script, operation)
    assert answer["body"]["Id"] == 7
    assert script.sent == 4


@pytest.mark.parametrize("trouble", UNCERTAIN.values(), ids=UNCERTAIN)
def test_a_write_whose_outcome_is_unclear_is_not_sent_again(trouble: Exception) -> None:
    script = Script([trouble, fine()])
    fails(script, WRITE)
    assert script.sent == 1


def test_a_write_that_was_throttled_did_nothing_and_is_sent_again() -> None:
    script = Script([THROTTLED, THROTTLED, fine()])
    through(script, WRITE)
    assert script.sent == 3


def test_a_write_that_was_throttled_first_and_then_lost_is_not_sent_again() -> None:
    script = Script([THROTTLED, broken(TIMED_OUT), fine()])
    assert fails(script, WRITE).kind is Kind.TIMEOUT
    assert script.sent == 2


@pytest.mark.parametrize("operation", [READ, CREATE, WRITE], ids=["read", "create", "write"])
@pytest.mark.parametrize("trouble", FINAL.values(), ids=FINAL)
def test_an_answer_that_will_not_change_is_not_asked_for_again(operation: op.Operation, trouble: Exception) -> None:
    script = Script([trouble, fine()])
    fails(script, operation)
    assert script.sent == 1


def test_a_hidden_error_is_repeated_like_an_open_one() -> None:
    script = Script([fine(Code="Throttling", Message="slow down"), {"statusCode": 200, "body": {}}, fine()])
    through(script, READ)
    assert script.sent == 3


@given(st.integers(0, 300), st.sampled_from([*UNCERTAIN.values(), THROTTLED]))
def test_all_attempts_together_stay_within_the_time(seconds: int, trouble: Exception) -> None:
    clock = Clock()
    script = Script([trouble])
    fails(script, READ, clock, timeouts=Timeouts(retry=float(seconds)))
    assert clock.now() <= 1000.0 + seconds
    assert script.sent == 1 + len(clock.slept)
    assert script.sent > 1 or seconds < 20


def test_time_spent_in_an_attempt_counts() -> None:
    clock = Clock()

    def slow() -> Any:
        clock.time += 50.0
        raise broken(TIMED_OUT)

    made = cloud(clock)
    with pytest.raises(CloudError):
        made.pass_through(READ.action, REGION, READ.product, slow)
    assert clock.now() <= 1000.0 + 60.0 + 50.0
    assert made.ledger.as_dict()["total"] == 2


def test_the_last_error_is_the_one_that_is_raised() -> None:
    script = Script([broken(TIMED_OUT), THROTTLED, refusal(403, "NoPermission")])
    assert fails(script, READ).kind is Kind.DENIED


def test_pauses_grow_and_differ() -> None:
    clock = Clock()
    fails(Script([THROTTLED]), READ, clock, timeouts=Timeouts(retry=3000.0))
    assert len(set(clock.slept)) == len(clock.slept)
    assert max(clock.slept) <= 20.0
    assert max(clock.slept[:1]) <= 1.0
    assert sum(clock.slept[5:]) / len(clock.slept[5:]) > 4.0


def test_the_service_is_left_alone_as_long_as_it_asks() -> None:
    clock = Clock()
    through(Script([refusal(429, "Throttling.Api", retry_after=30_000), fine()]), READ, clock)
    assert clock.slept[0] >= 30.0


def test_a_wish_that_outlasts_the_time_ends_the_attempts() -> None:
    clock = Clock()
    script = Script([refusal(429, "Throttling.Api", retry_after=50_000), fine()])
    fails(script, READ, clock, timeouts=Timeouts(retry=20.0))
    assert (script.sent, clock.slept) == (1, [])


# Gate, ledger, limiter


@pytest.mark.parametrize(
    "operation", [found for found in op.OPERATIONS.values() if found.writes], ids=lambda o: o.action
)
def test_no_write_passes_the_closed_gate(operation: op.Operation) -> None:
    script = Script([fine()])
    made = cloud(Clock(), writes_allowed=False)
    with pytest.raises(CloudError, match="check mode"):
        made.pass_through(operation.action, REGION, operation.product, script)
    assert script.sent == 0
    assert made.ledger.as_dict()["total"] == 0


@pytest.mark.parametrize(
    "operation", [found for found in op.OPERATIONS.values() if not found.writes], ids=lambda o: o.action
)
def test_every_read_passes_the_closed_gate(operation: op.Operation) -> None:
    script = Script([fine()])
    cloud(Clock(), writes_allowed=False).pass_through(operation.action, REGION, operation.product, script)
    assert script.sent == 1


def test_the_gate_is_closed_unless_it_is_opened() -> None:
    assert not Cloud(KeySource(lambda: KEYS)).writes_allowed


def test_an_operation_that_is_not_in_the_table_is_not_sent() -> None:
    script = Script([fine()])
    with pytest.raises(KeyError):
        cloud(Clock(), writes_allowed=True).pass_through("DeleteDBInstance", REGION, "rds", script)
    assert script.sent == 0


def test_every_attempt_is_counted() -> None:
    made, _answer = through(Script([THROTTLED, broken(RESET), fine()]), READ)
    assert made.ledger.as_dict() == {
        "total": 3,
        "writes": 0,
        "by_product": {"dataworks": 3},
        "by_operation": {"dataworks:ListNetworks": 3},
    }


def test_a_write_that_failed_is_counted_too() -> None:
    made = cloud(Clock(), writes_allowed=True)
    with pytest.raises(CloudError):
        made.pass_through(WRITE.action, REGION, WRITE.product, Script([broken(TIMED_OUT)]))
    assert made.ledger.as_dict()["writes"] == 1


def test_throttling_slows_the_limiter_and_success_quickens_it() -> None:
    clock = Clock()
    made = cloud(clock, writes_allowed=True)
    told: list[str] = []
    made.limiter.refused = lambda *_a: told.append("refused")  # type: ignore[method-assign]
    made.limiter.served = lambda *_a: told.append("served")  # type: ignore[method-assign]
    made.pass_through(READ.action, REGION, READ.product, Script([THROTTLED, broken(RESET), fine()]))
    assert told == ["refused", "served"]


# Whole calls, through the SDK to a service on loopback


def test_a_call_returns_the_raw_body_with_keys_that_the_sdk_does_not_know() -> None:
    record = {"DBInstanceIPArrayName": "default", "SecurityIPList": "127.0.0.1", "WhitelistNetworkType": "MIX"}
    with Service(lambda _action: as_json(Items={"DBInstanceIPArray": [record]})) as service:
        body = cloud(Clock(), endpoint_url=service.url).call(
            op.DESCRIBE_WHITELIST, REGION, "read", {"DBInstanceId": "rm-a"}
        )
    assert body["Items"]["DBInstanceIPArray"] == [record]
    assert service.seen[0][0] == "DescribeDBInstanceIPArrayList"


def test_requests_keep_the_real_host_and_carry_signature_and_token() -> None:
    with Service(lambda _action: as_json(PagingInfo={})) as service:
        cloud(Clock(), endpoint_url=service.url).call(op.LIST_NETWORKS, REGION, "list", {"ResourceGroupId": "rg-1"})
    headers = {name.lower(): value for name, value in service.seen[0][1].items()}
    assert headers["host"] == "dataworks.cn-hangzhou.aliyuncs.com"
    assert headers["x-acs-security-token"] == KEYS.security_token
    assert KEYS.access_key_id in headers["authorization"]
    assert "dataworks.network-ansible-collection" in headers["user-agent"]


def test_an_error_says_what_was_attempted_and_where() -> None:
    with Service(lambda _action: as_json(403, Code="NoPermission", Message="No.")) as service:
        made = cloud(Clock(), endpoint_url=service.url, account="1234")
        with pytest.raises(CloudError) as error:
            made.call(op.LIST_NETWORKS, REGION, "list the networks of resource group rg-1", {"ResourceGroupId": "rg-1"})
    assert str(error.value) == (
        "Cannot list the networks of resource group rg-1 (cn-hangzhou, account 1234): NoPermission: No. "
        "These credentials need RAM permission dataworks:ListNetworks. RequestId R-3"
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((200, "text/html", "<html>Bad Gateway</html>"), Kind.GARBLED),
        ((502, "text/html", "<html>Bad Gateway</html>"), Kind.GARBLED),
        ((200, "application/json", ""), Kind.GARBLED),
        ((200, "application/json", "[]"), Kind.GARBLED),
        ((200, "application/json", '{"Networks": []}'), Kind.GARBLED),
        ((503, "application/json", '{"Code": "ServiceUnavailable", "RequestId": "R"}'), Kind.TRANSIENT),
        ((400, "application/json", '{"Code": "Throttling.User", "Message": "m", "RequestId": "R"}'), Kind.THROTTLED),
        ((200, "application/json", '{"Code": "Throttling.User", "Message": "m", "RequestId": "R"}'), Kind.THROTTLED),
    ],
)
def test_what_a_service_really_answers_is_understood(answer: tuple[int, str, str], kind: Kind) -> None:
    with Service(lambda _action: answer) as service:
        made = cloud(Clock(), endpoint_url=service.url, timeouts=Timeouts(retry=0.0))
        with pytest.raises(CloudError) as error:
            made.call(op.LIST_NETWORKS, REGION, "list", {"ResourceGroupId": "rg-1"})
    assert error.value.kind is kind


def test_a_service_that_is_not_there_is_said_to_be_unreachable() -> None:
    with Service(lambda _action: as_json()) as service:
        url = service.url
    with pytest.raises(CloudError) as error:
        cloud(Clock(), endpoint_url=url, timeouts=Timeouts(retry=0.0)).call(op.LIST_PROJECTS, REGION, "list", {})
    assert error.value.kind is Kind.UNREACHABLE


def test_threads_get_their_own_answers() -> None:
    with Service(lambda action: as_json(Action=action)) as service:
        made = cloud(Clock(), endpoint_url=service.url)
        wanted = [op.LIST_NETWORKS, op.LIST_ROUTES] * 20
        with ThreadPoolExecutor(8) as pool:
            bodies = list(pool.map(lambda found: made.call(found, REGION, "list", {"ResourceGroupId": "rg"}), wanted))
    assert [body["Action"] for body in bodies] == [found.action for found in wanted]


# Keys that cannot be had


def test_missing_keys_are_said_to_be_missing_and_nothing_is_sent() -> None:
    """The SDK wraps whatever its key source raises; the user must still read what to do about it."""

    def nothing() -> Any:
        raise ConfigurationError("no credentials found; set ALIBABA_CLOUD_ACCESS_KEY_ID")

    clock = Clock()
    made = cloud(clock, endpoint_url="http://127.0.0.1:9")
    made.keys = KeySource(nothing)
    with pytest.raises(ConfigurationError, match="no credentials found"):
        made.call(op.LIST_PROJECTS, REGION, "list the workspaces", {})
    assert clock.slept == []


def test_a_role_that_cannot_be_assumed_is_named_as_the_cause() -> None:
    def answer(action: str) -> tuple[int, str, str]:
        return (
            as_json(403, Code="NoPermission", Message="You may not assume it.") if action == "AssumeRole" else as_json()
        )

    with Service(answer) as service:
        base = cloud(Clock(), endpoint_url=service.url)
        made = cloud(Clock(), endpoint_url=service.url)
        made.keys = role_source(base, REGION, "acs:ram::1234567890123456:role/etl")
        with pytest.raises(CloudError) as error:
            made.call(op.LIST_PROJECTS, REGION, "list the workspaces", {})
    assert error.value.kind is Kind.CREDENTIALS
    assert "assume role acs:ram::1234567890123456:role/etl" in str(error.value)
    assert "sts:AssumeRole" in str(error.value)
    assert [action for action, _headers in service.seen] == ["AssumeRole"]


def test_the_keys_of_an_assumed_role_sign_the_calls_and_it_is_assumed_once() -> None:
    given_keys = {
        "AccessKeyId": "STS.example",
        "AccessKeySecret": CANARY,
        "SecurityToken": "role-token",
        "Expiration": "2999-01-01T00:00:00Z",
    }
    with Service(lambda _action: as_json(Credentials=given_keys, AccountId="1234")) as service:
        base = cloud(Clock(), endpoint_url=service.url)
        made = cloud(Clock(), endpoint_url=service.url)
        made.keys = role_source(base, REGION, "acs:ram::1234567890123456:role/etl")
        assert account_of(made, REGION) == "1234"
        assert account_of(made, REGION) == "1234"
    assert [action for action, _headers in service.seen] == ["AssumeRole", "GetCallerIdentity", "GetCallerIdentity"]
    headers = {name.lower(): value for name, value in service.seen[1][1].items()}
    assert headers["x-acs-security-token"] == "role-token"


# Endpoints


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://proxy.example:8443",
        "https://proxy.example/",
        "http://127.0.0.1:8080",
        "http://localhost:80",
        "http://[::1]:80",
    ],
)
def test_https_anywhere_and_http_on_this_machine_are_taken(url: str) -> None:
    check_endpoint_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://proxy.example:8080",
        "http://127.0.0.1.example:8080",
        "http://0.0.0.0:8080",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "https://",
        "https://proxy.example/path",
        "http://[::1",
        "https://proxy.example:port",
        "file:///etc/passwd",
    ],
)
def test_other_urls_are_refused_with_the_option_and_a_pattern(url: str) -> None:
    with pytest.raises(ConfigurationError, match="option endpoint_url is"):
        check_endpoint_url(url)


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{CANARY}@proxy.example:8443",
        f"https://:{CANARY}@proxy.example:8443",
        f"https://{CANARY}@proxy.example",
        f"http://:{CANARY}@proxy.example",
        f"http://:{CANARY}@127.0.0.1:8080",
        f"http://user:{CANARY}@127.0.0.1:8080",
    ],
)
def test_a_url_with_a_password_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        check_endpoint_url(url)
    assert CANARY not in str(error.value)


def test_the_url_is_checked_before_anything_else() -> None:
    with pytest.raises(ConfigurationError):
        cloud(Clock(), endpoint_url="http://proxy.example")
