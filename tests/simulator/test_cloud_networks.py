# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource groups, their networks and routes, workspaces and data sources."""

from __future__ import annotations

import json

import pytest

from tests.simulator.asking import DEMO_KEY, GROUP, NETWORK, VPC, WORKERS, WORKSPACE, Asker, refusal, section

BI, EXCLUSIVE = "Serverless_res_group_524257424564736_710002", "S_res_group_524257424564736_1619100200300"
RETAIL, ETL = "vpc-bp1retail5w8k2n6t3q7", "vsw-bp1etlh4m9x2c7v5b1"
FULL = {"VpcId": "vpc-bp1analytics9z2x6c4v", "VswitchId": "vsw-bp1bitiny5d9f3g7h1"}
PROPERTIES = {
    "envType": "Prod", "regionId": "cn-hangzhou", "instanceId": "rm-bp1orders7k2m4x9q1", "database": "shop",
    "username": "dw_reader", "password": "canary-secret",
}  # fmt: skip


@pytest.fixture
def demo(simulator) -> Asker:
    return Asker(simulator("demo"), DEMO_KEY)


def bind(ask: Asker, token: str = "token", **place: str) -> int:
    params = {"ResourceGroupId": BI, "VpcId": RETAIL, "VswitchId": ETL, "ClientToken": token, **place}
    number: int = ask.dataworks("CreateNetwork", **params)["Id"]
    return number


def status(ask: Asker, number: int) -> str | None:
    network = ask.dataworks("GetNetwork", Id=number).get("Network")
    return network["Status"] if network else None


def listed(ask: Asker, group: str = BI) -> list[str]:
    body = ask.dataworks("ListNetworks", ResourceGroupId=group)
    return [network["Status"] for network in body["PagingInfo"]["NetworkList"]]


def test_groups_are_listed_by_type_and_only_serverless_ones_unless_asked(demo):
    def names(**params):
        body = demo.dataworks("ListResourceGroups", **params)["PagingInfo"]
        return [group["Name"] for group in body["ResourceGroupList"]]

    assert names() == ["etl_prod", "bi_reports", "stores_sync", "nightly_batch"]
    assert names(ResourceGroupTypes='["ExclusiveDataIntegration"]') == ["di_exclusive"]
    assert names(ResourceGroupTypes='["CommonV2","ExclusiveDataIntegration"]', SortBy="Name Desc")[0] == "stores_sync"
    assert names(ProjectId=48307) == ["bi_reports"]
    assert names(PaymentType="PrePaid", Name="night") == ["nightly_batch"]
    assert names(PageSize=3, PageNumber=2) == ["nightly_batch"]


def test_one_key_is_misspelt_in_the_list_only(demo):
    item = demo.dataworks("ListResourceGroups")["PagingInfo"]["ResourceGroupList"][0]
    one = demo.dataworks("GetResourceGroup", Id=item["Id"])["ResourceGroup"]
    assert item["DefaultVswicthId"] == one["DefaultVswitchId"] == ETL
    assert "DefaultVswitchId" not in item
    assert "DefaultVpcId" not in demo.dataworks("GetResourceGroup", Id=EXCLUSIVE)["ResourceGroup"]


def test_a_missing_object_is_a_success_without_it(demo):
    for action in ("GetResourceGroup", "GetNetwork", "GetRoute"):
        assert set(demo.dataworks(action, Id=99)) == {"RequestId", "Success"}


def test_the_older_version_lists_exclusive_groups_by_purpose(demo):
    body = demo.dataworks("ListResourceGroups", "2020-05-18", ResourceGroupType=4, BizExtKey="single")
    (group,) = body["Data"]
    assert (group["Identifier"], group["Status"], group["ResourceGroupType"]) == (EXCLUSIVE, 0, "4")
    assert group["CreateTime"] == "Nov 20, 2023 1:00:00 AM"
    assert demo.dataworks("ListResourceGroups", "2020-05-18")["Data"] == []


def test_a_network_passes_through_its_states_by_reads(demo):
    number = bind(demo)
    assert [status(demo, number) for _ in range(4)] == ["Pending", "Creating", "Creating", "Running"]
    assert listed(demo) == ["Running", "Running"]


def test_a_network_passes_through_its_states_by_time(simulator):
    demo = Asker(simulator("demo", network_transition={"seconds": 60}), DEMO_KEY)
    number = bind(demo)
    assert [status(demo, number) for _ in range(9)] == ["Creating"] * 9
    demo.cloud.advance(59)
    assert status(demo, number) == "Creating"
    demo.cloud.advance(1)
    assert status(demo, number) == "Running"


@pytest.mark.parametrize(("pace", "expected"), [("immediate", "Running"), ("never", "Creating")])
def test_a_network_may_come_up_at_once_or_never(simulator, pace, expected):
    demo = Asker(simulator("demo", network_transition=pace), DEMO_KEY)
    number = bind(demo)
    assert {status(demo, number) for _ in range(9)} == {expected}


def test_a_vswitch_without_addresses_keeps_a_network_from_coming_up(simulator):
    demo = Asker(simulator("demo", second_vswitch_of_bound_vpc="allow"), DEMO_KEY)
    number = bind(demo, **FULL)
    assert [status(demo, number) for _ in range(9)][-1] == "Creating"


def test_the_same_client_token_gives_the_same_network(demo):
    assert bind(demo) == bind(demo)
    assert len(listed(demo)) == 2
    assert refusal(bind, demo, token="another") == (400, "Duplicate.Network")
    with_other = refusal(bind, demo, VswitchId="vsw-bp1etli8n3z6l1k4j7")
    assert with_other[1] in ("IdempotentParameterMismatch", "Duplicate.Vpc")


def test_a_deleted_network_is_seen_for_a_while_and_then_gone(demo):
    before = section(demo.cloud)
    number = bind(demo)
    assert refusal(demo.dataworks, "DeleteNetwork", Id=number) == (400, "9990040003")
    while status(demo, number) != "Running":
        pass
    demo.dataworks("DeleteNetwork", Id=number)
    assert listed(demo) == ["Running", "Deleting"]
    assert refusal(demo.dataworks, "DeleteNetwork", Id=number) == (404, "EntityNotExists.Network")
    assert status(demo, number) == "Deleting"
    assert listed(demo) == ["Running"]
    assert status(demo, number) is None
    assert section(demo.cloud) == before


def test_a_deleted_network_is_shown_once_more_on_its_own(demo):
    demo.cloud.settings(network_transition="immediate")
    number = bind(demo)
    demo.dataworks("DeleteNetwork", Id=number)
    assert [status(demo, number) for _ in range(2)] == ["Deleted", None]


def test_the_default_network_stays_and_routes_keep_a_network(demo):
    assert refusal(demo.dataworks, "DeleteNetwork", Id=3102) == (400, "OperationDenied.DefaultNetwork")
    demo.cloud.settings(network_transition="immediate")
    number = bind(demo)
    route = demo.dataworks("CreateRoute", NetworkId=number, DestinationCidr="10.200.0.0/16")["Id"]
    assert refusal(demo.dataworks, "DeleteNetwork", Id=number) == (400, "OperationDenied.NetworkHasRoutes")
    demo.dataworks("DeleteRoute", Id=route)
    demo.dataworks("DeleteNetwork", Id=number)


def test_an_exclusive_group_has_no_networks_to_show(demo):
    for action in ("ListNetworks", "ListRoutes"):
        assert refusal(demo.dataworks, action, ResourceGroupId=EXCLUSIVE) == (400, "InvalidParameter")
    demo.cloud.settings(exclusive_group_networks="empty")
    assert demo.dataworks("ListNetworks", ResourceGroupId=EXCLUSIVE)["PagingInfo"]["TotalCount"] == 0


def test_slow_transitions_of_a_fault_rule(demo):
    demo.cloud.fault("slow_transition", {"action": "CreateNetwork"}, polls=3)
    number = bind(demo)
    assert [status(demo, number) for _ in range(20)].index("Running") > 4


def test_routes(demo):
    routes = {"NetworkId": 3102, "ResourceGroupId": BI}
    first = demo.dataworks("CreateRoute", DestinationCidr="172.16.0.0/12", **routes)["Id"]
    assert refusal(demo.dataworks, "CreateRoute", DestinationCidr="172.16.0.0/12", **routes) == (400, "Duplicate.Route")
    demo.dataworks("CreateRoute", DestinationCidr="172.16.5.0/24", **routes)
    demo.dataworks("UpdateRoute", Id=first, DestinationCidr="10.99.0.0/16")
    body = demo.dataworks("ListRoutes", ResourceGroupId=BI, SortBy="DestinationCidr Asc")["PagingInfo"]
    assert [route["DestinationCidr"] for route in body["RouteList"]] == ["10.99.0.0/16", "172.16.5.0/24"]
    assert body["RouteList"][0]["ResourceId"] == "ns-3102"
    demo.dataworks("DeleteRoute", Id=first)
    assert demo.dataworks("ListRoutes", ResourceGroupId=BI)["PagingInfo"]["TotalCount"] == 1


def test_the_route_of_the_vpc_may_be_visible(simulator):
    demo = Asker(simulator("demo", visible_vpc_routes=True, network_with_routes="cascade"), DEMO_KEY)
    number = bind(demo)
    body = demo.dataworks("ListRoutes", ResourceGroupId=BI, NetworkId=number)["PagingInfo"]
    assert [route["DestinationCidr"] for route in body["RouteList"]] == ["172.16.0.0/12"]


def test_association(demo):
    pair = {"ProjectId": 48211, "ResourceGroupId": "Serverless_res_group_524257424564736_710004"}
    group = {"ResourceGroupId": pair["ResourceGroupId"]}
    assert demo.dataworks("ListResourceGroupAssociateProjects", **group)["ProjectIdList"] == []
    for _ in range(2):
        demo.dataworks("AssociateProjectToResourceGroup", **pair)
    assert demo.dataworks("ListResourceGroupAssociateProjects", **group)["ProjectIdList"] == [48211]
    demo.dataworks("DissociateProjectFromResourceGroup", **pair)
    assert demo.dataworks("ListResourceGroupAssociateProjects", **group)["ProjectIdList"] == []


def test_workspaces_are_filtered(demo):
    def names(**params):
        return [space["Name"] for space in demo.dataworks("ListProjects", **params)["PagingInfo"]["Projects"]]

    assert names() == ["retail_platform", "analyst_sandbox"]
    assert names(Ids="[48307]") == names(Names='["analyst_sandbox"]') == ["analyst_sandbox"]
    assert names(DevEnvironmentEnabled="True") == ["retail_platform"]


def test_data_sources_are_nested_twice_and_secrets_masked(demo):
    body = demo.dataworks("ListDataSources", ProjectId=48211, Name="orders", SortBy="Name", Order="Asc")
    groups = body["PagingInfo"]["DataSources"]
    assert [group["Name"] for group in groups] == ["orders", "orders_public", "orders_wrong_password"]
    assert [one["ConnectionProperties"]["envType"] for one in groups[0]["DataSource"]] == ["Prod", "Dev"]
    assert body["PagingInfo"]["TotalCount"] == 3
    assert "local-demo-password" not in json.dumps(body)
    demo.cloud.settings(data_source_total="entries", mask_secrets=False)
    body = demo.dataworks("ListDataSources", ProjectId=48211, Name="orders", Types="mysql,postgresql")
    assert body["PagingInfo"]["TotalCount"] == 4
    assert "local-demo-password" in json.dumps(body)


def test_data_sources_are_found_by_all_of_their_tags(demo):
    demo.set("data_source", 30001, tags=["gold", "shop"])
    page = demo.dataworks("ListDataSources", ProjectId=48211, Tags='["shop","gold"]')["PagingInfo"]
    assert [one["Id"] for group in page["DataSources"] for one in group["DataSource"]] == [30001]
    assert demo.dataworks("ListDataSources", ProjectId=48211, Tags='["shop","tin"]')["PagingInfo"]["TotalCount"] == 0


def test_life_of_a_data_source(demo):
    text = json.dumps(PROPERTIES)
    wanted = {"ProjectId": 48211, "Name": "new", "Type": "mysql", "ConnectionPropertiesMode": "InstanceMode"}
    number = demo.dataworks("CreateDataSource", ConnectionProperties=text, **wanted)["Id"]
    assert refusal(demo.dataworks, "CreateDataSource", ConnectionProperties=text, **wanted)[1] == "Duplicate.DataSource"
    dev = json.dumps({**PROPERTIES, "envType": "Dev"})
    demo.dataworks("CreateDataSource", ConnectionProperties=dev, **wanted)
    changed = json.dumps({**PROPERTIES, "database": "reporting"})
    demo.dataworks("UpdateDataSource", Id=number, ProjectId=48211, ConnectionProperties=changed, Description="d")
    one = demo.dataworks("GetDataSource", Id=number)["DataSource"]
    assert (one["ConnectionProperties"]["database"], one["Description"], one["CreateUser"]) == (
        "reporting",
        "d",
        "operator",
    )
    assert "canary-secret" not in json.dumps(demo.cloud.state())
    demo.dataworks("DeleteDataSource", Id=number)
    assert refusal(demo.dataworks, "GetDataSource", Id=number) == (400, "1000010005")


def test_an_endpoint_without_region_serves_an_account_with_one_region(simulator):
    ask = Asker(simulator("minimal"))
    version, key = "2024-05-18", {"key": ask.key, "endpoint": "dataworks.aliyuncs.com"}
    body = ask.cloud.call("dataworks", "ListNetworks", version, {"ResourceGroupId": GROUP}, **key)["body"]
    (network,) = body["PagingInfo"]["NetworkList"]
    assert (network["Id"], network["VpcId"], network["VswitchId"]) == (NETWORK, VPC, WORKERS)
    other = Asker(ask.cloud, region="cn-beijing")
    assert other.dataworks("ListProjects")["PagingInfo"]["TotalCount"] == 0
    assert refusal(other.dataworks, "ListDataSources", ProjectId=WORKSPACE) == (400, "1101080008")
