"""The trust boundary: student code runs in another process and only plain data comes back.

What this protects, and from whom
---------------------------------
The grader's process holds the checks, the reference, hidden inputs' answers, labels and scores. A submission is code
by someone who may want to read them, change them, or harm the machine; or who only forgot to end a loop.

With the `bubblewrap` backend a submission
  - has no network, sees no file but the Python installation and the system's libraries (read-only), and can write
    only to a private /tmp that ends with it; /proc is empty; no environment, no descriptor but its own socket;
  - runs as an ordinary user without capabilities in user, pid, mount, ipc and network namespaces of its own, under a
    system-call filter: it cannot see, signal, trace or read the template, the grader, or another submission;
  - is limited in time, memory, processes, files, output and the size of its replies.
With the `process` backend the same protocol runs without namespaces and filter: it contains accidents (crashes,
endless loops, large outputs), is not a security boundary, and every report says that it was used.

What crosses is decoded by `child.wire`: plain data, size- and depth-limited, arrays rebuilt here; and it is one of the
messages of `child.protocol` in its shape, or the check ends. The worst that a submission can do with its socket is to
give wrong values for its own calls, which the checks judge.

Not protected: a flaw in the kernel that its allowed system calls can reach; the time that other submissions on the
same cores see; and within one submission, one check from another (they share a process, and one that does not hold
there is judged again in a process of its own: that keeps honest accidents apart).

Reading order, for whoever reviews the boundary: one table, child/protocol.py (every message: who may send it, its
shape, what a malformed one gets), and five files.

  1. child/wire.py         bytes become plain data, or are refused (with arrays.py, its half for numbers)
  2. connection.py         what is accepted from the submission's socket, and when; how it is ended and why it ended
  3. exchange.py           what one check's process may cost the grader: time, memory, callbacks
  4. child/supervisor.py   the limits that are watched from outside the submission
  5. child/confine.py      the walls that it is loaded behind

What is left runs on the student's side and is trusted with nothing (child/check_server.py, loader.py, workspace.py),
starts what is above (template.py, backends.py with seccomp.py's list of system calls, child/template.py), or makes it
usable (session.py: loading once, a process for each check; namespace.py: what a check sees; transports.py: the same
requests without a boundary; direct.py: the reference, without frames; plain.py and child/plain.py: a student's own work
where the system cannot fork).
"""

from autograder.sandbox.program import Program
from autograder.sandbox.sandbox import Sandbox

__all__ = [
    "Program", "Sandbox", "backends", "connection", "direct", "exchange", "explain", "loaded", "namespace", "plain",
    "program", "session", "transports",
]  # fmt: skip
