# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks secrets in everything that is kept or shown: by name of the key, inside JSON texts, and by known value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

MASK = "***"
_SECRET_NAME = re.compile(r"secret|passw|token|signature|credential|private_?key", re.IGNORECASE)
_HARMLESS = frozenset({"clienttoken", "nexttoken", "pagetoken"})


def is_secret_name(name: str) -> bool:
    """Tell whether a value under this name has to be masked."""
    return bool(_SECRET_NAME.search(name)) and name.lower() not in _HARMLESS


def redact_params(params: Mapping[str, str], secrets: Sequence[str]) -> dict[str, str]:
    """Return request parameters with every secret masked."""
    return {name: MASK if is_secret_name(name) else _text(value, secrets) for name, value in params.items()}


def redact(value: Any, secrets: Sequence[str]) -> Any:
    """Return a JSON-able structure with every secret masked."""
    if isinstance(value, Mapping):
        return {
            key: MASK if is_secret_name(str(key)) and isinstance(item, str) and item else redact(item, secrets)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact(item, secrets) for item in value]
    return _text(value, secrets) if isinstance(value, str) else value


def _text(value: str, secrets: Sequence[str]) -> str:
    if value[:1] in ("{", "["):
        try:
            return json.dumps(redact(json.loads(value), secrets), ensure_ascii=False)
        except ValueError:
            pass
    for secret in secrets:
        if secret in value:
            value = value.replace(secret, MASK)
    return value
