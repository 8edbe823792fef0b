# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts local clouds for tests, and the official SDK clients that talk to them."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator.embedded import LocalCloud, WorldSource
from simulator.operation import REGISTRY, Call, operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SDKS = {
    "dataworks": "alibabacloud_dataworks_public20240518",
    "vpc": "alibabacloud_vpc20160428",
    "rds": "alibabacloud_rds20140815",
    "sts": "alibabacloud_sts20150401",
}
PROBED = {"dataworks": "2024-05-18", "vpc": "2016-04-28", "rds": "2014-08-15"}
DEFAULT_KEY = ("testak", "testsecret")


class Cloud(LocalCloud):
    """A local cloud together with the clients of the official SDKs."""

    def config(self, key: tuple[str, ...] = DEFAULT_KEY, region: str = "cn-hangzhou", **more: Any) -> Any:
        """Return an SDK configuration that goes through this cloud as a proxy and keeps the real endpoint host."""
        models = importlib.import_module("alibabacloud_tea_openapi.models")
        token = {"security_token": key[2]} if len(key) > 2 else {}
        settings = {"region_id": region, "protocol": "HTTP", "http_proxy": self.url, **token, **more}
        return models.Config(access_key_id=key[0], access_key_secret=key[1], **settings)

    def client(self, product: str, key: tuple[str, ...] = DEFAULT_KEY, region: str = "cn-hangzhou", **more: Any) -> Any:
        """Return the official SDK client of a product."""
        module = importlib.import_module(f"{SDKS[product]}.client")
        return module.Client(self.config(key, region, **more))

    @staticmethod
    def models(product: str) -> Any:
        """Return the request models of a product's SDK."""
        return importlib.import_module(f"{SDKS[product]}.models")

    def call(self, product: str, action: str, version: str, params: dict[str, Any], **config: Any) -> dict[str, Any]:
        """Call any operation through the generic SDK client; return the raw answer: body, headers, statusCode."""
        generic = importlib.import_module("alibabacloud_tea_openapi.client")
        utils = importlib.import_module("alibabacloud_tea_openapi.utils")
        models = importlib.import_module("alibabacloud_tea_openapi.models")
        runtime = importlib.import_module("alibabacloud_tea_util.models").RuntimeOptions()
        settings = self.config(**config)
        settings.endpoint = settings.endpoint or f"{product}.aliyuncs.com"
        shape = models.Params(
            action=action,
            version=version,
            protocol="HTTP",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        request = models.OpenApiRequest(query=utils.Utils.query(params))
        answer: dict[str, Any] = generic.Client(settings).call_api(shape, request, runtime)
        return answer


@pytest.fixture
def simulator() -> Iterator[Callable[..., Cloud]]:
    """Return a function that starts a local cloud in a world (name, path, YAML text or mapping)."""
    running: list[Cloud] = []

    def start(world: WorldSource, **settings: Any) -> Cloud:
        running.append(Cloud(world, **settings))
        return running[-1]

    yield start
    for cloud in running:
        cloud.close()


@pytest.fixture
def cloud(simulator: Callable[..., Cloud]) -> Cloud:
    """Return a cloud with accounts, users and roles, and without any resource."""
    return simulator(Path(__file__).with_name("worlds") / "access.yml")


@pytest.fixture
def probes() -> Iterator[None]:
    """Register operations of a product that count their runs, for tests of what surrounds an operation."""
    counted = {"n": 0}

    def write(call: Call) -> dict[str, Any]:
        counted["n"] += 1
        return {"Count": counted["n"], "Seen": dict(call.params), "Region": call.region, "Account": call.account}

    def read(call: Call) -> dict[str, Any]:
        return {"Count": counted["n"], "Seen": dict(call.params), "Region": call.region, "Account": call.account}

    def broken(call: Call) -> dict[str, Any]:
        raise RuntimeError("a mistake")

    made = {"TestProbeWrite": (write, True), "DescribeTestProbe": (read, False), "DescribeTestBug": (broken, False)}
    for product, version in PROBED.items():
        for action, (handler, writes) in made.items():
            operation(product=product, version=version, action=action, writes=writes)(handler)
    yield
    for product, version in PROBED.items():
        for action in made:
            del REGISTRY[product, version, action]
