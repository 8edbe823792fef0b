# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS 2015-04-01: who am I, and temporary credentials of a role."""

from __future__ import annotations

import json
import re
from datetime import datetime

from pydantic import ValidationError

from simulator.access.directory import Identity, Principal, access_denied, permission_error
from simulator.access.documents import Document
from simulator.access.policy import Decision
from simulator.clock import UTC
from simulator.operation import ApiError, Body, Call, operation

VERSION = "2015-04-01"


@operation(product="sts", version=VERSION, action="GetCallerIdentity", writes=False, ram=None)
def get_caller_identity(call: Call) -> Body:
    """Say who signed the request."""
    identity = call.identity
    body: Body = {
        "AccountId": identity.account,
        "IdentityType": identity.type,
        "Arn": identity.arn,
        "PrincipalId": identity.principal_id,
    }
    if identity.type == "AssumedRoleUser":
        body["RoleId"] = identity.principal.id
    else:
        body["UserId"] = identity.principal.id
    return body


def _role_resource(call: Call) -> str:
    return call.text("RoleArn").replace("acs:ram::", "acs:ram:*:", 1)


@operation(product="sts", version=VERSION, action="AssumeRole", writes=False, resource=_role_resource)
def assume_role(call: Call) -> Body:
    """Hand out a temporary credential of a role that trusts the caller."""
    arn, name = call.required("RoleArn"), call.required("RoleSessionName")
    if not re.fullmatch(r"acs:ram::[0-9]{16}:role/[A-Za-z0-9._-]{1,64}", arn, re.IGNORECASE):
        raise ApiError(400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.")
    if not re.fullmatch(r"[A-Za-z0-9.@_-]{2,64}", name):
        raise ApiError(400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.")
    policy = _session_policy(call)
    if call.identity.type == "Account":
        raise ApiError(403, "NoPermission", "Roles may not be assumed by root accounts.")
    role = call.directory.role(arn)
    if role is None:
        raise ApiError(404, "EntityNotExist.Role", "The specified Role not exists.")
    seconds = _duration(call, role)
    _check_trust(call, role)
    expires = call.clock.timestamp() + seconds
    credential = call.directory.open_session(role, name, policy, expires)
    return {
        "AssumedRoleUser": {
            "Arn": f"{role.arn}/{name}",
            "AssumedRoleId": f"{role.id}:{name}",
        },
        "Credentials": {
            "AccessKeyId": credential.key_id,
            "AccessKeySecret": credential.secret,
            "SecurityToken": credential.token,
            "Expiration": datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }


def _duration(call: Call, role: Principal) -> int:
    try:
        seconds = call.integer("DurationSeconds", 3600)
    except ApiError:
        seconds = None
    if seconds is None or not 900 <= seconds <= role.max_session_seconds:
        limit = f"{role.max_session_seconds // 3600}hr"
        raise ApiError(
            400, "InvalidParameter.DurationSeconds", f"The Min/Max value of DurationSeconds is 15min/{limit}."
        )
    return seconds


def _session_policy(call: Call) -> Document | None:
    text = call.text("Policy")
    if text == "":
        return None
    grammar = ApiError(400, "InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check.")
    if len(text) > 2048:
        raise grammar
    try:
        return Document.model_validate(json.loads(text))
    except (ValidationError, ValueError):
        raise grammar from None


def _check_trust(call: Call, role: Principal) -> None:
    external_id = call.text("ExternalId")
    for trust in role.trust:
        if _is_meant(trust.principal, call.identity) and trust.external_id in (None, external_id):
            return
    decision = Decision(False, "ImplicitDeny", "AssumeRolePolicy")
    raise access_denied(call.identity, "sts:AssumeRole", decision, permission_error("sts"))


def _is_meant(principal: str, caller: Identity) -> bool:
    """Tell whether a trust policy's principal means the caller; an account means everybody in it."""
    return principal in {caller.account, f"acs:ram::{caller.account}:root", caller.principal.arn, caller.arn}
