"""Parses the command line: the commands, their help, and the types of their arguments.

It uses argparse, because students wait for `check`: typer, which imports pydantic, took a quarter of that time.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from autograder.text import did_you_mean

Argument = tuple[tuple[str, ...], dict[str, Any]]  # what ArgumentParser.add_argument takes
Command = tuple[Callable[..., int], tuple[Argument, ...]]


def argument(*names: str, **options: Any) -> Argument:
    """An argument of a command, as ArgumentParser.add_argument takes it."""
    return names, options


Commands = Mapping[str, Mapping[str, Command]]  # heading -> name -> command


def parse(words: list[str], groups: Commands) -> tuple[Callable[..., int], dict[str, Any]]:
    """The requested command's function, and the keyword arguments to call it with.

    Exits with the help if that is requested, or with status 2 and a message if the words are wrong.
    """
    commands = {name: each for group in groups.values() for name, each in group.items()}
    if not words or words[0] not in commands:
        _explain(words, groups)
    # Intermixed: `check conv --watch adam` means what it says.
    return commands[words[0]][0], vars(parser(words[0], *commands[words[0]]).parse_intermixed_args(words[1:]))


def parser(name: str, function: Callable[..., int], declared: Sequence[Argument]) -> ArgumentParser:
    """The parser of one command's words."""
    made = ArgumentParser(f"autograder {name}", description=function.__doc__, allow_abbrev=False)
    for names, options in declared:
        made.add_argument(*names, **options)
    return made


def _explain(words: list[str], groups: Commands) -> NoReturn:
    names = [name for group in groups.values() for name in group]
    rows = []
    for heading, group in groups.items():
        rows += [
            "",
            f"{heading}:",
            *(f"  {name:<{max(map(len, names))}}  {of.__doc__}" for name, (of, _) in group.items()),
        ]
    parser = ArgumentParser(
        "autograder",
        usage="autograder COMMAND ...",
        description="Check, build and grade the assignments of a course.\n" + "\n".join(rows),
        epilog="autograder COMMAND --help explains a command.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    if words and not words[0].startswith("-"):
        parser.error(f"there is no command {words[0]!r}{did_you_mean(words[0], names)}")
    parser.parse_args(words)
    parser.exit(2, parser.format_help())


# ---- types of arguments: each raises ArgumentTypeError, which is shown with the argument's name ----------------------


def path(text: str) -> Path:
    """An existing file or folder."""
    if not Path(text).exists():
        raise ArgumentTypeError(f"{text!r} does not exist")
    return Path(text)


def folder(text: str) -> Path:
    """An existing folder."""
    if not path(text).is_dir():
        raise ArgumentTypeError(f"{text!r} is not a folder")
    return Path(text)


def new_folder(text: str) -> Path:
    """A folder that exists or can be created."""
    return folder(text) if Path(text).exists() else Path(text)


def whole_number(text: str) -> int:
    """An integer of at least 1."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def some_of(choices: Sequence[str]) -> Callable[[str], list[str]]:
    """A parser for a comma-separated list of these words."""

    def chosen(text: str) -> list[str]:
        words = list(dict.fromkeys(word.strip() for word in text.split(",")))
        for word in words:
            if word not in choices:
                raise ArgumentTypeError(f"{word!r} is not one of the choices{did_you_mean(word, choices)}")
        return words

    return chosen


def points(text: str) -> float:
    """A score of at least 0."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value >= 0:  # nor is NaN
        raise ArgumentTypeError(f"{text!r} is not a number of at least 0")
    return value


def seed(text: str) -> str:
    """Hexadecimal digits that form at least one whole byte."""
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if not value:
        raise ArgumentTypeError(f"{text!r} is not hexadecimal; copy the `seed` of a report")
    return text
