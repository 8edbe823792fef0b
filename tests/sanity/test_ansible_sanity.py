# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test sanity, without a single ignore entry, on each ansible-core asked for.

ansible-test wants the collection at a real path: it gets a dereferenced copy of what is shipped. Its environments were
made beforehand, so nothing is fetched here.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

CORES = os.environ.get("SANITY_CORES", "2.18 2.21").split()
MISSING_PYTHON = re.compile(r"because it could not be found\.$")

pytestmark = pytest.mark.sanity


class Core:
    """The prepared environment of one release of ansible-core."""

    def __init__(self, release: str, root: Path) -> None:
        self.folder = root / "build" / "venvs" / f"sanity-{release}"

    def run(self, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run one of its tools in an empty environment and return what it said, both streams in one."""
        return subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            cwd=cwd,
            env={"HOME": f"{self.folder}/home", "LANG": "C.UTF-8", "PATH": f"{self.folder}/bin:{self.folder}/pythons"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


@pytest.fixture(params=CORES)
def core(request: pytest.FixtureRequest, root: Path) -> Core:
    """Each ansible-core asked for, or a skip where this machine has no Python for it."""
    found = Core(request.param, root)
    if not (found.folder / "stamp").exists():
        pytest.skip(f"no environment for ansible-core {request.param}: `make sanity` says which Python is missing")
    return found


@pytest.mark.slow
def test_ansible_test_sanity(core: Core, collection: Path) -> None:
    """Every sanity test passes; only interpreters this machine lacks are left out."""
    assert not list(collection.glob("tests/sanity/ignore*"))
    done = core.run("ansible-test", "sanity", "--color", "no", cwd=collection)
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)
    skipped = {line for line in done.stdout.splitlines() if "Skipping sanity test" in line}
    assert {line for line in skipped if not MISSING_PYTHON.search(line)} == set(), done.stdout


@pytest.mark.parametrize("playbook", ["connect_rds.yml", "disconnect_rds.yml"])
def test_clone_runs_without_a_warning(core: Core, root: Path, playbook: str) -> None:
    """A plain clone finds its own collection, and its ansible.cfg provokes no warning on any core."""
    done = core.run("ansible-playbook", "--syntax-check", playbook, cwd=root)
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout
