# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choke point: every call of every product passes here, to be limited, counted, repeated, checked and stripped of
secrets."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from . import answers
from .credentials import KeySource
from .errors import NOT_EXECUTED, REPEATABLE, CloudError, ConfigurationError, Kind
from .ledger import Ledger
from .limiter import Limiter
from .operations import OPERATIONS, Operation
from .sdk import PACKAGES, load

USER_AGENT = "dataworks.network-ansible-collection"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Timeouts:
    """Seconds: for a connection, for an answer, and for all attempts of one call together."""

    connect: float = 10.0
    read: float = 30.0
    retry: float = 60.0


@dataclass
class Cloud:
    """One identity's access to the cloud; shared by the threads of a run.

    ``writes_allowed`` is the write gate: while it is False, an operation that writes is refused before it is sent.
    """

    keys: KeySource
    endpoint_url: str = ""
    timeouts: Timeouts = field(default_factory=Timeouts)
    writes_allowed: bool = False
    account: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    limiter: Limiter = field(default_factory=Limiter)
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _captured: threading.local = field(default_factory=threading.local, repr=False)

    def __post_init__(self) -> None:
        check_endpoint_url(self.endpoint_url)

    def call(self, operation: Operation, region: str, purpose: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Send one operation with the API's own parameter names and return the raw body, or raise CloudError."""
        self.keys.keys()  # what is wrong with the keys is said in its own words, before a request is made of them
        client = self._client(operation.product, region)
        models = load(PACKAGES[operation.product] + ".models")
        request = getattr(models, operation.action + "Request", None)
        arguments = [request().from_map(dict(parameters))] if request else []
        try:
            getattr(client, operation.method + "_with_options")(*arguments, self._runtime(operation))
        except CloudError as error:
            error.purpose = purpose
            error.where = ", ".join(
                part for part in (region, f"account {self.account}" if self.account else "") if part
            )
            raise
        body: dict[str, Any] = self._captured.body
        return body

    def pass_through(
        self, action: str, region: str, product: str, send: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Do for one SDK call what the choke point is for: gate, limiter, ledger, attempts, checks."""
        operation = OPERATIONS[product, action]
        if operation.writes and not self.writes_allowed:
            raise CloudError(Kind.OTHER, action=action, message="writing is switched off in check mode")
        deadline = self.now() + self.timeouts.retry
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._attempt(operation, region, send)
            except CloudError as error:
                delay = self._delay(error, attempt)
                if not self._may_repeat(operation, error) or self.now() + delay > deadline:
                    raise
                self.sleep(delay)
            else:
                self._captured.body = answer["body"]
                return answer

    def _attempt(self, operation: Operation, region: str, send: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        self.limiter.wait(operation, region, self.account)
        self.ledger.enter(operation)
        try:
            answer = answers.checked(operation, send)
        except CloudError as error:
            if error.kind is Kind.THROTTLED:
                self.limiter.refused(operation, region, self.account)
            raise
        self.limiter.served(operation, region, self.account)
        return answer

    @staticmethod
    def _may_repeat(operation: Operation, error: CloudError) -> bool:
        return error.kind in (REPEATABLE if operation.repeatable else NOT_EXECUTED)

    @staticmethod
    def _delay(error: CloudError, attempt: int) -> float:
        """Full jitter over a growing window; the service's own wish, where it states one, is a lower bound."""
        window = min(20.0, 0.5 * 2 ** min(attempt, 6))
        return max(error.retry_after or 0.0, random.uniform(0.05, window))  # noqa: S311 - spreads retries, guards nothing

    def _client(self, product: str, region: str) -> Any:
        with self._lock:
            if (product, region) not in self._clients:
                self._clients[product, region] = self._connect(product, region)
            return self._clients[product, region]

    def _connect(self, product: str, region: str) -> Any:
        models = load("alibabacloud_tea_openapi.models")
        vendor = load(PACKAGES[product] + ".client").Client
        cloud = self

        class Client(vendor):  # type: ignore[misc,valid-type]
            """The vendor's client with the one method replaced that all its operations go through."""

            def call_api(self, params: Any, request: Any, runtime: Any) -> Any:
                send = super().call_api
                return cloud.pass_through(params.action, region, product, lambda: send(params, request, runtime))

        client = Client(models.Config(credential=self.keys, region_id=region, user_agent=USER_AGENT, **self._route()))
        if client._endpoint.startswith(
            "dataworks-public."
        ):  # the SDK's fallback; the documentation names the other host
            client._endpoint = f"dataworks.{region}.aliyuncs.com"
        return client

    def _route(self) -> dict[str, str]:
        if not self.endpoint_url:
            return {}
        scheme = urlsplit(self.endpoint_url).scheme
        return {"protocol": scheme.upper(), f"{scheme}_proxy": self.endpoint_url}

    def _runtime(self, operation: Operation) -> Any:
        read = max(operation.read_timeout or 0, self.timeouts.read)
        options = load("darabonba.runtime").RuntimeOptions
        return options(connect_timeout=int(self.timeouts.connect * 1000), read_timeout=int(read * 1000))


def check_endpoint_url(url: str) -> None:
    """Raise ConfigurationError unless the URL is empty, https, or plain http to this machine."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        fine = bool(parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/"))
        fine = fine and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise ConfigurationError(
            f"option endpoint_url is {url.rsplit('@', maxsplit=1)[-1]!r}; it must look like "
            "https://host:port or http://127.0.0.1:port"
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(
            f"option endpoint_url is {url!r}; plain http is for this machine only (127.0.0.1), use https"
        )
