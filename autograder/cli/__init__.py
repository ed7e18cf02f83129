"""The command line: the only part that prints or exits.

Exit codes: 0 done; 1 done, but a check fails, an audit found a problem, or a score is below --pass-at; 2 the command is
wrong; 3 the course, the installation or the grader failed, and staff must look; 130 interrupted.

Each command imports its heavy modules itself, so that students do not wait for them in `check`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from typing import NoReturn

from autograder.cli import arguments, attack, author, export, gradebook, grader, gradescope, student
from autograder.cli.shell import BELOW, GRADED, INTERRUPTED, STAFF, USAGE, commands_of, complain
from autograder.course.course import NoCourse, UnknownName
from autograder.errors import CourseError
from autograder.processes import ENVIRONMENT


def commands() -> arguments.Commands:
    """All commands, grouped by who uses them: heading -> name -> command."""
    staffs = commands_of(author, grader, gradebook, export, gradescope, attack)
    return {"commands": commands_of(student), "commands for staff": staffs}


def run() -> NoReturn:
    """The entry point of the installed command: runs `main`, then exits at once.

    It skips freeing imported modules one by one, which takes up to half a second with torch and serves no purpose.
    """
    try:
        main()
    except SystemExit as end:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
                stream.flush()
        if isinstance(end.code, int):
            os._exit(end.code)
        raise


def main() -> NoReturn:
    """Run the command line. Every expected error becomes one message and an exit code."""
    os.environ.update(ENVIRONMENT)  # before anything imports numpy
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show ✓ shows ?, and goes on
    code = GRADED
    try:
        os.getcwd()
        function, options = arguments.parse(sys.argv[1:], commands())
        code = function(**options)
        sys.stdout.flush()
    except (NoCourse, UnknownName) as error:
        complain(str(error))
        code = USAGE
    except CourseError as error:
        complain(str(error))
        code = STAFF
    except FileNotFoundError:
        if _in_a_folder():
            raise
        complain("This terminal's folder no longer exists: change to the folder of your course with cd.")
        code = USAGE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough; what is still buffered goes nowhere
        code = BELOW
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _in_a_folder() -> bool:
    """Whether the current folder exists; all that takes a path needs it."""
    try:
        return bool(os.getcwd())
    except FileNotFoundError:
        return False
