"""Which core is chosen by processes that do not know each other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CLAIMING = """
import os
from autograder.processes import keep_to_a_free_core
keep_to_a_free_core()
keep_to_a_free_core()
print(*sorted(os.sched_getaffinity(0)), flush=True)
input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system chooses")
def test_each_process_gets_a_core_of_its_own_while_there_are_any() -> None:
    ours = sorted(os.sched_getaffinity(0))
    claiming: list[subprocess.Popen[str]] = []

    def claimed() -> list[int]:
        pipe = subprocess.PIPE
        process = subprocess.Popen([sys.executable, "-c", CLAIMING], stdin=pipe, stdout=pipe, text=True)
        claiming.append(process)
        assert process.stdout
        return list(map(int, process.stdout.readline().split()))

    try:
        kept = [claimed() for _ in ours]
        taken = [core for cores in kept if len(cores) == 1 for core in cores]
        assert len(taken) == len(set(taken))
        if len(taken) == len(ours):  # no other process on this machine has claimed one
            assert claimed() == ours
            claiming[0].communicate("")
            assert claimed() in (kept[0], ours)  # another test's process may be faster
    finally:
        for process in claiming:
            process.kill()
            process.communicate()
