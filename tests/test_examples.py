"""The demo class: each submission gets the result that it deserves, and the report says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from autograder.course.course import Course
from autograder.grading.options import Options
from autograder.grading.pool import grade_many
from autograder.intake.find import find
from autograder.report.report import Report
from autograder.submission.release import Release
from tests.isolation import ISOLATION

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    return _graded("optimizers", tmp_path_factory)


@pytest.fixture(scope="module")
def graded_conv(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    return _graded("conv", tmp_path_factory)


def _graded(assignment_id: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """The class, graded with short time limits, because one of the students has an endless loop."""
    home = tmp_path_factory.mktemp("course")
    data = yaml.safe_load((ROOT / "course.yml").read_text())
    data["limits"] = data.get("limits", {}) | {"check_s": 3}
    (home / "course.yml").write_text(yaml.safe_dump(data))
    for folder in ("solutions", "assignments"):
        (home / folder).symlink_to(ROOT / folder)
    course = Course.find(home)
    release = Release.load(course.release_dir(assignment_id), assignment_id)
    found = find([ROOT / "examples" / "class" / assignment_id], assignment_id, release)
    reports = grade_many(course, assignment_id, found, home / "out", Options(ISOLATION))
    return {report.submission: report for report in reports}


def test_at_least_twenty_students_are_graded(graded: dict[str, Report]) -> None:
    assert len(graded) >= 20
    assert not any(report.needs_staff for report in graded.values())


@pytest.mark.parametrize("student", ["ada", "alan", "tim-magics-and-scratch", "ursula-out-of-order"])
def test_correct_work_gets_full_marks(graded: dict[str, Report], student: str) -> None:
    assert graded[student].score == 100


@pytest.mark.parametrize("student", ["untouched", "corrupt", "nothing-handed-in", "wrong-assignment"])
def test_what_cannot_be_graded_gets_nothing_and_says_why(graded: dict[str, Report], student: str) -> None:
    assert graded[student].score == 0
    assert all(check.message for check in graded[student].checks)


def test_of_two_files_the_one_is_graded_that_holds_all_of_the_work(graded: dict[str, Report]) -> None:
    report = graded["both-edited"]
    assert (report.score, report.source and report.source.file.endswith("optimizers.ipynb")) == (100, True)


@pytest.mark.parametrize(
    ("student", "mistakes"),
    [
        ("donald", {"adam_without_bias_correction"}),
        ("edsger", {"momentum_velocity_without_learning_rate"}),
        ("frances", {"adagrad_decays"}),
        ("grace", {"rmsprop_epsilon_inside_the_root"}),
        ("hedy", {"adamax_sums"}),
        ("ivan", {"nadam_is_adam"}),
        ("joan", {"adamw_decays_through_the_gradient"}),
        ("katherine", {"adadelta_updates_before_the_step"}),
        ("leslie", {"nesterov_is_plain_momentum", "adam_t_not_stored"}),
        ("Zoë O'Brien (2)", {"warmup_starts_at_zero"}),
    ],
)
def test_a_known_mistake_is_named_and_nothing_else_is(
    graded: dict[str, Report], student: str, mistakes: set[str]
) -> None:
    assert {check.mistake for check in graded[student].checks if check.mistake} == mistakes
    assert 0 < graded[student].score < 100


@pytest.mark.parametrize(
    ("student", "exercise", "status", "pattern"),
    [
        ("margaret-syntax-error", "adam", "failed", r"SyntaxError.*cell \d+, line 2: `if config is None"),
        ("niklaus-endless-loop", "adagrad", "timeout", "loop without end"),
        ("ole-crash", "rmsprop", "crashed", "SIGABRT"),
        ("peter-prints-1-GB", "sgd", "crashed", "printed more than"),
        ("quentin-reads-files", "sgd", "failed", "(PermissionError|FileNotFoundError).*/etc/shadow"),
        ("radia-python-2", "sgd", "failed", "This is Python 2"),
        ("shafi-old-numpy", "sgd", "failed", "np.float was removed from numpy; use float"),
    ],
)
def test_a_broken_exercise_costs_only_itself(
    graded: dict[str, Report], student: str, exercise: str, status: str, pattern: str
) -> None:
    for result in graded[student].exercises:
        if result.name != exercise:
            assert result.score == result.max_score, result.name
            continue
        assert result.score == 0
        # A check that times out after another may have a different message; the first one's says everything.
        assert result.checks[0].status == status
        assert re.search(pattern, result.checks[0].message), result.checks[0].message


def test_partial_work_is_graded_on_what_is_there(graded: dict[str, Report]) -> None:
    scores = {result.name: (result.score, result.max_score) for result in graded["claude-three"].exercises}
    full = [name for name, (score, max_score) in scores.items() if max_score and score == max_score]
    assert len(full) >= 2
    assert graded["claude-three"].score == sum(scores[name][1] for name in full)


def test_what_a_submission_printed_is_kept_up_to_a_limit(graded: dict[str, Report]) -> None:
    assert 60_000 < len(graded["peter-prints-1-GB"].output) <= 65_536


def test_the_reader_found_nothing_of_the_course(graded: dict[str, Report]) -> None:
    output = graded["quentin-reads-files"].output
    assert "files found" in output
    assert "solutions" not in output


def test_the_class_of_conv_gets_its_scores_and_its_mistakes(graded_conv: dict[str, Report]) -> None:
    scores = {student: report.score for student, report in graded_conv.items()}
    assert scores["ada"] == scores["alan"] == 100
    assert scores["untouched"] == 0
    named = {student: {c.mistake for c in report.checks if c.mistake} for student, report in graded_conv.items()}
    assert named["ada"] == named["untouched"] == set()
    assert {"size_rounded_up", "forward_kernel_turned"} <= named["donald"]
    assert named["edsger"] == {"dx_overwritten"}
    assert named["frances"] == {"db_not_summed_over_space", "max_padded_with_zeros"}
    assert named["grace"] == {"col2im_without_add"}
