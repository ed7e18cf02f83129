"""A wheel of this package as it is installed here, to be put beside work that is graded elsewhere.

Written from the installed files, so that it needs neither network nor the sources, and is the same bytes every time.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib import metadata

from autograder.errors import CourseError
from autograder.files import PACKAGE, zipped

_WHEEL = "Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_CPU_BUILDS = "https://download.pytorch.org/whl/cpu"


def extra_for(modules: Iterable[str]) -> tuple[str, str]:
    """What assignments that preload these modules add to the wheel's name, and where pip finds builds without CUDA.

    Two empty texts where the package alone will do.
    """
    needs_torch = any(module.partition(".")[0] == "torch" for module in modules)
    return ("[torch]", _CPU_BUILDS) if needs_torch else ("", "")


def build() -> tuple[str, bytes]:
    """(file name, contents). Raises: CourseError if the package was not installed but only found."""
    try:
        installed = metadata.distribution("autograder")
    except metadata.PackageNotFoundError as error:
        raise CourseError("the package `autograder` is not installed here; run `pip install` on it first") from error
    root = PACKAGE
    paths = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    files = {f"autograder/{path.relative_to(root).as_posix()}": path.read_bytes() for path in paths}
    info = f"autograder-{installed.version}.dist-info"
    about = installed.read_text("METADATA") or installed.read_text("PKG-INFO") or ""  # the second beside the sources
    files[f"{info}/METADATA"] = about.encode()
    files[f"{info}/entry_points.txt"] = (installed.read_text("entry_points.txt") or "").encode()
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in sorted(files.items()))
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return f"autograder-{installed.version}-py3-none-any.whl", zipped(files)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
