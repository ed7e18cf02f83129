"""How many wrong implementations outside the catalog are named: `python -m benchmarks.naming [ID ...] [--list]`.

Two kinds of code are unknown to the diagnosis. *Left out*: known mistakes, each removed from the catalog. *Mutants*:
references with one small change. One kind is known: *pairs* of known mistakes, in one exercise or in two.
A fixed sample of each kind is drawn, and judged on one student's inputs.

    both, one   of a pair: both are named, or one of them, and no other mistake
    described   a general rule found a relation between its numbers and the right ones; true by construction
    place       such a rule found where they differ, but not how
    taken       it gets another known mistake's name: listed with --list, for a person to judge
    silent      there is nothing beyond the message and the check's own hint

Slow checks are left out: those that train, and those that need a GPU.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.checking.answers import KnownMistake, LiveAnswers, load_live
from autograder.checking.deadline import deadline
from autograder.checking.declare import Check, Mistake
from autograder.checking.judge import OpenStudent, results_of
from autograder.checking.one_slip import with_slips
from autograder.checking.run import Outcome, blame, run
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.proofs.mistakes import seed_of
from autograder.proofs.mutants import mutants
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from autograder.submission.read import read
from autograder.submission.slips import Slip

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "naming.json"
NUMPY = ("losses", "backprop", "initializers", "optimizers", "regularization", "conv", "conv_variants", "recurrent")
SAMPLE = 60  # of each kind; always the same ones
KINDS = ("both", "one", "described", "place", "taken", "silent")


class _Without:
    """Other answers, without one known mistake."""

    def __init__(self, answers: LiveAnswers, name: str) -> None:
        self._answers, self._name = answers, name

    def mistakes(self, check: Check, seed: bytes, names: Collection[str] | None = None) -> Iterator[KnownMistake]:
        return (each for each in self._answers.mistakes(check, seed, names) if each.name != self._name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answers, name)


@dataclass(frozen=True)
class Named:
    """The result for one wrong implementation. names: those given to its failing checks; says: their hints."""

    wrong: str
    exercise: str
    kind: str
    names: tuple[str, ...]
    says: tuple[str, ...]


def left_out(checks: list[Check], answers: LiveAnswers, seed: bytes, most: int) -> Iterator[Named]:
    """Known mistakes, each removed from the catalog. most: the size of the sample."""
    known = random.Random(0).sample(answers.known, min(most, len(answers.known)))
    for mistake in known:
        if (found := called(mistake, checks, answers, _Without(answers, mistake.name), seed)) is not None:
            yield found


def mutated(checks: list[Check], answers: LiveAnswers, script: Path, seed: bytes, most: int) -> Iterator[Named]:
    """A sample of the references' mutants that some check fails. most: the size of the sample."""
    exercises = {check.exercise for check in checks}
    made = [
        mutant
        for cell in read(script).cells
        if cell.kind == "exercise" and cell.name in exercises
        for mutant in mutants(cell.name, cell.source, cell.first_line)
    ]
    for mutant in random.Random(0).sample(made, min(most, len(made))):
        try:
            implementation = loaded(mutant.source, mutant.exercise, mutant.id, answers)
        except Exception:  # it cannot be loaded, which is a different kind of mistake
            continue
        mistake = Mistake(mutant.id, mutant.exercise, mutant.change, implementation)
        if (found := called(mistake, checks, answers, answers, seed)) is not None:
            yield found


def loaded(source: str, exercise: str, file: str, answers: LiveAnswers) -> Any:
    """The exercise as defined by a source, with the reference's names. Raises: what the source raises; KeyError."""
    own = {name: value for name, value in answers.names.items() if name != exercise}
    exec(compile(source, file, "exec"), own)
    return own[exercise]


def pairs(checks: list[Check], answers: LiveAnswers, script: Path, seed: bytes, most: int) -> Iterator[Named]:
    """Pairs of known mistakes made at once, equally many in one exercise and in two. most: the size of the sample."""
    sources = {cell.name: cell.source for cell in read(script).cells if cell.kind == "exercise"}
    known = [each for each in answers.known if not each.endless]
    drawn = random.Random(0)
    for within, number in ((True, most - most // 2), (False, most // 2)):
        wanted = [pair for pair in itertools.combinations(known, 2) if (pair[0].exercise == pair[1].exercise) == within]
        drawn.shuffle(wanted)
        made = ((pair, names) for pair in wanted if (names := _names_with(pair, answers, sources)) is not None)
        found = (named_in(*_both(pair), names, checks, answers, answers, seed) for pair, names in made)
        yield from itertools.islice((each for each in found if each is not None), number)


def _names_with(pair: Sequence[Mistake], answers: LiveAnswers, sources: Mapping[str, str]) -> dict[str, Any] | None:
    """The reference's names with two mistakes; None if they cannot be combined."""
    one, other = pair
    if one.exercise != other.exercise:
        return answers.names | {each.exercise: each.implementation for each in pair}
    try:
        made = other.made(one.edited(sources[one.exercise]), answers.names, one.name)
    except CourseError:
        return None
    return answers.names | {one.exercise: made.implementation} if one.edits and other.edits else None


def _both(pair: Sequence[Mistake]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(each.name for each in pair), tuple(dict.fromkeys(each.exercise for each in pair))


def called(mistake: Mistake, checks: list[Check], live: LiveAnswers, answers: Any, seed: bytes) -> Named | None:
    """The names given to a wrong implementation; None if no check fails it, or one takes too long."""
    return named_in((mistake.name,), (mistake.exercise,), live.names_with(mistake), checks, live, answers, seed)


def named_in(
    wrong: tuple[str, ...],
    exercises: tuple[str, ...],
    names: dict[str, Any],
    checks: list[Check],
    live: LiveAnswers,
    answers: Any,
    seed: bytes,
    slips: Sequence[Slip] = (),
) -> Named | None:
    """The diagnosis of work with these names by the checks of these exercises. wrong: the mistakes in it. slips: the
    changes to its code to try."""
    outcomes: dict[Check, Outcome] = {}
    for check in checks:
        if check.exercise in exercises and not check.costly:
            try:
                with live.deadline(check, "it"):
                    outcome = run(check, Namespace(Local(names)), live.reference(check, seed), seed)
            except CourseError:
                return None
            outcomes[check] = (
                outcome if outcome.status == "passed" else blame(check, outcome, live.expected(check, seed))
            )
    judged = with_slips(results_of(outcomes, answers, seed), checks, _opening(names), live, lambda _: slips)
    results = [each for exercise in judged for each in exercise.checks]
    failing = [each for each in results if each.status == "failed"]
    if not failing or any(each.status in ("error", "timeout") for each in results):
        return None
    found = tuple(dict.fromkeys(each.mistake for each in failing if each.mistake))
    own_hints = {check.name: outcome.hint for check, outcome in outcomes.items()}
    says = tuple(dict.fromkeys(said for each in failing if (said := _beside(own_hints[each.name], each.hint))))
    known = {each.name for each in live.known} & set(found)
    right = known & set(wrong)
    if known - set(wrong) or (len(wrong) == 1 and known):
        kind = "taken"
    elif right:
        kind = "both" if right == set(wrong) else "one"
    else:
        kind = "described" if found else "place" if says else "silent"
    return Named(" + ".join(wrong), " + ".join(exercises), kind, found, says)


def _opening(names: Mapping[str, Any]) -> OpenStudent:
    """Opens these names for a check in this process."""

    @contextlib.contextmanager
    def opened(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        with deadline(timeout_s, "it"):
            yield Namespace(Local(dict(names)))

    return opened


def _beside(own: str, hint: str) -> str:
    """What a diagnosis says in addition to the check's own hint."""
    return hint[: len(hint) - len(own)].strip() if own and hint.lower().endswith(own.lower()) else hint


def measure(assignment_id: str, most: int = SAMPLE) -> dict[str, Any]:
    """The numbers for one assignment, and every implementation with its names. most: of each kind."""
    course = Course.load(ROOT / "course.yml")
    checks, answers = load_live(course, assignment_id)
    checks = [check for check in checks if not check.costly]
    script = course.solutions_dir(assignment_id) / f"{assignment_id}.py"
    start = time.perf_counter()
    found = {
        "left out": list(left_out(checks, answers, seed_of(0), most)),
        "mutants": list(mutated(checks, _impatient(answers), script, seed_of(0), most)),
        "pairs": list(pairs(checks, _impatient(answers), script, seed_of(0), most)),
    }
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "counts": {way: dict(Counter(each.kind for each in those)) for way, those in found.items()},
        "implementations": {way: [vars(each) for each in those] for way, those in found.items()},
    }


def _impatient(answers: LiveAnswers) -> LiveAnswers:
    """The same answers with short time limits, because many mutants never end."""
    return LiveAnswers(answers.names, answers.known, 0.3, answers.uses)


def table(found: dict[str, Any]) -> str:
    """The numbers, one row per assignment and kind of code."""
    rows = [f"{'':<16}{'':<10}{'wrong':>7}" + "".join(f"{kind:>11}" for kind in KINDS) + f"{'named':>8}"]
    for assignment_id, each in found.items():
        for way, counts in each["counts"].items():
            total = sum(counts.values())
            named = total - counts.get("silent", 0) - counts.get("place", 0)
            cells = "".join(f"{counts.get(kind, 0):>11}" for kind in KINDS)
            rows.append(f"{assignment_id:<16}{way:<10}{total:>7}{cells}{named / max(total, 1):>8.0%}")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.naming", description=__doc__.splitlines()[0])
    parser.add_argument("ids", nargs="*", default=list(NUMPY))
    parser.add_argument("--list", action="store_true", help="every implementation with what it was called")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"how many of each kind at most ({SAMPLE})")
    parser.add_argument("--out", type=Path, help=f"write the figures, such as {RESULT.relative_to(ROOT)}")
    options = parser.parse_args()
    found = {}
    for assignment_id in options.ids:
        try:
            found[assignment_id] = measure(assignment_id, options.sample)
        except CourseError as error:
            print(error, file=sys.stderr)
            return 3
        if options.list:
            for way, those in found[assignment_id]["implementations"].items():
                for each in those:
                    print(f"{way:<9}{each['kind']:<10}{each['exercise']}: {each['wrong']}")
                    for name in each["names"]:
                        print(f"{'':<19}{name}")
                    for says in each["says"]:
                        print(f"{'':<19}> {says}")
    print(table(found))
    if options.out:
        figures = {name: {"seconds": each["seconds"], "counts": each["counts"]} for name, each in found.items()}
        options.out.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
