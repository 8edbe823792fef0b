# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks what is made, so that a later disconnect can tell it from what was there before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..api.errors import REREAD, CloudError, Kind
from ..api.vpc import VpcService
from ..core import marks
from .module import Task


@contextmanager
def marked(task: Task, key: str, vswitch_id: str) -> Iterator[None]:
    """Mark what the body makes, first; take the mark off again where the service refuses to make it."""
    _record(task, key, vswitch_id)
    try:
        yield
    except CloudError as error:
        if error.kind not in REREAD:
            forget(task, key, vswitch_id)
        raise


def _record(task: Task, key: str, vswitch_id: str) -> None:
    """Mark what is about to be made; without the mark disconnect leaves it in place, so a refusal is a warning only."""
    if task.check_mode or not task.options["record"] or not vswitch_id:
        return
    try:
        VpcService(task.cloud, task.region).tag_vswitch(vswitch_id, key, marks.VALUE)
    except CloudError as error:
        task.warn(f"{error}. Without this tag a later disconnect leaves the object in place.")


def forget(task: Task, key: str, vswitch_id: str) -> None:
    """Take the mark of something off that is gone."""
    if task.check_mode or not task.options["record"] or not vswitch_id:
        return
    try:
        VpcService(task.cloud, task.region).untag_vswitch(vswitch_id, key)
    except CloudError as error:
        if error.kind is not Kind.GONE:
            task.warn(f"{error}. The tag refers to nothing now and does no harm.")
