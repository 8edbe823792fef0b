# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are, what may import what, and what AWX makes of it."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CLONE = ROOT / "collections" / "ansible_collections" / "dataworks" / "network"
LEFTOVERS = {".git", ".venv", "build", ".ansible", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
FRONT_DOORS = {
    "connect_rds.yml": "dataworks.network.connect_rds",
    "disconnect_rds.yml": "dataworks.network.disconnect_rds",
}
OFFERED_BY_AWX = [
    "connect_rds.yml",
    "disconnect_rds.yml",
    "playbooks/connect_rds.yml",
    "playbooks/disconnect_rds.yml",
]
# A new top-level folder or file that Ansible reads from a collection belongs here, and then needs its link.
COLLECTION_CONTENT = ["plugins", "roles", "playbooks", "extensions", "meta", "changelogs", "galaxy.yml", "README.md"]


def repository_files(top: Path = ROOT) -> Iterator[Path]:
    """Every file of the repository itself: no link followed, nothing a tool left behind."""
    for folder, names, files in os.walk(top):
        names[:] = sorted(name for name in names if name not in LEFTOVERS | {"__pycache__"})
        yield from (Path(folder, name) for name in sorted(files) if not Path(folder, name).is_symlink())


def relative(path: Path) -> str:
    """The path as seen from the root."""
    return path.relative_to(ROOT).as_posix()


# The clone as a collection


def test_clone_folder_is_real_and_holds_links_only() -> None:
    """A real directory whose entries are links; a link in its place would be a cycle."""
    for folder in (CLONE, *CLONE.parents[:3]):
        assert folder.is_dir()
        assert not folder.is_symlink()
    assert [entry.name for entry in CLONE.iterdir() if not entry.is_symlink()] == []


def test_every_part_of_the_collection_has_its_link() -> None:
    """What Ansible reads from a collection is reachable through the clone."""
    present = {name for name in COLLECTION_CONTENT if (ROOT / name).exists()}
    linked = {entry.name for entry in CLONE.iterdir()}
    assert present <= linked


def test_links_are_relative_whole_and_no_cycles() -> None:
    """Each leads to its namesake at the root by a relative way, and never to a folder it lies in."""
    for link in CLONE.iterdir():
        assert not link.readlink().is_absolute()
        assert link.resolve() == ROOT / link.name
        assert link.resolve() not in link.parents
        assert link.exists(), f"{link.name} leads nowhere"


def test_ansible_cfg_names_the_clone_first_in_both_spellings() -> None:
    """AWX's inventory updates read the plural key, everything else the singular one."""
    config = configparser.ConfigParser()
    config.read(ROOT / "ansible.cfg")
    paths = config["defaults"]["collections_path"]
    assert config["defaults"]["collections_paths"] == paths
    assert paths.split(":")[0] == "collections"


def test_awx_installs_nothing_by_itself() -> None:
    """AWX installs what these files name; the collection has no dependencies."""
    for name in ("requirements.yml", "requirements.yaml", "roles/requirements.yml", "collections/requirements.yml"):
        assert not (ROOT / name).exists()


def test_inventories_are_not_executable() -> None:
    """An executable inventory would be run as a script."""
    assert [path for path in repository_files(ROOT / "inventory") if os.access(path, os.X_OK)] == []


@pytest.mark.parametrize(("name", "playbook"), FRONT_DOORS.items())
def test_front_door_is_one_import(name: str, playbook: str) -> None:
    """The playbooks at the root contain nothing but the real one; AWX's rule wants the short keyword."""
    (play,) = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert {key for key in play if key != "name"} == {"import_playbook"}
    assert play["import_playbook"] == playbook


# AWX's own rule for what is a playbook

PLAYBOOK_LINE = re.compile(r"^\s*?-?\s*?(?:hosts|include|import_playbook):\s*?.*?$")
SKIPPED_FOLDERS = {"roles", "tasks", "group_vars", "host_vars"}


def could_be_playbook(path: Path) -> bool:
    """Whether AWX takes the file for a playbook."""
    if path.suffix not in {".yml", ".yaml"}:
        return False
    text = path.read_text(encoding="utf-8", errors="ignore")
    return text.startswith("$ANSIBLE_VAULT;") or any(PLAYBOOK_LINE.match(line) for line in text.splitlines())


def awx_playbooks(*, follow_links: bool) -> list[str]:
    """The playbooks AWX offers in a job template."""
    found = []
    for folder, names, files in os.walk(ROOT, followlinks=follow_links):
        names[:] = [name for name in names if name not in LEFTOVERS]
        elements = Path(folder).relative_to(ROOT).parts
        if SKIPPED_FOLDERS & set(elements) or any(element.startswith(".") for element in elements):
            continue
        found += [relative(Path(folder, name)) for name in files if could_be_playbook(Path(folder, name))]
    return sorted(found)


def test_awx_offers_exactly_these_playbooks() -> None:
    """No inventory, world or fixture is mistaken for a playbook."""
    assert awx_playbooks(follow_links=False) == OFFERED_BY_AWX


def test_awx_following_links_offers_each_of_them_once_more_at_most() -> None:
    """With AWX told to follow links the list stays finite and known."""
    behind_links = [f"{relative(CLONE)}/{name}" for name in OFFERED_BY_AWX if name.startswith("playbooks/")]
    assert awx_playbooks(follow_links=True) == sorted(OFFERED_BY_AWX + behind_links)


# Metadata


def test_action_group_holds_every_module() -> None:
    """One group, all modules, so that module_defaults reach each of them."""
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
    assert runtime["action_groups"] == {"all": modules}


def test_galaxy_metadata() -> None:
    """One way of naming the licence, a required tag, no dependencies, and the clone's links left out."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert ("license" in galaxy) != ("license_file" in galaxy)
    assert {"cloud", "networking", "database"} <= set(galaxy["tags"])
    assert galaxy["dependencies"] == {}
    assert {"collections", "simulator", "tests"} <= set(galaxy["build_ignore"])


def requirement_lines(name: str) -> list[str]:
    """The requirements of a file, without comments."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_execution_environments_get_the_runtime_requirements_and_no_others() -> None:
    """Development tools never leak into an execution environment."""
    assert requirement_lines("meta/ee-requirements.txt") == requirement_lines("requirements.txt")
    assert not [line for line in requirement_lines("requirements.txt") if line.startswith("ansible")]
    names = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert names == {"python": "meta/ee-requirements.txt", "system": "meta/ee-bindep.txt"}
    assert all((ROOT / name).is_file() for name in names.values())


# Files


def annotated_elsewhere() -> list[str]:
    """The patterns of REUSE.toml, and the licence texts themselves."""
    listed = re.findall(r'^  "(.+)",$', (ROOT / "REUSE.toml").read_text(encoding="utf-8"), re.MULTILINE)
    return [pattern.replace("**.", "*.") for pattern in listed] + ["COPYING", "LICENSES/*"]


def test_every_file_says_whose_it_is() -> None:
    """Both SPDX lines at the top, or an entry in REUSE.toml."""
    elsewhere = annotated_elsewhere()
    silent = []
    for path in repository_files():
        if not path.stat().st_size or any(fnmatch(relative(path), pattern) for pattern in elsewhere):
            continue
        head = path.read_text(encoding="utf-8", errors="ignore")[:600]
        if not (
            "SPDX-FileCopyrightText: The dataworks" in head and "SPDX-License-Identifier: GPL-3.0-or-later" in head
        ):
            silent.append(relative(path))
    assert silent == []


def test_no_file_is_named_after_nothing() -> None:
    """A name says what is inside."""
    nameless = {"util", "utils", "helper", "helpers", "common", "misc"}
    assert [relative(path) for path in repository_files() if path.stem.strip("_") in nameless] == []


def test_no_file_knows_where_it_was_written() -> None:
    """No path of a machine, no host of a package index."""
    places = [re.escape(f"{ROOT}/"), r"/(home|Users)/\w+/", r"/roo[t]/", r"[.]pyenv/versions/\d"]
    hosts = [r"index[-]url", r"pypi[.]org", r"python[h]osted"]
    telltale = re.compile("|".join(places + hosts))
    texts = {relative(path): path.read_text(encoding="utf-8", errors="ignore") for path in repository_files()}
    assert [name for name, text in texts.items() if telltale.search(text)] == []
