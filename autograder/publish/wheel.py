"""Builds a wheel of this package as it is installed here, to accompany work that is checked elsewhere.

It is written from the installed files, so it needs neither a network nor the sources, and has the same bytes every
time. It is named after the distribution in pyproject.toml, not `autograder`, which is another project on the public
index. A name that is still free there could be taken, so people install this file by its path.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib import metadata

from autograder.errors import CourseError
from autograder.files import PACKAGE, zipped
from autograder.text import CPU_BUILDS

_WHEEL = "Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def extra_for(modules: Iterable[str]) -> tuple[str, str]:
    """What assignments that preload these modules add to the wheel's name, and the index with builds without CUDA.

    Two empty strings if the package alone is enough.
    """
    needs_torch = any(module.partition(".")[0] == "torch" for module in modules)
    return ("[torch]", CPU_BUILDS) if needs_torch else ("", "")


def name_in(file: str) -> str:
    """The distribution's name in the wheel's file name."""
    return file.partition("-")[0]


def build() -> tuple[str, bytes]:
    """(file name, content). Raises: CourseError if the package is importable, but not installed."""
    installed = _distribution()
    root = PACKAGE
    paths = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    files = {f"autograder/{path.relative_to(root).as_posix()}": path.read_bytes() for path in paths}
    called = f"{installed.name.replace('-', '_')}-{installed.version}"
    info = f"{called}.dist-info"
    about = installed.read_text("METADATA") or installed.read_text("PKG-INFO") or ""  # the latter is next to sources
    files[f"{info}/METADATA"] = about.encode()
    files[f"{info}/entry_points.txt"] = (installed.read_text("entry_points.txt") or "").encode()
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in sorted(files.items()))
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return f"{called}-py3-none-any.whl", zipped(files)


def _distribution() -> metadata.Distribution:
    """The distribution that installed our command, whatever its name."""
    for command in metadata.entry_points(group="console_scripts", name="autograder"):
        if command.module == "autograder.cli" and command.dist is not None:
            return command.dist
    raise CourseError("the package `autograder` is not installed here; run `pip install` in its folder first")


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
