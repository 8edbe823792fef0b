# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what happens in a play as lines of JSON, beside the output that people read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: recorded_events
type: aggregate
short_description: Lines of JSON for tests
description: Writes one line for each result and one for the recap to the file named by RECORDED_EVENTS.
"""


class CallbackModule(CallbackBase):
    """One line per result, loop items included in it; the last line is the recap."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "recorded_events"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        """Note a task that went well, changed or not."""
        self._note("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Note a task that failed."""
        self._note("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Note a host that could not be reached."""
        self._note("unreachable", result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Note the recap."""
        self._write({"event": "recap", "hosts": {host: stats.summarize(host) for host in sorted(stats.processed)}})

    def _note(self, event: str, result: Any) -> None:
        task = result._task
        self._write(
            {
                "event": event,
                "host": result._host.get_name(),
                "task": task.get_name(),
                "action": task.action,
                "result": dict(result._result),
            }
        )

    @staticmethod
    def _write(line: dict[str, Any]) -> None:
        with Path(os.environ["RECORDED_EVENTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")
