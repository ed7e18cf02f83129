"""Makes downloads as learning platforms do, from what students hand in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

Files = dict[str, bytes]


def zipped(files: Files) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def moodle(students: dict[str, Files], *, flat: bool = False, first: int = 700) -> Files:
    between = "" if flat else "/"
    return {
        f"{name}_{number}_assignsubmission_file_{between}{file}": data
        for number, (name, files) in enumerate(students.items(), first)
        for file, data in files.items()
    }


def canvas(students: dict[str, Files], late: tuple[str, ...] = (), first: int = 101) -> Files:
    made, upload = Files(), 5000
    for user, (name, files) in enumerate(students.items(), first):
        given, _, last = name.rpartition(" ")
        called = "".join(c for c in f"{last}{given}".lower() if c.isalnum()) + ("_LATE" if name in late else "")
        for file, data in files.items():
            upload += 1
            made[f"{called}_{user}_{upload}_{file}"] = data
    return made


def blackboard(students: dict[str, Files], assignment: str = "Homework 1") -> Files:
    made = Files()
    for name, files in students.items():
        user = name.lower().replace(" ", "_")
        head = f"{assignment}_{user}_attempt_2026-01-31-23-59-59"
        made |= {f"{head}_{file}": data for file, data in files.items()}
        made[f"{head}.txt"] = f"Name: {name} ({user})\nAssignment: {assignment}\nDate Submitted: Saturday".encode()
    return made


def brightspace(students: dict[str, Files], *, flat: bool = False, first: int = 39786) -> Files:
    between = " - " if flat else "/"
    made = {"index.html": b"<html>"}
    for number, (name, files) in enumerate(students.items(), first):
        made |= {
            f"{number}-640693 - {name} - Oct 10, 2025 1022 AM{between}{file}": data for file, data in files.items()
        }
    return made


def gradescope(students: dict[str, Files]) -> Files:
    made, told = Files(), ["---"]
    for number, (name, files) in enumerate(students.items(), 900):
        folder, address = f"submission_{number}", name.lower().replace(" ", ".") + "@uni.edu"
        made |= {f"assignment_7_export/{folder}/{file}": data for file, data in files.items()}
        told += [f"{folder}:", "  :submitters:", f"  - :name: {name}", "    :sid: ''", f"    :email: {address}"]
        told += ["  :created_at: 2026-01-31 12:00:00.000000000 -05:00", "  :score: 0.0"]
    return made | {"assignment_7_export/submission_metadata.yml": "\n".join(told).encode()}


SYSTEMS = {
    "moodle": moodle,
    "canvas": canvas,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "gradescope": gradescope,
}


def put_all(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
