# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where keys come from, which sources exclude each other, and when keys are fetched anew."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.api.credentials import (
    KeyOptions,
    Keys,
    KeySource,
    assumed,
    base_source,
    check_role_arn,
)
from ansible_collections.dataworks.network.plugins.module_utils.api.errors import ConfigurationError
from tests.unit.api.fakes import CANARY, Clock

ROOT = Path(__file__).resolve().parents[3]
ID, SECRET, TOKEN = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"


def source(clock: Clock, lifetime: float | None) -> tuple[KeySource, list[float]]:
    """A source whose keys live so long, and when they were fetched."""
    fetched: list[float] = []

    def fetch() -> Keys:
        fetched.append(clock.now())
        expires = None if lifetime is None else clock.now() + lifetime
        return Keys(f"id-{len(fetched)}", "secret", "token", expires)

    return KeySource(fetch, clock.now), fetched


# Fetching anew


def test_keys_that_do_not_expire_are_fetched_once_when_first_needed() -> None:
    clock = Clock()
    keys, fetched = source(clock, None)
    assert fetched == []
    for _use in range(3):
        assert keys.keys().access_key_id == "id-1"
        clock.time += 1e6
    assert len(fetched) == 1


def test_keys_are_fetched_again_some_minutes_before_they_expire() -> None:
    clock = Clock()
    keys, fetched = source(clock, 3600.0)
    keys.keys()
    clock.time = 1000.0 + 3600.0 - 301.0
    assert keys.keys().access_key_id == "id-1"
    clock.time += 2.0
    assert keys.keys().access_key_id == "id-2"
    assert len(fetched) == 2


@given(st.floats(900, 7200), st.lists(st.floats(0, 5000), max_size=20))
def test_keys_in_use_are_always_valid_for_a_few_minutes(lifetime: float, pauses: list[float]) -> None:
    clock = Clock()
    keys, _fetched = source(clock, lifetime)
    for pause in pauses:
        clock.time += pause
        expires_at = keys.keys().expires_at
        assert expires_at is not None
        assert expires_at - clock.now() >= 300.0


def test_a_fetch_that_failed_is_tried_again_the_next_time() -> None:
    outcomes = [None, Keys("id", "secret")]

    def fetch() -> Keys:
        outcome = outcomes.pop(0)
        if outcome is None:
            raise ConfigurationError("not now")
        return outcome

    keys = KeySource(fetch)
    with pytest.raises(ConfigurationError):
        keys.keys()
    assert keys.keys().access_key_id == "id"


def test_threads_share_one_fetch() -> None:
    clock = Clock()
    gate = threading.Barrier(8)
    fetched: list[int] = []

    def fetch() -> Keys:
        fetched.append(1)
        return Keys("id", "secret")

    keys = KeySource(fetch, clock.now)

    def use() -> None:
        gate.wait()
        keys.keys()

    threads = [threading.Thread(target=use) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetched == [1]


@pytest.mark.parametrize(("token", "kind"), [("", "access_key"), ("token", "sts")])
def test_the_signer_gets_the_keys_and_their_kind(token: str, kind: str) -> None:
    credential = KeySource(lambda: Keys("id", "secret", token)).get_credential()
    assert (credential.access_key_id, credential.access_key_secret, credential.type) == ("id", "secret", kind)
    assert credential.security_token == (token or None)


# Options


def test_options_are_taken_before_the_environment() -> None:
    options = KeyOptions(access_key_id="id", access_key_secret="secret", security_token="token")
    keys = base_source(options, {ID: "other", SECRET: "other"}).keys()
    assert (keys.access_key_id, keys.access_key_secret, keys.security_token) == ("id", "secret", "token")


def test_the_environment_is_taken_where_options_are_silent() -> None:
    keys = base_source(KeyOptions(), {ID: "id", SECRET: "secret", TOKEN: "token"}).keys()
    assert (keys.access_key_id, keys.access_key_secret, keys.security_token) == ("id", "secret", "token")


def test_a_token_of_the_environment_does_not_join_keys_of_the_options() -> None:
    keys = base_source(KeyOptions(access_key_id="id", access_key_secret="secret"), {TOKEN: "other"}).keys()
    assert keys.security_token == ""


@pytest.mark.parametrize(
    ("options", "environment", "missing"),
    [
        (KeyOptions(access_key_id="id"), {}, "option access_key_secret"),
        (KeyOptions(access_key_secret=CANARY), {}, "option access_key_id"),
        (KeyOptions(security_token=CANARY), {}, "option access_key_id"),
        (KeyOptions(access_key_id="id", security_token=CANARY), {}, "option access_key_secret"),
        (KeyOptions(access_key_id="id"), {SECRET: CANARY}, "option access_key_secret"),
        (KeyOptions(), {ID: "id"}, f"environment variable {SECRET}"),
        (KeyOptions(), {SECRET: CANARY}, f"environment variable {ID}"),
    ],
)
def test_half_a_pair_names_the_missing_half(options: KeyOptions, environment: dict[str, str], missing: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        base_source(options, environment)
    assert f"{missing} is not set" in str(error.value)
    assert CANARY not in str(error.value)


@pytest.mark.parametrize("given_option", ["access_key_id", "access_key_secret", "security_token"])
def test_a_profile_excludes_keys(given_option: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        base_source(KeyOptions(profile="prod", **{given_option: CANARY}), {})
    assert f"profile and {given_option} exclude each other" in str(error.value)
    assert CANARY not in str(error.value)


# Profiles; the library reads HOME and its variables when it is imported, so each test asks a new process

ASK = """
import sys
from ansible_collections.dataworks.network.plugins.module_utils.api.credentials import KeyOptions, base_source
from ansible_collections.dataworks.network.plugins.module_utils.api.errors import ConfigurationError
try:
    keys = base_source(KeyOptions(profile=sys.argv[1]), {}).keys()
except ConfigurationError as error:
    print("refused:", error)
else:
    print("keys:", keys.access_key_id, keys.access_key_secret, keys.security_token, keys.expires_at)
"""


def ask(home: Path, profile: str, content: str | None) -> str:
    """What a process says whose home folder holds this profile file."""
    if content is not None:
        file = home / ".aliyun" / "config.json"
        file.parent.mkdir()
        file.write_text(content, encoding="utf-8")
    environment = {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT / "collections"),
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
    }
    command = [sys.executable, "-c", ASK, profile]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout + done.stderr


def profile_file(**changes: str) -> str:
    profile = {"name": "prod", "mode": "AK", "access_key_id": "id", "access_key_secret": CANARY, **changes}
    return json.dumps({"current": "prod", "profiles": [profile]})


def test_a_profile_of_the_command_line_tool_is_read(tmp_path: Path) -> None:
    assert ask(tmp_path, "prod", profile_file()) == f"keys: id {CANARY}  None\n"


def test_a_profile_that_does_not_exist_is_named(tmp_path: Path) -> None:
    said = ask(tmp_path, "production", profile_file())
    assert said.startswith("refused: option profile is 'production'")
    assert "~/.aliyun/config.json" in said
    assert CANARY not in said


@pytest.mark.parametrize(
    "content",
    [None, "", "{", "[]", '{"profiles": 7}', '{"profiles": [{"name": "prod"}]}', profile_file(mode="Other")],
    ids=["none", "empty", "half", "a list", "no profiles", "no mode", "another mode"],
)
def test_a_broken_profile_file_is_a_configuration_error(tmp_path: Path, content: str | None) -> None:
    said = ask(tmp_path, "prod", content)
    assert said.startswith("refused: option profile is 'prod'")
    assert said.count("\n") == 1, "one line, no traceback"
    assert CANARY not in said


def test_no_source_at_all_says_what_to_do(tmp_path: Path) -> None:
    assert ask(tmp_path, "", None).startswith("refused: no credentials found; set ALIBABA_CLOUD_ACCESS_KEY_ID")


# Roles


@pytest.mark.parametrize("arn", ["acs:ram::1234567890123456:role/etl", "acs:ram::12345:role/a.b-c@d"])
def test_the_arn_of_a_role_is_taken(arn: str) -> None:
    check_role_arn(arn)


@pytest.mark.parametrize(
    "arn",
    [
        "etl",
        "acs:ram::1234567890123456:user/etl",
        "acs:ram:::role/etl",
        "acs:ram::1234567890123456:role/",
        "arn:aws:iam::1:role/x",
        "acs:ram::12345:role/a\n",
    ],
)
def test_anything_else_is_no_role(arn: str) -> None:
    with pytest.raises(ConfigurationError, match="option role_arn is"):
        check_role_arn(arn)


def test_assumed_keys_know_when_they_expire() -> None:
    given_keys = {
        "AccessKeyId": "STS.id",
        "AccessKeySecret": "secret",
        "SecurityToken": "token",
        "Expiration": "2026-01-02T03:04:05Z",
    }
    keys = assumed({"Credentials": given_keys})
    assert (keys.access_key_id, keys.security_token) == ("STS.id", "token")
    assert keys.expires_at == 1767323045.0
