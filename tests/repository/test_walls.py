# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walls between the layers, read from the syntax trees."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "ansible_collections.dataworks.network"
MODULE_UTILS = f"{COLLECTION}.plugins.module_utils"
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
SIMULATOR = sorted((ROOT / "simulator").rglob("*.py"))
CORE = [path for path in PLUGINS if "module_utils/core" in path.as_posix()]
API = [path for path in PLUGINS if "module_utils/api" in path.as_posix()]
RUN = [path for path in PLUGINS if "module_utils/run" in path.as_posix()]
# Input, output, time, chance and the environment: no business of pure code.
IMPURE = set(
    """
    asyncio concurrent glob http importlib io locale logging multiprocessing os pathlib platform queue random sched
    secrets select shutil signal socket ssl subprocess sys tempfile threading time urllib uuid warnings
    """.split()
)
CLOCKS = {"now", "utcnow", "today"}
BUILTINS = {"open", "print", "input", "eval", "exec", "__import__"}


def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def package(path: Path) -> list[str]:
    """The dotted package a file belongs to, as Ansible or Python imports it."""
    parts = path.relative_to(ROOT).parent.parts
    return [*COLLECTION.split("."), *parts] if parts[0] == "plugins" else list(parts)


def imports(path: Path) -> set[str]:
    """Every dotted name a file imports, relative ones resolved, `from a import b` as a.b."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            here = package(path)
            prefix = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*prefix, *filter(None, [node.module])])
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, *packages: str) -> bool:
    """Whether a dotted name lies in one of the packages."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def calls(path: Path) -> list[ast.Call]:
    """Every call in a file."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def foreign_imports(paths: list[Path], forbidden: tuple[str, ...]) -> dict[str, list[str]]:
    """The forbidden imports of each file that has some."""
    found = {path: [name for name in imports(path) if within(name, *forbidden)] for path in paths}
    return {path.relative_to(ROOT).as_posix(): sorted(names) for path, names in found.items() if names}


def test_core_imports_itself_and_the_pure_standard_library() -> None:
    """Neither Ansible nor an SDK, and nothing that reads, writes, waits or rolls dice."""
    for path in CORE:
        outside = {name for name in imports(path) if not within(name, f"{MODULE_UTILS}.core")}
        tops = {name.split(".")[0] for name in outside}
        assert tops <= set(sys.stdlib_module_names) - IMPURE, path


def test_core_asks_no_clock_and_does_no_io() -> None:
    """What time it is, is an argument."""
    for path in CORE:
        assert {called(call) for call in calls(path)} & CLOCKS == set(), path
        direct = {call.func.id for call in calls(path) if isinstance(call.func, ast.Name)}
        assert direct & BUILTINS == set(), path


def test_api_knows_neither_modules_nor_the_layer_above() -> None:
    """The layer that talks to the cloud can be used without Ansible's module machinery."""
    assert foreign_imports(API, ("ansible.module_utils.basic", f"{MODULE_UTILS}.run")) == {}
    assert [path for path in API if "AnsibleModule" in path.read_text(encoding="utf-8")] == []


def test_only_run_makes_modules() -> None:
    """Modules are shims; AnsibleModule is made in one place."""
    others = [path for path in PLUGINS if path not in RUN]
    assert foreign_imports(others, ("ansible.module_utils.basic",)) == {}


def test_there_is_one_fail_json() -> None:
    """Errors are exceptions, translated once, at the edge."""
    places = [path for path in PLUGINS for call in calls(path) if called(call) == "fail_json"]
    assert len(places) == 1
    assert places[0] in RUN


def test_nothing_shipped_imports_the_simulator() -> None:
    """The local cloud is for development; the collection does not know it."""
    assert foreign_imports(PLUGINS, ("simulator", "tests")) == {}


def test_the_simulator_imports_nothing_shipped() -> None:
    """A cloud that shared code with the collection would share its errors."""
    assert foreign_imports(SIMULATOR, ("ansible", "ansible_collections", "plugins")) == {}


def function_lengths(path: Path) -> Iterator[tuple[str, int]]:
    """Each function and its lines, docstring not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            first = body[0].lineno if body else node.lineno
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or first) - first + 1


def code_lines(path: Path) -> int:
    """The lines of a file without its documentation blocks."""
    lines = path.read_text(encoding="utf-8").count("\n")
    for node in tree(path).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= (node.end_lineno or node.lineno) - node.lineno + 1
    return lines


def test_functions_and_files_are_short() -> None:
    """No function over 40 lines, no file over 300."""
    code = PLUGINS + SIMULATOR
    assert {name: lines for path in code for name, lines in function_lengths(path) if lines > 40} == {}
    assert {path.as_posix(): code_lines(path) for path in code if code_lines(path) > 300} == {}
