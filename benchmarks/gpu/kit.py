"""The packages that `make gpu` needs on a machine without a network: a folder of wheels, made here, installed there.

    python -m benchmarks.gpu.kit        # makes build/gpu-kit; uses the package index

torch, numpy and what usually comes with them on a machine for deep learning are used there as they are, in any version,
and are not in the kit. Next to the wheels is a requirements file with their digests, which pip verifies.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from autograder.errors import CourseError

ROOT = Path(__file__).parent.parent.parent
KIT = ROOT / "build" / "gpu-kit"
SITE = ROOT / "build" / "gpu-site"
LIST = "requirements.txt"
PYTHON = "3.12"  # the Python version of the GPU machine
PLATFORMS = [f"manylinux{old}_x86_64" for old in ("_2_28", "_2_17", "2014", "2010", "1")]
THERE = frozenset({"matplotlib", "numpy", "scikit-learn", "scipy"})
LARGEST_MIB = 60


def wanted(pyproject: Path = ROOT / "pyproject.toml") -> list[str]:
    """The project's dependencies that the machine may lack, as requirements."""
    dependencies = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["dependencies"]
    return [each for each in dependencies if _name(each) not in THERE]


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def listed(folder: Path) -> str:
    """The wheels of a folder as lines of a requirements file: name, version and SHA-256 of each."""
    lines = [f"# For Python {PYTHON} on Linux, x86_64."]
    for wheel in sorted(folder.glob("*.whl")):
        name, version, *_ = wheel.name.split("-")
        lines.append(f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
    return "\n".join(lines) + "\n"


def size(kit: Path = KIT) -> int:
    """The number of packages in a kit."""
    return (kit / LIST).read_text().count("==")


def make(folder: Path = KIT) -> None:
    """Fill the folder. Raises: CourseError if pip does not find all packages, or the result is too large to carry."""
    shutil.rmtree(folder, ignore_errors=True)
    options = ["--only-binary=:all:", "--implementation", "cp", "--python-version", PYTHON]
    options += [f"--platform={platform}" for platform in PLATFORMS]
    _pip("download", *options, "--dest", str(folder), *wanted())
    (folder / LIST).write_text(listed(folder))
    mib = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
    if mib > LARGEST_MIB:
        raise CourseError(f"{folder} has {mib:.0f} MiB, and {LARGEST_MIB} is the most; what needs so much there?")


def install(kit: Path = KIT, site: Path = SITE) -> None:
    """Install the kit into `site`, a folder for PYTHONPATH, unless it is installed already.

    Raises: CourseError, which says what to do, if there is no kit, if it is for another Python, if Python lacks
    packages that the kit does not contain, or if a wheel is not as listed.
    """
    if not (kit / LIST).is_file():
        raise CourseError(
            f"There is no kit in {kit}: run `make gpu-kit` on a machine with a network, and copy that folder to here."
        )
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here != PYTHON:
        raise CourseError(
            f"The kit is for Python {PYTHON}, and this is {here}: make gpu PYTHON=/path/to/python{PYTHON}, with torch."
        )
    lacking = sorted(THERE - {_name(str(each.metadata["Name"])) for each in metadata.distributions()})
    if lacking:
        raise CourseError(
            f"{sys.executable} has no {', '.join(lacking)}, and the kit has none either: make gpu "
            f"PYTHON=/path/to/python{PYTHON}, the one that has torch."
        )
    done, asked = site / LIST, (kit / LIST).read_text()
    if done.is_file() and done.read_text() == asked:
        return
    shutil.rmtree(site, ignore_errors=True)
    _pip(
        "install", "--no-index", "--find-links", str(kit), "--require-hashes", "--requirement", str(kit / LIST),
        "--target", str(site),
    )  # fmt: skip
    done.write_text(asked)


def _pip(command: str, *options: str) -> None:
    """Raises: CourseError with pip's last message."""
    program = [sys.executable, "-m", "pip", command, "--quiet", "--disable-pip-version-check", *options]
    done = subprocess.run(program, capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "WARNING" not in line]
        raise CourseError(f"pip {command} failed: " + "\n".join(errors[-3:]))


if __name__ == "__main__":
    try:
        make()
    except CourseError as error:
        sys.exit(str(error))
    print((KIT / LIST).read_text() + f"in {KIT}: copy this folder, with the repository, to the machine with the GPU")
