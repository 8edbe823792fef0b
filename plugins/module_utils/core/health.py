# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the two ends of a connection are in a state in which a connection can work."""

from __future__ import annotations

from .findings import Finding
from .snapshot import Instance, ResourceGroup

_EXPIRED_GROUP = frozenset({"Stop", "Freezed", "Timeout"})
_DEAD_INSTANCE = frozenset({"Deleting", "Released", "Stopped", "Stopping"})


def of_group(group: ResourceGroup) -> list[Finding]:
    """Return what the resource group's state has against a connection."""
    if group.status == "Normal":
        return []
    code = "RG_EXPIRED" if group.status in _EXPIRED_GROUP else "RG_BAD_STATE"
    return [Finding(code, group.id, f"resource group {group.name} is {group.status}", region=group.region)]


def of_instance(instance: Instance, public: bool) -> list[Finding]:
    """Return what the instance's network type, state, lock and endpoints have against a connection."""
    found = []

    def say(code: str, evidence: str, repair: str = "") -> None:
        found.append(Finding(code, instance.id, evidence, region=instance.region, repair=repair))

    classic = instance.network_type == "Classic"
    if classic and not public:
        say(
            "DS_CLASSIC_NETWORK", f"instance {instance.id} is in the classic network, which no resource group can reach"
        )
    if instance.lock_mode not in ("", "Unlock"):
        say("DS_BAD_STATE", f"instance {instance.id} is locked ({instance.lock_mode})")
    elif instance.status in _DEAD_INSTANCE:
        say("DS_BAD_STATE", f"instance {instance.id} is {instance.status}")
    elif instance.status != "Running":
        say("DS_BUSY", f"instance {instance.id} is {instance.status}")
    if public and instance.endpoint("Public") is None:
        say("DS_ENDPOINT_MISSING", f"instance {instance.id} has no public endpoint")
    if not public and not classic and instance.endpoint("Private") is None:
        always = "Find out why the instance shows no internal endpoint; it always has one"
        say("DS_ENDPOINT_MISSING", f"instance {instance.id} has no private endpoint", always)
    return found
