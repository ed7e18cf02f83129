"""bubblewrap withstands every attack, whether root or an ordinary user grades."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.proofs.attack import suite
from autograder.proofs.attack.trial import Trial
from tests.attacks import ATTACKS, HERE, walls
from tests.isolation import ISOLATION

# Harms about memory, processes, time and descriptors. Harms about secrets, scores and files have no amounts.
AMOUNTS = (
    "of memory, of",
    "processes at a time",
    "kept the grader for",
    "made the grader take",
    "descriptors of the grader",
)
FAMILIES = ("exit", "fake", "read", "resource", "persist", "network", "kernel", "notebook", "page")


@pytest.fixture(scope="session")
def let_loose():
    suite.require_walls(ISOLATION)
    with Trial(ISOLATION) as one:
        yield one


@walls
@pytest.mark.at_first
@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_held(let_loose, name):
    harms = let_loose.verdict(ATTACKS[name]).harms
    for _ in range(2):
        # Amounts also depend on how busy the machine is. A real hole shows each time.
        if harms and all(any(amount in harm for amount in AMOUNTS) for harm in harms):
            harms = let_loose.verdict(ATTACKS[name]).harms
    assert harms == ()


def test_there_are_attacks_of_every_family_and_each_says_what_it_tries():
    assert len(ATTACKS) >= 40
    assert {name.partition("_")[0] for name in ATTACKS} == set(FAMILIES)
    assert len({attack.says for attack in ATTACKS.values()}) == len(ATTACKS)


def test_every_attack_holds_honest_work():
    assert all(b"def shift(x)" in attack.data for attack in ATTACKS.values())


# ---- as an ordinary user --------------------------------------------------------------------------------------------

# One attack of each family; the command tries all.
ORDINARY = ("exit_kill_everyone", "fake_pickles", "read_grader_memory", "resource_memory_of_many", "persist_daemon",
            "network_loopback", "kernel_process_vm", "notebook_magics", "page_html")  # fmt: skip
PROGRAM = """
import json, os, sys
from pathlib import Path
from autograder.proofs.attack import suite
found = [each for name in sys.argv[1:] for each in suite.find(Path(name))]
verdicts = suite.attack(found, "bubblewrap", lambda verdict: None)
print(json.dumps([os.getuid(), [verdict.harms for verdict in verdicts]]))
"""


def as_nobody(tmp_path):
    """The start of a command line that runs the rest as an ordinary user who can reach this Python; None if there is
    none. Folders that only root may enter are replaced by empty ones that contain nothing but this Python."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", "mount"))):
        return None
    steps = ["mount --make-rprivate /"]
    closed = [p for p in reversed(Path(sys.base_prefix).parents) if not p.stat().st_mode & stat.S_IXOTH]
    if closed:
        kept = tmp_path / "python"
        kept.mkdir()
        steps += [f"mount --bind {sys.base_prefix} {kept}", f"mount -t tmpfs -o mode=755 x {closed[0]}"]
        steps += [f"mkdir -p {sys.base_prefix}", f"mount --bind {kept} {sys.base_prefix}"]
    steps.append('exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"')
    return ["unshare", "--mount", "sh", "-c", " && ".join(steps), "sh"]


@walls
def test_an_ordinary_user_is_as_safe_as_root(tmp_path):
    start = as_nobody(tmp_path) if os.geteuid() == 0 else []
    if start is None:
        pytest.skip("no way to become another user here")
    files = [str(next(HERE.glob(f"{name}.*"))) for name in ORDINARY]
    command = [*start, sys.executable, "-c", PROGRAM, *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/")
    assert done.returncode == 0, done.stderr
    user, found = json.loads(done.stdout)
    assert user != 0
    assert dict(zip(ORDINARY, found, strict=True)) == {name: [] for name in ORDINARY}
