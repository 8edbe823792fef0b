# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may call: access keys, RAM users and RAM roles of an account, as a world file declares them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from simulator.access.documents import NAMED_POLICY, Document
from simulator.world.section import Section

Principal = Annotated[
    str, Field(pattern=r"^([0-9]{16}|acs:ram::[0-9]{16}:(root|user/.+|role/.+)|[a-z0-9.-]+\.aliyuncs\.com)$")
]


def _policy(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(NAMED_POLICY, value):
        raise ValueError("not a policy document and not one of admin, read_only, Aliyun<Product>(Full|ReadOnly)Access")
    return {"named": value} if isinstance(value, str) else value


class NamedPolicy(Section):
    """A policy given by name: `admin`, `read_only` or a system policy such as AliyunVPCReadOnlyAccess."""

    named: str


def _kind_of_policy(value: Any) -> Any:
    value = _policy(value)
    if isinstance(value, dict) and set(value) == {"named"}:
        return NamedPolicy(**value)
    return Document.model_validate(value) if not isinstance(value, Document | NamedPolicy) else value


Policy = Annotated[Document | NamedPolicy, BeforeValidator(_kind_of_policy)]


class AccessKey(Section):
    """A long-term access key."""

    id: Annotated[str, Field(min_length=4, pattern=r"^[A-Za-z0-9_-]+$")]
    secret: Annotated[str, Field(min_length=4)]
    status: Literal["Active", "Inactive"] = "Active"


class User(Section):
    """A RAM user: without policies it may do nothing but ask who it is."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    access_keys: list[AccessKey] = []
    policies: list[Policy] = []


class Trust(Section):
    """A principal that may assume a role, if need be only with the external id that was agreed."""

    principal: Principal
    external_id: str | None = None


def _trust(value: Any) -> Any:
    return {"principal": value} if isinstance(value, str) else value


class Role(Section):
    """A RAM role: `trust` says who may assume it, `policies` what it may do then."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    trust: list[Annotated[Trust, BeforeValidator(_trust)]]
    policies: list[Policy] = []
    max_session_seconds: Annotated[int, Field(ge=3600, le=43200)] = 3600
