"""Pairs of similar submissions are listed for a person to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.course import Course
from autograder.intake.find import find
from autograder.submission.release import Release
from tests import tiny

pytest.importorskip("copydetect")

from autograder.grading.similar import Alike, alike

Capture = pytest.CaptureFixture[str]

OTHERWISE = """\
import numpy as np

def standardize(x, eps=1e-5):
    n = x.shape[0]
    mean = np.zeros(x.shape[1])
    for row in x:
        mean += row / n
    var = np.zeros(x.shape[1])
    for row in x:
        var += (row - mean) * (row - mean) / n
    return np.stack([(row - mean) / np.sqrt(var + eps) for row in x]), mean, None

class Counter:
    total = 0
    def __init__(self, start):
        self.total += start
    def add(self, n):
        for _ in range(n):
            self.total += 1
        return self.total

def descent(gradient, x, steps, rate=0.1):
    position = np.array(x, dtype=float)
    while steps:
        position -= rate * np.asarray(gradient(position))
        steps -= 1
    return position

q_height = 4
"""
COPIED = OTHERWISE.replace("mean", "mu").replace("row", "line").replace("position", "here") + "\n# my own work\n"


@pytest.fixture
def release(course: Course) -> Release:
    return Release.load(course.release_dir("tiny"), "tiny")


def compared(folder: Path, release: Release, **work: str) -> Alike:
    for name, code in work.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "tiny.py").write_text(code, encoding="utf-8")
    return alike(find([folder], "tiny", release), release, most=2)


def test_a_copy_under_other_names_is_the_nearest_pair(tmp_path: Path, release: Release) -> None:
    first, second = compared(tmp_path, release, ada=OTHERWISE, bob=COPIED, cem=tiny.SOLVED).pairs
    assert (first.one, first.other, first.of_one, first.of_other) == ("ada", "bob", 1.0, 1.0)
    assert second.share < 0.5


def test_what_the_release_gives_is_not_shared(tmp_path: Path, release: Release) -> None:
    found = compared(tmp_path, release, ada=release.script + "\n" + OTHERWISE, bob=release.script + "\n" + tiny.SOLVED)
    assert found.pairs[0].share < 0.5


def test_what_cannot_be_compared_is_named(tmp_path: Path, release: Release) -> None:
    found = compared(tmp_path, release, ada=OTHERWISE, bob="def standardize(x):\n    return x\n", cem=" ")
    assert found.compared == 1
    assert [reason.partition(":")[0] for reason in found.left_out] == ["bob", "cem"]


def test_the_command_lists_pairs_and_says_that_they_are_no_verdict(
    tmp_path: Path,
    course: Course,
    release: Release,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    compared(tmp_path / "in", release, ada=OTHERWISE, bob=COPIED)
    assert run(monkeypatch, course, str(tmp_path / "in")) == 0
    said = capsys.readouterr()
    assert said.out.startswith("100 % of ada\t100 % of bob\t")
    assert "not a verdict" in said.err


def test_without_copydetect_it_says_how_to_install_it(
    tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.delitem(sys.modules, "autograder.grading.similar")
    monkeypatch.setitem(sys.modules, "copydetect", None)
    assert run(monkeypatch, course, str(tmp_path)) == 3
    assert "`similar` needs copydetect: pip install" in capsys.readouterr().err


def run(monkeypatch: pytest.MonkeyPatch, course: Course, *paths: str) -> int:
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(sys, "argv", ["autograder", "similar", *paths, "--assignment", "tiny"])
    with pytest.raises(SystemExit) as exit:
        main()
    assert isinstance(exit.value.code, int)
    return exit.value.code
