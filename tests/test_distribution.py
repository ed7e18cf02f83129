"""Parallel tests: those of a file share a process, those of an assignment do, and slow groups begin first."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests import distribution

ROOT = Path(__file__).parent.parent
AT = "tests/test_content.py::"


def test_tests_of_one_file_run_in_one_process_and_those_of_two_files_may_run_in_two(tmp_path: Path) -> None:
    for name in ("test_one.py", "test_two.py"):
        (tmp_path / name).write_text(
            "import pytest\n@pytest.mark.parametrize('n', range(6))\ndef test_it(n): pass\n", encoding="utf-8"
        )
    plugins = ("-p", "xdist", "-p", "tests.distribution", "-p", "no:randomly", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *plugins, "-n", "2", "-v", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    workers = defaultdict(set)
    for line in done.stdout.splitlines():
        if "PASSED" in line:
            workers[line.partition("::")[0].rpartition(" ")[2]].add(line[:5])
    assert sorted(map(len, workers.values())) == [1, 1]
    assert len(set.union(*workers.values())) == 2


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("tests/test_tables.py::test_a", "tests/test_tables.py::test_b[1]", True),
        ("tests/test_tables.py::test_a", "tests/test_times.py::test_a", False),
        (f"{AT}test_correct_work[conv/a]", f"{AT}test_it_does_so[conv/b]", True),
        (f"{AT}test_correct_work[conv/a]", f"{AT}test_correct_work[conv_variants/a]", False),
        (f"{AT}test_the_audit_finds_no_problem[conv]", f"{AT}test_correct_work[conv/a]", False),
        (f"{AT}test_the_audit_finds_no_problem[conv]", f"{AT}test_the_solved_notebook_runs[conv]", False),
        (f"{AT}test_the_untouched_notebook_runs[losses]", f"{AT}test_the_solved_notebook_runs[conv]", True),
        (f"{AT}test_the_untouched_notebook_runs[lenet]", f"{AT}test_the_solved_notebook_runs[conv]", False),
    ],
)
def test_what_stays_together(one: str, other: str, together: bool) -> None:
    assert (distribution.unit(one) == distribution.unit(other)) == together


def test_what_takes_long_begins_first_and_each_of_it_exists(request: pytest.FixtureRequest) -> None:
    taken = [distribution.seconds(item.nodeid) for item in request.session.items]
    assert taken == sorted(taken, reverse=True)
    for name in distribution._SECONDS:
        file, _, rest = name.partition("::")
        assert rest.partition("[")[0] in (ROOT / file).read_text()
