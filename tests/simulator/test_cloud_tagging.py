# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of VPC resources: given, listed and taken off through the official SDK, and everything that is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator.asking import DATABASES, MINIMAL_KEY, VPC, WORKERS, Asker, refusal, section

ACCOUNT, OTHER = "1234567890123456", "6543210987654321"
REGION = "cn-hangzhou"
TABLE, ACL, NAT, EIP = "vtb-bp1tagged", "nacl-bp1tagged", "ngw-bp1tagged", "eip-bp1tagged"
LONG = "k" * 128
RESERVED = {"acs:owner": "platform"}


def user(name: str, key: tuple[str, str], *policies: Any) -> dict[str, Any]:
    return {"name": name, "policies": list(policies), "access_keys": [{"id": key[0], "secret": key[1]}]}


def only(resource: str) -> dict[str, Any]:
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "vpc:TagResources", "Resource": resource}]}


WRITER, READER, ELSEWHERE = (("writerkey", "secret-w"), ("readerkey", "secret-r"), ("otherkey", "secret-o"))
WORLD = {
    "name": "tags",
    "accounts": [
        {
            "id": ACCOUNT,
            "users": [
                user("operator", MINIMAL_KEY, "admin"),
                user("writer", WRITER, only(f"acs:vpc:{REGION}:{ACCOUNT}:vswitch/{WORKERS}")),
                user("reader", READER, "read_only"),
            ],
            "regions": {
                REGION: {
                    "vpcs": [
                        {
                            "id": VPC,
                            "cidr": "172.16.0.0/12",
                            "vswitches": [
                                {"id": WORKERS, "zone": "cn-hangzhou-h", "cidr": "172.16.1.0/24", "tags": RESERVED},
                                {"id": DATABASES, "zone": "cn-hangzhou-h", "cidr": "172.16.2.0/24"},
                            ],
                            "route_tables": [{"id": TABLE, "type": "System"}],
                            "network_acls": [{"id": ACL}],
                            "nat_gateways": [{"id": NAT, "vswitch": WORKERS}],
                        }
                    ],
                    "eips": [{"id": EIP, "ip": "118.31.77.14"}],
                },
                "cn-beijing": {"vpcs": [{"id": "vpc-2zebeijing", "cidr": "10.0.0.0/8"}]},
            },
        },
        {
            "id": OTHER,
            "users": [user("stranger", ELSEWHERE, "admin")],
            "regions": {REGION: {"vpcs": [{"id": "vpc-bp1stranger", "cidr": "10.0.0.0/8"}]}},
        },
    ],
}


class Tags:
    """The three operations through the typed methods of the official SDK."""

    def __init__(self, cloud: Any, key: tuple[str, str] = MINIMAL_KEY) -> None:
        self.cloud = cloud
        self._client = cloud.client("vpc", key)
        self._models = cloud.models("vpc")

    def _request(self, action: str, kind: str, identifiers: list[str], more: dict[str, Any]) -> Any:
        params = {"RegionId": REGION, "ResourceType": kind, "ResourceId": identifiers, **more}
        request = getattr(self._models, f"{action}Request")().from_map(params)
        assert {key: value for key, value in request.to_map().items() if value != []} == params
        return request

    def tag(self, kind: str, *identifiers: str, **tags: str) -> None:
        """Give tags."""
        self.tag_all(kind, list(identifiers), list(tags.items()))

    def tag_all(self, kind: str, identifiers: list[str], tags: list[tuple[str, str]], **more: Any) -> None:
        """Give tags, in any number and with any name."""
        asked = {"Tag": [{"Key": key, "Value": value} for key, value in tags], **more}
        self._client.tag_resources(self._request("TagResources", kind, identifiers, asked))

    def untag(self, kind: str, *identifiers: str, **more: Any) -> None:
        """Take tags off."""
        self._client.un_tag_resources(self._request("UnTagResources", kind, list(identifiers), more))

    def listed(self, kind: str, *identifiers: str, **more: Any) -> list[tuple[str, str, str]]:
        """Return the entries of one page: resource, key, value."""
        body = self.page(kind, *identifiers, **more)
        return [(one["ResourceId"], one["TagKey"], one["TagValue"]) for one in body["TagResources"]["TagResource"]]

    def page(self, kind: str, *identifiers: str, **more: Any) -> dict[str, Any]:
        """Return what the SDK's model keeps of one page."""
        asked = {"ResourceId": list(identifiers)} if identifiers else {}
        params = {"RegionId": REGION, "ResourceType": kind, **asked, **more}
        request = self._models.ListTagResourcesRequest().from_map(params)
        body: dict[str, Any] = self._client.list_tag_resources(request).body.to_map()
        return body


@pytest.fixture
def tags(simulator) -> Tags:
    return Tags(simulator(WORLD))


@pytest.fixture
def ask(tags) -> Asker:
    return Asker(tags.cloud)


SHOWN = [
    ("VPC", VPC, "DescribeVpcs", ("Vpcs", "Vpc"), "VpcId", "Key", "Value"),
    ("VSWITCH", DATABASES, "DescribeVSwitches", ("VSwitches", "VSwitch"), "VSwitchId", "Key", "Value"),
    ("ROUTETABLE", TABLE, "DescribeRouteTableList", ("RouterTableList", "RouterTableListType"), "RouteTableId", "Key",
     "Value"),
    ("NETWORKACL", ACL, "DescribeNetworkAcls", ("NetworkAcls", "NetworkAcl"), "NetworkAclId", "Key", "Value"),
    ("NATGATEWAY", NAT, "DescribeNatGateways", ("NatGateways", "NatGateway"), "NatGatewayId", "TagKey", "TagValue"),
    ("EIP", EIP, "DescribeEipAddresses", ("EipAddresses", "EipAddress"), "AllocationId", "Key", "Value"),
]  # fmt: skip


@pytest.mark.parametrize("shown", SHOWN, ids=[one[0] for one in SHOWN])
def test_tags_are_shown_by_the_resource(tags, ask, shown):
    kind, identifier, action, (outer, inner), id_key, key, value = shown

    def described() -> list[dict[str, str]]:
        (found,) = [one for one in ask.vpc(action)[outer][inner] if one[id_key] == identifier]
        return found["Tags"]["Tag"]

    tags.tag(kind, identifier, team="shop", note="")
    assert described() == [{key: "team", value: "shop"}, {key: "note", value: ""}]
    assert tags.listed(kind, identifier) == [(identifier, "team", "shop"), (identifier, "note", "")]
    tags.untag(kind, identifier, TagKey=["note", "absent"])
    assert described() == [{key: "team", value: "shop"}]


def test_the_state_has_the_tags_and_a_reset_forgets_them(tags):
    def state() -> list[dict[str, str]]:
        return [vswitch["tags"] for vswitch in section(tags.cloud)["vpcs"][0]["vswitches"]]

    tags.tag("VSWITCH", WORKERS, DATABASES, team="shop", env="prod")
    tags.tag("VSWITCH", DATABASES, env="dev")
    assert state() == [{**RESERVED, "team": "shop", "env": "prod"}, {"team": "shop", "env": "dev"}]
    tags.cloud.reset()
    assert state() == [RESERVED, {}]


def test_the_resource_type_is_written_in_any_capitalisation(tags):
    tags.tag("vSwitch", DATABASES, team="shop")
    body = tags.page("vswitch", DATABASES)
    assert body["TagResources"]["TagResource"] == [
        {"ResourceId": DATABASES, "ResourceType": "VSWITCH", "TagKey": "team", "TagValue": "shop"}
    ]
    assert body["NextToken"] == ""


def test_all_takes_off_everything_but_the_tags_of_the_platform(tags):
    tags.tag("VSWITCH", WORKERS, DATABASES, team="shop", env="prod")
    tags.untag("VSWITCH", WORKERS, DATABASES, TagKey=["team"], All=False)
    assert tags.listed("VSWITCH", WORKERS, DATABASES) == [
        (WORKERS, "acs:owner", "platform"), (WORKERS, "env", "prod"), (DATABASES, "env", "prod"),
    ]  # fmt: skip
    tags.untag("VSWITCH", WORKERS, DATABASES, All=True)
    assert tags.listed("VSWITCH", WORKERS, DATABASES) == [(WORKERS, "acs:owner", "platform")]


def test_resources_are_found_by_their_tags(tags):
    tags.tag("VSWITCH", WORKERS, team="shop", env="prod")
    tags.tag("VSWITCH", DATABASES, team="shop", env="")

    def found(*identifiers: str, **wanted: str | None) -> list[tuple[str, str, str]]:
        asked = [{"Key": key} if value is None else {"Key": key, "Value": value} for key, value in wanted.items()]
        return tags.listed("VSWITCH", *identifiers, Tag=asked)

    assert found(team=None) == [(WORKERS, "team", "shop"), (DATABASES, "team", "shop")]
    assert found(team="shop", env="prod") == [(WORKERS, "team", "shop"), (WORKERS, "env", "prod")]
    assert found(env="") == [(DATABASES, "env", "")]
    assert found(DATABASES, team="shop") == [(DATABASES, "team", "shop")]
    assert found(DATABASES, env="prod") == found(team="bi") == found(owner=None) == []


def test_a_list_comes_in_pages(tags):
    tags.tag_all("VPC", [VPC], [(f"k{number}", "v") for number in range(7)])
    seen, token, sizes = [], "", []
    while True:
        body = tags.page("VPC", VPC, MaxResults=3, **({"NextToken": token} if token else {}))
        seen += [one["TagKey"] for one in body["TagResources"]["TagResource"]]
        sizes.append(len(body["TagResources"]["TagResource"]))
        token = body["NextToken"]
        if not token:
            break
    assert (seen, sizes) == ([f"k{number}" for number in range(7)], [3, 3, 1])
    assert refusal(tags.page, "VPC", VPC, NextToken="nonsense") == (400, "IllegalParam.NextToken")
    for size in (0, 51):
        assert refusal(tags.page, "VPC", VPC, MaxResults=size) == (400, "InvalidParameter")


def test_a_page_has_fifty_entries_unless_asked_otherwise(tags):
    for vswitch in (WORKERS, DATABASES):
        tags.tag_all("VSWITCH", [vswitch], [(f"k{number}", "v") for number in range(20)])
    assert len(tags.listed("VSWITCH", WORKERS, DATABASES)) == 41
    third = {"id": "vsw-bp1third", "zone": "z", "cidr": "172.16.3.0/24", "tags": {f"k{n}": "v" for n in range(15)}}
    tags.cloud.patch({"kind": "vswitch", "in": VPC, "add": third})
    assert len(tags.listed("VSWITCH", WORKERS, DATABASES, "vsw-bp1third")) == 50


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("aliyunteam", "Forbidden.TagKeys"),
        ("acs:team", "Forbidden.TagKeys"),
        ("", "InvalidTagKey"),
        (f"{LONG}k", "InvalidTagKey"),
        ("see http://example", "InvalidTagKey"),
        ("see https://example", "InvalidTagKey"),
        (LONG, None),
        ("团队", None),
        ("my aliyun acs:team", None),
        ("http:/", None),
    ],
)
def test_what_a_key_may_be(tags, key, code):
    if code is None:
        tags.tag_all("VPC", [VPC], [(key, "v")])
        assert tags.listed("VPC", VPC) == [(VPC, key, "v")]
        tags.untag("VPC", VPC, TagKey=[key])
        assert tags.listed("VPC", VPC) == []
        return
    assert refusal(tags.tag_all, "VPC", [VPC], [("good", "v"), (key, "v")]) == (400, code)
    assert refusal(tags.listed, "VPC", VPC, Tag=[{"Key": key}]) == (400, code)
    if key:
        assert refusal(tags.untag, "VPC", VPC, TagKey=[key]) == (400, code)
    else:
        tags.untag("VPC", VPC, TagKey=[key])
    assert tags.listed("VPC", VPC) == []


@pytest.mark.parametrize("value", ["aliyun", "acs:x", "v" * 129, "at http://example", "at https://example"])
def test_what_a_value_may_not_be(tags, value):
    assert refusal(tags.tag, "VPC", VPC, team=value) == (400, "InvalidTagValue")
    assert refusal(tags.listed, "VPC", Tag=[{"Key": "team", "Value": value}]) == (400, "InvalidTagValue")
    tags.tag("VPC", VPC, team="v" * 128)
    assert tags.listed("VPC", VPC) == [(VPC, "team", "v" * 128)]


def test_a_key_comes_once(tags):
    twice = [("team", "a"), ("team", "b")]
    assert refusal(tags.tag_all, "VPC", [VPC], twice) == (400, "Forbidden.TagKey.Duplicated")
    assert refusal(tags.untag, "VPC", VPC, TagKey=["team", "team"]) == (400, "Forbidden.TagKey.Duplicated")


def test_at_most_twenty_tags_in_a_call_and_on_a_resource(tags):
    twenty = [(f"k{number}", "v") for number in range(20)]
    assert refusal(tags.tag_all, "VSWITCH", [WORKERS], [*twenty, ("k20", "v")]) == (400, "SizeLimitExceeded.TagNum")
    too_many = [key for key, _ in twenty] + ["k20"]
    assert refusal(tags.untag, "VSWITCH", WORKERS, TagKey=too_many) == (400, "SizeLimitExceeded.TagNum")
    tags.tag_all("VSWITCH", [WORKERS], twenty)
    tags.tag("VSWITCH", WORKERS, k0="new")
    before = tags.cloud.state()["cloud"]
    assert refusal(tags.tag, "VSWITCH", DATABASES, WORKERS, k20="v") == (400, "QuotaExceeded.TagNum")
    assert tags.cloud.state()["cloud"] == before


def test_at_most_fifty_resources_in_a_call(tags):
    fifty = [VPC] * 50
    tags.tag_all("VPC", fifty, [("team", "shop")])
    assert tags.listed("VPC", *fifty) == [(VPC, "team", "shop")]
    code = (400, "SizeLimitExceeded.ResourceId")
    assert refusal(tags.tag, "VPC", *fifty, VPC, team="x") == code
    assert refusal(tags.untag, "VPC", *fifty, VPC, All=True) == code
    assert refusal(tags.listed, "VPC", *fifty, VPC) == code


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [
        ("VPC", "vpc-bp1unknown"),
        ("VPC", "vpc-bp1stranger"),
        ("VPC", "vpc-2zebeijing"),
        ("VPC", DATABASES),
        ("VPNGATEWAY", "vpn-bp1any"),
    ],
)
def test_what_is_not_there_is_not_found_and_nothing_is_changed(tags, kind, identifier):
    missing = (400, "InvalidInstanceIds.NotFound")
    before = tags.cloud.state()["cloud"]
    assert refusal(tags.tag, kind, VPC, identifier, team="shop") == missing
    assert refusal(tags.untag, kind, identifier, All=True) == missing
    assert refusal(tags.listed, kind, identifier) == missing
    assert tags.cloud.state()["cloud"] == before


def test_types(tags):
    assert tags.listed("HaVip", Tag=[{"Key": "team"}]) == []
    unknown = (400, "InvalidInstanceType.NotFound")
    assert refusal(tags.tag, "INSTANCE", VPC, team="shop") == unknown
    assert refusal(tags.untag, "INSTANCE", VPC, All=True) == unknown
    assert refusal(tags.listed, "INSTANCE", VPC) == unknown


COMPLETE = {"ResourceType": "VPC", "ResourceId.1": VPC}
TAG = {"Tag.1.Key": "team", "Tag.1.Value": "shop"}


@pytest.mark.parametrize(
    ("action", "params"),
    [
        (action, {key: value for key, value in {"RegionId": REGION, **params}.items() if key != left_out})
        for action, params, needed in (
            ("TagResources", {**COMPLETE, **TAG}, ("RegionId", *COMPLETE, *TAG)),
            ("TagResources", COMPLETE, ("",)),
            ("UnTagResources", {**COMPLETE, "TagKey.1": "team"}, ("RegionId", *COMPLETE, "TagKey.1")),
            ("UnTagResources", {**COMPLETE, "All": "False"}, ("",)),
            ("ListTagResources", {**COMPLETE, **TAG}, ("RegionId", "ResourceType")),
        )
        for left_out in needed
    ],
)
def test_what_must_be_sent(ask, action, params):
    sent = {"RegionId": "", **params}
    assert refusal(ask.vpc, action, **sent) == (400, "MissingParameter")


def test_a_list_needs_resources_or_tags(ask):
    assert refusal(ask.vpc, "ListTagResources", ResourceType="VPC") == (403, "BothEmpty.TagsAndResources")
    value_only = {"ResourceType": "VPC", "ResourceId.1": VPC, "Tag.1.Value": "shop"}
    assert refusal(ask.vpc, "ListTagResources", **value_only) == (400, "InvalidTagKey")


def test_lists_are_taken_as_json_too(ask):
    listed = {"ResourceId": json.dumps([VPC]), "ResourceType": "VPC"}
    ask.vpc("TagResources", Tag=json.dumps([{"Key": "team", "Value": "shop"}]), **listed)
    ask.vpc("UnTagResources", TagKey=json.dumps(["other"]), **listed)
    (entry,) = ask.vpc("ListTagResources", **listed)["TagResources"]["TagResource"]
    assert (entry["TagKey"], entry["TagValue"]) == ("team", "shop")


def test_writes_are_writes(tags):
    tags.tag("VPC", VPC, team="shop")
    tags.cloud.settings(read_only=True)
    assert refusal(tags.tag, "VPC", VPC, team="bi") == (403, "Simulator.ReadOnly")
    assert refusal(tags.untag, "VPC", VPC, All=True) == (403, "Simulator.ReadOnly")
    assert tags.listed("VPC", VPC) == [(VPC, "team", "shop")]
    seen = [(entry["action"], entry["writes"]) for entry in tags.cloud.ledger()]
    assert seen == [("TagResources", True), ("TagResources", True), ("UnTagResources", True),
                    ("ListTagResources", False)]  # fmt: skip


def test_permission_is_needed_for_every_resource(tags):
    writer, reader = Tags(tags.cloud, WRITER), Tags(tags.cloud, READER)
    writer.tag("vSwitch", WORKERS, team="shop")
    for resources in ((DATABASES,), (WORKERS, DATABASES), (DATABASES, WORKERS)):
        assert refusal(writer.tag, "VSWITCH", *resources, team="bi")[0] == 403
    assert refusal(writer.untag, "VSWITCH", WORKERS, All=True)[0] == 403
    assert refusal(reader.tag, "VSWITCH", WORKERS, team="bi")[0] == 403
    assert refusal(reader.untag, "VSWITCH", WORKERS, All=True)[0] == 403
    assert (WORKERS, "team", "shop") in reader.listed("VSWITCH", WORKERS)
