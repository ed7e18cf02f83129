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

What crosses is decoded by `child.wire`: plain data, size- and depth-limited, arrays rebuilt here. The worst that a
submission can do with its socket is to give wrong values for its own calls, which the checks judge.

Not protected: a flaw in the kernel that its allowed system calls can reach; the time that other submissions on the
same cores see; and within one submission, one check from another (they share a process, and one that does not hold
there is judged again in a process of its own: that keeps honest accidents apart).

Reading order: child/wire.py (frames), child/workspace.py (calls), child/loader.py (cells), child/template.py (the
processes), child/confine.py (the walls), backends.py and seccomp.py (how it is started), host.py, session.py and
exchange.py (this side).
"""

from autograder.sandbox.host import Sandbox

__all__ = ["Sandbox"]
