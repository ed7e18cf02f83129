"""What the documents about the course say about the twelve notebooks is true."""

from __future__ import annotations

import ast
import re
import runpy
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jupytext
import matplotlib
import matplotlib.pyplot
import pytest
import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
IDS = [each["id"] for each in yaml.safe_load((ROOT / "course.yml").read_text(encoding="utf-8"))["assignments"]]


@cache
def figures() -> dict[str, Any]:
    backend = matplotlib.get_backend()
    try:
        return runpy.run_path(str(DOCS / "figures.py"))
    finally:
        matplotlib.use(backend)


@cache
def course() -> dict[str, tuple[float, float, str, str]]:
    """For each assignment on the map: its position, its question, what it builds on."""
    try:
        return figures()["course"]()
    finally:
        matplotlib.pyplot.close("all")


@cache
def cells(assignment: str) -> list[Any]:
    return jupytext.read(ROOT / "solutions" / assignment / f"{assignment}.py").cells


def prose(assignment: str) -> str:
    return "\n\n".join(cell.source for cell in cells(assignment) if cell.cell_type == "markdown")


def rows(document: str) -> list[list[str]]:
    """The cells of all rows of all tables, without heads."""
    lines = (DOCS / document).read_text(encoding="utf-8").splitlines()
    tables = [line for line in lines if line.startswith("|")]
    heads = {tables[number - 1] for number, line in enumerate(tables) if set(line) <= set("|-: ")}
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in tables
        if line not in heads and not set(line) <= set("|-: ")
    ]


# ---- the map ---------------------------------------------------------------------------------------------------------


def texts(svg: str) -> list[str]:
    """The texts in a figure: matplotlib draws letters as paths, and writes the text into a comment."""
    return re.findall(r"<!-- (.*?) -->", svg)


@pytest.mark.parametrize("name", figures()["FIGURES"])
def test_a_figure_is_the_one_that_its_code_draws(name: str) -> None:
    kept, drawn = (DOCS / name).read_text(encoding="utf-8"), figures()["svg"](name)
    assert texts(kept) == texts(drawn)
    assert kept.count("<path") == drawn.count(
        "<path"
    )  # boxes, arrows, letters, which another version may place slightly differently


def test_the_map_shows_the_assignments_in_their_order() -> None:
    assert list(course()) == IDS


def test_what_builds_on_an_assignment_comes_after_it() -> None:
    for name, (*_, builds_on) in course().items():
        assert all(IDS.index(earlier) < IDS.index(name) for earlier in builds_on.split()), name


def minutes(assignment: str) -> int:
    """The sum of the last column of the table at the beginning of a notebook, which lists its parts."""
    (table,) = re.findall(r"^\| part \|.*\n\|[-| ]*\n((?:\|.*\n?)*)", prose(assignment), re.MULTILINE)[:1]
    return sum(int(line.rstrip("| \n").rsplit("|", 1)[1]) for line in table.splitlines())


def exercises(assignment: str) -> int:
    tags = [tag for cell in cells(assignment) for tag in cell.metadata.get("tags", [])]
    return sum(tag.startswith("exercise:") and not tag.startswith("exercise:q_") for tag in tags)


@pytest.fixture(scope="module")
def table() -> dict[str, list[str]]:
    return {row[1].strip("`"): row for row in rows("course.md") if row[0].isdigit()}


def test_the_page_has_the_assignments_in_their_order(table: dict[str, list[str]]) -> None:
    assert list(table) == IDS
    assert [int(row[0]) for row in table.values()] == list(range(1, len(IDS) + 1))


def test_the_page_says_of_what_builds_on_what_the_same_as_the_map(table: dict[str, list[str]]) -> None:
    shown = {name: re.findall(r"`(\w+)`", row[3]) for name, row in table.items()}
    assert shown == {name: builds_on.split() for name, (*_, builds_on) in course().items()}


def test_the_page_counts_exercises_and_hours_as_the_notebooks_do(table: dict[str, list[str]]) -> None:
    assert {name: int(row[4]) for name, row in table.items()} == {name: exercises(name) for name in IDS}
    for name, row in table.items():
        assert abs(60 * float(row[5]) - minutes(name)) <= 20, f"{name}: {minutes(name)} minutes"
    said = re.search(r"^(\d+) exercises in about (\d+) hours", (DOCS / "course.md").read_text(), re.MULTILINE)
    assert said is not None
    assert int(said[1]) == sum(map(exercises, IDS))
    assert abs(60 * int(said[2]) - sum(map(minutes, IDS))) <= 120
    assert f"twelve assignments, {said[1]} exercises" in (DOCS / "comparison.md").read_text(encoding="utf-8")


@cache
def taken(assignment: str) -> set[tuple[str, str]]:
    """(assignment, function) of everything that a notebook imports by `earlier`."""
    trees = [ast.parse(cell.source) for cell in cells(assignment) if cell.cell_type == "code"]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    brought = [call.args for call in calls if isinstance(call.func, ast.Name) and call.func.id == "earlier"]
    return {(ast.literal_eval(args[0]), ast.unparse(name)) for args in brought for name in args[1:]}


def test_what_a_notebook_takes_from_an_earlier_one_is_on_the_map() -> None:
    builds_on = {name: set(each[-1].split()) for name, each in course().items()}
    before: dict[str, set[str]] = {}
    for name in IDS:  # all predecessors, direct or indirect
        before[name] = builds_on[name].union(*(before[each] for each in builds_on[name]))
    missing = {name: {earlier for earlier, _ in taken(name)} - before[name] for name in IDS}
    assert {name: each for name, each in missing.items() if each} == {}


def test_the_page_lists_all_that_is_used_again() -> None:
    listed = [row for row in rows("course.md") if len(row) == 3 and row[2].strip("`") in IDS]
    said = {(row[0].strip("`"), row[2].strip("`"), name) for row in listed for name in re.findall(r"`(\w+)`", row[1])}
    assert said == {(name, *each) for name in IDS for each in taken(name)}
    assert said


# ---- comparison with others ------------------------------------------------------------------------------------------


def test_each_fact_of_the_comparison_has_its_source() -> None:
    text, sources = (DOCS / "comparison.md").read_text(encoding="utf-8").split("## Sources")
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", sources, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    cited: set[int] = set()
    for group in re.findall(r"\[([\d, –]+)\](?!\()", text):
        for part in group.split(","):
            first, _, last = part.partition("–")
            cited |= set(range(int(first), int(last or first) + 1))
    assert cited == set(numbers)


# ---- the glossary ----------------------------------------------------------------------------------------------------


@cache
def bold(assignment: str) -> list[tuple[str, str]]:
    """The bold texts in a notebook's prose, in order, each with the heading of its part or section. Headings count as
    bold. Names of exercises are left out.
    """
    found, heading, inside = [], "", ""
    markdown = MarkdownIt("commonmark").enable("table")
    for cell in cells(assignment):
        if cell.cell_type != "markdown":
            continue
        for before, token in pairwise(markdown.parse(cell.source)):
            if before.type == "heading_open" and before.tag in ("h1", "h2", "h3") and "Exercise" not in token.content:
                heading = token.content
                found.append((heading, HEADING + heading))
            strong = False
            for child in token.children or []:
                if child.type == "strong_open":
                    strong, inside = True, ""
                elif child.type == "strong_close":
                    strong = False
                    found.append((heading, inside))
                elif strong:
                    inside += " " if child.type == "softbreak" else child.content
    return [(place, text) for place, text in found if not text.startswith("Exercise")]


HEADING = "# "


def singular(text: str) -> list[str]:
    """The words of a text, in lower case and singular."""
    words = re.findall(r"[\w×]+", text.lower().replace("’", "'").replace("'s", ""))
    return [re.sub(r"(?<=[^s])s$|(?<=ss)es$|(?<=x)es$", "", re.sub(r"ies$", "y", word)) for word in words]


def names(text: str, term: str) -> bool:
    """Whether a bold text contains the words of the term in sequence. A heading must have no other words, except its
    number, and text after a colon.
    """
    words, sought = singular(text), singular(term)
    if text.startswith(HEADING):
        return singular(re.sub(r"^# (\d+\.? )?|:.*", "", text)) == sought
    return any(words[start : start + len(sought)] == sought for start in range(len(words)))


GLOSSARY = rows("glossary.md")


@pytest.mark.parametrize(
    "text", ["Jacobian", "the jacobians", "# Jacobian", "# 3. Jacobians: too large", "it's a Jacobian's"]
)
def test_case_and_plural_do_not_matter(text: str) -> None:
    assert names(text, "Jacobian")
    assert [names("three losses, four boxes", term) for term in ("loss", "box", "four losses")] == [True, True, False]


@pytest.mark.parametrize("text", ["connected", "connected fully", "# Fully connected layers", "fully connectedness"])
def test_a_term_is_all_of_its_words_in_their_order(text: str) -> None:
    assert not names(text, "fully connected")


def test_the_glossary_is_sorted_and_has_no_term_twice() -> None:
    terms = [row[0].casefold() for row in GLOSSARY]
    assert terms == sorted(terms)
    assert len(terms) == len(set(terms)) >= 120
    assert {len(row) for row in GLOSSARY} == {4}
    assert all(re.search("[\uac00-\ud7a3]", row[1]) or row[1] == row[0] for row in GLOSSARY)  # Korean, or unchanged
    assert f"\n{len(GLOSSARY)} words of" in (DOCS / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("term", "where"), [(row[0], row[3]) for row in GLOSSARY], ids=[row[0] for row in GLOSSARY])
def test_a_term_stands_in_bold_where_the_glossary_says(term: str, where: str) -> None:
    assignment, heading = re.fullmatch(r"`(\w+)`: (.+)", where).groups()  # type: ignore[union-attr]
    places = [place for place, text in bold(assignment) if names(text, term)]
    assert places, f"{term} is never in bold in {assignment}"
    assert heading == places[0], f"write: `{assignment}`: {places[0]}"
