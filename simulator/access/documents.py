# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""RAM policy documents: their grammar, and the policies that are known by name."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

NAMED_POLICY = (
    r"admin|read_only|AdministratorAccess|ReadOnlyAccess|AliyunSTSAssumeRoleAccess|Aliyun[A-Za-z]+(Full|ReadOnly)Access"
)
OPERATORS = frozenset(
    {
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "Bool",
        "IpAddress",
        "NotIpAddress",
    }
)
_PRODUCT_OF_POLICY = {"rds": "rds", "vpc": "vpc", "cen": "cen", "dataworks": "dataworks", "ecs": "ecs", "nis": "nis"}
_READING = ("Describe*", "List*", "Get*")


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_many), Field(min_length=1)]


def _known_action(actions: list[str]) -> list[str]:
    for action in actions:
        if action != "*" and not re.fullmatch(r"[A-Za-z0-9*-]+:[A-Za-z0-9*?:]+", action):
            raise ValueError(f"'{action}' is not an action (product:Operation)")
    return actions


Actions = Annotated[Texts, AfterValidator(_known_action)]


def _known_operators(condition: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(condition) - OPERATORS)
    if unknown:
        raise ValueError(f"condition operator {unknown[0]} is not simulated (known: {', '.join(sorted(OPERATORS))})")
    return condition


class Statement(BaseModel):
    """One statement of a policy."""

    model_config = ConfigDict(extra="forbid")

    Effect: Literal["Allow", "Deny"]
    Action: Actions | None = None
    NotAction: Actions | None = None
    Resource: Texts | None = None
    NotResource: Texts | None = None
    Condition: Annotated[dict[str, dict[str, Texts]], AfterValidator(_known_operators)] = {}

    @model_validator(mode="after")
    def _one_of_each(self) -> Statement:
        if (self.Action is None) == (self.NotAction is None):
            raise ValueError("a statement needs either Action or NotAction")
        if (self.Resource is None) == (self.NotResource is None):
            raise ValueError("a statement needs either Resource or NotResource")
        return self


class Document(BaseModel):
    """A RAM policy document."""

    model_config = ConfigDict(extra="forbid")

    Version: Literal["1"] = "1"
    Statement: Annotated[list[Statement], BeforeValidator(lambda value: [value] if isinstance(value, dict) else value)]


def named_policy(name: str) -> Document:
    """Return the document behind a name such as `admin`, `read_only` or AliyunRDSReadOnlyAccess."""
    if name in {"admin", "AdministratorAccess"}:
        return _allow(["*"])
    if name in {"read_only", "ReadOnlyAccess"}:
        return _allow([f"*:{verb}" for verb in _READING])
    if name == "AliyunSTSAssumeRoleAccess":
        return _allow(["sts:AssumeRole"])
    match = re.fullmatch(r"Aliyun([A-Za-z]+?)(Full|ReadOnly)Access", name)
    if match is None:
        raise ValueError(f"unknown policy {name}")
    product = _PRODUCT_OF_POLICY.get(match.group(1).lower(), match.group(1).lower())
    return _allow([f"{product}:*"] if match.group(2) == "Full" else [f"{product}:{verb}" for verb in _READING])


def _allow(actions: list[str]) -> Document:
    return Document(Statement=[Statement(Effect="Allow", Action=actions, Resource=["*"])])
