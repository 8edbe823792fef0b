# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that tests turn, answers as the SDK hands them on, and a service that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from darabonba.exceptions import RetryError, UnretryableException
from darabonba.policy.retry import RetryPolicyContext

from ansible_collections.dataworks.network.plugins.module_utils.api.client import Cloud, Timeouts
from ansible_collections.dataworks.network.plugins.module_utils.api.credentials import Keys, KeySource
from ansible_collections.dataworks.network.plugins.module_utils.api.limiter import Limiter

REGION = "cn-hangzhou"
CANARY = "CANARY-7Qx-secret-never-to-be-seen"
KEYS = Keys("LTAIexample", CANARY, f"{CANARY}-token")


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self, start: float = 1000.0) -> None:
        self.time = start
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.time += seconds


class FreeLimiter(Limiter):
    """Never waits."""

    def wait(self, operation: Any, region: str, account: str) -> None:
        """Let everything pass."""


def cloud(clock: Clock, **more: Any) -> Cloud:
    """Access to the cloud whose time is the clock's; retries last a minute."""
    given = {"timeouts": Timeouts(retry=60.0), "limiter": FreeLimiter(clock.now, clock.sleep), **more}
    return Cloud(KeySource(lambda: KEYS), now=clock.now, sleep=clock.sleep, **given)


def fine(**body: Any) -> dict[str, Any]:
    """A success as the SDK's generic call returns it."""
    return {"statusCode": 200, "headers": {}, "body": {"RequestId": "R-1", **body}}


def refusal(status: int, code: str, message: str = "said so", retry_after: int | None = None, **data: Any) -> Exception:
    """The exception that the SDK makes of an error answer with a JSON body."""
    body = {"Code": code, "Message": message, "RequestId": "R-2", **data}
    words = f"code: {status}, {message} request id: R-2"
    given = {"status_code": status, "code": code, "message": words, "data": body, "request_id": "R-2"}
    if retry_after is not None:
        made: Exception = ThrottlingException(retry_after=retry_after, **given)
    else:
        made = (ClientException if status < 500 else ServerException)(**given)
    return made


def broken(words: str) -> Exception:
    """The exception that the SDK makes of a transport error."""
    made: Exception = UnretryableException(RetryPolicyContext(exception=RetryError(words)))
    return made


TIMED_OUT = "HTTPSConnectionPool(host='x', port=443): Read timed out. (read timeout=30)"
REFUSED = "HTTPSConnectionPool: Max retries exceeded (Caused by NewConnectionError('[Errno 111] Connection refused'))"
RESET = "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))"
NO_JSON = "Failed to parse the value as json format, Value: <html>"


@dataclass
class Script:
    """Sends: raises or returns its lines one after the other, and repeats the last."""

    lines: list[Any]
    sent: int = 0

    def __call__(self) -> Mapping[str, Any]:
        line = self.lines[min(self.sent, len(self.lines) - 1)]
        self.sent += 1
        if isinstance(line, BaseException):
            raise line
        answer: Mapping[str, Any] = line
        return answer


@dataclass
class Service:
    """A web service on loopback that gives prepared answers and remembers what it was asked."""

    answer: Callable[[str], tuple[int, str, str]]
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Service:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                action = str(self.headers.get("x-acs-action"))
                service.seen.append((action, dict(self.headers.items())))
                status, kind, text = service.answer(action)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST  # noqa: N815 - the library's name

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def as_json(status: int = 200, **body: Any) -> tuple[int, str, str]:
    return status, "application/json", json.dumps({"RequestId": "R-3", **body})
