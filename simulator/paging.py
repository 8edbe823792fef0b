# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways in which the products cut long lists into pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from simulator.operation import ApiError, Call, invalid_parameter

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list, by number."""

    items: list[Item]
    number: int
    size: int
    total: int


def numbered_page(
    call: Call,
    items: Sequence[Item],
    *,
    default: int,
    maximum: int,
    number_key: str = "PageNumber",
    size_key: str = "PageSize",
) -> Page[Item]:
    """Cut the page a call asks for; a page number below 1 or a size out of range answers InvalidParameter."""
    number = _within(call, number_key, 1, 1, 10**9)
    size = _within(call, size_key, default, 1, maximum)
    start = (number - 1) * size
    return Page(list(items[start : start + size]), number, size, len(items))


def _within(call: Call, key: str, default: int, low: int, high: int) -> int:
    value = call.integer(key, default)
    if value is None or not low <= value <= high:
        raise invalid_parameter(key)
    return value


@dataclass(frozen=True)
class TokenPage(Generic[Item]):
    """One page of a list, by token; `next_token` is empty on the last page."""

    items: list[Item]
    size: int
    total: int
    next_token: str


def token_page(
    call: Call, items: Sequence[Item], *, size_key: str, default: int, maximum: int, bad_token: str
) -> TokenPage[Item]:
    """Cut the page a token points to; a token of another query answers 400 with the code `bad_token`."""
    size = _within(call, size_key, default, 1, maximum)
    start = _offset(call, call.text("NextToken"), size_key, bad_token)
    end = start + size
    more = end < len(items)
    return TokenPage(list(items[start:end]), size, len(items), _token(call, end, size_key) if more else "")


def _token(call: Call, offset: int, size_key: str) -> str:
    return base64.urlsafe_b64encode(f"{offset}:{_query_mark(call, size_key)}".encode()).decode().rstrip("=")


def _query_mark(call: Call, size_key: str) -> str:
    asked = sorted((key, value) for key, value in call.params.items() if key not in ("NextToken", size_key))
    return hashlib.sha256(repr((call.action, call.account, asked)).encode()).hexdigest()[:16]


def _offset(call: Call, token: str, size_key: str, bad_token: str) -> int:
    if not token:
        return 0
    refusal = ApiError(400, bad_token, "The specified parameter NextToken is not valid.")
    try:
        offset, mark = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(":")
        number = int(offset)
    except ValueError:
        raise refusal from None
    if mark != _query_mark(call, size_key):
        raise refusal
    return number
