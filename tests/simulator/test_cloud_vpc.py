# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPC: what is listed and how it is filtered and paged, and the life of a route entry."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.asking import DATABASES, DEMO_KEY, VPC, Asker, refusal

RETAIL, TABLE = "vpc-bp1retail5w8k2n6t3q7", "vtb-bp1retailsys6b3n9m2"
NAT = "ngw-bp1retail7a4s1d8f5g"
ROUTE = {"RouteTableId": TABLE, "DestinationCidrBlock": "10.66.0.0/16", "NextHopType": "NatGateway", "NextHopId": NAT}


@pytest.fixture
def demo(simulator) -> Asker:
    return Asker(simulator("demo"), DEMO_KEY)


def ids(body: dict[str, Any], outer: str, inner: str, key: str) -> list[str]:
    return [item[key] for item in body[outer][inner]]


def entries(ask: Asker, **params: Any) -> list[dict[str, Any]]:
    body = ask.vpc("DescribeRouteEntryList", **{"RouteTableId": TABLE, "MaxResult": 100, **params})
    found: list[dict[str, Any]] = body["RouteEntrys"]["RouteEntry"]
    return found


def settled(ask: Asker) -> None:
    while any(entry["Status"] != "Available" for entry in entries(ask)):
        pass


def test_vpcs(demo):
    def names(**params):
        return ids(demo.vpc("DescribeVpcs", **params), "Vpcs", "Vpc", "VpcName")

    assert names() == ["retail", "analytics", "stores", "stores-lab"]
    assert names(VpcId=f"{RETAIL},vpc-unknown") == ["retail"]
    assert names(**{"Tag.1.Key": "team", "Tag.1.Value": "bi"}) == ["analytics"]
    assert names(**{"Tag.1.Key": "team"}) == ["retail", "analytics"]
    assert names(PageSize=3, PageNumber=2) == ["stores-lab"]
    assert names(VpcOwnerId=1234567890123456, VpcName="stores") == ["stores"]
    assert names(VpcOwnerId=1) == names(IsDefault="True") == names(EnableIpv6="true") == []


def test_vswitches(demo):
    def names(**params):
        return ids(demo.vpc("DescribeVSwitches", **params), "VSwitches", "VSwitch", "VSwitchName")

    assert len(names()) == 10
    assert demo.vpc("DescribeVSwitches")["TotalCount"] == 12
    assert names(VpcId="vpc-bp1analytics9z2x6c4v", ZoneId="cn-hangzhou-j") == ["bi-full"]
    assert names(RouteTableId="vtb-bp1bicustom1t5y9u3i") == ["bi-workers"]
    one = demo.vpc("DescribeVSwitchAttributes", RegionId="", VSwitchId="vsw-bp1bitiny5d9f3g7h1")
    assert (one["AvailableIpAddressCount"], one["CidrBlock"], one["VpcId"]) == (
        0,
        "10.21.0.0/28",
        "vpc-bp1analytics9z2x6c4v",
    )
    tables = {
        one["VSwitchName"]: one["RouteTable"]
        for one in demo.vpc("DescribeVSwitches", PageSize=50)["VSwitches"]["VSwitch"]
    }
    assert tables["bi-workers"] == {"RouteTableId": "vtb-bp1bicustom1t5y9u3i", "RouteTableType": "Custom"}
    assert tables["etl-h"] == {"RouteTableId": TABLE, "RouteTableType": "System"}
    by_vpc = demo.vpc("DescribeVSwitches", RegionId="", VpcId=RETAIL)
    assert by_vpc["TotalCount"] == 6


def test_route_tables_say_which_vswitches_use_them(demo):
    body = demo.vpc("DescribeRouteTableList", VpcId="vpc-bp1analytics9z2x6c4v")
    used = {
        one["RouteTableType"]: one["VSwitchIds"]["VSwitchId"] for one in body["RouterTableList"]["RouterTableListType"]
    }
    assert used["Custom"] == ["vsw-bp1biworkers7b3n5m"]
    assert used["System"] == ["vsw-bp1bidata2o6p1a8s4", "vsw-bp1bitiny5d9f3g7h1"]
    assert demo.vpc("DescribeRouteTableList", RouterType="VBR")["TotalCount"] == 0


def test_every_vpc_has_a_system_table(simulator):
    ask = Asker(simulator("minimal"))
    (table,) = ask.vpc("DescribeRouteTableList", VpcId=VPC)["RouterTableList"]["RouterTableListType"]
    assert (table["RouteTableType"], len(table["VSwitchIds"]["VSwitchId"])) == ("System", 2)


def test_route_entries_come_in_token_pages(demo):
    seen, token, pages = [], "", 0
    while True:
        body = demo.vpc("DescribeRouteEntryList", RouteTableId=TABLE, MaxResult=4, NextToken=token)
        seen += ids(body, "RouteEntrys", "RouteEntry", "DestinationCidrBlock")
        token, pages = body.get("NextToken", ""), pages + 1
        if not token:
            break
    assert (len(seen), pages, body["TotalCount"]) == (9, 3, 9)
    assert len(set(seen)) == 9
    other = demo.vpc("DescribeRouteEntryList", RouteTableId=TABLE, MaxResult=4)["NextToken"]
    stolen = {"RouteTableId": "vtb-bp1bisystem8j2k6l4z", "NextToken": other}
    assert refusal(demo.vpc, "DescribeRouteEntryList", **stolen) == (400, "IllegalParam.NextToken")
    demo.cloud.settings(next_token_on_last_page=True)
    assert demo.vpc("DescribeRouteEntryList", RouteTableId=TABLE, MaxResult=100)["NextToken"]


def test_route_entries_are_filtered(demo):
    def found(**params):
        return [entry["DestinationCidrBlock"] for entry in entries(demo, **params)]

    assert found(RouteEntryType="Custom") == ["0.0.0.0/0", "10.88.0.0/16"]
    assert len(found(RouteEntryType="System")) == 7
    assert found(RouteEntryType="Custom", RouteEntryName="branch-offices") == ["10.88.0.0/16"]
    assert found(NextHopType="NatGateway") == found(NextHopId=NAT) == found(DestinationCidrBlock="0.0.0.0/0")
    assert found(**{"DestCidrBlockList.1": "10.88.0.0/16"}) == ["10.88.0.0/16"]
    assert found(IpVersion="ipv6") == []


def test_a_route_entry_becomes_available(demo):
    number = demo.vpc("CreateRouteEntry", RouteEntryName="n", **ROUTE)["RouteEntryId"]
    wanted = {"RouteEntryType": "Custom", "RouteEntryId": number}
    assert refusal(demo.vpc, "DeleteRouteEntry", RouteEntryId=number) == (400, "IncorrectRouteEntryStatus")
    assert [entry["Status"] for entry in entries(demo, **wanted)] == ["Available"]
    hop = entries(demo, **wanted)[0]["NextHops"]["NextHop"][0]
    assert (hop["NextHopType"], hop["NextHopId"], hop["Enabled"]) == ("NatGateway", NAT, 1)
    demo.vpc("DeleteRouteEntry", RouteEntryId=number)
    assert [entry["Status"] for entry in entries(demo, **wanted)] == ["Deleting"]
    assert entries(demo, **wanted) == []


def test_one_change_of_routes_at_a_time(demo):
    demo.vpc("CreateRouteEntry", **ROUTE)
    second = {**ROUTE, "DestinationCidrBlock": "10.67.0.0/16"}
    assert refusal(demo.vpc, "CreateRouteEntry", **second) == (400, "TaskConflict")
    demo.vpc("CreateRouteEntry", **second)
    settled(demo)
    demo.cloud.settings(serial_route_changes=False)
    for number in range(68, 72):
        demo.vpc("CreateRouteEntry", **{**ROUTE, "DestinationCidrBlock": f"10.{number}.0.0/16"})


def test_a_wider_destination_than_a_vswitch_is_allowed(demo):
    demo.vpc("CreateRouteEntry", **{**ROUTE, "DestinationCidrBlock": "172.16.10.0/23"})
    settled(demo)
    demo.vpc("CreateRouteEntry", **{**ROUTE, "DestinationCidrBlock": "10.66.1.1"})
    assert entries(demo, DestinationCidrBlock="10.66.1.1/32")


def test_a_route_entry_is_deleted_by_table_destination_and_next_hop(demo):
    place = {"RouteTableId": TABLE, "DestinationCidrBlock": "10.88.0.0/16"}
    assert refusal(demo.vpc, "DeleteRouteEntry", NextHopId="i-other", **place) == (404, "InvalidRouteEntry.NotFound")
    demo.vpc("DeleteRouteEntry", NextHopId="i-bp1branchvpn3h6j9k2l", **place)


def test_nat_gateways_and_their_addresses(demo):
    (gateway,) = demo.vpc("DescribeNatGateways", VpcId=RETAIL)["NatGateways"]["NatGateway"]
    assert [one["IpAddress"] for one in gateway["IpLists"]["IpList"]] == [
        "118.31.77.14",
        "118.31.77.15",
        "118.31.77.20",
    ]
    assert gateway["NatGatewayPrivateInfo"]["IzNo"] == "cn-hangzhou-h"
    body = demo.vpc("DescribeSnatTableEntries", SnatTableId=gateway["SnatTableIds"]["SnatTableId"][0])
    etl, apps = body["SnatTableEntries"]["SnatTableEntry"]
    assert (etl["SnatIp"], etl["SourceVSwitchId"]) == ("118.31.77.14,118.31.77.15", "vsw-bp1etlh4m9x2c7v5b1")
    assert (apps["SourceVSwitchId"], apps["SourceCIDR"]) == ("", "172.16.40.0/22")


def test_eips(demo):
    def found(**params):
        return ids(demo.vpc("DescribeEipAddresses", **params), "EipAddresses", "EipAddress", "Name")

    assert found() == ["etl-1", "etl-2", "apps", "spare"]
    assert found(AssociatedInstanceType="Nat", AssociatedInstanceId=NAT) == ["etl-1", "etl-2", "apps"]
    assert found(AssociatedInstanceId=NAT) == []
    assert found(EipAddress="118.31.77.15,118.31.77.99") == ["etl-2", "spare"]
    assert found(Status="Available") == ["spare"]
    assert found(PageSize=100, AllocationId="eip-bp1spare1w7e3r9t5y") == ["spare"]


def test_network_acls_write_numbers_as_text(demo):
    body = demo.vpc("DescribeNetworkAcls", ResourceType="VSwitch", ResourceId="vsw-bp1biworkers7b3n5m")
    assert (body["TotalCount"], body["PageNumber"], body["PageSize"]) == ("1", "1", "10")
    one = demo.vpc("DescribeNetworkAclAttributes", NetworkAclId="nacl-bp1biguard4q8w2e6r")["NetworkAclAttribute"]
    assert one == body["NetworkAcls"]["NetworkAcl"][0]
    assert one["IngressAclEntries"]["IngressAclEntry"][0]["Policy"] == "drop"
    assert one["Resources"]["Resource"] == [
        {"ResourceId": "vsw-bp1biworkers7b3n5m", "ResourceType": "VSwitch", "Status": "BINDED"}
    ]


def test_an_account_sees_nothing_of_another(simulator):
    ask = Asker(simulator("minimal"))
    ask.cloud.reset(
        {
            "name": "two",
            "accounts": [
                {"id": "1234567890123456", "users": [{"name": "a", "policies": ["admin"], "access_keys": [
                    {"id": ask.key[0], "secret": ask.key[1]}]}]},
                {"id": "6543210987654321", "regions": {"cn-hangzhou": {"vpcs": [{
                    "id": VPC, "cidr": "10.0.0.0/8",
                    "vswitches": [{"id": DATABASES, "zone": "z", "cidr": "10.0.0.0/24"}]}]}}},
            ],
        }
    )  # fmt: skip
    assert ask.vpc("DescribeVpcs")["TotalCount"] == ask.vpc("DescribeVSwitches")["TotalCount"] == 0
    assert refusal(ask.vpc, "DescribeVpcAttribute", VpcId=VPC) == (404, "InvalidVpcId.NotFound")
    assert refusal(ask.vpc, "DescribeVSwitchAttributes", VSwitchId=DATABASES) == (404, "InvalidVswitchID.NotFound")
