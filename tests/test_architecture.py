"""The package's architecture: which module may import which, what starts fast, what is not shipped."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import autograder
from autograder.authoring.leaks import Secret, distinctive_lines, leaks
from autograder.checking.declare import collect, collect_mistakes
from autograder.course.course import Course
from tests import house, tiny

ROOT = Path(autograder.__file__).parent
REPOSITORY = ROOT.parent
CHILD = ROOT / "sandbox" / "child"

ORDER = house.in_order((REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8"))
STOREY = {room: number for number, rooms in enumerate(ORDER) for room in rooms}
GRAPH = house.imports()

# What else than cli/ may print or exit, and why.
PRINTS = {
    "notebook": "shows a student's results under the cell that asked for them",
}
HEAVY = {"jupyter", "jupyter_core", "jupyter_client", "notebook", "nbformat", "jupytext", "nbgrader", "nbconvert",
         "torch", "matplotlib", "dask", "distributed", "IPython", "scipy", "sklearn"}  # fmt: skip
PUBLIC_NAMES = {"CourseError", "Failure", "Raised", "check", "close", "equal", "expect",
                "mistake", "numerical_gradient", "parts", "previous", "question", "raises", "slip",
                "stand_in", "unmodified"}  # fmt: skip


def folders() -> list[str]:
    """The rooms that are folders."""
    return [room for room in STOREY if room and house.PACKAGE.joinpath(*room.split(".")).is_dir()]


def test_every_room_has_its_place_in_the_table() -> None:
    assert sorted(STOREY) == sorted(house.between_rooms(GRAPH))


@pytest.mark.parametrize("path", house.modules().values(), ids=lambda path: house.dotted(path) or "__init__")
def test_a_module_imports_from_rooms_below_its_own_only(path: Path) -> None:
    own = house.room(house.dotted(path))
    wrong = [
        f"{path.relative_to(REPOSITORY)}:{line} imports {name or 'autograder'}"
        for line, name in house.imported(path)
        if house.room(name) != own and STOREY[house.room(name)] > STOREY[own]
    ]
    assert not wrong


def test_there_is_no_circle_between_rooms() -> None:
    assert not house.circle(house.between_rooms(GRAPH))


@pytest.mark.parametrize("room", folders())
def test_there_is_no_circle_inside_a_room(room: str) -> None:
    assert not house.circle(house.inside(GRAPH, room))


@pytest.mark.parametrize("room", folders())
def test_a_room_says_which_of_its_modules_others_may_use(room: str) -> None:
    face = importlib.import_module(f"autograder.{room}")
    shown = {name for name in getattr(face, "__all__", ()) if f"{room}.{name}" in GRAPH}
    assert shown == house.doors(GRAPH, room)


def test_a_circle_is_seen() -> None:
    assert house.circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert not house.circle({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"a"}})


@pytest.mark.parametrize("path", sorted(CHILD.glob("*.py")), ids=lambda path: path.stem)
def test_the_child_side_imports_nothing_of_the_package_but_its_own_folder(path: Path) -> None:
    assert {house.room(name) for _, name in house.imported(path)} <= {"sandbox.child"}
    absolute = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("autograder"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("autograder") for alias in node.names))
    ]
    assert not absolute  # inside the sandbox, there is no package of this name


def test_the_reader_of_imports_sees_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = CHILD / "wire.py"
    text = (
        "import autograder.cli\nfrom autograder import gpu, check\nfrom autograder.report.report import Report\n"
        "def f():\n    from ..session import Sandbox\n    from . import loader\n    from ... import files\n"
    )
    monkeypatch.setattr(Path, "read_text", lambda *args, **options: text)
    assert [name for _, name in house.imported(path)] == [
        "cli", "gpu", "", "report.report", "sandbox.session", "sandbox.child.loader", "files"
    ]  # fmt: skip


def test_the_public_names_are_these() -> None:
    assert set(autograder.__all__) == PUBLIC_NAMES
    assert len(autograder.__all__) == len(PUBLIC_NAMES)
    assert all(getattr(autograder, name).__doc__ for name in PUBLIC_NAMES)
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        autograder.nonsense  # noqa: B018


def test_only_the_command_line_prints_or_exits() -> None:
    found: dict[str, list[int]] = {}
    for path in house.modules().values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if said in ("print", "exit", "quit", "sys.exit", "SystemExit", "sys.stdout.write"):
                found.setdefault(str(path.relative_to(ROOT)), []).append(node.lineno)  # type: ignore[attr-defined]
    assert {name.partition("/")[0] for name in found} == {"cli", *PRINTS}, found


# ---- what is loaded -------------------------------------------------------------------------------------------------

REPORT = "; import sys; sys.stderr.write('LOADED ' + ' '.join(sorted({m.split('.')[0] for m in sys.modules})))"


def loaded(code: str, cwd: Path) -> set[str]:
    """The top-level modules in a new interpreter after this code."""
    done = subprocess.run([sys.executable, "-c", code + REPORT], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert "LOADED " in done.stderr, done.stderr
    return set(done.stderr.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("module", ["", ".cli", ".grading.grader", ".notebook", ".datasets", ".training"])
def test_importing_it_loads_nothing_heavy(module: str, tmp_path: Path) -> None:
    assert not loaded(f"import autograder{module}", tmp_path) & HEAVY


def test_what_reads_submissions_starts_without_numpy(tmp_path: Path) -> None:
    assert "numpy" not in loaded("import autograder.submission.reading_process", tmp_path)


def test_checking_a_numpy_assignment_loads_nothing_heavy(own_course: Course) -> None:
    release = own_course.release_dir("tiny")
    (release / "tiny.py").write_text(tiny.in_script(release, tiny.parts()))
    code = "import sys, contextlib; sys.argv = ['autograder', 'check', 'tiny']\nfrom autograder.cli import main\n"
    names = loaded(code + "with contextlib.suppress(SystemExit): main()\npass", own_course.root)
    assert "autograder" in names
    assert not names & HEAVY


def test_reading_an_authors_script_builds_no_grammar_of_web_addresses(own_course: Course) -> None:
    script = str(own_course.solutions_dir("tiny") / "tiny.py")
    code = f"import pathlib\nfrom autograder.authoring.script import read_script\nread_script(pathlib.Path({script!r}))"
    names = loaded(code, own_course.root)
    assert "nbformat" in names
    assert not names & {"rfc3987_syntax", "lark"}


# ---- what is shipped ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """File name -> text of everything in a wheel built from a copy of the repository."""
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
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"autograder", "whichmistake"}
    packed = {name.removeprefix("autograder/") for name in wheel if name.startswith("autograder/")}
    files = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.suffix in (".py", ".html", ".css", ".js", ".jinja", ".typed")
    }
    assert packed == files


@pytest.mark.torch  # it reads the checks of every assignment
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
                assert len(found) <= 1 < len(lines) or not found  # a single line of several may be an idiom
    assert len(secrets) > 100  # there is something to search for
    assert not leaks(wheel, [Secret(text, origin) for text, origin in secrets.items()])
