# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that exist or do not: their plan, and how the change of a list of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Toggle:
    """A plan of one object that is to be made or removed."""

    needed: bool


def toggled(rows: Sequence[str], row: str, present: bool) -> list[str]:
    """Return the rows with one of them added or removed."""
    kept = [item for item in rows if item != row]
    return [*kept, row] if present else kept


def as_diff(header: str, before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Return an Ansible diff of two lists, a row a line."""
    return {
        "before_header": header,
        "after_header": header,
        "before": "".join(f"{row}\n" for row in sorted(before)),
        "after": "".join(f"{row}\n" for row in sorted(after)),
    }
