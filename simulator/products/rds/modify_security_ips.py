# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ModifySecurityIps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.operation import ApiError, Body, Call
from simulator.products.rds import addresses
from simulator.products.rds.product import Found, instance_of, rds_operation
from simulator.products.rds.schema import Instance, NetworkType, WhitelistGroup
from simulator.products.rds.templates import attached_templates
from simulator.products.rds.whitelist_effects import SYSTEM_GROUPS, begin_effects
from simulator.settling import settle_instance

_MODES = ("Cover", "Append", "Delete")


@dataclass(frozen=True)
class _Change:
    """What the caller wants of one named group."""

    group: str
    mode: str
    text: str
    entries: list[str]
    attribute: str | None
    network_types: tuple[NetworkType, ...]


@rds_operation("ModifySecurityIps", writes=True)
def modify_security_ips(call: Call) -> Body:
    """Replace, extend or shorten one whitelist group; an unknown group is created, the mode is Cover unless given."""
    found = instance_of(call)
    if not call.has("SecurityIps"):
        call.required("SecurityIps")
    _check_state(call, found)
    change = _read(call, found.instance)
    _check_group(call, found, change)
    readers = _readers(call, found)
    before = [group.model_copy(deep=True) for group in found.instance.whitelist]
    after = _changed(call, found.instance, change)
    _check_size(call, found, after)
    found.instance.whitelist = after
    for reader in readers:
        _copy_groups(found.instance, reader, change)
    begin_effects(call.cloud, found.instance, before)
    return {"TaskId": call.cloud.names.number("task")}


def _check_state(call: Call, found: Found) -> None:
    instance = found.instance
    if instance.status != "Running":
        # A refused attempt is a poll too: a client that only retries the write must get through in the end.
        settle_instance(call.cloud, instance, polled=True)
        raise ApiError(403, "IncorrectDBInstanceState", "Current DB instance state does not support this operation.")
    if instance.lock_mode != "Unlock":
        raise ApiError(
            404, "IncorrectDBInstanceLockMode", "Current DB instance lock mode does not support this operation."
        )
    master = next((one for one in found.section.rds_instances if one.id == instance.master), None)
    if master is not None and master.status != "Running":
        settle_instance(call.cloud, master, polled=True)
        raise ApiError(400, "IncorrectMasterDBInstanceState", "Master instance state does not support this operation.")


def _read(call: Call, instance: Instance) -> _Change:
    mode = call.text("ModifyMode") or "Cover"
    if mode not in _MODES:
        raise ApiError(400, "Parameters.Invalid", "The specified parameter ModifyMode is not valid.")
    if call.text("SecurityIPType", "IPv4").lower() not in ("", "ipv4"):
        raise ApiError(400, "Parameters.Invalid", "The specified parameter SecurityIPType is not valid.")
    attribute = call.text("DBInstanceIPArrayAttribute") if call.has("DBInstanceIPArrayAttribute") else None
    if attribute not in (None, "", "hidden"):
        raise ApiError(400, "InvalidIPArrayAttribute.Format", "The specified format of the IP attribute is invalid.")
    types = _network_types(call, instance)
    name = call.text("DBInstanceIPArrayName") or "default"
    text = call.text("SecurityIps")
    return _Change(
        "default" if name.lower() == "default" else name, mode, text, addresses.parse(text), attribute, types
    )


def _network_types(call: Call, instance: Instance) -> tuple[NetworkType, ...]:
    asked = call.text("WhitelistNetworkType") or "MIX"
    refusal = ApiError(400, "InvalidWhitelistNetType.Malformed", "Specified WhitelistNetType is not valid.")
    if instance.whitelist_mode == "safety":
        types: dict[str, tuple[NetworkType, ...]] = {
            "MIX": ("VPC", "Classic"),
            "VPC": ("VPC",),
            "Classic": ("Classic",),
        }
        if asked not in types:
            raise refusal
        return types[asked]
    silently_mixed = instance.engine == "PostgreSQL" and instance.cloud_disk
    lenient = call.cloud.settings.network_type_on_normal_instance == "as_mix"
    if asked == "MIX" or (asked in ("VPC", "Classic") and (silently_mixed or lenient)):
        return ("MIX",)
    raise refusal


def _check_group(call: Call, found: Found, change: _Change) -> None:
    if change.group in SYSTEM_GROUPS and call.cloud.settings.system_group_writes == "refused":
        raise ApiError(403, "InvalidUserOperatorPermission", "The whitelist group belongs to the system.")
    if change.group in [template.name for template in attached_templates(found)]:
        raise ApiError(
            400, "InvalidGroupName.DuplicatedWithTemplate", "The specified group name is used by a whitelist template."
        )
    names = {group.name for group in found.instance.whitelist}
    if change.group in names or change.mode == "Delete":
        return
    if not re.fullmatch(call.cloud.settings.whitelist_group_name, change.group):
        raise ApiError(400, "Parameters.Invalid", "The specified parameter DBInstanceIPArrayName is not valid.")
    if len(names) >= call.cloud.settings.whitelist_group_limit:
        raise ApiError(400, "InvalidSecurityIPListGroup.QuotaExceeded", "Exceeding the allowed amount of group.")


def _readers(call: Call, found: Found) -> list[Instance]:
    wanted = [one for one in call.text("FreshWhiteListReadins").split(",") if one]
    if wanted and found.instance.engine != "PostgreSQL":
        raise ApiError(400, "InvalidDBInstanceEngineType.Format", "The specified DBInstanceEngineType is not valid.")
    own = {one.id: one for one in found.section.rds_instances if one.master == found.instance.id}
    if not set(wanted) <= set(own):
        raise ApiError(404, "Readins.NotFound", "No read-only instance is attached to the primary instance.")
    return [own[one] for one in wanted]


def _changed(call: Call, instance: Instance, change: _Change) -> list[WhitelistGroup]:
    after = [group.model_copy(deep=True) for group in instance.whitelist]
    for network_type in change.network_types:
        group = next((one for one in after if (one.name, one.network_type) == (change.group, network_type)), None)
        if group is None:
            group = WhitelistGroup(name=change.group, network_type=network_type)
            if change.mode != "Delete":
                after.append(group)
        group.entries = _entries_after(call, instance, group, change)
        if change.attribute is not None:
            group.attribute = "hidden" if change.attribute else ""
    removable = change.mode == "Cover" and not change.entries and change.group != "default"
    return [one for one in after if not (removable and one.name == change.group)]


def _entries_after(call: Call, instance: Instance, group: WhitelistGroup, change: _Change) -> list[str]:
    if not change.entries:
        return _nothing(call, change)
    if change.mode == "Delete":
        return _without(call, group, change.entries)
    present = group.entries if change.mode == "Append" else []
    added = _not_present(call, present, change.entries)
    if instance.engine in call.cloud.settings.overlap_refused_for and addresses.overlaps(added, present):
        raise addresses.unusable()
    return [*present, *added]


def _nothing(call: Call, change: _Change) -> list[str]:
    if change.mode == "Cover" and (
        change.group == "default" or call.cloud.settings.cover_with_nothing == "delete_group"
    ):
        return []
    raise ApiError(400, "SecurityIPList.Format", "Specified SecurityIPList is not valid.")


def _not_present(call: Call, present: list[str], wanted: list[str]) -> list[str]:
    networks = addresses.networks_of(present)
    added = [entry for entry in wanted if addresses.network_of(entry) not in networks]
    if len(added) < len(wanted) and call.cloud.settings.append_present_entry == "refuse":
        raise addresses.duplicate()
    return added


def _without(call: Call, group: WhitelistGroup, unwanted: list[str]) -> list[str]:
    settings = call.cloud.settings
    by_spelling = settings.delete_matches == "spelling"
    gone = set(unwanted) if by_spelling else set(addresses.networks_of(unwanted))
    present = [entry if by_spelling else addresses.network_of(entry) for entry in group.entries]
    if not gone <= set(present) and settings.delete_absent_entry == "refuse":
        shape = settings.delete_absent_entry_error
        raise ApiError(
            shape.status, shape.code, "Specified SecurityIPList is not valid: the address is not in the list."
        )
    left = [entry for entry, key in zip(group.entries, present, strict=True) if key not in gone]
    if not left and group.entries:
        shape = settings.delete_last_entry_error
        raise ApiError(shape.status, shape.code, "At least one IP address must remain in the whitelist group.")
    return left


def _check_size(call: Call, found: Found, groups: list[WhitelistGroup]) -> None:
    own = sum(len(group.entries) for group in groups)
    attached = sum(len(template.entries) for template in attached_templates(found))
    if own + attached > call.cloud.settings.whitelist_entry_limit:
        raise addresses.unusable()


def _copy_groups(source: Instance, target: Instance, change: _Change) -> None:
    copies = [group.model_copy(deep=True) for group in source.whitelist if group.name == change.group]
    target.whitelist = [group for group in target.whitelist if group.name != change.group] + copies
