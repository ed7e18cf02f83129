"""The trusted side survives what it reads: a sample of `make fuzz`; and the fuzzer detects code that does not."""

import time

import pytest

from autograder.sandbox import connection
from autograder.submission.release import Release
from tests import fuzz
from tests.fuzz import frames, notebooks


def test_no_frame_crashes_or_hangs_the_grader():
    figures = fuzz.run(3000, frames.item)
    assert {"passed", "failed", "crashed"} > set(figures.outcomes) - {"timeout"}
    assert figures.outcomes["failed"] > 300  # this many are judged
    assert figures.outcomes["crashed"] > 300


def test_no_notebook_crashes_or_hangs_the_grader(course, tmp_path):
    item = notebooks.reader(Release.load(course.release_dir("tiny"), "tiny"), tmp_path)
    figures = fuzz.run(500, item)
    assert figures.outcomes["read"] > 100
    assert figures.outcomes["refused"] > 20


def test_a_reader_that_trusts_frames_is_found_out(monkeypatch):
    def trusting(frame, expected, resolve=None):
        kind, *rest = connection.decode(frame, resolve)
        return [kind, *rest]

    monkeypatch.setattr(connection, "message_of", trusting)
    with pytest.raises(AssertionError):
        fuzz.run(3000, frames.item)


def test_a_reader_that_trusts_notebooks_is_found_out(course, tmp_path, monkeypatch):
    item = notebooks.reader(Release.load(course.release_dir("tiny"), "tiny"), tmp_path)
    monkeypatch.setattr("autograder.submission.cells._dict", lambda value: value)
    with pytest.raises(AssertionError, match="crashed its reader"):
        fuzz.run(500, item)


def test_an_item_without_end_is_a_hang(monkeypatch):
    monkeypatch.setattr(fuzz, "ITEM_S", 0.05)

    def endless(number):
        started = time.process_time()
        while time.process_time() < started + 10:
            pass
        return "done"

    with pytest.raises(fuzz.Hang, match="item 0 took longer"):
        fuzz.run(1, endless)


def test_memory_that_is_taken_is_noticed(monkeypatch):
    monkeypatch.setattr(fuzz, "_peak_mib", iter([100.0, 400.0]).__next__)
    with pytest.raises(AssertionError):
        fuzz.run(1, lambda number: "done")
