"""The author's page shows which check catches which mistake, what it costs, and what correct work earns."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.course import Course
from autograder.proofs.audit import Audit, audit
from autograder.proofs.author_page import author_page
from tests import tiny


@pytest.fixture(scope="module")
def sound(course: Course, isolation: str) -> Audit:
    return audit(course, "tiny", isolation)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<body")[2]))


def row(page: str, mistake: str) -> list[str]:
    """The cells of a mistake's row."""
    (found,) = re.findall(rf"{mistake}</th>(.*?)</tr>", page, re.DOTALL)
    return [re.sub(r"<[^>]*>|\s", "", cell) for cell in re.findall(r"<td.*?</td>", found, re.DOTALL)]


@pytest.fixture(scope="module")
def page(course: Course, sound: Audit) -> str:
    return author_page(course, sound)


def test_a_mistake_has_a_mark_under_each_check_that_catches_it(page: str) -> None:
    assert row(page, "sample variance") == ["●caught", "●caught", "✓", "✓", "50"]


def test_what_only_hidden_checks_name_is_not_named_at_home(page: str) -> None:
    assert row(page, "forgets what was") == ["", "●caught", "✓", "–", "15"]


def test_the_head_says_what_the_audit_says(page: str) -> None:
    text = text_of(page)
    assert "tiny ok the reference 100 of 100" in text
    assert "checks, public of all 4 of 7" in text
    assert "mistakes named as themselves 9 of 9" in text


def test_a_mistake_that_passes_every_check_opens_its_exercise(course: Course, sound: Audit) -> None:
    first, *others = sound.mistakes
    missed = replace(first, caught_by=(), named_as=())
    page = author_page(course, replace(sound, mistakes=(missed, *others)))
    assert "sample variance in standardize: passes every check" in text_of(page)
    assert re.search(r'<details class="exercise" open>\s*<summary>.*?standardize', page)


def test_right_work_of_somebody_else_is_graded_where_there_is_some(own_course: Course, sound: Audit) -> None:
    assert "There is none in tests/alternatives/tiny/" in text_of(author_page(own_course, sound))
    folder = own_course.root / "tests" / "alternatives" / "tiny"
    folder.mkdir(parents=True)
    (folder / "otherwise.py").write_text(tiny.SOLVED)
    (folder / "stubborn.py").write_text(tiny.swapped(descent="def descent(gradient, x, steps, rate=0.1): return x"))
    text = text_of(author_page(own_course, sound))
    assert "otherwise 100 / 100" in text
    assert "stubborn 75 / 100 Two steps are two steps." in text


def test_the_command_writes_a_page_for_each(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], isolation: str
) -> None:
    from autograder.cli.author import audit as command

    monkeypatch.chdir(course.root)
    monkeypatch.setattr("autograder.proofs.audit.audit", lambda *_, **__: audit(course, "tiny", isolation))
    assert command(["tiny"], False, 3, False, tmp_path / "pages") == 0
    assert "tiny.html" in capsys.readouterr().err
    assert "<h1>tiny</h1>" in (tmp_path / "pages" / "tiny.html").read_text()
