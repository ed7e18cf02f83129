"""The documents as a site: it builds, its links work, and its references are complete."""

from __future__ import annotations

import dataclasses
import json
import re
import typing
from pathlib import Path

import pytest

import autograder
from autograder import cli
from autograder.cli import shell
from autograder.course.settings import CourseSettings
from autograder.report.evidence import Evidence
from autograder.report.report import Report, Source
from autograder.report.results import Compared, ExerciseResult, by_hand
from autograder.times import instant
from docs import reference
from tests.samples import check, report

DOCS = Path(__file__).parent.parent / "docs"
ASKED = re.compile(r"""<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)=["']?(?:https?:)?//[^\s"'>]+""")
ASKED_BY_STYLE = re.compile(r"""(?:url\(|@import\s*)["']?(?:https?:)?//[^"')]+""")


def test_the_site_is_built_without_a_broken_link(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > 20


def test_no_page_of_the_site_asks_another_host_for_anything(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert ASKED.findall(page.read_text(encoding="utf-8")) == [], page.name
    for style in site.rglob("*.css"):
        assert ASKED_BY_STYLE.findall(style.read_text(encoding="utf-8")) == [], style.name


def test_every_document_is_a_page(site: Path) -> None:
    pages = {path.stem for path in site.glob("*.html")}
    assert {path.stem for path in DOCS.glob("*.md")} - {"README"} <= pages
    assert {"index", "contributing", "security", "changelog"} <= pages


def test_a_block_of_code_stays_one_where_it_names_its_file(site: Path) -> None:
    text = (site / "authoring.html").read_text(encoding="utf-8")
    assert '<span class="filename">solutions/softmax/softmax.py</span>' in text
    assert "```" not in text


@pytest.mark.parametrize("text", ['<img src="//x.y/z">', "<script async src=https://x.y></script>"])
def test_a_request_to_another_host_is_seen(text: str) -> None:
    assert ASKED.findall(text)


def section(text: str, heading: str) -> str:
    """The text below a heading, up to the next one of its level or above."""
    level = heading.split(" ")[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no {heading!r}"
    return found[1]


COMMANDS = {name: of for group in cli.commands().values() for name, of in group.items()}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_argument_has_its_line(name: str) -> None:
    function, declared = COMMANDS[name]
    text = section(reference.command_line(), f"### autograder {name}")
    assert function.__doc__
    assert " ".join(function.__doc__.split())[:40].replace("_", r"\_") in text
    for names, options in declared:
        positional = options.get("metavar") or "{" + ",".join(options.get("choices", ())) + "}"
        called = names[-1] if names[-1].startswith("-") else positional
        (line,) = [each for each in text.splitlines() if re.match(rf"\| `{re.escape(called)}[` ]", each)]
        assert len(line.split("|")[-2].strip()) > 5, f"{called} is not explained"


def settings(kind: type, found: set[type]) -> set[type]:
    """This dataclass and those of its fields."""
    found.add(kind)
    for hint in typing.get_type_hints(kind).values():
        for each in (hint, *typing.get_args(hint)):
            if dataclasses.is_dataclass(each) and each not in found and each.__name__ != "Amount":
                settings(typing.cast(type, each), found)
    return found


@pytest.mark.parametrize("kind", sorted(settings(CourseSettings, set()), key=lambda kind: kind.__name__))
def test_every_key_of_course_yml_has_its_line_and_its_meaning(kind: type) -> None:
    text = section(reference.course_yml(), f"## {reference.SECTIONS[kind]}")
    for each in dataclasses.fields(kind):  # type: ignore[arg-type]  # dataclasses only
        (line,) = [line for line in text.splitlines() if line.startswith(f"| `{each.name}` |")]
        _, _, values, default, meaning, _ = line.split("|")
        assert values.strip()
        assert default.strip()
        assert meaning.strip(), f"{each.name} is not explained"


def test_a_key_s_values_and_default_are_those_of_the_settings() -> None:
    text = reference.course_yml()
    assert "| `per` | `day` or `hour` | `day` |" in text
    assert "| `check_s` | number, more than 0 | `10` |" in text
    assert "| `forbidden` | mapping from text to list: text | none |" in text
    assert "| `id` | text | **required** |" in text


@pytest.mark.parametrize("name", autograder.__all__)
def test_every_public_name_has_its_signature_and_words(name: str) -> None:
    _, code, words = section(reference.check_api(), f"### {name}").split("```")
    assert code.startswith(f"python\n{name}(")
    assert len(words.strip()) > 20


def test_a_signature_is_as_it_is_written() -> None:
    def f(x: dict[str, int], *rest: int, near: str = "a, b: c", far: float | None = None) -> list[int]: ...

    assert reference.signature("f", f) == (
        "f(\n    x: dict[str, int],\n    *rest: int,\n    near: str = 'a, b: c',\n"
        "    far: float | None = None,\n) -> list[int]"
    )


def test_a_docstring_is_read_as_prose_and_entries() -> None:
    text = """Do it, at x: not an entry.

    x, y: (N,) arrays, in *any* order. rtol: as in `close`; y: again.
    Raises: Failure if not.
    """
    assert reference.blocks(text, ["x", "y", "rtol"]) == [
        ((), "Do it, at x: not an entry."),
        (("x", "y"), "(N,) arrays, in *any* order."),
        (("rtol",), "as in `close`;"),
        (("y",), "again."),
        ((), "Raises: Failure if not."),
    ]
    assert reference.prose("`a_b` a_b <c> | *d*") == r"`a_b` a\_b \<c\> \| \*d\*"


# ---- what documents say about the code -------------------------------------------------------------------------------


def whole() -> Report:
    """A report that contains every key."""
    measured = Evidence()
    measured.number("accuracy", 0.5)
    measured.curve("loss", {"yours": [1.0, 0.5]}, x="epoch", y="nats")
    measured.images("read wrongly", [[[0.0, 1.0]]], ["7"])
    measured.matrix("confusion", [[1]], rows="digit", columns="predicted")
    compared = Compared("dw", (2,), (2,), (1,), 1.0, 2.0, 1, "factor")
    judged = check("failed", evidence=tuple(measured.figures), compared=compared)
    exercises = (ExerciseResult("adam", (judged,), digest="42ff"), by_hand("written_1", 5.0, None, "Because."))
    source = Source("adam.py", lines={"adam": 3})
    submitted = instant("2026-10-12 23:59:00+02:00")
    return report(exercises=exercises, notes=("A note.",), source=source, submitted=submitted)


def keys(value: object) -> set[str]:
    """All keys of a JSON value, except names that its author chose."""
    if isinstance(value, list):
        return {key for item in value for key in keys(item)}
    if not isinstance(value, dict):
        return set()
    named = {"versions", "lines", "cells", "series"}
    return {key for name, item in value.items() for key in {name, *(keys(item) if name not in named else ())}}


def test_the_page_of_formats_has_every_key_of_a_report() -> None:
    text = (DOCS / "formats.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", section(text, "## The report, schema v1")))
    written = keys(whole().to_dict())
    assert {"compared", "relation", "pixels", "digest", "manual", "submitted"} <= written
    assert written - told == set()


def test_the_report_on_the_page_of_formats_is_one() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", (DOCS / "formats.md").read_text(encoding="utf-8"), re.DOTALL)
    assert Report.from_dict(json.loads(example)).mistakes == ("adam_without_bias_correction",)


def test_the_page_of_ci_has_every_exit_code() -> None:
    told = re.findall(r"^\| (\d+) \|", (DOCS / "ci.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert list(map(int, told)) == [shell.GRADED, shell.BELOW, shell.USAGE, shell.STAFF, shell.INTERRUPTED]


@pytest.mark.parametrize("picture", sorted((DOCS / "pictures").glob("*")), ids=lambda path: path.name)
def test_a_picture_is_small_and_shown(picture: Path) -> None:
    assert picture.stat().st_size < 150_000
    assert any(f"pictures/{picture.name}" in path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
