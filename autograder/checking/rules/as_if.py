"""Finds the changed argument for which a wrong result would be right, by calling the reference with it.

If a result is right for a bias of 0, the code does not use the bias. Similarly for a stride of 1, or for `p` and
`1 - p` exchanged. Arguments are plain data, except that a cache is the reference's own, from the forward call before.
Known mistakes play no role here.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from autograder.checking.replies import Leaves, leaves_of, same_value
from autograder.checking.rules.calls import ORDINALS, Call, words_of
from autograder.checking.rules.finding import AS_IF, Finding
from autograder.errors import CourseError, Failure
from autograder.sandbox.namespace import Namespace

_MOST = 96  # variations that are tried: each is a call of the reference
_OTHERS = 4  # other calls of the same function that have to agree
_FEWEST = 2  # the least of them if the agreeing value is common
_COUNT = 4096  # a larger integer is a seed, not a length; the reference would create arrays of this size
_LARGEST = 20_000  # entries of all arguments; a hint may take milliseconds

Path = tuple[Any, ...]
_Change = tuple[str, str, Any]  # an id, the words for it, and the argument's new value


def as_if(reference: Namespace, made: Sequence[Call], call: Call, paths: Sequence[Path]) -> Iterator[Finding]:
    """The change that explains the parts at these paths of a call's result, none of which is right.

    reference: live, not recorded. made: all calls of the check. The first variation counts for which the reference
    returns all of these parts and, in other calls of the function, the student's results there, right or wrong.
    """
    run = _runner(reference, made, call)
    if run is None or not paths or "." in call.label:
        return
    right = _parts(run, {})
    if right is None:
        return
    wrong = [path for path in paths if not same_value(call.gave.at(path), right.at(path))]
    if not wrong:
        return
    others = [each for each in made if each.label == call.label and each is not call][:_OTHERS]
    for changed, name, says in itertools.islice(_variations(made, call), _MOST):
        parts = _parts(run, changed)
        if parts is None or not all(same_value(call.gave.at(path), parts.at(path)) for path in wrong):
            continue
        agreeing = [_holds(reference, made, each, name, says, wrong) for each in others]
        common = any(_is_common(call.gave.at(path)) or _is_plain(right.at(path)) for path in wrong)
        if all(agreeing) and (len(agreeing) >= _FEWEST or not common):
            yield Finding(name, f"{{it}} is what is right {says}", AS_IF)
            return


def _holds(reference: Namespace, made: Sequence[Call], call: Call, name: str, says: str, paths: Sequence[Path]) -> bool:
    """Whether the variation of this name also gives another call's result."""
    run = _runner(reference, made, call)
    varied = next((changed for changed, *told in _variations(made, call) if told == [name, says]), None)
    if run is None or varied is None:
        return False
    parts = _parts(run, varied)
    return parts is not None and all(same_value(call.gave.at(path), parts.at(path)) for path in paths)


def _is_common(value: Any) -> bool:
    """Whether a value may agree by coincidence: a single integer, or only zeros."""
    array = np.asarray(value)
    return array.dtype.kind not in "fiu" or not array.any() or (array.size == 1 and float(array.item()).is_integer())


def _is_plain(right: Any) -> bool:
    """Whether the expected array consists of one or two values, as if all gates are open or shut."""
    array = np.asarray(right)
    return array.dtype.kind == "f" and array.size > 2 and len(np.unique(np.round(array, 6))) < 3


_Key = tuple[int, int | str]  # (call, counted back from the current one; argument)
_Run = Callable[[dict[_Key, Any]], Any]


def _runner(reference: Namespace, made: Sequence[Call], call: Call) -> _Run | None:
    """A function that calls the reference as `call` did, with some arguments changed; None if that is impossible."""
    before = _forward_of(made, call)
    if sum(each.size for each in _flat([call.args, call.kwargs]) if isinstance(each, np.ndarray)) > _LARGEST:
        return None
    if before is None and not _plain([call.args, call.kwargs]):
        return None

    def run(changed: dict[_Key, Any]) -> Any:
        args, kwargs = _changed(call, 0, changed)
        if before is not None:
            given, named = _changed(before, 1, changed)
            result = getattr(reference, before.label)(*given, **named)
            if not isinstance(result, tuple | list) or len(args) < 2:
                return None
            args[1] = result[-1]
        return getattr(reference, call.label)(*args, **kwargs)

    return run


def _forward_of(made: Sequence[Call], call: Call) -> Call | None:
    """The call that returned the cache that this call receives."""
    if "backward" not in call.label or len(call.args) < 2:
        return None
    wanted = call.label.split("backward")[0] + "forward"
    mine = next(i for i, each in enumerate(made) if each is call)
    for each in reversed(made[:mine]):
        if each.label.startswith(wanted) and _plain([each.args, each.kwargs]):
            return each
    return None


def _changed(call: Call, which: int, changed: dict[_Key, Any]) -> tuple[list[Any], dict[str, Any]]:
    args = [changed.get((which, i), value) for i, value in enumerate(call.args)]
    return args, {key: changed.get((which, key), value) for key, value in call.kwargs.items()}


def _parts(run: _Run, changed: dict[_Key, Any]) -> Leaves | None:
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = run(changed)
    except (CourseError, Failure):
        return None  # invalid arguments, which no check would pass
    return None if result is None else leaves_of(result)


def _plain(value: Any) -> bool:
    """Whether everything in it can be passed to the reference: data, and the check's own functions."""
    kinds = int | float | str | np.ndarray | np.generic | FunctionType
    return all(isinstance(each, kinds) for each in _flat(value))


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


# ---- what is changed ------------------------------------------------------------------------------------------------


def _variations(made: Sequence[Call], call: Call) -> Iterator[tuple[dict[_Key, Any], str, str]]:
    """Changed arguments, an id, and "with ...". The simplest change of each argument comes first."""
    before = _forward_of(made, call)
    arguments: list[tuple[_Key, str, Any]] = []
    for which, each in ((0, call), (1, before)):
        if each is None:
            continue
        for i, value in enumerate(each.args[: len(ORDINALS)]):
            if not (which == 0 and i == 1 and before is not None):
                words = words_of(i, each.parameters)
                if which and not each.parameters:
                    words = f"the {ORDINALS[i]} argument of {each.label}"
                arguments.append(((which, i), words, value))
        arguments += [((which, key), f"`{key}`", value) for key, value in each.kwargs.items()]
    lists = [
        [({key: new}, name, says) for name, says, new in _changes(words, value)] for key, words, value in arguments
    ]
    exchanged = []
    for (key, words, value), (other, their, with_) in itertools.combinations(arguments, 2):
        if _exchangeable(value, with_):
            said = f"with {words} and {their} exchanged."
            exchanged.append(({key: with_, other: value}, "arguments_exchanged", said))
    lists.append(list(_blocks_exchanged(arguments)))
    # Take turns between arguments, so that one with many variations does not crowd out the others.
    for row in itertools.zip_longest(*lists, exchanged):
        yield from (each for each in row if each is not None)


def _blocks_exchanged(
    arguments: Sequence[tuple[_Key, str, Any]],
) -> Iterator[tuple[dict[_Key, Any], str, str]]:
    """Exchange two of three or four blocks along the last axis of several arrays, such as the gates of an LSTM."""
    arrays = [each for each in arguments if isinstance(each[2], np.ndarray) and each[2].ndim]
    for length in dict.fromkeys(array.shape[-1] for _, _, array in arrays):
        sharing = [each for each in arrays if each[2].shape[-1] == length]
        for blocks in (3, 4):
            if len(sharing) < 3 or length % blocks:
                continue
            for i, j in itertools.combinations(range(blocks), 2):
                order = list(range(blocks))
                order[i], order[j] = j, i
                changed = {
                    key: np.concatenate([np.split(array, blocks, -1)[k] for k in order], -1)
                    for key, _, array in sharing
                }
                which = f"{ORDINALS[i]} and {ORDINALS[j]}"
                said = f"with the {which} block of all weights exchanged along their last axis: which gate is which?"
                yield changed, "blocks_exchanged", said


def _exchangeable(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype.kind == b.dtype.kind and a.ndim == b.ndim and not np.array_equal(a, b)
    numbers = isinstance(a, int | float) and isinstance(b, int | float) and a != b and type(a) is type(b)
    return numbers and not _is_seed(a) and not _is_seed(b)


def _is_seed(number: Any) -> bool:
    return isinstance(number, int) and abs(number) > _COUNT


def _changes(words: str, value: Any) -> Iterator[_Change]:
    """Other values of one argument, each with an id and the words for it."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        yield from _of_array(words, value)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size:
        yield "labels_are_zero", f"with 0 in all places of {words}: is it used?", np.zeros_like(value)
        yield "labels_reversed", f"with {words} in reverse order.", value[::-1].copy()
        yield "labels_as_predicted", f"with {words} moved on by one row.", np.roll(value, 1, 0)
    elif isinstance(value, bool):
        yield "switch_turned_round", f"with {words} turned round.", not value
    elif isinstance(value, int | float):
        yield from _of_number(words, value)
    elif isinstance(value, dict):
        named = {key: item for key, item in value.items() if isinstance(key, str)}
        for key, item in named.items():
            for name, says, new in _changes(f"`{key}`", item):
                yield name, says, value | {key: new}
            if isinstance(item, int | float | np.ndarray):
                rest = {other: each for other, each in value.items() if other != key}
                yield "default_for_an_entry", f"with the default for `{key}`: is what is given used?", rest
        numbers = [(k, v) for k, v in named.items() if isinstance(v, int | float) and not isinstance(v, bool)]
        for (k, v), (other, w) in itertools.combinations(numbers, 2):
            if v != w and not _is_seed(v) and not _is_seed(w):
                yield "entries_exchanged", f"with `{k}` and `{other}` exchanged.", value | {k: w, other: v}
        arrays = [(k, v) for k, v in named.items() if isinstance(v, np.ndarray)]
        for (k, a), (other, b) in itertools.combinations(arrays, 2):
            if a.shape == b.shape and not np.array_equal(a, b):
                yield "entries_exchanged", f"with `{k}` and `{other}` exchanged.", value | {k: b, other: a}


def _of_array(words: str, v: np.ndarray) -> Iterator[_Change]:
    yield "argument_unused", f"with 0 for {words}: is that used?", np.zeros_like(v)
    if not (v == 1).any():  # if it contains a 1, values derived from it, such as a maximum, may be 1 everywhere
        yield "argument_as_ones", f"with 1 in all places of {words}: is that used?", np.ones_like(v)
    yield "argument_of_other_sign", f"with {words} of the other sign.", -v
    yield "argument_doubled", f"with {words} doubled.", 2 * v
    yield "argument_halved", f"with {words} halved.", v / 2
    if v.ndim == 2 and v.shape[0] == v.shape[1]:
        yield "argument_transposed", f"with {words} transposed.", v.T.copy()
    yield "argument_squared", f"with the square of {words}.", v**2
    if (v >= 0).all():
        yield "root_of_argument", f"with the root of {words}.", np.sqrt(v)
    for axis in range(v.ndim):
        if v.shape[axis] > 1:
            yield "argument_reversed", f"with {words} reversed along axis {axis}.", np.flip(v, axis).copy()
    if v.ndim > 2:
        yield "argument_reversed", f"with the last two axes of {words} reversed.", v[..., ::-1, ::-1].copy()
    if v.ndim > 1 and v.shape[-1] == v.shape[-2]:
        yield "argument_transposed", f"with the last two axes of {words} exchanged.", v.swapaxes(-1, -2).copy()
    if v.ndim > 1 and len(v) > 1:
        yield (
            "one_row_for_all",
            f"with the first row of {words} in place of all.",
            np.broadcast_to(v[:1], v.shape).copy(),
        )
        yield (
            "one_row_for_all",
            f"with the last row of {words} in place of all.",
            np.broadcast_to(v[-1:], v.shape).copy(),
        )
    if v.ndim > 1 and min(v.shape[:2]) > 1:
        mixed = v.reshape(v.shape[1], v.shape[0], *v.shape[2:]).swapaxes(0, 1).copy()
        yield "argument_mixed", f"with the first two axes of {words} exchanged by a reshape, which mixes them.", mixed
    if v.ndim == 4:
        for parts in (2, 3, 4):
            if v.shape[1] % parts == 0 and v.shape[1] > parts:
                order = np.arange(v.shape[1]).reshape(parts, -1).T.ravel()
                said = f"with the channels of {words} dealt out in turn, and not as neighbors."
                yield "channels_in_turn", said, v[:, order].copy()
    yield "argument_without_sign", f"with {words} without its signs.", np.abs(v)
    yield "argument_cut_off", f"with 0 where {words} is negative.", np.maximum(v, 0)
    for axis in range(min(v.ndim, 2)):
        if v.shape[axis] > 1:
            yield "argument_moved_on", f"with {words} moved by one along axis {axis}.", np.roll(v, 1, axis)
            yield (
                "argument_centred",
                f"with the mean over axis {axis} taken off {words}.",
                v - v.mean(axis, keepdims=True),
            )


def _of_number(words: str, s: float) -> Iterator[_Change]:
    others: list[tuple[str, str, Any]] = [
        ("number_unused", f"with 0 for {words}: is that used?", type(s)(0)),
        ("number_as_one", f"with 1 for {words}: is that used?", type(s)(1)),
        ("one_minus_number", f"with 1 minus {words} in its place.", 1 - s),
        ("number_doubled", f"with {words} doubled.", 2 * s),
        ("number_halved", f"with {words} halved.", s / 2 if isinstance(s, float) else s // 2),
        ("number_squared", f"with the square of {words}.", s * s),
        ("root_of_number", f"with the root of {words}.", s**0.5 if s > 0 else s),
        ("number_of_other_sign", f"with {words} of the other sign.", -s),
        ("number_one_more", f"with 1 more than {words}.", s + 1),
        ("number_one_less", f"with 1 less than {words}.", s - 1),
        ("number_turned_round", f"with 1 divided by {words}.", 1 / s if s else s),
    ]
    yield from (each for each in others if each[2] != s and not _is_seed(s) and not _is_seed(each[2]))
