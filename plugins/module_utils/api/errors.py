# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one family of errors that talking to the cloud can raise, and what an API's error code means for the caller."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """What the caller can do about an error."""

    THROTTLED = "throttled"
    EXHAUSTED = "exhausted"
    TRANSIENT = "transient"
    BUSY = "busy"
    DUPLICATE = "duplicate"
    GONE = "gone"
    DENIED = "denied"
    CREDENTIALS = "credentials"
    CLOCK = "clock"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    GARBLED = "garbled"
    INCOMPLETE = "incomplete"
    WAITED = "waited"
    OTHER = "other"


REPEATABLE = frozenset({Kind.THROTTLED, Kind.TRANSIENT, Kind.UNREACHABLE, Kind.TIMEOUT, Kind.GARBLED})
"""A read, or a write that may safely be sent twice, is tried again after these."""
NOT_EXECUTED = frozenset({Kind.THROTTLED})
"""The service says that it did nothing: any write may be sent again."""
REREAD = frozenset({Kind.TRANSIENT, Kind.TIMEOUT, Kind.GARBLED, Kind.UNREACHABLE, Kind.BUSY, Kind.DUPLICATE, Kind.GONE})
"""A write that ended so is settled by reading the state again."""

_CREDENTIALS = (
    "InvalidAccessKeyId",
    "InvalidSecurityToken",
    "MissingSecurityToken",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
)
_BUSY = frozenset(
    {
        "IncorrectDBInstanceState",
        "IncorrectMasterDBInstanceState",
        "InvalideStatus.Format",
        "OperationDenied.DBInstanceStatus",
        "OperationDenied.DBStatus",
        "OperationDenied.DBClusterStatus",
        "LockTimeout",
        "InstanceConnectTimeoutFault",
        "ConcurrentTaskExceeded",
        "TaskConflict",
        "OperationConflict",
        "LastTokenProcessing",
        "9990040003",
    }
)
_TRANSIENT = frozenset(
    {
        "ServiceUnavailable",
        "SystemBusy",
        "InternalError",
        "UnknownError",
        "ExternalFailure",
        "RequestMetaDataFailed",
        "InvokeProxyFailure",
        "TimeoutRetryLater",
        "VPC.ERROR",
        "9990020002",
    }
)
_SPENT = re.compile(r"(?i)\b(daily|per day|a day|today|monthly|per month)\b")
"""Throttling that waiting does not help against: the day's or the month's calls are used up."""
_WRONG_REQUEST = ("RequiredParam", "InvalidAction", "InvalidApi", "InvalidVersion", "InvalidRegion")
"""Not found, but not the object: nothing is said about whether that exists."""
_DENIED = (
    "PermissionDenied",
    "NoPermission",
    "Forbidden",
    "Forbbiden",
    "Unauthorized",
    "InvalidUserOperatorPermission",
    "NotInFlowController",
)
_PLAIN_WORDS = {
    "InvalidAccessKeyId.NotFound": "this access key does not exist; check access_key_id or the profile",
    "InvalidAccessKeyId.Inactive": "this access key is disabled; enable it or use another",
    "Forbidden.AccessKeyDisabled": "this access key is disabled; enable it or use another",
    "SignatureDoesNotMatch": "the access key secret does not belong to the access key id; check access_key_secret",
    "IncompleteSignature": "the signature is incomplete; check that a proxy does not remove headers",
    "InvalidSecurityToken.Expired": "the STS token has expired; fetch a new one",
    "InvalidSecurityToken.MismatchWithAccessKey": (
        "the STS token belongs to another access key; give the three parts of one set"
    ),
    "MissingSecurityToken": "this is a temporary key; give its security_token too",
    "InvalidTimeStamp.Expired": (
        "the clock of this machine differs from the service's by more than 15 minutes; synchronise it (NTP)"
    ),
    "IllegalTimestamp": (
        "the clock of this machine differs from the service's by more than 15 minutes; synchronise it (NTP)"
    ),
    "IncorrectDBInstanceLockMode": "the instance is locked; unlock it first (renew it, or free disk space)",
    "InvalidSecurityIPListGroup.QuotaExceeded": (
        "the instance has no room for another whitelist group; merge groups in the RDS console"
    ),
    "InvalidGroupName.DuplicatedWithTemplate": "a whitelist template has this name; choose another group name",
    "InvalidSecurityIPListLength.Malformed": "the list is too long, or an entry overlaps one that is there",
    "InvalidSecurityIPList.Duplicate": "the list contains an entry that is there already",
    "EntityNotExist.Role": "this role does not exist; check role_arn",
}


class CloudError(Exception):
    """A call that did not succeed: what was attempted, the service's code and words, and the next step."""

    def __init__(
        self,
        kind: Kind,
        *,
        code: str = "",
        message: str = "",
        status: int | None = None,
        request_id: str = "",
        action: str = "",
        hint: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id
        self.action = action
        self.hint = hint
        self.retry_after = retry_after
        self.purpose = ""
        self.where = ""

    def __str__(self) -> str:
        if self.kind is Kind.WAITED:
            return ". ".join(text[0].upper() + text[1:] for text in (self.message, self.hint) if text)
        attempted = (
            f"Cannot {self.purpose}" if self.purpose else f"{self.action} failed" if self.action else "The call failed"
        )
        place = f" ({self.where})" if self.where else ""
        said = ": ".join(part for part in (self.code, self.message.rstrip(". ")) if part)
        plain = _PLAIN_WORDS.get(self.code, "")
        parts = [f"{attempted}{place}: {said}" if said else attempted + place]
        parts += [text[0].upper() + text[1:] for text in (plain, self.hint) if text]
        if self.request_id:
            parts.append(f"RequestId {self.request_id}")
        return ". ".join(parts)


class ConfigurationError(Exception):
    """The options or the environment do not say how to reach the cloud; the message names the option."""


def kind_of(code: str, status: int | None, message: str) -> Kind:
    """Return what an API's error code means; codes decide before HTTP statuses, which the products use loosely."""
    if "Throttling" in code or status == 429:
        return Kind.EXHAUSTED if _SPENT.search(message) else Kind.THROTTLED
    if code in ("InvalidTimeStamp.Expired", "IllegalTimestamp"):
        return Kind.CLOCK
    if code.startswith(_CREDENTIALS) or code in ("Forbidden.AccessKeyDisabled", "InvalidCredentials"):
        return Kind.CREDENTIALS
    if code in _BUSY or code.startswith("IncorrectStatus"):
        return Kind.BUSY
    if code in _TRANSIENT or code.startswith("InternalError.") or (status is not None and status >= 500):
        return Kind.TRANSIENT
    if ("Duplicate" in code and not code.startswith("InvalidGroupName")) or "already exist" in message.lower():
        return Kind.DUPLICATE
    if code.startswith(_DENIED):
        return Kind.DENIED
    if code.startswith(_WRONG_REQUEST):
        return Kind.OTHER
    if "NotFound" in code or "NotExist" in code or code in ("1101080008", "1000010005"):
        return Kind.GONE
    return Kind.OTHER
