"""Draws a check's measurements: the lines of a plot, images as PNG, the shades of a table.

This module computes only numbers and positions. Text, which a student may have chosen, is passed unchanged to the
template, which escapes it.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.report.evidence import Figure
from autograder.text import measured

WIDTH, HEIGHT = 480, 260  # of a plot, in the units of its SVG
_TOP, _RIGHT, _BOTTOM = 26, 14, 40
_CHARACTER = 8.0  # the maximum width of a digit in a tick label
_MOST_TICKS = 6
_MARKED = 15  # a line with at most this many points shows each of them
_LARGEST = 1e300  # differences of numbers up to this are finite
_PICTURE = 84  # displayed size of an image in CSS pixels; scaled by an integer, so that its pixels stay square
_PNG = "data:image/png;base64,"
SHADES = 9


@dataclass(frozen=True)
class Tick:
    """A mark on an axis. at: its position in the units of the SVG."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """One series. path: of the SVG, with gaps for missing values. dots: (x, y) of points to mark.

    last: its last value, as text for the legend.
    """

    name: str
    path: str
    dots: tuple[tuple[float, float], ...]
    last: str


@dataclass(frozen=True)
class Plot:
    """A curve figure. left, right, top, bottom: of the area between the axes. said: the curves described in words."""

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    left: float
    right: float
    top: float
    bottom: float
    said: str


@dataclass(frozen=True)
class Picture:
    """One image of a contact sheet. address: a data URI. width, height: as displayed, in CSS pixels."""

    address: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True)
class Cell:
    """One number of a table. shade: 0 to SHADES, by its fraction of the row. exact: it is on the diagonal."""

    value: int
    shade: int
    exact: bool


def plot(figure: Figure) -> Plot:
    """The lines, ticks and text of a curve figure."""
    series = {name: [_moderate(value) for value in values] for name, values in figure.data["series"].items()}
    every = figure.data["every"]
    known = [value for values in series.values() for value in values if value is not None]
    low, high = _padded(min(known, default=0.0), max(known, default=1.0))
    ticks = _ticks(low, high, around=True)
    low, high = ticks[0], ticks[-1]
    labels = _labels(ticks)
    # Room for the tick labels, or a long number would be cut off at the page's edge.
    left = 10 + _CHARACTER * max(map(len, labels))
    right, top, bottom = WIDTH - _RIGHT, _TOP, HEIGHT - _BOTTOM
    last = max(max(map(len, series.values())) - 1, 1)

    def x_of(index: float) -> float:
        return round(left + (right - left) * index / last, 1)

    def y_of(value: float) -> float:
        return round(bottom - (bottom - top) * (value - low) / (high - low), 1)

    def line(name: str, values: Sequence[float | None]) -> Line:
        runs = _runs(values)
        marked = [run for run in runs if len(run) == 1 or len(values) <= _MARKED]
        path = " ".join("M" + "L".join(f"{x_of(i)} {y_of(v)}" for i, v in run) for run in runs if len(run) > 1)
        end = f"last {measured(runs[-1][-1][1])}" if runs else "no values"
        return Line(name, path, tuple((x_of(i), y_of(v)) for run in marked for i, v in run), end)

    return Plot(
        lines=tuple(line(name, values) for name, values in series.items()),
        across=tuple(Tick(x_of(at / every), f"{at:.0f}") for at in _ticks(0, last * every) if at == int(at)),
        up=tuple(Tick(y_of(at), label) for at, label in zip(ticks, labels, strict=True)),
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        said="; ".join(_said(name, values) for name, values in series.items()),
    )


def pictures(figure: Figure) -> tuple[Picture, ...]:
    """The images of a contact sheet, with their captions if there are any."""
    count, height, width = figure.data["shape"]
    if not height or not width:
        return ()
    pixels = np.frombuffer(base64.b64decode(figure.data["pixels"]), np.uint8).reshape(count, height, width)
    captions = [*figure.data["captions"], *[""] * count]
    factor = max(1, _PICTURE // max(height, width))
    return tuple(
        Picture(f"{_PNG}{base64.b64encode(png(image)).decode()}", caption, width * factor, height * factor)
        for image, caption in zip(pixels, captions, strict=False)
    )


def table(figure: Figure) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a matrix figure."""
    values = figure.data["values"]
    square = len(values) == len(values[0])
    rows = []
    for i, row in enumerate(values):
        total = sum(map(abs, row)) or 1
        # Rounded up, since readers look for the few that are confused with another class.
        shades = [math.ceil(SHADES * max(value, 0) / total) for value in row]
        cells = zip(row, shades, strict=True)
        rows.append(tuple(Cell(value, shade, square and i == j) for j, (value, shade) in enumerate(cells)))
    return tuple(rows)


def png(pixels: np.ndarray) -> bytes:
    """A PNG file. pixels: (h, w) uint8, gray from 0 (black) to 255 (white)."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return file.getvalue()


def _moderate(value: float | None) -> float | None:
    return None if value is None else min(max(value, -_LARGEST), _LARGEST)


def _padded(low: float, high: float) -> tuple[float, float]:
    """An interval that is not empty; a constant line runs through its middle."""
    largest = max(abs(low), abs(high))
    if high - low > 1e-6 * largest > 1e-290:
        return low, high
    room = 0.1 * largest if largest > 1e-280 else 1.0
    return low - room, high + room


def _ticks(low: float, high: float, *, around: bool = False) -> list[float]:
    """Round numbers from `low` to `high`, or with `around` just beyond: at most _MOST_TICKS.

    They are multiples of 1, 2 or 5 times a power of ten.
    """
    down, up = (math.floor, math.ceil) if around else (math.ceil, math.floor)
    slack = 1e-9 if around else -1e-9
    power = 10.0 ** math.floor(math.log10((high - low) / _MOST_TICKS))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        numbers = range(down(low / step + slack), up(high / step - slack) + 1)
        if len(numbers) <= _MOST_TICKS:
            break
    return [number * step for number in numbers]


def _labels(ticks: Sequence[float]) -> list[str]:
    """The ticks, with as many decimals as distinguish them."""
    largest = max(map(abs, ticks))
    step = math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9)
    if largest < 1e6 and step >= -5:
        return [f"{tick + 0.0:.{max(0, -step)}f}" for tick in ticks]
    digits = max(0, math.floor(math.log10(largest)) - step)
    return [f"{tick:.{digits}e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e") for tick in ticks]


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """(index, value) of the values, as one list for each stretch without a gap."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _said(name: str, values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return f"{name}: no values"
    return f"{name}: from {measured(known[0])} to {measured(known[-1])}"
