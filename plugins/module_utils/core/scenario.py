# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the connection scenarios applies: found out from what is observed, never asked for."""

from __future__ import annotations

SAME_REGION = "same_region"
CROSS_REGION = "cross_region"
CROSS_ACCOUNT = "cross_account"
DATA_CENTER = "data_center"
INTERNET = "internet"
UNDETERMINED = "undetermined"


def detect(*, public: bool, source: tuple[str, str] | None, target: tuple[str, str] | None) -> str:
    """Return the scenario of a path between two (account, region) places; None stands for a place not known."""
    if public:
        return INTERNET
    if source is None or target is None:
        return UNDETERMINED
    if source[0] != target[0]:
        return CROSS_ACCOUNT
    return SAME_REGION if source[1] == target[1] else CROSS_REGION
