# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of the products goes through the request and response models of the official SDKs without loss."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.operation import REGISTRY, load_operations
from tests.simulator.asking import DEMO_KEY

SDKS = {
    ("dataworks", "2024-05-18"): "alibabacloud_dataworks_public20240518",
    ("dataworks", "2020-05-18"): "alibabacloud_dataworks_public20200518",
    ("vpc", "2016-04-28"): "alibabacloud_vpc20160428",
    ("rds", "2014-08-15"): "alibabacloud_rds20140815",
}
DW, DW20, VPC, RDS = SDKS
REGION = {"RegionId": "cn-hangzhou"}
GROUP = "Serverless_res_group_524257424564736_710001"
BI = "Serverless_res_group_524257424564736_710002"
RETAIL, DATABASES = "vpc-bp1retail5w8k2n6t3q7", "vsw-bp1dbh6t1r8e3w5q9a"
TABLE, NAT = "vtb-bp1retailsys6b3n9m2", "ngw-bp1retail7a4s1d8f5g"
ORDERS, BILLING, CATALOG = "rm-bp1orders7k2m4x9q1", "pgm-bp1billing8f4g2h6j", "rm-bp1catalog8j2k6l4z1"
URL_SOURCE = {
    "envType": "Prod", "address": [{"host": "10.0.0.1", "port": 3306}], "database": "d", "username": "u",
    "password": "p",
}  # fmt: skip

# Every operation with parameters that make its answer as full as it gets, in an order in which each finds its object.
CALLS: list[tuple[tuple[str, str], str, dict[str, Any]]] = [
    (VPC, "DescribeVpcs", REGION),
    (VPC, "DescribeVpcAttribute", {**REGION, "VpcId": RETAIL}),
    (VPC, "DescribeVSwitches", REGION),
    (VPC, "DescribeVSwitchAttributes", {"VSwitchId": DATABASES}),
    (VPC, "DescribeRouteTableList", REGION),
    (VPC, "DescribeRouteEntryList", {**REGION, "RouteTableId": TABLE, "MaxResult": 2}),
    (VPC, "CreateRouteEntry", {**REGION, "RouteTableId": TABLE, "DestinationCidrBlock": "10.66.0.0/16",
                               "NextHopType": "NatGateway", "NextHopId": NAT}),
    (VPC, "DeleteRouteEntry", {**REGION, "RouteTableId": TABLE, "DestinationCidrBlock": "10.88.0.0/16",
                               "NextHopId": "i-bp1branchvpn3h6j9k2l"}),
    (VPC, "DescribeNatGateways", REGION),
    (VPC, "DescribeSnatTableEntries", {**REGION, "NatGatewayId": NAT}),
    (VPC, "DescribeEipAddresses", REGION),
    (VPC, "DescribeNetworkAcls", REGION),
    (VPC, "DescribeNetworkAclAttributes", {**REGION, "NetworkAclId": "nacl-bp1biguard4q8w2e6r"}),
    (VPC, "TagResources", {**REGION, "ResourceType": "VPC", "ResourceId": [RETAIL],
                           "Tag": [{"Key": "a", "Value": "b"}]}),
    (VPC, "ListTagResources", {**REGION, "ResourceType": "VPC", "ResourceId": [RETAIL], "MaxResults": 1}),
    (VPC, "UnTagResources", {**REGION, "ResourceType": "VPC", "ResourceId": [RETAIL], "TagKey": ["a"], "All": False}),
    (RDS, "DescribeDBInstances", {**REGION, "MaxResults": 3, "InstanceLevel": 1}),
    (RDS, "DescribeDBInstanceAttribute", {"DBInstanceId": BILLING}),
    (RDS, "DescribeDBInstanceNetInfo", {"DBInstanceId": ORDERS}),
    (RDS, "ModifySecurityIps", {"DBInstanceId": ORDERS, "SecurityIps": "172.16.10.0/24",
                                "DBInstanceIPArrayName": "dataworks_etl"}),
    (RDS, "DescribeDBInstanceIPArrayList", {"DBInstanceId": ORDERS}),
    (RDS, "DescribeSecurityGroupConfiguration", {"DBInstanceId": ORDERS}),
    (RDS, "ModifySecurityGroupConfiguration", {"DBInstanceId": BILLING, "SecurityGroupId": "sg-bp1one,sg-bp1two"}),
    (RDS, "DescribeAllWhitelistTemplate", {**REGION, "PageNumbers": 1, "MaxRecordsPerPage": 30}),
    (RDS, "DescribeWhitelistTemplate", {"TemplateId": 412}),
    (RDS, "DescribeInstanceLinkedWhitelistTemplate", {"InsName": CATALOG}),
    (RDS, "DescribeWhitelistTemplateLinkedInstance", {"TemplateId": 412}),
    (DW, "ListResourceGroups", {"ResourceGroupTypes": ["CommonV2", "ExclusiveDataIntegration"]}),
    (DW20, "ListResourceGroups", {"ResourceGroupType": 4, "BizExtKey": "single"}),
    (DW, "GetResourceGroup", {"Id": GROUP}),
    (DW, "CreateNetwork", {"ResourceGroupId": BI, "VpcId": RETAIL, "VswitchId": DATABASES, "ClientToken": "one"}),
    (DW, "GetNetwork", {"Id": 3101}),
    (DW, "ListNetworks", {"ResourceGroupId": BI}),
    (DW, "CreateRoute", {"NetworkId": 3101, "DestinationCidr": "10.99.0.0/16", "ResourceGroupId": GROUP}),
    (DW, "GetRoute", {"Id": 2001}),
    (DW, "ListRoutes", {"ResourceGroupId": GROUP, "NetworkId": 3101}),
    (DW, "UpdateRoute", {"Id": 2001, "DestinationCidr": "10.99.128.0/17"}),
    (DW, "DeleteRoute", {"Id": 2001}),
    (DW, "ListProjects", {"Ids": [48211]}),
    (DW, "ListResourceGroupAssociateProjects", {"ResourceGroupId": BI}),
    (DW, "AssociateProjectToResourceGroup", {"ProjectId": 48307, "ResourceGroupId": GROUP}),
    (DW, "DissociateProjectFromResourceGroup", {"ProjectId": 48307, "ResourceGroupId": BI}),
    (DW, "ListDataSources", {"ProjectId": 48211, "PageSize": 100, "Types": ["mysql", "mariadb"]}),
    (DW, "CreateDataSource", {"ProjectId": 48211, "Name": "extra", "Type": "mysql",
                              "ConnectionPropertiesMode": "UrlMode", "ConnectionProperties": json.dumps(URL_SOURCE)}),
    (DW, "GetDataSource", {"Id": 30015}),
    (DW, "UpdateDataSource", {"Id": 30015, "ProjectId": 48211, "ConnectionProperties": json.dumps(URL_SOURCE)}),
    (DW, "TestDataSourceConnectivity", {"DataSourceId": 30015, "ProjectId": 48211, "ResourceGroupId": GROUP}),
    (DW, "DeleteDataSource", {"Id": 30015}),
    (DW, "DeleteNetwork", {"Id": 3106}),
]  # fmt: skip

# The documented answer has these keys, the SDK's model drops them.
LOST_BY_THE_SDK = {"DescribeDBInstanceIPArrayList": {"WhitelistNetworkType"}}

# Keys that the documentation describes for the items of these lists; an answer must have them all.
DOCUMENTED = {
    "DescribeVpcs": "VpcId VpcName CidrBlock SecondaryCidrBlocks UserCidrs Status RegionId OwnerId VRouterId "
    "VSwitchIds RouterTableIds NatGatewayIds IsDefault EnabledIpv6 Ipv6CidrBlock Ipv6CidrBlocks DhcpOptionsSetId "
    "DhcpOptionsSetStatus DnsHostnameStatus ResourceGroupId Description CreationTime Tags",
    "DescribeVpcAttribute": "AssociatedCens AssociatedPropagationSources CloudResources ClassicLinkEnabled "
    "SupportIpv4Gateway Ipv4GatewayId CidrBlock OwnerId",
    "DescribeVSwitches": "VSwitchId VSwitchName VpcId ZoneId CidrBlock Status AvailableIpAddressCount OwnerId "
    "IsDefault ShareType NetworkAclId RouteTable ResourceGroupId EnabledIpv6 Ipv6CidrBlock Description CreationTime "
    "Tags",
    "DescribeRouteTableList": "RouteTableId RouteTableName RouteTableType RouterId RouterType VpcId AssociateType "
    "VSwitchIds GatewayIds RoutePropagationEnable Status OwnerId ResourceGroupId Description CreationTime Tags",
    "DescribeRouteEntryList": "RouteEntryId RouteEntryName RouteTableId DestinationCidrBlock Type Status IpVersion "
    "Origin ServiceType Description GmtModified NextHops NextToken TotalCount NextHopRegionId Weight Enabled",
    "DescribeNatGateways": "NatGatewayId Name VpcId RegionId NetworkType NatType Status BusinessStatus SnatTableIds "
    "ForwardTableIds IpLists IpAddress AllocationId UsingStatus SnatEntryEnabled NatGatewayPrivateInfo VswitchId IzNo "
    "PrivateIpAddress EniInstanceId MaxBandwidth EipBindMode InternetChargeType InstanceChargeType",
    "DescribeSnatTableEntries": "SnatEntryId SnatEntryName SnatTableId NatGatewayId SourceVSwitchId SourceCIDR SnatIp "
    "Status NetworkInterfaceId EipAffinity",
    "DescribeEipAddresses": "AllocationId IpAddress Status InstanceId InstanceType InstanceRegionId PrivateIpAddress "
    "Bandwidth ISP Mode ChargeType InternetChargeType BusinessStatus Name RegionId VpcId ServiceManaged OperationLocks",
    "ListTagResources": "ResourceId ResourceType TagKey TagValue NextToken TagResources",
    "DescribeDBInstances": "DBInstanceId DBInstanceDescription DBInstanceStatus Engine EngineVersion RegionId ZoneId "
    "VpcId VSwitchId VpcName VpcCloudInstanceId InstanceNetworkType DBInstanceNetType DBInstanceType ConnectionMode "
    "ConnectionString LockMode LockReason MasterInstanceId ReadOnlyDBInstanceIds DBInstanceStorageType DBInstanceClass "
    "PayType ExpireTime CreateTime ResourceGroupId Category NextToken PageRecordCount TotalRecordCount",
    "DescribeDBInstanceAttribute": "SecurityIPList SecurityIPMode Port IPType DBInstanceStorageType MasterInstanceId",
    "DescribeDBInstanceNetInfo": "ConnectionString ConnectionStringType IPAddress IPType Port VPCId VSwitchId "
    "ExpiredTime Upgradeable SecurityIPGroups securityIPGroup SecurityIPGroupName SecurityIPs DBInstanceWeights "
    "InstanceNetworkType SecurityIPMode",
    "DescribeDBInstanceIPArrayList": "DBInstanceIPArrayName DBInstanceIPArrayAttribute SecurityIPList SecurityIPType "
    "WhitelistNetworkType",
    "ListResourceGroups": "Id Name Remark ResourceGroupType Status PaymentType Spec Standard Amount DefaultVpcId "
    "DefaultVswicthId OrderInstanceId CreateUser CreateTime AliyunResourceGroupId AliyunResourceTags PagingInfo",
    "GetResourceGroup": "DefaultVpcId DefaultVswitchId",
    "ListNetworks": "Id ResourceGroupId VpcId VswitchId SecurityGroupId Status CreateUser CreateTime Success",
    "ListRoutes": "Id ResourceGroupId NetworkId ResourceId DestinationCidr CreateTime Success",
    "ListProjects": "Id Name DisplayName Description Owner Status DevEnvironmentEnabled DevRoleDisabled PaiTaskEnabled "
    "AliyunResourceGroupId AliyunResourceTags",
    "ListDataSources": "Name Type DataSource Id ConnectionProperties ConnectionPropertiesMode Description "
    "QualifiedName CreateTime CreateUser ModifyTime ModifyUser",
    "TestDataSourceConnectivity": "ConnectState ConnectMessage DetailLogs StartTime EndTime Code Message",
}
WITHOUT_SUCCESS = {
    "ListDataSources", "GetDataSource", "CreateDataSource", "ListProjects", "TestDataSourceConnectivity",
}  # fmt: skip


def typed_call(cloud: Any, sdk: tuple[str, str], action: str, params: dict[str, Any]) -> tuple[dict, dict]:
    """Call by the SDK's typed method; return the raw body and what its response model kept of it."""
    package = SDKS[sdk]
    models = importlib.import_module(f"{package}.models")
    base = importlib.import_module(f"{package}.client").Client
    seen: list[dict[str, Any]] = []

    class Client(base):
        def call_api(self, *arguments: Any) -> Any:
            answer = super().call_api(*arguments)
            seen.append(json.loads(json.dumps(answer["body"])))
            return answer

    client = Client(cloud.config(DEMO_KEY))
    method = next(name for name in dir(client) if name.replace("_", "") == action.lower())
    request = getattr(models, f"{action}Request")().from_map(params)
    assert set(params) <= set(request.to_map()), "the SDK's request model does not know a parameter"
    body = getattr(client, method)(request).body
    return seen[-1], body.to_map()


def differences(raw: Any, kept: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the place and last key of everything in which a model's view differs from the raw answer."""
    if isinstance(raw, dict) and isinstance(kept, dict):
        for key in raw.keys() | kept.keys():
            if key not in kept:
                yield f"{path}.{key} lost", key
            elif key in raw:
                yield from differences(raw[key], kept[key], f"{path}.{key}")
            elif kept[key] != []:
                yield f"{path}.{key} invented", key
    elif isinstance(raw, list) and isinstance(kept, list) and len(raw) == len(kept):
        for number, (one, other) in enumerate(zip(raw, kept, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif raw != kept:
        yield f"{path} {raw!r} became {kept!r}", path.rpartition(".")[2]


def all_keys(value: Any) -> set[str]:
    """Return every key at any depth."""
    if isinstance(value, dict):
        return set(value) | {key for item in value.values() for key in all_keys(item)}
    return {key for item in value for key in all_keys(item)} if isinstance(value, list) else set()


def test_the_table_is_complete():
    load_operations()
    registered = {((product, version), action) for product, version, action in REGISTRY if product != "sts"}
    assert registered == {(sdk, action) for sdk, action, _ in CALLS}


def test_every_operation_passes_the_models_of_the_sdks(simulator):
    pytest.importorskip(SDKS[DW20])
    cloud = simulator("demo", route_entry_transition={"polls": 0}, network_transition={"polls": 0})
    problems = []
    for sdk, action, params in CALLS:
        raw, kept = typed_call(cloud, sdk, action, params)
        allowed = LOST_BY_THE_SDK.get(action, set())
        problems += [f"{action}{place}" for place, key in differences(raw, kept) if key not in allowed]
        missing = set(DOCUMENTED.get(action, "").split()) - all_keys(raw) if sdk != DW20 else set()
        problems += [f"{action}: {key} is documented and missing" for key in sorted(missing)]
        if sdk[0] == "dataworks":
            assert ("Success" in raw) == (action not in WITHOUT_SUCCESS), action
    assert problems == []


def test_a_lost_key_is_noticed():
    raw = {"a": [{"b": 1, "c": 2}]}
    assert [place for place, _ in differences(raw, {"a": [{"b": 1}], "d": []})] == [".a[0].c lost"]
    assert [place for place, _ in differences(raw, {"a": [{"b": 1, "c": "2"}]})] == [".a[0].c 2 became '2'"]
