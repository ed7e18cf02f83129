"""What holds the package together: which module may import which, what starts fast, what is not shipped."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
from autograder.checks import collect, collect_mistakes
from autograder.course import Course
from autograder.leaks import Secret, distinctive_lines, leaks
from tests import tiny

ROOT = Path(autograder.__file__).parent
REPOSITORY = ROOT.parent
CHILD = ROOT / "sandbox" / "child"

# Lowest first: a module imports from lines above its own only. "" is autograder/__init__.py; a folder is one unit, but
# for the child side of the sandbox and for nbgrader's parts, which are of their own.
TIERS: list[set[str]] = [
    {"errors", "text", "explain", "fonts", "instants", "settings", "sandbox.child"},
    {"arguments", "files", "cells", "leaks", "mutants", "evidence", "gpu", "processes", "schema", "wheel"},
    {"course_file", "datasets"},
    {"course", "report", "magics", "release", "rules", "stubs"},
    {"policy"},
    {
        "submission",
        "hand_ins",
        "extract",
        "skeleton",
        "namespace",
        "sandbox",
        "status",
        "terminal",
        "pages",
        "integrations",
        "classroom",
    },
    {"compare", "profiling", "gradebook", "timestamps"},
    {"checks", "training"},
    {"answers", ""},
    {"diagnose"},
    {"judge"},
    {"student"},
    {"grade", "kernel", "author"},
    {"pool", "audit", "mutate", "notebook", "plugin", "attack"},
    {"integrations.nbgrader", "cluster"},
    {"cli"},
]
TIER = {unit: number for number, units in enumerate(TIERS) for unit in units}

# Who else than cli/ may print or exit, and why.
PRINTS = {
    "notebook.py": "shows a student's results under the cell that asked for them",
}
LONGEST_MODULE_LINES = 350
HEAVY = {"jupyter", "jupyter_core", "jupyter_client", "notebook", "nbformat", "jupytext", "nbgrader", "nbconvert",
         "torch", "matplotlib", "dask", "distributed", "IPython", "scipy", "sklearn"}  # fmt: skip
PUBLIC_NAMES = {"CourseError", "Failure", "answered", "check", "close", "equal", "expect", "mistake",
                "numerical_gradient", "previous", "raises", "unmodified"}  # fmt: skip


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def dotted(path: Path) -> str:
    """sandbox/child/wire.py -> sandbox.child.wire; __init__.py is its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def unit(name: str) -> str:
    inner = ("sandbox.child", "integrations.nbgrader")
    return next((each for each in inner if name.startswith(each)), name.split(".")[0])


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module of the package) of every import of the package in this file, at whatever depth."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = ("autograder." + package).rstrip(".").split(".")
                base = ".".join([*above[: len(above) - node.level + 1], *([base] if base else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] != "autograder":
                continue
            while len(parts) > 1 and not (ROOT.joinpath(*parts[1:]).is_dir() or _file(parts).is_file()):
                parts.pop()
            assert isinstance(node, ast.Import | ast.ImportFrom)
            yield node.lineno, ".".join(parts[1:])


def _file(parts: list[str]) -> Path:
    return ROOT.joinpath(*parts[1:]).with_suffix(".py") if len(parts) > 1 else ROOT / "__init__.py"


def test_every_module_has_its_place_in_the_tiers() -> None:
    assert {unit(dotted(path)) for path in modules()} == set(TIER)


@pytest.mark.parametrize("path", modules(), ids=lambda path: dotted(path) or "__init__")
def test_a_module_imports_from_lower_tiers_only(path: Path) -> None:
    own = unit(dotted(path))
    wrong = [
        f"{path.relative_to(REPOSITORY)}:{line} imports {name or 'autograder'}"
        for line, name in imported(path)
        if unit(name) != own and TIER[unit(name)] >= TIER[own]
    ]
    assert not wrong


@pytest.mark.parametrize("path", sorted(CHILD.glob("*.py")), ids=lambda path: path.stem)
def test_the_child_side_imports_nothing_of_the_package_but_its_own_folder(path: Path) -> None:
    assert {unit(name) for _, name in imported(path)} <= {"sandbox.child"}
    absolute = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("autograder"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("autograder") for alias in node.names))
    ]
    assert not absolute  # inside the sandbox there is no package of this name


def test_the_reader_of_imports_sees_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = CHILD / "wire.py"
    text = (
        "import autograder.cli\nfrom autograder import grade, check\nfrom autograder.report import Report\n"
        "def f():\n    from ..session import Sandbox\n    from . import loader\n    from ... import pool\n"
    )
    monkeypatch.setattr(Path, "read_text", lambda *args, **options: text)
    assert [name for _, name in imported(path)] == [
        "cli", "grade", "", "report", "sandbox.session", "sandbox.child.loader", "pool"
    ]  # fmt: skip


def test_the_public_names_are_these() -> None:
    assert set(autograder.__all__) == PUBLIC_NAMES
    assert len(autograder.__all__) == len(PUBLIC_NAMES) <= 12
    assert all(getattr(autograder, name).__doc__ for name in PUBLIC_NAMES)
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        autograder.nonsense  # noqa: B018


def test_only_the_command_line_prints_or_exits() -> None:
    found: dict[str, list[int]] = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if said in ("print", "exit", "quit", "sys.exit", "SystemExit", "sys.stdout.write"):
                found.setdefault(str(path.relative_to(ROOT)), []).append(node.lineno)  # type: ignore[attr-defined]
    assert {name.partition("/")[0] for name in found} == {"cli", *PRINTS}, found


@pytest.mark.parametrize("path", modules(), ids=lambda path: dotted(path) or "__init__")
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE_LINES


# ---- what is loaded -------------------------------------------------------------------------------------------------

REPORT = "; import sys; sys.stderr.write('LOADED ' + ' '.join(sorted({m.split('.')[0] for m in sys.modules})))"


def loaded(code: str, cwd: Path) -> set[str]:
    """The top-level modules in a fresh interpreter after this code."""
    done = subprocess.run([sys.executable, "-c", code + REPORT], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert "LOADED " in done.stderr, done.stderr
    return set(done.stderr.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("module", ["", ".cli", ".grade", ".notebook", ".datasets", ".training"])
def test_importing_it_loads_nothing_heavy(module: str, tmp_path: Path) -> None:
    assert not loaded(f"import autograder{module}", tmp_path) & HEAVY


def test_checking_a_numpy_assignment_loads_nothing_heavy(own_course: Course) -> None:
    release = own_course.release_dir("tiny")
    (release / "tiny.py").write_text(tiny.in_script(release, tiny.parts()))
    code = "import sys, contextlib; sys.argv = ['autograder', 'check', 'tiny']\nfrom autograder.cli import main\n"
    names = loaded(code + "with contextlib.suppress(SystemExit): main()\npass", own_course.root)
    assert "autograder" in names
    assert not names & HEAVY


# ---- what is shipped ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """File name -> text of everything in a wheel that is built from a copy of the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "repository"
    unneeded = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "demo", "examples", "shared")
    shutil.copytree(REPOSITORY, copy, ignore=unneeded)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(folder), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_the_wheel_is_the_package_and_nothing_else(wheel: dict[str, str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"autograder"}
    packed = {name.removeprefix("autograder/") for name in wheel if name.startswith("autograder/")}
    files = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.suffix in (".py", ".html", ".css", ".jinja", ".typed")
    }
    assert packed == files


def test_the_wheel_holds_no_solution_hidden_check_or_mistake(wheel: dict[str, str]) -> None:
    secrets: dict[str, str] = {}
    for folder in sorted((REPOSITORY / "solutions").iterdir()):
        if not (folder / "checks.py").is_file():
            continue
        for check in collect(folder / "checks.py"):
            if not check.public:
                secrets |= {check.name: "a hidden check", check.title: "a hidden check's title"}
        secrets |= {mistake.says: "a mistake" for mistake in collect_mistakes(folder / "mistakes.py")}
        text = (folder / f"{folder.name}.py").read_text(encoding="utf-8")
        for region in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", text, re.DOTALL):
            lines = distinctive_lines(region)
            for name, packed in wheel.items():
                found = leaks({name: packed}, [Secret(line, f"a solution of {folder.name}") for line in lines])
                assert len(found) <= 1 < len(lines) or not found  # one line of several may be an idiom
    assert len(secrets) > 100  # there is something to look for
    assert not leaks(wheel, [Secret(text, origin) for text, origin in secrets.items()])
