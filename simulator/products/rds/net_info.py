# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeDBInstanceNetInfo."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.rds.product import instance_of, rds_operation, search
from simulator.products.rds.schema import Endpoint, Instance

_IP_TYPES = {"private": "Private", "inner": "Inner", "public": "Public"}


@rds_operation("DescribeDBInstanceNetInfo")
def describe_db_instance_net_info(call: Call) -> Body:
    """List the endpoints of an instance; a missing one is called InvalidDBInstanceName here."""
    if search(call, call.required("DBInstanceId")) is None:
        raise ApiError(400, "InvalidDBInstanceName.NotFound", "The specified DB instance name does not exist.")
    instance = instance_of(call).instance
    split = call.text("DBInstanceNetRWSplitType")
    if split not in ("", "Normal", "ReadWriteSplitting"):
        raise ApiError(400, "IllegalParameter", "The specified parameter DBInstanceNetRWSplitType is not valid.")
    endpoints = [endpoint for endpoint in instance.endpoints if split in ("", endpoint.type)]
    return {
        "DBInstanceNetInfos": {"DBInstanceNetInfo": [_endpoint(instance, endpoint) for endpoint in endpoints]},
        "InstanceNetworkType": instance.network_type,
        "SecurityIPMode": instance.whitelist_mode,
    }


def _endpoint(instance: Instance, endpoint: Endpoint) -> dict[str, Any]:
    groups = [
        {"SecurityIPGroupName": group.name, "SecurityIPs": ",".join(group.entries)}
        for group in instance.whitelist
        if group.attribute != "hidden"
    ]
    return {
        "ConnectionString": endpoint.host,
        "ConnectionStringType": endpoint.type,
        "DBInstanceWeights": {"DBInstanceWeight": []},
        "ExpiredTime": "" if endpoint.expires_in is None else str(endpoint.expires_in),
        "IPAddress": endpoint.ip or "",
        "IPType": _IP_TYPES[endpoint.kind],
        "Port": str(endpoint.port),
        "SecurityIPGroups": {"securityIPGroup": groups},
        "Upgradeable": "Disabled",
        "VPCId": endpoint.vpc or "",
        "VSwitchId": endpoint.vswitch or "",
    }
