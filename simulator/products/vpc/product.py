# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every VPC operation needs: registration, the caller's resources, the shapes of lists and times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from simulator.operation import ApiError, Call, Handler, operation
from simulator.paging import Page, numbered_page
from simulator.products.vpc.schema import RouteTable, Vpc, VSwitch
from simulator.resources import RegionSection

Item = TypeVar("Item")
PAGE_SIZE, MAX_PAGE_SIZE = 10, 50


def vpc_operation(action: str, *, writes: bool = False, resource: str = "*") -> Callable[[Handler], Handler]:
    """Register an operation of the product; `resource` is the part of the ARN after the account."""
    arn = "*" if resource == "*" else "acs:vpc:{region}:{account}:" + resource
    return operation(product="vpc", version="2016-04-28", action=action, writes=writes, resource=arn)


def in_region(call: Call) -> RegionSection:
    """Return what the caller owns in the region named by the mandatory RegionId."""
    return call.cloud.section(call.account, call.required("RegionId"))


def page_of(call: Call, items: Sequence[Item], maximum: int = MAX_PAGE_SIZE) -> tuple[Page[Item], dict[str, int]]:
    """Cut the page asked for and return it with the paging keys of the answer."""
    page = numbered_page(call, items, default=PAGE_SIZE, maximum=maximum)
    return page, {"PageNumber": page.number, "PageSize": page.size, "TotalCount": page.total}


def matching(call: Call, items: Iterable[Item], filters: Mapping[str, Callable[[Item], object]]) -> list[Item]:
    """Keep the items whose values equal every filter parameter that was sent."""
    asked = {name: value for name in filters if (value := call.text(name))}
    return [item for item in items if all(str(filters[name](item)) == value for name, value in asked.items())]


def tagged(call: Call, items: Iterable[Item], tags_of: Callable[[Item], Mapping[str, str]]) -> list[Item]:
    """Keep the items that carry every tag asked for; a tag without value matches any value."""
    wanted = [(tag.get("Key", ""), tag.get("Value")) for tag in call.objects("Tag")]

    def carries(item: Item) -> bool:
        tags = tags_of(item)
        return all(key in tags and value in (None, "", tags[key]) for key, value in wanted)

    return [item for item in items if carries(item)]


def moment(value: datetime) -> str:
    """Write a time as the product does."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def tag_list(tags: Mapping[str, str]) -> dict[str, Any]:
    """Write tags as the product does."""
    return {"Tag": [{"Key": key, "Value": value} for key, value in tags.items()]}


def refuse_dry_run(call: Call) -> None:
    """Answer a dry run that has passed all checks."""
    if call.boolean("DryRun"):
        raise ApiError(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")


def find_table(call: Call, table_id: str) -> tuple[Vpc, RouteTable] | None:
    """Find a route table of the caller, in the region of the call when it names one."""
    for _, section in call.cloud.sections(call.account, call.region):
        for vpc in section.vpcs:
            for table in vpc.route_tables:
                if table.id == table_id:
                    return vpc, table
    return None


def vswitches_of(vpc: Vpc, table: RouteTable) -> list[VSwitch]:
    """Return the vSwitches whose packets a route table decides about."""
    return [vswitch for vswitch in vpc.vswitches if vpc.table_of(vswitch).id == table.id]
