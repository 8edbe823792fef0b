# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists: all pages, in order, or an error; never a shorter list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.api import operations as op
from ansible_collections.dataworks.network.plugins.module_utils.api.errors import CloudError, Kind
from ansible_collections.dataworks.network.plugins.module_utils.api.paging import every

GROUPS = op.LIST_RESOURCE_GROUPS
ENTRIES = op.DESCRIBE_ROUTE_ENTRIES
Body = dict[str, Any]


class Lists:
    """Answers with prepared pages and remembers what it was asked for."""

    def __init__(self, *bodies: Body) -> None:
        self.bodies = list(bodies)
        self.asked: list[dict[str, Any]] = []

    def call(self, operation: op.Operation, region: str, purpose: str, parameters: Mapping[str, Any]) -> Body:
        self.asked.append(dict(parameters))
        return self.bodies.pop(0)


class Server:
    """A list of numbers behind pages, which the server may cap below the size that was asked for."""

    def __init__(self, count: int, cap: int, total: bool = True) -> None:
        self.numbers = list(range(count))
        self.cap = cap
        self.total = total
        self.calls = 0

    def call(self, operation: op.Operation, region: str, purpose: str, parameters: Mapping[str, Any]) -> Body:
        self.calls += 1
        size = min(self.cap, parameters["PageSize"])
        start = (parameters["PageNumber"] - 1) * size
        counted = {"TotalCount": len(self.numbers)} if self.total else {}
        return {"PagingInfo": {"ResourceGroupList": self.numbers[start : start + size], **counted}}


class Tokens:
    """The same behind tokens."""

    def __init__(self, pages: list[list[int]]) -> None:
        self.pages = pages

    def call(self, operation: op.Operation, region: str, purpose: str, parameters: Mapping[str, Any]) -> Body:
        number = int(parameters.get("NextToken", "0"))
        more = {"NextToken": str(number + 1)} if number + 1 < len(self.pages) else {}
        return {"RouteEntrys": {"RouteEntry": self.pages[number]}, **more}


def listed(server: Any, operation: op.Operation = GROUPS, **parameters: Any) -> list[Any]:
    found: list[Any] = every(server, operation, "cn-hangzhou", "list them", parameters)
    return found


def page(*records: Any, total: Any = None) -> Body:
    return {"PagingInfo": {"ResourceGroupList": list(records), **({} if total is None else {"TotalCount": total})}}


@given(st.integers(0, 450), st.integers(1, 130))
def test_every_record_is_read_once_whatever_the_size_of_a_page(count: int, cap: int) -> None:
    server = Server(count, cap)
    assert listed(server) == list(range(count))
    assert server.calls == max(1, -(-count // min(cap, 100)))


@given(st.integers(0, 450))
def test_without_a_total_reading_goes_on_until_a_page_is_not_full(count: int) -> None:
    assert listed(Server(count, 100, total=False)) == list(range(count))


def test_without_a_total_a_capped_page_is_not_taken_for_the_last() -> None:
    """The server decides how long a page is; the contract is all records or an error."""
    try:
        found = listed(Server(120, 50, total=False))
    except CloudError as error:
        assert error.kind is Kind.INCOMPLETE  # noqa: PT017 - either way is right
    else:
        assert found == list(range(120))


@given(st.integers(1, 300), st.integers(1, 99))
def test_a_list_that_breaks_off_is_an_error_not_a_shorter_list(count: int, lost: int) -> None:
    server = Server(count, 100)
    del server.numbers[max(0, count - lost) :]
    bodies = []
    for number in range(1, 6):
        body = server.call(GROUPS, "", "", {"PageSize": 100, "PageNumber": number})
        body["PagingInfo"]["TotalCount"] = count
        bodies.append(body)
    with pytest.raises(CloudError) as error:
        listed(Lists(*bodies))
    assert error.value.kind is Kind.INCOMPLETE
    assert f"of {count} records" in str(error.value)
    assert "Cannot list them" in str(error.value)


def test_a_total_may_be_a_text() -> None:
    assert listed(Lists(page(1, 2, total="3"), page(3, total="3"))) == [1, 2, 3]


def test_an_empty_list_is_empty() -> None:
    assert listed(Lists(page(total=0))) == []
    assert listed(Lists({"PagingInfo": {"TotalCount": 0}})) == []


@pytest.mark.parametrize("body", [{}, {"PagingInfo": None}, {"PagingInfo": {}}, {"Data": {"ResourceGroupList": [1]}}])
def test_an_answer_without_a_list_is_an_error_not_an_empty_list(body: Body) -> None:
    with pytest.raises(CloudError) as error:
        listed(Lists(body))
    assert error.value.kind is Kind.INCOMPLETE


def test_the_own_parameters_are_sent_with_every_page() -> None:
    server = Lists(page(*range(100), total=101), page(100, total=101))
    listed(server, ResourceGroupId="rg-1")
    assert server.asked == [
        {"ResourceGroupId": "rg-1", "PageSize": 100, "PageNumber": 1},
        {"ResourceGroupId": "rg-1", "PageSize": 100, "PageNumber": 2},
    ]


def test_a_list_that_never_ends_is_given_up() -> None:
    class Endless:
        def call(self, *_arguments: Any) -> Body:
            return page(1, total=10**9)

    with pytest.raises(CloudError) as error:
        listed(Endless())
    assert error.value.kind is Kind.INCOMPLETE


def test_an_error_on_a_later_page_is_an_error() -> None:
    class Failing(Server):
        def call(self, *arguments: Any) -> Body:
            if self.calls:
                raise CloudError(Kind.THROTTLED, code="Throttling.User")
            return super().call(*arguments)

    with pytest.raises(CloudError, match=r"Throttling\.User"):
        listed(Failing(150, 100))


@given(st.lists(st.lists(st.integers(), min_size=1, max_size=4), min_size=1, max_size=6))
def test_tokens_are_followed_to_the_end(pages: list[list[int]]) -> None:
    assert listed(Tokens(pages), ENTRIES) == [number for found in pages for number in found]


def test_tokens_stop_where_the_service_has_nothing_more_to_say() -> None:
    """Documented samples show a token even on a single page; an empty page or a repeated token ends the list."""
    assert listed(Lists(entries(1, 2, token="t"), entries(token="u")), ENTRIES) == [1, 2]
    assert listed(Lists(entries(1, token="t"), entries(2, token="t")), ENTRIES) == [1, 2]
    assert listed(Lists(entries(1, token="")), ENTRIES) == [1]


def test_the_first_request_carries_no_token_and_the_next_the_one_received() -> None:
    server = Lists(entries(1, token="t"), entries(2))
    listed(server, ENTRIES, RouteTableId="vtb-1")
    assert server.asked == [
        {"RouteTableId": "vtb-1", "MaxResult": 100},
        {"RouteTableId": "vtb-1", "MaxResult": 100, "NextToken": "t"},
    ]


def entries(*records: int, token: str | None = None) -> Body:
    return {"RouteEntrys": {"RouteEntry": list(records)}, **({} if token is None else {"NextToken": token})}


def test_an_operation_without_pages_is_not_listed() -> None:
    with pytest.raises(ValueError, match="GetNetwork has no pages"):
        listed(Lists(), op.GET_NETWORK)
