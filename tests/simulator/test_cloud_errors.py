# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error code that the products answer with is provoked once, and no code exists that is not."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.asking import (
    DATABASES,
    GROUP,
    INSTANCE,
    MINIMAL_KEY,
    NETWORK,
    VPC,
    WORKERS,
    WORKSPACE,
    Asker,
    refusal,
)

SIMULATOR = Path(__file__).parents[2] / "simulator"
TABLE = "vtb-bp1custom0000000000001"
EXCLUSIVE = "S_res_group_100000000000001_1"
REPLICA = "rm-bp1replica000000001"
MARIA, POSTGRES = "rm-bp1maria00000000001", "pgm-bp1postgres0000001"
NAT = "ngw-bp1nat000000000000001"

URL = {"envType": "Prod", "address": [{"host": "h", "port": 1}], "database": "d", "username": "u", "password": "p"}
NEW_SOURCE = {
    "ProjectId": WORKSPACE, "Name": "new", "Type": "mysql", "ConnectionPropertiesMode": "UrlMode",
    "ConnectionProperties": json.dumps(URL),
}  # fmt: skip
BIND = {"ResourceGroupId": GROUP, "VpcId": VPC, "VswitchId": WORKERS, "ClientToken": "t"}
ROUTE = {"RouteTableId": TABLE, "DestinationCidrBlock": "10.9.0.0/16", "NextHopType": "NatGateway", "NextHopId": NAT}
ADMIT = {"DBInstanceId": INSTANCE, "SecurityIps": "10.0.0.1", "DBInstanceIPArrayName": "etl"}

TAGGED = {"ResourceType": "VPC", "ResourceId.1": VPC}
TAG = {**TAGGED, "Tag.1.Key": "team", "Tag.1.Value": "shop"}
TWENTY_TAGS = {f"k{number}": "v" for number in range(20)}

# setting or object to change first | product | operation | parameters | status | code
Case = tuple[dict[str, Any], str, str, dict[str, Any], int, str]
CASES: list[Case] = [
    # VPC
    ({}, "vpc", "DescribeVpcs", {"RegionId": ""}, 400, "MissingParameter"),
    ({}, "vpc", "DescribeVSwitches", {"RegionId": ""}, 400, "MissingParameter"),
    ({}, "vpc", "DescribeVpcs", {"PageSize": 51}, 400, "InvalidParameter"),
    ({}, "vpc", "DescribeVpcs", {"PageNumber": 0}, 400, "InvalidParameter"),
    ({}, "vpc", "DescribeEipAddresses", {"PageSize": 101}, 400, "InvalidParameter"),
    ({}, "vpc", "DescribeEipAddresses", {"AllocationId": ",".join(["e"] * 51)}, 400, "InvalidParameter"),
    ({}, "vpc", "DescribeVpcs", {"DryRun": "true"}, 400, "DryRunOperation"),
    ({}, "vpc", "DescribeVpcAttribute", {"VpcId": "vpc-x"}, 404, "InvalidVpcId.NotFound"),
    ({}, "vpc", "DescribeVSwitchAttributes", {"VSwitchId": "vsw-x"}, 404, "InvalidVswitchID.NotFound"),
    ({}, "vpc", "DescribeRouteTableList", {"RouterType": "CEN"}, 400, "InvalidParameter"),
    ({}, "vpc", "DescribeRouteEntryList", {}, 400, "MissingParameter"),
    ({}, "vpc", "DescribeRouteEntryList", {"RouteTableId": "vtb-x"}, 400, "InvalidRouteTable.NotFound"),
    ({}, "vpc", "DescribeRouteEntryList", {"RouteTableId": TABLE, "NextToken": "zz"}, 400, "IllegalParam.NextToken"),
    ({}, "vpc", "DescribeRouteEntryList", {"RouteTableId": TABLE, "MaxResult": 101}, 400, "InvalidParameter"),
    ({}, "vpc", "DescribeRouteEntryList", {"RouteTableId": TABLE, "RouteEntryName": "x"}, 400,
     "OperationFailed.FilterParamUnderWrongRouteType"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "RouteTableId": "vtb-x"}, 404, "InvalidRouteTableId.NotFound"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "DestinationCidrBlock": "10.9.0.1/16"}, 400,
     "InvalidCidrBlock.Malformed"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "DestinationCidrBlock": "100.64.8.0/24"}, 400, "InvalidCidrBlock"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "DestinationCidrBlock": "192.168.10.0/24"}, 400, "InvalidCidrBlock"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "DestinationCidrBlock": "10.1.0.0/16"}, 400,
     "RouterEntryConflict.Duplicated"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "NextHopType": "Wormhole"}, 400, "InvalidParameter"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "NextHopId": "ngw-x"}, 400, "InvalidNextHop.NotFound"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "NextHopType": "VpcPeer"}, 404, "InvalidNextHopId.NotFound"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "NextHopType": "Attachment"}, 400, "InvalidAttachment.NotFound"),
    ({}, "vpc", "CreateRouteEntry", {**ROUTE, "DryRun": "true"}, 400, "DryRunOperation"),
    ({"route_entry_limit": 1}, "vpc", "CreateRouteEntry", ROUTE, 400, "QuotaExceeded"),
    ({"route_entry": ("rte-bp1one", {"status": "Modifying"})}, "vpc", "CreateRouteEntry", ROUTE, 400, "TaskConflict"),
    ({"route_entry": ("rte-bp1one", {"status": "Pending"})}, "vpc", "DeleteRouteEntry", {"RouteEntryId": "rte-bp1one"},
     400, "IncorrectRouteEntryStatus"),
    ({}, "vpc", "DeleteRouteEntry", {"RouteTableId": TABLE}, 400, "MissingParameter"),
    ({}, "vpc", "DeleteRouteEntry", {"RouteEntryId": "rte-x"}, 404, "InvalidRouteEntry.NotFound"),
    ({}, "vpc", "DescribeSnatTableEntries", {}, 400, "MissingParameter"),
    ({}, "vpc", "DescribeSnatTableEntries", {"NatGatewayId": "ngw-x"}, 404, "InvalidNatGatewayId.NotFound"),
    ({}, "vpc", "DescribeNetworkAclAttributes", {"NetworkAclId": "nacl-x"}, 404, "InvalidNetworkAcl.NotFound"),
    ({}, "vpc", "TagResources", TAGGED, 400, "MissingParameter"),
    ({}, "vpc", "TagResources", {**TAG, "ResourceType": "ECS"}, 400, "InvalidInstanceType.NotFound"),
    ({}, "vpc", "TagResources", {**TAG, "ResourceId.2": "vpc-x"}, 400, "InvalidInstanceIds.NotFound"),
    ({}, "vpc", "TagResources", {**TAG, "ResourceId": json.dumps([VPC] * 51)}, 400, "SizeLimitExceeded.ResourceId"),
    ({}, "vpc", "TagResources", {**TAG, "Tag.1.Key": "acs:team"}, 400, "Forbidden.TagKeys"),
    ({}, "vpc", "TagResources", {**TAG, "Tag.1.Key": ""}, 400, "InvalidTagKey"),
    ({}, "vpc", "TagResources", {**TAG, "Tag.1.Value": "v" * 129}, 400, "InvalidTagValue"),
    ({}, "vpc", "TagResources", {**TAG, "Tag.2.Key": "team", "Tag.2.Value": ""}, 400, "Forbidden.TagKey.Duplicated"),
    ({"vpc": (VPC, {"tags": TWENTY_TAGS})}, "vpc", "TagResources", TAG, 400, "QuotaExceeded.TagNum"),
    ({}, "vpc", "UnTagResources", TAGGED, 400, "MissingParameter"),
    ({}, "vpc", "UnTagResources", {**TAGGED, "TagKey": json.dumps(["k"] * 21)}, 400, "SizeLimitExceeded.TagNum"),
    ({}, "vpc", "ListTagResources", {"ResourceType": "VPC"}, 403, "BothEmpty.TagsAndResources"),
    ({}, "vpc", "ListTagResources", {**TAGGED, "NextToken": "zz"}, 400, "IllegalParam.NextToken"),
    # RDS
    ({}, "rds", "DescribeDBInstances", {}, 400, "MissingParameter"),
    ({}, "rds", "DescribeDBInstances", {"RegionId": "cn-hangzhou", "Engine": "Oracle"}, 400, "InvalidEngine.Malformed"),
    ({}, "rds", "DescribeDBInstances", {"RegionId": "cn-hangzhou", "Tags": "x"}, 400, "InvalidParameter"),
    ({}, "rds", "DescribeDBInstances", {"RegionId": "cn-hangzhou", "NextToken": "bad"}, 400, "Invalid.NextToken"),
    ({}, "rds", "DescribeDBInstances", {"RegionId": "cn-hangzhou", "PageSize": 101}, 400, "InvalidParameter"),
    ({}, "rds", "DescribeDBInstanceAttribute", {"DBInstanceId": "rm-x"}, 400, "InvalidDBInstanceId.NotFound"),
    ({"instance_not_found": {"status": 404, "code": "InvalidDBInstanceName.NotFound"}}, "rds",
     "DescribeDBInstanceAttribute", {"DBInstanceId": "rm-x"}, 404, "InvalidDBInstanceName.NotFound"),
    ({}, "rds", "DescribeDBInstanceNetInfo", {"DBInstanceId": "rm-x"}, 400, "InvalidDBInstanceName.NotFound"),
    ({}, "rds", "DescribeDBInstanceNetInfo", {"DBInstanceId": INSTANCE, "DBInstanceNetRWSplitType": "x"}, 400,
     "IllegalParameter"),
    ({}, "rds", "DescribeDBInstanceIPArrayList", {"DBInstanceId": INSTANCE, "WhitelistNetworkType": "x"}, 400,
     "InvalidWhitelistNetType.Malformed"),
    ({}, "rds", "ModifySecurityIps", {"DBInstanceId": INSTANCE}, 400, "MissingParameter"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "DBInstanceId": "rm-x"}, 400, "InvalidDBInstanceId.NotFound"),
    ({"rds_instance": (INSTANCE, {"status": "Rebooting"})}, "rds", "ModifySecurityIps", ADMIT, 403,
     "IncorrectDBInstanceState"),
    ({"rds_instance": (INSTANCE, {"lock_mode": "ManualLock"})}, "rds", "ModifySecurityIps", ADMIT, 404,
     "IncorrectDBInstanceLockMode"),
    ({"rds_instance": (INSTANCE, {"status": "TRANSING"})}, "rds", "ModifySecurityIps",
     {**ADMIT, "DBInstanceId": REPLICA}, 400, "IncorrectMasterDBInstanceState"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "ModifyMode": "Replace"}, 400, "Parameters.Invalid"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "SecurityIPType": "IPv6"}, 400, "Parameters.Invalid"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "DBInstanceIPArrayName": "No-Good"}, 400, "Parameters.Invalid"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "DBInstanceIPArrayAttribute": "x"}, 400,
     "InvalidIPArrayAttribute.Format"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "WhitelistNetworkType": "VPC"}, 400,
     "InvalidWhitelistNetType.Malformed"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "SecurityIps": "10.0.0.1, 10.0.0.2"}, 400, "SecurityIPList.Format"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "SecurityIps": "::1"}, 400, "SecurityIPList.Format"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "SecurityIps": ""}, 400, "SecurityIPList.Format"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "SecurityIps": "10.0.0.1,10.0.0.1/32"}, 400,
     "InvalidSecurityIPList.Duplicate"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "SecurityIps": "10.0.0.8,10.0.0.0/24"}, 400,
     "InvalidSecurityIPListLength.Malformed"),
    ({"whitelist_entry_limit": 1}, "rds", "ModifySecurityIps", ADMIT, 400, "InvalidSecurityIPListLength.Malformed"),
    ({"whitelist_group_limit": 1}, "rds", "ModifySecurityIps", ADMIT, 400, "InvalidSecurityIPListGroup.QuotaExceeded"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "DBInstanceIPArrayName": "corp"}, 400,
     "InvalidGroupName.DuplicatedWithTemplate"),
    ({"system_group_writes": "refused"}, "rds", "ModifySecurityIps", {**ADMIT, "DBInstanceIPArrayName": "dts"}, 403,
     "InvalidUserOperatorPermission"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "FreshWhiteListReadins": "rr-x"}, 400,
     "InvalidDBInstanceEngineType.Format"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "DBInstanceId": POSTGRES, "FreshWhiteListReadins": "pgr-x"}, 404,
     "Readins.NotFound"),
    ({}, "rds", "ModifySecurityIps", {**ADMIT, "ModifyMode": "Delete"}, 400, "SecurityIPList.Format"),
    ({}, "rds", "ModifySecurityGroupConfiguration", {"DBInstanceId": MARIA, "SecurityGroupId": "sg-1"}, 403,
     "IncorrectDBType"),
    ({}, "rds", "ModifySecurityGroupConfiguration", {"DBInstanceId": INSTANCE}, 400, "MissingParameter"),
    ({}, "rds", "ModifySecurityGroupConfiguration", {"DBInstanceId": INSTANCE, "SecurityGroupId": "x"}, 400,
     "Parameters.Invalid"),
    ({}, "rds", "ModifySecurityGroupConfiguration",
     {"DBInstanceId": INSTANCE, "SecurityGroupId": ",".join(f"sg-{n}" for n in range(11))}, 400,
     "AssociatedEcsSecurityGroupIdQuotaExceed"),
    ({"rds_instance": (INSTANCE, {"status": "Stopped"})}, "rds", "ModifySecurityGroupConfiguration",
     {"DBInstanceId": INSTANCE, "SecurityGroupId": "sg-1"}, 403, "IncorrectDBInstanceState"),
    ({"rds_instance": (INSTANCE, {"lock_mode": "LockByDiskQuota"})}, "rds", "ModifySecurityGroupConfiguration",
     {"DBInstanceId": INSTANCE, "SecurityGroupId": "sg-1"}, 404, "IncorrectDBInstanceLockMode"),
    ({}, "rds", "DescribeAllWhitelistTemplate", {"PageNumbers": 1, "MaxRecordsPerPage": 20}, 400, "Parameters.Invalid"),
    ({}, "rds", "DescribeWhitelistTemplate", {"TemplateId": 5}, 400, "Parameters.Invalid"),
    # DataWorks
    ({}, "dataworks", "ListResourceGroups", {"ResourceGroupTypes": '["Cheap"]'}, 400, "InvalidParameter"),
    ({}, "dataworks", "ListResourceGroups", {"SortBy": "Colour"}, 400, "InvalidParameter"),
    ({}, "dataworks", "ListResourceGroups", {"PageSize": 101}, 400, "InvalidParameter"),
    ({"missing_object": "error"}, "dataworks", "GetResourceGroup", {"Id": "x"}, 404, "EntityNotExists.ResourceGroup"),
    ({"missing_object": "error"}, "dataworks", "GetNetwork", {"Id": 5}, 404, "EntityNotExists.Network"),
    ({"missing_object": "error"}, "dataworks", "GetRoute", {"Id": 5}, 404, "EntityNotExists.Route"),
    ({}, "dataworks", "ListNetworks", {}, 400, "MissingParameter"),
    ({}, "dataworks", "ListNetworks", {"ResourceGroupId": "x"}, 404, "EntityNotExists.ResourceGroup"),
    ({}, "dataworks", "ListNetworks", {"ResourceGroupId": EXCLUSIVE}, 400, "InvalidParameter"),
    ({}, "dataworks", "ListRoutes", {"ResourceGroupId": EXCLUSIVE}, 400, "InvalidParameter"),
    ({}, "dataworks", "CreateNetwork", {**BIND, "ClientToken": ""}, 400, "MissingParameter"),
    ({}, "dataworks", "CreateNetwork", {**BIND, "ResourceGroupId": EXCLUSIVE}, 400, "InvalidParameter"),
    ({}, "dataworks", "CreateNetwork", {**BIND, "VpcId": "vpc-x"}, 404, "EntityNotExists.Vpc"),
    ({}, "dataworks", "CreateNetwork", {**BIND, "VswitchId": "vsw-x"}, 404, "EntityNotExists.Vswitch"),
    ({}, "dataworks", "CreateNetwork", {**BIND, "VpcId": "vpc-bp1forbidden", "VswitchId": "vsw-bp1forbidden"}, 400,
     "InvalidParameter"),
    ({}, "dataworks", "CreateNetwork", BIND, 400, "Duplicate.Network"),
    ({}, "dataworks", "CreateNetwork", {**BIND, "VswitchId": DATABASES}, 400, "Duplicate.Vpc"),
    ({"second_vswitch_of_bound_vpc": "allow", "networks_per_group": 1}, "dataworks", "CreateNetwork",
     {**BIND, "VswitchId": DATABASES}, 400, "QuotaExceeded.Network"),
    ({"resource_group": (GROUP, {"status": "Freezed"})}, "dataworks", "CreateNetwork", BIND, 400, "9990040003"),
    ({}, "dataworks", "DeleteNetwork", {"Id": 5}, 404, "EntityNotExists.Network"),
    ({}, "dataworks", "DeleteNetwork", {"Id": "five"}, 400, "InvalidParameter"),
    ({}, "dataworks", "DeleteNetwork", {"Id": NETWORK}, 400, "OperationDenied.DefaultNetwork"),
    ({"default_network_deletion": "allow"}, "dataworks", "DeleteNetwork", {"Id": NETWORK}, 400,
     "OperationDenied.NetworkHasRoutes"),
    ({"default_network_deletion": "allow", "network": (NETWORK, {"status": "Creating"})}, "dataworks", "DeleteNetwork",
     {"Id": NETWORK}, 400, "9990040003"),
    ({"network": (NETWORK, {"status": "Creating"})}, "dataworks", "CreateRoute",
     {"NetworkId": NETWORK, "DestinationCidr": "10.0.0.0/8"}, 400, "9990040003"),
    ({}, "dataworks", "CreateRoute", {"NetworkId": 5, "DestinationCidr": "10.0.0.0/8"}, 404, "EntityNotExists.Network"),
    ({}, "dataworks", "CreateRoute", {"NetworkId": NETWORK, "DestinationCidr": "0.0.0.0/0"}, 400, "InvalidParameter"),
    ({}, "dataworks", "CreateRoute", {"NetworkId": NETWORK, "DestinationCidr": "10.0.0.1/8"}, 400, "InvalidParameter"),
    ({}, "dataworks", "CreateRoute", {"NetworkId": NETWORK, "DestinationCidr": "10.7.0.0/16"}, 400, "Duplicate.Route"),
    ({}, "dataworks", "CreateRoute",
     {"NetworkId": 1, "DestinationCidr": "10.0.0.0/8", "ResourceGroupId": EXCLUSIVE}, 400, "InvalidParameter"),
    ({}, "dataworks", "UpdateRoute", {"Id": 5, "DestinationCidr": "10.0.0.0/8"}, 404, "EntityNotExists.Route"),
    ({}, "dataworks", "DeleteRoute", {"Id": 5}, 404, "EntityNotExists.Route"),
    ({}, "dataworks", "ListDataSources", {"ProjectId": 5}, 400, "1101080008"),
    ({}, "dataworks", "ListDataSources", {"ProjectId": WORKSPACE, "Order": "up"}, 400, "InvalidParameter"),
    ({}, "dataworks", "GetDataSource", {"Id": 5}, 400, "1000010005"),
    ({}, "dataworks", "CreateDataSource", {**NEW_SOURCE, "Name": "1st"}, 400, "InvalidParameter"),
    ({}, "dataworks", "CreateDataSource", {**NEW_SOURCE, "ConnectionProperties": "{"}, 400, "InvalidParameter"),
    ({}, "dataworks", "CreateDataSource", {**NEW_SOURCE, "Name": "orders"}, 400, "Duplicate.DataSource"),
    ({}, "dataworks", "CreateDataSource",
     {**NEW_SOURCE, "ConnectionProperties": json.dumps({**URL, "envType": "Dev"})}, 400, "InvalidParameter"),
    ({}, "dataworks", "CreateDataSource",
     {**NEW_SOURCE, "Type": "mariadb", "ConnectionPropertiesMode": "InstanceMode"}, 400, "InvalidParameter"),
    ({"repeated_association": "refuse"}, "dataworks", "AssociateProjectToResourceGroup",
     {"ProjectId": WORKSPACE, "ResourceGroupId": GROUP}, 400, "Duplicate.Association"),
    ({"repeated_association": "refuse"}, "dataworks", "DissociateProjectFromResourceGroup",
     {"ProjectId": WORKSPACE, "ResourceGroupId": EXCLUSIVE}, 400, "EntityNotExists.Association"),
    ({"workspace": (WORKSPACE, {"status": "Updating"})}, "dataworks", "AssociateProjectToResourceGroup",
     {"ProjectId": WORKSPACE, "ResourceGroupId": GROUP}, 400, "9990040003"),
    ({}, "dataworks", "TestDataSourceConnectivity",
     {"DataSourceId": 30001, "ProjectId": WORKSPACE, "ResourceGroupId": EXCLUSIVE}, 400, "InvalidParameter"),
]  # fmt: skip

MORE = [
    {"kind": "route_table", "in": VPC, "add": {"id": TABLE, "entries": [
        {"id": "rte-bp1one", "destination": "10.1.0.0/16", "next_hop_type": "Instance", "next_hop": "i-1"}]}},
    {"kind": "nat_gateway", "in": VPC, "add": {"id": NAT, "vswitch": WORKERS}},
    {"kind": "vpc", "account": "1234567890123456", "region": "cn-hangzhou", "add": {
        "id": "vpc-bp1forbidden", "cidr": "21.4.0.0/16",
        "vswitches": [{"id": "vsw-bp1forbidden", "zone": "cn-hangzhou-h", "cidr": "21.4.1.0/24"}]}},
    {"kind": "rds_instance", "account": "1234567890123456", "region": "cn-hangzhou", "add": {
        "id": REPLICA, "type": "Readonly", "master": INSTANCE, "vswitch": DATABASES}},
    {"kind": "rds_instance", "account": "1234567890123456", "region": "cn-hangzhou", "add": {
        "id": MARIA, "engine": "MariaDB", "vswitch": DATABASES}},
    {"kind": "rds_instance", "account": "1234567890123456", "region": "cn-hangzhou", "add": {
        "id": POSTGRES, "engine": "PostgreSQL", "vswitch": DATABASES}},
    {"kind": "whitelist_template", "account": "1234567890123456", "region": "cn-hangzhou", "add": {
        "id": 7, "name": "corp", "entries": ["198.51.100.1"]}},
    {"kind": "rds_instance", "id": INSTANCE, "set": {"whitelist_templates": [7]}},
    {"kind": "resource_group", "account": "1234567890123456", "region": "cn-hangzhou", "add": {
        "id": EXCLUSIVE, "name": "old", "type": "ExclusiveDataIntegration"}},
    {"kind": "route", "in": str(NETWORK), "add": {"id": 2001, "destination": "10.7.0.0/16"}},
]  # fmt: skip


@pytest.fixture(scope="module")
def ask() -> Iterator[Asker]:
    from simulator.embedded import LocalCloud
    from tests.simulator.conftest import Cloud

    with Cloud("minimal") as cloud:
        assert isinstance(cloud, LocalCloud)
        yield Asker(cloud, MINIMAL_KEY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[2]}-{case[5]}")
def test_refusal(ask, case: Case):
    changes, product, action, params, status, code = case
    ask.cloud.reset()
    ask.cloud.patch(*MORE)
    for name, value in changes.items():
        if isinstance(value, tuple):
            ask.set(name, value[0], **value[1])
        else:
            ask.cloud.settings(**{name: value})
    before = ask.cloud.state()["cloud"]["accounts"]
    assert refusal(getattr(ask, product), action, **params) == (status, code)
    assert ask.cloud.state()["cloud"]["accounts"] == before, "a refused call has changed something"


def emitted_codes() -> set[str]:
    """Return every error code in the source of the products and in the defaults of their settings."""
    codes = set()
    for path in [*sorted((SIMULATOR / "products").rglob("*.py")), SIMULATOR / "resources.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ApiError", "ErrorShape", "token_page"):
                candidates = [
                    *node.args[1:2],
                    *(key.value for key in node.keywords if key.arg in ("code", "bad_token")),
                ]
                codes |= {
                    one.value for one in candidates if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return codes


def test_every_code_is_provoked():
    assert emitted_codes() <= {case[5] for case in CASES}
