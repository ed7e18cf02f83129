"""Recorded answers replace the reference and the mistakes where their code is not available."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.recording import record
from autograder.checking.answers import LiveAnswers, RecordedAnswers, load_live, load_released
from autograder.checking.declare import Mistake, check
from autograder.checking.replies import A_HANDLE, leaves, same_value
from autograder.checking.run import PUBLIC_SEED, process_seed, run
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.sandbox.child import determinism
from autograder.sandbox.child.wire import Frame, Reference, encode
from autograder.sandbox.namespace import Namespace, value_of
from autograder.sandbox.transports import Local
from tests import tiny
from tests.conftest import Grade, by_name


def edit(course: Course, name: str, old: str, new: str) -> None:
    path = course.solutions_dir("tiny") / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def solved() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(tiny.SOLVED, names)
    return names


def test_the_recorded_reference_gives_the_verdicts_of_the_live_one(course: Course) -> None:
    public, recorded = load_released(course.release_dir("tiny"), "tiny")
    wrong = {"standardize": lambda x, eps: (x, x.mean(0), None), "descent": lambda f, x, n: f(x)}
    for names in (solved(), solved() | wrong | {"q_height": 3}):
        for claim in public:
            live = load_live(course, "tiny")[1]
            outcomes = [
                run(claim, Namespace(Local(names)), answers.reference(claim), PUBLIC_SEED)
                for answers in (live, recorded)
            ]
            assert outcomes[0].status == outcomes[1].status
            assert outcomes[0].message == outcomes[1].message


def test_a_recording_has_neither_hidden_checks_nor_code(course: Course) -> None:
    with np.load(course.release_dir("tiny") / "answers.npz") as archive:
        names = [name for name in archive.files if not name.startswith("release/")]
    hidden = ("hidden_table", "between_calls", "five_steps")
    assert any("standardizes_a_table" in name for name in names)
    assert not [name for name in names if any(part in name for part in hidden)]


def test_recording_twice_gives_the_same_bytes(course: Course) -> None:
    first, second = record(course, "tiny"), record(course, "tiny")
    assert {k: v.tobytes() for k, v in first.items()} == {k: v.tobytes() for k, v in second.items()}


def test_a_reference_that_fails_a_public_check_is_not_recorded(own_course: Course) -> None:
    edit(own_course, "checks.py", "equal(counter.add(2), start + 2", "equal(counter.add(2), start + 3")
    with pytest.raises(CourseError, match="the reference fails the public check counts_from_its_start"):
        record(own_course, "tiny")


FED = "    fed = reference.descent(lambda x: 2 * x, student.descent(lambda x: 2 * x, x, 2), 2)\n    close("
MORE = "    if student.descent(lambda x: 2 * x, x, 2)[0] > 0.7: reference.q_more()\n    close("


@pytest.mark.parametrize("body", [FED, MORE])
def test_a_public_check_whose_questions_depend_on_the_student_is_refused(own_course: Course, body: str) -> None:
    edit(own_course, "tiny.py", "q_height = 4\n", "q_height = 4\ndef q_more(): return 1\n")
    edit(own_course, "checks.py", "    close(student.descent(lambda x: 2", body + "student.descent(lambda x: 2")
    with pytest.raises(CourseError, match="gives the reference what a student returned"):
        record(own_course, "tiny")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("tiny.py", "import numpy as np", "import nonumpy", "tiny.py, line 5: ModuleNotFoundError"),
        ("checks.py", '@check("Counter", points=10', '@check("Count", points=10', "judges Count, which is not in"),
        ("mistakes.py", '@mistake("Counter", says="What', '@mistake("Co", says="What', "is of Co, which has no check"),
    ],
)
def test_a_fault_in_the_sources_is_named_with_its_file(
    own_course: Course, name: str, old: str, new: str, message: str
) -> None:
    edit(own_course, name, old, new)
    with pytest.raises(CourseError, match=message):
        load_live(own_course, "tiny")


def test_a_course_without_solutions_says_so(own_course: Course) -> None:
    shutil.rmtree(own_course.root / "solutions")
    with pytest.raises(CourseError, match="is this the instructors' copy"):
        load_live(own_course, "tiny")


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04 cut"])
def test_damaged_answers_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "answers.npz").write_bytes(content)
    with pytest.raises(CourseError, match="cannot be read"):
        RecordedAnswers(tmp_path / "answers.npz")


def test_missing_and_truncated_answers_are_refused(tmp_path: Path, course: Course) -> None:
    with pytest.raises(CourseError, match="get the release again"):
        RecordedAnswers(tmp_path / "answers.npz")
    whole = (course.release_dir("tiny") / "answers.npz").read_bytes()
    (tmp_path / "answers.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CourseError, match="get the release again"):
        RecordedAnswers(tmp_path / "answers.npz")


def saved(folder: Path, course: Course, change: dict[str, np.ndarray | None]) -> RecordedAnswers:
    with np.load(course.release_dir("tiny") / "answers.npz") as archive:
        members = {name: archive[name] for name in archive.files} | change
    np.savez(folder / "answers.npz", **{name: data for name, data in members.items() if data is not None})
    return RecordedAnswers(folder / "answers.npz")


def test_answers_that_do_not_fit_their_checks_are_refused(tmp_path: Path, course: Course) -> None:
    public, _ = load_released(course.release_dir("tiny"), "tiny")
    member = f"reference/{public[0].name}"
    with pytest.raises(CourseError, match="does not fit its checks"):
        saved(tmp_path, course, {member: None}).reference(public[0])
    with pytest.raises(CourseError, match="cannot be read"):
        saved(tmp_path, course, {member: np.frombuffer(b"\x09" * 40, np.uint8)}).reference(public[0])
    reference = saved(tmp_path, course, {member: np.zeros(0, np.uint8)}).reference(public[0])
    with pytest.raises(CourseError, match="holds too few answers"):
        reference.standardize(np.ones((2, 2)))


# ---- leaves ---------------------------------------------------------------------------------------------------------


def test_the_parts_of_a_reply_have_paths() -> None:
    value = (1, [2.5, {"m": "x"}], Reference("handle", 3, "Tally"))
    (found,) = leaves(encode(["value", value, []]))
    assert found == {
        ("value", "length"): 3,
        ("value", 0): 1,
        ("value", 1, "length"): 2,
        ("value", 1, 0): 2.5,
        ("value", 1, 1, "m"): "x",
        ("value", 2): A_HANDLE,
        ("modified in place",): "[[]]",
    }


def test_an_exception_is_its_type_and_message() -> None:
    assert leaves(encode(["raised", ["ValueError", "Exception"], "no", "cell 1", 3])) == [
        {("raised",): "ValueError", ("raised", "message"): "no"}
    ]


def test_each_of_several_calls_has_parts_of_its_own() -> None:
    assert leaves(encode(["values", [(1, 2), 3], []])) == [
        {("value", "length"): 2, ("value", 0): 1, ("value", 1): 2},
        {("value",): 3},
    ]


MALFORMED = [
    ["values"], ["values", 5, []], ["values", [], []], ["raised"], ["raised", [], "m"], ["raised", 5, "m", "", 0],
    ["raised", [[1]], "m", "", 0], ["raised", ["E"]], ["raised", ["E"], 5, "", 0],
]  # fmt: skip


@pytest.mark.parametrize(
    ("dtype", "off", "same"),
    [("f8", 1e-7, True), ("f8", 3e-5, False), ("f4", 3e-5, True), ("f4", 1e-3, False), ("c8", 3e-5, True)],
)
def test_two_parts_are_the_same_within_the_rounding_of_the_students_dtype(dtype: str, off: float, same: bool) -> None:
    x = np.linspace(1, 2, 5) / 3
    assert same_value((x * (1 + off)).astype(dtype), x) == same


def test_a_malformed_frame_has_no_parts() -> None:
    assert leaves(Frame(b"\xc1", bytearray())) == [{}]
    assert [leaves(encode(reply)) for reply in MALFORMED] == [[{}]] * len(MALFORMED)


def test_outcomes_are_computed_once_for_each_seed() -> None:
    calls: list[int] = []

    def asks(student: Any) -> None:
        """Asks."""
        student.f()

    answers = LiveAnswers({"f": lambda: calls.append(1)}, [])
    claim = check("f", points=1)(asks).__checks__[0]  # type: ignore[attr-defined]
    for seed, expected in ((b"a", 1), (b"a", 1), (b"b", 2)):
        answers.expected(claim, seed)
        assert len(calls) == expected


def test_a_mistake_replaces_only_its_own_exercise() -> None:
    def both(student: Any) -> None:
        """Both."""
        assert student.f() + student.g() == 2

    wrong = Mistake("wrong", "f", "S", lambda: 5)
    answers = LiveAnswers({"f": lambda: 1, "g": lambda: 1}, [wrong])
    claim = check("f", points=1)(both).__checks__[0]  # type: ignore[attr-defined]
    outcome = answers.with_mistake(wrong, claim, b"a")
    assert outcome.status == "failed"
    assert outcome.student is not None
    assert [value_of(outcome.student, i) for i in (0, 1)] == [5, 1]
    (known,) = answers.mistakes(claim, b"a")
    assert known.replies is not None


def _archive(path: Path, members: dict[str, bytes]) -> RecordedAnswers:
    np.savez(path, **{name: np.frombuffer(data, np.uint8) for name, data in members.items()})
    return RecordedAnswers(path)


def _reply(value: object) -> bytes:
    return encode(["value", value, []]).to_bytes()


@pytest.mark.parametrize(
    ("value", "agrees"),
    [(1 / 3, True), (1 / 3 * (1 + 1e-12), True), (1 / 3 + 1e-3, False), (np.array([1 / 3]), False)],
)
def test_recordings_of_two_machines_agree_but_for_rounding(tmp_path, value, agrees):
    one = _archive(tmp_path / "a.npz", {"mistakes": b"{}", "expected/c": _reply(1 / 3)})
    other = _archive(tmp_path / "b.npz", {"mistakes": b"{}", "expected/c": _reply(value)})
    assert one.agrees_with(other) is agrees


def test_what_another_python_says_of_an_exception_is_no_difference(tmp_path):
    def archive(name: str, kind: str, words: str) -> RecordedAnswers:
        raised = encode(["raised", [kind, "Exception"], words, "", 0]).to_bytes()
        return _archive(tmp_path / name, {"mistakes": b"{}", "mistake/c/m": raised})

    one = archive("a.npz", "TypeError", "bad operand")
    assert one.agrees_with(archive("b.npz", "TypeError", "unsupported operand"))
    assert not one.agrees_with(archive("c.npz", "ValueError", "bad operand"))


def test_recordings_with_other_members_or_other_sentences_do_not_agree(tmp_path):
    one = _archive(tmp_path / "a.npz", {"mistakes": b"{}", "expected/c": _reply(1)})
    assert not one.agrees_with(_archive(tmp_path / "b.npz", {"mistakes": b"{}"}))
    assert not one.agrees_with(_archive(tmp_path / "c.npz", {"mistakes": b"{ }", "expected/c": _reply(1)}))
    more = _reply(1) + _reply(1)
    assert not one.agrees_with(_archive(tmp_path / "d.npz", {"mistakes": b"{}", "expected/c": more}))


# ---- checks that train ----------------------------------------------------------------------------------------------


def test_recordings_of_training_agree_whatever_rounding_made_of_it(tmp_path: Path) -> None:
    def archive(name: str, value: float, other: float = 1.0) -> RecordedAnswers:
        members = {"mistakes": b"{}", "expected/trains": _reply(value), "reference/trains": _reply(value)}
        return _archive(tmp_path / name, members | {"expected/plain": _reply(other)})

    one = archive("a.npz", 0.5)
    assert one.agrees_with(archive("b.npz", 0.7), {"trains"})
    assert one.agrees_with(archive("c.npz", 0.7), varying=["plain", "trains"])
    assert not one.agrees_with(archive("d.npz", 0.7))
    assert not one.agrees_with(archive("e.npz", 0.7), {"plain"})
    assert not one.agrees_with(archive("f.npz", 0.7, other=2.0), {"trains"})


def test_recordings_of_what_measures_time_agree_however_often_the_clock_had_it_ask(tmp_path: Path) -> None:
    one = _archive(tmp_path / "a.npz", {"mistakes": b"{}", "expected/fast": _reply(1)})
    wrong = {"mistake/fast/slow": _reply(1), "mistake/fast/slower": _reply(2)}
    other = _archive(tmp_path / "b.npz", {"mistakes": b"{}", "expected/fast": 3 * _reply(1)} | wrong)
    assert one.agrees_with(other, {"fast"})
    assert not one.agrees_with(other)
    assert not one.agrees_with(_archive(tmp_path / "c.npz", {"mistakes": b"{}"}), {"fast"})


def test_mistakes_are_not_recorded_on_a_check_that_trains(own_course: Course) -> None:
    edit(own_course, "checks.py", '@check("descent", points=10, public=True)', _TRAINS)
    recorded = record(own_course, "tiny")
    names = {name.rpartition("/")[0] for name in recorded}
    assert {"reference", "expected"} <= {n.partition("/")[0] for n in recorded if n.endswith("descends_two_steps")}
    assert "mistake/descends_two_steps" not in names
    assert "mistake/standardizes_a_table" in names
    edit(own_course, "checks.py", _TRAINS, '@check("descent", points=10, public=True)')
    assert any(name.startswith("mistake/descends_two_steps/") for name in record(own_course, "tiny"))


_TRAINS = '@check("descent", points=10, public=True, trains=True)'


def test_unseeded_randomness_of_the_reference_is_the_same_each_time() -> None:
    def draws(student: Any) -> None:
        """Draws."""
        student.f()

    def outcome(seed: bytes) -> tuple[float, float]:
        answers = LiveAnswers({"f": lambda: (random.random(), float(np.random.rand()))}, [])
        expected = answers.expected(claim, seed)
        assert expected.student is not None
        return tuple(value_of(expected.student, 0))

    claim = check("f", points=1)(draws).__checks__[0]  # type: ignore[attr-defined]
    assert outcome(b"ada") == outcome(b"ada")
    assert outcome(b"ada")[0] != outcome(b"bob")[0]
    assert outcome(b"ada")[1] != outcome(b"bob")[1]


def test_the_reference_and_a_student_s_process_draw_the_same(course: Course, grade: Grade) -> None:
    body = "raise ValueError(f'{random.random()} {np.random.rand()}')"
    report = grade(tiny.swapped(descent=f"import random\ndef descent(*_):\n    {body}"))
    checks, _ = load_live(course, "tiny")
    (claim,) = (each for each in checks if each.name == "descends_five_steps")
    determinism.seed(process_seed(claim, bytes.fromhex(report.seed)))
    assert f"{random.random()} {np.random.rand()}" in by_name(report)["descends_five_steps"].message


def test_a_reference_that_draws_can_be_recorded(own_course: Course) -> None:
    edit(own_course, "tiny.py", "q_height = 4\n", "q_height = 4\ndef q_noise(): return float(np.random.rand())\n")
    body = "    noise = reference.q_noise()\n    close(student.descent(lambda x: 2"
    edit(own_course, "checks.py", "    close(student.descent(lambda x: 2", body)
    first, second = record(own_course, "tiny"), record(own_course, "tiny")
    assert {k: v.tobytes() for k, v in first.items()} == {k: v.tobytes() for k, v in second.items()}


@pytest.mark.torch
def test_torch_draws_the_same_each_time_and_is_deterministic() -> None:
    import torch

    determinism.settle()
    draws = []
    for _ in range(2):
        determinism.seed(11)
        draws.append((torch.rand(3).tolist(), random.random(), float(np.random.rand())))
    assert draws[0] == draws[1]
    assert torch.get_num_threads() == 1
    assert torch.get_deterministic_debug_mode() == 1  # warn about nondeterministic operations
