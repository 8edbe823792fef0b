# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a world file and names file, line and place of every mistake in it."""

from __future__ import annotations

import difflib
import types
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from simulator.world.model import World, problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.world.section import Path

WORLDS = FilePath(__file__).resolve().parent.parent / "worlds"


class WorldError(Exception):
    """A world that cannot be used; `lines` are its mistakes, one each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)


def find_world(name: str) -> FilePath:
    """Return the file of a world given by path, or by name when it is one that comes with the simulator."""
    path = FilePath(name)
    shipped = WORLDS / f"{name}.yml"
    if path.name == name and shipped.is_file():
        return shipped
    if path.is_file():
        return path
    known = ", ".join(sorted(item.stem for item in WORLDS.glob("*.yml")))
    raise WorldError([f"{name}: no such world file (worlds that come with the simulator: {known})"])


def load_world(path: FilePath) -> World:
    """Read and check a world file."""
    return parse_world(path.read_text(encoding="utf-8"), str(path))


def parse_world(text: str, source: str) -> World:
    """Read and check the text of a world; `source` names it in error messages."""
    content, lines = _read(text, source)
    try:
        world = World.model_validate(content)
    except ValidationError as error:
        raise WorldError(list(_explained(error, lines, source))) from None
    found = [_line(source, lines, problem.path, problem.message) for problem in problems(world)]
    if found:
        raise WorldError(found)
    return world


def _read(text: str, source: str) -> tuple[Any, dict[Path, int]]:
    loader = yaml.SafeLoader(text)
    lines: dict[Path, int] = {}
    try:
        node = loader.get_single_node()
        if node is None:
            raise WorldError([f"{source}:1: the file is empty"])
        return _value(loader, node, (), lines, source), lines
    except yaml.MarkedYAMLError as error:
        number = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WorldError([f"{source}:{number}: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise WorldError([f"{source}:1: {error}"]) from None
    finally:
        loader.dispose()


def _value(loader: yaml.SafeLoader, node: yaml.Node, path: Path, lines: dict[Path, int], source: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, index), lines, source) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines, source)
    return loader.construct_object(node)


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, path: Path, lines: dict[Path, int], source: str) -> Any:
    own = {id(key) for key, _ in node.value}
    loader.flatten_mapping(node)
    content: dict[str, Any] = {}
    written: set[str] = set()
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node))
        here, number = (*path, key), key_node.start_mark.line + 1
        if key in written:
            raise WorldError([_line(source, {here: number}, here, "is given twice")])
        if id(key_node) in own:
            written.add(key)
        lines[here] = number
        content[key] = _value(loader, value_node, here, lines, source)
    return content


def _line(source: str, lines: dict[Path, int], path: Path, message: str) -> str:
    known = path
    while known not in lines and known:
        known = known[:-1]
    place = _place(path)
    return f"{source}:{lines.get(known, 1)}: {place + ': ' if place else ''}{message}"


def _place(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _explained(error: ValidationError, lines: dict[Path, int], source: str) -> Iterable[str]:
    seen: set[str] = set()
    for item in error.errors(include_url=False):
        path = _without_tags(item["loc"], lines)
        line = _line(source, lines, path, _message(item, path))
        if line not in seen:
            seen.add(line)
            yield line


def _without_tags(location: Path, lines: dict[Path, int]) -> Path:
    """Drop the steps that name a variant of a model and not a place of the file; keep a last one that is missing."""
    path: Path = ()
    for index, step in enumerate(location):
        if (*path, step) in lines or (index == len(location) - 1 and isinstance(step, str) and step.isidentifier()):
            path = (*path, step)
    return path


def _message(item: Any, path: Path) -> str:
    if item["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        close = difflib.get_close_matches(str(path[-1]), known, 1)
        hint = f"; did you mean '{close[0]}'?" if close else ""
        return f'unknown key "{path[-1]}"{hint} (known: {", ".join(known)})' if known else f'unknown key "{path[-1]}"'
    if item["type"] == "missing":
        return "is missing"
    message = str(item["msg"]).removeprefix("Value error, ")
    value = item.get("input")
    if isinstance(value, str | int | float | bool) and not _is_secret(path):
        kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else ""
        quote = " (put it in quotes)" if item["type"] == "string_type" and kind else ""
        return f"{message}, not {value!r}{quote}"
    return message


def _is_secret(path: Path) -> bool:
    return any(word in str(step).lower() for step in path for word in ("secret", "password", "token", "_keys"))


def _known_keys(path: Path) -> list[str]:
    models: set[type[BaseModel]] = {World}
    for step in path:
        models = {found for model in models for found in _models_at(model, step)}
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


def _models_at(model: type[BaseModel], step: str | int) -> set[type[BaseModel]]:
    """Return the models a field leads to; an index or a free key stays in the models already found."""
    for name, field in model.model_fields.items():
        if step in (name, field.alias):
            return _models_in(field.annotation)
    return {model}


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    if get_origin(annotation) in (list, dict, tuple, Union, types.UnionType, Annotated):
        return {found for part in get_args(annotation) for found in _models_in(part)}
    return set()
