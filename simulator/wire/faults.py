# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults: which rules a request fires, and the answers they give instead of or around the real one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from simulator.operation import ApiError
from simulator.wire.answers import JSON_TYPE, Reply, bare, failure
from simulator.world.fault_rules import AFTER, BEFORE, FaultRule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOLD_MS = 15_000  # longer than the read timeout of 10 s that the SDKs have by default
HTML = b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"


@dataclass(frozen=True)
class Subject:
    """What rules look at, known before anything is verified."""

    product: str
    action: str
    region: str
    account: str
    writes: bool
    params: Mapping[str, str]
    host: str
    request_id: str
    xml: bool


@dataclass
class _Counted:
    rule: FaultRule
    seen: int = 0
    fired: int = 0


class Faults:
    """The rules in force and how often each was met."""

    def __init__(self, rules: list[FaultRule]) -> None:
        self._rules = [_Counted(rule) for rule in rules]

    def add(self, rules: list[FaultRule]) -> None:
        """Put more rules in force."""
        self._rules += [_Counted(rule) for rule in rules]

    def clear(self) -> None:
        """Lift all rules."""
        self._rules.clear()

    def dump(self) -> list[dict[str, Any]]:
        """Return the rules with how often they were met and how often they fired."""
        return [
            {**item.rule.model_dump(exclude_defaults=True), "seen": item.seen, "fired": item.fired}
            for item in self._rules
        ]

    def watch(self, effect: str) -> bool:
        """Tell whether a rule with this effect is in force."""
        return any(item.rule.effect == effect for item in self._rules)

    def fire(self, subject: Subject) -> list[FaultRule]:
        """Count the request for every rule it matches; return the rules that act on it."""
        return [item.rule for item in self._rules if _hits(item.rule, subject) and _is_due(item)]


def _hits(rule: FaultRule, subject: Subject) -> bool:
    match = rule.match
    named = (
        (match.product, subject.product),
        (match.action, subject.action),
        (match.region, subject.region),
        (match.account, subject.account),
    )
    return (
        all(pattern is None or fnmatchcase(value, pattern) for pattern, value in named)
        and (match.writes is None or match.writes == subject.writes)
        and all(fnmatchcase(subject.params.get(name, ""), pattern) for name, pattern in match.params.items())
    )


def _is_due(item: _Counted) -> bool:
    match = item.rule.match
    item.seen += 1
    if match.nth is not None:
        due = item.seen == match.nth
    else:
        due = item.seen > match.after and (item.seen - match.after - 1) % match.every == 0
    if not due or (match.times is not None and item.fired >= match.times):
        return False
    item.fired += 1
    return True


def reply_before_effect(rules: list[FaultRule], subject: Subject) -> tuple[str, Reply] | None:
    """Return effect and answer of the first rule that acts before the operation could."""
    for rule in rules:
        if rule.effect in BEFORE:
            return rule.effect, _BEFORE[rule.effect](rule, subject)
    return None


def reply_after_effect(rules: list[FaultRule], reply: Reply) -> Reply:
    """Return what is left of the real answer once the rules acted on it."""
    for rule in rules:
        if rule.effect not in AFTER:
            continue
        if rule.effect == "timeout_after":
            return replace(reply, hold_ms=_or(rule.delay_ms, HOLD_MS), drop=True)
        return replace(reply, drop=rule.effect == "reset_after", truncate=rule.effect == "truncated")
    return reply


def extra_polls(rules: list[FaultRule]) -> int | None:
    """Return how many reads longer the transitions take that the operation starts; None when no rule says so."""
    return next((rule.polls for rule in rules if rule.effect == "slow_transition"), None)


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _error(rule: FaultRule, subject: Subject, status: int, code: str, message: str) -> Reply:
    error = ApiError(_or(rule.status, status), rule.code or code, rule.message or message)
    reply = failure(error, subject.product, subject.host, subject.request_id, subject.xml)
    if rule.retry_after_ms is None:
        return reply
    return replace(reply, headers={**reply.headers, "x-acs-retry-after": str(rule.retry_after_ms)})


def _throttle(rule: FaultRule, subject: Subject) -> Reply:
    return _error(rule, subject, 400, "Throttling.User", "Request was denied due to user flow control.")


def _server_error(rule: FaultRule, subject: Subject) -> Reply:
    message = "The request has failed due to a temporary failure of the server."
    return _error(rule, subject, 503, "ServiceUnavailable", message)


def _html(rule: FaultRule, subject: Subject) -> Reply:
    body = HTML if rule.body is None else rule.body.encode()
    return bare(_or(rule.status, 502), body, "text/html", subject.request_id)


def _empty(rule: FaultRule, subject: Subject) -> Reply:
    return bare(_or(rule.status, 502), b"", "application/json", subject.request_id)


def _redirect(rule: FaultRule, subject: Subject) -> Reply:
    reply = _error(rule, subject, 302, "Throttling.User", "Request was denied due to user flow control.")
    return replace(reply, headers={**reply.headers, "Location": rule.location or f"http://{subject.host}/"})


def _error_body_200(rule: FaultRule, subject: Subject) -> Reply:
    reply = _error(rule, subject, 200, "Throttling.User", "Request was denied due to user flow control.")
    return replace(reply, status=_or(rule.status, 200))


def _success_false(rule: FaultRule, subject: Subject) -> Reply:
    body = {
        "RequestId": subject.request_id,
        "Success": False,
        "Code": rule.code or "InternalError.System",
        "Message": rule.message or "An internal system error occurred. Try again later.",
        "HttpStatusCode": 500,
    }
    reply = bare(_or(rule.status, 200), json.dumps(body).encode(), JSON_TYPE, subject.request_id)
    return replace(reply, code=str(body["Code"]))


def _explicit(rule: FaultRule, subject: Subject) -> Reply:
    return _error(rule, subject, 400, "", "The request failed.")


def _silence(rule: FaultRule, _subject: Subject) -> Reply:
    return Reply(0, b"", hold_ms=_or(rule.delay_ms, HOLD_MS), drop=True)


def _reset(rule: FaultRule, _subject: Subject) -> Reply:
    return Reply(0, b"", hold_ms=_or(rule.delay_ms, 0), drop=True)


_BEFORE: dict[str, Callable[[FaultRule, Subject], Reply]] = {
    "throttle": _throttle,
    "server_error": _server_error,
    "html": _html,
    "empty": _empty,
    "redirect": _redirect,
    "error_body_200": _error_body_200,
    "success_false": _success_false,
    "error": _explicit,
    "timeout_before": _silence,
    "reset_before": _reset,
}
