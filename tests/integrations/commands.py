"""Runs commands in a fork of a process that has already imported nbgrader, which takes seconds."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from importlib.metadata import entry_points
from pathlib import Path

_START = multiprocessing.get_context("forkserver")
_START.set_forkserver_preload(
    ["tests.imports", "nbgrader.apps.nbgraderapp", "autograder.cli", "autograder.integrations.nbgrader"]
)
_PATIENCE_S = 300


def run(home: Path, *words: str, code: int = 0) -> str:
    """Run a command as an instructor would in this folder; returns all of its output."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON", "COV"))}
    env |= {"HOME": str(home / ".home"), "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
    with tempfile.NamedTemporaryFile() as said:
        process = _START.Process(target=_command, args=(words, home, env, said.name))
        process.start()
        process.join(_PATIENCE_S)
        process.kill()  # no effect if it has ended
        process.join()
        text = Path(said.name).read_text(errors="replace")
    assert process.exitcode == code, text
    return text


def _command(words: tuple[str, ...], home: Path, env: dict[str, str], said: str) -> None:
    descriptor = os.open(said, os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.chdir(home)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = list(words)
    sys.path[:] = [path for path in sys.path if path and Path(path) != home]
    (script,) = entry_points(group="console_scripts", name=words[0])
    sys.exit(script.load()())
