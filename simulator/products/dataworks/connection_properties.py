# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ConnectionProperties of a data source must contain, by type and mode."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.operation import ApiError

_LOGIN = ("database", "username", "password")
_REQUIRED: dict[tuple[str, str], tuple[str, ...]] = {
    ("mysql", "InstanceMode"): ("regionId", "instanceId", *_LOGIN),
    ("mysql", "UrlMode"): ("address", *_LOGIN),
    ("postgresql", "InstanceMode"): ("regionId", "instanceId", *_LOGIN),
    ("postgresql", "UrlMode"): ("address", *_LOGIN),
    ("sqlserver", "InstanceMode"): ("regionId", "instanceId", *_LOGIN),
    ("sqlserver", "UrlMode"): ("address", *_LOGIN),
    ("mariadb", "UrlMode"): ("address", *_LOGIN),
}
_KNOWN_TYPES = frozenset(name for name, _ in _REQUIRED)
_ONE_ADDRESS = frozenset({"sqlserver", "mariadb"})


def read(text: str, kind: str, mode: str) -> dict[str, Any]:
    """Parse and check ConnectionProperties; types the simulator does not know are checked for envType only."""
    try:
        properties = json.loads(text)
    except ValueError:
        raise _bad("it is not JSON") from None
    if not isinstance(properties, dict):
        raise _bad("it is not an object")
    if properties.get("envType") not in ("Dev", "Prod"):
        raise _bad("envType must be Dev or Prod")
    if kind in _KNOWN_TYPES:
        _check(properties, kind, mode)
    return properties


def _check(properties: Mapping[str, Any], kind: str, mode: str) -> None:
    if (kind, mode) not in _REQUIRED:
        raise ApiError(400, "InvalidParameter", f"The type {kind} does not support {mode}.")
    for key in _REQUIRED[kind, mode]:
        if properties.get(key) in (None, "", []):
            raise _bad(f"{key} is missing")
    if mode == "UrlMode":
        _check_addresses(properties["address"], kind)


def _check_addresses(addresses: object, kind: str) -> None:
    if not isinstance(addresses, list) or (kind in _ONE_ADDRESS and len(addresses) != 1):
        raise _bad("address must be a list" + (" of one item" if kind in _ONE_ADDRESS else ""))
    for address in addresses:
        if not isinstance(address, dict) or not address.get("host") or not str(address.get("port", "")).isdigit():
            raise _bad("every address has host and port")


def _bad(reason: str) -> ApiError:
    return ApiError(400, "InvalidParameter", f"The specified ConnectionProperties is not valid: {reason}.")
