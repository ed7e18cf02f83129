"""Runs notebooks in the students' kernel, forked from a process that has imported the slow libraries.

Starting a kernel and importing matplotlib and scikit-learn takes as long as running many a notebook; torch twice that.
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

# Not modules whose state a kernel changes when it starts: these are the same before and after.
_LIBRARIES = ("ipykernel.kernelapp", "matplotlib.pyplot", "sklearn.datasets", "scipy.special")
_INLINE = "module://matplotlib_inline.backend_inline"  # as a kernel sets it, if it starts before matplotlib is imported


class _Kernel:
    """A kernel that a template has started. It replaces a subprocess.Popen object."""

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
    """A process that has imported these modules, and forks a kernel on request."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        command = [sys.executable, "-c", "import sys; from tests.kernels import serve; serve(sys.argv[1:])", *modules]
        environment = os.environ | {"MPLBACKEND": _INLINE}
        root = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def launch(self, cmd: list[str], *, cwd: str, env: dict[str, str], **_: Any) -> _Kernel:
        """Replaces jupyter_client's launch_kernel. cmd: python -m ipykernel_launcher -f FILE ..."""
        assert self._process.stdin
        assert self._process.stdout
        json.dump([cmd[3:], cwd, env], self._process.stdin)
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return _Kernel(int(self._process.stdout.readline()))


@functools.cache
def template(modules: tuple[str, ...]) -> Template:
    """The template of this process with these modules; it ends with the process."""
    return Template(modules)


def serve(modules: list[str]) -> None:
    """Fork a kernel for each line on standard input, and print its process id; until the end of the input."""
    gc.disable()
    for each in [*_LIBRARIES, *modules]:
        importlib.import_module(each)
    gc.freeze()  # a collection in a kernel must not touch, and thereby copy, the imported modules
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
    """The notebook's cells with their outputs, run from top to bottom in `folder`.

    modules: those that its kernel has imported already.
    """
    from nbclient import NotebookClient

    node = nbformat.reads(json.dumps(notebook), as_version=4)
    with monkeypatch.context() as patch:
        patch.setattr("jupyter_client.provisioning.local_provisioner.launch_kernel", template(modules).launch)
        NotebookClient(node, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    return list(node.cells)
