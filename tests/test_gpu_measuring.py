"""`make gpu`, its kit and its rehearsal: everything that works without a GPU, and the processing of its results."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
import types
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.course.course import Course
from autograder.errors import CourseError
from benchmarks import page
from benchmarks.gpu import __main__ as conductor
from benchmarks.gpu import kit, margins, rehearsal, stages
from tests.conftest import H200, Tool

ROOT = kit.ROOT
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


# ---- the kit --------------------------------------------------------------------------------------------------------


def wheel(folder: Path, name: str = "tiny_part", needs: str = "") -> Path:
    """A wheel with one module."""
    info = f"{name}-1.2.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n{needs}"
    files = {
        f"{name}.py": "HERE = True\n",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit with one wheel, for this Python."""
    monkeypatch.setattr(kit, "PYTHON", HERE)
    wheel(tmp_path / "kit")
    (tmp_path / "kit" / kit.LIST).write_text(kit.listed(tmp_path / "kit"))
    return tmp_path / "kit"


def test_the_list_of_a_kit_has_name_version_and_digest_of_each_wheel(tmp_path: Path) -> None:
    digests = [hashlib.sha256(wheel(tmp_path, name).read_bytes()).hexdigest() for name in ("b_part", "a")]
    (tmp_path / "notes.txt").write_text("no wheel")
    _, *lines = kit.listed(tmp_path).splitlines()
    assert lines == [f"a==1.2 --hash=sha256:{digests[1]}", f"b_part==1.2 --hash=sha256:{digests[0]}"]


def test_a_kit_has_what_the_project_needs_and_neither_torch_nor_what_stands_beside_it() -> None:
    names = {re.split(r"[^\w-]", each)[0] for each in kit.wanted()}
    assert {"pydantic", "nbformat", "psutil", "msgpack", "jupytext"} <= names
    assert not {"torch", "numpy", "scipy", "scikit-learn", "matplotlib"} & names


def test_a_kit_is_installed_into_a_folder_once(packed: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    kit.install(packed, site)
    assert (site / "tiny_part.py").is_file()
    next(packed.glob("*.whl")).unlink()
    kit.install(packed, site)  # must do nothing, since pip would not find the wheel
    (packed / kit.LIST).write_text("other==1\n")
    with pytest.raises(CourseError, match="pip install failed"):
        kit.install(packed, site)


def test_a_wheel_that_is_not_the_listed_one_is_not_installed(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(packed.glob("*.whl")), "a") as archive:
        archive.writestr("more.py", "")
    with pytest.raises(CourseError, match="Expected sha256"):
        kit.install(packed, tmp_path / "site")
    assert not (tmp_path / "site" / kit.LIST).exists()


def test_a_kit_that_lacks_what_one_of_its_wheels_needs_is_refused(packed: Path, tmp_path: Path) -> None:
    wheel(packed, "needy", "Requires-Dist: absent_part\n")
    (packed / kit.LIST).write_text(kit.listed(packed))
    with pytest.raises(CourseError, match="pip install failed"):
        kit.install(packed, tmp_path / "site")


def test_where_there_is_no_kit_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no kit in .*run `make gpu-kit` on a machine with a network, and copy"):
        kit.install(tmp_path / "kit", tmp_path / "site")


def test_another_python_than_the_kits_is_told_which(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "PYTHON", "3.2")
    with pytest.raises(CourseError, match=rf"for Python 3\.2, and this is {HERE}: make gpu PYTHON="):
        kit.install(packed, packed / "site")


def test_a_python_without_what_is_not_in_the_kit_is_told_so(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "THERE", kit.THERE | {"absent-part"})
    with pytest.raises(CourseError, match=r"has no absent-part, and the kit has none either: make gpu PYTHON="):
        kit.install(packed, packed / "site")


# ---- before the stages ----------------------------------------------------------------------------------------------


def said_by(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["benchmarks.gpu", *arguments])
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as ended:
            conductor.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    return str(ended.value.code)


def test_without_a_gpu_it_is_said_and_nothing_is_written(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tool("echo 'No devices were found'")
    monkeypatch.setattr(kit, "install", lambda: None)
    monkeypatch.setattr(conductor, "asked", lambda *_: {})
    monkeypatch.setattr(conductor, "RESULTS", tmp_path / "gpu.json")
    assert said_by(monkeypatch).startswith("There is no NVIDIA GPU here")
    assert list(tmp_path.glob("*.json")) == []


def test_without_a_kit_it_is_said_before_anything_is_started(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = tool(H200)
    monkeypatch.setattr(kit.install, "__defaults__", (tmp_path / "kit", tmp_path / "site"))
    assert said_by(monkeypatch).startswith("There is no kit")
    assert not calls.exists()


def test_a_python_without_torch_is_told_to_take_another(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tool(H200)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(CourseError, match=r"has no torch .*make gpu PYTHON="):
        stages.machine(stages.Stage(tmp_path / "found.json", ROOT, "gpu"))


def test_a_torch_that_cannot_use_the_gpu_is_named(tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tool(H200)
    torch: Any = types.ModuleType("torch")
    torch.__version__, torch.version = "9.9+cpu", types.SimpleNamespace(cuda=None)
    torch.cuda = types.SimpleNamespace(is_available=lambda: False)
    monkeypatch.setitem(sys.modules, "torch", torch)
    with pytest.raises(CourseError, match=r"torch 9\.9\+cpu cannot use it \(built for CUDA None\)"):
        stages.machine(stages.Stage(tmp_path / "found.json", ROOT, "gpu"))


def test_what_needs_no_gpu_is_tried_first(tmp_path: Path) -> None:
    stage = stages.Stage(tmp_path / "found.json", ROOT, "gpu")
    stages.ready(stage)
    assert stage.found["scores"][0] == 100 > stage.found["scores"][1]


def test_results_of_another_machine_are_not_continued(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "gpu.json"
    path.write_text(json.dumps({"machine": {"device": "NVIDIA A100"}, "stages": {}}))
    monkeypatch.setattr(conductor, "asked", lambda *_: {"device": "NVIDIA H200"})
    with pytest.raises(CourseError, match=r"another machine .*A100.*H200.*move it away"):
        conductor.measure(conductor.Place(path, ROOT, "gpu", {}), ())


# ---- the stages, one after another ----------------------------------------------------------------------------------

WRITES = "import json, sys; found = json.load(open(sys.argv[1])); json.dump(found | {text}, open(sys.argv[1], 'w'))"
HANGS = "; sys.stdout.flush(); import subprocess; subprocess.run(['sleep', '600'])"


class Stages:
    """Small programs as stages, and a result for which they are run."""

    def __init__(self, path: Path, **programs: str) -> None:
        self.path, self.programs, self.started = path, programs, list[str]()

    def __call__(self, *named: str, limit_s: float = 30.0) -> dict[str, Any]:
        """Run them; the result on the disk afterwards."""
        result = json.loads(self.path.read_text()) if self.path.is_file() else {"stages": {}}
        limits_s = dict.fromkeys(self.programs, limit_s)
        conductor.carry_out(result, self.path, limits_s, self._command, os.environ, named)
        stages: dict[str, Any] = json.loads(self.path.read_text())["stages"]
        return stages

    def _command(self, name: str, file: Path) -> list[str]:
        self.started.append(name)
        return [sys.executable, "-c", self.programs[name], str(file)]


@pytest.fixture
def carried(tmp_path: Path) -> Callable[..., Stages]:
    return lambda **programs: Stages(tmp_path / "gpu.json", **programs)


def test_each_stage_adds_what_it_found(carried: Callable[..., Stages]) -> None:
    run = carried(first=WRITES.format(text={"a": 1}), second=WRITES.format(text={"b": 2}))
    found = run()
    assert {name: each["found"] for name, each in found.items()} == {"first": {"a": 1}, "second": {"b": 2}}
    assert {each["ended"] for each in found.values()} == {"done"}


def test_a_stage_that_hangs_costs_itself_alone_and_leaves_what_it_had_found(carried: Callable[..., Stages]) -> None:
    run = carried(hangs=WRITES.format(text={"a": 1}) + HANGS, other=WRITES.format(text={"b": 2}))
    found = run(limit_s=5)
    assert found["hangs"]["ended"] == "took longer than 5 s"
    assert found["hangs"]["found"] == {"a": 1}
    assert found["other"]["ended"] == "done"


def test_what_a_stage_has_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"import subprocess; open({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))"
    assert conductor.in_time([sys.executable, "-c", child], 30, os.environ) == "done"
    deadline = time.monotonic() + 20
    while runs(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(int(note.read_text()))


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("program", "ended"),
    [
        ("import sys; sys.exit('no such thing')", "no such thing"),
        ("raise ValueError('nothing')", "ValueError: nothing"),
        ("import os; os._exit(3)", "ended with exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", "ended with exit status -9"),
    ],
)
def test_a_stage_that_fails_says_why_and_the_next_is_carried_out(
    carried: Callable[..., Stages], program: str, ended: str
) -> None:
    found = carried(fails=program, other="pass")()
    assert [each["ended"] for each in found.values()] == [ended, "done"]


def test_a_later_start_goes_on_with_what_is_missing_and_with_what_was_found(carried: Callable[..., Stages]) -> None:
    run = carried(done=WRITES.format(text={"a": 1}), fails=WRITES.format(text={"b": 2}) + "; sys.exit('ended')")
    run()
    run.programs["fails"], run.started = WRITES.format(text={"c": 3}), []
    found = run()
    assert run.started == ["fails"]
    assert found["fails"]["found"] == {"b": 2, "c": 3}
    assert found["done"]["found"] == {"a": 1}


def test_a_stage_that_is_named_is_measured_anew_and_no_other(carried: Callable[..., Stages]) -> None:
    run = carried(one=WRITES.format(text={"a": 1}), other=WRITES.format(text={"b": 1}))
    run()
    run.programs["one"], run.started = WRITES.format(text={"c": 3}), []
    assert run("one")["one"]["found"] == {"c": 3}
    assert run.started == ["one"]


def test_a_start_that_is_interrupted_keeps_what_its_stage_had_found(
    carried: Callable[..., Stages], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(command: list[str], *_: object) -> str:
        Path(command[-1]).write_text('{"a": 1}')
        raise KeyboardInterrupt

    run = carried(one="pass")
    monkeypatch.setattr(conductor, "in_time", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run()
    (stage,) = json.loads(run.path.read_text())["stages"].values()
    assert (stage["ended"], stage["found"]) == ("interrupted", {"a": 1})


def test_the_stages_are_those_that_have_a_limit() -> None:
    assert set(conductor.LIMITS_S) == set(stages.STAGES)


# ---- what a stage does ----------------------------------------------------------------------------------------------


def test_a_stage_judges_by_the_checks_that_need_a_gpu_alone_and_once(
    with_gpu: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, of_report = [], stages.row
    monkeypatch.setattr(stages, "row", lambda report, names: reports.append(report) or of_report(report, names))
    stage = stages.Stage(tmp_path / "found.json", with_gpu.root, "gpu")
    right = stages.Assignment(with_gpu, "tiny").work()
    stage.grade({"right": right}, "tiny", right=["right"])
    (row,) = json.loads((tmp_path / "found.json").read_text())["submissions"]
    assert (row["submission"], row["points"], row["of"], row["right"]) == ("right", 15, 15, True)
    assert list(row["checks"]) == ["descends_five_steps"]
    assert {check.message for check in reports[0].checks} == {"", "not judged"}

    again = stages.Stage(tmp_path / "found.json", with_gpu.root, "gpu")
    again.grade({"right": right, "empty": {}}, "tiny", right=["right"])
    assert [(each["submission"], each["points"]) for each in again.found["submissions"]] == [
        ("right", 15),
        ("empty", 0),
    ]


@pytest.mark.parametrize(
    ("actual", "expected", "share"),
    [(1.0, 1.0, 0), (1.02, 1.0, 2), ([1.0, 10.1], [1.0, 10.0], 1), ([[1.0], [10.3]], [[1.0], [10.0]], 3)],
)
def test_an_error_is_a_share_of_what_is_allowed(actual: Any, expected: Any, share: float) -> None:
    import numpy as np

    as_arrays = isinstance(expected, list) and isinstance(expected[0], list)
    a, e = ([np.array(each) for each in value] if as_arrays else value for value in (actual, expected))
    assert stages.share(a, e, 0.01) == pytest.approx(share, rel=1e-6)


# ---- margins --------------------------------------------------------------------------------------------------------

FAST = "trains_nearly_as_fast_as_the_reference"
STAYS = "data_and_network_stay_on_the_gpu"


def row(name: str, check: str, *, right: bool = True, status: str = "passed", **numbers: float) -> dict[str, Any]:
    numbers = {title.replace("_", " ").replace(" by ", ", "): value for title, value in numbers.items()}
    points = 3.0 if status == "passed" else 0.0
    judged = {"status": status, "points": points, "of": 3.0, "message": "it said so", "numbers": numbers}
    return {"submission": name, "seed": 0, "right": right, "points": points, "of": 3.0, "checks": {check: judged}}


def timed(name: str, times: float, **options: Any) -> dict[str, Any]:
    done = {"seconds_by_you": times, "seconds_by_the_reference": 1.0, "accuracy_after_this_training": 0.95}
    return row(name, FAST, **done, **options)


def result_of(*rows: dict[str, Any]) -> dict[str, Any]:
    thresholds = {"TIMES_AS_LONG": 2.0, "LEAST_TIMED": 0.5, "MORE_PER_STEP": 0.5}
    return {"stages": {"reference": {"ended": "done", "found": {"submissions": list(rows), "thresholds": thresholds}}}}


def test_a_margin_is_the_distance_of_right_work_to_the_threshold_in_its_deviations() -> None:
    rows = margins.rows(result_of(timed("a", 1.0), timed("b", 1.21), timed("slow", 4.0, right=False, status="failed")))
    (times,) = [each for each in rows if each["what"] == "times the reference's time"]
    assert times["mean"] == pytest.approx(1.1)
    assert times["margin_sd"] == pytest.approx(4.44, abs=0.01)  # (log 2 - log 1.1) / (log 1.21 / sqrt 2)
    assert times["wrong"]["slow"] == {"value": 4.0, "beyond_sd": pytest.approx(5.14, abs=0.01)}
    assert times not in margins.close(rows)


def test_a_threshold_too_near_to_right_work_is_named() -> None:
    text = margins.text(result_of(timed("a", 1.0), timed("b", 1.7)))
    assert "below three standard deviations: times the reference's time (trains_nearly" in text
    assert "errors after this training (" not in text.split("below three")[1]


def test_a_threshold_measured_once_is_named_too() -> None:
    text = margins.text(result_of(timed("a", 1.0)))
    assert "times the reference's time (trains_nearly" in text.split("below three")[1]


def test_what_catches_a_submission_is_told_with_its_margin_and_what_passes_too() -> None:
    copies = {"copies_to_the_GPU_per_step_by_the_reference": 0.0, "waits_for_the_GPU_per_step_by_the_reference": 0.1}

    def stays(name: str, copied: float, **options: Any) -> dict[str, Any]:
        you = {"copies_to_the_GPU_per_step_by_you": copied, "waits_for_the_GPU_per_step_by_you": 0.1}
        return row(name, STAYS, **copies, **you, **options)

    result = result_of(stays("a", 0.0), stays("b", 0.1), stays("copies", 2.0, right=False, status="failed"))
    text = margins.text(result)
    assert "copies: 0 of 3\n    failed" in text
    assert "more copies per step 2, 21.21 sd beyond" in text
    assert "a: 3 of 3, all checks hold" in text


def test_a_check_that_measured_nothing_is_told_by_its_message() -> None:
    assert "0 of 3: it said so" in margins.text(result_of(row("raises", FAST, right=False, status="failed")))


@pytest.mark.torch
def test_what_the_margins_read_is_what_the_checks_measure() -> None:
    from autograder.checking.answers import load_live

    checks, _ = load_live(Course.find(ROOT), "lenet")
    names = {check.name for check in checks if check.gpu}
    constants = checks[0].function.__globals__
    text = (ROOT / "solutions/lenet/checks.py").read_text()
    for quantity in margins.QUANTITIES:
        assert quantity.check in names
        assert isinstance(constants[quantity.threshold], float)
        assert quantity.threshold in stages.THRESHOLDS
        assert len(re.findall(rf"\b{quantity.threshold}\b", text)) > 1  # the check uses it
    for title in ("accuracy, {name}", "seconds, {name}", "accuracy after this training", "{what} per step, {name}"):
        assert f'"{title}"' in text


# ---- the text about it ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(conductor.RESULTS.exists(), reason="it has run on a GPU")
@pytest.mark.parametrize("name", ["README.md", "SECURITY.md", "docs/benchmarks.md", "docs/cluster.md", "docs/gpu.md"])
def test_until_it_has_run_on_a_gpu_the_documents_say_so(name: str) -> None:
    assert "not yet run on a GPU" in (ROOT / name).read_text().replace("Not yet", "not yet")


MACHINE = {"device": "NVIDIA H200", "driver": "570", "torch": "2.11", "cuda": "12.8", "python": "3.12.3"}


def test_the_page_shows_the_margins_that_were_measured() -> None:
    result = result_of(timed("a", 1.0), timed("b", 1.21))
    result |= {"machine": MACHINE, "margins": margins.rows(result)}
    result["stages"]["slow"] = {"ended": "took longer than 240 s", "found": {}}
    text = page.gpu(result)
    assert f"| `{FAST}`: times the reference's time | 2 | 1.1 | 2 | 4.44 |" in text
    assert "NVIDIA H200, driver 570, torch 2.11" in text
    assert "Not complete: slow." in text
    assert "not yet run" not in text.lower()


@pytest.mark.parametrize("stage", conductor.LIMITS_S)
def test_the_document_has_each_stage_with_its_limit(stage: str) -> None:
    assert f"| `{stage}` | {conductor.LIMITS_S[stage]} s |" in (ROOT / "docs/gpu.md").read_text()


# ---- the rehearsal --------------------------------------------------------------------------------------------------


def test_in_a_rehearsal_the_checks_ask_for_the_cpu_and_a_tool_names_no_gpu(tmp_path: Path) -> None:
    environment = rehearsal.prepare(tmp_path / "rehearsal")
    for assignment in ("lenet", "ilsvrc"):
        text = (tmp_path / "rehearsal" / "solutions" / assignment / "checks.py").read_text()
        assert '"cuda"' not in text
        assert "gpu=True" in text
    asked = [sys.executable, "-c", "from autograder import gpu; print(gpu.find().name)"]
    done = subprocess.run(asked, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    assert done.stdout.strip() == rehearsal.NAME


def test_a_rehearsal_notices_when_a_check_has_changed_under_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rehearsal.CHANGES, "lenet", {"what is not there": ""})
    with pytest.raises(CourseError, match="what is not there is not there any more"):
        rehearsal.prepare(tmp_path / "rehearsal")


def test_a_rehearsal_writes_beside_no_measurement_and_says_what_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rehearsal, "prepare", lambda folder: {})
    monkeypatch.setattr(conductor, "asked", lambda *_: {})
    place = conductor._rehearsal()
    assert place.results.is_relative_to(ROOT / "build")
    assert rehearsal.SAYS in capsys.readouterr().out


def rehearsed(**found: Any) -> dict[str, Any]:
    stage = {"ended": "done", "took_s": 3.5, "found": found}
    return {"machine": {"torch": "2.13.0"}, "stages": {"memory": stage}}


def test_the_log_of_a_rehearsal_says_what_ran_and_no_number_that_was_measured(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    rehearsal.note(rehearsed(submissions=[{}, {}], images_a_second=[347], next_is_unharmed=False), log)
    (stage,) = json.loads(log.read_text())["stages"].values()
    assert stage.pop("at")[:2] == "20"
    assert stage == {
        "python": platform.python_version(),
        "torch": "2.13.0",
        "ended": "done",
        "took_s": 3.5,
        "ran": "submissions: 2, not so: the next submission is unharmed",
    }


def test_a_later_rehearsal_of_one_stage_leaves_the_others_and_the_kit_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    rehearsal.note_kit(48, "no GPU", log)
    rehearsal.note(rehearsed(), log)
    rehearsal.note(rehearsed() | {"stages": {"slow": {"ended": "interrupted", "took_s": 1.0, "found": {}}}}, log)
    found = json.loads(log.read_text())
    assert {name: each["ended"] for name, each in found["stages"].items()} == {"memory": "done", "slow": "interrupted"}
    assert found["kit"]["packages"] == 48
    assert set(found["kit"]["beside"]) == kit.THERE


def test_the_page_shows_the_log_until_it_has_run_on_a_gpu(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    rehearsal.note_kit(48, "no GPU", log)
    rehearsal.note(rehearsed(submissions=[{}]), log)
    text = page.gpu(None, json.loads(log.read_text()))
    assert "Not yet run on a GPU" in text
    assert "| `memory` | done | submissions: 1 |" in text
    assert "48 packages" in text
    assert "*no GPU*" in text


@pytest.mark.parametrize(("ended", "code"), [("done", 0), ("took longer than 1 s", 1)])
def test_a_stage_that_did_not_end_well_is_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ended: str, code: int
) -> None:
    monkeypatch.setattr(conductor, "asked", lambda *_: {"torch": "none"})
    monkeypatch.setattr(conductor, "in_time", lambda *_: ended)
    monkeypatch.setattr(rehearsal, "LOG", tmp_path / "log.json")
    place = conductor.Place(tmp_path / "gpu.json", ROOT, "rehearsal", {})
    with pytest.raises(SystemExit) as exit_status:
        sys.exit(conductor.measure(place, ["device"]))
    assert (exit_status.value.code or 0) == code


def test_without_a_gpu_the_kit_alone_can_be_rehearsed(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tool("echo 'No devices were found'")
    monkeypatch.setattr(conductor, "_kit", dict)
    monkeypatch.setattr(kit, "size", lambda: 48)
    monkeypatch.setattr(rehearsal, "LOG", tmp_path / "log.json")
    monkeypatch.setattr(sys, "argv", ["benchmarks.gpu", "--rehearse-kit"])
    before = signal.getsignal(signal.SIGTERM)
    try:
        conductor.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "There is no NVIDIA GPU here" in capsys.readouterr().out
    assert json.loads((tmp_path / "log.json").read_text())["kit"]["ended"] == conductor.NO_GPU


def test_the_log_in_the_results_has_each_stage_and_the_kit() -> None:
    log = json.loads(rehearsal.LOG.read_text())
    assert {name: each["ended"] for name, each in log["stages"].items()} == dict.fromkeys(stages.STAGES, "done")
    assert "not so" not in str(log)
    assert log["kit"]["ended"] == conductor.NO_GPU
