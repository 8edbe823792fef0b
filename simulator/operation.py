# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operation of a product is: a registered function from a `Call` to the body of the answer."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.access.directory import Directory, Identity
    from simulator.clock import Clock
    from simulator.cloud import Cloud

Body = dict[str, Any]

_PLACEHOLDER = re.compile(r"{(\w+)}")
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


class ApiError(Exception):
    """An answer with an error code; `extra` keys are added to the error body (or replace its defaults)."""

    def __init__(self, status: int, code: str, message: str, **extra: object) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra


@dataclass(frozen=True)
class Call:
    """One authenticated, authorised request."""

    product: str
    version: str
    action: str
    region: str  # RegionId parameter, else the region of the endpoint host; "" on central hosts without RegionId
    account: str  # account of the caller
    caller_arn: str
    params: Mapping[str, str]  # query and form merged, wire spelling, signature parameters removed
    cloud: Cloud
    clock: Clock
    request_id: str
    identity: Identity
    directory: Directory

    def has(self, name: str) -> bool:
        """Tell whether the parameter was sent, be it empty."""
        return name in self.params

    def text(self, name: str, default: str = "") -> str:
        """Return the parameter as sent, or `default` when it was not sent."""
        return self.params.get(name, default)

    def required(self, name: str) -> str:
        """Return a mandatory parameter; absent or empty answers MissingParameter naming it."""
        value = self.params.get(name, "")
        if value == "":
            raise missing_parameter(name)
        return value

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return the parameter as a number, `default` when absent or empty; anything else answers InvalidParameter."""
        value = self.params.get(name, "").strip()
        if value == "":
            return default
        if not re.fullmatch(r"[+-]?[0-9]{1,19}", value):
            raise invalid_parameter(name)
        return int(value)

    def boolean(self, name: str) -> bool | None:
        """Return the parameter as a truth value in any capitalisation, None when absent or empty."""
        value = self.params.get(name, "").strip().lower()
        if value == "":
            return None
        if value not in _TRUE | _FALSE:
            raise invalid_parameter(name)
        return value in _TRUE

    def strings(self, name: str) -> list[str]:
        """Return a list sent as JSON array text, comma-joined, or as Name.1, Name.2."""
        if name not in self.params:
            return [value for _, value in self._numbered(name, nested=False)]
        value = self.params[name]
        if value.lstrip().startswith("["):
            return [item if isinstance(item, str) else json.dumps(item) for item in self._json_array(name, value)]
        return [part.strip() for part in value.split(",") if part.strip()]

    def objects(self, name: str) -> list[dict[str, str]]:
        """Return a list of objects sent as Name.1.Field or as JSON array text; inner lists stay flattened."""
        if self.params.get(name, "").lstrip().startswith("["):
            items = self._json_array(name, self.params[name])
            return [_flat(item) for item in items if isinstance(item, dict)]
        grouped: dict[int, dict[str, str]] = {}
        for path, value in self._numbered(name, nested=True):
            number, _, key = path.partition(".")
            grouped.setdefault(int(number), {})[key] = value
        return [grouped[number] for number in sorted(grouped)]

    def _numbered(self, name: str, nested: bool) -> list[tuple[str, str]]:
        pattern = re.compile(re.escape(name) + (r"\.([0-9]+\..+)" if nested else r"\.([0-9]+)"))
        found = [(match.group(1), value) for key, value in self.params.items() if (match := pattern.fullmatch(key))]
        return sorted(found, key=lambda pair: int(pair[0].partition(".")[0]))

    def _json_array(self, name: str, text: str) -> list[Any]:
        try:
            items = json.loads(text)
        except ValueError:
            raise invalid_parameter(name) from None
        if not isinstance(items, list):
            raise invalid_parameter(name)
        return items


def missing_parameter(name: str) -> ApiError:
    """Build the gateway's answer to a mandatory parameter that was not sent."""
    return ApiError(
        400,
        "MissingParameter",
        f'The input parameter "{name}" that is mandatory for processing this request is not supplied.',
    )


def invalid_parameter(name: str) -> ApiError:
    """Build the gateway's answer to a parameter that cannot be read."""
    return ApiError(400, "InvalidParameter", f"The specified parameter {name} is not valid.")


def _flat(item: Mapping[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in item.items()}


Handler = Callable[[Call], Body]


@dataclass(frozen=True)
class Operation:
    """An operation as registered: what the wire layer must know before and after it runs."""

    product: str
    version: str
    action: str
    writes: bool
    handler: Handler
    ram: str | None
    resource: Callable[[Call], str | list[str]] | str

    def resource_arns(self, call: Call) -> list[str]:
        """Return the ARNs that RAM policies must allow, each of them; parameters not sent become `*`."""
        if callable(self.resource):
            named = self.resource(call)
            return [named] if isinstance(named, str) else named
        known = {**call.params, "region": call.region, "account": call.account}
        return [_PLACEHOLDER.sub(lambda match: known.get(match.group(1)) or "*", self.resource)]


REGISTRY: dict[tuple[str, str, str], Operation] = {}


def operation(
    *,
    product: str,
    version: str,
    action: str,
    writes: bool,
    resource: Callable[[Call], str | list[str]] | str = "*",
    ram: str | None = "{product}:{action}",
) -> Callable[[Handler], Handler]:
    """Register a handler; its body is answered with RequestId added.

    `resource` is the ARN for RAM: a text with {region}, {account} and {AnyParameter}, or a function of the call that
    returns one ARN, or a list of ARNs of which each must be allowed.
    `ram` is the RAM action; None means that no permission is needed.
    """

    def register(handler: Handler) -> Handler:
        key = (product, version, action)
        if key in REGISTRY:
            raise ValueError(f"operation registered twice: {key}")
        ram_action = None if ram is None else ram.format(product=product, action=action)
        REGISTRY[key] = Operation(product, version, action, writes, handler, ram_action, resource)
        return handler

    return register


def operations() -> Iterator[Operation]:
    """Yield every registered operation in a stable order."""
    yield from (REGISTRY[key] for key in sorted(REGISTRY))


def load_operations() -> None:
    """Import every module that registers operations."""
    importlib.import_module("simulator.access.sts")
    products = importlib.import_module("simulator.products")
    for module in pkgutil.walk_packages(products.__path__, "simulator.products."):
        importlib.import_module(module.name)
