# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of a world file that describe RDS instances, their endpoints, whitelists and templates."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.section import Address, LooseText, Named, Section

NetworkType = Literal["MIX", "VPC", "Classic"]


class Endpoint(Section):
    """An address an instance listens on: private (VPC), inner (classic network) or public."""

    kind: Literal["private", "inner", "public"]
    host: str
    ip: Address | None = None
    port: int = Field(default=0, ge=0, le=65535, description="0 = the port of the engine")
    type: Literal["Normal", "ReadWriteSplitting"] = "Normal"
    vpc: str | None = None
    vswitch: str | None = None
    expires_in: int | None = None


class WhitelistGroup(Section):
    """A named list of addresses; entries are kept exactly as written and in the order written."""

    name: str
    entries: list[LooseText] = []
    attribute: Literal["", "hidden"] = ""
    network_type: NetworkType = "MIX"


class AttachedSecurityGroup(Section):
    """A security group whose members may connect."""

    id: str
    name: str = ""
    network_type: Literal["VPC", "Classic"] = "VPC"
    members: list[Address] = []


class Account(Section):
    """A login of the database itself."""

    name: str
    password: str = ""


class Instance(Named):
    """An RDS instance, primary or read-only."""

    id: str
    engine: Literal["MySQL", "PostgreSQL", "SQLServer", "MariaDB"] = "MySQL"
    engine_version: LooseText = "8.0"
    status: str = "Running"
    lock_mode: Literal[
        "Unlock", "ManualLock", "LockByExpiration", "LockByRestoration", "LockByDiskQuota", "Released"
    ] = "Unlock"
    lock_reason: str = ""
    network_type: Literal["VPC", "Classic"] = "VPC"
    vpc: str = ""
    vswitch: str = ""
    zone: str = ""
    type: Literal["Primary", "Readonly", "Guard", "Temp"] = "Primary"
    master: str = ""
    storage_type: Literal["local_ssd", "cloud_ssd", "cloud_essd", "cloud_essd2", "cloud_essd3", "general_essd"] = (
        "cloud_essd"
    )
    storage_gb: int = 100
    instance_class: str = "mysql.x2.large.2c"
    category: Literal["Basic", "HighAvailability", "AlwaysOn", "Finance", "cluster", "serverless_basic"] = (
        "HighAvailability"
    )
    pay_type: Literal["Postpaid", "Prepaid", "Serverless"] = "Postpaid"
    expires: str = ""
    resource_group: str = ""
    whitelist_mode: Literal["normal", "safety"] = "normal"
    endpoints: list[Endpoint] = []
    whitelist: list[WhitelistGroup] = []
    whitelist_templates: list[int] = []
    security_groups: list[AttachedSecurityGroup] = []
    databases: list[str] = []
    accounts: list[Account] = []

    @property
    def default_port(self) -> int:
        """Return the port the engine listens on unless an endpoint says otherwise."""
        return {"PostgreSQL": 5432, "SQLServer": 1433}.get(self.engine, 3306)

    @property
    def cloud_disk(self) -> bool:
        """Tell whether the storage is a cloud disk."""
        return self.storage_type != "local_ssd"


class WhitelistTemplate(Section):
    """A list of addresses kept by the account and attached to instances."""

    id: int
    name: str
    entries: list[LooseText] = []
