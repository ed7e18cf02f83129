"""Measurements that a check adds to a report and its page: numbers, curves, images and tables.

They never decide a grade. Measurements reported by the student's process are marked as such. numpy is imported only
where it is used, so that commands that read reports or submissions start fast.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import CourseError

GRADER, STUDENT = "grader", "student"
MOST_POINTS, MOST_SERIES, MOST_IMAGES, LONGEST_SIDE, MOST_CLASSES = 400, 8, 40, 64, 64
_LONGEST_TEXT = 100


@dataclass(frozen=True)
class Figure:
    """One thing to show. data: ready for JSON, by kind:

    number: value. curve: series (name -> values at 0, every, 2 every, ... of the axis x, None for a gap), x, y, every.
    images: pixels (base64 of uint8 rows), shape [n, height, width], captions. matrix: values, rows, columns.
    source: who measured it, "grader" or "student".
    """

    kind: str
    title: str
    data: Mapping[str, Any]
    source: str = GRADER

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "title": self.title, "source": self.source} | dict(self.data)

    @classmethod
    def from_dict(cls, item: Any, where: str) -> Figure:
        """The figure in `item`. Raises: CourseError, naming the place, if it is not one."""
        try:
            data = dict(item)
            kind, title, source = data.pop("kind"), data.pop("title"), data.pop("source")
            if source not in (GRADER, STUDENT) or not isinstance(title, str):
                raise ValueError("its title or source")
            return cls(kind, title, _READERS[kind](**data), source)
        except (TypeError, ValueError, KeyError, AttributeError, CourseError) as error:
            raise CourseError(f"{where} is not a figure of a report: {error}") from None


@dataclass
class Evidence:
    """Collects figures while a check runs. Invalid data from a student's process is left out."""

    figures: list[Figure] = field(default_factory=list)

    def number(self, title: str, value: Any, *, source: str = GRADER) -> None:
        """value: a finite number."""
        self._add("number", title, source, value=value)

    def curve(self, title: str, series: Mapping[str, Sequence[Any]], *, x: str, y: str, source: str = GRADER) -> None:
        """series: name -> values at 0, 1, 2, ... of the axis `x`; values that are not finite become gaps.

        Long series are thinned: the same second, third, ... values of all of them are kept.
        """
        self._add("curve", title, source, series=series, x=x, y=y)

    def images(self, title: str, images: Any, captions: Sequence[str] = (), *, source: str = GRADER) -> None:
        """images: (n, h, w) or (n, 1, h, w), uint8 or floats from 0 to 1; the first 40 are kept. captions: n texts."""
        self._add("images", title, source, images=images, captions=captions)

    def matrix(self, title: str, values: Any, *, rows: str, columns: str, source: str = GRADER) -> None:
        """values: (k, k) integers. rows, columns: the names of the axes."""
        self._add("matrix", title, source, values=values, rows=rows, columns=columns)

    def _add(self, kind: str, title: str, source: str, **values: Any) -> None:
        if source not in (GRADER, STUDENT):
            raise CourseError(f"the check's evidence {title!r} has the source {source!r}; it is 'grader' or 'student'")
        try:
            figure = Figure(kind, _text(title), _WRITERS[kind](**values), source)
        except (TypeError, ValueError, AttributeError, LookupError, OverflowError) as error:
            if source == GRADER:
                raise CourseError(f"the check's evidence {title!r} cannot be shown: {error}") from error
            return
        self.figures.append(figure)


def _number(value: Any) -> dict[str, Any]:
    return {"value": _finite(float(value))}


def _curve(series: Mapping[str, Sequence[Any]], x: str, y: str, every: int = 1) -> dict[str, Any]:
    if not 0 < len(series) <= MOST_SERIES:
        raise ValueError(f"it has {len(series)} series; 1 to {MOST_SERIES} can be shown")
    if type(every) is not int or every < 1:
        raise ValueError(f"it shows every {every!r} values")
    import numpy as np

    shown = {}
    longest = max(map(len, series.values()))
    stride = -(-longest // MOST_POINTS) or 1
    for name, values in series.items():
        # Dropped before it is examined: a student's series may be very long.
        numbers = np.asarray([np.nan if value is None else value for value in values[::stride]], np.float64)
        if numbers.ndim != 1:
            raise ValueError(f"the series {name!r} has {numbers.ndim} dimensions")
        shown[_text(name)] = [float(f"{value:.6g}") if np.isfinite(value) else None for value in numbers]
    return {"series": shown, "x": _text(x), "y": _text(y), "every": every * stride}


def _images(images: Any, captions: Sequence[str]) -> dict[str, Any]:
    import numpy as np

    # Identified by its type's name: a handle to an object of the student's process seems to have any method.
    is_tensor = type(images).__name__ in ("Tensor", "Parameter")
    array = np.asarray(images.detach().cpu() if is_tensor else images)
    if array.ndim == 4 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 3 or array.dtype.kind not in "buif" or max(array.shape[1:]) > LONGEST_SIDE:
        raise ValueError(f"images of shape {array.shape}, dtype {array.dtype}, are not (n, h, w) with h, w <= 64")
    array = array[:MOST_IMAGES]
    if array.dtype != np.uint8:
        array = (np.clip(np.nan_to_num(array.astype(np.float64)), 0, 1) * 255).round().astype(np.uint8)
    pixels = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"pixels": pixels, "shape": list(array.shape), "captions": [_text(c) for c in captions[:MOST_IMAGES]]}


def _matrix(values: Any, rows: str, columns: str) -> dict[str, Any]:
    import numpy as np

    array = np.asarray(values)
    if array.ndim != 2 or not 0 < min(array.shape) <= max(array.shape) <= MOST_CLASSES or array.dtype.kind not in "bui":
        raise ValueError(f"a table of shape {array.shape}, dtype {array.dtype}; up to 64 x 64 whole numbers")
    return {"values": array.astype(int).tolist(), "rows": _text(rows), "columns": _text(columns)}


def _read_images(pixels: str, shape: list[int], captions: list[str]) -> dict[str, Any]:
    import numpy as np

    array = np.frombuffer(base64.b64decode(pixels, validate=True), np.uint8).reshape(shape)
    return _images(array, captions)


_WRITERS: dict[str, Callable[..., dict[str, Any]]] = {
    "number": _number,
    "curve": _curve,
    "images": _images,
    "matrix": _matrix,
}
# Figures in a report are read by the rules by which they were written.
_READERS = _WRITERS | {"images": _read_images}


def _finite(value: float) -> float:
    import numpy as np

    if not np.isfinite(value):
        raise ValueError(f"{value} is not finite")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value[:_LONGEST_TEXT]
