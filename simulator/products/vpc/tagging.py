# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TagResources, UnTagResources and ListTagResources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from simulator.operation import ApiError, Body, Call, Handler, missing_parameter, operation
from simulator.paging import token_page
from simulator.products.vpc.product import in_region
from simulator.products.vpc.schema import Eip, NatGateway, NetworkAcl, RouteTable, Vpc, VSwitch
from simulator.resources import RegionSection

Taggable = Vpc | VSwitch | RouteTable | NetworkAcl | NatGateway | Eip

_MOST_RESOURCES, _MOST_TAGS, _LONGEST_TEXT, _PAGE_SIZE = 50, 20, 128, 50
_RESERVED = ("aliyun", "acs:")  # beginnings of keys and values that belong to the platform
_ADDRESSES = ("http://", "https://")

_KINDS: Mapping[str, Callable[[RegionSection], Iterable[Taggable]]] = {
    "VPC": lambda section: section.vpcs,
    "VSWITCH": lambda section: [vswitch for vpc in section.vpcs for vswitch in vpc.vswitches],
    "ROUTETABLE": lambda section: [table for vpc in section.vpcs for table in vpc.route_tables],
    "NETWORKACL": lambda section: [acl for vpc in section.vpcs for acl in vpc.network_acls],
    "NATGATEWAY": lambda section: [gateway for vpc in section.vpcs for gateway in vpc.nat_gateways],
    "EIP": lambda section: section.eips,
}
# Types the product knows and the simulator has no resources of: nothing is ever found.
_KINDS_WITHOUT_RESOURCES = frozenset(
    {
        "VPNGATEWAY", "COMMONBANDWIDTHPACKAGE", "PREFIXLIST", "PUBLICIPADDRESSPOOL", "IPV4GATEWAY", "IPV6GATEWAY",
        "TRAFFICMIRRORFILTER", "TRAFFICMIRRORSESSION", "FLOWLOG", "HAVIP", "DHCPOPTIONSSET", "GATEWAYENDPOINT",
        "IPV6ADDRESS",
    }
)  # fmt: skip


def _arns(call: Call) -> list[str]:
    """Name every resource the call is about: permission is needed for all of them."""
    place = f"acs:vpc:{call.region or '*'}:{call.account}:{call.text('ResourceType').lower() or '*'}"
    return [f"{place}/{identifier or '*'}" for identifier in call.strings("ResourceId") or ["*"]]


def _tag_operation(action: str, *, writes: bool) -> Callable[[Handler], Handler]:
    return operation(product="vpc", version="2016-04-28", action=action, writes=writes, resource=_arns)


@_tag_operation("TagResources", writes=True)
def tag_resources(call: Call) -> Body:
    """Give tags to resources, replacing the values of keys they carry; one refusal and none is changed."""
    section, kind, identifiers = in_region(call), _kind(call), _identifiers(call)
    added = _tags_to_add(call)
    resources = _named(kind, section, identifiers)
    changed = [{**resource.tags, **added} for resource in resources]
    if any(sum(not _reserved(key) for key in tags) > _MOST_TAGS for tags in changed):
        raise ApiError(400, "QuotaExceeded.TagNum", "Custom Tags quota exceeded")
    for resource, tags in zip(resources, changed, strict=True):
        resource.tags = tags
    return {}


@_tag_operation("UnTagResources", writes=True)
def untag_resources(call: Call) -> Body:
    """Take tags off resources, by key or all but those of the platform; keys they do not carry are passed over."""
    section, kind, identifiers = in_region(call), _kind(call), _identifiers(call)
    keys, everything = call.strings("TagKey"), call.boolean("All")
    if not keys and not everything:
        raise missing_parameter("TagKey")
    _check_keys(keys, empty_allowed=True)
    for resource in _named(kind, section, identifiers):
        resource.tags = {
            key: value
            for key, value in resource.tags.items()
            if _reserved(key) or not (everything or key in keys)
        }  # fmt: skip
    return {}


@_tag_operation("ListTagResources", writes=False)
def list_tag_resources(call: Call) -> Body:
    """List tags of resources, found by identifier or by tags; of those found by tags, the tags asked for."""
    section, kind = in_region(call), _kind(call)
    wanted = [(tag.get("Key", ""), tag.get("Value")) for tag in call.objects("Tag")]
    if not wanted and not call.strings("ResourceId"):
        message = "The specified Tags and ResourcesIds are not allow to both empty."
        raise ApiError(403, "BothEmpty.TagsAndResources", message)
    keys = [key for key, _ in wanted]
    _check_keys(keys)
    _check_values([value for _, value in wanted if value])
    entries = [
        {"ResourceId": resource.id, "ResourceType": kind, "TagKey": key, "TagValue": value}
        for resource in _asked_for(call, kind, section)
        if _carries(resource, wanted)
        for key, value in resource.tags.items()
        if not keys or key in keys
    ]
    page = token_page(
        call, entries, size_key="MaxResults", default=_PAGE_SIZE, maximum=_PAGE_SIZE, bad_token="IllegalParam.NextToken"
    )
    return {"NextToken": page.next_token, "TagResources": {"TagResource": page.items}}


def _kind(call: Call) -> str:
    kind = call.required("ResourceType").upper()
    if kind not in _KINDS and kind not in _KINDS_WITHOUT_RESOURCES:
        raise ApiError(400, "InvalidInstanceType.NotFound", "The instance type is not found")
    return kind


def _identifiers(call: Call) -> list[str]:
    identifiers = call.strings("ResourceId")
    if not identifiers:
        raise missing_parameter("ResourceId")
    if len(identifiers) > _MOST_RESOURCES:
        raise ApiError(400, "SizeLimitExceeded.ResourceId", "The maximum number of resource IDs is exceeded.")
    return identifiers


def _asked_for(call: Call, kind: str, section: RegionSection) -> list[Taggable]:
    if call.strings("ResourceId"):
        return _named(kind, section, _identifiers(call))
    return list(_all_of(kind, section))


def _all_of(kind: str, section: RegionSection) -> Iterable[Taggable]:
    return _KINDS[kind](section) if kind in _KINDS else ()


def _named(kind: str, section: RegionSection, identifiers: Sequence[str]) -> list[Taggable]:
    """Return the resources once each in the order asked for; one unknown identifier is an error."""
    known = {resource.id: resource for resource in _all_of(kind, section)}
    if any(identifier not in known for identifier in identifiers):
        raise ApiError(400, "InvalidInstanceIds.NotFound", "The instanceIds are not found")
    return [known[identifier] for identifier in dict.fromkeys(identifiers)]


def _carries(resource: Taggable, wanted: Sequence[tuple[str, str | None]]) -> bool:
    return all(key in resource.tags and value in (None, resource.tags[key]) for key, value in wanted)


def _tags_to_add(call: Call) -> dict[str, str]:
    tags = call.objects("Tag")
    for field in ("Key", "Value"):
        if not tags or any(field not in tag for tag in tags):
            raise missing_parameter(f"Tag.N.{field}")
    _check_keys([tag["Key"] for tag in tags])
    _check_values([tag["Value"] for tag in tags])
    return {tag["Key"]: tag["Value"] for tag in tags}


def _check_keys(keys: Sequence[str], *, empty_allowed: bool = False) -> None:
    if len(keys) > _MOST_TAGS:
        raise ApiError(400, "SizeLimitExceeded.TagNum", "The maximum number of tags is exceeded.")
    if any(_reserved(key) for key in keys):
        raise ApiError(400, "Forbidden.TagKeys", "The request do not allow to operate the tag keys")
    if any(_malformed(key) or not (key or empty_allowed) for key in keys):
        raise ApiError(400, "InvalidTagKey", "The tag keys are not valid.")
    if len(set(keys)) < len(keys):
        raise ApiError(400, "Forbidden.TagKey.Duplicated", "The specified tag key already exists.")


def _check_values(values: Sequence[str]) -> None:
    if any(_reserved(value) or _malformed(value) for value in values):
        raise ApiError(400, "InvalidTagValue", "The tag values are not valid.")


def _reserved(text: str) -> bool:
    return text.startswith(_RESERVED)


def _malformed(text: str) -> bool:
    return len(text) > _LONGEST_TEXT or any(address in text for address in _ADDRESSES)
