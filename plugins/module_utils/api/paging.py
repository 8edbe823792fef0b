# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All records of a list operation, page by page; a list that ends early is an error, never a shorter list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .client import Cloud
from .errors import CloudError, Kind
from .operations import Operation, Pages
from .sdk import load

_MOST_PAGES = 1000


def find(expression: str, body: Mapping[str, Any]) -> Any:
    """Return what a JMESPath expression finds in a body."""
    return _compiled(expression).search(body)


def every(
    cloud: Cloud, operation: Operation, region: str, purpose: str, parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the records of all pages, or raise CloudError also where pages are missing."""
    pages = operation.pages
    if pages is None:
        raise ValueError(f"{operation.action} has no pages")
    records: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {pages.size_key: pages.size}
    if pages.number_key:
        cursor[pages.number_key] = 1
    seen_tokens: set[str] = set()
    for _page in range(_MOST_PAGES):
        body = cloud.call(operation, region, purpose, {**parameters, **cursor})
        page = _records(operation, purpose, body, len(records))
        records += page
        if pages.token_key:
            token = str(body.get(pages.token_key) or "")
            if not token or token in seen_tokens or not page:
                return records
            seen_tokens.add(token)
            cursor[pages.token_key] = token
            continue
        total = _total(pages, body)
        if (not page) if total is None else len(records) >= total:
            return records
        if not page:
            raise _incomplete(operation, purpose, len(records), total)
        cursor[pages.number_key] += 1
    raise _incomplete(operation, purpose, len(records), None)


def _records(operation: Operation, purpose: str, body: Mapping[str, Any], read: int) -> list[dict[str, Any]]:
    """Return the records of one page; an answer without a list is empty only where it says that there is nothing."""
    pages = operation.pages
    page = find(pages.records, body) if pages else None
    if isinstance(page, list):
        return page
    if pages and page is None and pages.total and _total(pages, body) == 0:
        return []
    raise _incomplete(operation, purpose, read, None)


def _total(pages: Pages, body: Mapping[str, Any]) -> int | None:
    total = find(pages.total, body)
    return int(total) if total is not None else None


def _incomplete(operation: Operation, purpose: str, read: int, total: int | None) -> CloudError:
    error = CloudError(
        Kind.INCOMPLETE,
        action=operation.action,
        message=f"the list broke off after {read} of {total or 'many'} records",
    )
    error.purpose = purpose
    return error


@cache
def _compiled(expression: str) -> Any:
    return load("jmespath").compile(expression)
