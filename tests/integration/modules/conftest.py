# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs single modules with the real SDKs over HTTP against a local cloud, and holds every run to the same rules."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.embedded import LocalCloud

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORLD = HERE.parent / "worlds" / "bench.yml"
PACKAGE = "ansible_collections.dataworks.network.plugins.modules"
KEYS = ("CANARYKEYOPERATOR", "canary-secret-operator")
LIMITED = ("CANARYKEYLIMITED", "canary-secret-limited")
CANARIES = re.compile(r"CANARYKEY\w+|canary-\w[\w-]*|STS\.\w+|\bCAIS\w+|ACS3-HMAC|x-acs-|signature=|StringToSign", re.I)
QUICK = {"poll_interval": 0.05, "wait_timeout": 20}
WAITING = {"rds_whitelist", "resource_group_network", "resource_group_route", "resource_group_workspace"}


@dataclass
class Result:
    """What a module run left behind: its answer, everything it printed, the requests the cloud saw."""

    answer: dict[str, Any]
    output: str
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self.answer[name]

    @property
    def failed(self) -> bool:
        """Whether the task failed."""
        return bool(self.answer.get("failed"))

    @property
    def message(self) -> str:
        """The message of a failure."""
        return str(self.answer.get("msg", ""))

    @property
    def writes(self) -> list[dict[str, Any]]:
        """The writing requests."""
        return [request for request in self.requests if request["writes"]]

    def sent(self, action: str) -> list[dict[str, str]]:
        """The parameters of the requests of one operation."""
        return [request["params"] for request in self.requests if request["action"] == action]


class ForkServer:
    """The process that runs modules; see fork_server.py."""

    def __init__(self, folder: str) -> None:
        self.address = f"{folder}/s"
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "fork_server.py"), self.address],
            env={**os.environ, "PYTHONPATH": str(ROOT / "collections")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def run(self, module: str, arguments: str, environment: Mapping[str, str]) -> dict[str, Any]:
        """Run one module and return code, stdout and stderr."""
        wanted = {"module": module, "arguments": arguments, "environment": dict(environment)}
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.address)
            connection.sendall(json.dumps(wanted).encode() + b"\n")
            with connection.makefile("rb") as stream:
                answer: dict[str, Any] = json.loads(stream.readline())
        return answer

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


class Runner:
    """Runs one module at a time against one cloud; calling it is the short way."""

    def __init__(self, cloud: LocalCloud, server: ForkServer) -> None:
        self.cloud = cloud
        self._server = server

    def __call__(self, module: str, *, check: bool = False, fresh: bool = False, **options: Any) -> Result:
        """Run a module with the operator's keys in cn-hangzhou, unless options or `variables` say otherwise.

        `variables` change the environment. `fresh` takes a new interpreter, for what the SDKs read from the
        environment while they are imported.
        """
        environment = self.environment(options.pop("variables", {}))
        options = {"region": "cn-hangzhou", **(QUICK if module in WAITING else {}), **options}
        options = {name: value for name, value in options.items() if value is not None}
        arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True, "_ansible_verbosity": 4}
        text = json.dumps({"ANSIBLE_MODULE_ARGS": arguments})
        before = self.last()
        launch = self._fresh if fresh else self._server.run
        done = launch(module, text, environment)
        result = self._result(done, [entry for entry in self.cloud.ledger() if entry["n"] > before])
        self._hold_to_the_rules(result, check)
        return result

    def together(self, *runs: tuple[str, dict[str, Any]]) -> list[Result]:
        """Run modules at the same time; the requests of each result are those of all."""
        with ThreadPoolExecutor(len(runs)) as pool:
            started = [pool.submit(self, module, **options) for module, options in runs]
            return [future.result() for future in started]

    def environment(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        """The environment of a run; a change to None takes a variable away."""
        wanted: dict[str, str | None] = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            "PYTHONPATH": str(ROOT / "collections"),
            "ALIBABA_CLOUD_ENDPOINT_URL": self.cloud.url,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": KEYS[0],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEYS[1],
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
            **changes,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    def last(self) -> int:
        """The number of the latest request."""
        return max((int(entry["n"]) for entry in self.cloud.ledger()), default=0)

    @staticmethod
    def _fresh(module: str, arguments: str, environment: Mapping[str, str]) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", f"{PACKAGE}.{module}"],
            input=arguments,
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return {"code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}

    @staticmethod
    def _result(done: Mapping[str, Any], requests: list[dict[str, Any]]) -> Result:
        output = f"{done['stdout']}\n{done['stderr']}"
        lines = [line for line in done["stdout"].splitlines() if line.strip()]
        assert len(lines) == 1, f"a module prints one line of JSON and nothing else:\n{output}"
        result = Result(json.loads(lines[0]), output, requests)
        assert (done["code"] != 0) == result.failed, output
        return result

    def _hold_to_the_rules(self, result: Result, check: bool) -> None:
        """What has to be true of every run of every module."""
        no_secret_in(self.cloud, result.output)
        assert "Traceback" not in result.output
        assert result.answer.get("error_code") != "InternalError", result.message
        if check:
            assert result.writes == []
        if result.failed:
            assert result.message.strip()
        if "calls" in result.answer:
            assert check is False or result["calls"]["writes"] == 0
        assert not set(dir(dict)) & set(result.answer)


def no_secret_in(cloud: LocalCloud, text: str) -> None:
    """Fail when a text holds a key id, a secret, a token or a signature."""
    found = CANARIES.search(text)
    assert found is None, f"{found.group(0)!r} in:\n{text}"
    assert not [secret for secret in cloud.simulation.directory.secrets() if secret in text]


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """The process that all module runs of this worker are forked from."""
    with tempfile.TemporaryDirectory(prefix="dwn") as folder:
        server = ForkServer(folder)
        yield server
        server.close()


@pytest.fixture(scope="session")
def world() -> dict[str, Any]:
    """The world as a mapping, to be changed in a copy."""
    loaded: dict[str, Any] = yaml.safe_load(WORLD.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    """A local cloud of its own for every test."""
    with LocalCloud(WORLD) as running:
        yield running


@pytest.fixture
def task(cloud: LocalCloud, fork_server: ForkServer) -> Runner:
    """Runs one module in one go: `task("rds_whitelist", check=True, rds_instance=...)`."""
    return Runner(cloud, fork_server)


@dataclass(frozen=True)
class Play:
    """What a run of ansible-playbook printed, and how it ended."""

    code: int
    output: str


Playbook = Callable[..., Play]


@pytest.fixture
def playbook(task: Runner, root: Path, tmp_path: Path) -> Playbook:
    """Run tasks in one play by the real ansible-playbook: `playbook([...], "-vvvv", DEBUG="sdk")`."""

    def run(tasks: list[dict[str, Any]], *options: str, **environment: str) -> Play:
        defaults = {"group/dataworks.network.all": {"region": "cn-hangzhou"}}
        play = {"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        done = subprocess.run(
            [str(Path(sys.executable).with_name("ansible-playbook")), str(path), *options],
            cwd=root,
            env=task.environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        no_secret_in(task.cloud, done.stdout)
        assert "Traceback" not in done.stdout
        return Play(done.returncode, done.stdout)

    return run
