"""The package as a house: rooms are its folders and top-level modules, arrows are imports between them.

`python -m tests.house` counts rooms, floors, arrows and circles, and lists who imports whom, and modules that are so
long that they may have more than one purpose.
"""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import autograder

PACKAGE = Path(autograder.__file__).parent
LONG_LINES = 400  # of a module, above which it may have more than one purpose
# Folders inside a room that are rooms of their own: the child side of the sandbox, and the parts that nbgrader loads.
INNER = ("sandbox.child", "integrations.nbgrader")
# A row of the table in CONTRIBUTING.md: its rooms, and their purpose.
_ROW = re.compile(r"^\| (`[^|]+`) \| ([^|]+) \|$", re.MULTILINE)

Graph = Mapping[str, set[str]]


def modules() -> dict[str, Path]:
    """Every module by its dotted name below the package; `__init__.py` is its folder."""
    return {dotted(path): path for path in sorted(PACKAGE.rglob("*.py")) if "__pycache__" not in path.parts}


def dotted(path: Path) -> str:
    """sandbox/child/wire.py -> sandbox.child.wire"""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    return next((inner for inner in INNER if f"{module}.".startswith(f"{inner}.")), module.split(".")[0])


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module of the package) of every import of the package in this file, at any depth."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = ("autograder." + package).rstrip(".").split(".")
                base = ".".join([*above[: len(above) - node.level + 1], *([base] if base else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] != "autograder":
                continue
            while len(parts) > 1 and not (PACKAGE.joinpath(*parts[1:]).is_dir() or _file(parts).is_file()):
                parts.pop()
            assert isinstance(node, ast.Import | ast.ImportFrom)
            yield node.lineno, ".".join(parts[1:])


def _file(parts: list[str]) -> Path:
    return PACKAGE.joinpath(*parts[1:]).with_suffix(".py") if len(parts) > 1 else PACKAGE / "__init__.py"


def imports() -> dict[str, set[str]]:
    """Module -> the modules of the package that it imports."""
    return {name: {other for _, other in imported(path)} - {name} for name, path in modules().items()}


def between_rooms(graph: Graph) -> dict[str, set[str]]:
    """Room -> the other rooms that it imports from."""
    rooms: dict[str, set[str]] = {room(module): set() for module in graph}
    for module, others in graph.items():
        rooms[room(module)] |= {room(other) for other in others} - {room(module)}
    return rooms


def inside(graph: Graph, name: str) -> dict[str, set[str]]:
    """The imports among the modules of one room."""
    return {
        module: {other for other in others if room(other) == name}
        for module, others in graph.items()
        if room(module) == name
    }


def circle(graph: Graph) -> list[str]:
    """A cycle: each name imports the one before it, and the first equals the last. Empty if there is none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def floors(graph: Graph) -> list[list[str]]:
    """The rooms of a package without cycles, lowest floor first: each imports only from lower floors."""
    sorter = graphlib.TopologicalSorter(graph)
    sorter.prepare()
    found = []
    while sorter.is_active():
        ready = sorter.get_ready()
        found.append(sorted(ready))
        sorter.done(*ready)
    return found


def in_order(contributing: str) -> list[list[str]]:
    """The rooms in the order of CONTRIBUTING.md's table, from the bottom up; a row may contain several."""
    rows = [row[1].split() for row in _ROW.finditer(contributing)]
    return [[name.strip("`/").replace("/", ".").removeprefix("autograder") for name in row] for row in rows]


def doors(graph: Graph, name: str) -> set[str]:
    """The modules of a room that other rooms import, as names in it, without the room's own `__init__.py`."""
    found: Iterable[str] = (
        other for module, others in graph.items() for other in others if room(module) != name == room(other)
    )
    return {other[len(name) + 1 :].split(".")[0] for other in found} - {""}


def main() -> None:
    graph = imports()
    rooms = between_rooms(graph)
    circles = [found for found in (circle(rooms), *(circle(inside(graph, name)) for name in rooms)) if found]
    arrows = sum(map(len, rooms.values()))
    levels = floors(rooms) if not circle(rooms) else []
    print(f"{len(graph)} modules, {len(rooms)} rooms, {len(levels)} floors, {arrows} arrows, {len(circles)} circles")
    for number, names in enumerate(levels):
        for name in names:
            print(f"{number}  {name or 'autograder'} <- {', '.join(sorted(rooms[name])) or 'nothing'}")
    for name, path in modules().items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONG_LINES:
            print(f"{name} has {lines} lines: is it one purpose still?")


if __name__ == "__main__":
    main()
