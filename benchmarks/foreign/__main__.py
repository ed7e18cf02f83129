"""Each foreign implementation in otherwise right work: `python -m benchmarks.foreign [ID ...]`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from autograder.checking.answers import LiveAnswers, load_live
from autograder.checking.declare import Check
from autograder.course.course import Course
from autograder.proofs.mistakes import seed_of
from autograder.submission.slips import slips_in
from benchmarks.naming import Named, named_in

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
JUDGED = FOLDER / "judged.yml"
SAYS = "# says:"
VERDICTS = ("true", "wrong", "silent")  # silent: it is true, but says only that something is wrong
UNCAUGHT, UNJUDGED = "not caught", "to judge"
RIGHT, HELD, BLAMED = "right_", "right", "blamed"  # prefix of correct files; whether all checks pass for them or not
COLUMNS = (*VERDICTS, UNCAUGHT, UNJUDGED, HELD, BLAMED)


def words_of(path: Path) -> str:
    """What is wrong, in its author's words. Raises: ValueError if the file does not begin with them."""
    first = path.read_text().splitlines()[:1]
    if not first or not first[0].startswith(SAYS) or not (words := first[0].removeprefix(SAYS).strip()):
        raise ValueError(f"{path} does not begin with a line `{SAYS} what is wrong`")
    return words


def verdict(says: tuple[str, ...], judged: Mapping[str, Any]) -> str:
    """The combined verdict on all sentences about one implementation. judged: sentence -> a reader's verdict."""
    given = [str(judged.get(sentence, "")).lower() for sentence in says]
    if any(each not in VERDICTS for each in given):
        return UNJUDGED
    return next((each for each in ("wrong", "true") if each in given), "silent")


def implementations(assignment_id: str, folder: Path = FOLDER) -> list[Path]:
    return sorted((folder / assignment_id).glob("*/*.py"))


def said_of(path: Path, checks: list[Check], answers: LiveAnswers) -> Named | None:
    """The diagnosis of work in which this file's definitions replace the reference's: for the exercise, and those that
    belong to it, such as the forward pass of a backward one. None if no check fails it, or it does not end."""
    exercise = path.parent.name
    names, text = dict(answers.names), path.read_text()
    exec(compile(text, str(path), "exec"), names)
    others = [each.exercise for each in checks if each.exercise != exercise]
    slips = slips_in([("it", "other", text, 1)], exercise, others)
    return named_in((path.stem,), (exercise,), names, checks, answers, answers, seed_of(0), slips)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.foreign", description=__doc__)
    parser.add_argument("ids", nargs="*", default=sorted(each.name for each in FOLDER.iterdir() if each.is_dir()))
    options = parser.parse_args()
    judged = (yaml.safe_load(JUDGED.read_text()) if JUDGED.is_file() else None) or {}
    course = Course.load(ROOT / "course.yml")
    rows, open_ones = [], {}
    for assignment_id in options.ids:
        if not (paths := implementations(assignment_id)):
            continue
        checks, answers = load_live(course, assignment_id)
        counts: Counter[str] = Counter()
        for path in paths:
            key = path.relative_to(FOLDER).as_posix()
            found = said_of(path, checks, answers)
            says = found.says if found else ()
            if path.stem.startswith(RIGHT):
                came_to = HELD if found is None else BLAMED
            else:
                came_to = UNCAUGHT if found is None else verdict(says, judged.get(key, {}))
            counts[came_to] += 1
            print(f"{key}  [{came_to}]\n    theirs  {words_of(path)}")
            print("\n".join(f"    ours    {sentence}" for sentence in says) or "    ours    -")
            if came_to == UNJUDGED:
                open_ones[key] = {sentence: judged.get(key, {}).get(sentence, "?") for sentence in says}
        rows.append(f"{assignment_id:<16}" + "".join(f"{counts[kind]:>12}" for kind in COLUMNS))
    print(f"{'':<16}" + "".join(f"{kind:>12}" for kind in COLUMNS), *rows, sep="\n")
    if open_ones:
        print(f"\nFor {JUDGED.name}, with {', '.join(VERDICTS)} in place of ?:\n")
        print(yaml.safe_dump(open_ones, allow_unicode=True, sort_keys=False, width=1000))
    return 0


if __name__ == "__main__":
    sys.exit(main())
