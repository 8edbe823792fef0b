# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came back: raw answers checked for hidden errors, and the SDK's exceptions told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .errors import CloudError, Kind, kind_of
from .operations import Operation
from .sdk import load

_FINE_CODES = frozenset({"", "200", "0", "ok", "success"})


def checked(operation: Operation, send: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Send, and return the answer if it is a success by its body too; raise CloudError otherwise."""
    tea = load("Tea.exceptions")
    try:
        answer = send()
    except tea.TeaException as error:
        raise _translated(operation, error) from None
    body = answer.get("body")
    if answer.get("statusCode") != 200 or not isinstance(body, Mapping) or "RequestId" not in body:
        message = f"the answer (HTTP {answer.get('statusCode')}) is not an API answer"
        raise CloudError(Kind.GARBLED, action=operation.action, message=message)
    code, message = str(body.get("Code") or ""), str(body.get("Message") or body.get("ErrorMessage") or "")
    failed = body.get("Success") in (False, "false", "False")
    if failed or (code.lower() not in _FINE_CODES and message):
        raise _error(operation, code or "Success=false", message, 200, body)
    return answer


def _translated(operation: Operation, error: Any) -> CloudError:
    data = getattr(error, "data", None)
    status = getattr(error, "status_code", None) or getattr(error, "statusCode", None)
    if status is None and str(getattr(error, "code", "")) == "InvalidCredentials":
        return CloudError(Kind.CREDENTIALS, action=operation.action, message="no credentials were found")
    if status is not None and isinstance(data, Mapping):
        code = "" if str(error.code) == "None" else str(error.code or "")
        message = str(data.get("Message") or data.get("message") or "")
        return _error(operation, code, message, int(status), data, getattr(error, "retry_after", None))
    return _transport(operation, error)


def _error(
    operation: Operation, code: str, message: str, status: int, data: Mapping[str, Any], retry_after: object = None
) -> CloudError:
    kind = kind_of(code, status, message)
    wait = min(60.0, max(0.1, int(retry_after) / 1000)) if isinstance(retry_after, int) else None
    return CloudError(
        Kind.THROTTLED if wait is not None and kind is Kind.OTHER else kind,
        code=code,
        message=_without_server_string(message),
        status=status,
        request_id=str(data.get("RequestId") or data.get("requestId") or ""),
        action=operation.action,
        hint=_hint(operation, kind, data),
        retry_after=wait,
    )


def _hint(operation: Operation, kind: Kind, data: Mapping[str, Any]) -> str:
    if kind is Kind.DENIED:
        return _permission_hint(operation, data)
    if kind is Kind.EXHAUSTED:
        return "the calls of the day or month are used up; run again when the quota is renewed, or use a higher edition"
    return ""


def _permission_hint(operation: Operation, data: Mapping[str, Any]) -> str:
    detail = data.get("AccessDeniedDetail")
    detail = detail if isinstance(detail, Mapping) else {}
    action = detail.get("AuthAction") or operation.ram_action
    resource = detail.get("AuthResource") or _resource_named_in(str(data.get("Message") or ""))
    who = detail.get("AuthPrincipalDisplayName")
    subject = f"{detail.get('AuthPrincipalType') or 'identity'} {who} needs" if who else "these credentials need"
    on = f" on {resource}" if resource else ""
    return f"{subject} RAM permission {action}{on}"


def _resource_named_in(message: str) -> str:
    found = re.search(r"acs:[a-z]+:[\w*-]*:[\w*]*:[\w*/.:-]+", message)
    return found.group(0).rstrip(".,") if found else ""


def _without_server_string(message: str) -> str:
    """Cut the string to sign off a signature error: it holds the whole request."""
    return re.split(r"(server\s*)?string\s*to\s*sign", message, maxsplit=1, flags=re.IGNORECASE)[0].rstrip(" :.,")


def _transport(operation: Operation, error: Any) -> CloudError:
    text = str(getattr(error, "inner_exception", None) or error).lower()
    if "redirect" in text:
        kind, message = (
            Kind.TRANSIENT,
            "the endpoint answers with a redirect, as a service under load may",
        )
    elif "timed out" in text or "timeout" in text:
        kind, message = Kind.TIMEOUT, "no answer came in time"
    elif any(word in text for word in ("json", "parse", "decode", "expecting value")):
        kind, message = Kind.GARBLED, "the answer is no JSON (an HTML page of a proxy or gateway, or an empty page)"
    elif any(
        word in text for word in ("refused", "name or service", "resolve", "unreachable", "no route", "max retries")
    ):
        kind, message = Kind.UNREACHABLE, "the endpoint cannot be reached; check the network, proxies and endpoint_url"
    else:
        kind, message = Kind.UNREACHABLE, "the connection broke before an answer came"
    return CloudError(kind, action=operation.action, message=message)
