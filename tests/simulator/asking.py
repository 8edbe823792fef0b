# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short ways to ask a local cloud something, for tests of its products."""

from __future__ import annotations

from typing import Any

import pytest
from Tea.exceptions import TeaException

VERSIONS = {"vpc": "2016-04-28", "rds": "2014-08-15", "dataworks": "2024-05-18"}
MINIMAL_KEY = ("LOCALDEMOKEYOPERATOR", "local-demo-secret-operator")
DEMO_KEY = ("LOCALDEMOKEY01", "local-demo-secret-01")

VPC, WORKERS, DATABASES = "vpc-bp1minimal00000000001", "vsw-bp1minimal00000000001", "vsw-bp1minimal00000000002"
GROUP = "Serverless_res_group_100000000000001_100000000000001"
INSTANCE = "rm-bp1minimal000001"
WORKSPACE, SOURCE, NETWORK = 10001, 30001, 1001


class Asker:
    """Calls operations of one cloud by name and returns raw bodies."""

    def __init__(self, cloud: Any, key: tuple[str, str] = MINIMAL_KEY, region: str = "cn-hangzhou") -> None:
        self.cloud = cloud
        self.key = key
        self.region = region

    def _call(self, product: str, action: str, version: str, params: dict[str, Any]) -> dict[str, Any]:
        endpoint = f"{product}.{self.region}.aliyuncs.com"
        body: dict[str, Any] = self.cloud.call(
            product, action, version, params, key=self.key, region=self.region, endpoint=endpoint
        )["body"]
        return body

    def vpc(self, action: str, **params: Any) -> dict[str, Any]:
        """Call an operation of VPC; RegionId is added."""
        return self._call("vpc", action, VERSIONS["vpc"], {"RegionId": self.region, **params})

    def rds(self, action: str, **params: Any) -> dict[str, Any]:
        """Call an operation of RDS."""
        return self._call("rds", action, VERSIONS["rds"], params)

    def dataworks(self, action: str, version: str = VERSIONS["dataworks"], **params: Any) -> dict[str, Any]:
        """Call an operation of DataWorks."""
        return self._call("dataworks", action, version, params)

    def set(self, kind: str, identifier: str | int, **values: Any) -> None:
        """Change an object from outside."""
        self.cloud.patch({"kind": kind, "id": str(identifier), "set": values})

    def whitelist(self, instance: str = INSTANCE, **params: Any) -> dict[tuple[str, str], str]:
        """Return the whitelist groups of an instance: (name, network type) -> list as the service writes it."""
        body = self.rds("DescribeDBInstanceIPArrayList", DBInstanceId=instance, **params)
        groups = body["Items"]["DBInstanceIPArray"]
        return {(one["DBInstanceIPArrayName"], one["WhitelistNetworkType"]): one["SecurityIPList"] for one in groups}

    def admit(self, entries: str, name: str = "dataworks", mode: str = "Append", **params: Any) -> dict[str, Any]:
        """Change one whitelist group."""
        asked = {"DBInstanceId": INSTANCE, "SecurityIps": entries, "DBInstanceIPArrayName": name, "ModifyMode": mode}
        return self.rds("ModifySecurityIps", **{**asked, **params})

    def test(self, source: int = SOURCE, group: str = GROUP, workspace: int = WORKSPACE) -> dict[str, Any]:
        """Run the connectivity test and return what it says."""
        params = {"DataSourceId": source, "ProjectId": workspace, "ResourceGroupId": group}
        found: dict[str, Any] = self.dataworks("TestDataSourceConnectivity", **params)["Connectivity"]
        return found

    def stop(self) -> str:
        """Return where the last connectivity test ended."""
        stopped: str = self.cloud.state()["cloud"]["connectivity_tests"][-1]["stopped_at"]
        return stopped.split(" ", maxsplit=1)[0]


def refusal(ask: Any, *arguments: Any, **params: Any) -> tuple[int, str]:
    """Return status and code of a call that must be refused."""
    with pytest.raises(TeaException) as caught:
        ask(*arguments, **params)
    return caught.value.status_code, caught.value.code


def section(cloud: Any) -> dict[str, Any]:
    """Return what the first account owns in cn-hangzhou."""
    found: dict[str, Any] = cloud.state()["cloud"]["accounts"][0]["regions"]["cn-hangzhou"]
    return found
