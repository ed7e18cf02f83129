"""What the documents and messages tell people to type is correct."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KINDS = (".md", ".py", ".jinja", ".yml", ".html", ".txt", ".toml", ".ipynb", ".sh")
PLACES = ("autograder", "assignments", "benchmarks", "docs", "examples", "solutions")
INSTALL = re.compile(r"\b(?:pip3?|pipx|uv|conda|mamba|poetry)\b[^\n]*?\b(?:install|add)\b([^\n]*)")
BARE = re.compile(r"(?<![\w./@-])(?:autograder|whichmistake)(?:\[[\w,]*\])?(?:[=<>~!]=?[\w.]+)?(?!\s*@|[\[\w./-])")


def told() -> Iterator[tuple[str, str]]:
    """(file, text) of every line; for Python files, also of strings, which may span several lines."""
    files = [path for path in ROOT.iterdir() if (path.is_file() and path.suffix in KINDS) or path.name == "Makefile"]
    for place in PLACES:
        files += [path for path in (ROOT / place).rglob("*") if path.suffix in KINDS and path.is_file()]
    for path in sorted(files):
        text = path.read_text(encoding="utf-8", errors="replace")
        yield str(path.relative_to(ROOT)), text
        if path.suffix == ".py" and "examples" not in path.parts:  # examples are students' work, which may not parse
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield str(path.relative_to(ROOT)), node.value


def bare_installs(text: str) -> list[str]:
    """Commands that install this package by a name, which may belong to somebody else on the public index."""
    return [match[0] for match in INSTALL.finditer(text) if BARE.search(match[1].split("#")[0])]


def test_no_document_and_no_message_installs_another_projects_package() -> None:
    texts = list(told())
    assert {"README.md", "docs/cluster.md", "autograder/cli/grader.py", "Makefile"} <= {file for file, _ in texts}
    assert [(file, found) for file, text in texts for found in bare_installs(text)] == []


@pytest.mark.parametrize(
    "command",
    [
        "pip install autograder",
        "pip install 'autograder[cluster]'",
        "python -m pip install --quiet autograder==0.1.0",
        "uv pip install jupyterlab autograder[notebook,torch]",
        "pipx install autograder",
        "uv add autograder",
        "pip install whichmistake",
        'pip install "whichmistake[notebook]>=0.1"',
    ],
)
def test_an_installation_by_name_is_seen(command: str) -> None:
    assert bare_installs(f"Type this: {command} (it takes a minute)")


@pytest.mark.parametrize(
    "command",
    [
        "pip install '.[notebook]'",
        "pip install ./whichmistake-0.1.0-py3-none-any.whl[notebook]",
        "pip install -e /opt/autograder",
        'pip install "whichmistake[torch] @ file:///autograder/source/x.whl"',
        "pip install -r requirements.txt   # then autograder check conv",
    ],
)
def test_an_installation_from_a_path_is_none(command: str) -> None:
    assert not bare_installs(command)


@pytest.mark.parametrize("word", ["apparmor_parser -r", "bwrap-userns-restrict"])
def test_the_readme_says_what_ubuntu_needs(word: str) -> None:
    assert word in (ROOT / "README.md").read_text()


LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub makes from a document's headings."""
    heads = HEADING.findall(re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda path: path.name)
def test_a_link_from_a_document_to_another_leads_there(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        target = (document.parent / file) if file else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_list_of_documents_has_them_all() -> None:
    listed = LINK.findall((ROOT / "docs" / "README.md").read_text(encoding="utf-8").split("\n## ")[0])
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages == {link for link in listed if "/" not in link}
