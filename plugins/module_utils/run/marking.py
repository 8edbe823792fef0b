# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks what is made, so that a later disconnect can tell it from what was there before."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from ..api.errors import REPEATABLE, REREAD, CloudError, Kind
from ..api.vpc import VpcService
from ..core import marks
from .module import Task

_KEYS_PER_CALL = 20


class Mark:
    """The tag that marks one object as made here: it comes before the object, and goes when the object is not ours."""

    def __init__(self, task: Task, key: str, vswitch_id: str, *, one_for_all: bool = False) -> None:
        """Take a key of this attempt's own, or the same for all, so that it can be looked for by its whole name."""
        self._task = task
        self._key = key
        self._attempt = key if one_for_all else marks.attempt(key, secrets.token_hex(4))
        self._vswitch_id = vswitch_id
        self._wanted = bool(task.options["record"] and vswitch_id and not task.check_mode)
        self._answer_lost = False

    @contextmanager
    def making(self) -> Iterator[None]:
        """Mark what the body makes, first; take the mark off where it is refused, or somebody else was quicker."""
        if self._wanted:
            self._put()
        try:
            yield
        except CloudError as error:
            theirs = error.kind is Kind.DUPLICATE and not self._answer_lost
            if self._wanted and (theirs or error.kind not in REREAD):
                self._take([self._attempt])
            self._answer_lost = self._answer_lost or error.kind in REPEATABLE
            raise

    def forget(self, with_routes_of: str = "") -> None:
        """Take the marks of all attempts off, and those of a group's routes; the objects are gone."""
        if not self._wanted:
            return
        found = VpcService(self._task.cloud, self._task.region).vswitches_like(self._vswitch_id)
        tags = [tag for vswitch in found for tag in vswitch.tags]
        keys = marks.of(tags, self._key)
        if with_routes_of:
            keys += marks.of_routes(tags, with_routes_of)
        if keys:
            self._take(keys)

    def _put(self) -> None:
        """Without the mark disconnect leaves the object in place, so a refusal is a warning only."""
        try:
            VpcService(self._task.cloud, self._task.region).tag_vswitch(self._vswitch_id, self._attempt, marks.VALUE)
        except CloudError as error:
            self._task.warn(f"{error}. Without this tag a later disconnect leaves the object in place.")

    def _take(self, keys: list[str]) -> None:
        try:
            for start in range(0, len(keys), _KEYS_PER_CALL):
                some = keys[start : start + _KEYS_PER_CALL]
                VpcService(self._task.cloud, self._task.region).untag_vswitch(self._vswitch_id, some)
        except CloudError as error:
            if error.kind is not Kind.GONE:
                self._task.warn(f"{error}. The tag refers to nothing now; remove it in the VPC console.")
