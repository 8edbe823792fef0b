# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of explanation codes, and the findings that a path walk makes of them."""

from __future__ import annotations

from dataclasses import dataclass

REFUSE = "refuse"
"""Impossible as it stands: nothing may be written for this connection."""
REPAIR = "repair"
"""The collection repairs it."""
MANUAL = "manual"
"""People repair it in a console; whatever else can be done is done."""
UNKNOWN = "unknown"
"""Could not be seen: nothing may be written until it can."""
NOTE = "note"
"""Said, but no obstacle."""


@dataclass(frozen=True)
class Kind:
    """What a code means wherever it appears: the stage of the path, how it is dealt with, the repair in words."""

    stage: str
    treatment: str
    repair: str


CATALOGUE: dict[str, Kind] = {
    "UNKNOWN_RESOURCE": Kind("input", UNKNOWN, "Give credentials that may read it"),
    "RG_BAD_STATE": Kind(
        "resource group", REFUSE, "Wait until the resource group is Normal, or repair it in the DataWorks console"
    ),
    "RG_EXPIRED": Kind("resource group", REFUSE, "Renew or start the resource group in the DataWorks console"),
    "RG_NOT_IN_WORKSPACE": Kind("resource group", REPAIR, "AssociateProjectToResourceGroup"),
    "RG_NOT_BOUND": Kind("resource group", REPAIR, "CreateNetwork"),
    "RG_BOUND_TO_OTHER_VPC": Kind("resource group", REPAIR, "CreateNetwork adds a second network"),
    "RG_NO_EGRESS_NETWORK": Kind(
        "resource group", REFUSE, "Bind it to a VPC with an Internet NAT gateway first (module resource_group_network)"
    ),
    "RG_NETWORK_BAD_STATE": Kind("resource group", REPAIR, "Wait until the network is Running"),
    "RG_VSWITCH_GONE": Kind("resource group", REFUSE, "Bind the resource group to a vSwitch that exists"),
    "RG_VSWITCH_NO_FREE_IP": Kind("resource group", REFUSE, "Choose a vSwitch with free addresses (option vswitch)"),
    "RG_VPC_CIDR_FORBIDDEN": Kind(
        "resource group", REFUSE, "Serverless resource groups cannot use VPCs in 21.0.0.0/8; move the data source"
    ),
    "RG_NETWORKS_OVERLAP": Kind(
        "address", REFUSE, "Re-address one of the VPCs, or use a resource group without the other network"
    ),
    "RG_NO_ROUTE": Kind("resource group route", REPAIR, "CreateRoute"),
    "RG_ROUTE_CONSOLE_ONLY": Kind("resource group route", MANUAL, "Add the route in the DataWorks console"),
    "RG_BINDING_CONSOLE_ONLY": Kind("resource group", MANUAL, "Bind the VPC in the DataWorks console"),
    "DS_CLASSIC_NETWORK": Kind(
        "data source",
        REFUSE,
        (
            "Move the instance into a VPC (ModifyDBInstanceNetworkType), or give it a public endpoint and use "
            "network_path: public"
        ),
    ),
    "DS_BAD_STATE": Kind("data source", REFUSE, "Bring the instance back to Running and unlocked"),
    "DS_BUSY": Kind("data source", REPAIR, "Wait until the instance is Running"),
    "DS_ENDPOINT_MISSING": Kind("data source", MANUAL, "Allocate the endpoint (AllocateInstancePublicConnection)"),
    "DISCONNECTED_VPCS": Kind(
        "VPC route",
        REFUSE,
        "Join the two networks first; connections across regions and accounts are not automated yet",
    ),
    "NACL_EGRESS_DENY": Kind("filter", MANUAL, "Allow the traffic in the network ACL's outbound rules (VPC console)"),
    "NACL_INGRESS_DENY": Kind("filter", MANUAL, "Allow the traffic in the network ACL's inbound rules (VPC console)"),
    "NAT_MISSING": Kind("Internet", MANUAL, "Create an Internet NAT gateway in the bound VPC (billable)"),
    "SNAT_ENTRY_MISSING": Kind("Internet", MANUAL, "Create an SNAT entry for the bound vSwitch"),
    "EIP_MISSING": Kind("Internet", MANUAL, "Associate an EIP with the SNAT entry (billable)"),
    "EIP_CHANGED": Kind("Internet", REFUSE, "Correct or drop the option eip"),
    "EIP_NOT_DECLARED": Kind(
        "Internet",
        REFUSE,
        "Read the EIP in the DataWorks console (Details, Basic Information) and give it as option eip",
    ),
    "INTERNET_DEFAULT_ROUTE_MISSING": Kind(
        "Internet", MANUAL, "Add a route 0.0.0.0/0 to the NAT gateway in the vSwitch's route table"
    ),
    "INTERNET_PATH": Kind(
        "Internet", NOTE, "Speed and stability over the Internet are not assured; prefer the private path"
    ),
    "WHITELIST_MISSING": Kind("admission", REPAIR, "ModifySecurityIps"),
    "WHITELIST_PARTIAL": Kind("admission", REPAIR, "ModifySecurityIps"),
    "WHITELIST_WRONG_NETWORK_TYPE": Kind("admission", REPAIR, "ModifySecurityIps with the right network type"),
    "TEST_UNREACHABLE_UNEXPLAINED": Kind(
        "test", MANUAL, "Open the diagnosis tool beside the test in the DataWorks console"
    ),
    "TEST_CONFIG_ERROR": Kind(
        "test", MANUAL, "The network is open; correct user, password or database of the data source"
    ),
    "TEST_UNSUPPORTED": Kind("test", MANUAL, "Wait until the resource group is ready, then test again"),
    "TEST_CONTRADICTS_MODEL": Kind("test", NOTE, "Report the contradiction; DataWorks' own test is believed"),
}


@dataclass(frozen=True)
class Finding:
    """One thing the walk has to say, at one object of the path."""

    code: str
    object_id: str
    evidence: str
    direction: str = "forward"
    region: str = ""
    account: str = ""
    repair: str = ""

    @property
    def kind(self) -> Kind:
        return CATALOGUE[self.code]

    @property
    def blocks(self) -> bool:
        return self.kind.treatment != NOTE

    def as_dict(self) -> dict[str, object]:
        """Return the finding as it is shown and stored."""
        return {
            "code": self.code,
            "stage": self.kind.stage,
            "direction": self.direction,
            "object_id": self.object_id,
            "region": self.region,
            "account": self.account,
            "evidence": self.evidence,
            "repair": self.repair or self.kind.repair,
            "automatable": self.kind.treatment == REPAIR,
            "blocking": self.blocks,
        }
