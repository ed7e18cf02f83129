"""Naming mistakes: the right one, for the right students, however their code is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.checking.answers import Answers, LiveAnswers, load_live, load_released
from autograder.checking.compare import close, equal, expect, raises
from autograder.checking.declare import Check, Mistake, check
from autograder.checking.judge import judge
from autograder.checking.run import PUBLIC_SEED, seed_of
from autograder.course.course import Course
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from tests import tiny

SEED = seed_of(b"a secret for tests", "ada")


def student_names(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(source, names)
    return names


def opened(names: dict[str, Any]) -> Any:
    import contextlib

    @contextlib.contextmanager
    def open_student(check: Check, timeout_s: float, shared: bool) -> Any:
        yield Namespace(Local(names))

    return open_student


def named(checks: list[Check], answers: Answers, names: dict[str, Any], seed: bytes = SEED) -> dict[str, str | None]:
    """Failing check -> the mistake that it was attributed to."""
    results = judge(checks, opened(names), answers, seed, 10.0)
    return {r.name: r.mistake for exercise in results for r in exercise.checks if r.status != "passed"}


@pytest.fixture(scope="module")
def live(course: Course) -> tuple[list[Check], LiveAnswers]:
    return load_live(course, "tiny")


@pytest.fixture
def diagnosed(live: tuple[list[Check], LiveAnswers]) -> Callable[[str], dict[str, str | None]]:
    """The mistakes found in correct work in which this code replaces one exercise."""

    def diagnosed(source: str) -> dict[str, str | None]:
        return named(*live, student_names(tiny.SOLVED + "\n" + source))

    return diagnosed


STANDARDIZE = """
def standardize(data, eps=1e-5):
    mu, n = data.mean(0), len(data)
    s2 = ((data - mu) ** 2).sum(0) / {divisor}
    result = (data - mu) / np.sqrt(s2 + eps)
    return result, {mean}, {cache}
"""


def standardize(divisor: str = "n", mean: str = "mu", cache: str = "None") -> str:
    return STANDARDIZE.format(divisor=divisor, mean=mean, cache=cache)


BOTH = ("standardizes_a_table", "standardizes_a_hidden_table")


@pytest.mark.parametrize("seed", [b"one", b"two"])
def test_correct_work_is_given_no_name(live: Any, seed: bytes) -> None:
    assert named(*live, student_names(tiny.SOLVED), seed) == {}


@pytest.mark.parametrize(
    "cache",
    ["None", "(s2, data)", "(data, s2)", "{'var': s2, 'mean': mu}", "[data - mu, s2, mu, eps]", "object()", "(mu, mu)"],
)
def test_a_mistake_is_named_whatever_the_students_cache_looks_like(diagnosed: Any, cache: str) -> None:
    found = diagnosed(standardize(divisor="(n - 1)", cache=cache))
    assert found == dict.fromkeys(BOTH, "sample_variance")


def test_a_mistake_is_named_when_the_student_returns_more_in_a_list(diagnosed: Any) -> None:
    source = standardize(divisor="(n - 1)").replace("return result, mu, None", "return [result, mu, None, 'more']")
    assert diagnosed(source) == dict.fromkeys(BOTH, "sample_variance")


def test_two_mistakes_in_different_outputs_are_recognised_as_one_of_them(diagnosed: Any) -> None:
    found = diagnosed(standardize(divisor="(n - 1)", mean="data.sum(0)"))
    assert set(found) == set(BOTH)
    assert set(found.values()) <= {"sample_variance", "sum_for_mean"}


def test_a_wrong_result_of_another_kind_is_described_and_not_taken_for_a_known_one(diagnosed: Any) -> None:
    found = diagnosed(standardize(divisor="(n + 1)"))
    assert set(found) == set(BOTH)
    assert {name.partition("_")[0] for name in found.values()} <= {"factor", "one"}


def test_an_unknown_way_to_be_wrong_is_given_no_name(diagnosed: Any) -> None:
    source = "def standardize(t, eps=1e-5):\n    return np.sin(7 * t) + t**2 * 0.3, np.cos(t[0] * t[1]), 0"
    assert diagnosed("import numpy as np\n" + source) == dict.fromkeys(BOTH)


def test_a_mistake_in_float32_is_the_same_mistake(diagnosed: Any) -> None:
    source = standardize(divisor="(n - 1)").replace("return result, mu", "return np.float32(result), np.float32(mu)")
    assert diagnosed(source) == dict.fromkeys(BOTH, "sample_variance")


def test_a_mistake_that_raises_is_named_by_what_it_raises(diagnosed: Any) -> None:
    source = "def standardize(t, eps=1e-5):\n    m = t.mean(1)\n    return (t - m) / np.sqrt(t.var(1) + eps), m, 0"
    assert diagnosed(source) == dict.fromkeys(BOTH, "wrong_axis")


def test_another_exception_of_the_same_type_is_another_mistake(diagnosed: Any) -> None:
    source = "def standardize(t, eps=1e-5):\n    raise ValueError('what to do?')"
    assert diagnosed(source) == dict.fromkeys(BOTH, "raises_for_what_is_allowed")


def test_a_change_of_the_input_in_place_is_a_symptom(diagnosed: Any) -> None:
    source = (
        standardize()
        .replace("    s2", "    data -= mu\n    mu0, mu = mu, 0\n    s2", 1)
        .replace("result, mu", "result, mu0")
    )
    assert diagnosed(source) == {"standardizes_a_table": "shifts_in_place"}


def test_a_wrong_class_is_named_although_the_students_has_another_name(diagnosed: Any) -> None:
    source = """
class Tally:
    def __init__(self, first): self.total = 0
    def add(self, k):
        self.total = self.total + k
        return self.total
Counter = Tally
"""
    assert diagnosed(source) == {"counts_from_its_start": "forgets_start"}


def test_a_wrong_value_is_named(diagnosed: Any) -> None:
    assert diagnosed("q_height = 5.0") == {"predicts_the_height": "rounded_up"}
    assert diagnosed("q_height = np.int64(5)") == {"predicts_the_height": "rounded_up"}
    assert diagnosed("q_height = 6") == {"predicts_the_height": None}


def test_mistakes_that_one_check_cannot_tell_apart_are_told_apart_by_another(diagnosed: Any) -> None:
    short = "def descent(f, x, steps, rate=0.1):\n    for _ in range(steps - 1): x = x - rate * f(x)\n    return x"
    single = "def descent(f, x, steps, rate=0.1):\n    return x - rate * f(x)"
    checks = ("descends_two_steps", "descends_five_steps")
    assert diagnosed(short) == dict.fromkeys(checks, "one_step_short")
    assert diagnosed(single) == dict.fromkeys(checks, "a_single_step")


def test_a_passing_check_separates_mistakes_that_match_alike() -> None:
    def large(student: Any, reference: Any) -> None:
        """Above."""
        close(student.f(9), reference.f(9))

    def small(student: Any, reference: Any) -> None:
        """Below."""
        close(student.f(1), reference.f(1))

    checks = [check("f", points=1)(each).__checks__[0] for each in (large, small)]  # type: ignore[attr-defined]
    always = Mistake("always", "f", "S", lambda x: x + 1)
    only_large = Mistake("only_large", "f", "S", lambda x: x + (x > 5))
    for known in ([always, only_large], [only_large, always]):
        answers = LiveAnswers({"f": lambda x: x}, known)
        assert named(checks, answers, {"f": lambda x: x + 1 if x > 3 else x}) == {"large": "only_large"}
        assert named(checks, answers, {"f": lambda x: 1 + x}) == {"large": "always", "small": "always"}


def test_a_mistake_that_passes_a_check_is_not_given_to_it(diagnosed: Any) -> None:
    source = "class Counter:\n    def __init__(self, n): self.n = n\n    def add(self, k): return 'nine'\n    total = 0"
    # A number may be 0 by chance, so the rules are silent, too.
    assert diagnosed(source) == {"counts_from_its_start": None, "keeps_its_total_between_calls": None}


def test_a_stub_is_no_mistake(course: Course, live: Any) -> None:
    release = (course.release_dir("tiny") / "tiny.py").read_text()
    names = student_names(release.replace("from autograder.notebook import check", "").split('# %% tags=["demo"]')[0])
    found = named(*live, names)
    assert set(found) == {c.name for c in live[0]}
    assert set(found.values()) == {None}


@pytest.mark.parametrize("name", ["sample_variance", "sum_for_mean", "wrong_axis", "shifts_in_place", "forgets_start",
                                  "a_single_step", "rounded_up"])  # fmt: skip
def test_the_release_names_what_the_course_names(course: Course, live: Any, name: str) -> None:
    checks, answers = live
    public, recorded = load_released(course.release_dir("tiny"), "tiny")
    (mistake,) = (m for m in answers.known if m.name == name)
    names = student_names(tiny.SOLVED) | {mistake.exercise: mistake.implementation}
    at_home = named(public, recorded, names, PUBLIC_SEED)
    in_course = named([c for c in checks if c.public], answers, names, PUBLIC_SEED)
    assert at_home == in_course
    assert list(at_home.values()) == [name]


def test_a_check_takes_numbers_that_differ_by_rounding_as_equal() -> None:
    def follows(student: Any, reference: Any) -> None:
        """Follows."""
        x = np.linspace(1, 1e6, 50)
        close(student.f(x), reference.f(x))

    checks = [check("f", points=1)(follows).__checks__[0]]  # type: ignore[attr-defined]
    answers = LiveAnswers({"f": np.sum}, [Mistake("mean", "f", "S", np.mean)])
    for off, kind, name in ((1e-9, float, "mean"), (3e-5, np.float32, "mean"), (3e-5, float, None)):
        assert named(checks, answers, {"f": lambda x, off=off, k=kind: k(np.mean(x) * (1 + off))}) == {"follows": name}


def test_the_truth_values_of_numpy_and_python_are_the_same() -> None:
    def decides(student: Any, reference: Any) -> None:
        """Decides."""
        equal(student.f(3), reference.f(3))

    checks = [check("f", points=1)(decides).__checks__[0]]  # type: ignore[attr-defined]
    answers = LiveAnswers({"f": lambda x: x > 2}, [Mistake("other_way", "f", "S", lambda x: x < 2)])
    assert named(checks, answers, {"f": lambda x: np.bool_(x < 2)}) == {"decides": "other_way"}


def test_a_mistake_that_shows_only_after_the_results_went_wrong_is_not_named() -> None:
    def two_calls(student: Any, reference: Any) -> None:
        """Two calls, the large one last."""
        got = [student.f(x) for x in (1, 9)]
        for value, x in zip(got, (1, 9), strict=True):
            close(value, reference.f(x))

    checks = [check("f", points=1)(two_calls).__checks__[0]]  # type: ignore[attr-defined]
    known = [
        Mistake("only_large", "f", "S", lambda x: x + (x > 5)),
        Mistake("doubles", "f", "S", lambda x: 2 * x),
    ]
    answers = LiveAnswers({"f": lambda x: x}, known)
    found = named(checks, answers, {"f": lambda x: x + 1 if x > 5 else -x})
    assert found["two_calls"] not in ("only_large", "doubles")
    assert named(checks, answers, {"f": lambda x: x + 1 if x > 5 else x}) == {"two_calls": "only_large"}


def test_a_mistake_is_named_after_the_result_of_another_exercise_went_wrong() -> None:
    def forward_and_back(student: Any, reference: Any) -> None:
        """A forward and a backward pass."""
        student.forward(3)
        close(student.back(4), reference.back(4))

    checks = [check("back", points=1)(forward_and_back).__checks__[0]]  # type: ignore[attr-defined]
    right = {"forward": lambda x: x, "back": lambda x: x}
    answers = LiveAnswers(right, [Mistake("doubles", "back", "S", lambda x: 2 * x)])
    student = {"forward": lambda x: x + 1, "back": lambda x: 2 * x}
    assert named(checks, answers, student) == {"forward_and_back": "doubles"}


def test_the_words_of_an_exception_that_is_asked_for_are_free() -> None:
    def refuses(student: Any) -> None:
        """Refuses numbers below zero, and zero."""
        raises(student.root, -1, error=("ValueError",))
        raises(student.root, 0, error=("ValueError",))

    def root(lowest: int, words: str) -> Callable[[int], float]:
        def root(x: int) -> float:
            if x < lowest:
                raise ValueError(words)
            return float(x) ** 0.5

        return root

    checks = [check("root", points=1)(refuses).__checks__[0]]  # type: ignore[attr-defined]
    answers = LiveAnswers({"root": root(1, "too small")}, [Mistake("takes_zero", "root", "S", root(0, "negative"))])
    assert named(checks, answers, {"root": root(0, "words of my own")}) == {"refuses": "takes_zero"}


def at(*inputs: Any) -> list[Check]:
    """A check of `f` for each input, in order."""

    def compares(x: Any) -> Callable[..., None]:
        def compare(student: Any, reference: Any) -> None:
            """It follows."""
            close(student.f(x), reference.f(x))

        compare.__name__ = f"check_{x}"
        return compare

    return [check("f", points=1)(compares(x)).__checks__[0] for x in inputs]  # type: ignore[attr-defined]


def test_a_mistake_is_refuted_by_a_check_that_the_student_passes() -> None:
    answers = LiveAnswers({"f": lambda x: x}, [Mistake("always", "f", "S", lambda x: x + 0.123)])
    assert named(at(1, 9), answers, {"f": lambda x: x + 0.123}) == dict.fromkeys(("check_1", "check_9"), "always")
    assert named(at(1, 9), answers, {"f": lambda x: x + (x > 5) * 0.123})["check_9"] != "always"


def test_a_mistake_is_contradicted_where_it_shows_in_another_way() -> None:
    answers = LiveAnswers({"f": lambda x: x}, [Mistake("adds", "f", "S", lambda x: x + 0.123)])
    found = named(at(1, 9), answers, {"f": lambda x: x + 0.123 if x > 5 else x + 0.7})
    assert "adds" not in found.values()
    answers.known.append(Mistake("adds_more", "f", "S", lambda x: x + (0.123 if x > 5 else 0.4)))  # no other evidence
    found = named(at(1, 9), answers, {"f": lambda x: x + 0.123 if x > 5 else x + 0.7})
    assert not {"adds", "adds_more"} & set(found.values())


def test_two_known_mistakes_at_once_are_both_named_where_each_stands_alone_once() -> None:
    def both(x: float, *, small: bool = True, large: bool = True) -> float:
        return x + 0.123 * (small and x < 5) + 0.456 * (large and x > 3)

    known = [
        Mistake("small", "f", "S", lambda x: both(x, large=False)),
        Mistake("large", "f", "S", lambda x: both(x, small=False)),
    ]
    answers = LiveAnswers({"f": lambda x: x}, known)
    found = named(at(1, 4, 9), answers, {"f": both})
    assert (found["check_1"], found["check_9"]) == ("small", "large")
    third = named(at(1, 4, 9), answers, {"f": lambda x: both(x, large=False) + (x == 4) * 0.05})
    assert third["check_1"] != "small"


def test_what_many_mistakes_give_is_evidence_only_if_it_explains_all_that_fails() -> None:
    answers = LiveAnswers({"f": lambda x: x > 0}, [Mistake("never", "f", "S", lambda x: False)])
    assert named(at(1, -1), answers, {"f": lambda x: False}) == {"check_1": "never"}
    assert "never" not in named(at(1, -1), answers, {"f": lambda x: x < 0}).values()


def test_what_holds_exactly_is_said_instead_of_a_mistake_of_which_a_symptom_agrees() -> None:
    def loss_and_gradient(student: Any, reference: Any, rng: Any) -> None:
        """Both."""
        x = rng.standard_normal((4, 3))
        for got, wanted in zip(student.f(x), reference.f(x), strict=True):
            close(got, wanted, name="gradient" if np.ndim(got) else "loss")

    (made,) = check("f", points=1)(loss_and_gradient).__checks__  # type: ignore[attr-defined]
    answers = LiveAnswers({"f": lambda x: (np.pi, x)}, [Mistake("one_more_class", "f", "S", lambda x: (2 * np.pi, x))])
    assert named([made], answers, {"f": lambda x: (2 * np.pi, x)}) == {"loss_and_gradient": "one_more_class"}
    assert named([made], answers, {"f": lambda x: (2 * np.pi, x + 0.1)}) == {"loss_and_gradient": "twice"}


def test_a_check_that_measures_time_is_not_asked_what_the_others_tell_and_alone_only_for_slow_ones() -> None:
    asked: list[str] = []

    def right(x: Any) -> Any:
        return 2.5 * x

    def mistake(name: str, wrong: Callable[[Any], Any]) -> Mistake:
        def implementation(x: Any) -> Any:
            if len(x) == 9:
                asked.append(name)
            return wrong(x)

        return Mistake(name, "f", name, implementation)

    def agrees(student: Any, reference: Any, rng: Any) -> None:
        """f is right."""
        x = rng.standard_normal(5)
        close(student.f(x), reference.f(x))

    def is_fast(student: Any, reference: Any, rng: Any) -> None:
        """f is fast."""
        result = student.f(rng.standard_normal(9))
        expect(len(result) == 9, "it takes too long, which a ninth number stands for here")

    def slow(x: Any) -> Any:
        return np.append(2.5 * x, 0.5) if len(x) == 9 else 2.5 * x

    (one,) = check("f", points=1)(agrees).__checks__  # type: ignore[attr-defined]
    (timed,) = check("f", points=1, timed=True)(is_fast).__checks__  # type: ignore[attr-defined]
    answers = LiveAnswers({"f": right}, [mistake("tripled", lambda x: 3.5 * x), mistake("slow", slow)])
    both = named([one, timed], answers, {"f": lambda x: np.append(3.5 * x, 0.5) if len(x) == 9 else 3.5 * x})
    assert both["agrees"] == "tripled"
    assert asked == []
    assert named([one, timed], answers, {"f": slow}, SEED[::-1]) == {"is_fast": "slow"}
    assert set(asked) == {"slow"}


def test_an_exception_where_the_known_mistake_returns_something_does_not_speak_against_it() -> None:
    def sizes(student: Any, reference: Any, rng: Any) -> None:
        """Of two sizes."""
        x = rng.standard_normal(4)
        close(student.f(x), reference.f(x))

    def large(student: Any, reference: Any, rng: Any) -> None:
        """Of a large one."""
        x = rng.standard_normal(8)
        close(student.f(x), reference.f(x))

    def student(x: Any) -> Any:
        if len(x) > 5:
            raise ValueError("too long for this way of writing it")
        return 3 * x

    checks = [check("f", points=1)(each).__checks__[0] for each in (sizes, large)]  # type: ignore[attr-defined]
    answers = LiveAnswers({"f": lambda x: x}, [Mistake("tripled", "f", "S", lambda x: 3 * x)])
    assert named(checks, answers, {"f": student})["sizes"] == "tripled"
