"""One warm sandbox per backend for the whole run, and helpers that turn a source text into a namespace."""

import contextlib
import functools
import os
from dataclasses import replace

import pytest

from autograder.course.course import Limits
from autograder.errors import CourseError
from autograder.sandbox import Program, Sandbox, backends
from autograder.sandbox.namespace import Namespace

LIMITS = Limits(load_s=20, check_s=20, submission_s=60, memory_mib=512, output_limit_mib=2, reply_mib=16, tmp_mib=8)


@functools.cache
def why_no_bubblewrap() -> str:
    """Why bubblewrap does not work here; "" if it works."""
    try:
        backends.command(backends.BUBBLEWRAP, 0, [])
    except CourseError as error:
        return str(error)
    return ""


def start(isolation):
    if isolation == backends.BUBBLEWRAP and why_no_bubblewrap():
        pytest.skip(why_no_bubblewrap())
    return Sandbox(isolation)


@pytest.fixture(scope="session")
def bubblewrap():
    with start("bubblewrap") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def process():
    with start("process") as sandbox:
        yield sandbox


@pytest.fixture(params=["bubblewrap", "process"])
def sandbox(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def idle(monkeypatch):
    """Report an idle machine, so that no limit by the clock is extended."""
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))


@contextlib.contextmanager
def submission(sandbox, *sources, **limits):
    """A session of a submission with these cells, labeled cell 0, cell 1 ..."""
    cells = [(f"cell {i}", "code", source, 1) for i, source in enumerate(sources)]
    with sandbox.open(Program(cells), replace(LIMITS, **limits)) as session:
        yield session


@contextlib.contextmanager
def student(sandbox, *sources, timeout_s=20.0, **limits):
    """The namespace of that submission, as a check sees it."""
    with submission(sandbox, *sources, **limits) as session, session.check(timeout_s) as exchange:
        yield Namespace(exchange)
