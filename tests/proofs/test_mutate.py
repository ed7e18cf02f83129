"""Mutation testing finds the bugs that no check notices, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from autograder import cli
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.proofs import mutate as mutation
from autograder.proofs.mutate import Findings, Killer, mutate, read_reasons, table
from tests.processes import is_running

# Bugs that the tiny course's checks do not notice: they pass eps themselves, and ignore the inputs of `descent`.
GAPS = {
    "def standardize(x, eps=1e-05): -> def standardize(x, eps=2e-05):",
    "def standardize(x, eps=1e-05): -> def standardize(x, eps=-1e-05):",
    "x = x - rate * gradient(x) -> x -= rate * gradient(x)",
}
REASONS = """\
standardize:
  - {change: "def standardize(x, eps=1e-05): -> def standardize(x, eps=2e-05):", why: any eps will do}
  - {change: "def standardize(x, eps=1e-05): -> def standardize(x, eps=-1e-05):", why: any eps will do}
descent:
  - {change: "x = x - rate * gradient(x) -> x -= rate * gradient(x)", why: x may change}
"""


@pytest.fixture(scope="module")
def found(course: Course) -> Findings:
    return mutate(course, "tiny", workers=1)


def edit(course: Course, name: str, old: str, new: str) -> None:
    path = course.solutions_dir("tiny") / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def justify(course: Course, text: str) -> None:
    (course.solutions_dir("tiny") / "equivalent.yml").write_text(text)


def survivors(found: Findings) -> set[str]:
    return {survivor.mutant.change for survivor in found.survivors}


def test_what_no_check_notices_survives_and_all_else_is_killed(found: Findings) -> None:
    assert survivors(found) == GAPS
    assert found.mutants > 30
    assert found.killed == found.mutants - len(GAPS)
    assert found.share == found.killed / found.mutants
    assert not found.ok


def test_a_check_that_notices_a_fault_kills_it(own_course: Course) -> None:
    edit(own_course, "checks.py", "unmodified(student.standardize, x, 0.1, ", "unmodified(student.standardize, x, ")
    edit(own_course, "checks.py", "reference.standardize(x, 0.1)", "reference.standardize(x)")
    edit(own_course, "checks.py", "np.arange(15.0)", "1e-3 * np.arange(15.0)")
    assert survivors(mutate(own_course, "tiny", workers=1)) == {change for change in GAPS if "eps" not in change}


def test_a_weak_check_lets_more_survive(own_course: Course) -> None:
    for check in (
        'equal(counter.add(2), start + 2, name="add")',
        'equal(counter.get("total"), int(numbers.sum()), name="total")',
    ):
        edit(own_course, "checks.py", check, "pass")
    assert survivors(mutate(own_course, "tiny", workers=1)) > GAPS | {"self.total = self.total + n -> pass"}


def test_the_workers_find_what_one_finds(course: Course, found: Findings) -> None:
    assert mutate(course, "tiny", workers=2) == found


def test_a_mutant_is_judged_by_its_own_exercise_alone(own_course: Course) -> None:
    edit(own_course, "tiny.py", "        x = x - rate * gradient(x)\n", "        x = moved(x, rate, gradient)\n")
    helper = '# %% tags=["exercise:moved"]\ndef moved(x, rate, gradient):\n    """A step."""\n    ### BEGIN SOLUTION\n'
    helper += '    return x - rate * gradient(x)\n    ### END SOLUTION\n\n# %% tags=["demo"]'
    edit(own_course, "tiny.py", '# %% tags=["demo"]', helper)
    weak = '\n\n@check("moved", points=0)\ndef moves(student):\n    """It moves."""\n'
    weak += "    student.moved(np.ones(2), 0.1, lambda x: x)\n"
    with (own_course.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write(weak)
    left = mutate(own_course, "tiny", workers=1).survivors
    assert "return x - rate * gradient(x) -> return x + rate * gradient(x)" in {each.mutant.change for each in left}


def test_a_mutant_without_end_is_killed(own_course: Course) -> None:
    edit(own_course, "tiny.py", "    for _ in range(steps):\n", "    while steps > 0:\n        steps -= 1\n")
    settings = own_course.root / "course.yml"
    settings.write_text(settings.read_text().replace("check_s: 10", "check_s: 0.5"))
    with Killer(Course.load(settings), "tiny") as killer:
        endless = [each for each in killer.mutants() if each.change.startswith("steps -= 1")]
        assert endless
        assert all(map(killer.kills, endless))


def test_time_that_a_busy_machine_takes_kills_no_mutant(own_course: Course) -> None:
    waits = "    __import__('time').sleep(2.2)\n"
    edit(own_course, "tiny.py", "    for _ in range(steps):\n", f"{waits}    for _ in range(steps):\n")
    with Killer(own_course, "tiny") as killer:
        killer.require_a_sound_reference()


def test_a_mutant_that_ends_its_process_or_breaks_its_cell_is_killed(own_course: Course) -> None:
    edit(
        own_course,
        "tiny.py",
        "    for _ in range(steps):\n",
        '    assert 1 < 2 or __import__("os")._exit(3)\n    for _ in range(steps):\n',
    )
    edit(own_course, "tiny.py", "q_height = 4\n", "q_height = 4 if 1 < 2 else 1 / 0\n")
    alive = survivors(mutate(own_course, "tiny", workers=1))
    assert not [change for change in alive if "1 >= 2" in change]


def test_a_justified_survivor_is_taken_out_of_the_count(own_course: Course) -> None:
    justify(own_course, REASONS)
    found = mutate(own_course, "tiny", workers=1)
    assert (found.ok, found.equivalent, found.share, found.unexplained) == (True, 3, 1.0, ())
    assert survivors(found) == GAPS
    assert "      x may change" in found.lines()
    assert found.lines()[0] == "tiny: ok"


def test_a_justification_of_what_does_not_survive_is_stale(own_course: Course) -> None:
    justify(own_course, REASONS + '  - {change: "return x -> pass", why: it was so once}\n')
    found = mutate(own_course, "tiny", workers=1)
    assert (found.ok, found.share) == (False, 1.0)
    assert found.stale == (("descent", "return x -> pass"),)
    assert any("no mutant of descent survives with the change 'return x -> pass'" in line for line in found.lines())


@pytest.mark.parametrize(
    "text",
    [
        "descent: [",
        "- descent",
        "descent: [x -> y]",
        "descent: [{change: x -> y}]",
        "descent: [{change: x -> y, why: ''}]",
        "descent: [{change: x -> y, why: so, line: 3}]",
        "descent: [{change: x -> y, why: so}, {change: x -> y, why: so}]",
    ],
)
def test_justifications_that_cannot_be_read_are_a_fault_of_the_course(tmp_path: Path, text: str) -> None:
    path = tmp_path / "equivalent.yml"
    path.write_text(text)
    with pytest.raises(CourseError, match=r"equivalent\.yml: "):
        read_reasons(path)


def test_no_or_empty_justifications_are_none(tmp_path: Path) -> None:
    assert read_reasons(tmp_path / "equivalent.yml") == {}
    (tmp_path / "equivalent.yml").write_text("# none yet\n")
    assert read_reasons(tmp_path / "equivalent.yml") == {}


def test_a_reference_that_fails_its_own_checks_proves_nothing(own_course: Course) -> None:
    edit(own_course, "checks.py", "counter.add(2), start + 2", "counter.add(2), start + 3")
    with pytest.raises(CourseError, match="the reference does not pass counts_from_its_start: add: got"):
        mutate(own_course, "tiny", workers=1)


def test_an_exercise_that_only_training_judges_is_left_out(own_course: Course) -> None:
    edit(own_course, "checks.py", '@check("Counter", points=10, ', '@check("Counter", points=10, trains=True, ')
    edit(own_course, "checks.py", '@check("Counter", points=15)', '@check("Counter", points=15, trains=True)')
    found = mutate(own_course, "tiny", workers=1)
    assert found.left_out == ("Counter",)
    assert "  - Counter is judged by checks with training or a GPU only: left out" in found.lines()


def test_a_worker_that_dies_is_said(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*arguments: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(mutation, "ProcessPoolExecutor", dies)
    with pytest.raises(CourseError, match="judges the mutants of tiny has died"):
        mutate(course, "tiny", workers=2)


RUN = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from autograder.proofs import mutate

context = multiprocessing.get_context("spawn")
executor = ProcessPoolExecutor(1, context, mutate._start_worker, (Path(sys.argv[1]), "tiny"))
print(executor.submit(os.getpid).result(), flush=True)
time.sleep(600)
"""


def test_no_worker_outlives_a_run_that_was_killed(course: Course) -> None:
    with subprocess.Popen([sys.executable, "-c", RUN, str(course.path)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        worker = int(run.stdout.readline())
        assert is_running(worker)
        run.kill()
    deadline = time.monotonic() + 20
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(worker)


def test_the_findings_are_lines_json_and_a_table(found: Findings) -> None:
    assert found.lines()[0] == "tiny: NOT OK"
    assert "      + x -= rate * gradient(x)" in found.lines()
    data = json.loads(json.dumps(found.to_dict()))
    assert (data["ok"], data["mutants"], len(data["survivors"])) == (False, found.mutants, 3)
    assert data["survivors"][2]["id"] == "descent:35:Assign:in place"
    head, row = table([found]).split("\n")
    assert head.split()[:4] == ["assignment", "mutants", "killed", "equivalent"]
    assert row.split() == ["tiny", str(found.mutants), str(found.killed), "0", "3", f"{found.share:.1%}"]
    assert len(head) == len(row)


def test_an_assignment_without_mutants_has_nothing_to_kill() -> None:
    assert Findings("empty", 0, ()).share == 1.0


@pytest.fixture
def run(own_course: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs a command line in the tiny course; returns its exit code."""
    monkeypatch.chdir(own_course.root)

    def run_line(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["autograder", "mutate", "--workers", "1", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run_line


def test_the_command_ends_with_1_if_a_survivor_has_no_reason(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("tiny") == 1
    said = capsys.readouterr().out
    assert "  ! descent:35:Assign:in place\n" in said
    assert said.rstrip().split("\n")[-1].startswith("tiny ")


def test_the_command_ends_with_0_if_each_survivor_has_one(
    run: Callable[..., int], own_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    justify(own_course, REASONS)
    assert run("--json") == 0
    assert json.loads(capsys.readouterr().out)["tiny"]["ok"] is True


def test_the_command_ends_with_2_or_3_if_the_request_or_the_course_is_at_fault(
    run: Callable[..., int], own_course: Course
) -> None:
    assert run("tiiny") == 2
    justify(own_course, "- nonsense")
    assert run("tiny") == 3
