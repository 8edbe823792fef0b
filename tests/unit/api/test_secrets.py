# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A canary in every secret: it never shows in an error, a repr, a traceback, a log or the ledger."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest

from ansible_collections.dataworks.network.plugins.module_utils.api import operations as op
from ansible_collections.dataworks.network.plugins.module_utils.api.client import Timeouts
from ansible_collections.dataworks.network.plugins.module_utils.api.credentials import KeyOptions, Keys, KeySource
from ansible_collections.dataworks.network.plugins.module_utils.api.errors import CloudError
from tests.unit.api.fakes import CANARY, KEYS, REGION, Clock, Service, as_json, cloud

ANSWERS: dict[str, tuple[int, str, str]] = {
    "html": (502, "text/html", f"<html>{CANARY}</html>"),
    "no json": (200, "application/json", f"{CANARY}"),
    "denied": as_json(403, Code="NoPermission", Message="No.", AccessDeniedDetail={"EncodedDiagnosticMessage": CANARY}),
    "wrong signature": as_json(
        400, Code="SignatureDoesNotMatch", Message=f"Not matched. server string to sign is:POST {CANARY}"
    ),
    "wrong token": as_json(400, Code="InvalidSecurityToken.Expired", Message="The token has expired."),
    "server error": as_json(500, Code="InternalError", Message="oops"),
    "hidden error": as_json(200, Code="Throttling", Message="slow down"),
    "no request id": (200, "application/json", f'{{"Token": "{CANARY}"}}'),
}


def shown(error: BaseException) -> str:
    """Whatever a person or a log could see of an error."""
    return "".join([str(error), repr(error), *map(str, error.args), *traceback.format_exception(error)])


@pytest.mark.parametrize("name", ANSWERS)
def test_no_error_of_a_call_shows_a_secret(
    name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBUG", "sdk,tea")
    caplog.set_level(logging.DEBUG)
    with Service(lambda _action: ANSWERS[name]) as service:
        made = cloud(Clock(), endpoint_url=service.url, timeouts=Timeouts(retry=1.0))
        with pytest.raises(CloudError) as error:
            made.call(op.LIST_NETWORKS, REGION, "list the networks", {"ResourceGroupId": "rg-1"})
    assert CANARY in service.seen[0][1]["x-acs-security-token"], "the canary was sent"
    captured = capfd.readouterr()
    assert CANARY not in shown(error.value)
    assert CANARY not in caplog.text + captured.out + captured.err
    assert CANARY not in str(made.ledger.as_dict())
    assert "authorization" not in shown(error.value).lower()
    assert "signature=" not in shown(error.value).lower()


def test_no_error_of_a_broken_connection_shows_a_secret() -> None:
    with Service(lambda _action: as_json()) as service:
        url = service.url
    made = cloud(Clock(), endpoint_url=url, timeouts=Timeouts(retry=0.0))
    with pytest.raises(CloudError) as error:
        made.call(op.LIST_NETWORKS, REGION, "list the networks", {"ResourceGroupId": "rg-1"})
    assert CANARY not in shown(error.value)
    assert url.rpartition(":")[2] not in str(error.value), "no URL either"


@pytest.mark.parametrize(
    "holder",
    [
        KEYS,
        Keys(access_key_id=CANARY, access_key_secret=CANARY, security_token=CANARY, expires_at=1.0),
        KeyOptions(profile="prod", access_key_id=CANARY, access_key_secret=CANARY, security_token=CANARY),
        KeySource(lambda: KEYS),
        cloud(Clock()),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_no_holder_of_secrets_shows_them(holder: Any) -> None:
    if isinstance(holder, KeySource):
        holder.keys()
    assert CANARY not in repr(holder)
    assert CANARY not in str(holder)
    assert CANARY not in f"{holder!s} {[holder]} {{'x': {holder!r}}}"


def test_a_used_cloud_shows_no_secret() -> None:
    with Service(lambda _action: as_json()) as service:
        made = cloud(Clock(), endpoint_url=service.url)
        made.call(op.LIST_PROJECTS, REGION, "list", {})
    assert CANARY not in repr(made)
