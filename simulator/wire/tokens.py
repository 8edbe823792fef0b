# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ClientToken memory: a repeated write gets the first answer instead of a second effect."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from simulator.operation import ApiError, Body

if TYPE_CHECKING:
    from collections.abc import Mapping

Key = tuple[str, str, str, str, str]


class ClientTokens:
    """Remembers which writes went well under which token."""

    def __init__(self) -> None:
        self._answers: dict[Key, tuple[dict[str, str], Body]] = {}

    def recall(self, key: Key, params: Mapping[str, str]) -> Body | None:
        """Return the answer given before under this token; other parameters are refused."""
        if key not in self._answers:
            return None
        before, answer = self._answers[key]
        if before != dict(params):
            raise ApiError(
                400,
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request. "
                "Do not reuse the client token with different requests, unless the requests are identical.",
            )
        return answer

    def remember(self, key: Key, params: Mapping[str, str], answer: Body) -> None:
        """Keep the answer of a write that went well."""
        self._answers[key] = (dict(params), deepcopy(answer))
