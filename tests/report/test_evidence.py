"""A check's measurements are stored unchanged, within limits, and cannot prevent a class from being graded."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.errors import CourseError, Failure
from autograder.report.evidence import MOST_CLASSES, MOST_IMAGES, MOST_POINTS, MOST_SERIES, STUDENT, Evidence, Figure
from autograder.report.report import Report, for_student
from autograder.report.store import read, write
from autograder.sandbox.child.wire import Reference
from autograder.sandbox.namespace import Handle, Namespace
from tests.samples import check, report


def only(evidence: Evidence) -> Figure:
    (figure,) = evidence.figures
    return figure


def curve(series: Any, **source: str) -> Any:
    evidence = Evidence()
    evidence.curve("loss", series, x="epoch", y="loss", **source)
    return only(evidence).data


def images(values: Any, captions: Any = ()) -> Any:
    evidence = Evidence()
    evidence.images("digits", values, captions)
    return only(evidence).data


def pixels(data: Any) -> np.ndarray:
    return np.frombuffer(base64.b64decode(data["pixels"]), np.uint8).reshape(data["shape"])


# ---- what is kept ---------------------------------------------------------------------------------------------------


def test_a_number_is_kept_with_its_title_and_source() -> None:
    evidence = Evidence()
    evidence.number("accuracy", np.float32(0.5))
    evidence.number("seconds", 3, source="student")
    assert evidence.figures == [
        Figure("number", "accuracy", {"value": 0.5}, "grader"),
        Figure("number", "seconds", {"value": 3.0}, "student"),
    ]


def test_of_a_very_long_series_only_what_is_shown_is_looked_at() -> None:
    assert curve({"yours": np.broadcast_to(np.uint8(1), 2**60)})["series"]["yours"] == [1.0] * MOST_POINTS


def test_what_is_not_finite_is_a_gap_in_a_curve() -> None:
    data = curve({"yours": [1, None, math.nan, math.inf, -math.inf, np.float32(0.25)]})
    assert data == {"series": {"yours": [1.0, None, None, None, None, 0.25]}, "x": "epoch", "y": "loss", "every": 1}


def test_a_curve_keeps_six_digits() -> None:
    assert curve({"yours": [1 / 3]})["series"]["yours"] == [0.333333]


def test_a_long_curve_is_thinned_and_says_how_much() -> None:
    data = curve({"yours": list(range(2 * MOST_POINTS + 1))})
    assert data["every"] == 3
    assert data["series"]["yours"] == list(range(0, 2 * MOST_POINTS + 1, 3))
    assert curve({"yours": list(range(MOST_POINTS))})["every"] == 1


def test_lines_of_different_lengths_keep_the_same_places() -> None:
    data = curve({"long": list(range(4 * MOST_POINTS)), "short": list(range(10))})
    assert data["every"] == 4
    assert data["series"]["short"] == [0, 4, 8]


def test_images_are_kept_as_bytes_from_black_to_white() -> None:
    data = images([[[0.0, 1.0, 0.5], [-3.0, 7.0, math.nan]]], ["a one"])
    assert pixels(data).tolist() == [[[0, 255, 128], [0, 255, 0]]]
    assert data["captions"] == ["a one"]


def test_bytes_stay_what_they_are_and_a_channel_of_one_goes() -> None:
    values = np.arange(24, dtype=np.uint8).reshape(2, 1, 3, 4)
    assert np.array_equal(pixels(images(values)), values[:, 0])


@pytest.mark.torch
def test_images_may_be_a_tensor_in_a_graph() -> None:
    import torch

    assert pixels(images(torch.ones(1, 1, 2, 2, requires_grad=True))).tolist() == [[[255, 255], [255, 255]]]


def test_of_many_images_the_first_are_kept_with_their_captions() -> None:
    values = np.arange(50, dtype=np.uint8).reshape(50, 1, 1)
    data = images(values, [str(n) for n in range(50)])
    assert pixels(data).ravel().tolist() == list(range(MOST_IMAGES))
    assert data["captions"] == [str(n) for n in range(MOST_IMAGES)]


def test_a_matrix_is_kept_with_the_names_of_its_axes() -> None:
    evidence = Evidence()
    evidence.matrix("confusion", np.array([[5, 1], [0, 7]]), rows="digit", columns="predicted")
    assert only(evidence).data == {"values": [[5, 1], [0, 7]], "rows": "digit", "columns": "predicted"}


def test_long_texts_are_cut() -> None:
    evidence = Evidence()
    evidence.number("t" * 300, 1)
    evidence.curve("t", {"n" * 300: [1]}, x="x" * 300, y="y" * 300)
    number, line = evidence.figures
    assert len(number.title) == 100
    assert [len(text) for text in (*line.data["series"], line.data["x"], line.data["y"])] == [100] * 3


# ---- what cannot be shown -------------------------------------------------------------------------------------------


class Unasked:
    def request(self, *_: object) -> Any:
        raise Failure("an object of the student's process was asked")


HANDLE = Handle(Namespace(Unasked()), Reference("handle", 0, "Tensor?"))
NONSENSE: dict[str, tuple[str, dict[str, Any]]] = {
    "a number that is not finite": ("number", {"value": math.nan}),
    "an infinite number": ("number", {"value": -math.inf}),
    "a number too large": ("number", {"value": 10**400}),
    "a number that is text": ("number", {"value": "high"}),
    "a number that is nothing": ("number", {"value": None}),
    "a number that is an object": ("number", {"value": HANDLE}),
    "no lines": ("curve", {"series": {}}),
    "too many lines": ("curve", {"series": {str(n): [1] for n in range(MOST_SERIES + 1)}}),
    "lines without names": ("curve", {"series": [1, 2]}),
    "a line that is a number": ("curve", {"series": {"a": 3}}),
    "a line that is an object": ("curve", {"series": {"a": HANDLE}}),
    "lines that are an object": ("curve", {"series": HANDLE}),
    "a line of objects": ("curve", {"series": {"a": [HANDLE]}}),
    "a line of texts": ("curve", {"series": {"a": ["x"]}}),
    "a line of lines": ("curve", {"series": {"a": [[1, 2], [3, 4]]}}),
    "a ragged line": ("curve", {"series": {"a": [[1, 2], 3]}}),
    "a line of huge numbers": ("curve", {"series": {"a": [10**400]}}),
    "a line named by a number": ("curve", {"series": {3: [1]}}),
    "an axis that is no text": ("curve", {"series": {"a": [1]}, "x": 3}),
    "images that are an object": ("images", {"images": HANDLE}),
    "images that are text": ("images", {"images": "pixels"}),
    "images that are nothing": ("images", {"images": None}),
    "ragged images": ("images", {"images": [[[1.0], [1.0, 2.0]]]}),
    "a single image": ("images", {"images": np.zeros((8, 8))}),
    "images of colours": ("images", {"images": np.zeros((2, 3, 8, 8))}),
    "large images": ("images", {"images": np.zeros((1, 8, 65))}),
    "complex images": ("images", {"images": np.zeros((1, 8, 8), complex)}),
    "captions that are no texts": ("images", {"images": np.zeros((1, 2, 2)), "captions": [3]}),
    "captions that are a number": ("images", {"images": np.zeros((1, 2, 2)), "captions": 3}),
    "captions that are a table": ("images", {"images": np.zeros((1, 2, 2)), "captions": {"a": 1}}),
    "a matrix of floats": ("matrix", {"values": [[0.5]]}),
    "a matrix that is a row": ("matrix", {"values": [1, 2]}),
    "a ragged matrix": ("matrix", {"values": [[1, 2], [3]]}),
    "a matrix without columns": ("matrix", {"values": np.zeros((2, 0), int)}),
    "a matrix without rows": ("matrix", {"values": np.zeros((0, 2), int)}),
    "a large matrix": ("matrix", {"values": np.zeros((2, MOST_CLASSES + 1), int)}),
    "a matrix that is an object": ("matrix", {"values": HANDLE}),
    "a title that is no text": ("number", {"title": 3, "value": 1}),
}
_NAMES: dict[str, dict[str, Any]] = {"curve": {"x": "x", "y": "y"}, "matrix": {"rows": "r", "columns": "c"}}


def add(what: str, source: str) -> Evidence:
    kind, values = NONSENSE[what]
    evidence = Evidence()
    getattr(evidence, kind)(**({"title": "t", "source": source} | _NAMES.get(kind, {}) | values))
    return evidence


@pytest.mark.parametrize("what", NONSENSE)
def test_what_a_student_s_process_says_that_cannot_be_shown_is_left_out(what: str) -> None:
    assert add(what, "student").figures == []


@pytest.mark.parametrize("what", NONSENSE)
def test_what_the_grader_measured_and_cannot_be_shown_is_our_fault(what: str) -> None:
    with pytest.raises(CourseError, match=r"^the check's evidence .* cannot be shown: "):
        add(what, "grader")


def test_a_source_is_the_grader_or_the_student() -> None:
    with pytest.raises(CourseError, match="'loss' has the source 'studnet'; it is 'grader' or 'student'"):
        curve({"a": [1]}, source="studnet")


def test_figures_keep_their_order_around_what_is_left_out() -> None:
    evidence = Evidence()
    evidence.number("a", 1)
    evidence.number("b", math.nan, source=STUDENT)
    evidence.number("c", 3)
    assert [figure.title for figure in evidence.figures] == ["a", "c"]


# ---- in a report ----------------------------------------------------------------------------------------------------


def all_kinds() -> tuple[Figure, ...]:
    evidence = Evidence()
    evidence.number("accuracy", 0.968)
    evidence.curve("loss", {"yours": [2.3, None, 0.1] * 300, "ours": []}, x="epoch", y="loss", source=STUDENT)
    evidence.images("digits", np.linspace(0, 1, 24).reshape(2, 3, 4), ["a", "\ud800"])
    evidence.images("none", np.zeros((0, 8, 8)))
    evidence.matrix("confusion", [[3, 1], [True, 2**40]], rows="digit", columns="predicted")
    return tuple(evidence.figures)


def test_evidence_survives_writing_and_reading(tmp_path: Any) -> None:
    original = report(check(evidence=all_kinds()), check("failed"))
    assert read(write(original, tmp_path)) == original


def test_a_check_that_measured_nothing_has_no_such_field() -> None:
    assert "evidence" not in check().to_dict()


@given(
    st.dictionaries(st.text(max_size=3), st.lists(st.none() | st.floats(), max_size=5), min_size=1, max_size=3),
    st.integers() | st.floats(),
)
@example({"a": [1.7976931348623157e308, 5e-324]}, 1.7976931348623157e308)
@settings(max_examples=60, deadline=None)
def test_whatever_is_kept_can_be_read_again(series: Any, value: Any) -> None:
    evidence = Evidence()
    evidence.curve("c", series, x="x", y="y", source=STUDENT)
    evidence.number("n", value, source=STUDENT)
    for figure in evidence.figures:
        assert Figure.from_dict(json.loads(json.dumps(figure.to_dict())), "here") == figure


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "film"}, {"kind": []}, {"source": "me"}, {"title": 3}, {"value": math.inf}, {"value": None},
        {"colour": "red"},
    ],
)  # fmt: skip
def test_a_figure_that_is_none_is_refused_with_its_place(change: dict[str, Any]) -> None:
    data = report(check(evidence=all_kinds()[:1])).to_dict()
    data["exercises"][0]["checks"][0]["evidence"][0] |= change
    with pytest.raises(CourseError, match=r"exercises\[0\]\.checks\[0\]\.evidence\[0\] is not a figure of a report"):
        Report.from_dict(data)


PIXELS = all_kinds()[2].data["pixels"]


@pytest.mark.parametrize(
    ("index", "change"),
    [
        (1, {"every": 0}), (1, {"every": 1.5}), (1, {"series": []}), (2, {"pixels": "?"}),
        (2, {"pixels": "!" + PIXELS}), (2, {"shape": [9, 9, 9]}), (2, {"shape": [-1]}),
        (4, {"values": [[0.5]]}), (4, {"rows": None}),
    ],
)  # fmt: skip
def test_a_damaged_figure_is_refused(index: int, change: dict[str, Any]) -> None:
    with pytest.raises(CourseError, match=r"^here is not a figure of a report"):
        Figure.from_dict(all_kinds()[index].to_dict() | change, "here")


@pytest.mark.parametrize("item", [None, 3, [], {}, "figure"])
def test_what_is_no_object_is_no_figure(item: Any) -> None:
    with pytest.raises(CourseError, match=r"^here is not a figure of a report"):
        Figure.from_dict(item, "here")


def test_a_student_sees_what_public_checks_measured_and_nothing_of_hidden_ones() -> None:
    measured = check(evidence=all_kinds())
    seen = for_student(report(measured, replace(measured, public=False)))
    assert [each.evidence for each in seen.checks] == [measured.evidence, ()]
