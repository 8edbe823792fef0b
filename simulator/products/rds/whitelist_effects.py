# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows a change of a whitelist: traffic sees it later, the instance may be busy, the platform may object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.products.rds.schema import Instance, WhitelistGroup
from simulator.section import Pace
from simulator.settling import effect_key, platform_key, status_key

if TYPE_CHECKING:
    from simulator.cloud import Cloud

_RESTORED_AFTER = Pace(polls=1)
SYSTEM_GROUPS = frozenset({"ali_dms_group", "hdm_security_ips", "dms", "dts"})


def begin_effects(cloud: Cloud, instance: Instance, before: list[WhitelistGroup]) -> None:
    """Start everything that a change of the whitelist sets in motion."""
    _delay_traffic(cloud, instance, before)
    _keep_busy(cloud, instance)
    _schedule_restoration(cloud, instance, before)


def _delay_traffic(cloud: Cloud, instance: Instance, before: list[WhitelistGroup]) -> None:
    cloud.lagging_whitelists.setdefault(instance.id, before)
    phases = [("spreading", cloud.settings.whitelist_effect)]
    if cloud.transitions.start(effect_key(instance), phases, "effective") == "effective":
        del cloud.lagging_whitelists[instance.id]


def _keep_busy(cloud: Cloud, instance: Instance) -> None:
    busy = cloud.settings.busy_after_whitelist_change
    if busy is not None:
        instance.status = cloud.transitions.start(status_key(instance), [(busy.status, busy.pace)], "Running")


def _schedule_restoration(cloud: Cloud, instance: Instance, before: list[WhitelistGroup]) -> None:
    if cloud.settings.system_group_writes != "restored":
        return
    for old in before:
        new = next(
            (one for one in instance.whitelist if one.name == old.name and one.network_type == old.network_type), None
        )
        protected = old.name in SYSTEM_GROUPS or old.attribute == "hidden"
        if new is not None and protected and new.entries != old.entries:
            key = platform_key(instance, old.name, old.network_type)
            cloud.platform_entries.setdefault(key, old.entries)
            cloud.transitions.start(key, [("overwritten", _RESTORED_AFTER)], "restored")
