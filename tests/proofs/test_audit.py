"""The audit passes a sound assignment and names each kind of error of an unsound one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.authoring.build import build
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.proofs.audit import Audit, audit


@pytest.fixture(scope="module")
def sound(course: Course, isolation: str) -> Audit:
    return audit(course, "tiny", isolation)


def edit(course: Course, name: str, old: str, new: str) -> None:
    path = course.solutions_dir("tiny") / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def rebuilt(course: Course, isolation: str) -> Audit:
    build(course, "tiny")
    return audit(course, "tiny", isolation)


def test_a_sound_assignment_has_no_problems(sound: Audit, isolation: str) -> None:
    assert sound.ok
    assert sound.problems == ()
    assert (sound.reference_score, sound.points, sound.isolation) == (100, 100, isolation)
    assert sound.stub_scores == {".ipynb": 0, ".py": 0}
    assert (sound.checks, sound.public_checks, sound.leaks) == (7, 4, ())


def test_every_mistake_is_caught_and_named_as_itself(sound: Audit) -> None:
    assert len(sound.mistakes) == 9
    assert all(mistake.ok for mistake in sound.mistakes)
    assert {m.name for m in sound.mistakes if not m.named_by_release} == {"forgets_what_was", "one_step_short"}


def test_the_notes_say_what_only_the_course_can_tell(sound: Audit) -> None:
    assert "named by hidden checks only: forgets_what_was, one_step_short" in sound.notes
    assert "without the hidden checks one_step_short is taken for a_single_step" in sound.notes


def test_the_findings_are_json_and_lines(sound: Audit) -> None:
    data = json.loads(json.dumps(sound.to_dict()))
    assert data["ok"] is True
    assert [m["name"] for m in data["mistakes"]] == [m.name for m in sound.mistakes]
    assert sound.lines()[0].startswith("tiny: ok (")
    assert "  9 mistakes: 9 caught, 9 named as themselves, 7 also named by the release alone" in sound.lines()


def test_a_mistake_that_passes_every_check_is_a_problem(own_course: Course, isolation: str) -> None:
    extra = "\n@mistake('Counter', says='Nothing.')\nclass harmless:\n    def __init__(self, s): self.total = s\n"
    extra += "    def add(self, n):\n        self.total += n\n        return self.total\n"
    edit(own_course, "mistakes.py", 'mistake("q_height"', extra + '\nmistake("q_height"')
    found = rebuilt(own_course, isolation)
    assert found.problems == ("the mistake harmless (Counter) passes every check",)
    assert found.lines()[0].startswith("tiny: NOT OK")


def test_mistakes_that_no_check_tells_apart_are_a_problem(own_course: Course, isolation: str) -> None:
    extra = "\n@mistake('descent', says='Other words.')\ndef the_same(gradient, x, steps, rate=0.1):\n"
    extra += "    return x - gradient(x) * rate\n"
    edit(own_course, "mistakes.py", 'mistake("q_height"', extra + '\nmistake("q_height"')
    assert rebuilt(own_course, isolation).problems == ("the mistake the_same (descent) is named a_single_step",)


def test_a_check_that_no_mistake_fails_is_a_problem(own_course: Course, isolation: str) -> None:
    edit(own_course, "mistakes.py", 'mistake("q_height", says="Round down.", name="rounded_up")(5)', "")
    assert rebuilt(own_course, isolation).problems == ("no known mistake fails the check predicts_the_height",)


def test_a_reference_that_fails_a_hidden_check_is_a_problem(own_course: Course, isolation: str) -> None:
    edit(own_course, "tiny.py", "        self.total = self.total + n", "        self.total = min(9, self.total + n)")
    problems = rebuilt(own_course, isolation).problems
    (problem,) = problems
    assert problem.startswith("the reference does not pass keeps_its_total_between_calls: ")


def test_a_stub_that_earns_points_is_a_problem(own_course: Course, isolation: str) -> None:
    edit(own_course, "checks.py", 'equal(counter.get("total"), int(numbers.sum()), name="total")', "pass")
    edit(
        own_course,
        "checks.py",
        "    counter = student.Counter(0)\n    for number in numbers:\n        counter.add(int(number))\n",
        "",
    )
    problems = rebuilt(own_course, isolation).problems
    assert "the stub .ipynb has passed on keeps_its_total_between_calls: " in problems
    assert "no known mistake fails the check keeps_its_total_between_calls" in problems


def test_a_release_that_is_not_the_one_of_the_sources_is_a_problem(own_course: Course, isolation: str) -> None:
    edit(own_course, "checks.py", '"""Five steps are five steps."""', '"""Five are five."""')
    edit(own_course, "tiny.py", "# # Tiny", "# # Small")
    problems = audit(own_course, "tiny", isolation).problems
    assert problems
    assert all("autograder build tiny" in problem for problem in problems)


def test_an_assignment_that_is_not_built_cannot_be_audited(own_course: Course, isolation: str) -> None:
    (own_course.release_dir("tiny") / "answers.npz").unlink()
    with pytest.raises(CourseError, match="get the release again"):
        audit(own_course, "tiny", isolation)


# ---- checks that train, or need a GPU -------------------------------------------------------------------------------

GPU_CHECK = '''

@check("descent", points=5, gpu=True)
def descends_fast(student):
    """Descends on a GPU."""
    raise RuntimeError("run without a GPU")
'''


def test_what_waits_for_a_gpu_is_noted_and_no_problem(gpu_course: Course, isolation: str) -> None:
    edit(gpu_course, "checks.py", '@check("descent", points=15, gpu=True)', '@check("descent", points=10)')
    with (gpu_course.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write(GPU_CHECK)
    found = rebuilt(gpu_course, isolation)
    assert found.problems == ()
    assert "there is no GPU here, so 5 points are pending: descends_fast" in found.notes
    assert (found.reference_score, found.points) == (95, 100)


def test_where_there_is_a_gpu_nothing_is_noted_as_pending(with_gpu: Course, isolation: str) -> None:
    edit(with_gpu, "checks.py", '@check("descent", points=15, gpu=True)', '@check("descent", points=10)')
    with (with_gpu.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write(GPU_CHECK.replace('raise RuntimeError("run without a GPU")', "student.descent(lambda x: x, 1.0, 1)"))
    found = rebuilt(with_gpu, isolation)
    assert found.problems == ()
    assert not any("pending" in note for note in found.notes)
    assert found.reference_score == 100


@pytest.mark.parametrize(("option", "seeds"), [("", 3), (", trains=True", 1)])
def test_a_check_that_trains_is_tried_on_one_seed(
    own_course: Course, isolation: str, tmp_path: Path, option: str, seeds: int
) -> None:
    edit(own_course, "checks.py", '@check("descent", points=15)', f'@check("descent", points=15{option})')
    edit(
        own_course,
        "checks.py",
        "    x = rng.standard_normal(3)\n",
        f"    x = rng.standard_normal(3)\n    print(x[0], file=open({str(tmp_path / 'drawn')!r}, 'a'))\n",
    )
    audit(own_course, "tiny", isolation)
    graded = 3  # the reference and two stubs, each with its own seed
    recorded = 0 if option else 1  # the test whether a recording discloses answers uses the public seed
    assert len(set((tmp_path / "drawn").read_text().split())) == graded + seeds + recorded


BY_NAME = '''

def as_table(standardize, x):
    out, mean, _ = standardize(x, 0.1)
    return {"out": out, "mean": mean}


@check("standardize", points=0, public=True)
def standardizes_by_name(student, reference, rng):
    """Each result is right."""
    x = rng.standard_normal((5, 3))
    got, expected = (each.probe(as_table)(each.get("standardize"), x) for each in (student, reference))
    for name, value in expected.items():
        close(got[name], value, name=name)
'''


def test_a_public_check_that_compares_nothing_at_home_is_a_problem(
    own_course: Course, isolation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_course.solutions_dir("tiny") / "checks.py"
    path.write_text(path.read_text() + BY_NAME)
    assert rebuilt(own_course, isolation).problems == ()
    monkeypatch.setattr("autograder.authoring.recording._hides_a_mistake", lambda *_: False)
    said = "at home the public check standardizes_by_name holds for {}, which fails it when graded"
    assert said.format("sample_variance") in rebuilt(own_course, isolation).problems
