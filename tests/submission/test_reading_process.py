"""Submissions are read in a separate process, so that a costly file harms only itself."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checking.compare import close, equal
from autograder.checking.replies import leaves, same_value
from autograder.checking.values import describe
from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found, find, pick
from autograder.sandbox.child.wire import encode
from autograder.sandbox.explain import explain
from autograder.submission import reading_process
from autograder.submission.loops import loop_around, loops_in
from autograder.submission.read import read, source_of
from autograder.submission.reading_process import apart, read_whole
from autograder.submission.release import Release
from autograder.submission.work import work_in
from tests import tiny
from tests.hostile import SHAPES
from tests.isolation import ISOLATION
from tests.processes import is_running
from tests.released import code, make_release, put
from tests.samples import IN_PROPORTION, growth


def compute_for_ever(*_: Any) -> None:
    while True:
        pass


def wait_in_one_call_of_c(*_: Any) -> None:
    sum(range(10**18))


def take_memory(*_: Any) -> int:
    return len(b"x" * (reading_process._MEMORY_BYTES + (64 << 20)))


def crash(*_: Any) -> None:
    os.abort()


def leave(*_: Any) -> None:
    os._exit(7)


def trip(*_: Any) -> None:
    raise ZeroDivisionError("ours")


def refuse(*_: Any) -> None:
    raise Failure("it is empty")


def warn(*_: Any) -> str:
    warnings.warn("of the parser", SyntaxWarning, stacklevel=1)
    print("to nobody")
    return sys.stdin.read()


def who(*_: Any) -> tuple[int, str]:
    return os.getpid(), os.getcwd()


def definitions_of(release: Release) -> int:
    return id(release.definitions)


@pytest.fixture
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A reading process that has half a second per file."""
    started = reading_process._Reader._started
    monkeypatch.setattr(reading_process._Reader, "_started", lambda self: started(self, read_s=0.5))
    reading_process.close()
    yield
    reading_process.close()


def test_it_gives_what_the_function_gives_in_another_process_and_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    process, folder = apart("a.py", who)
    assert process != os.getpid()
    assert folder == str(tmp_path.resolve())
    assert apart("b.py", who)[0] == process


def test_one_s_own_files_are_read_in_this_process() -> None:
    with reading_process.in_this_process():
        assert apart("a.py", who)[0] == os.getpid()


def test_a_refusal_is_the_function_s_own() -> None:
    with pytest.raises(Failure, match=r"^it is empty$"):
        apart("a.py", refuse)


def test_what_nobody_has_thought_of_is_our_fault() -> None:
    with pytest.raises(CourseError, match=r"a\.py could not be read: ZeroDivisionError: ours"):
        apart("a.py", trip)


@pytest.mark.parametrize("function", [compute_for_ever, wait_in_one_call_of_c])
@pytest.mark.usefixtures("short_deadline")
def test_what_takes_too_long_is_ended_also_in_c_code(function: Any) -> None:
    with pytest.raises(Failure, match=r"^a\.py: this file takes too long to read"):
        apart("a.py", function)


@pytest.mark.usefixtures("short_deadline")
def test_each_file_has_the_whole_time() -> None:
    for _ in range(4):
        assert apart("a.py", use_most_of_it) is None


def use_most_of_it(*_: Any) -> None:
    started = time.process_time()
    while time.process_time() < started + 0.25:
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_what_takes_too_much_memory_is_ended() -> None:
    with pytest.raises(Failure, match=r"^a\.py: this file takes too much memory to read"):
        apart("a.py", take_memory)


def test_what_makes_python_crash_is_the_file_s_fault() -> None:
    with pytest.raises(Failure, match=r"^a\.py: Python crashes when it reads this file"):
        apart("a.py", crash)


def test_an_end_that_no_file_causes_is_our_fault() -> None:
    with pytest.raises(CourseError, match="exit status 7"):
        apart("a.py", leave)


@pytest.mark.parametrize("function", [take_memory, crash, leave])
def test_the_next_file_is_read_all_the_same(function: Any) -> None:
    with pytest.raises((Failure, CourseError)):
        apart("a.py", function)
    assert apart("b.py", who)[0] != os.getpid()


def test_an_interrupt_leaves_no_answer_for_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reading_process.pickle, "load", lambda pipe: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            apart("a.py", definitions_of, None)  # type: ignore[arg-type]
    assert apart("b.py", who)[0] != os.getpid()


def test_what_is_printed_and_warned_of_there_disturbs_nobody() -> None:
    assert apart("a.py", warn) == ""


def test_a_release_is_sent_with_each_question_and_understood_once(own_course: Course) -> None:
    release = Release.load(own_course.release_dir("tiny"), "tiny")
    assert apart("a.py", definitions_of, release) == apart("b.py", definitions_of, release)


def test_a_fork_has_a_process_of_its_own_and_leaves_ours_alone() -> None:
    before = apart("a.py", who)[0]
    code = "from tests.submission.test_reading_process import *\n"
    code += "before = apart('a.py', who)[0]\nchild = os.fork()\n"
    code += "other = apart('b.py', who)[0]\n"
    code += "if not child: os._exit(other == before)\n"
    code += "assert os.waitpid(child, 0)[1] == 0\nassert other == before\n"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=120)
    assert apart("c.py", who)[0] == before


def test_it_ends_with_whoever_started_it() -> None:
    ask = "print(apart('a.py', who)[0], flush=True)"
    code = f"from tests.submission.test_reading_process import *\n{ask}\nos.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    process = int(done.stdout)
    deadline = time.monotonic() + 60
    while is_running(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(process)


def test_nothing_in_the_current_folder_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pickle", "ast", "autograder", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    reading_process.close()
    assert apart("a.py", who)[1] == str(tmp_path.resolve())


# ---- where it is used -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("short_deadline")
def test_a_file_that_takes_too_long_is_a_failure_and_the_class_goes_on(
    own_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile, honest = tmp_path / "eve.py", tmp_path / "ada.py"
    hostile.write_text("x = 1")
    monkeypatch.setattr("autograder.grading.grader.read_whole", read_all_but_eve)
    honest.write_text(tiny.in_script(own_course.release_dir("tiny"), tiny.parts()))
    with Grader(own_course, "tiny", Options(ISOLATION)) as grader:
        slow = grader.grade(Found("eve", hostile, None))
        other = grader.grade(Found("ada", honest, None))
    assert {check.status for check in slow.checks} == {"failed"}
    assert "eve.py: this file takes too long to read" in slow.checks[0].message
    assert slow.score == 0
    assert other.score == other.max_score


def read_all_but_eve(path: Path, *args: Any) -> Any:
    return read_whole(path, *args) if path.name != "eve.py" else compute_for_ever()


@pytest.mark.usefixtures("short_deadline")
def test_a_file_that_takes_too_long_to_compare_loses_against_one_that_does_not(
    own_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Release.load(own_course.release_dir("tiny"), "tiny")
    folder = tmp_path / "eve"
    folder.mkdir()
    (folder / "other.py").write_text("x = 1")
    (folder / "tiny.py").write_text(tiny.in_script(release.folder, tiny.parts()))
    monkeypatch.setattr("autograder.intake.find.work_in", only_of_the_right_name)
    found = pick(folder, "eve", "tiny", release)
    assert found.path == folder / "tiny.py"
    assert find([folder], "tiny", release)[0].path == folder / "tiny.py"


def only_of_the_right_name(path: Path, release: Release) -> Any:
    return work_in(path, release) if path.name == "tiny.py" else compute_for_ever()


# ---- each reader, with its time limit -------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_all_that_is_read_of_a_file_takes_time_in_proportion_to_it(shape: Callable[[int], str], tmp_path: Path) -> None:
    release = make_release(tmp_path / "course")
    small = 3_000
    sources = {size: shape(size) for size in (small, 4 * small)}
    for size, source in sources.items():
        put(tmp_path / f"{size}.py", source)
        put(tmp_path / f"{size}.ipynb", {"cells": [code(source, "demo"), code(source), code("z = 1")]})

    def look(size: int) -> None:
        for suffix in (".py", ".ipynb"):
            path = tmp_path / f"{size}{suffix}"
            for known in (release, None):
                with contextlib.suppress(Failure):  # some contain no code
                    submission = read(path, known)
                    source_of(path, submission, ("f", "sgd"))
                    work_in(path, known)
        loop_around([1, 5], loops_in(sources[size]))

    assert growth(look, small) < IN_PROPORTION


def test_the_loops_of_a_deep_nest_are_as_many_and_not_each_with_all_inside_it() -> None:
    def look(blocks: int) -> None:
        pickle.dumps(loops_in("".join(" " * i + "for a in b:\n" for i in range(60)) * blocks + " " * 60 + "a\n"))

    assert growth(look, 20) < IN_PROPORTION
    assert len(pickle.dumps(loops_in("while a:\n " + "b;" * 10_000 + "\n"))) < 500


WORDS = ("'map", "np.", "`", " has no attribute '", "No module named '", " ", "\n", "raise a ", "ur'", "9l", "print ")


@pytest.mark.parametrize("word", WORDS)
def test_an_explanation_takes_time_in_proportion_to_the_message(word: str) -> None:
    def look(times: int) -> None:
        for types in (["SyntaxError"], ["AttributeError"], ["NameError"], ["TypeError"]):
            explain(types, word * times, word * times)

    assert growth(look, 5_000) < IN_PROPORTION


@pytest.mark.parametrize(
    "value",
    [
        lambda n: [0] * n,
        lambda n: [[[]]] * n,
        lambda n: {str(i): i for i in range(n)},
        lambda n: ["x"] * n,
        lambda n: [np.zeros(1)] * (n // 10),
        lambda n: "x" * n * 10,
        lambda n: np.zeros(n * 10),
        lambda n: [[[[[[[[0] * n]]]]]]],
    ],
)
def test_the_parts_of_a_reply_and_what_is_said_of_it_take_time_in_proportion_to_it(value: Callable[[int], Any]) -> None:
    def look(n: int) -> None:
        reply = encode(["value", value(n), []])
        (parts,) = leaves(reply)
        assert all(same_value(part, part) for part in parts.values())
        assert parts.layouts
        describe(value(n))
        with contextlib.suppress(Failure):
            close(value(n), np.zeros(3))
        with contextlib.suppress(Failure):
            equal(value(n), [1, 2, 3])

    assert growth(look, 1_500) < IN_PROPORTION
