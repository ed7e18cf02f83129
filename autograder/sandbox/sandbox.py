"""The sandbox as the grader uses it: a warm template, and a session for each submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.sandbox.template import Template

if TYPE_CHECKING:
    from autograder.course.settings import Limits
    from autograder.sandbox.program import Program
    from autograder.sandbox.session import Session


class Sandbox(Template):
    """A template that serves one submission after another. For arguments and errors, see `Template`."""

    def open(self, program: Program, limits: Limits) -> Session:
        """A session for one submission. Its code is loaded at the first check."""
        from autograder.sandbox.session import Session  # needs numpy, which the template imports meanwhile

        return Session(self, program, limits)
