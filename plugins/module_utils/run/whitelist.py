# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use case: entries of one whitelist group of an RDS instance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..api.errors import CloudError, Kind
from ..api.rds import APPEND, COVER, DELETE, ENHANCED, Rds
from ..api.waiting import Patience, Waiter, wait
from ..core import cidr, whitelist
from ..core.snapshot import Instance
from . import selection
from .managing import ManagingError, manage
from .module import Task
from .options import patience_of

_PLANS: dict[str, Callable[[Sequence[str], Sequence[cidr.Network]], whitelist.Change]] = {
    "present": whitelist.plan_present,
    "absent": whitelist.plan_absent,
    "exact": whitelist.plan_exact,
}
_ENDED = frozenset({"Deleting", "Released", "Stopped"})


def ensure(task: Task) -> dict[str, Any]:
    """Bring one group to the wanted state; options are checked before anything is called."""
    options = task.options
    whitelist.check_group_name(options["group"])
    parse = whitelist.parse_entries if options["state"] == "absent" else whitelist.check_entries
    networks = parse(options["entries"])
    instance = selection.instance(task)
    _check_instance(instance, options["replicas"])
    result = GroupManager(task, instance, networks).ensure()
    for replica in options["replicas"]:  # RDS passes writes on, but not what the group held before
        caught_up = GroupManager(task, replace(instance, id=replica, replica_ids=()), networks).ensure()
        result["changed"] = result["changed"] or caught_up["changed"]
        result["diff"] = [*_listed(result["diff"]), caught_up["diff"]] if caught_up["changed"] else result["diff"]
    return result


def _listed(diff: Any) -> list[Any]:
    return diff if isinstance(diff, list) else [diff]


class GroupManager:
    """Reads, plans and writes one group of one instance."""

    def __init__(self, task: Task, instance: Instance, networks: list[cidr.Network]) -> None:
        self._task = task
        self._rds = Rds(task.cloud, instance.region)
        self._instance = instance
        self._networks = networks
        self._name: str = task.options["group"]
        self._type = _network_type(instance, task.options["network_type"], networks)
        self._plan = _PLANS[task.options["state"]]
        self._patience: Patience = patience_of(task.options)
        self._templates: int | None = None

    def ensure(self) -> dict[str, Any]:
        """Return the module's result."""
        outcome = manage(
            self._read,
            self._plan_change,
            self._apply,
            what=f"whitelist group {self._name} of {self._instance.id}",
            check_mode=self._task.check_mode,
            patience=self._patience,
        )
        change = outcome.plan
        after = (
            list(change.after if self._task.check_mode else self._held(outcome.after))
            if change.needed
            else list(change.before)
        )
        return {
            "changed": change.needed,
            "rds_instance": self._instance.id,
            "group": self._name,
            "network_type": self._type,
            "entries": after,
            "added": [entry for entry in after if entry not in change.before],
            "removed": [entry for entry in change.before if entry not in after],
            "diff": self._diff(change.before, after),
        }

    def _read(self) -> list[whitelist.Group]:
        return self._rds.whitelist(self._instance.id, self._instance.whitelist_mode)

    def _held(self, groups: list[whitelist.Group]) -> tuple[str, ...]:
        return tuple(
            entry for group in groups if group.name == self._name and self._governs(group) for entry in group.entries
        )

    def _governs(self, group: whitelist.Group) -> bool:
        return self._type == "MIX" or group.network_type == self._type

    def _plan_change(self, groups: list[whitelist.Group]) -> whitelist.Change:
        own = next((group for group in groups if group.name == self._name), None)
        if own is not None and whitelist.is_protected(own):
            raise whitelist.WhitelistError(
                f"group {self._name!r} of {self._instance.id} is hidden or a system group; name a group of your own"
            )
        change = self._plan(self._held(groups), self._networks)
        if change.append:
            whitelist.check_room(groups, change.append, self._template_entries())
        return change

    def _template_entries(self) -> int:
        if self._templates is None:
            self._templates = self._rds.template_entries(self._instance.id)
        return self._templates

    def _apply(self, change: whitelist.Change) -> None:
        self._wait_until_running()
        for mode, entries in ((COVER, change.replace), (APPEND, change.append), (DELETE, change.delete)):
            if entries:
                replicas = [name for name in self._task.options["replicas"] if name in self._instance.replica_ids]
                self._write(mode, entries, replicas)

    def _write(self, mode: str, entries: Sequence[str], replicas: Sequence[str]) -> None:
        """Entries to delete are spelled as read; where RDS finds fault with them, somebody else was quicker."""
        try:
            self._rds.modify_whitelist(self._instance.id, self._name, mode, entries, self._type, replicas)
        except CloudError as error:
            if mode == DELETE and error.code.startswith("SecurityIPList"):
                error.kind = Kind.GONE
            raise

    def _wait_until_running(self) -> None:
        if self._instance.status == "Running":
            return
        waiter = Waiter(f"waited for RDS instance {self._instance.id} to be Running", frozenset({"Running"}), _ENDED)

        def look() -> dict[str, str] | None:
            seen = self._rds.instance(self._instance.id)
            return {"Status": seen.status} if seen else None

        wait(waiter, look, lambda record: str(record["Status"]), self._patience)

    def _diff(self, before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
        header = f"whitelist group {self._name} of {self._instance.id} ({self._instance.region})"
        return {
            "before_header": header,
            "after_header": header,
            "before": "".join(f"{entry}\n" for entry in before),
            "after": "".join(f"{entry}\n" for entry in after),
        }


def _check_instance(instance: Instance, replicas: Sequence[str]) -> None:
    if instance.lock_mode not in ("", "Unlock"):
        raise ManagingError(
            f"RDS instance {instance.id} ({instance.region}) is locked ({instance.lock_mode}); unlock it "
            "first (renew it, or free disk space)"
        )
    if instance.status in _ENDED:
        raise ManagingError(
            f"RDS instance {instance.id} ({instance.region}) is {instance.status}; its whitelist cannot be changed"
        )
    if not replicas:
        return
    if instance.engine.lower() != "postgresql":
        raise ManagingError(
            f"option replicas: only PostgreSQL passes a whitelist on to read-only instances, {instance.id} "
            f"is {instance.engine}; write each instance"
        )
    unknown = sorted(set(replicas) - set(instance.replica_ids))
    if unknown:
        raise ManagingError(
            f"option replicas names {', '.join(unknown)}; the read-only instances of {instance.id} are: "
            f"{', '.join(instance.replica_ids) or 'none'}"
        )


def _network_type(instance: Instance, wanted: str, networks: Sequence[cidr.Network]) -> str:
    if instance.whitelist_mode != ENHANCED:
        return "MIX"
    if wanted == "MIX":
        raise ManagingError(
            f"option network_type is 'MIX': {instance.id} is in enhanced mode, which keeps two lists; "
            "choose VPC or Classic"
        )
    if wanted != "auto":
        return wanted
    public = {cidr.is_public(network) for network in networks}
    if len(public) == 2:
        raise ManagingError(
            f"option entries mixes public and private networks: {instance.id} is in enhanced mode, which "
            "keeps them in two lists; use two tasks"
        )
    return "Classic" if public.pop() else "VPC"
