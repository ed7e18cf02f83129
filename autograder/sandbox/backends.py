"""How a template process is started: inside bubblewrap, or as a plain process."""

from __future__ import annotations

import functools
import glob
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.errors import CourseError
from autograder.processes import ENVIRONMENT

BUBBLEWRAP, PROCESS = "bubblewrap", "process"
CHILD = Path(__file__).parent / "child"
# Not all of /usr: nbgrader's exchange is in /usr/local/share by default.
_SYSTEM_PATHS = (
    "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64",
    "/usr/libexec", "/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/locale", "/usr/share/zoneinfo",
    "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts",
    "/etc/localtime",
)  # fmt: skip
_PREFIX_PATHS = ("bin", "lib", "lib64", "pyvenv.cfg")  # of a prefix, which `venv .` makes the course's folder
# Not /dev/zero: the memory of a shared mapping of it is attributed to no process.
_DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
_ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "MPLBACKEND": "Agg",
    "PYTHONDONTWRITEBYTECODE": "1",
} | ENVIRONMENT
# With a GPU, these are taken from the host's environment: which GPU to use, and where the driver's library is.
_OF_CUDA = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
_INSTALL = (
    "install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap) or, for work that you trust, "
    "pass --isolation process, which is not a security boundary"
)
_APPARMOR = (
    "On Ubuntu 24.04 AppArmor refuses user namespaces: install the package apparmor-profiles, copy its profile "
    "bwrap-userns-restrict to /etc/apparmor.d and run `apparmor_parser -r` on it (on a throw-away runner: "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`)."
)


def command(
    isolation: str, control_fd: int, preload: Sequence[str], gpu: bool = False
) -> tuple[list[str], dict[str, str]]:
    """The template's argument list and environment.

    control_fd: the inherited descriptor on which it serves. preload: modules that it imports before it serves.
    gpu: make the device nodes of the machine's NVIDIA GPU visible.
    Raises: CourseError if the isolation is unknown or cannot work here; the message says what to do.
    """
    if isolation not in (BUBBLEWRAP, PROCESS):
        raise CourseError(f"unknown isolation {isolation!r}; choose bubblewrap or process")
    if not hasattr(os, "fork"):
        raise CourseError("this system cannot fork processes; on Windows run this in WSL")
    folders = [str(CHILD), *_site_folders()]
    environment = _ENVIRONMENT | ({name: os.environ[name] for name in _OF_CUDA if name in os.environ} if gpu else {})
    if isolation == PROCESS:
        python = _python(folders, control_fd, preload)
        return python, environment | {"HOME": os.environ.get("HOME", "/tmp")}
    # Mounted at other paths: a private /tmp would hide folders below the host's /tmp.
    seen = {path: f"/grader/{number}" for number, path in enumerate(folders)} | {str(CHILD): "/grader/child"}
    python = _python(list(seen.values()), control_fd, preload)
    return [_bubblewrap(), *_walls(), *_file_system(seen, gpu), *_only(environment), "--", *python], {}


def _python(folders: Sequence[str], control_fd: int, preload: Sequence[str]) -> list[str]:
    """The command that starts the template. folders: the child side's and the packages', as the process sees them."""
    child, *sites = folders
    search = [str(Path(child).parent), *sites]
    # -S (no site module): none of the host's start-up files run, and the search path is exactly this. Hooks that the
    # imports register would run at each fork, so registering is disabled (see `warmup.up`).
    start = (
        f"import os, sys; os.register_at_fork = lambda **hooks: None; sys.path += {search!r}; "
        f"from child.template import main; main({control_fd}, {list(preload)!r})"
    )
    return [sys.executable, "-s", "-S", "-P", "-c", start]


def _walls() -> list[str]:
    """bubblewrap's options for namespaces and capabilities."""
    arguments = [
        "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--die-with-parent", "--new-session", "--hostname", "sandbox",
    ]  # fmt: skip
    if os.geteuid() == 0:
        # The template stays root. It keeps two capabilities so that each submission can become `nobody`, and one so
        # that the supervisor gets processor time on a busy machine (`confine.come_first`).
        kept = ("CAP_SETUID", "CAP_SETGID", "CAP_SYS_NICE")
        return [*arguments, "--cap-drop", "ALL", *(word for name in kept for word in ("--cap-add", name))]
    return [*arguments, "--unshare-user"]


def _file_system(folders: Mapping[str, str], gpu: bool) -> list[str]:
    """Mount only what a submission may read. folders: additional ones, path -> where it is mounted."""
    # This /tmp is for the template's imports; each submission mounts its own over it. It must come first, because later
    # mounts may lie below it.
    arguments = ["--size", str(1 << 20), "--tmpfs", "/tmp"]
    readable = _readable_paths()
    devices = [*_DEVICES, *(["/dev/zero", *sorted(glob.glob("/dev/nvidia*"))] if gpu else [])]
    mount_points = [*readable, *devices, *folders.values(), "/dev/shm", "/tmp/submission"]
    for folder in sorted({str(parent) for path in mount_points for parent in Path(path).parents} - {"/"}):
        if not any(Path(folder).is_relative_to(path) for path in readable):
            arguments += ["--perms", "0755", "--dir", folder]  # or bubblewrap makes folders that only root may enter
    for path, seen in folders.items():
        arguments += ["--ro-bind", path, seen]
    for path in readable:
        if os.path.islink(path) and path.count("/") == 1:  # /lib -> usr/lib on merged systems
            arguments += ["--symlink", os.readlink(path), path]
        else:
            arguments += ["--ro-bind", path, path]
    for device in devices:
        arguments += ["--dev-bind", device, device]
    arguments += ["--symlink", "/tmp", "/dev/shm"]
    return [*arguments, "--proc", "/proc", "--remount-ro", "/", "--chdir", "/"]


def _only(environment: Mapping[str, str]) -> list[str]:
    values = [word for name, value in environment.items() for word in ("--setenv", name, value)]
    return ["--clearenv", *values]


def _site_folders() -> list[str]:
    paths = sysconfig.get_paths()
    folders = [paths["purelib"], paths["platlib"]]
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    if _sees_system_packages():
        folders += [sysconfig.get_path("purelib", vars=base), "/usr/lib/python3/dist-packages"]
    return list(dict.fromkeys(folder for folder in folders if os.path.isdir(folder)))


def _sees_system_packages() -> bool:
    try:
        text = Path(sys.prefix, "pyvenv.cfg").read_text()
    except OSError:
        return True  # not a virtual environment
    return "include-system-site-packages = true" in text.lower()


def _readable_paths() -> list[str]:
    """The system's libraries and the Python installation, with everything in them that a submission may read."""
    paths = [path for path in _SYSTEM_PATHS if os.path.lexists(path)]
    if Path(sys.base_prefix).is_relative_to("/tmp"):
        raise CourseError(
            f"Python is installed in {sys.base_prefix}, which a private /tmp would hide; move it elsewhere"
        )
    installations = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(sys.executable).resolve().parents[1])]
    wanted = [os.path.join(prefix, part) for prefix in installations for part in _PREFIX_PATHS]
    for path in dict.fromkeys(wanted):
        if os.path.exists(path) and not any(Path(path).is_relative_to(other) for other in paths):
            paths.append(path)
    return paths


@functools.cache
def _bubblewrap() -> str:
    """The path of a bwrap that works here. Raises CourseError otherwise."""
    path = shutil.which("bwrap")
    if path is None:
        raise CourseError(f"bubblewrap is not installed, so submissions cannot be run safely; {_INSTALL}")
    probe = [path, "--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"]
    result = subprocess.run(probe, capture_output=True, text=True)
    if result.returncode != 0:
        message = f"bubblewrap does not work here: {result.stderr.strip() or f'exit status {result.returncode}'}."
        restricted = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
        if restricted.exists() and restricted.read_text().strip() == "1":
            message += f" {_APPARMOR}"
        raise CourseError(f"{message} Or, for work that you trust, pass --isolation process")
    return path
