"""The table of an assignment: what is done, what is left, and what comes next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.report.report import ExerciseResult
from autograder.views.cell import is_undefined, state_of
from autograder.views.overview import overview_html, overview_text
from tests.samples import check

DONE = ExerciseResult("sgd", (check(),))
HALF = ExerciseResult("adam", (check(), check("failed", message="1, not 2")))
UNWRITTEN = ExerciseResult("nadam", (check("failed", message="nadam is not written yet"),))
ASKED = ExerciseResult("q_peak", (replace(check("failed", message="q_peak has no answer yet"), max_points=0.0),))
WORTH = {"sgd": 7.0, "adam": 20.0, "nadam": 10.0, "q_peak": 0.0}


def test_each_exercise_has_a_row_and_the_next_one_is_named() -> None:
    text = overview_text("optimizers", [DONE, HALF, UNWRITTEN, ASKED], WORTH, {"adam": 25, "nadam": 50})
    assert text.split("\n") == [
        "optimizers: 12 of 24 points here, 13 more when graded",
        "  sgd     ━━━━━━━━━━  6 of 6",
        "  adam    ━━━━━─────  6 of 12",
        "  nadam   ──────────  not written yet",
        "  q_peak              no answer yet",
        "Next: adam, about 25 min. Time left in all: about 1 h 15 min.",
    ]


@pytest.mark.parametrize(
    ("messages", "state"),
    [
        (("sgd is not defined. Run the cell that defines it.", "adam is not defined. Run it."), "not defined"),
        (("sgd is not defined. Run the cell that defines it.",) * 2, "needs sgd first"),
        (("sgd is not written yet", "adam is not defined. Run it."), "not defined"),
        (("sgd is not written yet", "rmsprop is not written yet"), "needs sgd first"),
        (("sgd is not written yet", "1, not 2"), "0 of 12"),
        (("adam is not defined. Loading stopped with NameError", "sgd is not defined. Run it."), "0 of 12"),
    ],
)
def test_what_lacks_itself_or_another_is_not_begun(messages: tuple[str, ...], state: str) -> None:
    said = tuple(check("failed", message=message) for message in messages)
    assert state_of(ExerciseResult("adam", said)) == state


def test_without_any_cell_run_all_is_undefined_also_what_meets_another_first() -> None:
    messages = ("sgd is not defined. Run the cell that defines it.", "adam is not defined. Run it.")
    assert is_undefined(ExerciseResult("adam", tuple(check("failed", message=message) for message in messages)))
    assert not is_undefined(HALF)


def test_when_all_holds_there_is_nothing_next() -> None:
    assert overview_text("optimizers", [DONE], {"sgd": 7.0}, {}).endswith("You can hand in your work now.")


@pytest.mark.parametrize(("minutes", "said"), [(2, "5 min"), (60, "1 h."), (118, "2 h."), (130, "2 h 10 min")])
def test_minutes_are_rounded_to_what_one_can_promise(minutes: float, said: str) -> None:
    assert f"Next: adam, about {said}" in overview_text("optimizers", [HALF], WORTH, {"adam": minutes})


def test_as_html_every_text_is_escaped() -> None:
    markup = overview_html("<u>", [replace(HALF, name="<script>")], {}, {"<script>": 5})
    assert markup.count("<script>") == markup.count("<u>") == 0
    assert "50%" in markup
