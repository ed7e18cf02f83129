"""The notebooks' plots show their data on one scale, and refuse what would be unreadable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from autograder import plots


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    with plt.rc_context():
        plots.style()
        yield
    plt.close("all")


def test_curves_are_the_values_at_their_places() -> None:
    ax = plots.curves({"sgd": [3, 2, 1], "adam": [3, 1, 0.5]}, x=[0, 10, 20], log=True)
    assert ax.lines[0].get_xydata().tolist() == [[0, 3], [10, 2], [20, 1]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["sgd", "adam"]
    assert ax.get_yscale() == "log"


def test_a_path_ends_with_a_star() -> None:
    ax = plots.contours(lambda x, y: x**2 + y**2, (-1, 1), (-2, 2), paths={"down": np.array([[1, 1], [0.5, 0.2]])})
    path, star = ax.lines
    assert path.get_xydata().tolist() == [[1, 1], [0.5, 0.2]]
    assert (star.get_marker(), star.get_xydata().tolist()) == ("*", [[0.5, 0.2]])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 1), (-2, 2))


@pytest.mark.parametrize("shape", [(4, 5), (1, 4, 5), (3, 4, 5), (4, 5, 3)])
def test_pictures_of_every_order_are_drawn_with_their_rows_down(shape: tuple[int, ...]) -> None:
    grid = plots.images([np.full(shape, 0.5), np.ones(shape)], ["half", "full"])
    drawn = [ax.images[0].get_array() for ax in grid]
    assert all(each.shape[:2] == (4, 5) for each in drawn)
    assert drawn[0].max() * 2 == drawn[1].max()  # one scale for both
    assert [ax.get_title() for ax in grid] == ["half", "full"]


def test_signed_pictures_have_zero_in_the_middle_of_the_colors() -> None:
    (ax,) = plots.images([np.array([[-1.0, 3.0]])], signed=True)
    assert ax.images[0].get_clim() == (-3, 3)


def test_a_last_row_that_is_not_full_is_left_empty() -> None:
    grid = plots.filters(np.ones((5, 2, 3, 3)), columns=3)
    assert [len(ax.images) for ax in grid] == [1, 1, 1, 1, 1, 0]
    assert grid[0].images[0].get_array().max() == 2  # summed over the channels


def test_a_film_shows_every_frame_with_the_axes_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    ax = plots.axes()
    places = []

    def draw(number: int) -> None:
        places.append(ax.get_position().bounds)
        ax.set(title=f"frame {number}", ylabel="\n".join("loss" * (number + 1)))  # a layout would make room for it

    plots.film(ax.figure, draw, range(0, 6, 2), pause_ms=100)
    frames = re.findall(r'data:image/png;base64,([^"]+)"', shown[0].data)
    assert len(set(frames)) == 3
    assert len(set(places[1:])) == 1
    assert plt.get_fignums() == []


def test_numbers_stand_in_their_cells() -> None:
    ax = plots.numbers(np.array([[1.5, -0.0], [20, 3]]), "four")
    assert [(text.get_position(), text.get_text()) for text in ax.texts] == [
        ((0, 0), "1.5"), ((1, 0), "0"), ((0, 1), "20"), ((1, 1), "3"),
    ]  # fmt: skip
    assert ax.images[0].get_clim() == (0, 50)  # so that the darkest cell is gray, and black text is readable
    assert plots.numbers(np.array([[1.0, -2.0]]), signed=True).images[0].get_clim() == (-5, 5)


def test_numbers_have_the_colors_that_they_are_given() -> None:
    ax = plots.numbers(np.eye(2), colors=[["red", "white"], ["white", "blue"]], fmt="{:.1f}")
    assert ax.images[0].get_array()[[0, 1], [0, 1]].tolist() == [[1, 0, 0], [0, 0, 1]]
    assert ax.texts[0].get_text() == "1.0"


def test_a_difference_is_on_the_scale_of_both() -> None:
    row = plots.difference(np.array([[1.0, 2.0]]), np.array([[1.0, 4.0]]))
    assert row[2].images[0].get_array().tolist() == [[0, -2]]
    assert {ax.images[0].get_clim() for ax in row} == {(-4, 4)}
    with pytest.raises(ValueError, match=r"these have \(2, 2\) and \(2, 3\)"):
        plots.difference(np.ones((2, 2)), np.ones((2, 3)))


def test_histograms_share_their_bins() -> None:
    ax = plots.histograms({"a": np.zeros((2, 3)), "b": np.ones(4)}, bins=4)
    tops = [patch.get_xy()[:, 0] for patch in ax.patches]
    assert all((each.min(), each.max()) == (0, 1) for each in tops)


def test_arrows_of_a_diagram_go_from_box_to_box_in_their_fields() -> None:
    boxes = {"a": (1.5, 1.0, "begins"), "b": (4.5, 1.0, "ends")}
    ax = plots.diagram(boxes, [("a", "b")], fields={"all": (0, 0, 6, 2)}, colors={"b": "red"}, title="order")
    (arrow,) = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert (arrow.xyann, arrow.xy) == ((1.5, 1.0), (4.5, 1.0))
    assert {"all", "a", "begins", "b", "ends"} < {text.get_text() for text in ax.texts}
    field, first, second = ax.patches
    assert field.get_bbox().extents.tolist() == [0, 0, 6, 2]
    assert first.get_zorder() > arrow.get_zorder() > field.get_zorder()  # an arrow ends at a box, and is above a field
    assert [matplotlib.colors.to_hex(box.get_facecolor()) for box in (first, second)] == ["#ffffff", "#ff0000"]


def test_an_arrow_to_a_box_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="c"):
        plots.diagram({"a": (0, 0, "")}, [("a", "c")])


def test_more_series_than_can_be_followed_are_refused() -> None:
    with pytest.raises(ValueError, match="6 series in one figure; 5 are the most"):
        plots.curves({str(n): [1.0] for n in range(6)})


@pytest.mark.parametrize("wrong", [np.ones(3), np.ones((2, 4, 5)), np.ones((1, 1, 4, 5))])
def test_what_is_not_a_picture_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a picture is"):
        plots.images([wrong])
    with pytest.raises(ValueError, match="no pictures"):
        plots.images([])


def test_figures_are_sharp_enough_to_read() -> None:
    assert plots.axes().figure.dpi >= 80
