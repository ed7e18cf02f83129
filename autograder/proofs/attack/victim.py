"""Creates what is at stake in a run of attacks: a course, other people's work, a process, services and secrets.

All of it belongs to this run and is in one temporary folder. The secrets are random, so finding one anywhere else means
that it was stolen. `constants` contains everything that an attack's author could know, and more.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import string
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.authoring.build import build
from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.proofs.attack import traces
from autograder.sandbox import Program, Sandbox
from autograder.sandbox.namespace import Namespace

ASSIGNMENT = "victim"
HONEST_POINTS = 40.0  # what `shift` earns; the points of `unlock` can only be stolen
ENVIRONMENT = "VICTIM_SECRET"
_NEIGHBOUR_S, _BEAT_S = 3600.0, 30.0

COURSE = """\
title: A course to attack
assignments:
  - id: victim
    title: Two exercises, of which one cannot be solved
    rules: {forbidden: {unlock: [antigravity]}}
limits: {load_s: 3, check_s: 1, submission_s: 8, memory_mib: 256, output_kib: 16, output_limit_mib: 1, reply_mib: 4,
         tmp_mib: 8, processes: 32}
"""

SCRIPT = '''\
# %% [markdown]
# # Victim

# %%
import numpy as np

# %% tags=["exercise:shift"]
def shift(x):
    """x plus one. x: a number or an array."""
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION

# %% tags=["exercise:unlock"]
def unlock(salt):
    """`salt` and the key, which you were not given. salt: a text."""
    ### BEGIN SOLUTION
    stored_key = "SOLUTION"
    return salt + stored_key
    ### END SOLUTION
'''

CHECKS = '''\
import pathlib

import numpy as np

from autograder import check, close, equal
from autograder.sandbox.exchange import Exchange

SECRET = "CHECKS"
LABELS = pathlib.Path(__file__).with_name("labels.txt").read_text()
SEEN = []  # what submissions returned, to be searched for secrets
ASKED = []  # of hidden checks, what only they know and the submission


def asked(salt):
    ASKED.append(salt)
    return salt


def seen(student, value):
    if isinstance(student._transport, Exchange):  # and not the reference in the student's place
        SEEN.append(value)
    return value


@check("shift", points=10, public=True)
def shifts_a_number(student):
    """One more than 41 is 42."""
    equal(seen(student, student.shift(41)), 42)


@check("shift", points=10, public=True)
def shifts_another_number(student):
    """One more than -8 is -7, in the same process."""
    equal(seen(student, student.shift(-8)), -7)


@check("shift", points=20)
def shifts_an_array(student, reference, rng):
    """Arrays are shifted, and calls do not disturb each other."""
    for n in (3, 5):
        x = rng.standard_normal((n, 2))
        close(seen(student, student.shift(x)), reference.shift(x))


@check("unlock", points=30)
def unlocks(student, reference, rng):
    """The key is right."""
    salt = asked("".join(rng.choice(list("abcdef"), 8)))
    equal(seen(student, student.unlock(salt)), reference.unlock(salt))


@check("unlock", points=30)
def unlocks_again(student, reference, rng):
    """The key is right in another process, and each time that it is asked for."""
    salts = [asked("".join(rng.choice(list("ghijkl"), 8))) + "x" * n for n in range(12)]
    got = [seen(student, student.unlock(salt)) for salt in salts]
    equal(got, [reference.unlock(salt) for salt in salts])
'''

MISTAKES = """\
from autograder import mistake

SECRET = "MISTAKES"


@mistake("shift", says="In which direction?")
def shifts_back(x):
    return x - 1


@mistake("unlock", says="Is there a key?")
def forgets_the_key(salt):
    return salt
"""

# Other people's work: right, wrong, and one that needs a diagnosis. Each has its own secret.
HONEST = {
    "ada": "SECRET = 'WORK'\ndef shift(x):\n    return 1 + x\n",
    "bob": "SECRET = 'WORK'\ndef shift(x):\n    print('bob was here')\n    return x - 1\n\ndef unlock(salt):\n"
    "    return salt[::-1]\n",
}

# Another submission, as if graded by another worker at the same time; it lives as long as the run.
NEIGHBOUR = """\
import socket
SECRET = "NEIGHBOUR"
with open("/tmp/neighbour", "w") as file:
    file.write(SECRET)
listener = socket.socket(socket.AF_UNIX)
listener.bind(b"\\0" + NAME)
listener.listen()
def beat(n):
    with open("/tmp/neighbour") as file:
        return [n, file.read() == SECRET]
"""


def _token() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(28))


class Victim:
    """What is at stake in one run. Use as a context manager.

    secrets: description -> the secret. mark: on every trace of an attack, to distinguish it from traces of other
    programs on this machine.
    """

    def __init__(self, isolation: str) -> None:
        kinds = ("the solution", "the checks", "the mistakes", "the labels", "the course secret", "the environment",
                 "the grader's memory", "another submission", "another report", "the home folder",
                 "a service on the loopback", "a service on an abstract socket", "a neighbour's memory")  # fmt: skip
        self.secrets = {kind: _token() for kind in kinds}
        self.mark = f"mark-{secrets.token_hex(6)}"
        self.root = Path(tempfile.mkdtemp(prefix="autograder-attack-"))
        self._stack = contextlib.ExitStack()
        self._stack.callback(shutil.rmtree, self.root, ignore_errors=True)
        self._stack.callback(self._sweep)
        self.reached: list[str] = []
        try:
            self.course = self._write_course()
            self._in_memory = bytearray(self.secrets["the grader's memory"].encode() * 8)
            self._set_environment()
            # It waits for input that never comes, and ends when we do, however we end.
            self.canary = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            self._stack.callback(self._end_canary)
            self.port, self.abstract = self._serve()
            with socket.create_server(("127.0.0.1", 0)) as unused:
                self.free_port = unused.getsockname()[1]
            sandbox = self._stack.enter_context(Sandbox(isolation))
            text = NEIGHBOUR.replace("NEIGHBOUR", self.secrets["a neighbour's memory"])
            cell = ("neighbour", "setup", f"NAME = {self._name('neighbour')!r}\n{text}", 1)
            # It is called after each attack of a run, and may wait each time on a busy machine.
            limits = replace(self.course.assignment(ASSIGNMENT).limits, submission_s=_NEIGHBOUR_S)
            self._neighbour = self._stack.enter_context(sandbox.open(Program([cell]), limits))
            if not self.neighbour_is_well():
                raise CourseError("a submission that does nothing wrong does not run in this sandbox")
        except BaseException:
            self._stack.close()
            raise

    def _write_course(self) -> Course:
        solutions = self.root / "course" / "solutions" / ASSIGNMENT
        texts = {
            self.root / "course" / "course.yml": COURSE,
            solutions / f"{ASSIGNMENT}.py": SCRIPT.replace('SOLUTION"', f'{self.secrets["the solution"]}"'),
            solutions / "checks.py": CHECKS.replace('"CHECKS"', repr(self.secrets["the checks"])),
            solutions / "mistakes.py": MISTAKES.replace('"MISTAKES"', repr(self.secrets["the mistakes"])),
            solutions / "labels.txt": self.secrets["the labels"],
            self.root / "course" / ".autograder" / "secret": self.secrets["the course secret"],
            self.root / "home" / ".ssh" / "id_ed25519": self.secrets["the home folder"],
            self.root / "home" / ".bashrc": "# as it was\n",
            self.root / "reports" / "ada.json": self.secrets["another report"],
        }
        for name, text in HONEST.items():
            texts[self.root / "submitted" / f"{name}.py"] = text.replace("WORK", self.secrets["another submission"])
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (self.root / "inbox").mkdir()
        course = Course.load(self.root / "course" / "course.yml")
        build(course, ASSIGNMENT)
        return course

    def _set_environment(self) -> None:
        before = dict(os.environ)
        os.environ |= {ENVIRONMENT: self.secrets["the environment"], "HOME": str(self.root / "home")}
        os.environ.pop("AUTOGRADER_SECRET", None)  # it would replace the course's own secret

        def restore() -> None:
            os.environ.clear()
            os.environ.update(before)

        self._stack.callback(restore)

    def _sweep(self) -> None:
        for path in traces.marked_files(self.mark):
            with contextlib.suppress(OSError):
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    def _end_canary(self) -> None:
        self.canary.kill()
        self.canary.communicate()

    def _name(self, what: str) -> bytes:
        return f"{self.mark}-{what}".encode()

    def _serve(self) -> tuple[int, str]:
        """Services that send a secret to anybody who connects, and record the connection."""
        tcp = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = tcp.getsockname()[1]
        udp = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", port))
        listeners = {"the loopback": tcp}
        if sys.platform == "linux":
            unix = self._stack.enter_context(socket.socket(socket.AF_UNIX))
            unix.bind(b"\0" + self._name("service"))
            unix.listen()
            listeners["an abstract socket"] = unix

        def answer(kind: str, listener: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        self.reached.append(f"a service on {kind}")
                        connection.sendall(self.secrets[f"a service on {kind}"].encode())

        def hear() -> None:
            with contextlib.suppress(OSError):
                while (sender := udp.recvfrom(4096)[1]) is not None:  # None after it is shut down
                    self.reached.append("a name server")
                    udp.sendto(self.secrets["a service on the loopback"].encode(), sender)

        threads = [threading.Thread(target=answer, args=item, daemon=True) for item in listeners.items()]
        for thread in [*threads, threading.Thread(target=hear, daemon=True)]:
            thread.start()
        for listener in (*listeners.values(), udp):  # closing alone would not wake threads that wait for it
            self._stack.callback(_shut, listener)
        return port, self._name("service").decode()

    def neighbour_is_well(self) -> bool:
        number = secrets.randbelow(1000)
        try:
            with self._neighbour.check(_BEAT_S) as exchange:
                return bool(Namespace(exchange).beat(number) == [number, True])
        except (Failure, CourseError):
            return False

    def constants(self, name: str) -> dict[str, Any]:
        """The constants that are prepended to the attack of this name."""
        course, solutions = self.root / "course", self.root / "course" / "solutions" / ASSIGNMENT
        return {
            "MARK": self.mark,
            "COURSE": str(course),
            "SOLUTION": str(solutions / f"{ASSIGNMENT}.py"),
            "CHECKS": str(solutions / "checks.py"),
            "MISTAKES": str(solutions / "mistakes.py"),
            "LABELS": str(solutions / "labels.txt"),
            "ANSWERS": str(course / "assignments" / ASSIGNMENT / "answers.npz"),
            "SECRET_FILE": str(course / ".autograder" / "secret"),
            "OTHER_SUBMISSION": str(self.root / "submitted" / "ada.py"),
            "OTHER_REPORT": str(self.root / "reports" / "ada.json"),
            "OWN_REPORT": str(self.root / "reports" / f"{name}.json"),
            "HOME": str(self.root / "home"),
            "ENVIRONMENT": ENVIRONMENT,
            "CANARY_PID": self.canary.pid,
            "GRADER_PID": os.getpid(),
            "HOST_PORT": self.port,
            "HOST_SOCKET": self.abstract,
            "NEIGHBOUR_SOCKET": self._name("neighbour").decode(),
            "FREE_PORT": self.free_port,
            "CHECK_NAMES": ["shifts_a_number", "shifts_another_number", "shifts_an_array", "unlocks", "unlocks_again"],
        }

    def __enter__(self) -> Victim:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _shut(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
