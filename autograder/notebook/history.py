"""What this kernel has run: whether an exercise is what its cell says now, and where the code was that was stopped.

A cell that raises a SyntaxError, or ends before its function is defined, leaves the earlier function in place; so does
one that was edited and not run. A check of that function would speak of code that is no longer on the screen. What is
on the screen the file tells, if it was saved since the cell ran: only then does it say more than the kernel knows.
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

_MEND = "Mend it and run it; until then there is nothing to check."


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
        return f"The last cell of {name} did not run: {said} ({place('line 1', line, lines[line - 1])}). {_MEND}"
    source = _source(names.get(name))
    if source and _definition(source, name) not in (None, _definition_in(tree, name)):
        return f"The last cell of {name} ended before it was defined anew: see what it raised. {_MEND}"
    return ""


_ran: list[tuple[str, int]] = []  # each cell that has run, and when the notebook had been saved last before


def follow(shell: Any) -> None:
    """Note each cell that this shell runs from now on."""
    with contextlib.suppress(AttributeError):  # a shell without events
        shell.events.register("pre_run_cell", lambda info: _ran.append((info.raw_cell, _saved(_file(shell.user_ns)))))


def edited(name: str, names: dict[str, Any]) -> str:
    """What is wrong where the notebook was saved with another definition than the one that ran; "" if nobody knows.

    names: those of the kernel.
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
    """The notebook, where Jupyter or VS Code tells."""
    told = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    file = Path(told) if isinstance(told, str) else Path()
    return file if file.suffix == ".ipynb" and file.is_file() else None


def _saved(file: Path | None) -> int:
    """When it was saved last, by the clock of the disk alone; 0 where that is not known."""
    with contextlib.suppress(OSError):
        return file.stat().st_mtime_ns if file else 0
    return 0


def _latest(name: str, cells: list[str]) -> str | None:
    """The cell that was run last of those that define it; lines for the shell count as comments."""
    defines = _defines(name)
    found = next((cell for cell in reversed(cells) if defines.search(cell)), None)
    return found and _plain(found)


def _defines(name: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:async +)?def|class) +{re.escape(name)}\b|^{re.escape(name)} *=(?!=)", re.MULTILINE)


def _plain(cell: str) -> str:
    return re.sub(r"^([ \t]*)[%!?].*", r"\1pass", cell, flags=re.MULTILINE)


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
    """Where the student's code was when it was stopped, and in which loop; "" if it was not at work."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(stop.__traceback__)]
    own = [(file, line) for file, line in frames if _is_own(file)]
    if not own:
        return ""
    at = _place(*own[-1])
    for file, line in reversed(own):  # the function that is at work may be called in a loop of another one
        loop = loop_around([line], loops_in("".join(linecache.getlines(file))))
        if loop is not None:
            looping = _place(file, loop)
            return at if looping == at else f"{at}, in the loop of {looping}"
    return at


def _place(file: str, line: int) -> str:
    script = Path(file).name if Path(file).suffix == ".py" and "ipykernel_" not in file else "line 1"
    return place(script, line, linecache.getline(file, line))


def _is_own(file: str) -> bool:
    """Whether the code of this file is the student's: a cell's or a script's, no library's, and no check's."""
    if file == getattr(sys.modules["__main__"], "__file__", None) or file.startswith("<ipython-input"):
        return True
    return not file.startswith(("<", str(PACKAGE), *_OTHERS)) and not Path(file).name.startswith("test_")
