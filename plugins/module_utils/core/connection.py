# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user wants connected: one resource group, one data source, and how they are to reach each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import cidr

PRIVATE = "private"
PUBLIC = "public"
WORDS = (
    "region",
    "resource_group",
    "rds_instance",
    "network_path",
    "vswitch",
    "eip",
    "routes",
    "workspace",
    "data_source",
    "data_source_region",
)
"""The options of a connection beside its name, in the order in which people read them."""
_REGION = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")
_INSTANCE_ID = re.compile(r"[a-z]{2,6}-[a-z0-9]+")


class InputError(ValueError):
    """A connection is described wrongly: which option, which value, what would be right."""

    def __init__(self, connection: str, option: str, value: object, expected: str) -> None:
        self.option = option
        shown = "is not set" if value in (None, "", []) else f"is {value!r}"
        super().__init__(f"connection {connection!r}: option {option!r} {shown}: {expected}")


@dataclass(frozen=True)
class Connection:
    """One wanted connection; empty texts and tuples stand for options that are not set."""

    name: str
    region: str
    resource_group: str
    rds_instance: str
    network_path: str = PRIVATE
    vswitch: str = ""
    eip: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    workspace: str = ""
    data_source: str = ""
    data_source_region: str = ""

    @property
    def public(self) -> bool:
        return self.network_path == PUBLIC

    @property
    def tested(self) -> bool:
        """Say whether DataWorks' own connectivity test can run: it needs the workspace and the data source."""
        return bool(self.workspace and self.data_source)


def from_options(options: Mapping[str, Any]) -> Connection:
    """Return the connection that the options describe, or raise InputError for the first one that is wrong."""
    name = str(options.get("name") or "localhost")

    def text(option: str) -> str:
        value = options.get(option)
        return "" if value is None else str(value).strip()

    def texts(option: str) -> tuple[str, ...]:
        value = options.get(option) or []
        return tuple(str(item).strip() for item in ([value] if isinstance(value, str) else value))

    connection = Connection(
        name=name,
        region=text("region"),
        resource_group=text("resource_group"),
        rds_instance=text("rds_instance"),
        network_path=text("network_path") or PRIVATE,
        vswitch=text("vswitch"),
        eip=texts("eip"),
        routes=texts("routes"),
        workspace=text("workspace"),
        data_source=text("data_source"),
        data_source_region=text("data_source_region"),
    )
    _check(connection)
    return connection


def _check(connection: Connection) -> None:
    def refuse(option: str, expected: str) -> InputError:
        return InputError(connection.name, option, getattr(connection, option), expected)

    if not connection.region:
        raise refuse("region", "give the region of the resource group, such as cn-hangzhou")
    for option in ("region", "data_source_region"):
        if getattr(connection, option) and not _REGION.fullmatch(getattr(connection, option)):
            raise refuse(option, "a region looks like cn-hangzhou or ap-southeast-1")
    if not connection.resource_group:
        raise refuse("resource_group", "give the name or the id of a DataWorks resource group")
    if not connection.rds_instance:
        raise refuse("rds_instance", "give the id of an ApsaraDB RDS instance, such as rm-bp1example")
    if not _INSTANCE_ID.fullmatch(connection.rds_instance):
        raise refuse(
            "rds_instance",
            "give the id, not the name; it looks like rm-bp1example or pgm-bp1example, in lower case",
        )
    if connection.network_path not in (PRIVATE, PUBLIC):
        raise refuse("network_path", "choose private (vSwitch CIDR) or public (EIP over the Internet)")
    if bool(connection.workspace) != bool(connection.data_source):
        missing = "data_source" if connection.workspace else "workspace"
        raise refuse(missing, "the connectivity test needs workspace and data_source together; give both or neither")
    _check_addresses(connection)


def _check_addresses(connection: Connection) -> None:
    if connection.eip and not connection.public:
        raise InputError(connection.name, "eip", list(connection.eip), "an EIP serves network_path: public only")
    for option in ("eip", "routes"):
        for value in getattr(connection, option):
            try:
                network = cidr.parse(value)
            except cidr.AddressError as error:
                raise InputError(connection.name, option, value, f"it {error}") from error
            if option == "eip" and (network.prefixlen != 32 or not cidr.is_public(network)):
                raise InputError(
                    connection.name, option, value, "an EIP is one public IPv4 address, such as 47.98.10.20"
                )
