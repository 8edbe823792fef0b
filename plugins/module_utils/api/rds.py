# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ApsaraDB RDS 2014-08-15: instances, their endpoints, their whitelist groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..core.snapshot import Endpoint, Instance
from ..core.whitelist import Group
from . import operations as op
from .client import Cloud
from .errors import CloudError, Kind
from .paging import every, find

APPEND, DELETE, COVER = "Append", "Delete", "Cover"
ENHANCED = "safety"


@dataclass(frozen=True)
class Rds:
    """The RDS product of one region; operations that take an instance id only find it in the whole account."""

    cloud: Cloud
    region: str

    def instances(self, instance_id: str = "", vpc_id: str = "") -> dict[str, Instance]:
        """DescribeDBInstances: the region's instances by id, one of them, or those of a VPC."""
        filters = {key: value for key, value in (("DBInstanceId", instance_id), ("VpcId", vpc_id)) if value}
        purpose = f"list the RDS instances of {self.region}"
        records = every(self.cloud, op.DESCRIBE_INSTANCES, self.region, purpose, {"RegionId": self.region, **filters})
        return {record["DBInstanceId"]: _instance(record, self.region) for record in records}

    def instance(self, instance_id: str) -> Instance | None:
        """DescribeDBInstanceAttribute: one instance wherever in the account it is; None where there is none."""
        try:
            body = self.cloud.call(
                op.DESCRIBE_INSTANCE, self.region, f"read RDS instance {instance_id}", {"DBInstanceId": instance_id}
            )
        except CloudError as error:
            if error.kind is Kind.GONE:
                return None
            raise
        records = find("Items.DBInstanceAttribute", body) or []
        return _instance(records[0], self.region) if records else None

    def with_endpoints(self, instance: Instance) -> Instance:
        """DescribeDBInstanceNetInfo: the instance with its endpoints and its whitelist mode."""
        parameters = {"DBInstanceId": instance.id}
        body = self.cloud.call(
            op.DESCRIBE_NET_INFO, self.region, f"read the endpoints of RDS instance {instance.id}", parameters
        )
        endpoints = tuple(_endpoint(record) for record in find("DBInstanceNetInfos.DBInstanceNetInfo", body) or [])
        mode = str(body.get("SecurityIPMode") or instance.whitelist_mode or "normal")
        network_type = str(body.get("InstanceNetworkType") or instance.network_type)
        return replace(instance, endpoints=endpoints, whitelist_mode=mode, network_type=network_type)

    def whitelist(self, instance_id: str, mode: str) -> list[Group]:
        """DescribeDBInstanceIPArrayList: all groups; in enhanced mode one call per list, so that equal names stay
        apart."""
        if mode != ENHANCED:
            return self._groups(instance_id, {}, "MIX")
        return [
            group
            for network_type in ("VPC", "Classic")
            for group in self._groups(instance_id, {"WhitelistNetworkType": network_type}, network_type)
        ]

    def template_entries(self, instance_id: str) -> int:
        """DescribeInstanceLinkedWhitelistTemplate: how many entries linked templates add; 0 where it may not be
        read."""
        try:
            body = self.cloud.call(
                op.DESCRIBE_TEMPLATES, self.region, f"read the templates of {instance_id}", {"InsName": instance_id}
            )
        except CloudError as error:
            if error.kind in (Kind.DENIED, Kind.GONE, Kind.OTHER):
                return 0
            raise
        return sum(len(str(text).split(",")) for text in find("Data.Templates[].Ips", body) or [] if text)

    def modify_whitelist(
        self,
        instance_id: str,
        group: str,
        mode: str,
        entries: Sequence[str],
        network_type: str,
        replicas: Sequence[str] = (),
    ) -> None:
        """ModifySecurityIps: Append, Delete or Cover entries of one group; the entries go out exactly as spelled."""
        parameters = {
            "DBInstanceId": instance_id,
            "DBInstanceIPArrayName": group,
            "SecurityIps": ",".join(entries),
            "ModifyMode": mode,
        }
        if network_type != "MIX":
            parameters["WhitelistNetworkType"] = network_type
        if replicas:
            parameters["FreshWhiteListReadins"] = ",".join(replicas)
        verb, preposition = {APPEND: ("add", "to"), DELETE: ("remove", "from"), COVER: ("set", "of")}[mode]
        noun = "entry" if len(entries) == 1 else "entries"
        purpose = f"{verb} {len(entries)} {noun} {preposition} whitelist group {group} of {instance_id}"
        self.cloud.call(op.MODIFY_WHITELIST, self.region, purpose, parameters)

    def _groups(self, instance_id: str, filters: Mapping[str, str], assumed_type: str) -> list[Group]:
        parameters = {"DBInstanceId": instance_id, **filters}
        body = self.cloud.call(
            op.DESCRIBE_WHITELIST, self.region, f"read the whitelist of RDS instance {instance_id}", parameters
        )
        records = find("Items.DBInstanceIPArray", body)
        if not isinstance(records, list):
            raise CloudError(
                Kind.INCOMPLETE,
                action=op.DESCRIBE_WHITELIST.action,
                message=f"the answer holds no whitelist of {instance_id}",
            )
        return [_group(record, assumed_type) for record in records]


def _group(record: Mapping[str, Any], assumed_type: str) -> Group:
    entries = tuple(entry.strip() for entry in str(record.get("SecurityIPList") or "").split(",") if entry.strip())
    return Group(
        name=record.get("DBInstanceIPArrayName") or "",
        entries=entries,
        attribute=record.get("DBInstanceIPArrayAttribute") or "",
        network_type=record.get("WhitelistNetworkType") or assumed_type,
    )


def _instance(record: Mapping[str, Any], region: str) -> Instance:
    return Instance(
        id=record["DBInstanceId"],
        name=record.get("DBInstanceDescription") or "",
        region=record.get("RegionId") or region,
        engine=record.get("Engine") or "",
        status=record.get("DBInstanceStatus") or "",
        lock_mode=record.get("LockMode") or "",
        network_type=record.get("InstanceNetworkType") or "",
        vpc_id=record.get("VpcId") or "",
        vswitch_id=record.get("VSwitchId") or "",
        zone=record.get("ZoneId") or "",
        role=record.get("DBInstanceType") or "",
        master_id=record.get("MasterInstanceId") or "",
        whitelist_mode=record.get("SecurityIPMode") or "normal",
        replica_ids=tuple(find("ReadOnlyDBInstanceIds.ReadOnlyDBInstanceId[].DBInstanceId", record) or []),
    )


def _endpoint(record: Mapping[str, Any]) -> Endpoint:
    port = str(record.get("Port") or "0")
    return Endpoint(
        host=record.get("ConnectionString") or "",
        address=record.get("IPAddress") or "",
        port=int(port) if port.isdigit() else 0,
        kind=record.get("IPType") or "",
    )
