"""The isolation for tests of grading: the real one, if it works."""

from __future__ import annotations

import socket

from autograder.errors import CourseError
from autograder.sandbox.backends import BUBBLEWRAP, PROCESS, command


def _best() -> str:
    here, there = socket.socketpair()
    with here, there:
        try:
            command(BUBBLEWRAP, there.fileno(), [])
        except CourseError:
            return PROCESS
    return BUBBLEWRAP


ISOLATION = _best()
