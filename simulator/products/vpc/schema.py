# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of a world file that describe VPCs, route tables, network ACLs, NAT gateways and elastic IP addresses."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from simulator.section import Address, Cidr, LooseText, Named, Section

NextHopType = Literal[
    "Instance", "HaVip", "VpnGateway", "NatGateway", "NetworkInterface", "RouterInterface", "IPv6Gateway", "Attachment",
    "Ipv4Gateway", "GatewayEndpoint", "CenBasic", "Ecr", "VpcPeer", "GatewayLoadBalancerEndpoint", "RouteTargetGroup",
]  # fmt: skip


def _port_range(text: str) -> str:
    first, _, last = text.partition("/")
    low, high = int(first), int(last)
    if (low, high) != (-1, -1) and not 1 <= low <= high <= 65535:
        raise ValueError("a port range is written 3306/3306 or 1/65535, or -1/-1 for all ports")
    return text


class VSwitch(Named):
    """A subnet of a VPC in one zone."""

    id: str
    zone: str
    cidr: Cidr
    status: Literal["Pending", "Available"] = "Available"
    route_table: str | None = None
    network_acl: str | None = None
    used_ips: int = Field(default=0, ge=0)
    is_default: bool = False
    resource_group: str = ""

    @property
    def free_ips(self) -> int:
        """Return the addresses left; four of every vSwitch are reserved."""
        return max(0, IPv4Network(self.cidr).num_addresses - 4 - self.used_ips)


class RouteEntry(Named):
    """A custom or learned entry of a route table; entries of the system follow from the vSwitches."""

    id: str = ""
    destination: Cidr
    next_hop_type: NextHopType
    next_hop: str
    type: Literal["Custom", "BGP", "CEN", "ECR"] = "Custom"
    status: Literal["Pending", "Available", "Modifying", "Deleting"] = "Available"


class RouteTable(Named):
    """A route table of a VPC; vSwitches without one of their own use the System table."""

    id: str
    type: Literal["System", "Custom"] = "Custom"
    status: Literal["Pending", "Available", "Deleting"] = "Available"
    route_propagation: bool = True
    resource_group: str = ""
    entries: list[RouteEntry] = []


class AclRule(Section):
    """One rule of a network ACL; the first rule that matches decides, no match drops."""

    id: str = ""
    name: str = ""
    description: str = ""
    policy: Literal["accept", "drop"] = "accept"
    protocol: Literal["all", "tcp", "udp", "icmp", "gre"] = "all"
    cidr: Cidr = "0.0.0.0/0"
    port: Annotated[str, AfterValidator(_port_range)] = "-1/-1"


class NetworkAcl(Named):
    """A stateless filter on the interfaces of the vSwitches that name it."""

    id: str
    status: Literal["Available", "Modifying"] = "Available"
    ingress: list[AclRule] = []
    egress: list[AclRule] = []


class SnatEntry(Section):
    """A rule that gives traffic of a vSwitch or CIDR the public addresses of the NAT gateway."""

    id: str = ""
    name: str = ""
    source_vswitch: str | None = None
    source_cidr: Cidr | None = None
    snat_ips: list[Address] = Field(min_length=1)
    status: Literal["Pending", "Available", "Deleting"] = "Available"


class NatGateway(Named):
    """A NAT gateway in one vSwitch of the VPC; EIPs name it as their instance."""

    id: str
    vswitch: str
    network_type: Literal["internet", "intranet"] = "internet"
    status: Literal["Creating", "Available", "Modifying", "Deleting", "Converting"] = "Available"
    business_status: Literal["Normal", "FinancialLocked"] = "Normal"
    private_ip: Address | None = None
    snat_table: str = ""
    forward_table: str = ""
    resource_group: str = ""
    snat_entries: list[SnatEntry] = []


class Vpc(Named):
    """A virtual private cloud with everything inside it."""

    id: str
    cidr: Cidr
    secondary_cidrs: list[Cidr] = []
    user_cidrs: list[Cidr] = []
    status: Literal["Pending", "Available"] = "Available"
    is_default: bool = False
    resource_group: str = ""
    vrouter: str = ""
    vswitches: list[VSwitch] = []
    route_tables: list[RouteTable] = []
    network_acls: list[NetworkAcl] = []
    nat_gateways: list[NatGateway] = []

    @property
    def networks(self) -> list[IPv4Network]:
        """Return the primary and secondary CIDRs."""
        return [IPv4Network(cidr) for cidr in [self.cidr, *self.secondary_cidrs]]

    def system_table(self) -> RouteTable:
        """Return the table used by vSwitches without one of their own."""
        return next(table for table in self.route_tables if table.type == "System")

    def table_of(self, vswitch: VSwitch) -> RouteTable:
        """Return the table that decides where packets leaving a vSwitch go."""
        named = (table for table in self.route_tables if table.id == vswitch.route_table)
        return next(named, None) or self.system_table()


class Eip(Named):
    """An elastic IP address, free or bound to a NAT gateway (or to something the simulator does not know)."""

    id: str
    ip: Address
    status: Literal["Associating", "Unassociating", "InUse", "Available", "Releasing"] | None = None
    instance: str | None = None
    instance_type: Literal["Nat", "EcsInstance", "SlbInstance", "HaVip", "NetworkInterface", "IpAddress"] = "Nat"
    bandwidth: LooseText = "100"
    isp: str = "BGP"
    mode: Literal["NAT", "MULTI_BINDED", "BINDED"] = "NAT"
    charge_type: Literal["PostPaid", "PrePaid"] = "PostPaid"
    internet_charge_type: Literal["PayByTraffic", "PayByBandwidth"] = "PayByTraffic"
    business_status: Literal["Normal", "FinancialLocked"] = "Normal"
    locks: list[str] = []
    resource_group: str = ""

    @property
    def effective_status(self) -> str:
        """Return the status, which follows from the binding unless the world says otherwise."""
        return self.status or ("InUse" if self.instance else "Available")
