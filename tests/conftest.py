# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps every test apart from the environment of whoever runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

import pytest
import requests
import yaml
from ansible.release import __version__ as ansible_version

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = re.compile(r"(?i)^((https?|all|no)_proxy|debug|lc_.*|(alibaba_?cloud|ansible|awx|tower)_.*)$")


def run(
    command: str, *arguments: str, cwd: Path, check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment the tests run in; its two streams come back as one."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name(command)), *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if check and done.returncode:
        pytest.fail(f"{command} {' '.join(arguments)}\n\n{done.stdout}", pytrace=False)
    return done


def pytest_configure(config: pytest.Config) -> None:
    """Drop foreign settings before anything reads them, in xdist workers too."""
    for name in [name for name in os.environ if FOREIGN.match(name)]:
        del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal the slow tests out evenly, first in each worker's share: pytest-xdist hands out contiguous shares."""
    shares = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    slow = sorted((item for item in items if item.get_closest_marker("slow")), key=_patience, reverse=True)
    quick = [item for item in items if not item.get_closest_marker("slow")]
    size = -(-len(quick) // shares)
    items[:] = [item for n in range(shares) for item in (*slow[n::shares], *quick[n * size : (n + 1) * size])]


def _patience(item: pytest.Item) -> bool:
    """ansible-test takes longest."""
    return item.get_closest_marker("sanity") is not None


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """HOME is an empty folder, so that no profile, configuration or collection of the user is found."""
    home = tmp_path_factory.mktemp("home")
    os.environ.update(
        HOME=str(home),
        LANG="C.UTF-8",
        XDG_CONFIG_HOME=str(home / ".config"),
        XDG_CACHE_HOME=str(home / ".cache"),
        ANSIBLE_HOME=str(home / ".ansible"),
        ANSIBLE_NOCOLOR="1",
        PYTHONDONTWRITEBYTECODE="1",  # clones stay as they were made
        # ansible.cfg switches them off for the sake of ansible-core 2.18 alone.
        ANSIBLE_DEPRECATION_WARNINGS=str(not ansible_version.startswith("2.18.")),
    )


@pytest.fixture(autouse=True)
def _redirects() -> None:
    """The collection's client switches redirects off for its process; that must not reach the next test."""
    requests.sessions.DEFAULT_REDIRECT_LIMIT = requests.models.DEFAULT_REDIRECT_LIMIT


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


def copy_tree(root: Path, target: Path, ignored: Iterable[str], *, keep_links: bool) -> None:
    """Copy the repository without the paths that match, as `build_ignore` matches them."""
    patterns = [".git", ".venv", "build", ".ansible", *ignored]

    def matching(folder: str, names: list[str]) -> set[str]:
        paths = {name: Path(folder, name).relative_to(root).as_posix() for name in names}
        hit = {name for name, path in paths.items() if any(fnmatch(path, pattern) for pattern in patterns)}
        return hit | {"__pycache__"}

    shutil.copytree(root, target, symlinks=keep_links, ignore=matching)


@pytest.fixture(scope="session")
def collection(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dereferenced copy of what is shipped, at a path ending in ansible_collections/dataworks/network."""
    galaxy = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))
    target = tmp_path_factory.mktemp("copy") / "ansible_collections" / galaxy["namespace"] / galaxy["name"]
    copy_tree(root, target, galaxy["build_ignore"], keep_links=False)
    (target / "tests").mkdir()
    shutil.copy2(root / "tests" / "config.yml", target / "tests" / "config.yml")
    return target


@pytest.fixture(scope="session")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository as a fresh clone has it, without what tools leave behind and without git."""
    target = tmp_path_factory.mktemp("clone") / "dataworks.network"
    copy_tree(root, target, [".*_cache", ".hypothesis", "*.tar.gz"], keep_links=True)
    return target


@pytest.fixture(scope="session")
def artifact(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tarball that `ansible-galaxy collection build` makes of a fresh clone."""
    folder = tmp_path_factory.mktemp("artifact")
    run("ansible-galaxy", "collection", "build", "--output-path", str(folder), cwd=clone)
    (built,) = folder.glob("*.tar.gz")
    return built


class Installed:
    """The collection as a user has it who never saw the repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.collections = folder / "collections"

    def playbook(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ansible-playbook from an empty folder and return what it said, both streams in one."""
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        paths = {"ANSIBLE_COLLECTIONS_PATH": str(self.collections)}
        return run("ansible-playbook", *arguments, cwd=empty, check=False, **paths, **environment)


@pytest.fixture(scope="session")
def installed(artifact: Path) -> Installed:
    """The artifact installed into an empty folder, without a network."""
    target = Installed(artifact.parent)
    install = ["collection", "install", "--offline", "--no-deps", "-p", str(target.collections), str(artifact)]
    run("ansible-galaxy", *install, cwd=artifact.parent)
    return target
