"""The zip contains exactly what grading needs, and grades as the course does, in Gradescope's folders."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.cli import gradescope as command
from autograder.course.course import Course, Limits
from autograder.errors import CourseError
from autograder.grading.grader import grade_one
from autograder.grading.options import Options
from autograder.publish import gradescope_zip, wheel
from autograder.sandbox import Program, Sandbox, backends
from autograder.sandbox.namespace import Namespace
from tests import tiny

NOBODY = 65534


@pytest.fixture(scope="module")
def packed(course: Course) -> bytes:
    return gradescope_zip.build(course, "tiny", allow_process=True)


@pytest.fixture
def container(packed: bytes, tmp_path: Path) -> Path:
    """Gradescope's folders, with the zip unpacked and the right work submitted."""
    root = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(root / "source")
    (root / "submission" / "my work.py").write_text(tiny.SOLVED)
    metadata = {"users": [{"email": "ada@x.org", "id": 1}], "created_at": "2026-10-01T12:00:00+02:00"}
    (root / "submission_metadata.json").write_text(json.dumps(metadata | {"previous_submissions": [{"score": 40.5}]}))
    return root


@pytest.fixture
def graded(container: Path, monkeypatch: pytest.MonkeyPatch):
    """Grades the submission in the container; (exit code, results.json)."""
    monkeypatch.setenv("AUTOGRADER_SECRET", (container / "source" / "secret").read_text())

    def run(*, allow_process: bool = True):
        code = command.gradescope_run("tiny", container, allow_process)
        return code, json.loads((container / "results" / "results.json").read_text())

    return run


def names(packed: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return set(archive.namelist())


# ---- what is in it


def test_the_zip_holds_the_package_the_course_and_two_scripts(packed):
    (package,) = {name for name in names(packed) if name.startswith("wheels/")}
    solutions = {f"course/solutions/tiny/{name}.py" for name in ("tiny", "checks", "mistakes")}
    assert names(packed) >= {package, *solutions, "course/course.yml", "course/assignments/tiny/answers.npz"}
    assert {name for name in names(packed) if "/" not in name} == {"setup.sh", "run_autograder", "secret"}


def test_nothing_of_another_assignment_and_nothing_hidden_is_in_it(own_course):
    for folder in ("solutions", "assignments"):
        (own_course.root / folder / "other").mkdir()
        (own_course.root / folder / "other" / "other.py").write_text("answer = 42")
        (own_course.root / folder / "tiny" / ".private").write_text("notes")
    found = names(gradescope_zip.build(own_course, "tiny", allow_process=False))
    assert not {name for name in found if "other" in name or "private" in name}


def test_the_same_course_gives_the_same_bytes(course):
    first, second = (gradescope_zip.build(course, "tiny", allow_process=True) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {each.date_time[0] for each in archive.infolist()} == {1980}  # not the time of packing


def test_the_scripts_may_be_executed_and_the_secret_is_root_s(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        modes = {each.filename: each.external_attr >> 16 & 0o777 for each in archive.infolist()}
    assert (modes["run_autograder"], modes["setup.sh"], modes["secret"]) == (0o755, 0o755, 0o600)


def test_the_course_s_own_secret_is_not_in_it(course, packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert not [name for name in archive.namelist() if course.secret() in archive.read(name)]


def test_each_assignment_has_a_secret_of_its_own(course):
    assert gradescope_zip.secret_of(course, "tiny") != gradescope_zip.secret_of(course, "other")


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_are_shell(container, script):
    subprocess.run(["bash", "-n", container / "source" / script], check=True)


def test_plain_processes_are_run_only_if_the_instructor_said_so(course, packed):
    def run_script(data):
        return zipfile.ZipFile(io.BytesIO(data)).read("run_autograder").decode()

    assert "--allow-process" in run_script(packed)
    assert "--allow-process" not in run_script(gradescope_zip.build(course, "tiny", allow_process=False))


def test_torch_is_installed_for_assignments_that_need_it(own_course):
    own_course.path.write_text(tiny.COURSE.replace("title: A tiny assignment", "title: T\n    preload: [numpy, torch]"))
    data = gradescope_zip.build(Course.load(own_course.path), "tiny", allow_process=False)
    setup = zipfile.ZipFile(io.BytesIO(data)).read("setup.sh").decode()
    assert '"whichmistake[torch] @ file:///autograder/source/wheels/' in setup
    assert "download.pytorch.org/whl/cpu" in setup


def test_an_assignment_without_solutions_is_refused(own_course):
    for path in own_course.solutions_dir("tiny").iterdir():
        path.unlink()
    with pytest.raises(CourseError, match="is missing or empty; run `autograder build`"):
        gradescope_zip.build(own_course, "tiny", allow_process=False)


# ---- grading in it


def test_the_score_is_the_course_s(course, container, graded, isolation):
    code, results = graded()
    expected = grade_one(course, "tiny", container / "submission" / "my work.py", "ada@x.org", Options(isolation))
    assert (code, results["score"]) == (0, expected.score)
    kept = results["extra_data"]["report"]
    assert (kept["submission"], kept["submitted"]) == ("ada@x.org", "2026-10-01T12:00:00+02:00")


def test_the_best_score_before_is_said(graded):
    assert "Submission 2; the best score before was 40.5." in graded()[1]["output"]


def test_hidden_inputs_are_the_same_for_every_attempt_of_a_student(graded, capsys):
    graded()
    first = capsys.readouterr().err
    graded()
    assert "--seed" in first
    assert capsys.readouterr().err == first


def test_staff_are_told_which_isolation_it_was(graded, isolation, capsys):
    _, results = graded()
    assert f"isolation: {isolation};" in capsys.readouterr().err
    assert results["extra_data"]["report"]["isolation"] == isolation


def test_several_files_of_which_none_has_the_name_are_the_student_s_fault(container, graded):
    (container / "submission" / "other.py").write_text(tiny.swapped(descent="def descent(*a): return 0"))
    code, results = graded()
    assert (code, results["score"]) == (0, 0.0)
    assert "none is named tiny.ipynb or tiny.py: my work.py, other.py" in results["tests"][0]["output"]


def test_a_folder_and_a_file_of_one_name_are_no_fault_of_the_course(container, graded):
    (container / "submission" / "my work").mkdir()
    (container / "submission" / "my work" / "more.py").write_text("x = 1")
    code, results = graded()
    assert (code, results["score"]) == (0, 100.0)


def test_without_metadata_nothing_is_graded_and_that_is_no_zero(container, graded):
    (container / "submission_metadata.json").unlink()
    code, results = graded()
    assert code == 3
    assert "score" not in results


@pytest.fixture
def no_bubblewrap(monkeypatch):
    works = backends.command

    def refused(isolation, *arguments):
        if isolation == backends.BUBBLEWRAP:
            raise CourseError("No permissions to create new namespace")
        return works(isolation, *arguments)

    monkeypatch.setattr(backends, "command", refused)


def test_where_bubblewrap_is_refused_plain_processes_grade_if_allowed(graded, no_bubblewrap, monkeypatch, capsys):
    monkeypatch.setattr(command, "_NOBODY", os.getuid())  # nobody may not run every Python
    _, results = graded()
    assert (results["score"], results["extra_data"]["report"]["isolation"]) == (100.0, "process")
    assert "bubblewrap does not work here (No permissions" in capsys.readouterr().err


def test_where_bubblewrap_is_refused_and_nothing_else_allowed_nothing_is_graded(graded, no_bubblewrap, capsys):
    code, results = graded(allow_process=False)
    assert code == 3
    assert "score" not in results
    assert "made without --allow-process" in capsys.readouterr().err


def _nobody_can_run_python() -> bool:
    try:
        return (
            os.geteuid() == 0 and subprocess.run([sys.executable, "-c", ""], user=NOBODY, group=NOBODY).returncode == 0
        )
    except PermissionError:
        return False


@pytest.mark.skipif(not _nobody_can_run_python(), reason="needs root, and a Python that everybody may run")
def test_plain_processes_of_root_s_grader_are_nobody_s(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    source = f"""
import os
def who():
    return os.getuid(), os.getgid(), len(os.getgroups()), os.access({str(secret)!r}, os.R_OK)
"""
    with (
        Sandbox(backends.PROCESS, user=NOBODY) as sandbox,
        sandbox.open(Program([("a", "script", source, 1)]), Limits()) as session,
        session.check(5.0) as exchange,
    ):
        assert Namespace(exchange).who() == (NOBODY, NOBODY, 0, False)


def test_root_s_grader_in_the_container_asks_for_nobody(graded, no_bubblewrap, monkeypatch):
    asked = []

    def start(*arguments, **options):
        asked.append((options["user"], options["group"], options["extra_groups"]))
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("autograder.sandbox.template.subprocess.Popen", start)
    code, results = graded()
    assert asked == [(NOBODY, NOBODY, [])]
    assert (code, "score" in results) == (3, False)


# ---- the wheel


def test_the_wheel_is_installed_by_pip_and_runs(tmp_path):
    name, data = wheel.build()
    (tmp_path / name).write_bytes(data)
    target = tmp_path / "installed"
    install = ["pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(tmp_path / name)]
    subprocess.run([sys.executable, "-m", *install], check=True, capture_output=True)
    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if "__pycache__" not in path.parts}
    assert {"autograder/cli/__init__.py", "autograder/py.typed", "bin/autograder"} <= files


def test_the_wheel_s_record_is_complete():
    data = wheel.build()[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (record,) = (name for name in archive.namelist() if name.endswith("RECORD"))
        listed = {line.split(",")[0] for line in archive.read(record).decode().splitlines()}
        assert listed == set(archive.namelist())
