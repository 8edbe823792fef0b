# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identifiers of new objects: the same world and the same calls give the same identifiers."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_REGION_MARKS = {
    "cn-hangzhou": "bp1", "cn-shanghai": "uf6", "cn-beijing": "2ze", "cn-shenzhen": "wz9", "cn-zhangjiakou": "8vb",
    "ap-southeast-1": "t4n", "us-west-1": "rj9", "eu-central-1": "gw8",
}  # fmt: skip
_FIRST_NUMBER = {"network": 1000, "route": 2000, "data_source": 30000, "resource_group": 7000, "task": 500000}


@dataclass
class Names:
    """Hands out identifiers, text and numeric."""

    seed: str
    used: Counter[str] = field(default_factory=Counter)

    def text(self, prefix: str, region: str, length: int = 17) -> str:
        """Return an identifier such as `rte-bp1` followed by letters and digits."""
        self.used[prefix] += 1
        number = int.from_bytes(hashlib.sha256(f"{self.seed}/{prefix}/{self.used[prefix]}".encode()).digest(), "big")
        letters = []
        for _ in range(length):
            number, rest = divmod(number, 36)
            letters.append(_DIGITS[rest])
        return f"{prefix}-{_REGION_MARKS.get(region, 'm5e')}{''.join(letters)}"

    def number(self, kind: str) -> int:
        """Return the next number of a kind."""
        self.used[kind] += 1
        return _FIRST_NUMBER.get(kind, 0) + self.used[kind]

    def reserve(self, kind: str, number: int) -> None:
        """Make sure that numbers handed out later are greater than one the world already uses."""
        self.used[kind] = max(self.used[kind], number - _FIRST_NUMBER.get(kind, 0))
