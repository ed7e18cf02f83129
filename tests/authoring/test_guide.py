"""The steps of docs/authoring.md, followed from top to bottom in an empty folder, do what it says."""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograder
from tests.isolation import ISOLATION

DOCUMENT = Path(__file__).parents[2] / "docs" / "authoring.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(console: str) -> list[tuple[str, list[str]]]:
    """(command, lines that it should print) of each command of a block."""
    parts = re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]
    return [(command, said.splitlines()) for command, _, said in (part.partition("\n") for part in parts)]


def run(command: str, folder: Path) -> str:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode in (0, 1), done.stderr  # 1: an audit has findings
    return done.stdout


@pytest.mark.skipif(ISOLATION != "bubblewrap", reason="the audit needs bubblewrap")
def test_the_tutorial_works_from_top_to_bottom(tmp_path: Path) -> None:
    folder = tmp_path
    for language, file, text in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")):
        if file:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
            continue
        assert language == "console"
        for command, expected in steps(text):
            said = run(command, folder)
            for line in expected:
                pattern = line.replace("[", "[[]").replace("...", "*")
                assert any(fnmatch.fnmatch(each, pattern) for each in said.splitlines()), f"{command}: {line}\n{said}"
            if command.startswith("mkdir"):
                folder /= command.split()[1]


def test_the_tutorial_uses_every_name_that_authors_import() -> None:
    blocks = "\n".join(text for _, file, text in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")) if file)
    assert not [name for name in autograder.__all__ if not re.search(rf"\b{name}\b", blocks)]
