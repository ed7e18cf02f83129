"""The trust boundary: student code runs in another process, and only plain data comes back.

What this protects, and from whom
---------------------------------
The grader's process has the checks, the reference, the answers to hidden inputs, labels and scores. A submission is
untrusted code. Its author may want to read or change these, or harm the machine, or may only have written an endless
loop.

With the `bubblewrap` backend, a submission
  - has no network; sees no files but the Python installation and the system's libraries (read-only); can write only to
    a private /tmp that disappears with it; /proc is empty; it inherits no environment, and no descriptor but its socket
    and its standard streams;
  - runs as an ordinary user without capabilities, in its own user, pid, mount, ipc and network namespaces, under a
    system-call filter: it cannot see, signal, trace or read the template, the grader or another submission;
  - is limited in time, memory, processes, files, output and the size of its replies.
With the `process` backend, the same protocol runs without namespaces and filter. It contains accidents (crashes,
endless loops, large outputs), but is not a security boundary, and every report says that it was used.

Everything that crosses the boundary is decoded by `child.wire` into plain data of limited size and depth; arrays are
rebuilt here. It must then have the shape of one of the messages in `child.protocol`, or the check ends. The worst that
a submission can do with its socket is to return wrong values for its own calls, which the checks judge.

Not protected against: a kernel bug that the allowed system calls can reach; timing that other submissions on the same
cores can observe; and, within one submission, interference between its checks. Checks share a process, and a failing
check is run again in a new process. This separates honest accidents, but is no boundary.

Reading order for a review of the boundary: one table, child/protocol.py (every message: who may send it, its shape,
what happens if it is malformed), and five files.

  1. child/wire.py         decodes bytes into plain data, or refuses them (with arrays.py, its part for numbers)
  2. connection.py         what is accepted from the submission's socket, and when; how it is ended and why it ended
  3. exchange.py           what one check's process may cost the grader: time, memory, callbacks
  4. child/supervisor.py   the limits that are enforced from outside the submission
  5. child/confine.py      the walls: namespaces, mounts, privileges, limits

The remaining modules run on the student's side and are trusted with nothing (child/check_server.py, loader.py,
workspace.py), start the above (template.py, backends.py with seccomp.py's list of system calls, child/template.py), or
make it usable (session.py: loads once, forks for its checks; together.py: many checks at once, with child/kept.py, what
code keeps between its calls; namespace.py: what a check sees, with modified.py, the arguments that a call changed;
transports.py: the same requests without a boundary; direct.py: the reference, without frames; plain.py and
child/plain.py: a student's own work on systems that cannot fork).
"""

from autograder.sandbox.program import Program
from autograder.sandbox.sandbox import Sandbox

__all__ = [
    "Program", "Sandbox", "backends", "connection", "direct", "exchange", "explain", "loaded", "namespace", "plain",
    "program", "session", "together", "transports",
]  # fmt: skip
