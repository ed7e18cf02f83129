"""What all commands share: their declaration, exit codes, and output of messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import NoReturn, TypeVar

from autograder.cli.arguments import Argument, Command
from autograder.text import printable

GRADED, BELOW, USAGE, STAFF, INTERRUPTED = 0, 1, 2, 3, 130

F = TypeVar("F", bound=Callable[..., int])


def command(*declared: Argument) -> Callable[[F], F]:
    """Declare a function as a command of the same name. Its docstring is the help; it returns the exit code."""

    def declare(function: F) -> F:
        function.__arguments__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def commands_of(*modules: ModuleType) -> dict[str, Command]:
    """The commands that these modules declare, in the order of the source."""
    found = [value for module in modules for value in vars(module).values() if hasattr(value, "__arguments__")]
    return {function.__name__.replace("_", "-"): (function, function.__arguments__) for function in found}


def say(message: str) -> None:
    """Print to stderr a message that is not the command's result."""
    print(message, file=sys.stderr, flush=True)


def print_file(text: str) -> None:
    """Print to stdout for another program: UTF-8 with unchanged line ends, whatever the terminal's encoding is."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def complain(message: str) -> None:
    """Print an error to stderr, in red on a terminal. The message may quote what a student named or wrote."""
    message = printable(message)
    say(f"\033[31m{message}\033[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else message)


def usage(message: str) -> NoReturn:
    complain(message)
    sys.exit(USAGE)
