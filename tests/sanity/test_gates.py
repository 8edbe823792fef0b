# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The linters and checkers, each a test that shows the tool's own words when it fails."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.gate


class Tools:
    """The environment with the pinned tools."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "build" / "venvs" / "lint" / "bin"

    def passes(self, *command: str | Path, cwd: Path, **env: str) -> str:
        """Assert that the tool is content, and return what it said."""
        if not (self.bin / command[0]).exists():
            pytest.fail(f"{command[0]} is not installed: run `make lint-venv`", pytrace=False)
        done = subprocess.run(
            [self.bin / command[0], *command[1:]],
            cwd=cwd,
            env={**os.environ, "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "NO_COLOR": "1", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"{' '.join(map(str, command))}\n\n{done.stdout}", pytrace=False)
        return done.stdout


@pytest.fixture(scope="module")
def tools(root: Path) -> Tools:
    """The pinned tools."""
    return Tools(root)


@pytest.mark.slow
def test_ansible_lint(tools: Tools, root: Path) -> None:
    """Profile production, no network."""
    tools.passes("ansible-lint", "--offline", "--strict", cwd=root)


def test_yamllint(tools: Tools, root: Path) -> None:
    """All YAML, the simulator's worlds included."""
    tools.passes("yamllint", "--strict", ".", cwd=root)


def test_ruff(tools: Tools, root: Path) -> None:
    """Rules and complexity."""
    tools.passes("ruff", "check", "--no-cache", ".", cwd=root)


def test_ruff_format(tools: Tools, root: Path) -> None:
    """One layout for all Python."""
    tools.passes("ruff", "format", "--no-cache", "--check", "--diff", ".", cwd=root)


@pytest.mark.slow
def test_mypy_shipped_code(tools: Tools, root: Path) -> None:
    """The shared code is typed throughout."""
    tools.passes("mypy", "-p", "ansible_collections.dataworks.network.plugins.module_utils", cwd=root)


@pytest.mark.slow
def test_mypy_simulator(tools: Tools, root: Path) -> None:
    """So is the local cloud."""
    tools.passes("mypy", "--python-version", "3.11", "-p", "simulator", cwd=root)


def test_reuse(tools: Tools, clone: Path) -> None:
    """Every file says whose it is and under which licence."""
    tools.passes("reuse", "--root", clone, "lint", "--lines", cwd=clone)


@pytest.mark.slow
def test_collection_docs(tools: Tools, collection: Path) -> None:
    """Documentation of plugins and roles is complete and its markup valid."""
    tools.passes("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".", cwd=collection)


def test_changelog(tools: Tools, collection: Path) -> None:
    """Changelog fragments are valid."""
    tools.passes("antsibull-changelog", "lint", cwd=collection)


@pytest.mark.slow
@pytest.mark.artifact
def test_galaxy_importer(tools: Tools, artifact: Path, tmp_path: Path) -> None:
    """Galaxy would import the collection, and logs neither error nor warning; ansible-lint is a gate of its own."""
    config = tmp_path / "galaxy-importer.cfg"
    config.write_text("[galaxy-importer]\nCHECK_REQUIRED_TAGS = True\nRUN_ANSIBLE_LINT = False\n", encoding="utf-8")
    importer = ["python", "-W", "ignore", "-m", "galaxy_importer.main", artifact]
    output = tools.passes(*importer, cwd=tmp_path, GALAXY_IMPORTER_CONFIG=str(config))
    assert [line for line in output.splitlines() if line.startswith(("WARNING", "ERROR"))] == []
