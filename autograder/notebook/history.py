"""Tracks what this kernel has run: whether an exercise's cell is up to date, and where interrupted code was.

If a cell raises a SyntaxError, ends before it defines its function, or was edited but not run, the kernel still has the
earlier function. A check of that function would report on code that is no longer on the screen. The saved notebook file
shows the current code, but only if it was saved after the cell ran.
"""

from __future__ import annotations

import ast
import contextlib
import json
import linecache
import os
import re
import sys
import sysconfig
import traceback
from pathlib import Path
from typing import Any

from autograder.files import PACKAGE
from autograder.submission.loops import loop_around, loops_in
from autograder.text import place

_OTHERS = tuple(sysconfig.get_path(each) for each in ("stdlib", "platlib", "purelib"))

_MEND = "Fix it and run it; until then there is nothing to check."


def outdated(name: str, names: dict[str, Any]) -> str:
    """A message if the last cell that defines an exercise failed before the definition; "" if it did not.

    names: the kernel's variables; without IPython they contain no cells.
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
        return f"The last cell of {name} did not run: {said} ({place('line 1', line, lines[line - 1])}). {_MEND}"
    source = _source(names.get(name))
    if source and _definition(source, name) not in (None, _definition_in(tree, name)):
        return f"The last cell of {name} ended before it defined {name} again: see what it raised. {_MEND}"
    return ""


_ran: list[tuple[str, int]] = []  # each cell that has run, and the notebook's last save before that


def follow(shell: Any) -> None:
    """Record each cell that this shell runs from now on."""
    with contextlib.suppress(AttributeError):  # a shell without events
        shell.events.register("pre_run_cell", lambda info: _ran.append((info.raw_cell, _saved(_file(shell.user_ns)))))


def edited(name: str, names: dict[str, Any]) -> str:
    """A message if the saved notebook's definition differs from the one that ran; "" if not, or if it is unknown.

    names: the kernel's variables.
    """
    defines, file = _defines(name), _file(names)
    ran = next(((cell, saved) for cell, saved in reversed(_ran) if defines.search(cell)), None)
    if ran is None or file is None or _saved(file) in (0, ran[1]):
        return ""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        shown = [source for source in sources if defines.search(source)]
        if len(shown) == 1 and _definition(_plain(shown[0]), name) != _definition(_plain(ran[0]), name):
            return f"The cell of {name} was edited after it ran. Run it again; until then there is nothing to check."
    return ""


def _file(names: dict[str, Any]) -> Path | None:
    """The notebook's file, if Jupyter or VS Code provides it."""
    told = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    file = Path(told) if isinstance(told, str) else Path()
    return file if file.suffix == ".ipynb" and file.is_file() else None


def _saved(file: Path | None) -> int:
    """The file's modification time in ns, which is only compared with itself; 0 if it is not known."""
    with contextlib.suppress(OSError):
        return file.stat().st_mtime_ns if file else 0
    return 0


def _latest(name: str, cells: list[str]) -> str | None:
    """The cell run last of those that define the exercise. Shell and magic lines are replaced by `pass`."""
    defines = _defines(name)
    found = next((cell for cell in reversed(cells) if defines.search(cell)), None)
    return found and _plain(found)


def _defines(name: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:async +)?def|class) +{re.escape(name)}\b|^{re.escape(name)} *=(?!=)", re.MULTILINE)


def _plain(cell: str) -> str:
    return re.sub(r"^([ \t]*)[%!?].*", r"\1pass", cell, flags=re.MULTILINE)


def _source(value: Any) -> str:
    """The source of the cell that defined a function or a class's methods; "" for anything else."""
    methods = [value, *vars(value).values()] if isinstance(value, type) else [value]
    files = [each.__code__.co_filename for each in methods if hasattr(each, "__code__")]
    return "".join(linecache.getlines(files[0])) if files else ""


def _definition(source: str, name: str) -> str | None:
    try:
        return _definition_in(ast.parse(source), name)
    except SyntaxError:
        return None


def _definition_in(tree: ast.Module, name: str) -> str | None:
    """The last top-level definition, in a form that does not depend on its formatting."""
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name
    ]
    return ast.dump(found[-1]) if found else None


def stopped_at(stop: BaseException) -> str:
    """Where the student's code was when it was interrupted, and in which loop; "" if it was not running."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(stop.__traceback__)]
    own = [(file, line) for file, line in frames if _is_own(file)]
    if not own:
        return ""
    at = _place(*own[-1])
    for file, line in reversed(own):  # the running function may be called in a loop of another one
        loop = loop_around([line], loops_in("".join(linecache.getlines(file))))
        if loop is not None:
            looping = _place(file, loop)
            return at if looping == at else f"{at}, in the loop of {looping}"
    return at


def _place(file: str, line: int) -> str:
    script = Path(file).name if Path(file).suffix == ".py" and "ipykernel_" not in file else "line 1"
    return place(script, line, linecache.getline(file, line))


def _is_own(file: str) -> bool:
    """Whether this file's code is the student's: a cell or a script, not a library or a check."""
    if file == getattr(sys.modules["__main__"], "__file__", None) or file.startswith("<ipython-input"):
        return True
    return not file.startswith(("<", str(PACKAGE), *_OTHERS)) and not Path(file).name.startswith("test_")
