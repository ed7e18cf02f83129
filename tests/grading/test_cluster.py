"""Grading on a Dask cluster: the same as on one machine, even if workers die. `--submissions 500` for more than CI."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest

distributed = pytest.importorskip("distributed")

import dask  # noqa: E402  # distributed requires it

from autograder.course.course import Course  # noqa: E402
from autograder.errors import CourseError  # noqa: E402
from autograder.grading import cluster, pool  # noqa: E402
from autograder.grading.cluster import Cluster, Content, Parcel, connect  # noqa: E402
from autograder.grading.grader import Grader  # noqa: E402
from autograder.grading.options import Options  # noqa: E402
from autograder.grading.pool import Work, grade_many  # noqa: E402
from autograder.intake.find import Found  # noqa: E402
from autograder.report import store  # noqa: E402
from autograder.report.report import Report  # noqa: E402
from tests import tiny  # noqa: E402
from tests.conftest import edit  # noqa: E402
from tests.grading.test_pool import WRONG, essence, ids  # noqa: E402

TEXTS = (tiny.SOLVED, WRONG, "1 +", tiny.swapped(q_height="q_height = 5"), tiny.swapped(Counter=""))


def local_cluster(**options: object) -> distributed.LocalCluster:
    return distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=":0", **options
    )


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers."""
    with local_cluster() as started:
        yield started.scheduler_address


@pytest.fixture
def mortal() -> Iterator[str]:
    """The address of a scheduler whose workers may be killed, and are restarted, as those of `dask worker` are.

    A LocalCluster looks once more, this long after each death, and closes for good a worker that is gone just then,
    even if it was restarted meanwhile, has been killed again and is being restarted.
    """
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"}), local_cluster() as started:
        yield started.scheduler_address


@pytest.fixture
def class_of(tmp_path: Path) -> Callable[[int], list[Found]]:
    """Makes this many submissions of several kinds."""

    def class_of(number: int) -> list[Found]:
        (tmp_path / "submitted").mkdir(exist_ok=True)
        found = []
        for index in range(number):
            path = tmp_path / "submitted" / f"s{index:03}.py"
            path.write_text(TEXTS[index % len(TEXTS)])
            found.append(Found(path.stem, path, None))
        return found

    return class_of


def essences(out: Path) -> list[dict[str, object]]:
    return [essence(each) for each in store.read_folder(out)]


def kill_a_worker(address: str) -> None:
    with distributed.Client(address, set_as_default=False) as client:
        pids = client.run(os.getpid)
    os.kill(next(iter(pids.values())), signal.SIGKILL)


# ---- as on one machine ----------------------------------------------------------------------------------------------


def test_a_cluster_gives_the_reports_of_this_machine(
    course: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]], scheduler: str
) -> None:
    found = [*class_of(len(TEXTS)), Found("nothing", None, "no file was handed in")]
    link = tmp_path / "submitted" / "link.py"
    link.symlink_to("/etc/hostname")
    found.append(Found("link", link, None))
    options = Options(isolation)
    alone = grade_many(course, "tiny", found, tmp_path / "1", options)
    with connect(scheduler, course, "tiny", options) as workers:
        together = grade_many(course, "tiny", found, tmp_path / "2", options, cluster=workers)
        assert ids(together) == ids(alone)
        resumed = dataclasses.replace(options, resume=True)
        grade_many(course, "tiny", found, tmp_path / "1", resumed, cluster=NoWorkers())  # recognized by content
    assert essences(tmp_path / "2") == essences(tmp_path / "1")


def test_grading_again_gives_the_same_bytes_but_for_times(
    course: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]]
) -> None:
    found = class_of(len(TEXTS))
    texts = []
    for name in ("1", "2"):
        grade_many(course, "tiny", found, tmp_path / name, Options(isolation, workers=int(name)))
        paths = sorted((tmp_path / name).iterdir())
        lines = [line for path in paths for line in path.read_text().splitlines() if '"duration_s"' not in line]
        texts.append("\n".join(lines))
    assert texts[0] == texts[1]


def test_the_course_lies_in_a_folder_for_the_workers_user_and_goes_with_the_run(
    course: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]], scheduler: str
) -> None:
    with distributed.Client(scheduler, set_as_default=False) as client:
        with connect(scheduler, course, "tiny", Options(isolation)) as workers:
            grade_many(course, "tiny", class_of(6), tmp_path / "out", Options(isolation), cluster=workers)
            folders = [path for found in client.run(course_folders).values() for path in found]
            assert folders
            assert {stat.S_IMODE(os.stat(path).st_mode) for path in folders} == {0o700}
        assert not any(client.run(course_folders).values())


def test_files_that_a_killed_run_has_left_go_when_nothing_comes_any_more(
    course: Course,
    isolation: str,
    class_of: Callable[[int], list[Found]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "_IDLE_S", 0.2)
    content = contents_here(course, isolation, tmp_path)
    with Grader(course, "tiny", Options(isolation)) as grader:
        parcels = [Parcel.of(Work(found, grader.seed(found.id))) for found in class_of(2)]
    for parcel in parcels:  # the second recreates the files
        content.grade(parcel)
        assert list(tmp_path.glob("course-*"))
        deadline = time.monotonic() + 10
        while list(tmp_path.glob("course-*")):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def contents_here(course: Course, isolation: str, folder: Path) -> Content:
    """What a worker in this process would store."""
    files = {name: path.read_bytes() for name, path in course.files_of("tiny")}
    content = Content(files | {"course.yml": course.path.read_bytes()}, "tiny", Options(isolation), "owner")
    content.setup(SimpleNamespace(local_directory=str(folder)))
    return content


def course_folders(dask_worker: distributed.Worker) -> list[str]:
    return [str(path) for path in Path(dask_worker.local_directory).glob("course-*")]


def test_the_courses_secret_does_not_travel(
    course: Course, isolation: str, class_of: Callable[[int], list[Found]]
) -> None:
    options = Options(isolation)
    with Grader(course, "tiny", options) as grader:
        (found,) = class_of(1)
        parcel = Parcel.of(Work(found, grader.seed(found.id)))
    files = {name: path.read_bytes() for name, path in course.files_of("tiny")}
    sent = pickle.dumps((Content(files, "tiny", options, "owner"), parcel))
    assert b"standardizes_a_hidden_table" in sent
    assert course.secret() not in sent


def test_another_version_of_the_grader_is_refused(course: Course, isolation: str) -> None:
    content = Content({}, "tiny", Options(isolation), "owner")
    content.version = "0.0.1"
    with pytest.raises(CourseError, match=r"it has autograder .*, and the run was started with 0\.0\.1"):
        content.grade(Parcel("ada", None, b"", "nothing", None, "", b"seed", None))


def test_no_scheduler_is_said(course: Course, isolation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.5)
    there = connect("tcp://127.0.0.1:9", course, "tiny", Options(isolation))
    with pytest.raises(CourseError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9 "), there:
        pass


# ---- workers and runs that die --------------------------------------------------------------------------------------


def test_two_workers_killed_and_the_run_killed_and_resumed_lose_nothing(
    course: Course,
    isolation: str,
    tmp_path: Path,
    class_of: Callable[[int], list[Found]],
    mortal: str,
    pytestconfig: pytest.Config,
) -> None:
    number = pytestconfig.getoption("--submissions")
    found, quiet, out = class_of(number), tmp_path / "quiet", tmp_path / "out"
    options = Options(isolation)
    grade_many(course, "tiny", found, quiet, options)

    first = multiprocessing.get_context("spawn").Process(target=run, args=(mortal, course.path, found, out, options))
    first.start()
    while len(list(out.glob("*.json"))) < number // 4:
        assert first.is_alive()
        time.sleep(0.01)
    os.kill(first.pid or 0, signal.SIGKILL)
    first.join()
    done = {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")}
    assert number // 4 <= len(done) < number

    seen: list[str] = []

    def on_report(graded: Report) -> None:
        seen.append(graded.submission)
        if len(seen) in (number // 2, 3 * number // 4):
            kill_a_worker(mortal)

    resumed = dataclasses.replace(options, resume=True)
    with connect(mortal, course, "tiny", options) as workers:
        grade_many(course, "tiny", found, out, resumed, on_report, workers)
    assert sorted(seen) == ids_of(found)  # each once
    assert {name: (out / name).stat().st_mtime_ns for name in done} == done  # not graded again
    assert essences(out) == essences(quiet)
    assert len(list(out.glob("[!.]*"))) == number  # SIGKILL may leave a hidden partial file, which nobody reads
    with distributed.Client(mortal, set_as_default=False) as client:
        assert client.run_on_scheduler(contents) == []  # the killed run has left none, either


def contents(dask_scheduler: distributed.Scheduler) -> list[str]:
    return [name for name in dask_scheduler.worker_plugins if name.startswith("autograder")]


def ids_of(found: list[Found]) -> list[str]:
    return [each.id for each in found]


def run(address: str, course_path: Path, found: list[Found], out: Path, options: Options) -> None:
    course = Course.load(course_path)
    with connect(address, course, "tiny", options) as workers:
        grade_many(course, "tiny", found, out, options, cluster=workers)


def test_a_stuck_submission_delays_no_other(
    own_course: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]], scheduler: str
) -> None:
    edit(own_course, "course.yml", "check_s: 10", "check_s: 4")
    course, found, seen = Course.load(own_course.path), class_of(12), list[str]()
    assert found[0].path
    found[0].path.write_text(tiny.swapped(descent="import time\ndef descent(*a):\n    while True: time.sleep(1)"))
    with connect(scheduler, course, "tiny", Options(isolation)) as workers:
        grade_many(
            course,
            "tiny",
            found,
            tmp_path / "out",
            Options(isolation),
            lambda one: seen.append(one.submission),
            workers,
        )
    assert seen[-1] == "s000"  # submitted first


def test_a_submission_that_kills_its_workers_is_unjudged_and_no_other_is_lost(
    course: Course,
    isolation: str,
    tmp_path: Path,
    class_of: Callable[[int], list[Found]],
    mortal: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = class_of(6)
    assert found[2].path
    found[2].path.write_text("# KILL")
    monkeypatch.setattr(cluster, "_grade", killed_by_some)
    options = Options(isolation)
    with connect(mortal, course, "tiny", options) as workers:
        reports = grade_many(course, "tiny", found, tmp_path / "out", options, cluster=workers)
        assert [each.needs_staff for each in reports] == [False, False, True, False, False, False]
        assert {check.message for check in reports[2].checks} == {"its worker died, each time"}


really_grade = cluster._grade


def killed_by_some(name: str, parcel: Parcel) -> str:
    if b"KILL" in parcel.data:
        os.kill(os.getpid(), signal.SIGKILL)
    return really_grade(name, parcel)


# ---- who does what, decided without a cluster -----------------------------------------------------------------------


class Imagined:
    """Workers that grade immediately, in this process; `with_gpu` of them declare one."""

    died = (BrokenPipeError,)
    window = 1
    keeps = True

    def __init__(self, grader: Grader | None, with_gpu: int = 0) -> None:
        self.grader, self.with_gpu = grader, with_gpu
        self.given: list[tuple[str, bool]] = []

    def submit(self, work: Work) -> Future[str]:
        assert self.grader
        self.given.append((work.found.id, work.earlier is not None))
        future = Future[str]()
        future.set_result(json.dumps(self.grader.grade(work.found, work.earlier, work.seed).to_dict()))
        return future

    def count(self) -> int:
        return 2

    def gpus(self) -> int:
        return self.with_gpu


class NoWorkers(Imagined):
    def __init__(self) -> None:
        super().__init__(None)

    def submit(self, work: Work) -> Future[str]:
        return Future()

    def count(self) -> int:
        return 0


@pytest.fixture
def deferring(with_gpu: Course, isolation: str) -> Iterator[Grader]:
    with Grader(with_gpu, "tiny", Options(isolation, defer_gpu=True)) as grader:
        assert grader.device
        yield grader


def test_gpu_checks_wait_for_a_second_turn_on_a_worker_that_declares_a_gpu(
    with_gpu: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]], deferring: Grader
) -> None:
    workers = Imagined(deferring, with_gpu=1)
    (graded,) = grade_many(with_gpu, "tiny", class_of(1), tmp_path / "out", Options(isolation), cluster=workers)
    assert workers.given == [("s000", False), ("s000", True)]
    assert (graded.score, graded.pending, graded.versions["gpu"]) == (100, 0, "NVIDIA H200")


def test_a_machine_without_a_gpu_may_hand_out_what_needs_one(
    gpu_course: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]]
) -> None:
    found, options = class_of(1), Options(isolation, gpu=True)
    with Grader(gpu_course, "tiny", Options(isolation)) as grader:
        workers = Imagined(grader, with_gpu=1)
        grade_many(gpu_course, "tiny", found, tmp_path / "out", options, cluster=workers)
    assert workers.given == [("s000", False), ("s000", True)]


def test_without_a_gpu_worker_they_stay_pending_until_there_is_one(
    with_gpu: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]], deferring: Grader
) -> None:
    found, workers = class_of(1), Imagined(deferring)
    (before,) = grade_many(with_gpu, "tiny", found, tmp_path / "out", Options(isolation), cluster=workers)
    assert (before.score, before.pending) == (85, 15)
    workers.with_gpu = 1
    resumed = Options(isolation, resume=True)
    (after,) = grade_many(with_gpu, "tiny", found, tmp_path / "out", resumed, cluster=workers)
    assert workers.given == [("s000", False), ("s000", True)]
    assert (after.score, after.pending) == (100, 0)


@pytest.mark.parametrize(
    ("waits", "declared", "asked", "gpus"),
    [
        (False, [{"GPU": 1}], None, 1),
        (True, [{"GPU": 1}, {}], {"GPU": 1}, 1),
        (True, [{"GPU": 1, "GPU_MIB": 2000}, {"GPU": 1, "GPU_MIB": 6000}, {}], {"GPU": 1, "GPU_MIB": 4000}, 1),
        (True, [{"GPU": 1, "GPU_MIB": 2000}], {"GPU": 1, "GPU_MIB": 4000}, 0),
    ],
)
def test_only_the_second_turn_asks_for_a_gpu_and_for_the_memory_that_workers_declare(
    grader: Grader,
    class_of: Callable[[int], list[Found]],
    waits: bool,
    declared: list[dict[str, float]],
    asked: dict[str, int] | None,
    gpus: int,
) -> None:
    (found,) = class_of(1)
    work = Work(found, grader.seed(found.id), grader.grade(found) if waits else None)
    client = Asked(declared)
    workers = Cluster(client, "content", gpu_memory_mib=4000)  # type: ignore[arg-type]  # it needs no more of a client
    workers.submit(work)
    assert client.resources == [asked]
    assert workers.gpus() == gpus


class Asked:
    """A client whose workers declare these resources, and that records requests."""

    def __init__(self, declared: list[dict[str, float]]) -> None:
        self.declared = declared
        self.resources: list[object] = []

    def get_executor(self, **_: object) -> Asked:
        return self

    def submit(self, *_: object, resources: object = None) -> None:
        self.resources.append(resources)

    def scheduler_info(self) -> dict[str, object]:
        return {"workers": {str(index): {"resources": each} for index, each in enumerate(self.declared)}}


def test_asking_for_a_gpu_of_a_cluster_without_one_is_said(
    course: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]]
) -> None:
    with pytest.raises(CourseError, match="no worker of the cluster declares a GPU"):
        grade_many(course, "tiny", class_of(1), tmp_path, Options(isolation, gpu=True), cluster=NoWorkers())


def test_a_run_whose_workers_have_all_gone_ends_and_says_how_to_go_on(
    course: Course,
    isolation: str,
    tmp_path: Path,
    class_of: Callable[[int], list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "_PATIENCE_S", 0.1)
    with pytest.raises(CourseError, match="no worker is left; finished reports are kept, and --resume"):
        grade_many(course, "tiny", class_of(1), tmp_path / "out", Options(isolation), cluster=NoWorkers())


def test_a_run_waits_while_all_its_workers_are_being_restarted(
    course: Course,
    grader: Grader,
    isolation: str,
    tmp_path: Path,
    class_of: Callable[[int], list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "_LOOK_S", 0.01)
    (graded,) = grade_many(course, "tiny", class_of(1), tmp_path, Options(isolation), cluster=Restarted(grader))
    assert graded.score == 100


class Restarted(Imagined):
    """Workers that have all died, and are back when they are counted for the fifth time."""

    def __init__(self, grader: Grader) -> None:
        super().__init__(grader)
        self.counted = 0
        self.waiting: list[tuple[Work, Future[str]]] = []

    def submit(self, work: Work) -> Future[str]:
        self.waiting.append((work, Future()))
        return self.waiting[-1][1]

    def count(self) -> int:
        self.counted += 1
        if self.counted < 5:
            return 0
        while self.waiting:
            work, future = self.waiting.pop()
            if not future.cancelled():
                future.set_result(super().submit(work).result())
        return 2


def test_a_worker_declares_a_gpu_as_a_resource(course: Course, isolation: str) -> None:
    with (
        local_cluster(resources={"GPU": 1}) as started,
        connect(started.scheduler_address, course, "tiny", Options(isolation)) as workers,
    ):
        assert (workers.count(), workers.gpus()) == (2, 2)


def test_the_command_line_grades_on_a_cluster(
    course: Course, isolation: str, tmp_path: Path, class_of: Callable[[int], list[Found]], scheduler: str
) -> None:
    class_of(3)
    command = [sys.executable, "-c", "from autograder.cli import main; main()", "grade", str(tmp_path / "submitted")]
    command += [
        "--assignment",
        "tiny",
        "--out",
        str(tmp_path / "out"),
        "--isolation",
        isolation,
        "--cluster",
        scheduler,
    ]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert [line.split("\t")[:2] for line in done.stdout.splitlines()[1:]] == [
        ["s000", "100 / 100"],
        ["s001", "75 / 100"],
        ["s002", "0 / 100"],
    ]
