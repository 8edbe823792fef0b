# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks what was made, so that a later disconnect can tell it from what was there before."""

from __future__ import annotations

from ..api.errors import CloudError, Kind
from ..api.vpc import VpcService
from ..core.snapshot import ResourceGroup
from .module import Task


def record(task: Task, key: str, group: ResourceGroup, vswitch_id: str) -> None:
    """Mark what was made; without the mark disconnect leaves it in place, so a refusal is a warning only."""
    if task.check_mode or not task.options["record"] or not vswitch_id:
        return
    try:
        VpcService(task.cloud, task.region).tag_vswitch(vswitch_id, key, group.id)
    except CloudError as error:
        task.warn(f"{error}. Without this tag a later disconnect leaves the object in place.")


def forget(task: Task, key: str, vswitch_id: str) -> None:
    if task.check_mode or not task.options["record"] or not vswitch_id:
        return
    try:
        VpcService(task.cloud, task.region).untag_vswitch(vswitch_id, key)
    except CloudError as error:
        if error.kind is not Kind.GONE:
            task.warn(f"{error}. The tag refers to nothing now and does no harm.")
