# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use case: the association of a resource group with a workspace."""

from __future__ import annotations

from typing import Any

from ..api.dataworks import DataWorks
from ..core import marks
from . import selection
from .managing import manage
from .marking import Mark
from .module import Task
from .options import patience_of
from .toggling import Toggle, as_diff, toggled


def workspace(task: Task) -> dict[str, Any]:
    """Associate a resource group with a workspace, or dissociate it."""
    group, target = selection.resource_group(task), selection.workspace(task)
    service = DataWorks(task.cloud, task.region)
    present = task.options["state"] == "present"

    key = marks.key(marks.WORKSPACE, group.id, str(target.id))
    mark = Mark(task, key, task.options["vswitch_id"] or "", one_for_all=True)

    def plan(associated: list[int]) -> Toggle:
        return Toggle((target.id in associated) != present)

    def apply(_change: Toggle) -> None:
        if present:
            with mark.making():
                service.associate(group.id, target.id)
        else:
            service.dissociate(group.id, target.id)

    outcome = manage(
        lambda: service.associated_workspaces(group.id),
        plan,
        apply,
        what=f"the association of {group.name} with workspace {target.name}",
        check_mode=task.check_mode,
        patience=patience_of(task.options),
    )
    if outcome.plan.needed and not present:
        mark.forget()
    header = f"workspaces of resource group {group.name} ({group.region})"
    before = [str(number) for number in outcome.before]
    after = toggled(before, str(target.id), present)
    return {
        "changed": outcome.plan.needed,
        "resource_group_id": group.id,
        "workspace_id": target.id,
        "diff": as_diff(header, before, after),
    }
