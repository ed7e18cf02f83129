"""A template repository: its content, that it works, and that its copies are graded."""

import base64
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from autograder import cli
from autograder.authoring.build import build
from autograder.authoring.leaks import Secret, distinctive_lines, leaks
from autograder.checking.declare import collect, collect_mistakes
from autograder.course.course import Course
from autograder.course.settings import Attempts, Late
from autograder.errors import CourseError
from autograder.intake.find import find
from autograder.publish import classroom
from autograder.report.store import read_folder
from autograder.submission.release import Release
from tests import tiny

EVERYTHING = """\
title: "Deep: learning"
late_days: 3
drop_lowest: 1
extensions_file: granted.yml
secret_file: hush.txt
assignments:
  - id: first
    title: The first
  - id: tiny
    title: A tiny assignment
    due: 2030-01-01 12:00 Europe/Berlin
    preload: [numpy, json]
    gpu: true
    weight: 3
    late: {penalty: 10%}
    attempts: {which: best}
    rules: {allowed_imports: [numpy], forbidden: {descent: [scipy.optimize]}, on_violation: report}
    limits: {check_s: 3}
limits: {memory_mib: 1024}
"""


@pytest.fixture(scope="module")
def made(course: Course) -> dict[str, bytes]:
    return classroom.files(course, ["tiny"])


@pytest.fixture
def template(made: dict[str, bytes], tmp_path: Path) -> Path:
    """A template on disk, as students clone it."""
    for name, data in made.items():
        path = tmp_path / "template" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "template"


@pytest.fixture
def run(monkeypatch):
    """Runs a command line; returns its exit code."""

    def run_line(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run_line


def workflow(made: dict[str, bytes]) -> dict:
    return yaml.load(made[".github/workflows/grade.yml"], yaml.BaseLoader)  # other loaders read `on` as a boolean


def steps(made: dict[str, bytes]) -> dict[str, dict]:
    return {step["id"]: step for step in workflow(made)["jobs"]["check"]["steps"] if "id" in step}


def solve(template: Path) -> None:
    (template / "assignments/tiny/tiny.py").write_text(tiny.in_script(template / "assignments/tiny", tiny.parts()))


# ---- what is in it, and what is not


def test_a_template_is_these_files(made):
    (package,) = [name for name in made if name.startswith("wheels/whichmistake-")]
    release = {f"assignments/tiny/{name}" for name in ("tiny.ipynb", "tiny.py", "test_tiny.py", "answers.npz")}
    others = {"README.md", "requirements.txt", ".gitignore", ".devcontainer/devcontainer.json"}
    assert set(made) == {package, "course.yml", ".github/workflows/grade.yml"} | release | others


def test_no_solution_hidden_check_or_mistake_is_in_it(course, made, tmp_path):
    folder = course.solutions_dir("tiny")
    secrets = [Secret(each.says, "a mistake's sentence") for each in collect_mistakes(folder / "mistakes.py")]
    for check in collect(folder / "checks.py"):
        if not check.public:
            secrets += [Secret(check.name, "a hidden check"), Secret(check.title, "its title")]
    for region in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", tiny.SCRIPT, re.DOTALL):
        secrets += [Secret(line, "a solution") for line in distinctive_lines(region)]
    secrets += [Secret(line, "a mistake") for line in distinctive_lines(tiny.MISTAKES)]
    secrets += [Secret("q_height = 4", "an answer"), Secret(course.secret().decode(), "the secret")]
    texts = {
        name: data.decode("utf-8", "replace") for name, data in made.items() if not name.endswith((".npz", ".whl"))
    }
    for name in ("assignments/tiny/answers.npz", *(name for name in made if name.endswith(".whl"))):
        (tmp_path / "archive").write_bytes(made[name])
        with zipfile.ZipFile(tmp_path / "archive") as archive:
            texts |= {f"{name}/{part}": archive.read(part).decode("utf-8", "replace") for part in archive.namelist()}
    allowed = {f"assignments/tiny/answers.npz/{part}.npy" for part in ("mistakes",)}  # used by the diagnosis
    assert len(secrets) > 15
    assert not leaks({name: text for name, text in texts.items() if name not in allowed}, secrets)


def test_the_search_would_find_a_solution(made):
    (line, *_) = distinctive_lines(tiny.SCRIPT.split("### BEGIN SOLUTION")[1])
    assert leaks({"README.md": made["README.md"].decode() + line}, [Secret(line, "a solution")])


def test_what_somebody_wrote_into_the_release_is_not_in_it(own_course, made):
    release = own_course.release_dir("tiny")
    (release / "tiny.py").write_text(tiny.in_script(release, tiny.parts()))
    (release / "notes.md").write_text("my solution")
    (release / "test_tiny.py").write_text("")
    assert classroom.files(own_course, ["tiny"]) == made


def test_students_get_of_course_yml_what_a_check_depends_on(own_course, tmp_path):
    own_course.path.write_text(EVERYTHING)
    own = Course.load(own_course.path)
    (tmp_path / "course.yml").write_bytes(classroom.files(own, ["tiny"])["course.yml"])
    theirs = Course.load(tmp_path / "course.yml")
    assert theirs.title == "Deep: learning"
    assert theirs.assignments == (
        replace(own.assignment("tiny"), late=Late(), attempts=Attempts(), weight=1.0, gpu=False),
    )


def test_students_do_not_get_of_course_yml_what_the_course_s_grade_is_made_of(own_course):
    own_course.path.write_text(EVERYTHING)
    text = classroom.files(Course.load(own_course.path), ["tiny"])["course.yml"].decode()
    words = ("late", "drop", "extensions", "granted", "secret", "hush", "weight", "attempts", "first")
    assert not [word for word in words if word in text]


def test_torch_comes_pinned_with_the_package_where_an_assignment_needs_it(own_course, made):
    own_course.path.write_text(tiny.COURSE.replace("title: A tiny assignment", "title: T\n    preload: [numpy, torch]"))
    needed = classroom.files(Course.load(own_course.path), ["tiny"])["requirements.txt"].decode()
    assert re.search(r"^--extra-index-url https://download.pytorch.org/whl/cpu$", needed, re.MULTILINE)
    assert re.search(r"^\./wheels/whichmistake-\S+\.whl\[torch\]$", needed, re.MULTILINE)
    assert "torch" not in made["requirements.txt"].decode()


def test_the_dev_container_is_json_whatever_the_course_is_called(own_course):
    own_course.path.write_text(tiny.COURSE.replace("title: Tiny", "title: 'Say \"x\" \\ $y'"))
    made = classroom.files(Course.load(own_course.path), ["tiny"])
    assert json.loads(made[".devcontainer/devcontainer.json"])["name"] == 'Say "x" \\ $y'


def test_the_readme_names_the_assignment_its_deadline_and_an_exercise(own_course):
    due = "title: A tiny assignment\n    due: 2030-01-01 12:00:00+01:00"
    own_course.path.write_text(tiny.COURSE.replace("title: A tiny assignment", due))
    readme = classroom.files(Course.load(own_course.path), ["tiny"])["README.md"].decode()
    assert "**tiny**: A tiny assignment, due Tuesday, 01 January 2030, 12:00 UTC+01:00" in readme
    assert "autograder check tiny standardize\n" in readme


def test_the_same_course_gives_the_same_template(course, made):
    assert classroom.files(course, ["tiny"]) == made


# ---- the workflow


def test_the_workflow_may_read_the_repository_and_nothing_else(made):
    assert workflow(made)["permissions"] == {"contents": "read"}
    assert "permissions" not in workflow(made)["jobs"]["check"]
    assert "secrets." not in made[".github/workflows/grade.yml"].decode()


def test_the_workflow_does_not_leave_its_token_to_the_work_that_it_checks(made):
    (checkout,) = [s for s in workflow(made)["jobs"]["check"]["steps"] if "checkout" in s.get("uses", "")]
    assert checkout["with"]["persist-credentials"] == "false"


def test_the_workflow_checks_each_assignment_even_if_another_one_fails(own_course):
    shutil.copytree(own_course.solutions_dir("tiny"), own_course.solutions_dir("other"))
    own_course.solutions_dir("other").joinpath("tiny.py").rename(own_course.solutions_dir("other") / "other.py")
    own_course.path.write_text(tiny.COURSE.replace("limits", "  - {id: other, title: Other}\nlimits"))
    course = Course.load(own_course.path)
    build(course, "other")
    found = steps(classroom.files(course, ["other", "tiny"]))
    assert list(found) == ["install", "check_tiny", "check_other"]
    assert "!cancelled()" in found["check_other"]["if"]
    assert found["check_other"]["run"].startswith("autograder check other ")


def test_the_workflow_has_time_for_the_longest_submission(own_course):
    own_course.path.write_text(tiny.COURSE.replace("submission_s: 60", "submission_s: 6000"))
    made = classroom.files(Course.load(own_course.path), ["tiny"])
    assert int(workflow(made)["jobs"]["check"]["timeout-minutes"]) > 100


@pytest.fixture
def action(made, template, run, monkeypatch, capfd):
    """Runs the workflow's check in the template, with the runner's variables; exit code, log, summary, step output."""
    files = {name: template.parent / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    for name, path in files.items():
        path.touch()
        monkeypatch.setenv(name, str(path))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.chdir(template)
    (template / ".git").mkdir()

    def run_check() -> tuple[int, str, str, str]:
        program, *arguments = steps(made)["check_tiny"]["run"].split()
        assert program == "autograder"
        code = run(*arguments)
        return code, capfd.readouterr().out, *(path.read_text() for path in files.values())

    return run_check


def test_new_work_is_red_with_annotations_in_its_file(action):
    code, log, _, _ = action()
    assert code == 1
    assert "::error file=assignments/tiny/tiny.ipynb,title=standardize%3A 0 / 20::In cell " in log


def test_finished_work_is_green_without_annotations(action, template):
    solve(template)
    code, log, summary, output = action()
    assert (code, "::error" in log) == (0, False)
    assert summary.startswith("### tiny: 40 / 40\n")
    assert json.loads(base64.b64decode(output.removeprefix("result=")))["status"] == "pass"


def test_the_results_lie_where_the_artefact_is_taken_from(action, made, template):
    action()
    (upload,) = [s for s in workflow(made)["jobs"]["check"]["steps"] if "upload-artifact" in s.get("uses", "")]
    assert (template / upload["with"]["path"] / "tiny/junit/junit.xml").is_file()
    assert "/results/" in made[".gitignore"].decode().split()


def test_work_that_cannot_be_read_is_an_annotation_too(action, template):
    (template / "assignments/tiny/tiny.ipynb").write_text("{")
    code, log, summary, _ = action()
    assert code == 1
    assert "::error::tiny: tiny.ipynb: this is not a notebook" in log
    assert summary == ""


def test_nothing_that_the_work_prints_is_a_command_to_the_runner(action, template):
    solve(template)
    with (template / "assignments/tiny/tiny.py").open("a") as script:
        script.write("\nprint('::error::boo')\n")
    _, log, _, _ = action()
    stopped, word, rest = re.split(r"::stop-commands::(\w+)\n", log)
    inside, after = rest.split(f"::{word}::\n")
    assert "::error" not in stopped + after
    assert "tiny" in inside


def test_results_are_written_once_and_not_while_watching(template, run, monkeypatch, capsys):
    monkeypatch.chdir(template)
    assert run("check", "--watch", "--format", "junit") == 2
    assert "leave out --watch" in capsys.readouterr().err


# ---- the folder


def test_a_folder_that_holds_something_is_left_alone(course, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="is not empty; choose another folder, or say --update"):
        classroom.write(course, ["tiny"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_fresh_git_repository_counts_as_empty(course, tmp_path):
    (tmp_path / ".git").mkdir()
    assert tmp_path / "README.md" in classroom.write(course, ["tiny"], tmp_path)


def test_an_update_rewrites_what_is_generated_and_leaves_the_rest(course, template, made):
    solve(template)
    (template / "README.md").write_text("old")
    (template / "wheels/autograder-0.0.1-py3-none-any.whl").write_text("old")
    (template / "SYLLABUS.md").write_text("ours")
    classroom.write(course, [], template, update=True)
    now = {path.relative_to(template).as_posix(): path.read_bytes() for path in template.rglob("*") if path.is_file()}
    assert now == made | {"SYLLABUS.md": b"ours"}


@pytest.mark.parametrize("file", [None, "course.yml"])
def test_an_update_of_what_is_no_template_is_refused(course, own_course, tmp_path, file):
    folder = tmp_path / "elsewhere" if file is None else own_course.root  # the course itself has a course.yml
    with pytest.raises(CourseError, match="was not made by new-classroom"):
        classroom.write(course, ["tiny"], folder, update=True)


def test_a_folder_that_cannot_be_written_is_named(course, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"Cannot write the template .*file"):
        classroom.write(course, ["tiny"], tmp_path / "file" / "template")


def test_an_assignment_must_be_named(course):
    with pytest.raises(CourseError, match="name at least one"):
        classroom.files(course, [])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short"])
def test_an_assignment_that_is_not_built_is_refused(own_course, content):
    (own_course.release_dir("tiny") / "answers.npz").write_bytes(content)
    with pytest.raises(CourseError, match=r"answers\.npz cannot be read .*; run: autograder build tiny"):
        classroom.files(own_course, ["tiny"])


def test_a_release_that_was_not_recorded_is_refused(own_course):
    np.savez(own_course.release_dir("tiny") / "answers.npz", other=np.zeros(3))
    with pytest.raises(CourseError, match="does not hold the release as it was built; run: autograder build tiny"):
        classroom.files(own_course, ["tiny"])


def test_the_command_writes_the_whole_course_when_no_assignment_is_named(course, run, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(course.root)
    assert run("new-classroom", "--out", tmp_path / "new") == 0
    assert str(tmp_path / "new/assignments/tiny/tiny.py") in capsys.readouterr().out


# ---- a clone of it


def test_a_clone_with_the_wheel_alone_checks_the_work(template, tmp_path):
    """In a new interpreter, from the wheel and not from the sources."""
    git = ["git", "-c", "user.name=i", "-c", "user.email=i@x", "-C", str(template)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "template"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(template), str(clone)], check=True, capture_output=True)
    solve(clone)
    (package,) = clone.glob("wheels/*.whl")
    code = (
        f"import sys; sys.path.insert(0, {str(package)!r}); sys.argv = ['autograder', 'check', 'tiny']\n"
        "import autograder; from autograder.cli import main\n"
        "assert '.whl' in autograder.__file__\nmain()"
    )
    with zipfile.ZipFile(package) as archive:  # the sandbox's child side starts from files
        archive.extractall(tmp_path / "installed.whl")
    code = code.replace(str(package), str(tmp_path / "installed.whl"))
    done = subprocess.run([sys.executable, "-c", code], cwd=clone, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert "tiny.py  40 / 40" in done.stdout
    changed = subprocess.run([*git[:-1], str(clone), "status", "--short"], check=True, capture_output=True, text=True)
    assert changed.stdout.split() == ["M", "assignments/tiny/tiny.py"]  # files written by checks are not committed


@pytest.fixture
def clones(template, tmp_path) -> Path:
    """ada has solved it, bob has not begun, carl renamed his notebook, dan removed it, and eve never pushed."""
    folder = tmp_path / "clones"
    for student in ("ada", "bob", "carl", "dan"):
        shutil.copytree(template, folder / student)
        (folder / student / ".git").mkdir()
    (folder / "eve" / ".git").mkdir(parents=True)
    solve(folder / "ada")
    carl, dan = (folder / name / "assignments/tiny" for name in ("carl", "dan"))
    (carl / "work.ipynb").write_text(json.dumps(tiny.in_notebook(carl, tiny.parts())))
    for path in (carl / "tiny.ipynb", carl / "tiny.py", dan / "tiny.ipynb", dan / "tiny.py"):
        path.unlink()
    return folder


def test_each_clone_is_one_submission_named_as_its_folder(course, clones):
    release = Release.load(course.release_dir("tiny"), "tiny")
    found = find(sorted(clones.iterdir()), "tiny", release)
    assert [each.id for each in found] == ["ada", "bob", "carl", "dan", "eve"]
    files = {each.id: each.path.relative_to(clones).as_posix() for each in found if each.path}
    assert files == {
        "ada": "ada/assignments/tiny/tiny.py",
        "bob": "bob/assignments/tiny/tiny.ipynb",
        "carl": "carl/assignments/tiny/work.ipynb",
    }
    assert all("no tiny.ipynb or tiny.py" in str(each.problem) for each in found[3:])


def test_a_folder_of_clones_is_found_as_its_clones_are(course, clones):
    release = Release.load(course.release_dir("tiny"), "tiny")
    assert find([clones], "tiny", release) == find(sorted(clones.iterdir()), "tiny", release)


def test_two_clones_without_the_assignment_are_two_students(clones):
    shutil.copytree(clones / "dan", clones / "finn")
    assert [each.id for each in find([clones / "dan", clones / "finn"], "tiny")] == ["dan", "finn"]


def test_the_instructor_grades_clones(course, clones, run, monkeypatch, isolation, tmp_path):
    monkeypatch.chdir(course.root)
    line = ("grade", *sorted(clones.iterdir()), "--assignment", "tiny", "--out", tmp_path / "out")
    assert run(*line, "--isolation", isolation, "--workers", 1) == 0
    scores = {report.submission: report.score for report in read_folder(tmp_path / "out")}
    assert scores == {"ada": 100, "bob": 0, "carl": 100, "dan": 0, "eve": 0}


LOOP = re.compile(r"^```bash\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_the_loop_of_the_documentation_fetches_each_repository_again_and_again(tmp_path):
    (loop,) = LOOP.findall((Path(__file__).parents[2] / "docs/classroom.md").read_text())
    git = ["git", "-c", "user.name=s", "-c", "user.email=s@x", "-C"]
    for student in ("ada", "bob"):
        (tmp_path / student).mkdir()
        subprocess.run([*git, str(tmp_path / student), "init", "-q", "-b", "main"], check=True)
    (tmp_path / "repositories.csv").write_bytes(
        f"student,url\r\nada,file://{tmp_path}/ada\r\nzoe,file://{tmp_path}/missing\r\nbob,file://{tmp_path}/bob".encode()
    )
    for text in ("first", "second"):
        for student in ("ada", "bob"):
            (tmp_path / student / "work").write_text(text)
            subprocess.run([*git, str(tmp_path / student), "add", "."], check=True)
            subprocess.run([*git, str(tmp_path / student), "commit", "-qm", text], check=True)
        done = subprocess.run(["bash", "-c", loop], cwd=tmp_path, capture_output=True, text=True)
        assert "zoe: could not be fetched" in done.stderr
        assert [(tmp_path / "clones" / each / "work").read_text() for each in ("ada", "bob")] == [text, text]
