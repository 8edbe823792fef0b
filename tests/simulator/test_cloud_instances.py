# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDS: what is listed, how it is filtered and paged in two ways, endpoints and templates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.asking import DEMO_KEY, Asker, refusal

ORDERS, BILLING = "rm-bp1orders7k2m4x9q1", "pgm-bp1billing8f4g2h6j"
ARCHIVE, STORES = "rm-bp1archive2i6o4p8a1", "rm-bp1stores4q8w2e6r1"


@pytest.fixture
def demo(simulator) -> Asker:
    return Asker(simulator("demo"), DEMO_KEY)


def listing(ask: Asker, **params: Any) -> dict[str, Any]:
    return ask.rds("DescribeDBInstances", RegionId="cn-hangzhou", **params)


def names(ask: Asker, **params: Any) -> list[str]:
    return [one["DBInstanceDescription"] for one in listing(ask, **params)["Items"]["DBInstance"]]


def test_numbered_pages(demo):
    body = listing(demo, PageSize=4, PageNumber=3)
    assert (body["PageNumber"], body["PageRecordCount"], body["TotalRecordCount"]) == (3, 2, 10)
    assert "NextToken" not in body
    assert len(names(demo)) == 10


def test_token_pages_count_themselves_only(demo):
    token, seen = "", []
    while True:
        body = listing(demo, MaxResults=4, NextToken=token)
        seen += [one["DBInstanceId"] for one in body["Items"]["DBInstance"]]
        assert (body["PageNumber"], body["TotalRecordCount"]) == (1, body["PageRecordCount"])
        token = body.get("NextToken", "")
        if not token:
            break
    assert len(set(seen)) == 10
    token = listing(demo, MaxResults=4)["NextToken"]
    assert refusal(listing, demo, MaxResults=4, NextToken=token, Engine="MySQL") == (400, "Invalid.NextToken")


def test_filters(demo):
    assert names(demo, Engine="PostgreSQL") == ["billing", "billing-replica"]
    assert names(demo, DBInstanceType="Readonly") == ["billing-replica"]
    assert names(demo, InstanceNetworkType="Classic") == ["archive"]
    assert names(demo, SearchKey="stores") == ["stores", "stores-lab"]
    assert names(demo, Tags='{"team":"shop","env":"dev"}') == ["orders-dev"]
    assert names(demo, VpcId="vpc-bp1analytics9z2x6c4v") == ["crm"]
    assert names(demo, DBInstanceId="rm-x") == []


def test_category_is_shown_on_request(demo):
    (item,) = listing(demo, DBInstanceId=ORDERS)["Items"]["DBInstance"]
    assert "Category" not in item
    (item,) = listing(demo, DBInstanceId=ORDERS, InstanceLevel=1)["Items"]["DBInstance"]
    assert (item["Category"], item["VpcName"], item["LockMode"]) == ("cluster", "retail", "Unlock")


def test_attribute(demo):
    def attribute(identifier):
        return demo.rds("DescribeDBInstanceAttribute", DBInstanceId=identifier)["Items"]["DBInstanceAttribute"][0]

    assert attribute(STORES)["SecurityIPMode"] == "safety"
    assert attribute(BILLING)["ReadOnlyDBInstanceIds"] == {
        "ReadOnlyDBInstanceId": [{"DBInstanceId": "pgr-bp1billingro5k9l1z"}]
    }
    assert attribute("pgr-bp1billingro5k9l1z")["MasterInstanceId"] == BILLING
    assert attribute("rm-bp1ledger5s9d3f7g1h")["LockMode"] == "ManualLock"
    assert (attribute(BILLING)["Port"], attribute("rm-bp1crm3x7c5v1b9n2m6")["Port"]) == ("5432", "1433")
    assert "100.104.5.0/24" not in attribute(ORDERS)["SecurityIPList"]
    assert attribute(ARCHIVE)["VpcId"] == ""


def test_endpoints(demo):
    def endpoints(identifier, **params):
        body = demo.rds("DescribeDBInstanceNetInfo", DBInstanceId=identifier, **params)
        return [
            (one["IPType"], one["IPAddress"], one["VPCId"]) for one in body["DBInstanceNetInfos"]["DBInstanceNetInfo"]
        ]

    assert endpoints(ORDERS) == [
        ("Private", "172.16.20.31", "vpc-bp1retail5w8k2n6t3q7"),
        ("Public", "47.98.12.31", ""),
    ]
    assert endpoints(ARCHIVE) == [("Inner", "10.150.3.9", "")]
    assert endpoints(ORDERS, DBInstanceNetRWSplitType="ReadWriteSplitting") == []
    # addresses the world leaves out are taken from the vSwitch, each one once
    assert [endpoints(one)[0][1] for one in (BILLING, "pgr-bp1billingro5k9l1z")] == ["172.16.21.11", "172.16.21.12"]


def test_groups_under_an_endpoint_have_a_small_first_letter(demo):
    body = demo.rds("DescribeDBInstanceNetInfo", DBInstanceId=ORDERS)
    groups = body["DBInstanceNetInfos"]["DBInstanceNetInfo"][0]["SecurityIPGroups"]["securityIPGroup"]
    assert [one["SecurityIPGroupName"] for one in groups] == ["default", "shop_servers", "head_office"]


def test_templates(demo):
    page = {"RegionId": "cn-hangzhou", "PageNumbers": 1, "MaxRecordsPerPage": 10}
    body = demo.rds("DescribeAllWhitelistTemplate", **page)
    assert (body["Code"], body["Success"], body["Data"]["TotalRecords"], body["Data"]["HasNext"]) == (
        "200",
        True,
        1,
        False,
    )
    assert demo.rds("DescribeAllWhitelistTemplate", TemplateName="corp", **page)["Data"]["TotalRecords"] == 0
    fuzzy = demo.rds("DescribeAllWhitelistTemplate", TemplateName="corp", FuzzySearch="True", **page)
    assert fuzzy["Data"]["Templates"][0]["Ips"] == "203.0.113.0/26,198.51.100.17"
    linked = demo.rds("DescribeInstanceLinkedWhitelistTemplate", InsName=ORDERS)["Data"]
    assert [one["TemplateName"] for one in linked["Templates"]] == ["corp_vpn"]
    instances = demo.rds("DescribeWhitelistTemplateLinkedInstance", TemplateId=412)["Data"]["InsName"]
    assert instances == [ORDERS, "rm-bp1catalog8j2k6l4z1"]


def test_an_instance_is_found_without_region_and_not_in_a_wrong_one(demo):
    call = ("DescribeDBInstanceAttribute", "2014-08-15")
    central = {"key": DEMO_KEY, "endpoint": "rds.aliyuncs.com"}
    assert demo.cloud.call("rds", *call, {"DBInstanceId": ORDERS}, **central)["statusCode"] == 200
    wrong = {"DBInstanceId": ORDERS, "RegionId": "cn-beijing"}
    assert refusal(demo.cloud.call, "rds", *call, wrong, **central) == (400, "InvalidDBInstanceId.NotFound")
