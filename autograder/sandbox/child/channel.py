"""Sends and receives whole frames over a socket, before a deadline."""

from __future__ import annotations

import socket
import time

from .arrays import WireError
from .wire import HEADER, MAX_STRUCTURE_BYTES, Frame

_CHUNK_BYTES = 1 << 20


class Disconnected(WireError):
    """The other side is gone, so no more data will arrive."""


class DeadlinePassed(WireError):
    """The other side did not send or take a whole frame in time."""


def send(sock: socket.socket, frame: Frame, deadline: float | None = None, *, first: bytes = b"") -> None:
    """Send one frame before `deadline` (in time.monotonic seconds). `first`: encoded frames to send before it.

    Raises: DeadlinePassed, Disconnected.
    """
    head = first + HEADER.pack(len(frame.structure), len(frame.buffers)) + frame.structure
    small = len(frame.buffers) < _CHUNK_BYTES
    parts: list[bytes | bytearray] = [head + frame.buffers] if small else [head, frame.buffers]
    for part in parts:
        view = memoryview(part)
        while view:
            _arm(sock, deadline)
            try:
                sent = sock.send(view[:_CHUNK_BYTES])
            except TimeoutError:
                raise DeadlinePassed("the deadline passed while sending") from None
            except OSError as error:
                raise Disconnected(f"the connection broke ({error.strerror})") from None
            view = view[sent:]


def receive(sock: socket.socket, deadline: float | None = None, max_bytes: int | None = None) -> Frame:
    """Receive one frame. max_bytes: as in `encode`.

    Raises: DeadlinePassed, Disconnected; WireError if the frame announces more than is allowed.
    """
    n_structure, n_buffers = HEADER.unpack(_read(sock, HEADER.size, deadline))
    if max_bytes is not None and n_structure > MAX_STRUCTURE_BYTES:
        raise WireError(f"a reply with more than {MAX_STRUCTURE_BYTES >> 20} MiB of structure")
    if max_bytes is not None and n_buffers > max_bytes:
        raise WireError(f"a reply of {n_buffers / 2**20:.0f} MiB, more than the allowed {max_bytes >> 20} MiB")
    if n_structure + n_buffers > _CHUNK_BYTES:
        return Frame(bytes(_read(sock, n_structure, deadline)), _read(sock, n_buffers, deadline))
    both = _read(sock, n_structure + n_buffers, deadline)
    return Frame(bytes(both[:n_structure]), both[n_structure:])


def _read(sock: socket.socket, count: int, deadline: float | None) -> bytearray:
    # Allocates what has arrived, not what was announced, since announcing costs the sender nothing.
    data = bytearray()
    while len(data) < count:
        _arm(sock, deadline)
        try:
            chunk = sock.recv(min(count - len(data), _CHUNK_BYTES))
        except TimeoutError:
            raise DeadlinePassed("the deadline passed") from None
        except OSError as error:
            raise Disconnected(f"the connection broke ({error.strerror})") from None
        if not chunk:
            raise Disconnected("the connection was closed")
        data += chunk
    return data


def _arm(sock: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        if sock.gettimeout() is not None:  # setting it is a system call each time
            sock.settimeout(None)
        return
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise DeadlinePassed("the deadline passed")
    sock.settimeout(remaining)
