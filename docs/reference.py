"""The references of the site, made from the code that they describe: `course.yml`, the commands, what checks import."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import autograder
from autograder import cli, datasets, notebook, profiling, training
from autograder.checking.declare import FIXTURES, Check
from autograder.cli.arguments import parser
from autograder.course import settings
from autograder.report.evidence import Evidence
from autograder.sandbox import namespace

Block = tuple[tuple[str, ...], str]  # the names that a text is about, none for prose; the text


# ---- docstrings ------------------------------------------------------------------------------------------------------


def blocks(docstring: str | None, names: Collection[str]) -> list[Block]:
    """The paragraphs of a docstring, and its entries: `x, y: (N,) float arrays.`, where x and y are among these names.

    A line begins something new where the one before it ended a sentence.
    """
    text = re.sub(r"(?<=[.)])\n(?=[A-Za-z`])", "\n\n", inspect.cleandoc(docstring or ""))
    name = "|".join(map(re.escape, names)) or r"(?!)"
    entry = re.compile(rf"(?:^|(?<=[.:;)] ))((?:{name})(?:, (?:{name}))*): ")
    found: list[Block] = []
    for paragraph in re.split(r"\n{2,}", text):
        before, *entries = entry.split(" ".join(paragraph.split()))
        found += [((), before.strip())] if before.strip() else []
        pairs = zip(entries[::2], entries[1::2], strict=True)
        found += [(tuple(which.split(", ")), said.strip()) for which, said in pairs]
    return found


def prose(text: str) -> str:
    """A sentence of a docstring as Markdown: code stays code, and nothing else is markup."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([*_\[\]<>|\\])", r"\\\1", part) for part in parts)


def described(docstring: str | None, names: Collection[str] = ()) -> str:
    """A docstring as Markdown, with its entries as lists."""
    lines: list[str] = []
    for which, text in blocks(docstring, names):
        if which and not (lines and lines[-1].startswith("- ")):
            lines.append("")
        lines += [f"- {', '.join(f'`{each}`' for each in which)}: {prose(text)}"] if which else ["", prose(text)]
    return "\n".join(lines).strip()


def _sentence(text: str) -> str:
    return prose(text[:1].upper() + text[1:])


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


# ---- course.yml ------------------------------------------------------------------------------------------------------

SECTIONS = {
    settings.CourseSettings: "The file",
    settings.Assignment: "An assignment",
    settings.Rules: "Rules",
    settings.Late: "Late work",
    settings.Attempts: "Attempts",
    settings.Limits: "Limits",
}
_WRITTEN = {
    settings.Amount: "points (`5`), a part of the maximum (`10%`) or of the score (`10% of score`)",
    datetime: "a time with its zone: `2026-10-12 23:59 Asia/Seoul`",
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    str: "text",
}


def course_yml() -> str:
    """The page of `course.yml`: each key, its values, its default and its meaning."""
    introduction = "What the file can say, and what holds where it is silent. Unknown keys are errors."
    lines = ["# course.yml", "", introduction]
    for section, title in SECTIONS.items():
        hints = typing.get_type_hints(section, include_extras=True)
        fields = dataclasses.fields(section)
        said = blocks(section.__doc__, hints)
        meant = {name: text for which, text in said for name in which}
        lines += ["", f"## {title}", "", "\n\n".join(prose(text) for which, text in said if not which), ""]
        rows = [
            [f"`{each.name}`", values(hints[each.name]), _default(each), _sentence(meant.get(each.name, ""))]
            for each in fields
        ]
        lines.append(table(["key", "value", "default", "meaning"], rows))
    return "\n".join(lines) + "\n"


def values(kind: Any) -> str:
    """What may stand in course.yml for a field of this type, in words."""
    if typing.get_origin(kind) is typing.Annotated:
        inner, bounds = typing.get_args(kind)
        limits = {"gt": "more than", "ge": "at least"}
        words = [f"{word} {bound:g}" for key, word in limits.items() if (bound := getattr(bounds, key)) is not None]
        return ", ".join([values(inner), *words])
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return values(next(each for each in typing.get_args(kind) if each is not type(None)))
    if typing.get_origin(kind) is Literal:
        return " or ".join(f"`{each}`" for each in typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        return f"list: {values(inner)}"
    if typing.get_origin(kind) is not None and issubclass(typing.get_origin(kind), Mapping):
        key, value = typing.get_args(kind)
        return f"mapping from {values(key)} to {values(value)}"
    if kind in SECTIONS:
        return f"[{SECTIONS[kind].lower()}](#{anchor(SECTIONS[kind])})"
    return _WRITTEN[kind]


def anchor(heading: str) -> str:
    """The anchor of a heading, on the site and on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
        return "**required**"
    value = field.default
    if isinstance(value, settings.Amount):
        return f"`{value.value:g}`"
    if dataclasses.is_dataclass(value):
        return "see there"
    if value is None or field.default_factory is not dataclasses.MISSING:
        return "none"
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else f'{value:g}' if isinstance(value, float) else value}`"


# ---- commands --------------------------------------------------------------------------------------------------------


def command_line() -> str:
    """The page of the commands: what each does, how it is called, what may follow."""
    (codes,) = (text for _, text in blocks(cli.__doc__, ()) if text.startswith("Exit codes"))
    lines = ["# Commands", "", "`autograder COMMAND --help` says the same in a terminal.", "", prose(codes)]
    for heading, group in cli.commands().items():
        lines += ["", f"## {heading.capitalize()}"]
        for name, (function, declared) in group.items():
            usage = " ".join(parser(name, function, declared).format_usage().split()).removeprefix("usage: ")
            lines += ["", f"### autograder {name}", "", described(function.__doc__), "", "```", usage, "```", ""]
            if declared:
                lines.append(table(["argument", "meaning"], (_argument(*each) for each in declared)))
    return "\n".join(lines) + "\n"


def _argument(names: tuple[str, ...], options: Mapping[str, Any]) -> list[str]:
    choices = ", ".join(f"`{each}`" for each in options.get("choices") or ())
    shown = options.get("metavar") or ("" if "action" in options else f"{{{','.join(options['choices'])}}}")
    words = shown if not names[0].startswith("-") else " ".join([", ".join(names), *([shown] if shown else [])])
    said = [prose(str(options.get("help", "")).replace("%%", "%"))]
    said += [f"One of {choices}."] if choices and names[0].startswith("-") else []
    said += ["Required."] if options.get("required") else []
    return [f"`{words.partition(' {')[0]}`", " ".join(each for each in said if each)]


# ---- what checks import ----------------------------------------------------------------------------------------------

_GIVEN = {
    "student and reference": namespace.Namespace,
    "A function of theirs": namespace.Function,
    "An object of theirs": namespace.Handle,
    "evidence": Evidence,
}


def check_api() -> str:
    """The page of what checks, mistakes and scripts use: signatures and docstrings."""
    introduction = "[Writing an assignment](../authoring.md) tells how they are used."
    lines = [
        "# What checks and scripts use",
        "",
        introduction,
        "",
        "## autograder",
        "",
        "For `checks.py` and the files beside it.",
    ]
    for name in autograder.__all__:
        lines += member(name, getattr(autograder, name))
    lines += member("Check", Check)
    given = ", ".join(f"`{each}`" for each in FIXTURES)
    lines += ["", "## What a check is given", "", f"By the names of its parameters: {given}."]
    for title, kind in _GIVEN.items():
        parameters = _parameters(kind)
        said = [text for which, text in blocks(kind.__doc__, parameters) if not which]
        lines += ["", f"### {title}", "", "\n\n".join(map(prose, said))]
        for name, value in public(kind).items():
            lines += member(name, value, level=4)
    for module in (training, profiling, datasets, notebook):
        lines += ["", f"## {module.__name__}", "", described(module.__doc__)]
        for name, value in public(module).items():
            lines += member(name, value)
    return "\n".join(lines) + "\n"


def public(owner: Any) -> dict[str, Any]:
    """What a module or class shows: its `__all__`, else the functions and classes that it defines and explains."""
    own = getattr(owner, "__all__", None) or [
        name
        for name, value in vars(owner).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == (owner.__module__ if inspect.isclass(owner) else owner.__name__)
        and value.__doc__
    ]
    return {name: getattr(owner, name) for name in own}


def member(name: str, value: Any, level: int = 3) -> list[str]:
    """The lines on a function or class."""
    lines = ["", f"{'#' * level} {name}", "", "```python", signature(name, value), "```"]
    return [*lines, "", described(value.__doc__, _parameters(value))]


class _Plain(str):
    """An annotation that is shown as it was written."""

    __repr__ = str.__str__


def _parameters(value: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(value).parameters
    except ValueError:  # an exception without a constructor of its own
        return {}


def _written(annotation: Any) -> str:
    return _Plain(getattr(annotation, "__forward_arg__", annotation))


def signature(name: str, value: Callable[..., Any]) -> str:
    """How it is called, over several lines where one is too long."""
    parameters = [
        each if each.annotation is each.empty else each.replace(annotation=_written(each.annotation))
        for each in _parameters(value).values()
        if each.name != "self"
    ]
    whole = inspect.Signature(parameters)
    returned = value.__annotations__.get("return") if inspect.isfunction(value) else None
    arrow = f" -> {returned}" if returned and returned != "None" else ""
    line = f"{name}{whole}{arrow}"
    if len(line) <= 72:
        return line
    each = [str(one) for one in parameters]
    kinds = [one.kind for one in parameters]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        each.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    return f"{name}(\n" + "".join(f"    {one},\n" for one in each) + f"){arrow}"
