# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way AWX takes: `ansible-runner transmit | worker | process`, with the private data dir AWX would build."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.embedded import LocalCloud

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
WORLD = ROOT / "simulator" / "worlds" / "demo.yml"
KEY, SECRET = "LOCALDEMOKEY01", "local-demo-secret-01"
CONNECTION = {
    "resource_group": "etl_prod",
    "rds_instance": "rm-bp1orders7k2m4x9q1",
    "region": "cn-hangzhou",
    "workspace": "retail_platform",
    "data_source": "orders",
    "connect_rds_poll_interval": 0.2,
    "connect_rds_test_interval": 0.2,
}
IDENT = "4711"
# The metadata that AWX adds to every job's extra variables.
METADATA = {
    "awx_job_id": int(IDENT),
    "awx_job_launch_type": "manual",
    "awx_job_template_id": 7,
    "awx_job_template_name": "Connect RDS",
    "awx_project_revision": "0" * 40,
    "awx_inventory_id": 2,
    "awx_inventory_name": "Connections",
    "awx_user_id": 1,
    "awx_user_name": "admin",
}


@dataclass(frozen=True)
class Job:
    """What AWX knows of a job when it is over."""

    status: str
    events: list[dict[str, Any]]
    stdout: str

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The data of each event of one kind."""
        return [event["event_data"] for event in self.events if event["event"] == kind]


def write_inventory(folder: Path) -> None:
    """AWX hands its inventory over as a script that prints it."""
    host = {**CONNECTION, "remote_tower_enabled": "true", "remote_tower_id": 1}
    inventory = {
        "all": {"children": ["connections"]},
        "connections": {"hosts": ["orders"]},
        "_meta": {"hostvars": {"orders": host}},
    }
    folder.mkdir()
    script = folder / "hosts"
    script.write_text(f"#! /usr/bin/env python3\nprint(r'''{json.dumps(inventory)}''')\n", encoding="utf-8")
    script.chmod(0o700)


def private_data_dir(folder: Path, clone: Path, environment: dict[str, str], options: str) -> Path:
    """Build what AWX's task manager builds for a job of a git project."""
    shutil.copytree(clone, folder / "project", symlinks=True)
    write_inventory(folder / "inventory")
    env = folder / "env"
    env.mkdir()
    # AWX puts its own folder before what the project's ansible.cfg says, into both variables.
    paths = f"{folder}/requirements_collections:collections:~/.ansible/collections:/usr/share/ansible/collections"
    variables = {**environment, "ANSIBLE_COLLECTIONS_PATH": paths, "ANSIBLE_FORCE_COLOR": "True", "AWX_HOST": "awx"}
    (env / "envvars").write_text(yaml.safe_dump(variables), encoding="utf-8")
    (env / "extravars").write_text(yaml.safe_dump(METADATA), encoding="utf-8")
    (env / "settings").write_text(yaml.safe_dump({"idle_timeout": 0, "job_timeout": 300}), encoding="utf-8")
    (env / "cmdline").write_text(options, encoding="utf-8")
    return folder


def runner(*arguments: str, **streams: Any) -> subprocess.Popen[bytes]:
    """Start one of the three stages."""
    tools = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    return subprocess.Popen([str(tools / "ansible-runner"), *arguments], env=environment, **streams)


def run_job(data: Path, tmp_path: Path, playbook: str) -> Job:
    """Send the job to a worker and take its results in, as controller and execution node do."""
    worker_dir, results = tmp_path / "worker", tmp_path / "results"
    results.mkdir()
    transmit = runner("transmit", str(data), "-p", playbook, "--ident", IDENT, stdout=subprocess.PIPE)
    worker = runner("worker", "--private-data-dir", str(worker_dir), stdin=transmit.stdout, stdout=subprocess.PIPE)
    process = runner("process", str(results), "--ident", IDENT, stdin=worker.stdout, stdout=subprocess.DEVNULL)
    assert process.wait(300) is not None
    assert transmit.wait(30) == 0
    worker.wait(30)
    artifacts = results / "artifacts" / IDENT
    files = sorted((artifacts / "job_events").glob("*.json"), key=lambda path: int(path.name.split("-")[0]))
    events = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return Job((artifacts / "status").read_text(), events, (artifacts / "stdout").read_text(encoding="utf-8"))


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_awx_job_of_a_git_project(clone: Path, tmp_path: Path, check: bool) -> None:
    """The clone is a project AWX can run: collection found, job successful, nothing warned about, no secret told."""
    with LocalCloud(WORLD, read_only=check) as cloud:
        environment = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET,
            "ALIBABA_CLOUD_ENDPOINT_URL": cloud.url,
        }
        data = private_data_dir(tmp_path / "data", clone, environment, "--check --diff" if check else "")
        job = run_job(data, tmp_path, "connect_rds.yml")
    assert job.status == "successful", job.stdout
    assert job.of_kind("warning") + job.of_kind("deprecated") == []
    assert "WARNING" not in job.stdout
    (stats,) = job.of_kind("playbook_on_stats")
    assert stats["changed"].get("orders", 0) > 0, job.stdout
    assert SECRET not in json.dumps(job.events) + job.stdout
