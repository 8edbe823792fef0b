# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a world file may say about the resources of an account in a region, and about how the products behave."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.products.dataworks.schema import ResourceGroup, Workspace
from simulator.products.rds.schema import Instance, WhitelistTemplate
from simulator.products.vpc.schema import Eip, Vpc
from simulator.references import reference_problems
from simulator.section import Decision, ErrorShape, Pace, PaceSetting, Section

__all__ = ["CloudSettings", "RegionSection", "reference_problems"]


class RegionSection(Section):
    """Everything one account owns in one region."""

    vpcs: list[Vpc] = []
    eips: list[Eip] = []
    rds_instances: list[Instance] = []
    whitelist_templates: list[WhitelistTemplate] = []
    resource_groups: list[ResourceGroup] = []
    workspaces: list[Workspace] = []


class BusyAfterWhitelistChange(Section):
    """Which status an instance shows after a change of its whitelist, and how long."""

    status: str = "TRANSING"
    pace: PaceSetting = Pace(polls=1)


class CloudSettings(Section):
    """How the products behave where the documentation leaves a choice."""

    network_transition: PaceSetting = Pace(polls=2)
    deleted_network_visible: PaceSetting = Pace(polls=1)
    route_entry_transition: PaceSetting = Pace(polls=1)
    whitelist_effect: PaceSetting = Pace()
    busy_after_whitelist_change: BusyAfterWhitelistChange | None = None

    dataworks_page_size: int = Field(default=10, ge=1)
    dataworks_max_page_size: int = Field(default=100, ge=1)
    ignore_page_size: bool = False

    exclusive_group_networks: Literal["refuse", "empty"] = "refuse"
    exclusive_group_error: ErrorShape = ErrorShape(code="InvalidParameter")
    missing_object: Literal["empty", "error"] = "empty"
    duplicate_network: Literal["refuse", "create", "existing"] = "refuse"
    second_vswitch_of_bound_vpc: Decision = "refuse"
    networks_per_group: int = Field(default=10, ge=1)
    default_network_deletion: Decision = "refuse"
    network_with_routes: Literal["refuse", "cascade"] = "refuse"
    visible_vpc_routes: bool = False
    route_host_bits: Literal["refuse", "normalise"] = "refuse"
    implicit_route_secondary_cidrs: bool = True
    repeated_association: Literal["accept", "refuse"] = "accept"
    data_source_total: Literal["groups", "entries"] = "groups"
    mask_secrets: bool = True

    instance_not_found: ErrorShape = ErrorShape(code="InvalidDBInstanceId.NotFound")
    whitelist_group_limit: int = Field(default=200, ge=1)
    whitelist_entry_limit: int = Field(default=1000, ge=1)
    whitelist_group_name: str = "^[a-z][a-z0-9_]{0,30}[a-z0-9]$"
    append_present_entry: Literal["refuse", "ignore"] = "refuse"
    delete_absent_entry: Literal["refuse", "ignore"] = "refuse"
    delete_absent_entry_error: ErrorShape = ErrorShape(code="SecurityIPList.Format")
    delete_last_entry_error: ErrorShape = ErrorShape(code="InvalidSecurityIPListLength.Malformed")
    delete_matches: Literal["spelling", "network"] = "spelling"
    cover_with_nothing: Literal["refuse", "delete_group"] = "refuse"
    overlap_refused_for: list[Literal["MySQL", "PostgreSQL", "SQLServer", "MariaDB"]] = ["MySQL"]
    network_type_on_normal_instance: Literal["refuse", "as_mix"] = "refuse"
    system_group_writes: Literal["restored", "kept", "refused"] = "restored"
    templates_in_ip_array_list: bool = False
    security_group_clear_word: Literal["both", "empty_string", "Empty"] = "both"

    route_entry_limit: int = Field(default=200, ge=1)
    serial_route_changes: bool = True
    next_token_on_last_page: bool = False

    network_acl_filters_rds: bool = False
    public_route_needed: bool = False
