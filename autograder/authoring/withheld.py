"""Lists the parts of an assignment that students must not get, and refuses to release them."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.authoring.leaks import Leak, Secret, computed, distinctive_expressions, distinctive_lines, leaks
from autograder.authoring.public_checks import first_row, statements
from autograder.authoring.script import AuthorCell, bound_names
from autograder.checking.declare import Check, collect_mistakes


def refuse_leaks(
    folder: Path,
    cells: Sequence[AuthorCell],
    checks: Sequence[Check],
    notebook: Mapping[str, Any],
    texts: Mapping[str, str],
) -> None:
    """Raises: Leak, with every place at which a secret would be released."""
    file = f"{folder.name}.ipynb"
    released = {f"{file}, cell {n}": "".join(cell["source"]) for n, cell in enumerate(notebook["cells"], 1)}
    released[f"{file}, metadata"] = json.dumps([notebook["metadata"], *(c["metadata"] for c in notebook["cells"])])
    released |= texts
    found = leaks(released, [*_solution_secrets(cells), *_check_secrets(folder / "checks.py", checks)])
    found += _computed_in_pictures(folder / f"{folder.name}.py", cells)
    whole = {file: "\n".join(text for place, text in released.items() if place.startswith(file)), **texts}
    found += _leaked_mistakes(folder / "mistakes.py", cells, whole)
    if found:
        raise Leak(folder.name, list(dict.fromkeys(found)))


def _solution_secrets(cells: Sequence[AuthorCell]) -> list[Secret]:
    made = []
    for cell in cells:
        source = "\n".join(row for _, row in cell.solution)
        lines = [*distinctive_lines(source), *distinctive_expressions(source)]
        if cell.source.endswith(f"{cell.name} = None"):  # the answer to a question is short and still secret
            lines += [row for _, row in cell.solution if row.startswith(cell.name)]
        made += [Secret(line, f"solution of {cell.name}") for line in dict.fromkeys(lines)]
    return made


def _computed_in_pictures(script: Path, cells: Sequence[AuthorCell]) -> list[str]:
    """Computations in cells for plots that are a solution's with other variables. Setup cells show no secrets."""
    given = {form for cell in cells if cell.kind == "setup" for form in computed(cell.source)}
    secret: dict[str, str] = {}
    for cell in cells:
        if cell.kind == "exercise":
            secret |= dict.fromkeys(computed("\n".join(row for _, row in cell.solution)).keys() - given, cell.name)
    found = []
    for cell in cells:
        if cell.kind == "demo":
            for form, node in computed(cell.source).items():
                if form in secret:
                    text = ast.unparse(node)[:120]
                    found.append(
                        f"{script}, the cell in line {cell.line}: {text}  <- as in the solution of {secret[form]}"
                    )
    return found


def _check_secrets(path: Path, checks: Sequence[Check]) -> list[Secret]:
    """Names, titles and lines of hidden checks, except those that also occur in public parts of the file."""
    source = path.read_text(encoding="utf-8")
    rows = source.split("\n")
    hidden = {check.function.__name__ for check in checks if not check.public}
    secret_lines: dict[str, str] = {}
    open_lines: set[str] = set()
    for node in statements(path, source):
        lines = distinctive_lines("\n".join(rows[first_row(rows, node) : node.end_lineno]))
        owner = bound_names(node) & hidden
        if owner:
            secret_lines.update((line, min(owner)) for line in lines)
        else:
            open_lines.update(lines)
    titles = [check.title for check in checks if check.public]
    made = [Secret(name, "name of a hidden check") for name in sorted(hidden)]
    for check in checks:
        if not check.public and not any(check.title in title for title in titles):
            made.append(Secret(check.title, f"title of the hidden check {check.name}"))
    made += [Secret(line, f"hidden check {name}") for line, name in secret_lines.items() if line not in open_lines]
    return made


def _leaked_mistakes(path: Path, cells: Sequence[AuthorCell], released: Mapping[str, str]) -> list[str]:
    """Sentences of mistakes, and mistakes all of whose computing lines are in one file."""
    known = collect_mistakes(path)
    found = leaks(released, [Secret(mistake.says, f"sentence of the mistake {mistake.name}") for mistake in known])
    given = {line for cell in cells if cell.kind == "exercise" for line in distinctive_lines(cell.source)}
    source = path.read_text(encoding="utf-8")
    rows = source.split("\n")
    for node in statements(path, source, strict=False) if known else ():
        name = bound_names(node) & {mistake.name for mistake in known}
        lines = distinctive_lines("\n".join(rows[node.lineno - 1 : node.end_lineno]))
        parts = [Secret(line, f"mistake {min(name)}") for line in lines if name and line not in given]
        for place, text in released.items() if parts else ():
            if all(leaks({place: text}, [part]) for part in parts):
                found += leaks({place: text}, parts[:1])
    return found
