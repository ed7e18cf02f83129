"""Notebooks are run by the kernel that students have, in a fork of a process that has imported what takes long.

To start a kernel and import matplotlib and scikit-learn takes as long as many a notebook computes; torch twice that.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from tests.processes import is_running

# Nothing that a kernel sets up when it starts: these are the same modules before and after.
_LIBRARIES = ("ipykernel.kernelapp", "matplotlib.pyplot", "sklearn.datasets", "scipy.special")
_INLINE = "module://matplotlib_inline.backend_inline"  # as a kernel says, if it comes before matplotlib


class _Kernel:
    """A kernel that a template has made, for who expects a subprocess.Popen."""

    stdin = stdout = stderr = None
    returncode = 0

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        return None if is_running(self.pid) else self.returncode

    wait = poll

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    terminate = kill


class Template:
    """A process that has imported these modules, and forks a kernel when it is asked for one."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        command = [sys.executable, "-c", "import sys; from tests.kernels import serve; serve(sys.argv[1:])", *modules]
        environment = os.environ | {"MPLBACKEND": _INLINE}
        root = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def launch(self, cmd: list[str], *, cwd: str, env: dict[str, str], **_: Any) -> _Kernel:
        """In the place of jupyter_client's launch_kernel. cmd: python -m ipykernel_launcher -f FILE ..."""
        assert self._process.stdin
        assert self._process.stdout
        json.dump([cmd[3:], cwd, env], self._process.stdin)
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return _Kernel(int(self._process.stdout.readline()))


@functools.cache
def template(modules: tuple[str, ...]) -> Template:
    """The one of this process that has imported these modules; it ends with it."""
    return Template(modules)


def serve(modules: list[str]) -> None:
    """Make a kernel for each line of the standard input, and write its process id; until there are no more."""
    gc.disable()
    for each in [*_LIBRARIES, *modules]:
        importlib.import_module(each)
    gc.freeze()  # a collection in a kernel must not touch, and so copy, what was imported
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a kernel
    for line in sys.stdin:
        if os.fork() == 0:
            _start(*json.loads(line))


def _start(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    from ipykernel.kernelapp import launch_new_instance

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.write(1, b"%d\n" % os.getpid())
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    sys.argv[1:] = arguments
    sys.exit(launch_new_instance())


def run(notebook: dict[str, Any], folder: Path, modules: tuple[str, ...], monkeypatch: Any) -> list[Any]:
    """The cells of the notebook with what they show, run from top to bottom in `folder`.

    modules: those that its kernel has imported already.
    """
    from nbclient import NotebookClient

    node = nbformat.reads(json.dumps(notebook), as_version=4)
    with monkeypatch.context() as patch:
        patch.setattr("jupyter_client.provisioning.local_provisioner.launch_kernel", template(modules).launch)
        NotebookClient(node, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    return list(node.cells)
