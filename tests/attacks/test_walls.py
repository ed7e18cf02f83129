"""If a wall of the sandbox is removed on purpose, the attacks on it are seen to succeed."""

import json
import pickle
import re
import shutil
import subprocess
import sys

import pytest

from autograder import tables, text
from autograder.proofs.attack import jail, trial
from autograder.proofs.attack.trial import Trial
from autograder.sandbox import backends, connection, seccomp, session
from autograder.submission import cells, reading_process
from autograder.views import pages
from tests.attacks import ATTACKS, HERE, walls


def harms(name, isolation=backends.BUBBLEWRAP):
    """What it does, with little tolerance for a late limit, since a busy machine gives an attack little time."""
    with Trial(isolation) as one, pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "_SLACK_MIB", 48)
        return one.verdict(ATTACKS[name]).harms


def does(name, *wanted, let_loose=harms):
    """Whether it does all of this harm in one of three tries; on a busy machine, it may be ended before."""
    return any(
        all(any(harm in each for each in found) for harm in wanted) for found in (let_loose(name) for _ in range(3))
    )


def child_with(monkeypatch, folder, module, *replaced):
    """The child side of the sandbox with a piece of its code replaced."""
    shutil.copytree(backends.CHILD, folder / "child", ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "child" / module
    code = path.read_text()
    for old, new in replaced:
        assert old in code
        code = code.replace(old, new)
    path.write_text(code)
    monkeypatch.setattr(backends, "CHILD", folder / "child")


@walls
def test_without_a_network_namespace_services_of_the_machine_are_reached(monkeypatch, tmp_path):
    child_with(monkeypatch, tmp_path, "confine.py", (" | CLONE_NEWNET", ""))
    command = backends.command

    def open_network(*args, **options):
        words, environment = command(*args, **options)
        return [word for word in words if word != "--unshare-net"], environment

    monkeypatch.setattr(backends, "command", open_network)
    monkeypatch.setattr(seccomp, "program", lambda **_: b"")  # the filter would refuse network sockets
    wanted = "it got a service on the loopback out", "it reached a service on the loopback"
    assert does("network_loopback", *wanted)


@walls
def test_without_a_limit_on_processes_a_fork_bomb_has_more_than_it_may(monkeypatch, tmp_path):
    child_with(monkeypatch, tmp_path, "confine.py", ('limits["RLIMIT_NPROC"] = processes', "pass"))
    assert does("resource_fork_bomb", "processes at a time, of 32 allowed")


@walls
def test_without_a_limit_on_memory_an_attack_has_more_than_it_may(monkeypatch, tmp_path):
    child_with(monkeypatch, tmp_path, "confine.py", ('limits["RLIMIT_AS"] = address_space', "pass"))
    path, watch = backends.CHILD / "supervisor.py", 'self._memory_mib() > self.settings["memory_mib"]'
    assert watch in path.read_text()
    path.write_text(path.read_text().replace(watch, "False"))
    assert does("resource_memory", "of memory, of 256 MiB allowed")


@walls
def test_without_a_count_of_sockets_the_kernel_s_memory_is_taken(monkeypatch, tmp_path):
    child_with(monkeypatch, tmp_path, "census.py", ("self._sockets() * SOCKET_MIB", "0"))
    assert does("resource_sockets", "of memory, of 256 MiB allowed")


@walls
def test_without_a_look_at_threads_memory_of_processes_without_a_first_one_is_not_counted(monkeypatch, tmp_path):
    child_with(monkeypatch, tmp_path, "census.py", ('if b"RssAnon" not in fields:', "if False:"))
    assert does("resource_first_thread_ends", "of memory, of 256 MiB allowed")


@walls
@pytest.mark.parametrize("name", ["resource_memory_files", "resource_pages_in_pipes", "resource_memory_let_go"])
def test_without_the_system_call_filter_memory_is_taken_that_no_limit_counts(monkeypatch, name):
    monkeypatch.setattr(seccomp, "program", lambda **_: b"")
    assert does(name, "of memory, of 256 MiB allowed")


@walls
def test_without_the_system_call_filter_counters_of_the_machine_are_used_up_and_its_files_watched(monkeypatch):
    monkeypatch.setattr(seccomp, "program", lambda **_: b"")
    wanted = ("asynchronous requests, of which the machine has so many", "inotify", "a lock on a file")
    assert does("kernel_shared_counters", *(f"it had {what} of the kernel's" for what in wanted))


@walls
@pytest.mark.torch
def test_a_grader_that_takes_arrays_at_any_offset_does_not_survive_them():
    # In a separate process, which starts another that dies. A check computes with the result.
    code = """
from autograder.proofs.attack import suite
from autograder.proofs.attack import victim
from autograder.sandbox.child import arrays
from tests.attacks import ATTACKS
arrays.ALIGNMENT, arrays._TRAPS = 1, ""
victim.CHECKS = "import torch\\n" + victim.CHECKS.replace("    SEEN.append(value)", '''    SEEN.append(value)
        for each in value if isinstance(value, list) else ():
            if isinstance(each, torch.Tensor) and each.ndim == 1:
                torch.where(each == each, each, each)''')
for verdict in suite.attack([ATTACKS["fake_unaligned_frames"], ATTACKS["exit_at_load"]], "bubblewrap", print):
    print(verdict.attack, verdict.harms)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE.parents[1], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == [
        "fake_unaligned_frames ('the grader itself did not survive it (signal 11 (SIGSEGV))',)",
        "exit_at_load ()",
    ]


@walls
def test_without_a_limit_on_all_replies_the_grader_grows():
    # In a separate process, since this one has free memory from other tests and need not grow.
    code = """
from autograder.proofs.attack import trial
from autograder.sandbox import exchange
from tests.attacks.test_walls import does
exchange._REPLIES = 10**6
trial._GROWTH_MIB = 30  # a dozen replies of 4 MiB: more calls would make it more
print(does("resource_many_replies", "made the grader take"))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE.parents[1], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True"


def open_files(monkeypatch):
    """Make a folder of the machine visible to the submission."""
    command = backends.command

    def with_hole(*args, **options):
        words, environment = command(*args, **options)
        at = words.index("--remount-ro")
        hole = ["--perms", "0755", "--dir", "/var", "--bind", "/var/tmp", "/var/tmp"]
        return [*words[:at], *hole, *words[at:]], environment

    monkeypatch.setattr(backends, "command", with_hole)


@walls
def test_without_fresh_mounts_files_of_the_machine_are_read_and_written(monkeypatch):
    open_files(monkeypatch)
    assert does("read_leftovers", "files that everybody can see")


def unsealed(monkeypatch):
    """Store what the submission reports when it is loaded again, at any time."""
    load = session.Session._try_to_load

    def load_openly(self):
        self._sealed = False
        return load(self)

    monkeypatch.setattr(session.Session, "seal", lambda self: None)
    monkeypatch.setattr(session.Session, "_try_to_load", load_openly)


@walls
@pytest.mark.parametrize("sealed", [True, False])
def test_what_a_hidden_check_asks_stays_hidden_where_it_can_be_kept_as_long_as_reports_are_sealed(monkeypatch, sealed):
    open_files(monkeypatch)
    if not sealed:
        unsealed(monkeypatch)
    assert does("read_by_reload", "a hidden input") == (not sealed)


@walls
def test_without_filter_and_seal_what_a_hidden_check_asks_is_kept_in_pages_of_a_library(monkeypatch):
    monkeypatch.setattr(seccomp, "program", lambda **_: b"")
    unsealed(monkeypatch)
    assert does("read_by_residency", "it got a hidden input")


@walls
def test_a_grader_that_unpickles_runs_what_it_is_sent(monkeypatch):
    decode = connection.decode

    def trusting(*args, **options):
        message = decode(*args, **options)
        for item in message[1] if message[0] == "value" and isinstance(message[1], list) else ():
            if isinstance(item, bytes) and item.startswith(b"\x80"):
                pickle.loads(item)
        return message

    monkeypatch.setattr(connection, "decode", trusting)
    assert does("fake_pickles", "/course/mark-", "files that everybody can see")


@walls
def test_a_grader_that_trusts_what_it_reads_takes_an_attack_for_its_own_fault(monkeypatch):
    class Trusting:
        JSONDecodeError = json.JSONDecodeError

        @staticmethod
        def loads(data):
            if "9" * 5000 in data:
                raise OverflowError
            return json.loads(data)

    monkeypatch.setattr(cells, "json", Trusting)
    with reading_process.in_this_process():  # the reading process would not have the patch
        assert does("notebook_nested", "passes for a fault of ours")


@pytest.mark.parametrize(
    ("attack", "where", "wall", "hole", "expected"),
    [
        ("page_html", pages._environment(), "autoescape", False, "report.html holds live markup"),
        ("page_formula", tables, "_FORMULA", re.compile("(?!)"), "scores.csv holds the formula '=HYPERLINK"),
        ("page_formula_after_semicolon", tables, "_FORMULA", re.compile(r"\A="), 'csv holds the formula "=1+cmd'),
        ("page_terminal", text, "_hides", lambda character: False, "holds the control character"),
    ],
)
@walls
def test_without_escaping_a_page_or_an_export_is_live(monkeypatch, attack, where, wall, hole, expected):
    pages._environment().cache.clear()
    monkeypatch.setattr(where, wall, hole)
    try:
        assert does(attack, expected)
    finally:
        pages._environment().cache.clear()


@walls
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("read_solution", "it got 100 points, 40 of them for honest work"),
        ("read_environment", "it got the environment out"),
        ("read_grader_memory", "it got the grader's memory out"),
        ("exit_kill_everyone", "the grader itself did not survive it"),
        ("persist_harm_files", "honest submissions get other reports than without it"),
    ],
)
def test_the_process_backend_lets_it_through_and_the_jail_says_so(name, expected):
    assert does(name, expected, let_loose=lambda name: jail.verdict_from_jail(ATTACKS[name]).harms)


@walls
def test_what_the_process_backend_holds_is_said_too():
    assert jail.verdict_from_jail(ATTACKS["exit_exit_status_zero"]).harms == ()
