# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the keys come from: options, environment, profiles and the Alibaba Cloud credential chain; then, if asked for,
a role."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .errors import ConfigurationError
from .sdk import load

_ROLE_ARN = re.compile(r"acs:ram::\d{5,20}:role/[\w.@-]+", re.ASCII)
_REFRESH_BEFORE = 300.0
"""Seconds before its expiry at which an assumed role is assumed anew."""


@dataclass(frozen=True)
class Keys:
    """One usable set of keys; nothing of it is ever shown."""

    access_key_id: str = field(repr=False)
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)
    expires_at: float | None = None


@dataclass(frozen=True)
class KeyOptions:
    """What the user said about keys; empty texts stand for options that are not set."""

    profile: str = ""
    access_key_id: str = field(default="", repr=False)
    access_key_secret: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    role_arn: str = ""


class KeySource:
    """Hands out keys that are valid now, refreshing those that are about to expire; safe to use from several
    threads."""

    def __init__(self, fetch: Callable[[], Keys], now: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: Keys | None = None
        self._lock = threading.Lock()

    def keys(self) -> Keys:
        """Return keys that stay valid for at least a few minutes."""
        with self._lock:
            expires_at = self._keys.expires_at if self._keys else None
            if self._keys is None or (expires_at is not None and expires_at - self._now() < _REFRESH_BEFORE):
                self._keys = self._fetch()
            return self._keys

    def get_credential(self) -> Any:
        """Return the keys as the SDK's request signer asks for them."""
        keys = self.keys()
        models = load("alibabacloud_credentials.models")
        return models.CredentialModel(
            access_key_id=keys.access_key_id,
            access_key_secret=keys.access_key_secret,
            security_token=keys.security_token or None,
            type="sts" if keys.security_token else "access_key",
            provider_name="static_sts" if keys.security_token else "static_ak",
        )


def base_source(options: KeyOptions, environment: Mapping[str, str]) -> KeySource:
    """Return the source of the user's own keys, or raise ConfigurationError saying what is missing or contradictory."""
    given = [name for name in ("access_key_id", "access_key_secret", "security_token") if getattr(options, name)]
    if options.profile and given:
        raise ConfigurationError(f"options profile and {given[0]} exclude each other; give one of them")
    if given:
        return _static(options.access_key_id, options.access_key_secret, options.security_token, "option ")
    if options.profile:
        return KeySource(lambda: _from_profile(options.profile))
    if environment.get("ALIBABA_CLOUD_ACCESS_KEY_ID") or environment.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        return _static(
            environment.get("ALIBABA_CLOUD_ACCESS_KEY_ID", ""),
            environment.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""),
            environment.get("ALIBABA_CLOUD_SECURITY_TOKEN", ""),
            "environment variable ALIBABA_CLOUD_",
        )
    return KeySource(_from_chain)


def check_role_arn(role_arn: str) -> None:
    """Raise ConfigurationError unless the text is the ARN of a RAM role."""
    if not _ROLE_ARN.fullmatch(role_arn):
        raise ConfigurationError(
            f"option role_arn is {role_arn!r}; the ARN of a RAM role looks like acs:ram::1234567890123456:role/name"
        )


def assumed(answer: Mapping[str, Any]) -> Keys:
    """Return the keys in the body of an AssumeRole answer."""
    given = answer["Credentials"]
    expires = datetime.strptime(given["Expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return Keys(given["AccessKeyId"], given["AccessKeySecret"], given["SecurityToken"], expires.timestamp())


def _static(access_key_id: str, access_key_secret: str, security_token: str, source: str) -> KeySource:
    upper = source.startswith("environment")
    for name, value in (("access_key_id", access_key_id), ("access_key_secret", access_key_secret)):
        if not value:
            shown = source + (name.upper() if upper else name)
            raise ConfigurationError(f"{shown} is not set, but its counterpart is; an access key is an id and a secret")
    return KeySource(lambda: Keys(access_key_id, access_key_secret, security_token))


def _from_profile(profile: str) -> Keys:
    providers = load("alibabacloud_credentials.provider")
    _hide_environment()
    reasons = []
    for provider in (providers.CLIProfileCredentialsProvider, providers.ProfileCredentialsProvider):
        try:
            return _keys(provider(profile_name=profile).get_credentials())
        except _provider_errors() as error:
            reasons.append(_first_line(error))
    raise ConfigurationError(
        f"option profile is {profile!r}; it is neither in ~/.aliyun/config.json nor in ~/.alibabacloud/credentials.ini "
        f"in a usable form ({'; '.join(reasons)})"
    )


def _from_chain() -> Keys:
    try:
        return _keys(load("alibabacloud_credentials.provider").DefaultCredentialsProvider().get_credentials())
    except _provider_errors() as error:
        raise ConfigurationError(
            "no credentials found; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, "
            "give option profile, "
            "or run where the Alibaba Cloud credential chain finds a role"
        ) from error


def _hide_environment() -> None:
    """Keep the library from filling the gaps of a profile with the keys of the environment."""
    library = load("alibabacloud_credentials.utils.auth_util")
    for name in ("environment_access_key_id", "environment_access_key_secret", "environment_security_token"):
        setattr(library, name, None)


def _keys(credentials: Any) -> Keys:
    if not credentials.get_access_key_id() or not credentials.get_access_key_secret():
        raise ValueError("it has no complete access key")
    return Keys(
        credentials.get_access_key_id(),
        credentials.get_access_key_secret(),
        credentials.get_security_token() or "",
        time.time() + 900 if credentials.get_security_token() else None,
    )


def _provider_errors() -> tuple[type[BaseException], ...]:
    """The library's providers raise their own exception, and whatever reading a broken file raises."""
    own = load("alibabacloud_credentials.exceptions").CredentialException
    return (own, OSError, ValueError, KeyError, TypeError, AttributeError)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
