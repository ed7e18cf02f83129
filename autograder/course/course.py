"""A course as described by its course.yml: its assignments, folders, secret and extensions."""

from __future__ import annotations

import importlib.util
import os
import secrets
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.course import file as course_file
from autograder.course.file import EVERY, Extension
from autograder.course.settings import Assignment, CourseSettings, FoundMistake, Limits
from autograder.errors import CourseError
from autograder.text import did_you_mean

__all__ = ["Assignment", "Course", "FoundMistake", "Limits", "NoCourse", "UnknownName", "is_installed"]

FILE_NAME = "course.yml"
FOUND = "found.yml"


class UnknownName(CourseError):
    """The course has no assignment or exercise of this name: the request is wrong, not the course."""


class NoCourse(CourseError):
    """There is no course, or no assignment, in the given place: the request is wrong."""


@dataclass(frozen=True)
class Course(CourseSettings):
    """The settings of course.yml, and its path. A student's copy has no solutions and never needs the secret."""

    path: Path = field(kw_only=True)

    @classmethod
    def load(cls, path: Path) -> Course:
        """Read and validate a course.yml.

        Raises: CourseError with file, line and key of every error, and a suggestion for a misspelled key.
        """
        path = Path(path).absolute()
        return cls(path=path, **vars(course_file.read(path)))

    @classmethod
    def find(cls, start: Path) -> Course:
        """Load the course.yml of `start` or of the nearest folder above it. Raises: NoCourse if there is none."""
        start = Path(start).absolute()
        for folder in (start, *start.parents):
            if (folder / FILE_NAME).is_file():
                return cls.load(folder / FILE_NAME)
        raise NoCourse(f"No {FILE_NAME} in {start} or in a folder above it; change to the folder of your course.")

    def remember_validation(self) -> None:
        """Record that this text is valid, so that the next commands need not validate it again."""
        course_file.remember_validation(self.path)

    @property
    def root(self) -> Path:
        return self.path.parent

    def assignment(self, assignment_id: str) -> Assignment:
        """The assignment with this id. Raises: UnknownName, a CourseError, with the nearest id."""
        for assignment in self.assignments:
            if assignment.id == assignment_id:
                return assignment
        known = [assignment.id for assignment in self.assignments]
        raise UnknownName(f"No assignment '{assignment_id}' in {self.path}{did_you_mean(assignment_id, known)}")

    def require_modules(self, assignment_id: str) -> None:
        """Raises: CourseError if a module that the assignment preloads is not installed."""
        for module in self.assignment(assignment_id).preload:
            if not is_installed(module):
                raise CourseError(
                    f"{self.path}: {assignment_id} preloads {module}, but {sys.executable} has no such module; "
                    "is it installed, and spelled correctly?"
                )

    def require_exercises(self, assignment_id: str, exercises: Collection[str]) -> None:
        """Raises: CourseError if a rule is for an exercise that does not exist, because it would forbid nothing."""
        for name in self.assignment(assignment_id).rules.forbidden:
            if name not in exercises and name != EVERY:
                suggestion = did_you_mean(name, [*exercises, EVERY])
                raise CourseError(
                    f"{self.path}: rules.forbidden of {assignment_id} is for {name!r}, which is not an exercise of it"
                    f"{suggestion}"
                )

    def solutions_dir(self, assignment_id: str) -> Path:
        return self.root / "solutions" / assignment_id

    def release_dir(self, assignment_id: str) -> Path:
        return self.root / "assignments" / assignment_id

    def files_of(self, assignment_id: str) -> Iterator[tuple[str, Path]]:
        """The files that determine grading, including data: pairs of (name in the course's folder, path), sorted."""
        for folder in (self.solutions_dir(assignment_id), self.release_dir(assignment_id)):
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in inside.parts):
                    yield path.relative_to(self.root).as_posix(), path

    @cached_property
    def extensions(self) -> Mapping[str, Mapping[str, Extension]]:
        """Student -> assignment, or "*" for all -> their extension. Read on first access.

        It is a separate file, because students may read course.yml, but not this.
        Raises: CourseError if the file named in course.yml cannot be read, so that nobody loses points for it.
        """
        if self.extensions_file is None:
            return {}
        due = {each.id: each.due for each in self.assignments}
        return course_file.read_extensions(self.root / self.extensions_file, due)

    def found(self, assignment_id: str) -> tuple[FoundMistake, ...]:
        """The mistakes that staff found in their classes; none if the assignment is not part of this course.

        The file is in solutions/, because a sentence may reveal more than the statement. Raises: CourseError with
        file and line.
        """
        if all(each.id != assignment_id for each in self.assignments):
            return ()
        return course_file.read_found(self.solutions_dir(assignment_id) / FOUND)

    def add_found(self, assignment_id: str, found: FoundMistake) -> Path:
        """Add a mistake, and return the file's path. Raises: CourseError if its name or digest is taken."""
        path = self.solutions_dir(self.assignment(assignment_id).id) / FOUND
        course_file.add_found(path, found)
        return path

    def secret(self) -> bytes:
        """The secret that seeds hidden inputs: AUTOGRADER_SECRET, or else the secret file, created if it is missing.

        Raises: CourseError if it is shorter than 16 characters, or if its file can be neither read nor created.
        """
        if "AUTOGRADER_SECRET" in os.environ:
            source, text = "the environment variable AUTOGRADER_SECRET", os.environ["AUTOGRADER_SECRET"]
        else:
            path = self.root / self.secret_file
            try:
                if not path.exists():
                    _create_secret(path)
                source, text = str(path), path.read_text(encoding="utf-8")
            except (OSError, UnicodeError) as error:
                raise CourseError(f"Cannot read or create the course secret {path}: {error}") from error
        text = text.strip()
        if len(text) < 16:
            raise CourseError(f"The course secret in {source} has {len(text)} characters; at least 16 are needed.")
        return text.encode("utf-8", "surrogateescape")


def is_installed(module: str) -> bool:
    """Whether a module can be imported here. Does not import it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:  # its parent package is missing
        return False
    except ValueError:  # a loaded module without a spec
        return module in sys.modules


def _create_secret(path: Path) -> None:
    """Write a new secret. If two graders start together, both use the file that was written first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # unlike a rename, a link never replaces a file that is already there
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
