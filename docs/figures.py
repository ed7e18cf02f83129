"""The figures of these documents: `python docs/figures.py` draws them anew, and a test says when that is due."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jupytext
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from autograder import plots

HERE = Path(__file__).parent
FIRST = HERE.parent / "solutions" / "losses" / "losses.py"


def course() -> dict[str, tuple[float, float, str, str]]:
    """Draw the map at the head of the first notebook, by that very cell; returns what it holds of each assignment."""
    (cell,) = [each for each in jupytext.read(FIRST).cells if "plots.diagram(" in each.source]
    names: dict[str, Any] = {"plots": plots, "plt": SimpleNamespace(show=lambda: None)}
    plots.style()
    exec(cell.source, names)
    return names["course"]


FIGURES = {"course.svg": course}


def svg(name: str) -> str:
    """A figure as SVG, the same whenever it is drawn with one version of matplotlib."""
    with plt.rc_context({"svg.hashsalt": name, "svg.fonttype": "path"}):
        FIGURES[name]()
        drawn = io.StringIO()
        plt.savefig(drawn, format="svg", metadata={"Date": None})
        plt.close()
    return drawn.getvalue()


if __name__ == "__main__":
    for name in FIGURES:
        (HERE / name).write_text(svg(name), encoding="utf-8")
