"""course.yml is read strictly, and errors give file, line, key and what to write instead."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.course.course import Course, FoundMistake, Limits, NoCourse, UnknownName
from autograder.course.settings import Amount, Attempts, Late, Rules
from autograder.errors import CourseError

GOOD = """\
title: Deep learning
assignments:
  - id: conv
    title: Convolution
    due: 2026-10-12 23:59:00+02:00
    preload: [numpy, scipy.signal]
    limits: {check_s: 2.5}
  - id: optimizers
    title: Optimizers
limits:
  check_s: 5
  memory_mib: 512
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "course.yml"
    path.write_text(text, encoding="utf-8")
    return path


def fault(folder: Path, text: str) -> str:
    with pytest.raises(CourseError) as caught:
        Course.load(written(folder, text))
    message = str(caught.value)
    assert str(folder / "course.yml") in message
    return message


def test_a_complete_file_is_understood(tmp_path):
    conv = Course.load(written(tmp_path, GOOD)).assignment("conv")
    assert conv.title == "Convolution"
    assert conv.due == datetime(2026, 10, 12, 21, 59, tzinfo=UTC)
    assert conv.preload == ("numpy", "scipy.signal")


def test_a_deadline_can_name_its_zone(tmp_path):
    text = GOOD.replace("23:59:00+02:00", "23:59 Europe/Berlin")
    assert Course.load(written(tmp_path, text)).assignment("conv").due == datetime(2026, 10, 12, 21, 59, tzinfo=UTC)


def test_a_deadline_in_a_validated_file_is_an_instant_too(tmp_path):
    course = Course.load(written(tmp_path, GOOD.replace("23:59:00+02:00", "23:59 Europe/Berlin")))
    course.remember_validation()
    assert Course.load(course.path) == course


def test_an_assignment_overrides_single_limits_of_the_course(tmp_path):
    course = Course.load(written(tmp_path, GOOD))
    assert course.assignment("conv").limits == Limits(check_s=2.5, memory_mib=512)
    assert course.assignment("optimizers").limits == Limits(check_s=5.0, memory_mib=512)


POLICY = """\
late: {grace_minutes: 15, penalty: 10%, at_most: 50% of score}
late_days: 4
attempts: {which: best, at_most: 3}
drop_lowest: 1
extensions_file: extensions.yml
"""


def test_an_assignment_overrides_single_keys_of_the_late_policy_and_of_attempts(tmp_path):
    own = "    weight: 2\n    late: {penalty: 2.5, per: hour, cut_off_days: 1}\n    attempts: {which: last}\n"
    course = Course.load(
        written(
            tmp_path, GOOD.replace("limits:\n", POLICY + "limits:\n", 1).replace("    preload", own + "    preload")
        )
    )
    half = Amount(50.0, "score")
    assert course.assignment("conv").late == Late(15, Amount(2.5), "hour", half, 1)
    assert course.assignment("conv").attempts == Attempts("last", 3)
    assert course.assignment("conv").weight == 2
    assert course.assignment("optimizers").late == Late(15, Amount(10.0, "maximum"), "day", half)
    assert course.assignment("optimizers").attempts == Attempts("best", 3)
    assert (course.late_days, course.drop_lowest, course.extensions_file) == (4, 1, "extensions.yml")


def test_a_course_that_says_nothing_of_lateness_takes_nothing_off(tmp_path):
    course = Course.load(written(tmp_path, GOOD))
    conv = course.assignment("conv")
    assert (conv.late, conv.attempts, conv.weight) == (Late(penalty=Amount(0)), Attempts("last", None), 1)
    assert (course.late_days, course.drop_lowest, course.extensions) == (0, 0, {})


def test_a_key_without_a_value_lifts_what_the_course_says(tmp_path):
    text = (
        GOOD.replace("    limits: {check_s: 2.5}\n", "    late: {at_most: }\n") + "late: {penalty: 10%, at_most: 50%}\n"
    )
    course = Course.load(written(tmp_path, text))
    assert course.assignment("conv").late == Late(penalty=Amount(10, "maximum"), at_most=None)
    assert course.assignment("optimizers").late.at_most == Amount(50, "maximum")


def test_rules_are_by_exercise(tmp_path):
    own = "    rules: {allowed_imports: [numpy], forbidden: {f: [numpy.linalg.inv]}, on_violation: report}\n"
    course = Course.load(written(tmp_path, GOOD.replace("    preload", own + "    preload")))
    assert course.assignment("conv").rules == Rules(("numpy",), {"f": ("numpy.linalg.inv",)}, "report")
    assert not course.assignment("optimizers").rules


def test_the_file_of_this_repository_is_valid():
    course = Course.find(Path(__file__).parent)
    assert {"optimizers", "conv"} <= {each.id for each in course.assignments}


def test_a_course_is_found_from_a_folder_below_it(tmp_path):
    written(tmp_path, GOOD)
    below = tmp_path / "assignments" / "conv"
    below.mkdir(parents=True)
    course = Course.find(below)
    assert course.root == tmp_path
    assert course.release_dir("conv") == below
    assert course.solutions_dir("conv") == tmp_path / "solutions" / "conv"


def test_a_missing_course_is_the_request_s_fault(tmp_path):
    with pytest.raises(NoCourse, match="change to the folder of your course"):
        Course.find(tmp_path)


def test_an_unknown_assignment_suggests_the_nearest(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'optimizers'"):
        Course.load(written(tmp_path, GOOD)).assignment("optimisers")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("- 1\n", "holds a list"),
        ("just words", "holds 'just words'"),
        ("title: [", "line 1: not YAML"),
        ("title: a\n\tb: c\n", "line 2: not YAML"),
        ("title: \x07\n", "not YAML"),
        ("title: 2026-13-44\n", "not YAML: month must be in 1..12"),
        ("title: a\ntitle: b\n", "line 2: title is already given in line 1"),
        ("&a [*a]\n", "line 1: [0] contains itself"),
        ("titel: a\nassignments: []\n", "line 1: titel is not a known key; did you mean 'title'?"),
        ("title: a\n", "line 1: assignments is missing"),
        ("title: a\nassignments: []\n", "line 2: assignments is a list: list should have at least 1 item"),
        ("title: 3\nassignments: []\n", "line 1: title is '3' (int)"),
        ("late_days: -1\n", "line 1: late_days is '-1' (int)"),
        ("late_dais: 1\n", "line 1: late_dais is not a known key; did you mean 'late_days'?"),
        ("late: {penalti: 1}\n", "line 1: late.penalti is not a known key; did you mean 'penalty'?"),
        (GOOD + "drop_lowest: 2\n", "line 13: drop_lowest is 2; of 2 that count, at least one must remain"),
        ("3: a\n", "is '3' (int): keys should be strings"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path, text, expected):
    assert expected in fault(tmp_path, text)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("id: Conv", "assignments[0].id is 'Conv' (str); an id has lower-case letters"),
        ("id: 'a\n\n    '", "assignments[0].id is 'a\\n' (str); an id has lower-case letters"),
        ("id: a\n    dew: 1", "line 4: assignments[0].dew is not a known key; did you mean 'due'?"),
        ("id: a\n    due: 2026-10-12", "line 4: assignments[0].due is '2026-10-12' (date); write a date, a time and a"),
        ("id: a\n    due: 2026-10-12 10:00:00", "write a date, a time and a time zone"),
        ("id: a\n    due: tomorrow", "write a date, a time and a time zone"),
        ("id: a\n    preload: numpy", "assignments[0].preload is 'numpy' (str)"),
        ("id: a\n    preload: [os; x]", "'os; x', which is not the name of a module"),
        ("id: a\n    limits: {memory: 1}", "limits.memory is not a known key; did you mean 'memory_mib'?"),
        ("id: a\n    limits: {check_s: yes}", "limits.check_s is 'True' (bool)"),
        ("id: a\n    limits: {check_s: '5'}", "limits.check_s is '5' (str)"),
        ("id: a\n    limits: {check_s: .inf}", "limits.check_s is 'inf' (float): input should be a finite number"),
        ("id: a\n    limits: {processes: 0}", "limits.processes is '0' (int): input should be greater than 0"),
        ("id: a\n    limits: {memory_mib: 1.5}", "limits.memory_mib is '1.5' (float)"),
        ("id: a\n    due: 2026-10-12 10:00 Mars/Base", "there is no time zone 'Mars/Base'; write a date"),
        (
            "id: a\n    due: 2026-03-29 02:30 Europe/Berlin",
            "in Europe/Berlin that time does not exist: the clocks skip it",
        ),
        ("id: a\n    weight: -1", "assignments[0].weight is '-1' (int): input should be greater than or equal to 0"),
        ("id: a\n    weight: 0", "line 2: assignments: no assignment counts; give one a weight above 0"),
        ("id: a\n    late: {penalty: 10 points}", "late.penalty is '10 points' (str); write points such as 5, a part"),
        ("id: a\n    late: {penalty: 101%}", "line 4: assignments[0].late.penalty is '101%' (str); write points"),
        ("id: a\n    late: {penalty: yes}", "late.penalty is 'True' (bool); write points"),
        ("id: a\n    late: {at_most: -1}", "late.at_most is '-1' (int); write points"),
        ("id: a\n    late: {per: week}", "late.per is 'week' (str): input should be 'day' or 'hour'"),
        ("id: a\n    late: {grace: 5}", "late.grace is not a known key; did you mean 'grace_minutes'?"),
        ("id: a\n    late: {cut_off_days: .nan}", "late.cut_off_days is 'nan' (float): input should be"),
        (
            "id: a\n    attempts: {which: mean}",
            "attempts.which is 'mean' (str): input should be 'best', 'last' or 'first'",
        ),
        ("id: a\n    attempts: {at_most: 0}", "attempts.at_most is '0' (int): input should be greater than 0"),
        ("id: a\n    attempts: best", "assignments[0].attempts is 'best' (str): input should be a valid dictionary"),
        ("id: a\n    rules: {imports: [numpy]}", "rules.imports is not a known key; did you mean 'allowed_imports'?"),
        ("id: a\n    rules: {on_violation: zero}", "rules.on_violation is 'zero' (str): input should be 'fail' or"),
        ("id: a\n    rules: {forbidden: {f: numpy}}", "rules.forbidden.f is 'numpy' (str)"),
        ("id: a\n    rules: {forbidden: {f: ['a b']}}", "rules.forbidden.f[0] is 'a b'; write a dotted name such as"),
        ("id: a\n    gpu: 1", "assignments[0].gpu is '1' (int)"),
        ("id: a\n  - id: a\n    title: t", "assignments[1].id 'a' is the id of assignments[0] too"),
    ],
)
def test_a_faulty_assignment_is_refused_with_its_key(tmp_path, lines, expected):
    text = f"title: c\nassignments:\n  - {lines}\n"
    if text.count("title:") == 1 or "id: a\n  - id: a" in text:
        text = text.replace("- id", "- title: t\n    id", 1)
    expected = expected.replace("line 4", "line 5")
    assert expected in fault(tmp_path, text)


def test_every_fault_of_a_file_is_listed(tmp_path):
    message = fault(tmp_path, "titel: a\nassignments:\n  - id: B\n")
    assert len(message.splitlines()) == 4  # titel, title, id, assignments[0].title


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "course.yml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(CourseError, match="Cannot read"):
        Course.load(tmp_path / "course.yml")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CourseError, match="Cannot read"):
        Course.load(tmp_path / "course.yml")


def test_importing_the_module_imports_neither_pydantic_nor_yaml():
    code = "import sys, autograder.course.course; sys.exit(bool({'pydantic', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- extensions


def granted(folder, text):
    (folder / "extensions.yml").write_text(text, encoding="utf-8")
    return Course.load(written(folder, GOOD + "extensions_file: extensions.yml\n")).extensions


def test_extensions_are_read_by_student_and_assignment(tmp_path):
    found = granted(tmp_path, 'alice: {conv: +48h, optimizers: excused}\n"007": {"*": +90min}\n')
    assert found == {
        "alice": {"conv": timedelta(hours=48), "optimizers": "excused"},
        "007": {"*": timedelta(minutes=90)},
    }


def test_a_name_with_its_accents_apart_is_the_same_student(tmp_path):
    assert granted(tmp_path, "Zoe\u0308: {conv: +48h}\n") == {"Zoë": {"conv": timedelta(hours=48)}}


def test_extensions_that_course_yml_names_must_be_there(tmp_path):
    course = Course.load(written(tmp_path, GOOD + "extensions_file: extensions.yml\n"))
    with pytest.raises(CourseError, match=r"Cannot read .*extensions\.yml"):
        course.extensions  # noqa: B018


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty; it needs the names of students"),
        ("alice: {convv: +1h}", "line 1: alice.convv is not an assignment; did you mean 'conv'?"),
        ("alice: {conv: 2d}", "alice.conv is '2d' (str); write +48h or +3d, or 'excused', or write a date, a time"),
        ("alice: {conv: -48h}", "alice.conv is '-48h' (str); write +48h"),
        ("alice: {conv: 2026-10-14 12:00:00}", "alice.conv is '2026-10-14 12:00:00' (datetime); write +48h"),
        ("alice: {conv: 2026-10-11 12:00:00Z}", "line 1: alice.conv is 2026-10-11 12:00:00+00:00, before the deadline"),
        ("alice: {optimizers: +1h}", "alice.optimizers has no deadline to put off; give it a `due` in course.yml"),
        ("bob: {}\nalice: +48h", "line 2: alice is '+48h' (str); write {conv: +48h}"),
        ("Zoë: {conv: +48h}\nZoe\u0308: {conv: +2d}", "line 2: Zoe\u0308 appears twice"),
        ("7: {conv: +48h}", "line 1: 7 is '7' (int); write a name, in quotes if it is a number"),
    ],
)
def test_a_faulty_extension_is_refused_with_its_line(tmp_path, text, expected):
    with pytest.raises(CourseError) as caught:
        granted(tmp_path, text)
    assert expected in str(caught.value)
    assert str(tmp_path / "extensions.yml") in str(caught.value)


# ---- mistakes that staff found

ONE = 'sines: {exercise: sgd, says: "Why a sine?", digest: "12", from: ann}\n'


def found_in(folder, text):
    course = Course.load(written(folder, GOOD))
    file = course.solutions_dir("conv") / "found.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return course.found("conv")


def test_a_found_mistake_is_read_from_solutions(tmp_path):
    assert found_in(tmp_path, ONE) == (FoundMistake("sines", "sgd", "Why a sine?", "12", "ann"),)


def test_what_is_added_is_read_again_whatever_it_says_and_what_was_there_stays(tmp_path):
    (before,) = found_in(tmp_path, "# ours\n" + ONE.rstrip())
    course = Course.load(tmp_path / "course.yml")
    more = FoundMistake("more", "adam", 'A "quote": # and\nañ 😀', "0034", "1e5")
    path = course.add_found("conv", more)
    assert course.found("conv") == (before, more)
    assert path.read_text(encoding="utf-8").startswith("# ours\n" + ONE)


def test_without_the_file_or_for_another_course_nothing_is_found(tmp_path):
    course = Course.load(written(tmp_path, GOOD))
    course.solutions_dir("conv").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "found.yml").write_text(ONE)
    assert course.found("conv") == course.found("../elsewhere") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ONE + "b: {}", "line 2: b.exercise is missing"),
        (ONE.replace("says", "say"), "line 1: sines.say is not a known key; did you mean 'says'?"),
        (ONE.replace('"12"', "12"), "line 1: sines.digest is '12' (int); write a text, in quotes"),
        (ONE + ONE.replace("sines", "b"), "line 2: b.digest is that of sines too"),
        (ONE + ONE, "line 2: sines is already given in line 1"),
        ("a: word", "line 1: a is 'word' (str); it needs the keys exercise, says, digest, from"),
    ],
)
def test_a_faulty_found_mistake_is_refused_with_its_line(tmp_path, text, expected):
    with pytest.raises(CourseError) as caught:
        found_in(tmp_path, text)
    assert f"found.yml, {expected}" in str(caught.value)


@pytest.mark.parametrize(("name", "digest"), [("sines", "99"), ("other", "12")])
def test_a_name_and_a_digest_are_taken_once(tmp_path, name, digest):
    before = found_in(tmp_path, ONE)
    course = Course.load(tmp_path / "course.yml")
    with pytest.raises(CourseError, match="already"):
        course.add_found("conv", FoundMistake(name, "sgd", "x", digest, "bob"))
    assert course.found("conv") == before


# ---- the secret


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    return Course.load(written(tmp_path, GOOD))


def test_loading_a_course_creates_no_secret(course):
    assert not (course.root / ".autograder").exists()


def test_a_remembered_validation_spares_the_next_one(course, monkeypatch):
    course.remember_validation()
    monkeypatch.setattr("autograder.course.file._validate", lambda *_: pytest.fail("validated again"))
    assert Course.load(course.path) == course


def test_a_changed_course_is_validated_whatever_is_remembered(course):
    course.remember_validation()
    course.path.write_text(GOOD + "deadlin: tomorrow\n")
    with pytest.raises(CourseError, match="deadlin"):
        Course.load(course.path)


def test_a_validation_that_cannot_be_remembered_is_no_fault(course):
    (course.root / ".autograder").write_text("a file where a folder should be")
    course.remember_validation()
    assert Course.load(course.path) == course


def test_a_missing_secret_is_created_once_for_its_owner_only(course):
    first = course.secret()
    path = course.root / ".autograder" / "secret"
    assert len(bytes.fromhex(first.decode())) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert course.secret() == first
    assert [each.name for each in path.parent.iterdir()] == ["secret"]


def test_two_courses_have_two_secrets(course, tmp_path):
    (tmp_path / "other").mkdir()
    assert Course.load(written(tmp_path / "other", GOOD)).secret() != course.secret()


def test_the_environment_s_secret_comes_first(course, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", "correct horse battery")
    assert course.secret() == b"correct horse battery"
    assert not (course.root / ".autograder").exists()


def test_the_secret_file_can_be_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "a").write_text("0123456789abcdef\n")
    assert Course.load(written(tmp_path, GOOD + "secret_file: keys/a\n")).secret() == b"0123456789abcdef"


def test_a_short_secret_is_refused(course, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", " short ")
    with pytest.raises(CourseError, match="AUTOGRADER_SECRET has 5 characters"):
        course.secret()


def test_a_secret_that_cannot_be_made_is_a_course_error(course):
    (course.root / ".autograder").write_text("a file where a folder should be")
    with pytest.raises(CourseError, match="Cannot read or create the course secret"):
        course.secret()


def test_a_grader_that_comes_second_takes_the_first_one_s_secret(course, monkeypatch):
    link = os.link

    def overtaken(source, target):
        Path(target).write_text("f" * 64)
        link(source, target)

    monkeypatch.setattr(os, "link", overtaken)
    assert course.secret() == b"f" * 64


def test_a_secret_is_made_on_a_file_system_without_links(course, monkeypatch):
    def refused(source, target):
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    assert len(course.secret()) == 64
    assert course.secret() == course.secret()


def course_with(folder: Path, line: str) -> Course:
    return Course.load(written(folder, f"title: T\nassignments:\n  - id: conv\n    title: C\n    {line}\n"))


@pytest.mark.parametrize("module", ["nmupy", "numpi.linalg", "numpy.linagl"])
def test_a_module_to_preload_that_is_not_there_is_named(tmp_path, module):
    course = course_with(tmp_path, f"preload: [numpy, {module}]")
    with pytest.raises(CourseError, match=rf"course.yml: conv preloads {module}, but /"):
        course.require_modules("conv")


def test_modules_that_are_there_may_be_preloaded(tmp_path):
    course_with(tmp_path, "preload: [numpy, numpy.linalg]").require_modules("conv")


def test_a_rule_for_an_exercise_that_the_assignment_lacks_is_refused(tmp_path):
    course = course_with(tmp_path, 'rules: {forbidden: {"*": [jax], Linear: [torch.nn.Linear]}}')
    course.require_exercises("conv", {"Linear", "Conv2d"})
    with pytest.raises(CourseError, match="'Linear', which is not an exercise of it; did you mean 'linear'"):
        course.require_exercises("conv", {"linear"})
