# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""STS 2015-04-01: who the keys belong to, and temporary keys of a role."""

from __future__ import annotations

from . import operations as op
from .client import Cloud
from .credentials import Keys, KeySource, assumed
from .errors import CloudError, Kind


def account_of(cloud: Cloud, region: str) -> str:
    """GetCallerIdentity: the 16-digit id of the account, as text."""
    try:
        body = cloud.call(op.GET_CALLER_IDENTITY, region, "find out whose access key this is", {})
    except CloudError as error:
        if error.kind in (Kind.UNREACHABLE, Kind.GARBLED):
            error.hint = error.hint or f"check that {region} is a region, and endpoint_url"
        raise
    return str(body.get("AccountId") or "")


def role_source(cloud: Cloud, region: str, role_arn: str, session_name: str = "dataworks-network") -> KeySource:
    """AssumeRole: keys of a role, assumed once and again shortly before they expire."""

    def fetch() -> Keys:
        parameters = {"RoleArn": role_arn, "RoleSessionName": session_name, "DurationSeconds": 3600}
        try:
            return assumed(cloud.call(op.ASSUME_ROLE, region, f"assume role {role_arn}", parameters))
        except CloudError as error:
            error.kind = Kind.CREDENTIALS
            raise

    return KeySource(fetch)
