"""Grading one submission with the real sandbox: correct verdicts for right, wrong, broken and unusual work."""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.checking.run import PUBLIC_SEED, drawn, seed_of
from autograder.course.course import Course, FoundMistake, Limits
from autograder.course.settings import Assignment, Rules
from autograder.errors import CourseError
from autograder.grading.grader import Grader, grade_one, versions
from autograder.grading.options import Options
from autograder.grading.own_work import PublicJudge, check_public
from autograder.intake.find import Found
from autograder.report.report import Report
from autograder.report.store import read as read_report
from autograder.report.store import write as write_report
from autograder.sandbox import Sandbox, together
from autograder.sandbox.exchange import Exchange
from tests import tiny
from tests.conftest import Grade, by_name

IMPATIENT = Limits(load_s=10, check_s=1.5, submission_s=60, memory_mib=1024)


@pytest.fixture
def impatient(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shared grader with a short time limit per check."""
    monkeypatch.setattr(grader, "assignment", dataclasses.replace(grader.assignment, limits=IMPATIENT))


def statuses(report: Report, exercise: str) -> list[str]:
    return [c.status for e in report.exercises if e.name == exercise for c in e.checks]


def messages(report: Report, exercise: str) -> list[str]:
    return [c.message for e in report.exercises if e.name == exercise for c in e.checks]


# ---- checks that run together ---------------------------------------------------------------------------------------

SHARED = "class Counter:\n    def __init__(self, start):\n        Counter.total = start\n"
SHARED += "    def add(self, n):\n        Counter.total += n\n        return Counter.total"
WORK = {
    "right": tiny.SOLVED,
    "wrong": tiny.swapped(standardize="def standardize(x, eps=1e-5):\n    return x, x.mean(0), None"),
    "keeps its total in the class": tiny.swapped(Counter=SHARED),
    "raises": tiny.swapped(standardize="def standardize(x, eps=1e-5):\n    return undefined"),
    "ends": tiny.swapped(standardize="import os\ndef standardize(x, eps=1e-5):\n    os._exit(1)"),
    "loops": tiny.swapped(standardize="def standardize(x, eps=1e-5):\n    while True: x = x + 1"),
    "not defined": tiny.swapped(standardize=""),
}


@pytest.mark.parametrize("name", WORK)
def test_verdicts_are_the_same_together_and_one_after_another(
    grade: Grade, impatient: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rounds = []
    asked = Exchange.round
    monkeypatch.setattr(Exchange, "round", lambda self, *rest: rounds.append(self) or asked(self, *rest))
    at_once = grade(WORK[name])
    assert rounds
    monkeypatch.setattr(together, "AVAILABLE", False)  # as where greenlet is missing
    rounds.clear()
    alone = grade(WORK[name])
    assert not rounds
    for report in (at_once, alone):
        assert [c.duration_s > 0 for c in report.checks if c.status == "passed"]
    verdicts = [[(c.name, c.status, c.points, c.mistake, c.hint) for c in report.checks] for report in (at_once, alone)]
    assert verdicts[0] == verdicts[1]


def test_beside_an_endless_loop_the_other_checks_still_run_together(
    grade: Grade, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    asked = Exchange.round
    monkeypatch.setattr(
        Exchange, "round", lambda self, checks, *rest: sizes.append(len(checks)) or asked(self, checks, *rest)
    )
    report = grade(WORK["loops"])
    assert statuses(report, "standardize") == ["timeout", "timeout"]
    assert (
        sizes.count(0) == 2
    )  # the public ones came to their end without those of `standardize`, and so did the hidden ones


# ---- right work in every form ---------------------------------------------------------------------------------------


def in_form(course: Course, form: str, code: dict[str, str]) -> tuple[str, str]:
    """(file name, text) of a submission with this code."""
    release = course.release_dir("tiny")
    if form == "notebook":
        return "tiny.ipynb", json.dumps(tiny.in_notebook(release, code))
    if form == "script":
        return "tiny.py", tiny.in_script(release, code)
    return "ada.py", "import numpy as np\n\n" + "\n\n".join(code.values()) + "\n"


FORMS = pytest.mark.parametrize("form", ["notebook", "script", "plain"])


@FORMS
def test_right_work_gets_all_points(course: Course, grade: Grade, form: str, isolation: str) -> None:
    name, text = in_form(course, form, tiny.parts())
    report = grade(text, name)
    assert (report.score, report.max_score, report.isolation) == (100, 100, isolation)
    assert {c.status for c in report.checks} == {"passed"}


@FORMS
def test_a_missing_exercise_costs_its_own_points_only(course: Course, grade: Grade, form: str) -> None:
    name, text = in_form(course, form, tiny.parts() | {"Counter": "# later"})
    report = grade(text, name)
    assert report.score == 75
    assert set(messages(report, "Counter")) == {
        "Counter is not defined. Is it spelled like that, and at the top level?"
    }


@pytest.mark.parametrize("form", ["notebook", "script"])
def test_the_release_as_it_was_given_out_gets_nothing(course: Course, grade: Grade, form: str) -> None:
    report = grade(*reversed(in_form(course, form, {})))
    assert report.score == 0
    assert messages(report, "descent") == ["descent is not written yet"] * 2
    assert not report.mistakes


@pytest.mark.parametrize("form", ["notebook", "script"])
def test_a_syntax_error_costs_its_own_cell_and_is_shown(course: Course, grade: Grade, form: str) -> None:
    code = tiny.parts() | {"descent": "def descent(gradient, x, steps, rate=0.1):\n    return x +\n"}
    report = grade(*reversed(in_form(course, form, code)))
    assert report.score == 75
    message = messages(report, "descent")[0]
    assert message.startswith("descent is not defined. Loading stopped with SyntaxError: invalid syntax (")
    assert "`return x +`)" in message
    assert any("SyntaxError" in note for note in report.notes)


def test_a_cell_that_raises_is_not_blamed_for_a_name_that_it_does_not_define(course: Course, grade: Grade) -> None:
    notebook = tiny.in_notebook(course.release_dir("tiny"), tiny.parts() | {"Counter": "class Other: ..."})
    notebook["cells"].insert(3, {"cell_type": "code", "metadata": {}, "source": "1 / 0", "outputs": []})
    report = grade(json.dumps(notebook), "tiny.ipynb")
    assert report.score == 75
    assert messages(report, "Counter")[0] == "Counter is not defined. Is it spelled like that, and at the top level?"
    assert any("ZeroDivisionError" in note for note in report.notes)


UNUSUAL = {
    "float32": "def standardize(x, eps=1e-5):\n    x = x * 1.0\n    d = x - x.mean(0, keepdims=True)\n"
    "    return d / (d.var(axis=0) + eps) ** 0.5, x.mean(0).tolist(), x.astype(np.float32)",
    "decorated": "import functools\n@functools.lru_cache\ndef helper(n): return n\n"
    "descent = lambda g, x, steps, rate=0.1: functools.reduce(lambda x, _: x - rate * g(x), range(helper(steps)), x)",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass Counter:\n    total: int\n"
    "    def add(self, n):\n        self.total += n\n        return np.float64(self.total)",
    "inherited": "class Base:\n    def add(self, n):\n        self.total += n\n        return float(self.total)\n"
    "class Counter(Base):\n    __slots__ = ('total',)\n    def __init__(self, start): self.total = start",
    "typed": "from __future__ import annotations\ndef descent(g, x: 'np.ndarray', steps: int, rate: float = 0.1):\n"
    "    y = np.array(x, copy=True)\n    for _ in range(steps): y -= rate * np.array(g(y))\n    return y",
    "array answer": "q_height: int = np.array(4)",
    "prints": "print('hello')\nq_height = 2 + 2\nprint('done', flush=True)",
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_right_work_in_an_unusual_way_gets_all_points(grade: Grade, name: str) -> None:
    source = UNUSUAL[name]
    future = source.startswith("from __future__")
    report = grade(source + "\n" + tiny.SOLVED if future else tiny.SOLVED + "\n" + source)
    assert [c.message for c in report.checks if c.status != "passed"] == []
    assert report.score == 100


DESCENT = tiny.parts()["descent"]
EXERCISE, CHECK = "exercise:descent", "check"

# Places of a student's `descent`, as cells (tag, type, source) at the end of a notebook without it; and the note.
ODD_NOTEBOOKS = {
    "in a check cell": ([(CHECK, "code", DESCENT + "\ncheck('descent')")], "is a check cell, but descent in it"),
    "as Markdown": ([(EXERCISE, "markdown", DESCENT)], "is text, but descent in it was graded"),
    "as raw text": ([(EXERCISE, "raw", DESCENT)], "make it a code cell again"),
    "in a cell for pictures": (
        [("demo", "code", "import io\n" + DESCENT)],
        "is not run when graded, but descent in it",
    ),
    "with a helper in such a cell": (
        [
            ("demo", "code", "RATE = 0.1\ndef move(x, d, rate): return x - rate * np.asarray(d)\nraise Exception"),
            (EXERCISE, "code", DESCENT.replace("x - rate * np.asarray(gradient(x))", "move(x, gradient(x), rate)")),
        ],
        "but RATE, move in it was read",
    ),
    "bound to its result": (
        [(EXERCISE, "code", DESCENT), ("", "code", "descent = descent(lambda x: x, np.ones(2), 3)\nprint(descent)")],
        "descent has another value from cell",
    ),
    "bound by a loop": (
        [(EXERCISE, "code", DESCENT), ("", "code", "for descent in (abs, min): pass")],
        "last definition",
    ),
    "after an import that fails": ([("", "code", "from google.colab import drive\nimport io\n" + DESCENT)], "google"),
    "behind what fails here": ([("", "code", "open('/content/drive/a')\n" + DESCENT)], "FileNotFoundError"),
    "as main": ([("", "code", "if __name__ == '__main__':\n    " + DESCENT.replace("\n", "\n    "))], ""),
    "with await": ([("", "code", DESCENT + "\nimport asyncio\nawait asyncio.sleep(0)")], ""),
    "with a shell": ([("", "code", f"from IPython import get_ipython\n%matplotlib inline\n{DESCENT}")], "%matplotlib"),
}


@pytest.mark.parametrize("name", ODD_NOTEBOOKS)
def test_right_work_in_an_odd_place_gets_all_points_with_a_note(course: Course, grade: Grade, name: str) -> None:
    added, said = ODD_NOTEBOOKS[name]
    notebook = tiny.in_notebook(course.release_dir("tiny"), tiny.parts())
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["metadata"].get("tags") != [EXERCISE]]
    for tag, kind, source in added:
        metadata = {"tags": [tag]} if tag else {}
        notebook["cells"].append({"cell_type": kind, "metadata": metadata, "source": source, "outputs": []})
    report = grade(json.dumps(notebook), "tiny.ipynb")
    assert [c.message for c in report.checks if c.status != "passed"] == []
    assert report.score == 100
    assert said in " ".join(report.notes)


def test_of_a_misspelt_exercise_its_name_is_told(course: Course, grade: Grade) -> None:
    report = grade(tiny.swapped(Counter=tiny.parts()["Counter"].replace("class Counter", "class counter")))
    assert set(messages(report, "Counter")) == {"Counter is not defined. There is `counter`: is that it?"}


def test_what_a_submission_prints_is_in_its_report(grade: Grade) -> None:
    assert "hello" in grade(tiny.SOLVED + "\nprint('hello')").output


# ---- wrong, broken and hostile work ---------------------------------------------------------------------------------


def test_who_waits_for_ever_runs_out_of_time_and_the_exercises_next_check_gets_less(
    grade: Grade, impatient: None
) -> None:
    waits = "import time\ndef descent(g, x, steps, rate=0.1):\n    while True: time.sleep(1)"
    report = grade(tiny.swapped(descent=waits))
    assert statuses(report, "descent") == ["timeout", "timeout"]
    assert messages(report, "descent")[0].startswith("no answer within 1.5 s")
    assert messages(report, "descent")[1].startswith("no answer within 0.3 s")
    assert report.score == 75


def test_of_an_endless_loop_its_line_is_told(grade: Grade, impatient: None) -> None:
    loops = "def descent(g, x, steps, rate=0.1):\n    while steps > 0:\n        steps, x = max(steps, 1), x + rate"
    report = grade(tiny.swapped(descent=loops))
    assert statuses(report, "descent") == ["timeout", "timeout"]
    first, _ = messages(report, "descent")
    assert first.startswith("no answer within 0.5 s of computing in one loop")
    assert first.endswith(": `while steps > 0:`")


def test_a_loop_in_which_nothing_changes_is_ended_long_before_its_time(grade: Grade) -> None:
    report = grade(
        tiny.swapped(descent="def descent(g, x, steps, rate=0.1):\n    while steps > 0:\n        y = x * rate")
    )
    assert statuses(report, "descent") == ["timeout", "timeout"]
    for message in messages(report, "descent"):
        assert message.startswith("stopped in a loop without end: it only repeats itself. It was still at ")
        assert message.endswith(": `while steps > 0:`")


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        ("    while steps > 0:\n        x = x - rate * g(x)", "while steps > 0:"),  # forgotten: steps -= 1
        ("    i = 0\n    while i < steps:\n        x = x - rate * g(x)\n        i -= 1", "while i < steps:"),
    ],
)
def test_a_loop_whose_condition_stays_true_is_ended_long_before_its_time(
    grade: Grade, body: str, condition: str
) -> None:
    report = grade(tiny.swapped(descent=f"def descent(g, x, steps, rate=0.1):\n{body}\n    return x"))
    assert statuses(report, "descent") == ["timeout", "timeout"]
    for message in messages(report, "descent"):
        assert message.startswith("stopped in a loop without end: its condition stays true. It was still at ")
        assert message.endswith(f": `{condition}`")


def test_a_loop_that_an_exception_may_end_has_its_time(grade: Grade, impatient: None) -> None:
    body = "    try:\n        while steps > 0:\n            x = x - rate\n    except ValueError:\n        return x"
    report = grade(tiny.swapped(descent=f"def descent(g, x, steps, rate=0.1):\n{body}"))
    assert messages(report, "descent")[0].startswith("no answer within 0.5 s of computing in one loop")


def test_a_loop_that_another_one_may_begin_anew_has_all_of_the_time(grade: Grade, impatient: None) -> None:
    body = "    for _ in range(steps):\n        while steps > 0:\n            steps, x = max(steps, 1), x + rate"
    report = grade(tiny.swapped(descent=f"def descent(g, x, steps, rate=0.1):\n{body}"))
    assert messages(report, "descent")[0].startswith("no answer within 1.5 s")


def test_work_that_is_slow_in_an_honest_way_is_waited_for(grade: Grade) -> None:
    slow = "def descent(g, x, steps, rate=0.1):\n    n = 0\n    while n < 10**6: n += 1\n"
    report = grade(tiny.swapped(descent=slow + "    for _ in range(steps): x = x - rate * g(x)\n    return x"))
    assert report.score == 100


def test_a_cell_is_parsed_once_however_often_time_runs_out_in_it(
    grade: Grade, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    monkeypatch.setattr("autograder.grading.source.apart", lambda name, function, source: parsed.append(source) or [])
    report = grade(tiny.swapped(descent="def descent(g, x, steps, rate=0.1):\n    while True: pass"))
    assert messages(report, "descent")[0].endswith("It was still in descent.")
    assert statuses(report, "descent") == ["timeout", "timeout"]
    assert len(parsed) == 1


def test_of_endless_calls_the_function_is_told(grade: Grade, impatient: None) -> None:
    calls = "def descent(g, x, steps, rate=0.1):\n    return sum(1 for _ in iter(int, 1))"
    report = grade(tiny.swapped(descent=calls))
    assert messages(report, "descent")[0].endswith("It was still in descent.")


def test_a_statement_of_a_plain_file_that_fails_costs_only_itself(grade: Grade) -> None:
    report = grade("import a_module_that_is_not_here\n" + tiny.SOLVED)
    assert report.score == 100
    assert any("ModuleNotFoundError" in note for note in report.notes)


def test_a_crash_costs_the_check_in_which_it_happens(grade: Grade) -> None:
    report = grade(tiny.swapped(descent="import os\ndef descent(g, x, steps, rate=0.1):\n    os._exit(3)"))
    assert statuses(report, "descent") == ["crashed", "crashed"]
    assert "exited (status 3)" in messages(report, "descent")[0]
    assert report.score == 75


def test_a_submission_that_had_to_be_loaded_again_and_again_says_so(grade: Grade) -> None:
    ends = "def {}(*args): print('x' * 2**25)"  # more than allowed, which ends all of its processes
    once = grade(tiny.swapped(q_height="q_height = 4"))
    counter = "class Counter:\n    def __init__(self, start): print('x' * 2**25)"
    ending = {name: ends.format(name) for name in ("standardize", "descent")}
    often = grade(tiny.swapped(Counter=counter, **ending))
    assert not [note for note in once.notes if "loaded" in note]
    (note,) = [note for note in often.notes if "loaded" in note]
    assert note.endswith("times: once more after each check in which its process ended or ran out of time")


@pytest.mark.parametrize("fault", ["raise ValueError", "os._exit(1)", "os.kill(os.getpid(), 9)", "leave = 'wrong'"])
def test_what_one_check_leaves_behind_costs_no_other_a_point(grade: Grade, fault: str) -> None:
    code = f"""
import os
first = []

def leaves(name):
    leave = ''
    first.append(name)
    if first[0] != name:
        {fault}
    return leave

right_standardize, right_descent = standardize, descent

def standardize(x, eps=1e-5):
    return leaves('standardize') or right_standardize(x, eps)

class Counter(Counter):
    def add(self, n):
        return leaves('Counter') or super().add(n)

def descent(gradient, x, steps, rate=0.1):
    return leaves('descent') or right_descent(gradient, x, steps, rate)
"""
    assert grade(tiny.SOLVED + code).score == 100


def test_a_students_exception_is_quoted_with_its_line(grade: Grade) -> None:
    report = grade(tiny.swapped(descent="def descent(g, x, steps, rate=0.1):\n    return x[99]"))
    message = messages(report, "descent")[0]
    assert message.startswith("descent raised IndexError: index 99 is out of bounds")
    assert ": `return x[99]`)" in message


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return np.float(1)", "np.float was removed from numpy; use float or np.float64."),
        ("for i in xrange(3): pass", "This is Python 2: `xrange` is `range` in Python 3."),
        ("return x[: steps / 2]", "`/` gives a float in Python 3"),
    ],
)
def test_code_of_older_days_is_explained(grade: Grade, body: str, sentence: str) -> None:
    report = grade(tiny.swapped(descent=f"def descent(g, x, steps, rate=0.1):\n    {body}"))
    assert sentence in messages(report, "descent")[0]


def test_a_python_2_print_is_explained_where_the_name_is_missing(course: Course, grade: Grade) -> None:
    code = {"descent": "def descent(g, x, steps):\n    print 'descending'\n    return x"}
    report = grade(json.dumps(tiny.in_notebook(course.release_dir("tiny"), tiny.parts() | code)), "tiny.ipynb")
    assert "This is Python 2: `print` is a function in Python 3" in messages(report, "descent")[0]
    assert report.score == 75


def test_where_nothing_is_returned_it_asks_for_the_return(grade: Grade) -> None:
    report = grade(tiny.swapped(standardize="def standardize(x, eps=1e-5):\n    out = x"))
    assert report.score == 50
    said = "standardize returned None, expected a tuple of 3"
    message = messages(report, "standardize")[0]
    assert message.startswith(said)
    assert "Is a `return` missing?" in message


@pytest.mark.parametrize("result", ["x", "(x, 1, 2, 3)", "object()", "'text'", "[[x], x]", "3"])
def test_a_check_that_cannot_unpack_strange_data_blames_the_student_and_shows_it(grade: Grade, result: str) -> None:
    report = grade(tiny.swapped(standardize=f"def standardize(x, eps=1e-5):\n    return {result}"))
    assert report.score == 50
    assert statuses(report, "standardize") == ["failed", "failed"]
    message = messages(report, "standardize")[0]
    assert message.startswith("standardize: the check could not work with what it returned, ")
    assert "expected a tuple of 3" in message


def test_known_mistakes_are_named_in_the_report(grade: Grade) -> None:
    wrong = "def descent(g, x, steps, rate=0.1):\n    return x - rate * g(x)"
    report = grade(tiny.swapped(descent=wrong, q_height="q_height = 5"))
    assert report.mistakes == ("a_single_step", "rounded_up")
    assert {c.hint for c in report.checks} == {"", "How many steps?", "Round down."}


UNNAMED = "def descent(g, x, steps, rate=0.1):\n    return {}"
SAME = [UNNAMED.format(text) for text in ("np.sin(x) * steps", "np.sin(x) + (steps - 1) * np.sin(x)")]


def digests(report: Report) -> dict[str, str]:
    return {each.name: each.digest for each in report.exercises if each.digest}


def test_who_returns_the_same_has_the_same_digest_whatever_their_own_inputs(grade: Grade) -> None:
    ada, bob = (
        grade(tiny.swapped(descent=code), student=name) for code, name in zip(SAME, ("ada", "bob"), strict=True)
    )
    assert digests(ada) == digests(bob)
    assert list(digests(ada)) == ["descent"]
    assert ada.seed != bob.seed


def test_what_draws_without_a_seed_has_the_same_digest_too(grade: Grade) -> None:
    draws = tiny.swapped(descent=UNNAMED.format("np.random.random(x.shape)"))
    ada, bob = (digests(grade(draws, student=name)) for name in ("ada", "bob"))
    assert ada == bob != {}


def test_a_known_mistake_and_right_work_have_no_digest(grade: Grade) -> None:
    single = "def descent(g, x, steps, rate=0.1):\n    return x - rate * g(x)"
    assert digests(grade(tiny.swapped(descent=single))) == digests(grade(tiny.SOLVED)) == {}


def test_what_ends_the_process_on_the_public_inputs_changes_no_point_and_leaves_no_note(
    grade: Grade, grader: Grader
) -> None:
    (check,) = [each for each in grader.checks if each.name == "descends_two_steps"]
    known = -2.0 - drawn(check, PUBLIC_SEED)["rng"].random()
    kills = UNNAMED.format(f"os._exit(1) if {known!r} in x else np.sin(x) * steps")
    plain, hostile = grade(tiny.swapped(descent=SAME[0])), grade(tiny.swapped(descent=f"import os\n{kills}"))
    assert (digests(hostile), hostile.score, hostile.notes) == ({}, plain.score, plain.notes)


def test_a_mistake_that_staff_found_is_named_when_graded_and_regrades_nobody(
    own_course: Course, isolation: str, tmp_path: Path
) -> None:
    path = tmp_path / "ada.py"
    path.write_text(tiny.swapped(descent=SAME[0]))
    with Grader(own_course, "tiny", Options(isolation)) as own:
        before, content = own.grade(Found("ada", path, None)), own.content_of(Found("ada", path, None))
    found = FoundMistake("descends_by_sines", "descent", "Why a sine?", digests(before)["descent"], "ada")
    own_course.add_found("tiny", found)
    with Grader(own_course, "tiny", Options(isolation)) as own:
        after = own.grade(Found("ada", path, None))
        assert own.content_of(Found("ada", path, None)) == content
    assert after.mistakes == ("descends_by_sines",)
    assert {check.hint for check in after.checks if check.status == "failed"} == {"Why a sine?"}
    assert after.score == before.score


def test_a_file_that_cannot_be_graded_gets_nothing_and_says_why(grade: Grade, grader: Grader, tmp_path: Path) -> None:
    for report in (
        grade("", "empty.py"),
        grade("{}", "tiny.ipynb"),
        grader.grade(Found("ada", None, "no tiny.ipynb or tiny.py in ada")),
        grader.grade(Found("ada", None, None)),
        grader.grade(Found("ada", tmp_path / "gone.py", None)),
    ):
        assert report.score == 0
        assert {c.status for c in report.checks} == {"failed"}
        assert report.checks[0].message


def test_a_submission_that_kills_its_own_process_while_loading_loses_that_statement_only(grade: Grade) -> None:
    report = grade(tiny.SOLVED + "\nexit()")
    assert report.score == 100


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
def test_memory_of_the_grader_does_not_grow_with_what_students_return(
    course: Course, isolation: str, tmp_path: Path
) -> None:
    path = tmp_path / "ada.py"
    big = "def standardize(x, eps=1e-5):\n    return np.zeros((2, 1 << 20)), 1, np.zeros(1 << 21)"
    path.write_text(tiny.swapped(standardize=big))
    page_mib = resource.getpagesize() / 2**20
    resident = Path("/proc/self/statm")
    gc.disable()  # nothing may depend on when a collection happens
    try:
        with Grader(course, "tiny", Options(isolation)) as fresh:
            fresh.grade(Found("warm", path, None))
            before = int(resident.read_text().split()[1])
            for number in range(4):
                assert fresh.grade(Found(f"s{number}", path, None)).score == 50
            grown_mib = (int(resident.read_text().split()[1]) - before) * page_mib
    finally:
        gc.enable()
    assert grown_mib < 100  # although eight replies of 32 MiB came


# ---- errors of the grader -------------------------------------------------------------------------------------------


def edited(course: Course, name: str, old: str, new: str) -> None:
    path = course.solutions_dir("tiny") / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def grade_in(course: Course, isolation: str, text: str, tmp_path: Path) -> Report:
    path = tmp_path / "ada.py"
    path.write_text(text)
    return grade_one(course, "tiny", path, "ada", Options(isolation))


@pytest.mark.parametrize("work", [tiny.SOLVED, tiny.swapped(descent="def descent(*a): return 3")])
def test_a_reference_that_raises_is_an_error_without_a_score(
    own_course: Course, isolation: str, tmp_path: Path, work: str
) -> None:
    edited(own_course, "tiny.py", "    for _ in range(steps):", "    raise OSError('ours')\n    for _ in range(steps):")
    report = grade_in(own_course, isolation, work, tmp_path)
    assert report.score is None
    assert report.needs_staff
    assert statuses(report, "descent") == ["error", "error"]
    assert statuses(report, "standardize") == ["passed", "passed"]
    assert "the reference's descent raised OSError: ours" in messages(report, "descent")[0]


def test_a_check_that_the_reference_fails_on_this_students_inputs_is_nobodys_zero(
    own_course: Course, isolation: str, tmp_path: Path
) -> None:
    edited(
        own_course, "checks.py", "x = rng.standard_normal(3)", "x = rng.standard_normal(3); equal(student.q_no(), 1)"
    )
    edited(own_course, "tiny.py", "q_height = 4\n", "q_height = 4\ndef q_no(): return 2\n")
    report = grade_in(own_course, isolation, tiny.SOLVED + "\ndef q_no(): return 2", tmp_path)
    assert report.score is None
    assert statuses(report, "descent") == ["passed", "error"]


def test_a_fault_that_nobody_thought_of_is_an_error_and_stops_no_class(
    grader: Grader, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("in our own code")

    monkeypatch.setattr("autograder.grading.grader.apart", broken)
    report = grade(tiny.SOLVED)
    assert report.score is None
    assert report.checks[0].message == "ZeroDivisionError: in our own code"


def test_a_grader_that_cannot_be_made_leaves_no_process(own_course: Course, isolation: str) -> None:
    edited(own_course, "checks.py", "import numpy as np", "import nonumpy")
    with pytest.raises(CourseError, match="nonumpy"):
        Grader(own_course, "tiny", Options(isolation))


# ---- partial credit and evidence ------------------------------------------------------------------------------------

PARTIAL = """\
    found = student.descent(lambda x: 3 * x, x, 5)
    evidence.number("distance", float(np.abs(found).max()))
    evidence.curve("path", student.get("path"), x="step", y="distance", source="student")
    right = reference.descent(lambda x: 3 * x, x, 5)
    if not np.allclose(found, right):
        raise Failure("far away", share=0.6)
"""


@pytest.fixture
def partial(own_course: Course) -> Course:
    """The tiny course, whose last check of descent measures something and gives partial credit."""
    claim = "    close(student.descent(lambda x: 3 * x, x, 5), reference.descent(lambda x: 3 * x, x, 5))\n"
    edited(own_course, "checks.py", claim, PARTIAL)
    edited(
        own_course,
        "checks.py",
        "descends_five_steps(student, reference, rng)",
        f"{FIVE}(student, reference, rng, evidence)",
    )
    edited(own_course, "checks.py", "import check, close", "import Failure, check, close")
    edited(own_course, "tiny.py", "q_height = 4\n", "q_height = 4\npath = {'yours': [1.0]}\n")
    return own_course


FIVE = "descends_five_steps"


def test_partial_credit_and_what_was_measured_are_in_the_report(
    partial: Course, isolation: str, tmp_path: Path
) -> None:
    wrong = tiny.swapped(descent="def descent(g, x, n, rate=0.1): return x * 0 + 7\npath = {'yours': [3.0, 2.0]}")
    report = grade_in(partial, isolation, wrong, tmp_path)
    result = by_name(report)[FIVE]
    assert (result.status, result.points, result.message) == ("failed", 9, "far away")
    assert report.score == 84
    assert [(figure.title, figure.source) for figure in result.evidence] == [
        ("distance", "grader"),
        ("path", "student"),
    ]
    assert [figure.data.get("value", figure.data.get("series")) for figure in result.evidence] == [
        7.0,
        {"yours": [3.0, 2.0]},
    ]
    assert read_report(write_report(report, tmp_path / "out")).score == 84


@pytest.mark.parametrize("path", ["None", "'x' * 10**6", "{'a': [{}]}", "object()", "[[1], [2, 3]]", "{1: [2]}", "{}"])
def test_nonsense_that_a_student_s_process_reports_costs_nothing_and_is_left_out(
    partial: Course, isolation: str, tmp_path: Path, path: str
) -> None:
    report = grade_in(partial, isolation, tiny.SOLVED + f"\npath = {path}\n", tmp_path)
    assert report.score == 100
    assert [figure.title for figure in by_name(report)[FIVE].evidence] == ["distance"]


# ---- seeds ----------------------------------------------------------------------------------------------------------

# Returns something wrong that shows its input in the message.
REVEALING = tiny.swapped(descent="def descent(g, x, steps, rate=0.1):\n    raise ValueError(str(x.tolist()))")


def inputs(report: Report) -> tuple[str, str]:
    """The inputs that the public and the hidden check of descent gave to the student."""
    found = by_name(report)
    return found["descends_two_steps"].message, found["descends_five_steps"].message


def test_inputs_depend_on_the_student(grade: Grade) -> None:
    ada, again, bob = (inputs(grade(REVEALING, student=name)) for name in ("ada", "ada", "bob"))
    assert ada == again
    assert ada[0] != bob[0]  # inputs of a public check
    assert ada[1] != bob[1]  # inputs of a hidden one


def test_hidden_inputs_depend_on_the_secret_and_replay_from_the_seed(
    grade: Grade, own_course: Course, isolation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = grade(REVEALING)
    monkeypatch.setenv("AUTOGRADER_SECRET", "another secret of this course")
    path = tmp_path / "ada.py"
    other = grade_one(own_course, "tiny", path, "ada", Options(isolation))
    assert inputs(other)[1] != inputs(here)[1]
    assert other.seed == seed_of(b"another secret of this course", "ada").hex()
    replayed = grade_one(own_course, "tiny", path, "someone else", Options(isolation, seed=here.seed))
    assert inputs(replayed) == inputs(here)
    assert replayed.seed == here.seed


def test_unseeded_randomness_of_a_student_gives_the_same_result_each_time(grade: Grade) -> None:
    random = tiny.swapped(
        descent="import random\ndef descent(*_):\n    raise ValueError(f'{random.random()} {np.random.rand()}')"
    )
    assert inputs(grade(random)) == inputs(grade(random))


# ---- what a report depends on ---------------------------------------------------------------------------------------


def test_the_content_digest_changes_with_what_decides_the_grade(
    own_course: Course, grader: Grader, isolation: str, tmp_path: Path
) -> None:
    path = tmp_path / "ada.py"
    path.write_text(tiny.SOLVED)
    ada = Found("ada", path, None)
    digests = [grader.content_of(ada), grader.content_of(dataclasses.replace(ada, id="bob"))]
    digests += [grader.content_of(dataclasses.replace(ada, path=None, problem=text)) for text in ("none", "two")]

    def own(options: Options) -> str:
        with Grader(own_course, "tiny", options) as fresh:
            return fresh.content_of(ada)

    assert own(Options(isolation)) == digests[0]
    digests.append(own(Options(isolation, seed="00ff")))
    digests.append(own(Options("process" if isolation == "bubblewrap" else isolation, seed="00fe")))
    for name, text in (("checks.py", "\n# a word"), ("data.csv", "1,2")):
        with (own_course.solutions_dir("tiny") / name).open("a") as file:
            file.write(text)
        digests.append(own(Options(isolation)))
    (own_course.solutions_dir("tiny") / "__pycache__").mkdir(exist_ok=True)
    (own_course.solutions_dir("tiny") / "__pycache__" / "checks.pyc").write_text("x")
    assert own(Options(isolation)) == digests[-1]
    path.write_text(tiny.SOLVED + "\n# more")
    digests.append(grader.content_of(ada))
    assert len(set(digests)) == len(digests)


def test_a_file_that_is_replaced_while_it_is_graded_has_the_score_and_the_digest_of_one_content(
    grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ada.py"
    path.write_text(tiny.SOLVED)
    ada = Found("ada", path, None)
    right = grader.content_of(ada)
    for module in ("grading.grader", "submission.release"):

        def replaced(file: Path, read: Any = sys.modules[f"autograder.{module}"].read_bytes) -> bytes:
            data: bytes = read(file)
            path.write_text("x = 1\n")
            return data

        monkeypatch.setattr(f"autograder.{module}.read_bytes", replaced)
    report = grader.grade(ada)
    assert (report.score, report.versions["content"]) == (100, right)
    assert path.read_text() == "x = 1\n"


def test_a_report_holds_when_the_work_was_handed_in_and_the_whole_score(grader: Grader, tmp_path: Path) -> None:
    path, late = tmp_path / "ada.py", datetime(2099, 1, 1, tzinfo=UTC)
    path.write_text(tiny.SOLVED)
    report = grader.grade(Found("ada", path, None, late))
    assert (report.submitted, report.score) == (late, 100)
    assert grader.unjudged(Found("ada", path, None, late), "its worker died").submitted == late


def test_the_content_digest_does_not_depend_on_deadlines_and_what_lateness_costs(
    own_course: Course, grader: Grader, isolation: str, tmp_path: Path
) -> None:
    ada = Found("ada", None, "none")
    (tiny_one,) = own_course.assignments
    later = dataclasses.replace(tiny_one, due=datetime(2099, 1, 1, tzinfo=UTC), weight=3.0)
    with Grader(dataclasses.replace(own_course, assignments=(later,)), "tiny", Options(isolation)) as fresh:
        assert fresh.content_of(ada) == grader.content_of(ada)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_submission_that_is_a_pipe_or_unreadable_blocks_nobody(grader: Grader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ada.py")
    report = grader.grade(Found("ada", tmp_path / "ada.py", None))
    assert "not a regular file" in report.checks[0].message


def test_an_unjudged_submission_has_no_score(grader: Grader) -> None:
    report = grader.unjudged(Found("ada", None, None), "its worker died")
    assert report.score is None
    assert {c.status for c in report.checks} == {"error"}


# ---- a student's own machine ----------------------------------------------------------------------------------------


@pytest.fixture
def at_home(own_course: Course) -> Iterator[Course]:
    """The course in the form that a student has."""
    import shutil

    shutil.rmtree(own_course.root / "solutions")
    return own_course


def hand_in(course: Course, **code: str) -> None:
    release = course.release_dir("tiny")
    (release / "tiny.py").write_text(tiny.in_script(release, tiny.parts() | code))


def test_a_student_sees_public_checks_points_and_mistakes(at_home: Course, own_sandbox: Sandbox) -> None:
    hand_in(at_home, q_height="q_height = 5")
    report = check_public(at_home, "tiny", None, own_sandbox)
    assert {c.public for c in report.checks} == {True}
    assert (report.score, report.max_score, report.isolation) == (40, 40, "process")
    assert report.seed == PUBLIC_SEED.hex()
    assert report.mistakes == ("rounded_up",)


def test_a_student_may_check_one_exercise(at_home: Course, own_sandbox: Sandbox) -> None:
    hand_in(at_home)
    report = check_public(at_home, "tiny", "Counter", own_sandbox)
    assert [e.name for e in report.exercises] == ["Counter"]
    with pytest.raises(CourseError, match="no exercise 'Count' with a public check; did you mean 'Counter'"):
        check_public(at_home, "tiny", "Count", own_sandbox)


def test_at_home_too_a_note_says_what_is_in_the_other_file(at_home: Course, own_sandbox: Sandbox) -> None:
    hand_in(at_home)
    release = at_home.release_dir("tiny")
    notebook = tiny.in_notebook(release, {"descent": "def descent(*a): ..."})
    (release / "tiny.ipynb").write_text(json.dumps(notebook))
    report = check_public(at_home, "tiny", None, own_sandbox)
    assert (report.submission, report.score) == ("tiny.py", 40)
    assert "tiny.py was used and not tiny.ipynb" in report.notes[0]


def test_a_folder_without_a_release_is_refused(at_home: Course, own_sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(CourseError):
        PublicJudge(tmp_path, at_home.assignment("tiny"), own_sandbox)


@pytest.mark.parametrize(("factor", "mean", "mistake"), [(1, "x.sum(0)", "sum_for_mean"), (2, "x.mean(0)", "twice")])
def test_public_judging_agrees_with_grading_on_the_public_seed(
    at_home: Course, own_sandbox: Sandbox, grader: Grader, factor: int, mean: str, mistake: str
) -> None:
    out = f"{factor} * (x - x.mean(0)) / np.sqrt(x.var(0) + eps)"
    hand_in(at_home, standardize=f"import numpy as np\ndef standardize(x, eps=1e-5):\n    return {out}, {mean}, None")
    home = {c.name: (c.status, c.message, c.mistake) for c in check_public(at_home, "tiny", None, own_sandbox).checks}
    report = grader.grade(Found("ada", at_home.release_dir("tiny") / "tiny.py", None), seed=PUBLIC_SEED)
    graded = {c.name: (c.status, c.message, c.mistake) for c in report.checks if c.public}
    assert home == graded
    assert home["standardizes_a_table"][::2] == ("failed", mistake)


# ---- what an assignment asks students to write themselves ------------------------------------------------------------


def ruled(monkeypatch: pytest.MonkeyPatch, grader: Grader, **rules: Any) -> None:
    monkeypatch.setattr(grader, "assignment", dataclasses.replace(grader.assignment, rules=Rules(**rules)))


USES_MEAN = {
    "as it is written": "np.mean(table, axis=0)",
    "as only a run can tell": 'getattr(np, "me" + "an")(table, axis=0)',
}


@pytest.mark.parametrize("mean", USES_MEAN.values(), ids=USES_MEAN.keys())
def test_a_forbidden_function_costs_its_exercise(
    grader: Grader, grade: Grade, monkeypatch: pytest.MonkeyPatch, mean: str
) -> None:
    code = tiny.parts() | {"standardize": tiny.parts()["standardize"].replace("table.sum(0) / len(table)", mean)}
    text = "import numpy as np\n\n" + "\n\n".join(code.values()) + "\n"
    assert grade(text).score == 100
    ruled(monkeypatch, grader, forbidden={"standardize": ("numpy.mean",)})
    report = grade(text)
    assert report.score == 100 - sum(
        c.max_points for e in report.exercises if e.name == "standardize" for c in e.checks
    )
    assert all(
        "numpy.mean" in message and "write that part yourself" in message for message in messages(report, "standardize")
    )


def test_the_reference_keeps_rules_that_forbid_what_it_does_not_use(
    grader: Grader, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(monkeypatch, grader, allowed_imports=("numpy",), forbidden={"*": ("numpy.linalg", "scipy.signal")})
    report = grader.grade(Found("reference", course.solutions_dir("tiny") / "tiny.py", None))
    assert (report.score, report.notes) == (100, ())


def test_an_import_that_is_not_allowed_costs_the_exercise_that_uses_it(
    grader: Grader, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(monkeypatch, grader, allowed_imports=("numpy",))
    code = tiny.parts()
    code["descent"] = "import scipy.linalg\n" + code["descent"].replace("return x", "return scipy.linalg.norm(x)")
    report = grade("import numpy as np\n\n" + "\n\n".join(code.values()) + "\n")
    assert "scipy is not among the imports that are allowed here" in messages(report, "descent")[0]
    assert set(statuses(report, "Counter")) == {"passed"}


def test_rules_that_only_report_cost_nothing_and_leave_a_note(
    grader: Grader, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(monkeypatch, grader, forbidden={"standardize": ("numpy.mean",)}, on_violation="report")
    code = tiny.parts() | {
        "standardize": tiny.parts()["standardize"].replace("table.sum(0) / len(table)", "np.mean(table, 0)")
    }
    report = grade("import numpy as np\n\n" + "\n\n".join(code.values()) + "\n")
    assert report.score == 100
    assert ["numpy.mean" in note for note in report.notes] == [True]


def test_a_student_s_own_check_tells_of_a_broken_rule(own_course: Course, own_sandbox: Sandbox) -> None:
    release = own_course.release_dir("tiny")
    code = tiny.parts() | {
        "standardize": tiny.parts()["standardize"].replace("table.sum(0) / len(table)", "np.mean(table, 0)")
    }
    (release / "tiny.py").write_text(tiny.in_script(release, code))
    text = own_course.path.read_text()
    rules = "title: A tiny assignment\n    rules: {forbidden: {standardize: [numpy.mean]}}"
    own_course.path.write_text(text.replace("title: A tiny assignment", rules))
    report = check_public(Course.load(own_course.path), "tiny", "standardize", own_sandbox)
    assert set(statuses(report, "standardize")) == {"failed"}


def test_a_report_names_torch_only_where_the_assignment_is_given_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(__version__="2.0"))  # as if something else had loaded it
    assert "torch" not in versions(Assignment("optimizers", "Optimizers"))
    assert versions(Assignment("pytorch", "PyTorch", preload=("numpy", "torch")))["torch"] == "2.0"


def test_a_missing_name_is_sought_once_in_a_cell_however_often_it_stopped(grade: Grade) -> None:
    text = "1 / 0\n" * 100 + "\n" * 200_000 + "x = 1\n"
    started_s = time.process_time()
    assert "descent is not defined" in messages(grade(text), "descent")[0]
    assert time.process_time() - started_s < 10  # a hundred times as long if each problem were processed
