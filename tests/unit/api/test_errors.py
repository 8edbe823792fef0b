# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What error codes mean, and how errors speak."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.api.errors import (
    NOT_EXECUTED,
    REPEATABLE,
    REREAD,
    CloudError,
    Kind,
    kind_of,
)

TABLE = [
    ("Throttling", 400, Kind.THROTTLED),
    ("Throttling.User", 400, Kind.THROTTLED),
    ("Throttling.user", 400, Kind.THROTTLED),
    ("Throttling.Api", 429, Kind.THROTTLED),
    ("Throttling.System", 503, Kind.THROTTLED),
    ("Rejected.Throttling", 429, Kind.THROTTLED),
    ("", 429, Kind.THROTTLED),
    ("ServiceUnavailable", 503, Kind.TRANSIENT),
    ("ServiceUnavailable", 400, Kind.TRANSIENT),
    ("SystemBusy", 400, Kind.TRANSIENT),
    ("InternalError", 500, Kind.TRANSIENT),
    ("InternalError.System", 500, Kind.TRANSIENT),
    ("UnknownError", 400, Kind.TRANSIENT),
    ("VPC.ERROR", 500, Kind.TRANSIENT),
    ("ExternalFailure", 500, Kind.TRANSIENT),
    ("RequestMetaDataFailed", 500, Kind.TRANSIENT),
    ("InvokeProxyFailure", 500, Kind.TRANSIENT),
    ("TimeoutRetryLater", 400, Kind.TRANSIENT),
    ("9990020002", 200, Kind.TRANSIENT),
    ("AnythingElse", 502, Kind.TRANSIENT),
    ("IncorrectDBInstanceState", 403, Kind.BUSY),
    ("IncorrectMasterDBInstanceState", 400, Kind.BUSY),
    ("InvalideStatus.Format", 400, Kind.BUSY),
    ("OperationDenied.DBInstanceStatus", 400, Kind.BUSY),
    ("OperationDenied.DBStatus", 400, Kind.BUSY),
    ("IncorrectStatus.VSwitch", 400, Kind.BUSY),
    ("LockTimeout", 500, Kind.BUSY),
    ("TaskConflict", 400, Kind.BUSY),
    ("LastTokenProcessing", 403, Kind.BUSY),
    ("9990040003", 200, Kind.BUSY),
    ("InvalidSecurityIPList.Duplicate", 400, Kind.DUPLICATE),
    ("InvalidGroupName.DuplicatedWithTemplate", 400, Kind.OTHER),
    ("InvalidDBInstanceId.NotFound", 400, Kind.GONE),
    ("InvalidDBInstanceName.NotFound", 404, Kind.GONE),
    ("InvalidDBInstance.NotFound", 404, Kind.GONE),
    ("InvalidRouteTable.NotFound", 400, Kind.GONE),
    ("EntityNotExist.Role", 404, Kind.GONE),
    ("1101080008", 200, Kind.GONE),
    ("1000010005", 200, Kind.GONE),
    ("NoPermission", 403, Kind.DENIED),
    ("Forbidden", 403, Kind.DENIED),
    ("Forbidden.RAM", 403, Kind.DENIED),
    ("Forbidden.Access", 403, Kind.DENIED),
    ("Forbidden.SubUser", 403, Kind.DENIED),
    ("Forbbiden.RAM", 403, Kind.DENIED),
    ("Unauthorized", 400, Kind.DENIED),
    ("InvalidUserOperatorPermission", 403, Kind.DENIED),
    ("NotInFlowController", 403, Kind.DENIED),
    ("PermissionDenied", 403, Kind.DENIED),
    ("Forbidden.AccessKeyDisabled", 403, Kind.CREDENTIALS),
    ("InvalidAccessKeyId.NotFound", 404, Kind.CREDENTIALS),
    ("InvalidAccessKeyId.Inactive", 403, Kind.CREDENTIALS),
    ("SignatureDoesNotMatch", 400, Kind.CREDENTIALS),
    ("IncompleteSignature", 400, Kind.CREDENTIALS),
    ("InvalidSecurityToken.Expired", 400, Kind.CREDENTIALS),
    ("MissingSecurityToken", 400, Kind.CREDENTIALS),
    ("InvalidTimeStamp.Expired", 400, Kind.CLOCK),
    ("IllegalTimestamp", 400, Kind.CLOCK),
    ("IncorrectDBInstanceLockMode", 404, Kind.OTHER),
    ("InvalidSecurityIPListGroup.QuotaExceeded", 400, Kind.OTHER),
    ("InvalidSecurityIPListLength.Malformed", 400, Kind.OTHER),
    ("SecurityIPList.Format", 400, Kind.OTHER),
    ("InvalidParameter", 400, Kind.OTHER),
    ("MissingParameter", 400, Kind.OTHER),
    ("SignatureNonceUsed", 400, Kind.OTHER),
    ("IdempotentParameterMismatch", 400, Kind.OTHER),
    ("OrderStatus.UnPaid", 403, Kind.OTHER),
    ("", 404, Kind.OTHER),
    ("", 400, Kind.OTHER),
    ("", None, Kind.OTHER),
]


@pytest.mark.parametrize(
    ("code", "status", "kind"), TABLE, ids=[f"{code or 'no code'} {status}" for code, status, _ in TABLE]
)
def test_a_code_means_what_the_products_mean_by_it(code: str, status: int | None, kind: Kind) -> None:
    assert kind_of(code, status, "") is kind


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("RequiredParam.NotFound", 400),
        ("InvalidAction.NotFound", 404),
        ("InvalidApi.NotFound", 404),
        ("InvalidVersion.NotFound", 404),
        ("InvalidRegionId.NotFound", 404),
        ("InvalidRegion.NotFound", 404),
    ],
)
def test_a_wrong_request_or_a_wrong_region_is_never_an_absent_object(code: str, status: int) -> None:
    assert kind_of(code, status, "The specified region does not exist.") is not Kind.GONE


def test_an_entry_that_is_there_already_is_told_by_its_words_too() -> None:
    assert kind_of("", 400, "The Specified same security IP already exists.") is Kind.DUPLICATE


@pytest.mark.parametrize("message", ["You have exceeded the daily quota", "the number of calls per day is exceeded"])
def test_calls_that_are_used_up_for_the_day_are_not_asked_again(message: str) -> None:
    kind = kind_of("Throttling.User", 429, message)
    assert kind is Kind.EXHAUSTED
    assert kind not in REPEATABLE | NOT_EXECUTED | REREAD


def test_only_what_surely_did_nothing_lets_any_write_be_sent_again() -> None:
    assert {Kind.THROTTLED} == NOT_EXECUTED
    assert not REPEATABLE & {Kind.DENIED, Kind.CREDENTIALS, Kind.CLOCK, Kind.GONE, Kind.DUPLICATE, Kind.OTHER}


@given(st.text(), st.one_of(st.none(), st.integers(100, 599)), st.text())
def test_every_code_has_a_meaning(code: str, status: int | None, message: str) -> None:
    assert isinstance(kind_of(code, status, message), Kind)


def test_an_error_says_what_where_why_and_what_next() -> None:
    error = CloudError(
        Kind.BUSY,
        code="OperationDenied.DBInstanceStatus",
        message="The instance is changing.",
        status=400,
        request_id="R-9",
        action="ModifySecurityIps",
        hint="run again when it is Running",
    )
    error.purpose = "add 2 entries of whitelist group dataworks_etl of rm-abc"
    error.where = "cn-shanghai, account 1234"
    assert str(error) == (
        "Cannot add 2 entries of whitelist group dataworks_etl of rm-abc (cn-shanghai, account 1234): "
        "OperationDenied.DBInstanceStatus: The instance is changing. Run again when it is Running. RequestId R-9"
    )


def test_an_error_without_a_purpose_names_its_action() -> None:
    assert str(CloudError(Kind.TIMEOUT, action="ListNetworks", message="no answer")) == "ListNetworks failed: no answer"
    assert str(CloudError(Kind.OTHER)) == "The call failed"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SignatureDoesNotMatch", "access_key_secret"),
        ("InvalidAccessKeyId.NotFound", "access key does not exist"),
        ("InvalidTimeStamp.Expired", "NTP"),
        ("IncorrectDBInstanceLockMode", "unlock"),
        ("EntityNotExist.Role", "role_arn"),
    ],
)
def test_a_well_known_code_is_put_in_plain_words(code: str, words: str) -> None:
    assert words in str(CloudError(Kind.OTHER, code=code, message="m"))
