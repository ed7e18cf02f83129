"""Shows the hints that are folded below an exercise in the notebook, one per call."""

from __future__ import annotations

import json
import re
from typing import Any

from autograder.errors import CourseError
from autograder.notebook.places import name_of, release_of
from autograder.notebook.shell import display, release_in

_HINT = re.compile(r"<details><summary>(Hint[^<]*)</summary>\s*(.*?)\s*</details>", re.DOTALL)
_FORMULA = re.compile(r"\$([^$]+)\$")
_SIGNS = {"times": "×", "cdot": "·", "odot": "⊙", "partial": "∂", "beta": "β", "gamma": "γ", "eta": "η"}
_shown: dict[str, int] = {}


def hint(exercise: Any = None) -> None:
    """Show the next hint of an exercise. No grade or report records this.

    exercise: its name, or the function or class itself.

    Raises: CourseError if there is no such exercise, or it has no hints.
    """
    name = name_of(exercise, "hint")
    hints = hints_of(json.loads(release_in(release_of(name)).notebook), name)
    if not hints:
        raise CourseError(f"{name} has no hints: read its text and the messages of its checks")
    number = min(_shown.get(name, 0), len(hints) - 1)
    _shown[name] = number + 1
    title, text = hints[number]
    display(f"{title}\n{plain(text)}", "text/markdown", f"**{title}**\n\n{text}")


def hints_of(notebook: Any, name: str) -> list[tuple[str, str]]:
    """The title and text of each folded hint between an exercise's cell and the next code cell other than its check."""
    found: list[tuple[str, str]] = []
    here = False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            tags = cell["metadata"].get("tags", [])
            here = f"exercise:{name}" in tags or (here and "check" in tags)
        elif here:
            found += _HINT.findall("".join(cell["source"]))
    return found


def plain(text: str) -> str:
    """A hint for a terminal: formulas have symbols instead of LaTeX commands, and no dollar signs."""
    return _FORMULA.sub(lambda formula: _without_commands(formula[1]), text)


def _without_commands(formula: str) -> str:
    formula = re.sub(r"\\hat\s*(\w)", r"\1_hat", formula.replace(r"\,", " "))
    formula = re.sub(r"\s*\\(times|cdot|odot)\s*", lambda command: f" {_SIGNS[command[1]]} ", formula)
    return re.sub(r"\\([a-z]+) ?", lambda command: _SIGNS.get(command[1], command[0]), formula)
