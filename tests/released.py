"""A small release, and work on it as notebooks and scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.submission.read import Submission
from autograder.submission.release import Release

SETUP = "import numpy as np"
HELPER = "def shape_of(x):\n    return np.shape(x)"
STUB = 'def {name}(x):\n    # YOUR CODE HERE\n    raise NotImplementedError("{name} is not written yet")'
DEMO = "import matplotlib.pyplot as plt  # pictures\nfrom autograder.notebook import uses\nplt.plot([1, 2])"


def code(source: str, tag: str | None = None, grade_id: str | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": [tag]} if tag else {}
    if grade_id:
        metadata["nbgrader"] = {"grade_id": grade_id}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def released(assignment: str = "optimizers", names: tuple[str, ...] = ("sgd", "adam")) -> dict[str, Any]:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Title"},
        code("from autograder.notebook import check", "check", "check_import"),
        code(SETUP, "setup:1", "setup_1"),
    ]
    for name in names:
        cells += [code(STUB.format(name=name), f"exercise:{name}", name)]
        cells += [code(f'check("{name}")', "check", f"check_{name}")]
        if name == names[0]:
            cells += [code(HELPER, "setup:2", "setup_2"), code(DEMO, "demo")]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"autograder": {"assignment": assignment}}, "cells": cells}


def script(notebook: dict[str, Any]) -> str:
    """The notebook as a percent script, in the same form as the release's."""
    out = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags")
        if cell["cell_type"] == "markdown":
            out.append("# %% [markdown]\n# " + cell["source"])
        else:
            out.append("# %%" + (f" tags={json.dumps(tags)}" if tags else "") + "\n" + cell["source"])
    return "\n\n".join(out) + "\n"


def put(path: Path, notebook: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    return path


def make_release(folder: Path, assignment: str = "optimizers", names: tuple[str, ...] = ("sgd", "adam")) -> Release:
    notebook = released(assignment, names)
    put(folder / assignment / f"{assignment}.ipynb", notebook)
    put(folder / assignment / f"{assignment}.py", script(notebook))
    return Release.load(folder / assignment, assignment)


def solved() -> dict[str, Any]:
    notebook = released()
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("raise NotImplementedError", "return x  #")
    return notebook


def kinds(submission: Submission) -> list[tuple[str, str | None]]:
    return [(cell.kind, cell.name) for cell in submission.cells]


ALL = [("setup", "1"), ("exercise", "sgd"), ("setup", "2"), ("demo", None), ("exercise", "adam")]
