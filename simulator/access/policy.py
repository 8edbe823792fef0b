# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""RAM policy evaluation: an explicit deny wins, then an allow is needed, else the answer is an implicit deny."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.access.documents import Document, Statement


@dataclass(frozen=True)
class Request:
    """What is asked for: an action on a resource, and the keys that conditions look at."""

    action: str
    resource: str
    context: Mapping[str, str]


@dataclass(frozen=True)
class Decision:
    """Whether a request is allowed; when not, why: `ImplicitDeny` or `ExplicitDeny`, and by which kind of policy."""

    allowed: bool
    no_permission_type: str = ""
    policy_type: str = ""


ALLOWED = Decision(True)


def evaluate(documents: Iterable[Document], request: Request, policy_type: str) -> Decision:
    """Decide one request by one set of policies."""
    applying = {
        statement.Effect for document in documents for statement in document.Statement if _applies(statement, request)
    }
    if "Deny" in applying:
        return Decision(False, "ExplicitDeny", policy_type)
    return ALLOWED if "Allow" in applying else Decision(False, "ImplicitDeny", policy_type)


def _applies(statement: Statement, request: Request) -> bool:
    return (
        _matches_action(statement, request.action)
        and _matches_resource(statement, request.resource)
        and all(_holds(operator, keys, request.context) for operator, keys in statement.Condition.items())
    )


def _matches_action(statement: Statement, action: str) -> bool:
    if statement.NotAction is not None:
        return not any(_like(pattern, action, True) for pattern in statement.NotAction)
    return any(_like(pattern, action, True) for pattern in statement.Action or ())


def _matches_resource(statement: Statement, resource: str) -> bool:
    if statement.NotResource is not None:
        return not any(_like(_full_arn(pattern), resource, False) for pattern in statement.NotResource)
    return any(_like(_full_arn(pattern), resource, False) for pattern in statement.Resource or ())


def _full_arn(pattern: str) -> str:
    """RAM is global, so its ARNs are written with an empty region as well as with an asterisk."""
    return "acs:ram:*:" + pattern.removeprefix("acs:ram::") if pattern.startswith("acs:ram::") else pattern


def _like(pattern: str, value: str, ignore_case: bool) -> bool:
    return _compiled(pattern, ignore_case).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _in_network(value: str, network: str) -> bool:
    try:
        return ip_address(value) in ip_network(network, strict=False)
    except ValueError:
        return False


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringEqualsIgnoreCase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringLike": lambda actual, wanted: _like(wanted, actual, False),
    "Bool": lambda actual, wanted: actual.lower() == wanted.lower(),
    "IpAddress": _in_network,
}


def _holds(operator: str, keys: Mapping[str, list[str]], context: Mapping[str, str]) -> bool:
    negated = "Not" in operator
    test = _TESTS[operator.replace("Not", "")]
    for key, wanted in keys.items():
        actual = context.get(key)
        hit = actual is not None and any(test(actual, value) for value in wanted)
        if hit == negated:
            return False
    return True
