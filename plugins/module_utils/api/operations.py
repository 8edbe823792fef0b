# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API operations this collection uses, as data: what drives the write gate, the retry rule, the pages and the
ledger."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pages:
    """How a list operation pages: the request's keys, and JMESPath expressions over the answer."""

    records: str
    size_key: str = "PageSize"
    size: int = 100
    number_key: str = "PageNumber"
    total: str = "PagingInfo.TotalCount"
    token_key: str = ""


@dataclass(frozen=True)
class Operation:
    """One API operation; ``method`` is its name in the product's SDK.

    ``repeatable`` says whether sending it twice does no more than sending it once: reads, and creates that
    carry a client token.
    """

    product: str
    action: str
    method: str
    writes: bool = False
    repeatable: bool = True
    pages: Pages | None = None
    read_timeout: int | None = None

    @property
    def ram_action(self) -> str:
        return f"{self.product}:{self.action}"


def _dataworks(action: str, method: str, records: str = "", **options: object) -> Operation:
    pages = Pages(f"PagingInfo.{records}") if records else None
    return Operation("dataworks", action, method, pages=pages, **options)  # type: ignore[arg-type]


def _vpc(action: str, method: str, records: str = "", size: int = 50, **options: object) -> Operation:
    pages = Pages(records, size=size, total="TotalCount") if records else None
    return Operation("vpc", action, method, pages=pages, **options)  # type: ignore[arg-type]


LIST_RESOURCE_GROUPS = _dataworks("ListResourceGroups", "list_resource_groups", "ResourceGroupList")
LIST_NETWORKS = _dataworks("ListNetworks", "list_networks", "NetworkList")
GET_NETWORK = _dataworks("GetNetwork", "get_network")
CREATE_NETWORK = _dataworks("CreateNetwork", "create_network", writes=True)
DELETE_NETWORK = _dataworks("DeleteNetwork", "delete_network", writes=True, repeatable=False)
LIST_ROUTES = _dataworks("ListRoutes", "list_routes", "RouteList")
CREATE_ROUTE = _dataworks("CreateRoute", "create_route", writes=True, repeatable=False)
DELETE_ROUTE = _dataworks("DeleteRoute", "delete_route", writes=True, repeatable=False)
LIST_PROJECTS = _dataworks("ListProjects", "list_projects", "Projects")
LIST_ASSOCIATIONS = _dataworks("ListResourceGroupAssociateProjects", "list_resource_group_associate_projects")
ASSOCIATE = _dataworks(
    "AssociateProjectToResourceGroup", "associate_project_to_resource_group", writes=True, repeatable=False
)
DISSOCIATE = _dataworks(
    "DissociateProjectFromResourceGroup", "dissociate_project_from_resource_group", writes=True, repeatable=False
)
LIST_DATA_SOURCES = _dataworks("ListDataSources", "list_data_sources", "DataSources")
TEST_CONNECTIVITY = _dataworks("TestDataSourceConnectivity", "test_data_source_connectivity", read_timeout=120)

DESCRIBE_VPCS = _vpc("DescribeVpcs", "describe_vpcs", "Vpcs.Vpc")
DESCRIBE_VSWITCHES = _vpc("DescribeVSwitches", "describe_vswitches", "VSwitches.VSwitch")
DESCRIBE_ROUTE_ENTRIES = Operation(
    "vpc",
    "DescribeRouteEntryList",
    "describe_route_entry_list",
    pages=Pages(
        "RouteEntrys.RouteEntry",
        size_key="MaxResult",
        size=100,
        number_key="",
        total="",
        token_key="NextToken",  # noqa: S106
    ),
)
DESCRIBE_ACL = _vpc("DescribeNetworkAclAttributes", "describe_network_acl_attributes")
DESCRIBE_NAT_GATEWAYS = _vpc("DescribeNatGateways", "describe_nat_gateways", "NatGateways.NatGateway")
DESCRIBE_SNAT_ENTRIES = _vpc(
    "DescribeSnatTableEntries", "describe_snat_table_entries", "SnatTableEntries.SnatTableEntry"
)
TAG_RESOURCES = _vpc("TagResources", "tag_resources", writes=True)
UNTAG_RESOURCES = _vpc("UnTagResources", "un_tag_resources", writes=True)

DESCRIBE_INSTANCES = Operation(
    "rds",
    "DescribeDBInstances",
    "describe_dbinstances",
    pages=Pages("Items.DBInstance", size=100, total="TotalRecordCount"),
)
DESCRIBE_INSTANCE = Operation("rds", "DescribeDBInstanceAttribute", "describe_dbinstance_attribute")
DESCRIBE_NET_INFO = Operation("rds", "DescribeDBInstanceNetInfo", "describe_dbinstance_net_info")
DESCRIBE_WHITELIST = Operation("rds", "DescribeDBInstanceIPArrayList", "describe_dbinstance_iparray_list")
DESCRIBE_TEMPLATES = Operation(
    "rds", "DescribeInstanceLinkedWhitelistTemplate", "describe_instance_linked_whitelist_template"
)
MODIFY_WHITELIST = Operation("rds", "ModifySecurityIps", "modify_security_ips", writes=True, repeatable=False)

GET_CALLER_IDENTITY = Operation("sts", "GetCallerIdentity", "get_caller_identity")
ASSUME_ROLE = Operation("sts", "AssumeRole", "assume_role")

OPERATIONS = {
    (value.product, value.action): value for value in list(globals().values()) if isinstance(value, Operation)
}
