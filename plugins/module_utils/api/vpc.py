# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPC 2016-04-28: VPCs, vSwitches, route tables, network ACLs, NAT gateways, and the tags that carry our marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import cidr
from ..core.snapshot import Acl, AclRule, NatGateway, RouteEntry, SnatEntry, Vpc, VSwitch
from . import operations as op
from .client import Cloud
from .paging import every, find

_VPCS_PER_CALL = 20


@dataclass(frozen=True)
class VpcService:
    """The VPC product of one region."""

    cloud: Cloud
    region: str

    def vpcs(self, vpc_ids: Sequence[str]) -> dict[str, Vpc]:
        """DescribeVpcs: those of the ids that exist, by id."""
        found: dict[str, Vpc] = {}
        for start in range(0, len(vpc_ids), _VPCS_PER_CALL):
            some = ",".join(vpc_ids[start : start + _VPCS_PER_CALL])
            for record in self._every(op.DESCRIBE_VPCS, f"read VPC {some}", {"VpcId": some}):
                found[record["VpcId"]] = _vpc(record, self.region)
        return found

    def vswitches(self, vpc_id: str) -> list[VSwitch]:
        """DescribeVSwitches: all vSwitches of a VPC, with their tags."""
        records = self._every(op.DESCRIBE_VSWITCHES, f"list the vSwitches of VPC {vpc_id}", {"VpcId": vpc_id})
        return [vswitch for record in records if (vswitch := _vswitch(record)) is not None]

    def vswitches_like(self, word: str) -> list[VSwitch]:
        """DescribeVSwitches: the vSwitches with this id or this name in any VPC of the region."""
        key = "VSwitchId" if word.startswith("vsw-") else "VSwitchName"
        records = self._every(op.DESCRIBE_VSWITCHES, f"find vSwitch {word}", {key: word})
        return [
            vswitch
            for record in records
            if (vswitch := _vswitch(record)) is not None and word in (vswitch.id, vswitch.name)
        ]

    def vswitches_tagged(self, key: str) -> list[VSwitch]:
        """DescribeVSwitches: the vSwitches of the region that carry a tag of this key."""
        records = self._every(op.DESCRIBE_VSWITCHES, f"find the vSwitch tagged {key}", {"Tag": [{"Key": key}]})
        return [vswitch for record in records if (vswitch := _vswitch(record)) is not None]

    def route_entries(self, table_id: str) -> list[RouteEntry]:
        """DescribeRouteEntryList: all IPv4 entries of a route table."""
        records = self._every(op.DESCRIBE_ROUTE_ENTRIES, f"read route table {table_id}", {"RouteTableId": table_id})
        return [entry for record in records if (entry := _route_entry(record)) is not None]

    def acl(self, acl_id: str) -> Acl | None:
        """DescribeNetworkAclAttributes: the rules of a network ACL, in their order."""
        parameters = {"NetworkAclId": acl_id, "RegionId": self.region}
        body = self.cloud.call(op.DESCRIBE_ACL, self.region, f"read network ACL {acl_id}", parameters)
        record = body.get("NetworkAclAttribute")
        if not isinstance(record, Mapping) or not record.get("NetworkAclId"):
            return None
        ingress = find("IngressAclEntries.IngressAclEntry", record) or []
        egress = find("EgressAclEntries.EgressAclEntry", record) or []
        return Acl(acl_id, _rules(ingress, "SourceCidrIp"), _rules(egress, "DestinationCidrIp"))

    def nat_gateways(self, vpc_id: str) -> list[NatGateway]:
        """DescribeNatGateways and DescribeSnatTableEntries: the NAT gateways of a VPC with their SNAT entries."""
        gateways = []
        for record in self._every(
            op.DESCRIBE_NAT_GATEWAYS, f"list the NAT gateways of VPC {vpc_id}", {"VpcId": vpc_id}
        ):
            gateway_id = record["NatGatewayId"]
            entries = self._every(
                op.DESCRIBE_SNAT_ENTRIES, f"list the SNAT entries of {gateway_id}", {"NatGatewayId": gateway_id}
            )
            snat = tuple(_snat_entry(entry) for entry in entries)
            gateways.append(
                NatGateway(
                    gateway_id,
                    record.get("VpcId") or vpc_id,
                    record.get("Status") or "",
                    record.get("NetworkType") or "internet",
                    snat,
                )
            )
        return gateways

    def tag_vswitch(self, vswitch_id: str, key: str, value: str) -> None:
        """TagResources: put one tag on a vSwitch."""
        parameters = {
            "RegionId": self.region,
            "ResourceType": "VSWITCH",
            "ResourceId": [vswitch_id],
            "Tag": [{"Key": key, "Value": value}],
        }
        self.cloud.call(op.TAG_RESOURCES, self.region, f"tag vSwitch {vswitch_id}", parameters)

    def untag_vswitch(self, vswitch_id: str, keys: Sequence[str]) -> None:
        """UnTagResources: take tags off a vSwitch."""
        parameters = {
            "RegionId": self.region,
            "ResourceType": "VSWITCH",
            "ResourceId": [vswitch_id],
            "TagKey": list(keys),
        }
        self.cloud.call(op.UNTAG_RESOURCES, self.region, f"untag vSwitch {vswitch_id}", parameters)

    def _every(self, operation: op.Operation, purpose: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return every(self.cloud, operation, self.region, purpose, {"RegionId": self.region, **parameters})


def _vpc(record: Mapping[str, Any], region: str) -> Vpc:
    spelled = [record.get("CidrBlock"), *(find("SecondaryCidrBlocks.SecondaryCidrBlock", record) or [])]
    owner = record.get("OwnerId")
    return Vpc(
        id=record["VpcId"],
        name=record.get("VpcName") or "",
        region=record.get("RegionId") or region,
        cidrs=tuple(network for text in spelled if text and (network := cidr.parse_served(text)) is not None),
        status=record.get("Status") or "",
        owner=str(owner) if owner else "",
    )


def _vswitch(record: Mapping[str, Any]) -> VSwitch | None:
    network = cidr.parse_served(record.get("CidrBlock") or "")
    if network is None:
        return None
    tags = find("Tags.Tag", record) or []
    return VSwitch(
        id=record["VSwitchId"],
        name=record.get("VSwitchName") or "",
        vpc_id=record.get("VpcId") or "",
        zone=record.get("ZoneId") or "",
        cidr=network,
        free_addresses=int(record.get("AvailableIpAddressCount") or 0),
        status=record.get("Status") or "",
        route_table_id=find("RouteTable.RouteTableId", record) or "",
        acl_id=record.get("NetworkAclId") or "",
        tags=tuple((str(tag.get("Key") or ""), str(tag.get("Value") or "")) for tag in tags),
    )


def _route_entry(record: Mapping[str, Any]) -> RouteEntry | None:
    destination = cidr.parse_served(record.get("DestinationCidrBlock") or "")
    if destination is None:
        return None
    hop = (find("NextHops.NextHop", record) or [{}])[0]
    return RouteEntry(
        destination,
        str(hop.get("NextHopType") or record.get("NextHopType") or ""),
        str(hop.get("NextHopId") or record.get("InstanceId") or ""),
        record.get("Status") or "",
        record.get("Type") or "",
    )


def _rules(entries: Iterable[Mapping[str, Any]], address_key: str) -> tuple[AclRule, ...]:
    rules = []
    for entry in entries:
        network = cidr.parse_served(entry.get(address_key) or "")
        if network is None:
            continue
        low, _slash, high = str(entry.get("Port") or "-1/-1").partition("/")
        ports = (0, 65535) if low == "-1" else (int(low), int(high or low))
        rules.append(
            AclRule(
                str(entry.get("Policy") or "").lower() == "accept",
                str(entry.get("Protocol") or "all").lower(),
                network,
                *ports,
            )
        )
    return tuple(rules)


def _snat_entry(record: Mapping[str, Any]) -> SnatEntry:
    return SnatEntry(
        id=record.get("SnatEntryId") or "",
        vswitch_id=record.get("SourceVSwitchId") or "",
        cidr=cidr.parse_served(record.get("SourceCIDR") or ""),
        addresses=tuple(address.strip() for address in str(record.get("SnatIp") or "").split(",") if address.strip()),
        status=record.get("Status") or "",
    )
