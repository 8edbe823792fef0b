# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers: which are successes, and what errors are made of the others."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from ansible_collections.dataworks.network.plugins.module_utils.api import operations as op
from ansible_collections.dataworks.network.plugins.module_utils.api.answers import checked
from ansible_collections.dataworks.network.plugins.module_utils.api.errors import CloudError, Kind
from tests.unit.api.fakes import CANARY, NO_JSON, REFUSED, RESET, TIMED_OUT, Script, broken, fine, refusal


def error_of(line: Any, operation: op.Operation = op.LIST_NETWORKS) -> CloudError:
    with pytest.raises(CloudError) as error:
        checked(operation, Script([line]))
    return error.value


# Successes


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Success": True},
        {"Success": "true"},
        {"Code": "200", "Message": "OK"},
        {"Code": 200, "Message": "successful"},
        {"Code": "OK", "Message": "fine"},
        {"Code": "success", "Message": "x"},
        {"Code": "0", "Message": "x"},
        {"Code": "Anything", "Message": ""},
        {"Message": "only words"},
    ],
)
def test_a_success_is_handed_on_as_it_is(body: dict[str, Any]) -> None:
    answer = fine(**body)
    assert checked(op.LIST_NETWORKS, Script([answer])) is answer


# Hidden errors


@pytest.mark.parametrize("value", [False, "false", "False"])
def test_a_200_that_says_success_false_is_an_error(value: object) -> None:
    error = error_of(fine(Success=value, Code="9990040003", Message="not ready"))
    assert (error.kind, error.code, error.message, error.request_id) == (Kind.BUSY, "9990040003", "not ready", "R-1")
    assert error_of(fine(Success=value)).code == "Success=false"


def test_a_200_that_carries_a_code_is_an_error() -> None:
    assert error_of(fine(Code="Throttling.User", Message="slow down")).kind is Kind.THROTTLED
    assert error_of(fine(Code="InvalidDBInstanceId.NotFound", Message="none")).kind is Kind.GONE


def test_error_messages_have_two_names() -> None:
    assert error_of(fine(Success=False, ErrorMessage="said here")).message == "said here"


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": 200, "body": {"Networks": []}},
        {"statusCode": 200, "body": None},
        {"statusCode": 200, "body": ["RequestId"]},
        {"statusCode": 200, "body": "RequestId"},
        {"statusCode": 302, "body": {"RequestId": "R-1", "Code": "Throttling"}},
        {"statusCode": 204, "body": {"RequestId": "R-1"}},
    ],
)
def test_what_is_no_api_answer_is_garbled(answer: dict[str, Any]) -> None:
    error = error_of(answer)
    assert error.kind is Kind.GARBLED
    assert f"HTTP {answer['statusCode']}" in str(error)


# Errors of the SDK


def test_an_error_answer_keeps_its_code_its_words_and_its_request() -> None:
    error = error_of(refusal(404, "InvalidDBInstance.NotFound", "The instance does not exist."))
    assert (error.kind, error.code, error.status, error.request_id, error.action) == (
        Kind.GONE,
        "InvalidDBInstance.NotFound",
        404,
        "R-2",
        "ListNetworks",
    )
    assert error.message == "The instance does not exist"


def test_an_error_without_a_code_has_none() -> None:
    error = error_of(refusal(500, "None"))
    assert (error.kind, error.code) == (Kind.TRANSIENT, "")


@pytest.mark.parametrize(("milliseconds", "seconds"), [(1500, 1.5), (1, 0.1), (3_600_000, 60.0)])
def test_the_services_wish_to_be_left_alone_is_kept_within_reason(milliseconds: int, seconds: float) -> None:
    error = error_of(refusal(400, "Throttling.Api", retry_after=milliseconds))
    assert (error.kind, error.retry_after) == (Kind.THROTTLED, seconds)


def test_an_unknown_code_with_a_wish_to_wait_is_throttling() -> None:
    assert error_of(refusal(400, "FlowControl", retry_after=1000)).kind is Kind.THROTTLED
    assert error_of(refusal(403, "NoPermission", retry_after=1000)).kind is Kind.DENIED


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (TIMED_OUT, Kind.TIMEOUT, "no answer came in time"),
        (REFUSED, Kind.UNREACHABLE, "cannot be reached"),
        ("[Errno -2] Name or service not known", Kind.UNREACHABLE, "endpoint_url"),
        (RESET, Kind.UNREACHABLE, "broke before an answer came"),
        (NO_JSON, Kind.GARBLED, "HTML page"),
    ],
)
def test_transport_errors_are_told_apart(words: str, kind: Kind, said: str) -> None:
    error = error_of(broken(words))
    assert error.kind is kind
    assert said in str(error)
    assert "httpsconnectionpool" not in str(error).lower()


def test_missing_credentials_are_no_network_problem() -> None:
    error = error_of(ClientException(code="InvalidCredentials", message="Please set up the credentials correctly."))
    assert error.kind is Kind.CREDENTIALS


def test_what_is_no_error_of_the_sdk_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        checked(op.LIST_NETWORKS, Script([ZeroDivisionError()]))


# Permissions

DETAIL = {
    "AuthAction": "rds:ModifySecurityIps",
    "AuthPrincipalType": "SubUser",
    "AuthPrincipalDisplayName": "ansible",
    "AuthResource": "acs:rds:cn-hangzhou:1234:dbinstance/rm-a",
    "EncodedDiagnosticMessage": CANARY,
}


def test_a_refused_permission_names_who_needs_what_on_what() -> None:
    error = error_of(refusal(403, "NoPermission", AccessDeniedDetail=DETAIL), op.MODIFY_WHITELIST)
    assert error.hint == (
        "SubUser ansible needs RAM permission rds:ModifySecurityIps on acs:rds:cn-hangzhou:1234:dbinstance/rm-a"
    )
    assert error.hint in str(error)
    assert CANARY not in str(error)


def test_without_a_detail_the_permission_is_that_of_the_operation() -> None:
    error = error_of(refusal(403, "Forbidden.RAM", "User not authorized to operate on the specified resource."))
    assert error.hint == "these credentials need RAM permission dataworks:ListNetworks"


def test_a_resource_that_only_the_message_names_is_repeated() -> None:
    words = "User is not authorized on acs:rds:cn-hangzhou:1234:dbinstance/rm-a."
    error = error_of(refusal(403, "Forbidden.RAM", words), op.MODIFY_WHITELIST)
    assert error.hint.endswith("rds:ModifySecurityIps on acs:rds:cn-hangzhou:1234:dbinstance/rm-a")


@pytest.mark.parametrize("detail", ["text", [], None, {}])
def test_a_detail_of_another_shape_does_no_harm(detail: object) -> None:
    error = error_of(refusal(403, "NoPermission", AccessDeniedDetail=detail))
    assert error.hint == "these credentials need RAM permission dataworks:ListNetworks"


def test_other_errors_hint_at_no_permission() -> None:
    assert error_of(refusal(400, "InvalidParameter")).hint == ""


@pytest.mark.parametrize(
    "words",
    [
        f"Specified signature is not matched with our calculation. server string to sign is:POST&{CANARY}",
        f"The request signature does not conform to standards. Server String To Sign is: {CANARY}",
        f"Signature does not match. string to sign is {CANARY}",
    ],
)
def test_the_string_to_sign_is_cut_off(words: str) -> None:
    error = error_of(refusal(400, "SignatureDoesNotMatch", words))
    assert CANARY not in str(error) + repr(error) + error.message
    assert "check access_key_secret" in str(error)
