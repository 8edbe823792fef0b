# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys: where they come from, which go before which, and what is said when they do not work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.access.directory import Credential
from simulator.embedded import LocalCloud
from tests.integration.modules.conftest import KEYS, Result, Runner
from tests.integration.modules.looking import INSTANCE

WANTED: dict[str, Any] = {"rds_instance": INSTANCE, "group": "etl_prod", "entries": ["10.0.1.0/24"]}
NO_KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": None, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": None}
ROLE = "acs:ram::1234567890123456:role/"
OTHER = "acs:ram::6543210987654321:role/whitelist-editor"
WRONG = {"access_key_id": "CANARYKEYNOBODY", "access_key_secret": "canary-secret-of-nobody"}


def callers(result: Result) -> set[str]:
    """Who signed the requests."""
    return {request["caller"].rpartition(":")[2] for request in result.requests}


def session(cloud: LocalCloud, role: str = "network") -> Credential:
    """Open a session of a role, valid for an hour of the cloud's clock."""
    simulation = cloud.simulation
    principal = simulation.directory.role(ROLE + role)
    assert principal is not None
    return simulation.directory.open_session(principal, "tests", None, simulation.clock.timestamp() + 3600)


def keys_of(credential: Credential, **changes: Any) -> dict[str, Any]:
    """The options of a session."""
    options = {
        "access_key_id": credential.key_id,
        "access_key_secret": credential.secret,
        "security_token": credential.token,
    }
    return {**options, **changes}


def refused(result: Result, *words: str) -> None:
    """The task failed before any write, with these words, and without wasting time on repetitions."""
    assert result.failed
    missing = [word for word in words if word not in result.message]
    assert missing == [], result.message
    assert result.writes == []
    assert len(result.requests) <= 1
    assert result.answer.get("calls", {"total": 0})["total"] <= 2, "a call and its AssumeRole, each once"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a profile `shop` in either file, and one of them broken."""
    aliyun, alibaba = tmp_path / ".aliyun", tmp_path / ".alibabacloud"
    aliyun.mkdir()
    alibaba.mkdir()
    cli = {"mode": "AK", "access_key_id": KEYS[0], "access_key_secret": KEYS[1], "region_id": "cn-shanghai"}
    profiles = [{"name": "shop", **cli}, {"name": "empty", "mode": "AK"}]
    (aliyun / "config.json").write_text(json.dumps({"current": "shop", "profiles": profiles}), encoding="utf-8")
    section = f"type = access_key\naccess_key_id = {KEYS[0]}\naccess_key_secret = {KEYS[1]}\n"
    (alibaba / "credentials.ini").write_text(f"[warehouse]\n{section}", encoding="utf-8")
    return tmp_path


def test_keys_of_the_environment(task: Runner) -> None:
    """Without options the usual variables are read."""
    result = task("rds_whitelist", **WANTED)
    assert callers(result) == {"user/operator"}


def test_options_go_before_the_environment(task: Runner) -> None:
    """Given keys are used, those of the environment are not."""
    variables = {"ALIBABA_CLOUD_ACCESS_KEY_ID": WRONG["access_key_id"], "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "canary-x"}
    options = {"access_key_id": "CANARYKEYLIMITED", "access_key_secret": "canary-secret-limited"}
    result = task("rds_whitelist", **WANTED, **options, variables=variables)
    assert callers(result) == {"user/limited"}
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in result.output


@pytest.mark.parametrize("given", ["options", "environment"])
def test_a_security_token(task: Runner, given: str) -> None:
    """Temporary keys work from options and from the environment."""
    options = keys_of(session(task.cloud))
    variables = {f"ALIBABA_CLOUD_{name.upper()}": value for name, value in options.items()}
    where: dict[str, Any] = options if given == "options" else {"variables": variables}
    result = task("rds_whitelist", **WANTED, **where)
    assert result["changed"]
    assert callers(result) == {"assumed-role/network/tests"}


def test_a_token_that_has_expired(task: Runner) -> None:
    """The message says so and what to do."""
    options = keys_of(session(task.cloud))
    task.cloud.advance(3700)
    refused(task("rds_whitelist", **WANTED, **options), "InvalidSecurityToken.Expired", "expired", "fetch a new one")


def test_a_token_of_other_keys(task: Runner) -> None:
    """The three parts have to be of one set."""
    first, second = session(task.cloud), session(task.cloud)
    refused(task("rds_whitelist", **WANTED, **keys_of(first, security_token=second.token)), "another access key")
    refused(task("rds_whitelist", **WANTED, **keys_of(first, security_token=None)), "security_token")
    keys = {"access_key_id": KEYS[0], "access_key_secret": KEYS[1], "security_token": first.token}
    refused(task("rds_whitelist", **WANTED, **keys), "another access key")


@pytest.mark.parametrize("given", ["option", "environment"])
def test_a_role_is_assumed(task: Runner, given: str) -> None:
    """All requests but the first are signed by the role; it is assumed once."""
    arn = ROLE + "network"
    where: dict[str, Any] = {"role_arn": arn} if given == "option" else {"variables": {"ALIBABA_CLOUD_ROLE_ARN": arn}}
    result = task("rds_whitelist", **WANTED, **where)
    assert result["changed"]
    assert len(result.sent("AssumeRole")) == 1
    assert callers(result) == {"user/operator", "assumed-role/network/dataworks-network"}


def test_a_role_of_another_account(task: Runner) -> None:
    """The data source's account is reached through a role of it."""
    options = {**WANTED, "rds_instance": "rm-bp1foreign"}
    assert task("rds_whitelist", **options, role_arn=OTHER)["changed"]
    assert not task("rds_whitelist", **options, role_arn=OTHER)["changed"]


def test_a_role_that_may_read_only(task: Runner) -> None:
    """The role's permission is missing, and it is the role that is named."""
    result = task("rds_whitelist", **WANTED, role_arn=ROLE + "auditor")
    assert result.failed
    for word in ("auditor", "rds:ModifySecurityIps", INSTANCE):
        assert word in result.message


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("nobody", ["assume role", ROLE + "nobody", "EntityNotExist.Role", "role_arn"]),
        ("closed", ["assume role", ROLE + "closed", "NoPermission", "sts:AssumeRole"]),
    ],
)
def test_a_role_that_cannot_be_assumed(task: Runner, role: str, words: list[str]) -> None:
    """The words of STS are passed on, at once."""
    refused(task("rds_whitelist", **WANTED, role_arn=ROLE + role, retry_timeout=0.05), *words)


def test_a_role_that_is_none(task: Runner) -> None:
    """An ARN has a form."""
    refused(task("rds_whitelist", **WANTED, role_arn="network"), "role_arn", "'network'", "acs:ram::")


def test_a_role_whose_session_ends_midway(task: Runner) -> None:
    """A refused session is no reason to write twice or to keep quiet."""
    task.cloud.fault("expire_sts", {"action": "ModifySecurityIps", "times": 1})
    result = task("rds_whitelist", **WANTED, role_arn=ROLE + "network")
    assert not result.failed or "expired" in result.message
    assert len([request for request in result.writes if request["status"] == 200]) <= 1


@pytest.mark.parametrize("profile", ["shop", "warehouse"])
def test_a_profile(task: Runner, home: Path, profile: str) -> None:
    """Profiles of the CLI's configuration and of the credentials file work; the environment's keys are not used."""
    variables = {"HOME": str(home), "ALIBABA_CLOUD_ACCESS_KEY_ID": "CANARYKEYNOBODY"}
    result = task("rds_whitelist", **WANTED, profile=profile, variables=variables, fresh=True)
    assert not result.failed, result.message
    assert callers(result) == {"user/operator"}


def test_the_current_profile(task: Runner, home: Path) -> None:
    """Without keys and without an option the credential chain finds the CLI's current profile."""
    result = task("rds_whitelist", **WANTED, variables={**NO_KEYS, "HOME": str(home)}, fresh=True)
    assert not result.failed, result.message
    assert callers(result) == {"user/operator"}


@pytest.mark.parametrize("profile", ["nope", "empty"])
def test_a_profile_that_does_not_exist(task: Runner, home: Path, profile: str) -> None:
    """The option, the value and both files are named, without any repetition."""
    result = task(
        "rds_whitelist", **WANTED, profile=profile, variables={"HOME": str(home)}, fresh=True, retry_timeout=3
    )
    files = ["~/.aliyun/config.json", "~/.alibabacloud/credentials.ini"]
    refused(result, "profile", f"'{profile}'", *files)


def test_a_configuration_that_is_broken(task: Runner, home: Path) -> None:
    """A file that is no JSON is a mistake to be told, without its content."""
    (home / ".aliyun" / "config.json").write_text('{"access_key_secret": "canary-secret-operator",', encoding="utf-8")
    variables = {"HOME": str(home)}
    result = task("rds_whitelist", **WANTED, profile="shop", variables=variables, fresh=True, retry_timeout=0.05)
    refused(result, "profile", "'shop'", "config.json")


def test_no_keys_at_all(task: Runner, tmp_path: Path) -> None:
    """The message names the ways to give keys, and nothing is repeated."""
    variables = {**NO_KEYS, "HOME": str(tmp_path)}
    result = task("rds_whitelist", **WANTED, variables=variables, fresh=True, retry_timeout=3)
    refused(result, "credentials", "ALIBABA_CLOUD_ACCESS_KEY_ID", "profile")


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"access_key_id": KEYS[0]}, "option access_key_secret"),
        ({"access_key_secret": KEYS[1]}, "option access_key_id"),
        ({"security_token": "canary-token"}, "option access_key_id"),
        ({"variables": {"ALIBABA_CLOUD_ACCESS_KEY_ID": None}}, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        ({"variables": {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": None}}, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    ],
)
def test_half_a_pair(task: Runner, options: dict[str, Any], missing: str) -> None:
    """What is missing is named; halves of two sources are not put together."""
    result = task("rds_whitelist", **WANTED, **options)
    refused(result, missing, "not set")
    assert result.requests == []


def test_a_profile_and_keys(task: Runner) -> None:
    """Two answers to one question."""
    for name, value in (("access_key_id", KEYS[0]), ("security_token", "canary-token")):
        refused(task("rds_whitelist", **WANTED, profile="shop", **{name: value}), "profile", name, "exclude")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"access_key_id": KEYS[0], "access_key_secret": "canary-secret-wrong"}, ["SignatureDoesNotMatch", "secret"]),
        (WRONG, ["InvalidAccessKeyId.NotFound", "does not exist", "access_key_id"]),
        (
            {"access_key_id": "CANARYKEYRETIRED", "access_key_secret": "canary-secret-retired"},
            ["InvalidAccessKeyId.Inactive", "disabled"],
        ),
    ],
    ids=["wrong secret", "unknown key", "disabled key"],
)
def test_keys_that_do_not_work(task: Runner, options: dict[str, Any], words: list[str]) -> None:
    """Said in plain words, once, and without a word of what was signed."""
    for module, wanted in (("rds_whitelist", WANTED), ("resource_group_info", {"resource_group": "etl_prod"})):
        result = task(module, **wanted, **options)
        refused(result, *words)
        assert "RequestId" in result.message


def test_the_ledgers_keep_no_secret(task: Runner) -> None:
    """Neither the cloud's ledger nor the module's holds anything that could be used."""
    task("rds_whitelist", **WANTED, role_arn=ROLE + "network")
    ledger = json.dumps(task.cloud.ledger())
    assert [secret for secret in task.cloud.simulation.directory.secrets() if secret in ledger] == []
