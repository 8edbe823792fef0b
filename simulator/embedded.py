# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A local cloud in a thread of this process, with its admin API as methods: what tests start."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from simulator.operation import load_operations
from simulator.wire.server import Server
from simulator.wire.simulation import Simulation
from simulator.world.loader import find_world, load_world, parse_world
from simulator.world.model import World

WorldSource = str | Path | Mapping[str, Any]
_OPENER = build_opener(ProxyHandler({}))


class AdminError(Exception):
    """An admin request that the simulator refused."""


def read_world(source: WorldSource) -> World:
    """Read a world given by name, by path, as YAML text or as a mapping."""
    if isinstance(source, Mapping):
        return parse_world(json.dumps(source, default=str), "<mapping>")
    if isinstance(source, str) and "\n" in source:
        return parse_world(source, "<text>")
    return load_world(find_world(str(source)))


class LocalCloud:
    """Serves a world on a free loopback port until it is closed."""

    def __init__(self, world: WorldSource, seed: int = 0, **settings: Any) -> None:
        """Start serving; `settings` hold in every world, as those of the command line do."""
        load_operations()
        self.simulation = Simulation(lambda: read_world(world), seed, settings)
        self._loop = asyncio.new_event_loop()
        self._server = Server(self.simulation)
        self._thread = threading.Thread(target=self._loop.run_forever, name="local cloud", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(10)
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop serving."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __enter__(self) -> LocalCloud:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def admin(self, method: str, path: str, content: Any = None) -> Any:
        """Send one request to the admin API and return its answer."""
        body = None if content is None else content if isinstance(content, bytes) else json.dumps(content).encode()
        request = Request(f"{self.url}/_simulator/{path}", data=body, method=method)  # noqa: S310 - always loopback
        try:
            with _OPENER.open(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AdminError(json.load(error)["error"]) from None

    def ledger(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the calls so far, `since` a number or with wanted values such as action=..., writes=True."""
        found: list[dict[str, Any]] = self.admin("GET", f"ledger?{urlencode(filters)}" if filters else "ledger")
        return found

    def forget(self) -> None:
        """Empty the ledger."""
        self.admin("DELETE", "ledger")

    def state(self) -> dict[str, Any]:
        """Return the state of everything."""
        found: dict[str, Any] = self.admin("GET", "state")
        return found

    def patch(self, *changes: Mapping[str, Any]) -> None:
        """Change state from outside: make drift."""
        self.admin("PATCH", "state", list(changes))

    def fault(self, effect: str, match: Mapping[str, Any] | None = None, **parameters: Any) -> None:
        """Put a fault rule in force."""
        self.admin("POST", "faults", {"effect": effect, "match": dict(match or {}), **parameters})

    def heal(self) -> None:
        """Lift all fault rules."""
        self.admin("DELETE", "faults")

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.admin("POST", "clock", {"advance": seconds})

    def settings(self, **changes: Any) -> None:
        """Change settings of the running cloud."""
        self.admin("POST", "settings", changes)

    def reset(self, world: WorldSource | None = None) -> None:
        """Begin again, if need be in another world."""
        if isinstance(world, Mapping):
            self.admin("POST", "reset", dict(world))
        elif world is None:
            self.admin("POST", "reset")
        else:
            text = world if isinstance(world, str) and "\n" in world else find_world(str(world)).read_text("utf-8")
            self.admin("POST", "reset", text.encode())
