"""An author's coding errors that would look like a proof are named with their places, not attributed to students."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from autograder.checking.answers import LiveAnswers, load_live
from autograder.checking.declare import Check
from autograder.course.course import Course
from autograder.course.settings import Rules
from autograder.errors import CourseError
from autograder.proofs.audit import audit
from autograder.proofs.coding_errors import coding_error_of, global_randomness, unknown_names, unrepeatable
from tests.conftest import edit

SEED = hashlib.sha256(b"coding_errors").digest()
MISTAKES, CHECKS = "solutions/tiny/mistakes.py", "solutions/tiny/checks.py"


def loaded(course: Course) -> tuple[dict[str, Check], LiveAnswers]:
    checks, answers = load_live(course, "tiny")
    return {check.name: check for check in checks}, answers


def coding_error(course: Course, body: str, declaration: str = "") -> str:
    """The coding error found in a mistake of descent with this code, in a hidden check."""
    head = 'says="How many steps?")\ndef a_single_step(gradient, x, steps, rate=0.1):\n'
    edit(
        course, MISTAKES, head + "    return x - rate * gradient(x)\n", head.replace('?")', f'?"{declaration})') + body
    )
    checks, answers = loaded(course)
    (mistake,) = (each for each in answers.known if each.name == "a_single_step")
    return coding_error_of(mistake, checks["descends_five_steps"], answers, SEED)


# ---- mistakes -------------------------------------------------------------------------------------------------------


def test_a_mistake_that_is_wrong_by_what_it_returns_is_no_slip(own_course: Course) -> None:
    assert coding_error(own_course, "    return x - rate * gradient(x)\n") == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    return x - rat * gradient(x)\n", "it raises NameError: name 'rat' is not defined (mistakes.py, line"),
        ("    return x.suum()\n", "it raises AttributeError: 'numpy.ndarray' object has no attribute 'suum' (mistakes"),
        ("    return np.summ(x)\n", "it raises AttributeError: module 'numpy' has no attribute 'summ' (mistakes.py"),
        ("    import nowhere_at_all\n", "it raises ModuleNotFoundError: No module named 'nowhere_at_all' (mistakes.py"),
        ("    raise NotImplementedError\n", "it raises NotImplementedError:  (mistakes.py, line"),
    ],
)
def test_a_mistake_that_fails_by_a_coding_error_of_its_own_code_proves_nothing(
    own_course: Course, body: str, said: str
) -> None:
    assert coding_error(own_course, body).startswith(said)


def test_a_mistake_that_cannot_be_called_as_the_exercise_is_proves_nothing(own_course: Course) -> None:
    edit(own_course, MISTAKES, "def a_single_step(gradient, x, steps, rate=0.1):", "def a_single_step(gradient, x):")
    checks, answers = loaded(own_course)
    (mistake,) = (each for each in answers.known if each.name == "a_single_step")
    said = coding_error_of(mistake, checks["descends_five_steps"], answers, SEED)
    assert (
        said == "it raises TypeError: a_single_step() takes 2 positional arguments but 3 were given when it is called"
    )


@pytest.mark.parametrize(
    ("body", "declaration"),
    [
        ("    return x.suum()\n", ', raises="AttributeError"'),
        ("    return x.suum()\n", ', raises=["ValueError", "AttributeError"]'),
        ("    raise ValueError('shapes do not match')\n", ""),  # as a wrong axis does
        ("    return x + None\n", ""),
    ],
)
def test_an_exception_that_is_the_mistake_is_none(own_course: Course, body: str, declaration: str) -> None:
    assert coding_error(own_course, body, declaration) == ""


def test_a_check_that_raises_on_well_formed_results_does_not_judge_the_mistake(own_course: Course) -> None:
    edit(own_course, CHECKS, "5), reference.descent(lambda x: 3 * x, x, 5))", "5), {}['right'] if False else x)")
    edit(own_course, CHECKS, "    close(student.descent(lambda x: 3 * x, x, 5), {}['right'] if False else x)\n",
         "    got, right = student.descent(lambda x: 3 * x, x, 5), reference.descent(lambda x: 3 * x, x, 5)\n"
         "    if abs(got - right).max() > 0:\n        {}['right']\n")  # fmt: skip
    checks, answers = loaded(own_course)
    mistake = next(each for each in answers.known if each.name == "a_single_step")
    said = coding_error_of(mistake, checks["descends_five_steps"], answers, SEED)
    assert said.startswith("the check itself raised KeyError: 'right' (tiny/checks.py, line ")


def test_a_check_that_cannot_work_with_what_a_mistake_returns_does_judge_it(own_course: Course) -> None:
    edit(own_course, CHECKS, "    out, mean, _ = unmodified(", "    out, mean, _ = unmodified(")  # it unpacks three
    edit(own_course, MISTAKES, "    return (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps), x.mean(axis=1), None",
         "    return None")  # fmt: skip
    checks, answers = loaded(own_course)
    mistake = next(each for each in answers.known if each.name == "wrong_axis")
    assert coding_error_of(mistake, checks["standardizes_a_table"], answers, SEED) == ""


def test_the_audit_names_a_mistake_that_only_raises_a_name_error(own_course: Course, isolation: str) -> None:
    edit(own_course, MISTAKES, "    return x - rate * gradient(x)\n", "    return x - rat * gradient(x)\n")
    problems = audit(own_course, "tiny", isolation).problems
    said = (
        "the mistake a_single_step (descent) proves nothing of descends_two_steps, descends_five_steps: it raises NameE"
    )
    assert [problem for problem in problems if problem.startswith(said)]


def test_the_audit_tells_where_a_check_raises_and_blames_no_mistake(own_course: Course, isolation: str) -> None:
    edit(own_course, CHECKS, "    numbers = rng.integers(2, 50, 4)\n", "    numbers = {}['numbers']\n")
    problems = audit(own_course, "tiny", isolation).problems
    raised = "keeps_its_total_between_calls: error: the check itself raised KeyError: 'numbers' (tiny/checks.py, line "
    assert raised in "\n".join(problems)
    assert not any("forgets" in problem for problem in problems)


# ---- randomness -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "drawn",
    [
        "np.random.standard_normal(3)",
        "np.random.default_rng().standard_normal(3)",
        "np.array([random.random()] * 3)",
        "np.frombuffer(os.urandom(3), np.uint8) * 1.0",
        "np.full(3, time.time())",
    ],
)
def test_a_check_that_draws_from_elsewhere_is_found_by_reading_and_by_running(own_course: Course, drawn: str) -> None:
    edit(own_course, CHECKS, "import numpy as np\n", "import os\nimport random\nimport time\n\nimport numpy as np\n")
    edit(own_course, CHECKS, "    x = rng.standard_normal(3)\n", f"    x = {drawn}\n")
    checks, answers = loaded(own_course)
    assert unrepeatable(checks["descends_five_steps"], answers, SEED)
    ((line, _),) = global_randomness(own_course.root / CHECKS)
    assert drawn in (own_course.root / CHECKS).read_text().split("\n")[line - 1]


def test_checks_that_draw_from_rng_are_repeatable(own_course: Course) -> None:
    checks, answers = loaded(own_course)
    assert not any(unrepeatable(check, answers, SEED) for check in checks.values())


@pytest.mark.parametrize("drawn", [False, True])
def test_a_check_of_time_may_ask_again_once_and_draws_from_rng_all_the_same(own_course: Course, drawn: bool) -> None:
    head = '@check("descent", points=15)\ndef descends_five_steps'
    edit(own_course, CHECKS, head, "RUNS = []\n\n\n" + head.replace("15)", "15, timed=True)"))
    line = "    x = rng.standard_normal(3)\n"
    busy = "    RUNS.append(1)\n    if len(RUNS) == 2:\n        student.descent(lambda x: x, x, 1)\n"
    edit(own_course, CHECKS, line, (line.replace("rng", "np.random") if drawn else line) + busy)
    checks, answers = loaded(own_course)
    assert unrepeatable(checks["descends_five_steps"], answers, SEED) == drawn


def test_a_reference_may_draw_from_global_generators(own_course: Course) -> None:
    loop = "    for _ in range(steps):"
    edit(own_course, "solutions/tiny/tiny.py", loop, "    x = x + np.random.rand(3)\n" + loop)
    right = "    close(student.descent(lambda x: 3 * x, x, 5), reference.descent(lambda x: 3 * x, x, 5))"
    edit(own_course, CHECKS, right, "    student.descent(abs, student.descent(abs, x, 5), 1)")
    checks, answers = loaded(own_course)
    assert not unrepeatable(checks["descends_five_steps"], answers, SEED)


def test_what_is_seeded_or_sent_to_the_other_side_may_be_random(tmp_path: Path) -> None:
    path = tmp_path / "checks.py"
    path.write_text(
        "import numpy as np\nimport random\nimport torch\n"
        "a = np.random.default_rng(1), np.random.default_rng(seed=1), random.Random(3)\n"
        "b = torch.randn(3, generator=g)\nc: np.random.Generator\n"
        "def probe():\n    import time\n    return time.time()\n"
    )
    assert list(global_randomness(path)) == []


def test_the_audit_tells_of_global_randomness_with_its_line(own_course: Course, isolation: str) -> None:
    drawn = "    x = np.random.standard_normal(3)"
    edit(own_course, CHECKS, "    x = rng.standard_normal(3)", drawn)
    line = (own_course.root / CHECKS).read_text().split("\n").index(drawn) + 1
    said = f"checks.py, line {line}: numpy.random.standard_normal; take what is random from `rng`"
    assert said in "\n".join(audit(own_course, "tiny", isolation).problems)


def test_an_assignment_is_loaded_only_with_rules_and_modules_that_there_are(own_course: Course) -> None:
    edit(
        own_course,
        "course.yml",
        "title: A tiny assignment\n",
        "title: A\n    rules: {forbidden: {decent: [numpy.dot]}}\n",
    )
    with pytest.raises(CourseError, match="'decent', which is not an exercise of it; did you mean 'descent'"):
        load_live(Course.load(own_course.path), "tiny")
    edit(own_course, "course.yml", "rules: {forbidden: {decent: [numpy.dot]}}", "preload: [numpy, nmupy]")
    with pytest.raises(CourseError, match="tiny preloads nmupy, but"):
        load_live(Course.load(own_course.path), "tiny")


# ---- rules ----------------------------------------------------------------------------------------------------------


def test_a_rule_that_is_spelt_wrong_is_named() -> None:
    rules = Rules(forbidden={"f": ("numpy.linalg.inw", "numpy.linalg.inv", "scipy.signal.convolve2d"), "*": ("jax",)})
    assert list(unknown_names(rules)) == [
        "rules.forbidden of f: there is no numpy.linalg.inw; did you mean 'inv'?"
    ]  # fmt: skip
