"""The program that runs attacks: what it refuses, what it detects, and the command."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder import cli
from autograder.errors import CourseError
from autograder.proofs.attack import suite, traces
from autograder.proofs.attack.trial import Trial
from autograder.proofs.attack.victim import Victim
from autograder.sandbox import backends
from autograder.views import pages
from tests.attacks import ATTACKS, HERE, walls
from tests.isolation import ISOLATION


def test_no_attack_is_let_loose_where_a_submission_is_not_alone():
    with pytest.raises(CourseError, match="not alone in the process sandbox"):
        suite.require_walls(backends.PROCESS)


def test_without_bubblewrap_there_is_no_jail(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(CourseError, match="in a jail only: install bubblewrap"):
        suite.attack(list(ATTACKS.values()), backends.PROCESS, print)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.py", "x = 1", "does not say what it tries"),
        ("a.py", "1 +", "cannot be read as an attack"),
        ("a.ipynb", "{}", "does not say what it tries"),
        ("a.txt", "", "there are no attacks"),
    ],
)
def test_a_file_that_is_no_attack_is_named(tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    with pytest.raises(CourseError, match=said):
        suite.find(tmp_path)


SECRET = "aB3" * 9 + "x"


@pytest.mark.parametrize(
    "value",
    [
        f"it is {SECRET}.",
        SECRET[::-1],
        SECRET.encode().hex().upper(),
        *(base64.b64encode(b"x" * n + SECRET.encode() + b"y") for n in range(4)),
        SECRET.encode("utf-16-le"),
        [1, {"a": (SECRET,)}],
        list(SECRET.encode()),
        np.frombuffer(SECRET.encode(), "u1").astype(float),
    ],
    ids=repr,
)
def test_a_secret_is_found_in_whatever_shape(value):
    assert traces.secrets_in({"it": SECRET, "another": SECRET[:20] + "z" * 8}, ["nothing", value]) == ["it"]


def test_a_changed_a_new_and_a_missing_file_are_found(tmp_path):
    for name in "abc":
        (tmp_path / name).write_text(name)
    before = traces.tree(tmp_path)
    (tmp_path / "a").chmod(0o600)
    os.utime(tmp_path / "b", ns=(0, 0))
    (tmp_path / "c").unlink()
    (tmp_path / "d").symlink_to("a")
    assert [Path(path).name for path in traces.changed(before, traces.tree(tmp_path))] == ["a", "b", "c", "d"]
    assert traces.changed(before, before) == []


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.html", "<p>fine <a href='#x'>x</a> <img src='data:image/png;base64,x'></p>", ""),
        ("a.html", "<a href='javascript:x'>", "live markup: <a>"),
        ("a.html", "<a href='//evil.example'>", "live markup: <a>"),
        ("a.html", "<p onclick='x'>", "live markup: <p onclick>"),
        ("a.html", "<IMG src=x>", "live markup: <img>"),
        ("a.html", "<script/x>", "live markup: <script>"),
        ("a.html", f"<script>{pages.SCRIPT}</script><input id=find type=search>", ""),
        ("a.html", f"<script>{pages.SCRIPT}x</script>", "live markup: <script>"),
        ("a.html", "<input type=search>", "live markup: <input>"),
        ("a.csv", "a,-1.5\n'=1,x\n", ""),
        ("a.csv", 'a,"=1+1"\n', "the formula '=1+1'"),
        ("a.csv", "a,-1+cmd\n", "the formula '-1+cmd'"),
        ("a.xml", "<a b='&lt;'/>", ""),
        ("a.xml", "<!DOCTYPE a><a/>", "declares entities"),
        ("a.json", '{"output_format": "text"}', ""),
        ("a.json", '[{"output_format": "html"}]', "asks for {'html'}"),
        ("a.txt", "::error file=x::text\nplain", ""),
        ("a.txt", "x\n::set-env name=x::y", "the command '::set-env name=x::y'"),
        ("a.txt", "\x1b[2J", "the control character '\\x1b'"),
        ("a.md", "plain | text", ""),
        ("a.md", "x <b>", "live markup: <b"),
    ],
)
def test_what_could_act_on_a_reader_is_found(name, content, found):
    said = traces.unsafe(name, content)
    assert found in said
    assert bool(found) == bool(said)


@walls
def test_a_descriptor_that_stays_open_is_found_and_one_that_closes_is_not(monkeypatch):
    descriptors = [os.open(os.devnull, os.O_RDONLY)]

    def closing(found):
        while descriptors:
            os.close(descriptors.pop())
        return grade(found)

    def opening(found):
        descriptors.append(os.open(os.devnull, os.O_RDONLY))
        return grade(found)

    with Trial(ISOLATION) as trial:
        grade = trial.grader.grade
        monkeypatch.setattr(trial.grader, "grade", closing)
        assert trial.verdict(ATTACKS["fake_numpy_oddities"]).harms == ()
        monkeypatch.setattr(trial.grader, "grade", opening)
        harms = trial.verdict(ATTACKS["fake_numpy_oddities"]).harms
        for each in descriptors:
            os.close(each)
    assert [harm.partition(":")[0] for harm in harms] == ["descriptors of the grader"]


@walls
def test_the_neighbor_has_time_for_a_whole_run_on_a_busy_machine():
    with Victim(ISOLATION) as victim:
        victim._neighbour._remaining_s -= 3.0 * len(ATTACKS)  # as if each call had waited for its turn
        assert victim.neighbour_is_well()


def test_a_process_is_counted_whatever_it_calls_itself():
    name = b"x) Z\nThreads:\t9"
    program = f"import ctypes\nctypes.CDLL(None).prctl(15, {name!r}, 0, 0, 0)\nprint(1, flush=True)\ninput()"
    words = [sys.executable, "-c", program]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"1\n"
        assert process.pid in traces.descendants(os.getpid())
        assert traces._numbers(f"/proc/{process.pid}/status", "Threads") == 1
        process.communicate(b"\n")


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["autograder", "attack", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


@walls
def test_the_command_lists_attacks_and_a_total(monkeypatch, capsys):
    assert run(monkeypatch, str(HERE / "exit_at_load.py")) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("holds          exit_at_load (")
    assert last == "1 of 1 attacks are stopped by bubblewrap"


def test_the_command_says_what_does_not_hold_and_exits_with_1(monkeypatch, capsys):
    verdict = suite.Verdict("evil", tuple(f"harm {n}\x1b\n" for n in range(5)), 100.0, 1.0)

    def attack(attacks, isolation, on_verdict):
        on_verdict(verdict)
        return [verdict]

    monkeypatch.setattr(suite, "attack", attack)
    assert run(monkeypatch, str(HERE / "exit_at_load.py")) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == "DOES NOT HOLD  evil: harm 0\ufffd ; harm 1\ufffd ; harm 2\ufffd ; and 2 more"
    assert last == "0 of 1 attacks are stopped by bubblewrap"
    assert run(monkeypatch, str(HERE / "exit_at_load.py"), "--json") == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["held"], data["attacks"][0]["holds"], len(data["attacks"][0]["harms"])) == (0, False, 5)
