# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shipped, and that it works where nothing of the repository is."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulator.embedded import LocalCloud

if TYPE_CHECKING:
    from tests.conftest import Installed

pytestmark = pytest.mark.artifact

SHIPPED = set(
    """
    CHANGELOG.rst COPYING FILES.json LICENSES MANIFEST.json README.md REUSE.toml changelogs docs
    execution-environment.yml extensions inventory meta playbooks plugins requirements.txt roles
    """.split()
)
NEEDED = {"COPYING", "README.md", "meta", "playbooks", "plugins", "requirements.txt", "roles"}


def names(artifact: Path) -> list[str]:
    """Every name in the tarball."""
    with tarfile.open(artifact) as archive:
        return archive.getnames()


def test_artifact_holds_what_is_shipped_and_nothing_else(artifact: Path) -> None:
    """No simulator, no tests, no clone links, no environment."""
    tops = {name.split("/")[0] for name in names(artifact)}
    assert tops - SHIPPED == set()
    assert NEEDED - tops == set()
    assert [name for name in names(artifact) if "__pycache__" in name or name.endswith(".pyc")] == []


def test_artifact_holds_no_links(artifact: Path) -> None:
    """Archives with links break where they are unpacked as plain files."""
    with tarfile.open(artifact) as archive:
        assert [member.name for member in archive if member.issym() or member.islnk()] == []


def test_manifest(artifact: Path) -> None:
    """Name and version are those of galaxy.yml; nothing is depended on."""
    with tarfile.open(artifact) as archive:
        stream = archive.extractfile("MANIFEST.json")
        assert stream is not None
        info = json.load(stream)["collection_info"]
    assert f"{info['namespace']}-{info['name']}-{info['version']}.tar.gz" == artifact.name
    assert info["dependencies"] == {}


@pytest.mark.parametrize("playbook", ["connect_rds", "disconnect_rds"])
def test_installed_playbook_runs_by_full_name(installed: Installed, playbook: str) -> None:
    """Installed into an empty folder, a playbook is found by its full name and is whole."""
    done = installed.playbook(f"dataworks.network.{playbook}", "--syntax-check", "-i", "localhost,")
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout


@pytest.mark.slow
def test_installed_playbook_connects(installed: Installed, root: Path) -> None:
    """Installed into an empty folder, one command connects a resource group to an instance of the local cloud."""
    extra = {
        "resource_group": "etl_prod",
        "rds_instance": "rm-bp1orders7k2m4x9q1",
        "region": "cn-hangzhou",
        "connect_rds_poll_interval": 0.2,
        "connect_rds_test_interval": 0.2,
    }
    with LocalCloud(root / "simulator" / "worlds" / "demo.yml") as cloud:
        done = installed.playbook(
            "dataworks.network.connect_rds",
            "-e",
            json.dumps(extra),
            ALIBABA_CLOUD_ACCESS_KEY_ID="LOCALDEMOKEY01",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET="local-demo-secret-01",
            ALIBABA_CLOUD_ENDPOINT_URL=cloud.url,
        )
    assert done.returncode == 0, done.stdout
    assert "changed=0" not in done.stdout
