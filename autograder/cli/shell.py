"""What all commands share: how they are declared, their exit codes, and how they speak."""

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
    """Declare a command: called as its function, explained by the docstring; it returns the exit code."""

    def declare(function: F) -> F:
        function.__arguments__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def commands_of(*modules: ModuleType) -> dict[str, Command]:
    """The commands that these modules declare, in the order in which they are written."""
    found = [value for module in modules for value in vars(module).values() if hasattr(value, "__arguments__")]
    return {function.__name__.replace("_", "-"): (function, function.__arguments__) for function in found}


def say(message: str) -> None:
    """To stderr: what is not the command's result."""
    print(message, file=sys.stderr, flush=True)


def print_file(text: str) -> None:
    """To stdout, what another program is to read: UTF-8 with these line ends, whatever this terminal speaks."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def complain(message: str) -> None:
    """A fault, in red where somebody may see it. It may quote what a student named or wrote."""
    message = printable(message)
    say(f"\033[31m{message}\033[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else message)


def usage(message: str) -> NoReturn:
    complain(message)
    sys.exit(USAGE)
