# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks what is made, so that a later disconnect can tell it from what was there before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..api.errors import REPEATABLE, REREAD, CloudError, Kind
from ..api.vpc import VpcService
from ..core import marks
from .module import Task


class Mark:
    """The tag that marks one object as made here: it comes before the object, and goes when the object is not ours."""

    def __init__(self, task: Task, key: str, vswitch_id: str) -> None:
        self._task = task
        self._key = key
        self._vswitch_id = vswitch_id
        self._wanted = bool(task.options["record"] and vswitch_id and not task.check_mode)
        self._answer_lost = False

    @contextmanager
    def making(self) -> Iterator[None]:
        """Mark what the body makes, first; take the mark off where it is refused, or somebody else was quicker."""
        self._put()
        try:
            yield
        except CloudError as error:
            theirs = error.kind is Kind.DUPLICATE and not self._answer_lost
            if theirs or error.kind not in REREAD:
                self.forget()
            self._answer_lost = self._answer_lost or error.kind in REPEATABLE
            raise

    def forget(self) -> None:
        """Take the mark off something that is gone or is not ours."""
        if not self._wanted:
            return
        try:
            VpcService(self._task.cloud, self._task.region).untag_vswitch(self._vswitch_id, self._key)
        except CloudError as error:
            if error.kind is not Kind.GONE:
                self._task.warn(f"{error}. The tag refers to nothing now; remove it in the VPC console.")

    def _put(self) -> None:
        """Without the mark disconnect leaves the object in place, so a refusal is a warning only."""
        if not self._wanted:
            return
        try:
            VpcService(self._task.cloud, self._task.region).tag_vswitch(self._vswitch_id, self._key, marks.VALUE)
        except CloudError as error:
            self._task.warn(f"{error}. Without this tag a later disconnect leaves the object in place.")
