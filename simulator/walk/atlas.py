# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds objects wherever they are: packets know neither accounts nor regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from simulator.products.rds.schema import Endpoint, Instance
from simulator.products.vpc.schema import Vpc, VSwitch
from simulator.settling import settle_entries

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.resources import RegionSection


@dataclass(frozen=True)
class Located:
    """A VPC and where it is."""

    account: str
    region: str
    section: RegionSection
    vpc: Vpc

    def vswitch(self, vswitch_id: str | None) -> VSwitch | None:
        """Return a vSwitch of the VPC."""
        return next((vswitch for vswitch in self.vpc.vswitches if vswitch.id == vswitch_id), None)


@dataclass(frozen=True)
class Listener:
    """An endpoint, its instance, and where they are."""

    account: str
    region: str
    section: RegionSection
    instance: Instance
    endpoint: Endpoint


class Atlas:
    """Every object of every account, by what a packet knows of it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def vpc(self, vpc_id: str) -> Located | None:
        """Return a VPC by its id."""
        for account, region, section in self.cloud.everything():
            for vpc in section.vpcs:
                if vpc.id == vpc_id:
                    settle_entries(self.cloud, vpc)
                    return Located(account, region, section, vpc)
        return None

    def listeners(self) -> Iterator[Listener]:
        """Yield every endpoint of every instance."""
        for account, region, section in self.cloud.everything():
            for instance in section.rds_instances:
                for endpoint in instance.endpoints:
                    yield Listener(account, region, section, instance, endpoint)

    def by_host(self, host: str) -> Listener | None:
        """Resolve a host name; the names of RDS endpoints are public and answer the same everywhere."""
        return next((one for one in self.listeners() if one.endpoint.host == host), None)

    def public(self, ip: IPv4Address) -> Listener | None:
        """Return what listens on a public address."""
        found = (one for one in self.listeners() if one.endpoint.kind == "public" and one.endpoint.ip == str(ip))
        return next(found, None)

    def inside(self, vpc_id: str, ip: IPv4Address) -> Listener | None:
        """Return what listens on an address of a VPC."""
        wanted = ("private", vpc_id, str(ip))
        return next((x for x in self.listeners() if (x.endpoint.kind, x.endpoint.vpc, x.endpoint.ip) == wanted), None)
