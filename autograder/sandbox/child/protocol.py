"""Every message of the sandbox, in one table: its kind, its route, its shape.

A message is a list [kind, *fields], encoded as one frame (see `wire`); to and from the supervisor, it is one line of
text. A `Route` defines who may send a message, and what happens if one is malformed or unexpected. Nothing outside this
table is sent or accepted. (The settings of the limits are sent earlier: `Session._settings` goes as JSON to the
template, which forks the supervisor with it.)

Protects against: accepting unexpected data. Messages of the submission's processes pass `checked` before anything else
looks at them. It requires a kind that is expected at this point, the right number of fields, and the right type of
each, to the depth given in the table.
Does not protect against: wrong values of the right type. All of the submission's processes share one socket, so each of
these messages may be forged at any time. Their contents count as the submission's own claims.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .wire import WireError

# ---- kinds ----------------------------------------------------------------------------------------------------------

CALL, METHOD, GET, ATTRIBUTE, CONTENT = "call", "method", "get", "attribute", "content"
PUT, MODULE, PROBE, KEEP, CALLS = "put", "module", "probe", "keep", "calls"
LEND, DEFINE = "lend", "define"
LOAD, CHECK, CHECKS, ROUND, END = "load", "check", "checks", "round", "end"
ANSWER, ERROR = "answer", "error"
VALUE, VALUES, MISSING, RAISED, UNSENDABLE = "value", "values", "missing", "raised", "unsendable"
ANSWERED = "answered"
CALLBACK, STUCK, ENDED = "callback", "stuck", "ended"
READY, CELL, LOADED = "ready", "cell", "loaded"
SEAL, STOP = "seal", "stop"
REPORT, FAULT = "report", "fault"

# Why a supervisor reports. If the loader ended by itself: "ended:<exit status, or minus the signal>".
SEALED, STOPPED, TOO_MUCH_MEMORY, TOO_MUCH_OUTPUT, ENDED_BY_ITSELF = "sealed", "stopped", "memory", "output", "ended:"


# ---- shapes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """What a field may be. says: in words. holds: whether a decoded value conforms."""

    says: str
    holds: Callable[[Any], bool]


def _exactly(says: str, *types: type) -> Shape:
    return Shape(says, lambda value: type(value) in types)  # no subclasses: a bool is not a number here


def _many(item: Shape, least: int = 0) -> Shape:
    says = f"list of {item.says}" + (f", {least} or more" if least else "")
    return Shape(says, lambda value: type(value) is list and len(value) >= least and all(map(item.holds, value)))


def _row(*items: Shape) -> Shape:
    def holds(value: Any) -> bool:
        return (
            type(value) is list
            and len(value) == len(items)
            and all(item.holds(each) for item, each in zip(items, value, strict=True))
        )

    return Shape(f"[{', '.join(item.says for item in items)}]", holds)


ANYTHING = Shape("plain data or a reference", lambda value: True)
TEXT, DATA, NUMBER = _exactly("str", str), _exactly("bytes", bytes), _exactly("int", int)
SECONDS, FLAG = _exactly("float", float, int), _exactly("bool", bool)
SEQUENCE, MAPPING = _exactly("list or tuple", list, tuple), _exactly("dict", dict)
_TYPES = _many(TEXT, 1)  # the names of an exception's classes, most specific first
_PROBLEM = _row(_TYPES, TEXT, TEXT, NUMBER)  # an exception: its types, message, the cell's label, the line
_PLACE = _row(TEXT, TEXT, _many(NUMBER, 1), _many(TEXT), NUMBER)
_RESTORED = _row(TEXT, TEXT, NUMBER)  # a restored exercise, the cell's label, the line


# ---- the table ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """direction: from whom to whom. sender: who may send it. malformed: the result of a malformed or unexpected one."""

    direction: str
    sender: str
    malformed: str


@dataclass(frozen=True)
class Message:
    kind: str
    route: Route
    fields: Mapping[str, Shape]

    @functools.cached_property
    def _tests(self) -> list[tuple[int, Callable[[Any], bool]]]:
        return [(i, shape.holds) for i, shape in enumerate(self.fields.values(), 1) if shape is not ANYTHING]

    def fits(self, message: list[Any]) -> bool:
        """Whether [kind, *fields] has this shape."""
        if len(message) != 1 + len(self.fields):
            return False
        for index, holds in self._tests:  # noqa: SIM110  (all() takes twice as long, for each reply)
            if not holds(message[index]):
                return False
        return True


_GRADER = "the grader, on behalf of a check: nobody else has that end of the socket"
_SUBMISSION = "the child side; anything in the submission's processes can, too"
_ENDS = "the check ends as crashed, and so do all processes of the submission"

REQUEST = Route("grader -> process", _GRADER, "is answered with `raised`")
RESULT = Route("grader -> process", _GRADER, "is served as a request: to answer, a check may call the student's code")
ORDER = Route("grader -> process", "the grader", "ends the process, as an unexpected exception in it")
REPLY = Route("process -> grader", _SUBMISSION, _ENDS)
QUESTION = Route("process -> grader", _SUBMISSION, _ENDS)
NOTICE = Route("process -> grader", _SUBMISSION, f"{_ENDS}; so does a `stuck` that was not asked for")
START = Route("process -> grader", "the loader, before it runs anything of the submission", "is a fault of ours")
PROGRESS = Route("process -> grader", _SUBMISSION, "ends the loading: each check fails, or is tried without that cell")
COMMAND = Route("grader -> supervisor", "the grader", "ends all processes of the submission, as `stop` does")
STATEMENT = Route("supervisor -> grader", "the supervisor, outside the submission's namespaces", "counts as lost")


def _message(kind: str, route: Route, **fields: Shape) -> Message:
    return Message(kind, route, fields)


TABLE = (
    # About the submission's names, handles and functions. handle: a Reference to an object on the process's side.
    _message(CALL, REQUEST, name=TEXT, args=SEQUENCE, kwargs=MAPPING),
    _message(METHOD, REQUEST, handle=ANYTHING, name=TEXT, args=SEQUENCE, kwargs=MAPPING),  # "": the object itself
    _message(PROBE, REQUEST, definition=DATA, name=TEXT, args=SEQUENCE, kwargs=MAPPING),  # the check's own, compiled
    _message(GET, REQUEST, name=TEXT),
    _message(ATTRIBUTE, REQUEST, handle=ANYTHING, name=TEXT),
    _message(CONTENT, REQUEST, handle=ANYTHING),
    _message(PUT, REQUEST, value=ANYTHING),
    _message(MODULE, REQUEST, name=TEXT),
    _message(KEEP, REQUEST, request=SEQUENCE),  # another request, whose result is kept behind a handle
    _message(CALLS, REQUEST, requests=_many(SEQUENCE)),  # `call`, `method` or `probe`, one after another
    _message(LEND, REQUEST, name=TEXT, function=ANYTHING),  # a callback that replaces this name
    _message(DEFINE, REQUEST, source=TEXT, label=TEXT),  # the submission's own code, changed
    # The result of a check's callback.
    _message(ANSWER, RESULT, value=ANYTHING),
    _message(ERROR, RESULT, type_name=TEXT, message=TEXT),
    # To the loader: the cells. To a check's process: a check begins; the process should end.
    _message(LOAD, ORDER, cells=_many(_row(TEXT, TEXT, TEXT, NUMBER))),  # label, kind, source, first line
    _message(CHECK, ORDER, seed=NUMBER, exercise=TEXT, look_s=SECONDS),
    # Several checks begin. Then follow rounds with one request of each of some: their indices, and the frames' bytes.
    # The last round is empty; it asks whether the code has kept something from one call to the next.
    _message(CHECKS, ORDER, checks=_many(_row(NUMBER, TEXT)), look_s=SECONDS),
    _message(ROUND, ORDER, checks=_many(NUMBER), frames=ANYTHING),
    _message(END, ORDER),
    # modified: indices of the request's arrays that the call changed in place; lists and dicts are -1, -2, ...
    _message(VALUE, REPLY, value=ANYTHING, modified=_many(NUMBER)),
    _message(VALUES, REPLY, values=ANYTHING, modified=_many(NUMBER)),
    _message(MISSING, REPLY, name=TEXT),
    _message(RAISED, REPLY, types=_TYPES, message=TEXT, label=TEXT, line=NUMBER),
    _message(UNSENDABLE, REPLY, reason=TEXT),
    # To a ROUND: the bytes of the replies' frames, in its order; and whether the code keeps something, or may do so.
    _message(ANSWERED, REPLY, frames=ANYTHING, keeps=FLAG),
    _message(CALLBACK, QUESTION, number=NUMBER, args=SEQUENCE, kwargs=MAPPING),
    # After each `look_s` of computing: where the code is, as label, function, lines, names of variables that kept plain
    # values, and for how many consecutive looks this call was running; and whether the innermost function returned to
    # an earlier state. By the loader: a check's process has ended.
    _message(STUCK, NOTICE, places=_many(_PLACE), recurs=FLAG),
    _message(ENDED, NOTICE, status=NUMBER),
    _message(READY, START),
    _message(CELL, PROGRESS, index=NUMBER),
    _message(LOADED, PROGRESS, names=_many(TEXT), problems=_many(_PROBLEM), restored=_many(_RESTORED)),
    # Lines of text. Seal: hidden checks follow, keep no output from now on. Stop: end everything.
    _message(SEAL, COMMAND),
    _message(STOP, COMMAND),
    # JSON objects, one per line.
    _message(REPORT, STATEMENT, reason=TEXT, output=TEXT),
    _message(FAULT, STATEMENT, fault=TEXT),
)  # fmt: skip


# ---- reading and writing --------------------------------------------------------------------------------------------

Accepted = Mapping[str, Message]


def accepted(*routes: Route) -> Accepted:
    """The messages of these routes, by kind."""
    return {message.kind: message for message in TABLE if message.route in routes}


WHILE_CHECKING = accepted(REPLY, QUESTION, NOTICE)
WHILE_LOADING = accepted(PROGRESS)
WHILE_STARTING = accepted(START)
REPLIES = accepted(REPLY)
RESULTS = accepted(RESULT)


def checked(message: Any, expected: Accepted) -> list[Any]:
    """The decoded message, if it is one of the expected ones and has its shape. Raises: WireError."""
    if type(message) is list and message and type(message[0]) is str:
        known = expected.get(message[0])
        if known is not None and known.fits(message):
            return message
        raise WireError(f"a malformed message {message[0][:20]!r}")
    raise WireError("a malformed message")


def loaded(names: Mapping[str, Any], problems: list[Any], restored: list[Any]) -> list[Any]:
    """A LOADED message from the result of `loader.load`; cut, because a submission may define and break very much."""
    defined = [name for name in names if isinstance(name, str) and not name.startswith("__")]
    return [LOADED, defined[:10_000], problems[:100], restored[:100]]


def command(kind: str) -> bytes:
    """The line that tells a supervisor to SEAL or to STOP."""
    return f"{kind}\n".encode()


def statement(kind: str, *fields: str) -> bytes:
    """A supervisor's line: a REPORT or a FAULT."""
    return json.dumps([kind, *fields]).encode() + b"\n"


def stated(line: bytes) -> list[str]:
    """The content of a supervisor's line: [kind, *fields]. Raises: WireError if it is malformed."""
    try:
        return checked(json.loads(line), _STATEMENTS)
    except ValueError:
        raise WireError("a malformed line") from None


_STATEMENTS = accepted(STATEMENT)
