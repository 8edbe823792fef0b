# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of every module, run as they are by the real ansible-playbook; and what a verbose run may not tell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.modules.conftest import ROOT, Playbook, Runner
from tests.integration.modules.looking import INSTANCE

PREFIX = "dataworks.network."
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
KEYWORDS = {"name", "register", "failed_when", "changed_when", "when", "loop", "vars", "delegate_to", "no_log"}
WRITES = {"rds_whitelist": ["ModifySecurityIps"] * 3, "resource_group_route": ["CreateRoute"]}
CHANGES = {"rds_whitelist": 2, "resource_group_route": 1}
"""What the examples write into the world, which has the objects they name, and how many of them change something."""


@pytest.fixture(scope="session")
def documented(root: Path) -> dict[str, Any]:
    """What ansible-doc knows of all modules, options of the fragments included."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-doc")), "--json", *(PREFIX + name for name in MODULES)],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_options_that_exist(documented: dict[str, Any], module: str) -> None:
    """Examples are tasks with a name, of the module itself by its full name, with known and all required options."""
    about = documented[PREFIX + module]
    options = about["doc"]["options"]
    tasks = yaml.safe_load(about["examples"])
    assert isinstance(tasks, list)
    for task in tasks:
        (action,) = set(task) - KEYWORDS
        assert task["name"]
        assert action == PREFIX + module
        assert set(task[action]) <= set(options)
        assert {name for name, about in options.items() if about.get("required")} <= set(task[action])


@pytest.mark.parametrize("module", MODULES)
def test_documented_returns_are_returned(documented: dict[str, Any], task: Runner, module: str) -> None:
    """Every key of the answer is documented, and every documented one is there after a success."""
    admit(task)
    returns = documented[PREFIX + module]["return"]
    (example, *_) = yaml.safe_load(documented[PREFIX + module]["examples"])
    result = task(module, **example[PREFIX + module])
    assert set(result.answer) - {"changed", "diff", "invocation", "warnings"} == set(returns)


def admit(task: Runner) -> None:
    """Admit the resource group of the examples, so that the connectivity test does not have to be repeated."""
    group = {"name": "before", "entries": ["10.0.1.0/24"]}
    task.cloud.patch({"kind": "whitelist_group", "in": INSTANCE, "add": group})


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_examples_run(documented: dict[str, Any], task: Runner, playbook: Playbook, module: str) -> None:
    """As they are, through ansible-playbook: first checked, then run, the last one twice; nothing is warned about."""
    admit(task)
    examples = yaml.safe_load(documented[PREFIX + module]["examples"])
    checks = [{**example, "check_mode": True} for example in examples]
    done = playbook([*checks, *examples, examples[-1]], "--diff")
    assert done.code == 0, done.output
    assert "WARNING" not in done.output
    assert "DEPRECATION" not in done.output
    assert [entry["action"] for entry in task.cloud.ledger(writes=True)] == WRITES.get(module, [])
    assert f"changed={2 * CHANGES.get(module, 0)} " in done.output


def tasks(**access: str) -> list[dict[str, Any]]:
    """One task that writes and one that reads; each may fail."""
    connection = {"name": "orders", "resource_group": "etl_prod", "rds_instance": INSTANCE}
    wanted = {
        "rds_whitelist": {"rds_instance": INSTANCE, "group": "etl_prod", "entries": ["10.0.1.0/24"]},
        "connection_info": {"connections": [connection]},
    }
    return [
        {"name": name, PREFIX + name: {**options, **access, "retry_timeout": 1}, "ignore_errors": True}
        for name, options in wanted.items()
    ]


WRONG = {"access_key_id": "CANARYKEYOPERATOR", "access_key_secret": "canary-secret-wrong"}
ROLE = {"role_arn": "acs:ram::1234567890123456:role/network"}


@pytest.mark.slow
def test_a_verbose_run_tells_no_secret(playbook: Playbook) -> None:
    """At -vvvv and with the SDKs' own DEBUG switch: no key, token or signature, no traceback, whatever happens."""
    done = playbook([*tasks(), *tasks(**ROLE), *tasks(**WRONG)], "-vvvv", "--diff", DEBUG="sdk")
    assert "ok=6 " in done.output
    assert "ignored=2 " in done.output


@pytest.mark.slow
def test_a_verbose_failure_tells_no_secret(playbook: Playbook) -> None:
    """The same for keys of the environment, which Ansible does not know to be secret."""
    done = playbook(tasks(), "-vvvv", DEBUG="sdk", ALIBABA_CLOUD_ACCESS_KEY_SECRET="canary-secret-wrong")
    assert "ignored=2 " in done.output
