# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A mistake in a world file, and the base of its sections."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.section import Section

__all__ = ["Path", "Problem", "Section"]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """A mistake at a place of the world file, such as a reference to an object that is not there."""

    path: Path  # as in the file: ("accounts", 0, "regions", "cn-hangzhou", "vpcs", 1, "vswitches", 0, "zone")
    message: str
