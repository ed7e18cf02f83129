"""What this kernel has run: whether an exercise is what its cell says now, and where the code was that was stopped.

A cell that raises a SyntaxError, or ends before its function is defined, leaves the earlier function in place; so does
one that was edited and not run. A check of that function would speak of code that is no longer on the screen.
"""

from __future__ import annotations

import ast
import linecache
import re
import sys
import sysconfig
import traceback
from pathlib import Path
from typing import Any

from autograder.files import PACKAGE
from autograder.text import place

_OTHERS = tuple(sysconfig.get_path(each) for each in ("stdlib", "platlib", "purelib"))


def outdated(name: str, names: dict[str, Any]) -> str:
    """What is wrong where the last cell that defines an exercise did not get as far; "" if all is well.

    names: those of the kernel; without IPython in it there are no cells.
    """
    latest = _latest(name, names.get("In", []))
    if latest is None:
        return ""
    try:
        tree = ast.parse(latest)
    except SyntaxError as error:
        lines = latest.split("\n")
        line = min(error.lineno or 1, len(lines))
        said = f"{type(error).__name__}: {error.msg}"
        return f"The last cell of {name} did not run: {said} ({place('line 1', line, lines[line - 1])})."
    source = _source(names.get(name))
    if source and _definition(source, name) not in (None, _definition_in(tree, name)):
        return f"The last cell of {name} ended before it was defined anew: see what it raised."
    return ""


def _latest(name: str, cells: list[str]) -> str | None:
    """The cell that was run last of those that define it; lines for the shell count as comments."""
    defines = re.compile(rf"^(?:(?:async +)?def|class) +{re.escape(name)}\b|^{re.escape(name)} *=(?!=)", re.MULTILINE)
    found = next((cell for cell in reversed(cells) if defines.search(cell)), None)
    return found and re.sub(r"^([ \t]*)[%!?].*", r"\1pass", found, flags=re.MULTILINE)


def _source(value: Any) -> str:
    """The text of the cell that a function, or a method of a class, was defined in; "" for anything else."""
    methods = [value, *vars(value).values()] if isinstance(value, type) else [value]
    files = [each.__code__.co_filename for each in methods if hasattr(each, "__code__")]
    return "".join(linecache.getlines(files[0])) if files else ""


def _definition(source: str, name: str) -> str | None:
    try:
        return _definition_in(ast.parse(source), name)
    except SyntaxError:
        return None


def _definition_in(tree: ast.Module, name: str) -> str | None:
    """The last definition at the top level, whatever its layout."""
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name
    ]
    return ast.dump(found[-1]) if found else None


def stopped_at(stop: BaseException) -> str:
    """Where the student's code was when it was stopped, as they find it; "" if it was not at work."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(stop.__traceback__)]
    own = [(file, line) for file, line in frames if _is_own(file)]
    if not own:
        return ""
    file, line = own[-1]
    script = Path(file).name if Path(file).suffix == ".py" and "ipykernel_" not in file else "line 1"
    return place(script, line, linecache.getline(file, line))


def _is_own(file: str) -> bool:
    """Whether the code of this file is the student's: a cell's or a script's, no library's, and no check's."""
    if file == getattr(sys.modules["__main__"], "__file__", None) or file.startswith("<ipython-input"):
        return True
    return not file.startswith(("<", str(PACKAGE), *_OTHERS)) and not Path(file).name.startswith("test_")
