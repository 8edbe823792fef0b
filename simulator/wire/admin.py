# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The admin API below /_simulator/: for tests, without signature, on loopback only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import TypeAdapter, ValidationError
from yaml import YAMLError, safe_load

from simulator.operation import operations
from simulator.wire.ledger import Entry
from simulator.wire.simulation import Simulation, change_settings
from simulator.world.fault_rules import FaultRule
from simulator.world.loader import WorldError, parse_world

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, Any]
_RULES = TypeAdapter(list[FaultRule])
_FILTERS = frozenset(Entry.__dataclass_fields__) - {"n", "time", "params"}


class Admin:
    """Answers admin requests from the state of a simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._plain: dict[tuple[str, str], Callable[[], Any]] = {
            ("GET", "health"): self._health,
            ("GET", "state"): simulation.dump,
            ("DELETE", "ledger"): self._clear_ledger,
            ("GET", "faults"): self._list_faults,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "clock"): self._clock,
            ("GET", "settings"): self._list_settings,
            ("GET", "operations"): _operations,
        }
        self._with_body: dict[tuple[str, str], Callable[[str], Any]] = {
            ("PATCH", "state"): self._patch_state,
            ("POST", "faults"): self._add_faults,
            ("POST", "clock"): self._advance,
            ("POST", "settings"): self._settings,
            ("POST", "reset"): self._reset,
        }
        self._with_query: dict[tuple[str, str], Callable[[dict[str, str]], Any]] = {("GET", "ledger"): self._ledger}

    def handle(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Answer one admin request with status and JSON."""
        parts = urlsplit(target)
        route = (method, parts.path.removeprefix("/_simulator").strip("/"))
        try:
            status, content = self._answer(route, parts.query, body.decode("utf-8"))
        except WorldError as error:
            status, content = 400, {"error": str(error), "problems": error.lines}
        except ValidationError as error:
            status, content = 400, {"error": "; ".join(_sentence(item) for item in error.errors(include_url=False))}
        except (ValueError, KeyError, TypeError, AttributeError, YAMLError) as error:
            status, content = 400, {"error": str(error)}
        return status, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def _answer(self, route: tuple[str, str], query: str, body: str) -> Answer:
        if route in self._plain:
            return 200, self._plain[route]()
        if route in self._with_body:
            return 200, self._with_body[route](body)
        if route in self._with_query:
            return 200, self._with_query[route](dict(parse_qsl(query)))
        known = sorted(f"{verb} {path}" for verb, path in {**self._plain, **self._with_body, **self._with_query})
        return 404, {"error": f"no {route[0]} /_simulator/{route[1]}", "known": known}

    def _health(self) -> Any:
        simulation = self._simulation
        return {
            "status": "ok",
            "world": simulation.world.name,
            "time": simulation.clock.iso(),
            "read_only": simulation.world.settings.read_only,
            "read_only_violations": simulation.ledger.violations(),
        }

    def _patch_state(self, body: str) -> Any:
        content = safe_load(body)
        if isinstance(content, dict):
            content = content.get("changes", [content])
        if not isinstance(content, list) or not all(isinstance(change, dict) for change in content):
            raise ValueError("wanted: a list of changes, each {kind, id, set} or {kind, id, remove: true}")
        self._simulation.patch(content)
        return {"status": "ok"}

    def _ledger(self, query: dict[str, str]) -> Any:
        unknown = sorted(set(query) - _FILTERS - {"since"})
        if unknown:
            raise ValueError(f"unknown filter {unknown[0]} (known: since, {', '.join(sorted(_FILTERS))})")
        wanted = {name: value for name, value in query.items() if name != "since"}
        return self._simulation.ledger.entries(int(query.get("since", "0")), wanted)

    def _clear_ledger(self) -> Any:
        self._simulation.ledger.clear()
        return {"status": "ok"}

    def _list_faults(self) -> Any:
        return self._simulation.faults.dump()

    def _add_faults(self, body: str) -> Any:
        content = safe_load(body)
        self._simulation.faults.add(_RULES.validate_python([content] if isinstance(content, dict) else content))
        return self._list_faults()

    def _clear_faults(self) -> Any:
        self._simulation.faults.clear()
        return {"status": "ok"}

    def _clock(self) -> Any:
        return {"time": self._simulation.clock.iso()}

    def _advance(self, body: str) -> Any:
        content = safe_load(body)
        if not isinstance(content, dict) or set(content) != {"advance"}:
            raise ValueError("wanted: {advance: seconds}")
        self._simulation.clock.advance(float(content["advance"]))
        return self._clock()

    def _list_settings(self) -> Any:
        return self._simulation.world.settings.model_dump(mode="json")

    def _settings(self, body: str) -> Any:
        content = safe_load(body)
        if not isinstance(content, dict):
            raise TypeError("wanted: a mapping of settings")
        change_settings(self._simulation.world.settings, content)
        return self._list_settings()

    def _reset(self, body: str) -> Any:
        if body.strip():
            self._simulation.load(parse_world(body, "<request body>"))
        else:
            self._simulation.reset()
        return self._health()


def _sentence(error: Any) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _operations() -> list[dict[str, Any]]:
    return [
        {name: getattr(item, name) for name in ("product", "version", "action", "writes", "ram")}
        for item in operations()
    ]
