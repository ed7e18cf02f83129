"""How a template is started, and the message if it cannot be."""

import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.sandbox import backends, seccomp
from tests.sandbox.conftest import start, student


@pytest.fixture(autouse=True)
def _fresh():
    yield
    backends._bubblewrap.cache_clear()
    seccomp.program.cache_clear()


@pytest.fixture
def found(monkeypatch):
    """As if bubblewrap were installed and worked."""
    monkeypatch.setattr(backends, "_bubblewrap", lambda: "/usr/bin/bwrap")


def readable(arguments):
    return [arguments[i + 1] for i, word in enumerate(arguments) if word == "--ro-bind"]


def test_an_unknown_isolation_is_refused_with_the_choices():
    with pytest.raises(CourseError, match="unknown isolation 'docker'; choose bubblewrap or process"):
        backends.command("docker", 3, [])


def test_a_system_without_fork_is_told_what_to_do(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(CourseError, match="WSL"):
        backends.command("process", 3, [])


def test_a_missing_bubblewrap_is_told_how_to_install(monkeypatch):
    backends._bubblewrap.cache_clear()
    monkeypatch.setattr(backends.shutil, "which", lambda name: None)
    with pytest.raises(CourseError, match=r"apt install bubblewrap.*--isolation process"):
        backends.command("bubblewrap", 3, [])


@pytest.mark.parametrize(("said", "expected"), [("No permissions", "No permissions"), ("", "exit status 1")])
def test_a_bubblewrap_that_does_not_work_is_quoted(monkeypatch, tmp_path, said, expected):
    backends._bubblewrap.cache_clear()
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(CourseError, match=rf"does not work here: {expected}\..*--isolation process"):
        backends.command("bubblewrap", 3, [])


@pytest.mark.parametrize(("value", "advised"), [("1\n", True), ("0\n", False)])
def test_ubuntus_restriction_is_recognised(monkeypatch, tmp_path, value, advised):
    backends._bubblewrap.cache_clear()
    restriction = tmp_path / "restricted"
    restriction.write_text(value)
    monkeypatch.setattr(backends, "Path", lambda path: restriction)
    monkeypatch.setattr(backends.shutil, "which", lambda name: "/bin/false")
    with pytest.raises(CourseError) as caught:
        backends._bubblewrap()
    assert ("apparmor_parser" in str(caught.value)) is advised


@pytest.mark.parametrize("isolation", ["process", "bubblewrap"])
def test_with_a_gpu_a_submission_is_told_which_one_the_grader_has_chosen(monkeypatch, isolation):
    monkeypatch.setattr(backends, "_bubblewrap", lambda: "bwrap")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setenv("CUDA_HOME", "/opt/secret")
    arguments, environment = backends.command(isolation, 7, ["numpy"], gpu=True)
    said = [*arguments, *(word for item in environment.items() for word in item)]
    assert said[said.index("CUDA_VISIBLE_DEVICES") + 1] == "3"
    assert "CUDA_HOME" not in said
    arguments, environment = backends.command(isolation, 7, ["numpy"])
    assert "CUDA_VISIBLE_DEVICES" not in [*arguments, *environment]


def test_the_process_backend_runs_this_python_with_a_clean_environment(monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", "x" * 20)
    arguments, environment = backends.command("process", 7, ["numpy"])
    assert arguments[0] == sys.executable
    assert "main(7, ['numpy'])" in arguments[-1]
    assert "AUTOGRADER_SECRET" not in environment


def test_a_course_that_is_its_own_virtual_environment_is_not_shown(found, monkeypatch, tmp_path):
    """`python -m venv .` in the course's folder makes sys.prefix that folder."""
    for folder in ("bin", "lib", "solutions", ".autograder"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pyvenv.cfg").write_text("")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    shown = [path for path in readable(backends.command("bubblewrap", 3, [])[0]) if path.startswith(str(tmp_path))]
    assert sorted(shown) == [str(tmp_path / name) for name in ("bin", "lib", "pyvenv.cfg")]


def test_neither_all_of_usr_nor_home_nor_etc_is_shown(found):
    shown = readable(backends.command("bubblewrap", 3, [])[0])
    assert "/usr/lib" in shown
    assert not {"/", "/usr", "/etc", "/usr/local", "/usr/local/share", "/home", os.path.expanduser("~")} & set(shown)


@pytest.mark.parametrize(("root", "expected"), [(True, "--cap-drop"), (False, "--unshare-user")])
def test_root_drops_capabilities_and_others_make_a_user_namespace(found, monkeypatch, root, expected):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    arguments, _ = backends.command("bubblewrap", 3, [])
    assert [word for word in ("--cap-drop", "--unshare-user") if word in arguments] == [expected]
    assert {"--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--clearenv"} <= set(arguments)


@pytest.mark.parametrize(
    ("text", "sees"),
    [("include-system-site-packages = true\n", True), ("include-system-site-packages = false\n", False)],
)
def test_system_packages_are_searched_only_where_this_python_does(monkeypatch, tmp_path, text, sees):
    (tmp_path / "pyvenv.cfg").write_text(text)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert backends._sees_system_packages() is sees


def test_without_a_virtual_environment_system_packages_are_searched(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert backends._sees_system_packages()


def test_a_missing_seccomp_is_told_how_to_install(monkeypatch):
    seccomp.program.cache_clear()
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(CourseError, match="apt install libseccomp2"):
        seccomp.program()


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
def test_the_filter_is_whole_instructions_and_fits_the_kernel():
    program = seccomp.program()
    assert len(program) % 8 == 0
    assert 50 < len(program) // 8 < 4096


def test_the_child_side_imports_nothing_else_of_the_package():
    program = "import sys; sys.path.insert(0, sys.argv[1]); import child.template; print('autograder' in sys.modules)"
    folder = os.path.dirname(importlib.import_module("autograder.sandbox").__file__)
    command = [sys.executable, "-I", "-c", program, folder]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_both_backends_can_be_started_here():
    start("process").close()
    start("bubblewrap").close()


def test_what_is_installed_below_tmp_can_be_imported_in_the_sandbox(monkeypatch):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        site = Path(folder)
        site.chmod(0o755)
        (site / "of_the_course.py").write_text("ANSWER = 42\n")
        installed = backends._site_folders()
        monkeypatch.setattr(backends, "_site_folders", lambda: [*installed, folder])
        source = "import of_the_course\ndef f(): return of_the_course.ANSWER\n"
        with start("bubblewrap") as sandbox, student(sandbox, source) as one:
            assert one.f() == 42


def test_a_python_below_tmp_is_refused(found, monkeypatch):
    monkeypatch.setattr(sys, "base_prefix", "/tmp/python")
    with pytest.raises(CourseError, match="Python is installed in /tmp/python"):
        backends.command("bubblewrap", 3, [])
