# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that every module has, and how they and the environment become access to the cloud."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from typing import Any

from ..api.client import Cloud, Timeouts
from ..api.credentials import KeyOptions, base_source, check_role_arn
from ..api.errors import ConfigurationError
from ..api.identity import role_source
from ..api.waiting import Patience

_REGION = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")
REGION_VARIABLES = ("ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION")

ACCESS_OPTIONS: dict[str, dict[str, Any]] = {
    "profile": {"type": "str"},
    "access_key_id": {"type": "str", "no_log": True},
    "access_key_secret": {"type": "str", "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "role_arn": {"type": "str"},
    "endpoint_url": {"type": "str"},
    "connect_timeout": {"type": "float", "default": 10.0},
    "read_timeout": {"type": "float", "default": 30.0},
    "retry_timeout": {"type": "float", "default": 60.0},
}
REGION_OPTION: dict[str, dict[str, Any]] = {"region": {"type": "str"}}
WAIT_OPTIONS: dict[str, dict[str, Any]] = {
    "wait_timeout": {"type": "float", "default": 600.0},
    "poll_interval": {"type": "float", "default": 10.0},
}


def region_of(parameters: Mapping[str, Any]) -> str:
    """Return the region of an option or of the environment, or raise ConfigurationError."""
    region = parameters.get("region") or next(
        (os.environ[name] for name in REGION_VARIABLES if os.environ.get(name)), ""
    )
    if not region:
        raise ConfigurationError(
            f"option region is not set, nor is {REGION_VARIABLES[0]}; give a region such as cn-hangzhou"
        )
    if not _REGION.fullmatch(str(region)):
        raise ConfigurationError(f"option region is {region!r}; a region looks like cn-hangzhou or ap-southeast-1")
    return str(region)


def cloud_of(parameters: Mapping[str, Any], region: str, writes_allowed: bool) -> Cloud:
    """Return access to the cloud as the options say; nothing is called yet unless a role is to be assumed."""
    for name in ("connect_timeout", "read_timeout", "retry_timeout", "wait_timeout", "poll_interval", "test_timeout"):
        _check_seconds(name, parameters.get(name))
    endpoint_url = parameters.get("endpoint_url") or os.environ.get("ALIBABA_CLOUD_ENDPOINT_URL", "")
    timeouts = Timeouts(parameters["connect_timeout"], parameters["read_timeout"], parameters["retry_timeout"])
    options = KeyOptions(**{name: parameters.get(name) or "" for name in KeyOptions.__dataclass_fields__})
    role_arn = options.role_arn or os.environ.get("ALIBABA_CLOUD_ROLE_ARN", "")
    cloud = Cloud(base_source(options, os.environ), endpoint_url, timeouts, writes_allowed)
    if not role_arn:
        return cloud
    check_role_arn(role_arn)
    keys = role_source(cloud, region, role_arn)
    return Cloud(keys, endpoint_url, timeouts, writes_allowed, ledger=cloud.ledger, limiter=cloud.limiter)


def _check_seconds(name: str, value: float | None) -> None:
    """A test may be given no time at all: it is made once then."""
    if value is None or (value == 0 and name == "test_timeout"):
        return
    if not math.isfinite(value) or value <= 0:
        raise ConfigurationError(f"option {name} is {value:g}; give seconds greater than 0")


def patience_of(parameters: Mapping[str, Any]) -> Patience:
    """Return how long the module may wait for states."""
    return Patience(parameters["wait_timeout"], parameters["poll_interval"])
