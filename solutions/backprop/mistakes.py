"""Known wrong implementations of the backpropagation assignment.

The helpers and base classes below are right; each mistake deviates from them in one place. A cache is the reference's:
(x, w) for the affine layer, x for the ReLU.
"""

import math

import numpy as np

from autograder import mistake


def _rows(x):
    return x.reshape(x.shape[0], -1)


def _affine(x, w, b):
    return _rows(x) @ w + b


def _affine_gradients(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), _rows(x).T @ dout, dout.sum(axis=0)


# ----------------------------------------------------------------------------------------------------- affine_forward


@mistake("affine_forward", says="The bias is missing.")
def affine_without_bias(x, w, b):
    return _rows(x) @ w, (x, w)


@mistake("affine_forward", says="The bias is added to the first row only; every input of the batch needs it.")
def bias_for_the_first_row_only(x, w, b):
    out = _rows(x) @ w
    out[0] += b
    return out, (x, w)


@mistake("affine_forward", says="The bias is added along the wrong axis: it has one entry per output, not per input.")
def bias_along_the_batch(x, w, b):
    return _rows(x) @ w + b[:, None], (x, w)


@mistake("affine_forward", says="The weights are transposed; w has shape (D, M) already.")
def affine_weights_transposed(x, w, b):
    return _rows(x) @ w.T + b, (x, w)


@mistake("affine_forward", says="Inputs with more than two axes are not laid out in rows.")
def affine_without_reshape(x, w, b):
    return x @ w + b, (x, w)


@mistake("affine_forward", says="Each input is laid out in Fortran order; NumPy's own order is C.")
def affine_in_fortran_order(x, w, b):
    return np.stack([each.ravel(order="F") for each in x]) @ w + b, (x, w)


@mistake("affine_forward", says="The reshape mixes the inputs of the batch: axis 0 has to stay where it is.")
def affine_mixes_the_batch(x, w, b):
    return x.reshape(-1, x.shape[0]).T @ w + b, (x, w)


@mistake("affine_forward", says="Only out is returned; the backward pass needs a cache beside it.")
def affine_returns_out_only(x, w, b):
    return _affine(x, w, b)


@mistake(
    "affine_forward",
    says="The result is right, but x has another shape afterwards: an assignment to x.shape changes x itself.",
)
def affine_reshapes_x_itself(x, w, b):
    x.shape = (len(x), -1)
    return x @ w + b, (x, w)


@mistake("affine_forward", says="x itself changes: -= works in place, and nobody asked for centred inputs.")
def affine_centres_in_place(x, w, b):
    x -= x.mean()
    return _affine(x, w, b), (x, w)


# ---------------------------------------------------------------------------------------------------- affine_backward


@mistake("affine_backward", says="db is not summed: a bias goes into the output of every input of the batch.")
def db_not_summed(dout, cache):
    dx, dw, _ = _affine_gradients(dout, cache)
    return dx, dw, dout.copy()


@mistake("affine_backward", says="db is an average; a gradient is a sum over all uses.")
def db_averaged(dout, cache):
    dx, dw, _ = _affine_gradients(dout, cache)
    return dx, dw, dout.mean(axis=0)


@mistake("affine_backward", says="db is summed over the outputs; it should be summed over the batch.")
def db_over_the_outputs(dout, cache):
    dx, dw, _ = _affine_gradients(dout, cache)
    return dx, dw, dout.sum(axis=1)


@mistake("affine_backward", says="db keeps the axis of the batch, with length 1; it has the shape of b.")
def db_keeps_an_axis(dout, cache):
    dx, dw, db = _affine_gradients(dout, cache)
    return dx, dw, db[None]


@mistake("affine_backward", says="dw is divided by N; if the loss is a mean, that division has happened in dout.")
def dw_averaged(dout, cache):
    dx, dw, db = _affine_gradients(dout, cache)
    return dx, dw / len(dout), db


@mistake("affine_backward", says="dw is transposed: it has the shape of w.")
def dw_transposed(dout, cache):
    dx, dw, db = _affine_gradients(dout, cache)
    return dx, dw.T, db


@mistake("affine_backward", says="dw is taken of x as it came; pictures have to be laid out in rows first.")
def dw_without_reshape(dout, cache):
    dx, _, db = _affine_gradients(dout, cache)
    return dx, cache[0].T @ dout, db


@mistake("affine_backward", says="dx has not the shape of x: the rows have to become pictures again.")
def dx_not_reshaped(dout, cache):
    _, dw, db = _affine_gradients(dout, cache)
    return dout @ cache[1].T, dw, db


@mistake("affine_backward", says="dx is reshaped in Fortran order; the forward pass read the entries in C order.")
def dx_in_fortran_order(dout, cache):
    x, w = cache
    _, dw, db = _affine_gradients(dout, cache)
    return np.stack([row.reshape(x.shape[1:], order="F") for row in dout @ w.T]), dw, db


@mistake("affine_backward", says="In dx the weights are not transposed.")
def dx_without_transpose(dout, cache):
    x, w = cache
    _, dw, db = _affine_gradients(dout, cache)
    return (dout @ w).reshape(x.shape), dw, db


@mistake("affine_backward", says="The upstream gradient is ignored: every gradient is multiplied by it.")
def affine_ignores_upstream(dout, cache):
    return _affine_gradients(np.ones(dout.shape), cache)


@mistake("affine_backward", says="The gradients are returned in another order than dx, dw, db.")
def affine_gradients_in_another_order(dout, cache):
    dx, dw, db = _affine_gradients(dout, cache)
    return dw, dx, db


@mistake("affine_backward", says="dout itself changes: /= works in place, and nothing should be divided here.")
def affine_divides_dout_in_place(dout, cache):
    dout /= len(dout)
    return _affine_gradients(dout, cache)


# --------------------------------------------------------------------------------------------------------------- relu


@mistake("relu_forward", says="Negative entries are made small; they should become 0.")
def relu_leaks(x):
    return np.where(x > 0, x, 0.01 * x), x


@mistake("relu_forward", says="Negative entries change their sign; they should become 0.")
def relu_as_absolute_value(x):
    return np.abs(x), x


@mistake("relu_forward", says="The output is 1 for positive entries: that is the derivative.")
def relu_as_a_step(x):
    return (x > 0) * 1.0, x


@mistake("relu_forward", says="The smaller of x and 0 is kept, where the larger is wanted.")
def relu_keeps_the_negative(x):
    return np.minimum(x, 0), x


@mistake("relu_forward", says="Small positive entries are lost: the border is 0 exactly, without any tolerance.")
def relu_with_a_tolerance(x):
    return np.where(x > 1e-8, x, 0.0), x


@mistake("relu_forward", says="The result is right, but x itself was changed: x[x < 0] = 0 works in place.")
def relu_in_place(x):
    x[x < 0] = 0
    return x, x


@mistake("relu_backward", says="The switches are set by the signs of dout; the forward pass has set them, by x.")
def relu_mask_on_dout(dout, cache):
    return dout * (dout > 0)


@mistake("relu_backward", says="dout is multiplied by the output; the derivative is 1 where x is positive.")
def relu_times_its_output(dout, cache):
    return dout * np.maximum(cache, 0)


@mistake("relu_backward", says="The upstream gradient is ignored: this is the local derivative only.")
def relu_ignores_upstream(dout, cache):
    return (cache > 0) * 1.0


@mistake("relu_backward", says="Everything passes: where x was negative, nothing should.")
def relu_without_mask(dout, cache):
    return dout.copy()


@mistake("relu_backward", says="The gradient passes where x was negative, and is stopped where it was positive.")
def relu_mask_inverted(dout, cache):
    return dout * (cache < 0)


@mistake("relu_backward", says="At x = 0 the derivative counts as 0: the comparison is strict.")
def relu_open_at_zero(dout, cache):
    return dout * (cache >= 0)


@mistake("relu_backward", says="Negative inputs pass a little of the gradient: that is the leaky ReLU.")
def relu_backward_leaks(dout, cache):
    return np.where(cache > 0, dout, 0.01 * dout)


@mistake("relu_backward", says="The result is right, but dout was changed: dout[x <= 0] = 0 works in place.")
def relu_backward_in_place(dout, cache):
    dout[cache <= 0] = 0
    return dout


# ----------------------------------------------------------------------------------------------- jacobian and its use


def _columns(f, x, h=1e-5):
    """The columns of the Jacobian, each in the shape of the output."""
    columns = []
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        columns.append((np.asarray(f(up)) - np.asarray(f(down))) / (2 * h))
    return columns


def _matrix(columns):
    return np.stack([column.ravel() for column in columns], axis=1)


@mistake("jacobian", says="Rows and columns are exchanged: a row belongs to an output.")
def jacobian_transposed(f, x):
    return _matrix(_columns(f, x)).T


@mistake("jacobian", says="These are one-sided differences; their error is thousands of times larger than allowed.")
def jacobian_one_sided(f, x):
    base, columns = np.asarray(f(x)), []
    for index in np.ndindex(x.shape):
        up = x.copy()
        up[index] += 1e-5
        columns.append((np.asarray(f(up)) - base) / 1e-5)
    return _matrix(columns)


@mistake("jacobian", says="The step is far too large for a curved function.")
def jacobian_with_a_large_step(f, x):
    return _matrix(_columns(f, x, h=0.1))


@mistake("jacobian", says="The two points are 2h apart; the difference is divided by h.")
def jacobian_divided_by_h(f, x):
    return 2 * _matrix(_columns(f, x))


@mistake("jacobian", says="The entries of the output are counted in Fortran order.")
def jacobian_output_in_fortran_order(f, x):
    return np.stack([column.ravel(order="F") for column in _columns(f, x)], axis=1)


@mistake("jacobian", says="The entries of x are counted in Fortran order: the last index runs fastest in C order.")
def jacobian_input_in_fortran_order(f, x):
    order = np.arange(x.size).reshape(x.shape).ravel(order="F")
    return _matrix(_columns(f, x))[:, order]


@mistake("jacobian", says="All outputs are added up: a row for each of them is missing.")
def jacobian_sums_the_outputs(f, x):
    return _matrix([column.sum() for column in _columns(f, x)])


@mistake("jacobian", says="f is called with x laid out as a vector; it wants the shape of x.")
def jacobian_flattens_x(f, x):
    return _matrix(_columns(f, x.ravel()))


@mistake("jacobian", says="Each entry of x stays moved while the next ones are: move it back, or move a copy.")
def jacobian_leaves_entries_moved(f, x):
    columns = []
    for index in np.ndindex(x.shape):
        x[index] += 1e-5
        up = np.asarray(f(x))
        x[index] -= 2e-5
        columns.append((up - np.asarray(f(x))) / 2e-5)
    return _matrix(columns)


@mistake("vjp_from_jacobian", says="The upstream gradient is multiplied from the right: the sum runs over the outputs.")
def vjp_from_the_right(J, dout, x_shape):
    return (J @ dout.ravel()).reshape(x_shape)


@mistake("vjp_from_jacobian", says="The upstream gradient is ignored: the rows are only added up.")
def vjp_ignores_upstream(J, dout, x_shape):
    return J.sum(axis=0).reshape(x_shape)


@mistake("vjp_from_jacobian", says="This is an average over the outputs; the chain rule is a sum.")
def vjp_averaged(J, dout, x_shape):
    return (dout.ravel() @ J).reshape(x_shape) / len(J)


@mistake("vjp_from_jacobian", says="The result has to be given the shape of the input.")
def vjp_not_reshaped(J, dout, x_shape):
    return dout.ravel() @ J


@mistake("vjp_from_jacobian", says="dout is used as it came; its entries have to be laid out in a row first.")
def vjp_without_ravel(J, dout, x_shape):
    return (dout @ J).reshape(x_shape)


@mistake("vjp_from_jacobian", says="Entries are counted in Fortran order when the result is reshaped.")
def vjp_reshaped_in_fortran_order(J, dout, x_shape):
    return (dout.ravel() @ J).reshape(x_shape, order="F")


@mistake("vjp_from_jacobian", says="The entries of dout are counted in Fortran order.")
def vjp_upstream_in_fortran_order(J, dout, x_shape):
    return (dout.ravel(order="F") @ J).reshape(x_shape)


@mistake("vjp_from_jacobian", says="The result is right, but J was changed: *= works in place.")
def vjp_scales_the_rows_in_place(J, dout, x_shape):
    J *= dout.reshape(-1, 1)
    return J.sum(axis=0).reshape(x_shape)


# -------------------------------------------------------------------------------------------------------- unbroadcast


def _added(grad, shape):
    return grad.ndim - len(shape)


def _stretched(grad, shape):
    return tuple(_added(grad, shape) + i for i, length in enumerate(shape) if length == 1)


@mistake("unbroadcast", says="The gradient is handed on as it is, in the shape after the broadcast.")
def no_unbroadcast(grad, shape):
    return grad.copy()


@mistake("unbroadcast", says="Axes that were added in front are summed, but those stretched from length 1 are not.")
def added_axes_only(grad, shape):
    return grad.sum(axis=tuple(range(_added(grad, shape))))


@mistake("unbroadcast", says="Axes stretched from length 1 are summed, but those added in front are not.")
def stretched_axes_only(grad, shape):
    return grad.sum(axis=_stretched(grad, shape), keepdims=True)


@mistake("unbroadcast", says="A stretched axis disappears; it has to stay with length 1.")
def stretched_axes_dropped(grad, shape):
    return grad.sum(axis=(*range(_added(grad, shape)), *_stretched(grad, shape)))


@mistake("unbroadcast", says="Repeated entries are averaged; their gradients have to be added.")
def unbroadcast_averages(grad, shape):
    return grad.mean(axis=(*range(_added(grad, shape)), *_stretched(grad, shape))).reshape(shape)


@mistake("unbroadcast", says="One of the repeated entries is taken; all of them have to be added.")
def unbroadcast_takes_the_first(grad, shape):
    grad = grad[(0,) * _added(grad, shape)]
    return grad[tuple(slice(length) for length in shape)].copy()


@mistake("unbroadcast", says="Shapes are compared from the front; NumPy compares them from the last axis backwards.")
def unbroadcast_aligns_in_front(grad, shape):
    grad = grad.sum(axis=tuple(range(len(shape), grad.ndim)))
    return grad.sum(axis=tuple(i for i, length in enumerate(shape) if length == 1), keepdims=True).reshape(shape)


@mistake(
    "unbroadcast",
    says="The axes that are too many are summed at the end of the shape; broadcasting adds them in front.",
)
def unbroadcast_sums_the_last_axes(grad, shape):
    grad = grad.sum(axis=tuple(range(len(shape), grad.ndim)))
    return grad.sum(axis=tuple(i for i, length in enumerate(shape) if length == 1), keepdims=True)


@mistake(
    "unbroadcast",
    says="Lengths are compared pair by pair from the front, where the axes that were added are still in the way.",
)
def unbroadcast_pairs_from_the_front(grad, shape):
    for axis, (length, wanted) in enumerate(zip(grad.shape, shape, strict=False)):
        if length != wanted:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad.sum(axis=tuple(range(_added(grad, shape))))


@mistake("unbroadcast", says="The stretched axes are counted as if no axis had been added in front of them.")
def stretched_axes_not_shifted(grad, shape):
    stretched = tuple(i for i, length in enumerate(shape) if length == 1)
    return grad.sum(axis=tuple({*range(_added(grad, shape)), *stretched})).reshape(shape)


@mistake("unbroadcast", says="Only one axis that was added in front is summed; there may be several.")
def one_added_axis_only(grad, shape):
    if _added(grad, shape):
        grad = grad.sum(axis=0)
    return grad.sum(axis=_stretched(grad, shape), keepdims=True)


@mistake("unbroadcast", says="An input that is a single number, of shape (), also needs the sum over everything.")
def single_numbers_not_summed(grad, shape):
    if shape == ():
        return grad.copy()
    return grad.sum(axis=(*range(_added(grad, shape)), *_stretched(grad, shape))).reshape(shape)


@mistake("unbroadcast", says="Equal shapes are summed as well; there is nothing to sum.")
def unbroadcast_always_sums(grad, shape):
    axes = (*range(_added(grad, shape)), *_stretched(grad, shape)) or (0,)
    summed = grad.sum(axis=axes)
    return summed.reshape(shape) if summed.size == math.prod(shape) else summed


@mistake("unbroadcast", says="The result is right, but grad was changed: += works in place.")
def unbroadcast_adds_in_place(grad, shape):
    for axis in (*range(_added(grad, shape)), *_stretched(grad, shape)):
        lines = np.moveaxis(grad, axis, 0)
        for line in lines[1:]:
            lines[0] += line
            line[...] = 0.0
    return grad.sum(axis=(*range(_added(grad, shape)), *_stretched(grad, shape))).reshape(shape)


# -------------------------------------------------------------------------------------------------- topological_order


def _in_order(node, *, after=True):
    """Depth-first search with a stack; a node stands after its parents, or before them where it is met first."""
    order, seen, stack = [], {node}, [(node, iter(node.parents))]
    if not after:
        order.append(node)
    while stack:
        current, waiting = stack[-1]
        for parent in waiting:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(parent.parents)))
                if not after:
                    order.append(parent)
                break
        else:
            stack.pop()
            if after:
                order.append(current)
    return order


@mistake("topological_order", says="The order is the wrong way round: a node comes after its parents.")
def order_reversed(node):
    return _in_order(node)[::-1]


@mistake("topological_order", says="Nodes are listed when they are met; they belong into the list when finished.")
def order_of_meeting(node):
    return _in_order(node, after=False)


@mistake(
    "topological_order",
    says="Listing nodes when they are met and turning the list round is not enough: a parent can be met early, by a "
    "short way, and be needed again at the end of a long one.",
)
def order_of_meeting_reversed(node):
    return _in_order(node, after=False)[::-1]


@mistake(
    "topological_order",
    says="Listing nodes as they come from a stack and turning the list round is not enough: a node can be listed while "
    "one of its users still waits on the stack.",
)
def order_from_a_stack_reversed(node):
    order, seen, stack = [], set(), [node]
    while stack:
        current = stack.pop()
        if current not in seen:
            seen.add(current)
            order.append(current)
            stack.extend(current.parents)
    return order[::-1]


@mistake(
    "topological_order",
    says="A node counts as seen when it is put on the stack, so it keeps its place even if a longer way leads to it.",
)
def order_of_pushing_reversed(node):
    order, seen, stack = [], {node}, [node]
    while stack:
        current = stack.pop()
        order.append(current)
        for parent in current.parents:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return order[::-1]


@mistake(
    "topological_order",
    says="Going level by level and turning the list round fails if a node can be reached by ways of different length.",
)
def order_by_levels(node):
    order, seen = [node], {node}
    for current in order:
        for parent in current.parents:
            if parent not in seen:
                seen.add(parent)
                order.append(parent)
    return order[::-1]


@mistake("topological_order", says="A node with several users appears several times: keep a set of those seen.")
def order_without_visited_set(node):
    order, stack = [], [(node, iter(node.parents))]
    while stack:
        current, waiting = stack[-1]
        parent = next(waiting, None)
        if parent is None:
            order.append(current)
            stack.pop()
        else:
            stack.append((parent, iter(parent.parents)))
    return order


@mistake(
    "topological_order",
    says="The list is right, but the search walks every path: remember which nodes it has entered already.",
)
def order_walks_every_path(node):
    return list(dict.fromkeys(order_without_visited_set(node)))


@mistake("topological_order", says="The recursion is deeper than Python allows: use a loop with a stack of your own.")
def order_by_recursion(node):
    order, seen = [], set()

    def visit(current):
        if current not in seen:
            seen.add(current)
            for parent in current.parents:
                visit(parent)
            order.append(current)

    visit(node)
    return order


@mistake("topological_order", says="Inputs, which have no parents, are missing.")
def order_without_inputs(node):
    return [each for each in _in_order(node) if each.parents]


@mistake("topological_order", says="Only the node's own parents are listed; theirs are missing.")
def order_of_one_level(node):
    return [*dict.fromkeys(node.parents), node]


@mistake("topological_order", says="The node itself is missing: it belongs into its own order, as the last.")
def order_without_the_node(node):
    return _in_order(node)[:-1]


@mistake("topological_order", says="Names are returned; the nodes themselves were asked for.")
def order_of_names(node):
    return [each.name for each in _in_order(node)]


@mistake("topological_order", says="Nodes are told apart by their names; remember the nodes themselves as seen.")
def nodes_told_apart_by_name(node):
    order, seen, stack = [], {node.name}, [(node, iter(node.parents))]
    while stack:
        current, waiting = stack[-1]
        parent = next((each for each in waiting if each.name not in seen), None)
        if parent is None:
            order.append(current)
            stack.pop()
        else:
            seen.add(parent.name)
            stack.append((parent, iter(parent.parents)))
    return order


# -------------------------------------------------------------------------------------------------------------- Value


class _Value:
    """A right Value, to be changed in one place."""

    def __init__(self, data, parents=(), slopes=()):
        self.data = float(data)
        self.grad = 0.0
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)
        self.op = ""

    def make(self, data, parents, slopes):
        return type(self)(data, parents, slopes)

    def of(self, number):
        return number if isinstance(number, _Value) else type(self)(number)

    def __add__(self, other):
        other = self.of(other)
        return self.make(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = self.of(other)
        return self.make(self.data * other.data, (self, other), (other.data, self.data))

    def __sub__(self, other):
        other = self.of(other)
        return self.make(self.data - other.data, (self, other), (1.0, -1.0))

    def __truediv__(self, other):
        other = self.of(other)
        slopes = (1.0 / other.data, -self.data / other.data**2)
        return self.make(self.data / other.data, (self, other), slopes)

    def __pow__(self, exponent):
        return self.make(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def __neg__(self):
        return self.make(-self.data, (self,), (-1.0,))

    def __radd__(self, other):
        return self.of(other) + self

    def __rmul__(self, other):
        return self.of(other) * self

    def __rsub__(self, other):
        return self.of(other) - self

    def __rtruediv__(self, other):
        return self.of(other) / self

    def exp(self):
        return self.make(np.exp(self.data), (self,), (np.exp(self.data),))

    def log(self):
        return self.make(np.log(self.data), (self,), (1.0 / self.data,))

    def tanh(self):
        return self.make(np.tanh(self.data), (self,), (1.0 - np.tanh(self.data) ** 2,))

    def relu(self):
        return self.make(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def order(self):
        return _in_order(self)

    def clear(self, order):
        for value in order:
            value.grad = 0.0

    def spread(self):
        for parent, slope in zip(self.parents, self.slopes, strict=True):
            parent.grad += slope * self.grad

    def backward(self):
        order = self.order()
        self.clear(order)
        self.grad = 1.0
        for value in reversed(order):
            value.spread()


@mistake("Value", says="A gradient is replaced where it should be added to: a number that is used twice has two.")
class ReplacesGradients(_Value):
    def spread(self):
        for parent, slope in zip(self.parents, self.slopes, strict=True):
            parent.grad = slope * self.grad


@mistake("Value", says="The upstream gradient is ignored: each local derivative has to be multiplied by it.")
class IgnoresUpstream(_Value):
    def spread(self):
        for parent, slope in zip(self.parents, self.slopes, strict=True):
            parent.grad += slope


@mistake(
    "Value",
    says="grad is a Value itself here; backward() should multiply and add plain numbers.",
)
class GradientsAreValues(_Value):
    def spread(self):
        for parent, slope in zip(self.parents, self.slopes, strict=True):
            parent.grad = parent.grad + self.of(slope) * self.grad


@mistake("Value", says="If the same number is both operands, it counts once; it should count twice.")
class CountsAParentOnce(_Value):
    def spread(self):
        for parent, slope in dict(zip(self.parents, self.slopes, strict=True)).items():
            parent.grad += slope * self.grad


@mistake(
    "Value",
    says="A node hands its gradient on each time it receives some, all of it: it should wait until it has everything.",
)
class HandsOnTooEarly(_Value):
    def backward(self):
        self.clear(self.order())
        self.grad = 1.0
        waiting = [self]
        while waiting:
            current = waiting.pop()
            current.spread()
            waiting += current.parents


@mistake("Value", says="The nodes are visited level by level: a node may come before one of its users.")
class GoesByLevels(_Value):
    def backward(self):
        order = order_by_levels(self)[::-1]
        self.clear(order)
        self.grad = 1.0
        for value in order:
            value.spread()


@mistake("Value", says="The nodes are visited as a depth-first search meets them, before all their users.")
class GoesInTheOrderOfMeeting(_Value):
    def order(self):
        return _in_order(self, after=False)[::-1]


@mistake("Value", says="The nodes are visited from the inputs to the result; gradients flow the other way.")
class GoesForwards(_Value):
    def backward(self):
        order = self.order()
        self.clear(order)
        self.grad = 1.0
        for value in order:
            value.spread()


@mistake("Value", says="The recursion is deeper than Python allows: use a loop with a stack of your own.")
class RecursesTooDeep(_Value):
    def order(self):
        return order_by_recursion(self)


@mistake("Value", says="The gradient of the result itself, 1, is missing: everything is multiplied by 0.")
class StartsWithZero(_Value):
    def backward(self):
        order = self.order()
        self.clear(order)
        for value in reversed(order):
            value.spread()


@mistake("Value", says="backward() starts with the value of the result; its derivative by itself is 1.")
class StartsWithItsData(_Value):
    def backward(self):
        order = self.order()
        self.clear(order)
        self.grad = self.data
        for value in reversed(order):
            value.spread()


@mistake("Value", says="Gradients from an earlier backward() are still there: set those of the graph to 0 first.")
class NeverClears(_Value):
    def clear(self, order):
        pass


@mistake("Value", says="The inputs keep gradients from an earlier backward(); here they are set to 0 as well.")
class ClearsAllButInputs(_Value):
    def clear(self, order):
        for value in order:
            if value.parents:
                value.grad = 0.0


@mistake("Value", says="backward() also clears gradients of Values that are no part of its computation.")
class ClearsEverything(_Value):
    def __init__(self, data, parents=(), slopes=()):
        super().__init__(data, parents, slopes)
        # All Values that share an input know each other; a list for the whole class would outlive its graph.
        self.family = [self]
        for parent in self.parents:
            if parent.family is not self.family:
                parent.family += [each for each in self.family if each not in parent.family]
                for each in self.family:
                    each.family = parent.family

    def clear(self, order):
        for value in self.family:
            value.grad = 0.0
        super().clear(order)


@mistake("Value", says="Only the inputs keep a gradient; the steps between should have theirs too.")
class ForgetsGradientsBetween(_Value):
    def spread(self):
        super().spread()
        if self.parents:
            self.grad = 0.0


@mistake("Value", says="The product's derivatives are exchanged: the derivative by one factor is the other factor.")
class ProductSlopesExchanged(_Value):
    def __mul__(self, other):
        other = self.of(other)
        return self.make(self.data * other.data, (self, other), (self.data, other.data))


@mistake("Value", says="A difference falls when its second operand grows: a minus sign is missing in the gradient.")
class DifferenceSlopeWithoutSign(_Value):
    def __sub__(self, other):
        other = self.of(other)
        return self.make(self.data - other.data, (self, other), (1.0, 1.0))


@mistake("Value", says="A number minus a Value comes out as the Value minus the number: mind which side self is on.")
class ReflectedDifferenceExchanged(_Value):
    def __rsub__(self, other):
        return self - other


@mistake("Value", says="A number divided by a Value comes out the wrong way round: mind which side self is on.")
class ReflectedQuotientExchanged(_Value):
    def __rtruediv__(self, other):
        return self / other


@mistake("Value", says="In the gradient of a quotient, the denominator has to be squared.")
class QuotientSlopeNotSquared(_Value):
    def __truediv__(self, other):
        other = self.of(other)
        return self.make(self.data / other.data, (self, other), (1.0 / other.data, -self.data / other.data))


@mistake("Value", says="A quotient falls when its denominator grows: a minus sign is missing in the gradient.")
class QuotientSlopeWithoutSign(_Value):
    def __truediv__(self, other):
        other = self.of(other)
        slopes = (1.0 / other.data, self.data / other.data**2)
        return self.make(self.data / other.data, (self, other), slopes)


@mistake("Value", says="In the derivative of a power, the exponent has to be lowered by one.")
class PowerSlopeNotLowered(_Value):
    def __pow__(self, exponent):
        return self.make(self.data**exponent, (self,), (exponent * self.data**exponent,))


@mistake("Value", says="In the derivative of a power, the exponent comes down as a factor.")
class PowerSlopeWithoutExponent(_Value):
    def __pow__(self, exponent):
        return self.make(self.data**exponent, (self,), (self.data ** (exponent - 1),))


@mistake(
    "Value",
    says="A power as exp(p log a) works for positive bases only: a negative one has no logarithm, but has a cube.",
)
class PowerByLogarithm(_Value):
    def __pow__(self, exponent):
        return (self.log() * exponent).exp()

    def __truediv__(self, other):
        return self * self.of(other) ** -1


@mistake("Value", says="-a has the right value, but its derivative is -1.")
class NegationWithoutSlope(_Value):
    def __neg__(self):
        return self.make(-self.data, (self,), (1.0,))


@mistake("Value", says="The derivative of the exponential is the exponential, not its argument.")
class ExponentialSlopeOfTheInput(_Value):
    def exp(self):
        return self.make(np.exp(self.data), (self,), (self.data,))


@mistake("Value", says="exp() has the right value, but its gradient is handed on as if it were a sum.")
class ExponentialWithoutSlope(_Value):
    def exp(self):
        return self.make(np.exp(self.data), (self,), (1.0,))


@mistake("Value", says="This is the logarithm to the base 10; log() is the natural one.")
class LogarithmToBaseTen(_Value):
    def log(self):
        return self.make(np.log10(self.data), (self,), (1.0 / (self.data * np.log(10)),))


@mistake("Value", says="The derivative of the logarithm is one over its argument, not over its value.")
class LogarithmSlopeOfTheOutput(_Value):
    def log(self):
        return self.make(np.log(self.data), (self,), (1.0 / np.log(self.data),))


@mistake("Value", says="The derivative of tanh is 1 - t² of its value t, not of its argument.")
class TanhSlopeOfTheInput(_Value):
    def tanh(self):
        return self.make(np.tanh(self.data), (self,), (1.0 - self.data**2,))


@mistake("Value", says="The derivative of tanh has the square of t.")
class TanhSlopeNotSquared(_Value):
    def tanh(self):
        return self.make(np.tanh(self.data), (self,), (1.0 - np.tanh(self.data),))


@mistake("Value", says="e to the power of a large number overflows: tanh has to be computed in another way.")
class TanhOverflows(_Value):
    def tanh(self):
        power = math.exp(2 * self.data)
        t = (power - 1) / (power + 1)
        return self.make(t, (self,), (1.0 - t * t,))


@mistake("Value", says="relu lets the gradient of negative numbers pass.")
class ReluPassesEverything(_Value):
    def relu(self):
        return self.make(max(self.data, 0.0), (self,), (1.0,))


@mistake("Value", says="The derivative of relu is its value; it should be 1 for positive numbers.")
class ReluSlopeIsItsValue(_Value):
    def relu(self):
        return self.make(max(self.data, 0.0), (self,), (max(self.data, 0.0),))


@mistake("Value", says="The derivative of relu at 0 counts as 0: the comparison is strict.")
class ReluOpenAtZero(_Value):
    def relu(self):
        return self.make(max(self.data, 0.0), (self,), (float(self.data >= 0),))


@mistake("Value", says="A plain number as the other operand is not turned into a Value.")
class NoPlainNumbers(_Value):
    def of(self, number):
        return number


@mistake("Value", says="a + b changes a itself; it should make a new Value and leave both operands as they are.")
class AddsInPlace(_Value):
    def __add__(self, other):
        other = self.of(other)
        self.data += other.data
        return self.make(self.data, (self, other), (1.0, 1.0))


# -------------------------------------------------------------------------------------------------------- TwoLayerNet


class _Net:
    """A right TwoLayerNet, to be changed in one place."""

    penalised = ("W1", "W2")
    half = 0.5

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        rng = np.random.default_rng(0)
        self.reg = reg
        self.params = {
            "W1": self.draw(rng, weight_scale, (input_dim, hidden_dim)),
            "b1": self.draw_bias(rng, weight_scale, hidden_dim),
            "W2": self.draw(rng, weight_scale, (hidden_dim, num_classes)),
            "b2": self.draw_bias(rng, weight_scale, num_classes),
        }

    def draw(self, rng, scale, shape):
        return scale * rng.standard_normal(shape)

    def draw_bias(self, rng, scale, size):
        return np.zeros(size)

    def lay_out(self, X):
        return X.reshape(len(X), -1)

    def bend(self, hidden):
        return np.maximum(hidden, 0)

    def bend_back(self, dactive, hidden):
        return dactive * (hidden > 0)

    def shift(self, scores):
        return scores - scores.max(axis=1, keepdims=True)

    def data_loss(self, scores, y):
        """The mean cross-entropy and its gradient with respect to the scores."""
        shifted = self.shift(scores)
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        dscores = np.exp(log_probs)
        dscores[np.arange(len(y)), y] -= 1
        return -log_probs[np.arange(len(y)), y].mean(), dscores / len(y)

    def penalty(self, params):
        return self.half * self.reg * sum(np.sum(params[key] ** 2) for key in self.penalised)

    def penalty_slope(self, params, key):
        return 2 * self.half * self.reg * params[key] if key in self.penalised else 0.0

    def loss(self, X, y=None):
        params, rows = self.params, self.lay_out(X)
        hidden = rows @ params["W1"] + params["b1"]
        active = self.bend(hidden)
        scores = active @ params["W2"] + params["b2"]
        if y is None:
            return self.answer(scores)
        loss, dscores = self.data_loss(scores, y)
        dhidden = self.bend_back(dscores @ params["W2"].T, hidden)
        grads = {
            "W1": rows.T @ dhidden,
            "b1": dhidden.sum(axis=0),
            "W2": active.T @ dscores,
            "b2": dscores.sum(axis=0),
        }
        grads = {key: grad + self.penalty_slope(params, key) for key, grad in grads.items()}
        return float(loss + self.penalty(params)), self.finish(grads)

    def answer(self, scores):
        return scores

    def finish(self, grads):
        return grads


@mistake("TwoLayerNet", says="The penalty lacks its factor 1/2, in the loss and in the gradients.")
class PenaltyWithoutHalf(_Net):
    half = 1.0


@mistake("TwoLayerNet", says="The loss has the penalty without its factor 1/2, the gradients have it with.")
class PenaltyWithoutHalfInTheLoss(_Net):
    def penalty(self, params):
        return 2 * super().penalty(params)


@mistake("TwoLayerNet", says="The gradient of half a square has no factor of 1/2 left.")
class PenaltySlopeHalved(_Net):
    def penalty_slope(self, params, key):
        return 0.5 * super().penalty_slope(params, key)


@mistake("TwoLayerNet", says="The penalty includes the biases; it should be on the weights only.")
class PenaltyOnBiases(_Net):
    penalised = ("W1", "b1", "W2", "b2")


@mistake("TwoLayerNet", says="The penalty includes the first weights only.")
class PenaltyOnTheFirstLayerOnly(_Net):
    penalised = ("W1",)


@mistake("TwoLayerNet", says="The penalty is in the loss, but not in the gradients.")
class PenaltyWithoutSlope(_Net):
    def penalty_slope(self, params, key):
        return 0.0


@mistake("TwoLayerNet", says="The penalty is in the gradients, but not in the loss.")
class PenaltyOnlyInGradients(_Net):
    def penalty(self, params):
        return 0.0


@mistake("TwoLayerNet", says="reg is not used at all.")
class PenaltyMissing(_Net):
    penalised = ()


@mistake("TwoLayerNet", says="The loss is summed over the batch; it should be averaged, and so should its gradient.")
class LossSummed(_Net):
    def data_loss(self, scores, y):
        loss, dscores = super().data_loss(scores, y)
        return loss * len(y), dscores * len(y)


@mistake("TwoLayerNet", says="The gradients are those of a mean over the batch, but the loss is a sum.")
class LossAloneSummed(_Net):
    def data_loss(self, scores, y):
        loss, dscores = super().data_loss(scores, y)
        return loss * len(y), dscores


@mistake("TwoLayerNet", says="The loss is averaged over the batch, but the gradient is not divided by N.")
class GradientsSummed(_Net):
    def data_loss(self, scores, y):
        loss, dscores = super().data_loss(scores, y)
        return loss, dscores * len(y)


@mistake("TwoLayerNet", says="The gradient of the scores lacks the 1 that is subtracted at the true class.")
class TrueClassNotSubtracted(_Net):
    def data_loss(self, scores, y):
        loss, dscores = super().data_loss(scores, y)
        dscores[np.arange(len(y)), y] += 1 / len(y)
        return loss, dscores


@mistake(
    "TwoLayerNet",
    says="dscores[:, y] are whole columns, in every row; each row should have 1 subtracted at its own class only.",
)
class TrueClassSubtractedInEveryRow(_Net):
    def data_loss(self, scores, y):
        loss, dscores = super().data_loss(scores, y)
        dscores[np.arange(len(y)), y] += 1 / len(y)
        dscores[:, y] -= 1 / len(y)
        return loss, dscores


@mistake(
    "TwoLayerNet",
    says="The probabilities were changed into the gradient before the loss was taken from them: dscores = probs is no "
    "copy.",
)
class LossOfChangedProbabilities(_Net):
    def data_loss(self, scores, y):
        _, dscores = super().data_loss(scores, y)
        changed = dscores[np.arange(len(y)), y] * len(y)
        return -np.log(np.abs(changed)).mean(), dscores


@mistake("TwoLayerNet", says="Large scores overflow: subtract the largest score of each row first.")
class NoShift(_Net):
    def data_loss(self, scores, y):
        powers = np.exp(scores)
        probs = powers / powers.sum(axis=1, keepdims=True)
        dscores = probs.copy()
        dscores[np.arange(len(y)), y] -= 1
        return -np.log(probs[np.arange(len(y)), y]).mean(), dscores / len(y)


@mistake("TwoLayerNet", says="The largest score of the whole batch is subtracted; each row has a largest of its own.")
class ShiftsByTheLargestOfAll(_Net):
    def shift(self, scores):
        return scores - scores.max()


@mistake("TwoLayerNet", says="The logarithm of a probability that rounds to 0 is infinite: take log-sum-exp instead.")
class LogarithmOfSoftmax(_Net):
    def data_loss(self, scores, y):
        powers = np.exp(self.shift(scores))
        probs = powers / powers.sum(axis=1, keepdims=True)
        dscores = probs.copy()
        dscores[np.arange(len(y)), y] -= 1
        return -np.log(probs[np.arange(len(y)), y]).mean(), dscores / len(y)


@mistake("TwoLayerNet", says="The ReLU between the layers is missing.")
class WithoutRelu(_Net):
    def bend(self, hidden):
        return hidden

    def bend_back(self, dactive, hidden):
        return dactive


@mistake("TwoLayerNet", says="The gradient passes the ReLU as if all its switches were open.")
class WithoutReluBackward(_Net):
    def bend_back(self, dactive, hidden):
        return dactive


@mistake("TwoLayerNet", says="The switches of the ReLU are set by the gradient; the hidden layer has set them.")
class ReluMaskOnGradients(_Net):
    def bend_back(self, dactive, hidden):
        return dactive * (dactive > 0)


@mistake("TwoLayerNet", says="The scores have gone through a ReLU; the last layer has none.")
class ReluOnScores(_Net):
    def answer(self, scores):
        return np.maximum(scores, 0)

    def data_loss(self, scores, y):
        loss, dscores = super().data_loss(np.maximum(scores, 0), y)
        return loss, dscores * (scores > 0)


@mistake("TwoLayerNet", says="Without y, probabilities are returned; the scores were asked for.")
class ReturnsProbabilities(_Net):
    def answer(self, scores):
        powers = np.exp(self.shift(scores))
        return powers / powers.sum(axis=1, keepdims=True)


@mistake("TwoLayerNet", says="Inputs with several axes are not laid out in rows.")
class InputsNotLaidOut(_Net):
    def lay_out(self, X):
        return X


@mistake("TwoLayerNet", says="All weights start as zeros, so that all hidden units would stay equal for ever.")
class StartsFromZeroWeights(_Net):
    def draw(self, rng, scale, shape):
        return np.zeros(shape)


@mistake("TwoLayerNet", says="weight_scale is a standard deviation; here it is used as a variance.")
class ScaleAsVariance(_Net):
    def draw(self, rng, scale, shape):
        return np.sqrt(scale) * rng.standard_normal(shape)


@mistake("TwoLayerNet", says="weight_scale is not used for the first weights.")
class ScaleIgnored(_Net):
    def draw(self, rng, scale, shape):
        return 1e-3 * rng.standard_normal(shape)


@mistake("TwoLayerNet", says="These are uniform random numbers between 0 and 1: use normal ones, with mean 0.")
class UniformWeights(_Net):
    def draw(self, rng, scale, shape):
        return scale * rng.random(shape)


@mistake("TwoLayerNet", says="The weights are uniform numbers with the right mean and deviation, but not normal ones.")
class SymmetricUniformWeights(_Net):
    def draw(self, rng, scale, shape):
        return scale * np.sqrt(3) * rng.uniform(-1, 1, shape)


@mistake("TwoLayerNet", says="The biases start as random numbers; they should be zeros.")
class RandomBiases(_Net):
    def draw_bias(self, rng, scale, size):
        return scale * rng.standard_normal(size)


@mistake("TwoLayerNet", says="W1 and W2 have their axes exchanged: inputs along axis 0, outputs along axis 1.")
class WeightsTransposedAtStart(_Net):
    def draw(self, rng, scale, shape):
        return super().draw(rng, scale, shape).T


@mistake("TwoLayerNet", says="W1 has its axes exchanged: inputs along axis 0, outputs along axis 1.")
class FirstWeightsTransposedAtStart(_Net):
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        super().__init__(input_dim, hidden_dim, num_classes, weight_scale, reg)
        self.params["W1"] = self.params["W1"].T


@mistake(
    "TwoLayerNet",
    says="The parameters are those that __init__ has drawn: loss should read self.params when it is called.",
)
class KeepsItsFirstParameters(_Net):
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        super().__init__(input_dim, hidden_dim, num_classes, weight_scale, reg)
        self.first = self.params

    def loss(self, X, y=None):
        current, self.params = self.params, self.first
        try:
            return super().loss(X, y)
        finally:
            self.params = current


@mistake("TwoLayerNet", says="The gradients are those of another loss call: parameters are remembered, not read anew.")
class RemembersParameters(_Net):
    def loss(self, X, y=None):
        self.remembered = getattr(self, "remembered", self.params)
        current, self.params = self.params, self.remembered
        result = super().loss(X, y)
        self.params = current
        return result


@mistake("TwoLayerNet", says="loss takes a step: it should compute the gradients and leave the parameters alone.")
class TakesAStep(_Net):
    def finish(self, grads):
        for key, grad in grads.items():
            self.params[key] -= 0.1 * grad
        return grads


@mistake("TwoLayerNet", says="X itself changes: -= works in place, and nobody asked for centred inputs.")
class CentresInputsInPlace(_Net):
    def lay_out(self, X):
        X -= X.mean()
        return super().lay_out(X)


@mistake("TwoLayerNet", says="The gradients have other keys than the parameters.")
class GradientsUnderOtherKeys(_Net):
    def finish(self, grads):
        return {f"d{key}": grad for key, grad in grads.items()}


# ------------------------------------------------------------------------------------------------------- find_the_bug


def _true_gradient(forward, inputs, position, dout, h=1e-5):
    """The gradient of sum(dout * output) with respect to one input, by central differences."""
    x = inputs[position]
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        values = []
        for step in (h, -h):
            moved = x.copy()
            moved[index] += step
            values.append(np.sum(dout * forward(*inputs[:position], moved, *inputs[position + 1 :])))
        gradient[index] = (values[0] - values[1]) / (2 * h)
    return gradient


def _upstream(forward, inputs):
    return np.random.default_rng(0).standard_normal(np.shape(forward(*inputs)))


def _is_right(claim, true):
    claim = np.asarray(claim)
    return claim.shape == true.shape and bool(np.all(np.abs(claim - true) <= 1e-3 * np.abs(true).max()))


def _find(forward, backward, inputs, is_right=_is_right, dout=None):
    """The right answer, with another comparison or another upstream gradient."""
    dout = _upstream(forward, inputs) if dout is None else dout
    claims = backward(dout, *inputs)
    return [not is_right(claim, _true_gradient(forward, inputs, i, dout)) for i, claim in enumerate(claims)]


@mistake("find_the_bug", says="With an upstream gradient of ones, bugs in its use stay hidden: draw a random one.")
def upstream_of_ones(forward, backward, inputs):
    return _find(forward, backward, inputs, dout=np.ones(np.shape(forward(*inputs))))


@mistake("find_the_bug", says="The search stops at the first wrong gradient; there may be more.")
def first_bug_only(forward, backward, inputs):
    wrong = _find(forward, backward, inputs)
    return [w and not any(wrong[:i]) for i, w in enumerate(wrong)]


@mistake("find_the_bug", says="The list ends at the first wrong gradient; an answer for each input was asked for.")
def list_ends_at_the_first_bug(forward, backward, inputs):
    wrong = _find(forward, backward, inputs)
    return wrong[: wrong.index(True) + 1] if True in wrong else wrong


@mistake("find_the_bug", says="True marks the right gradients; it should mark the wrong ones.")
def right_ones_marked(forward, backward, inputs):
    return [not wrong for wrong in _find(forward, backward, inputs)]


@mistake("find_the_bug", says="Positions are returned; one truth value for each input was asked for.")
def positions_instead_of_truth_values(forward, backward, inputs):
    return [i for i, wrong in enumerate(_find(forward, backward, inputs)) if wrong]


@mistake("find_the_bug", says="Only sums are compared: errors in single entries can cancel.")
def sums_compared(forward, backward, inputs):
    def is_right(claim, true):
        error = abs(np.sum(claim) - np.sum(true))
        return np.shape(claim) == true.shape and bool(error <= 1e-3 * np.abs(true).max())

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="Each error is measured by its own entry; tiny entries beside large ones look wrong.")
def relative_to_each_entry(forward, backward, inputs):
    def is_right(claim, true):
        claim = np.asarray(claim)
        if claim.shape != true.shape or not np.isfinite(claim).all():
            return False
        return bool((np.abs(claim - true) <= 1e-3 * np.maximum(np.abs(claim), np.abs(true))).all())

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="The mean error is compared; one wrong entry among many hardly moves it.")
def mean_error_compared(forward, backward, inputs):
    def is_right(claim, true):
        if np.shape(claim) != true.shape:
            return False
        return bool(np.mean(np.abs(np.asarray(claim) - true)) <= 1e-3 * np.abs(true).max())

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="The sign of an error counts: entries that are too small pass. Take absolute values.")
def signed_errors(forward, backward, inputs):
    def is_right(claim, true):
        if np.shape(claim) != true.shape:
            return False
        return bool(np.max(np.asarray(claim) - true) <= 1e-3 * np.abs(true).max())

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="Only the first entry of each gradient is compared.")
def first_entry_compared(forward, backward, inputs):
    def is_right(claim, true):
        claim = np.asarray(claim)
        same = claim.shape == true.shape and np.isfinite(claim).all()
        return bool(same and abs(claim.flat[0] - true.flat[0]) <= 1e-3 * np.abs(true).max())

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="Errors are measured without regard to the size of the gradient.")
def absolute_tolerance(forward, backward, inputs):
    def is_right(claim, true):
        return np.shape(claim) == true.shape and bool(np.all(np.abs(claim - true) <= 1e-5))

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="Exact equality is asked for; measured derivatives are never exact.")
def exact_equality(forward, backward, inputs):
    return _find(forward, backward, inputs, lambda claim, true: np.array_equal(claim, true))


@mistake(
    "find_the_bug",
    says="np.allclose has an absolute tolerance, in which a wrong gradient that is tiny disappears, and it broadcasts.",
)
def compared_by_allclose(forward, backward, inputs):
    return _find(forward, backward, inputs, lambda claim, true: bool(np.allclose(claim, true)))


@mistake(
    "find_the_bug",
    says="Gradients with several axes are all called wrong. Has the measured one the shape of its input? If it comes "
    "from vjp_from_jacobian, look there first.",
)
def measured_gradient_is_flat(forward, backward, inputs):
    return _find(forward, backward, inputs, lambda claim, true: _is_right(claim, true.ravel()))


@mistake("find_the_bug", says="NaN passes: no comparison with it is true, so `error > limit` is not either.")
def nan_passes(forward, backward, inputs):
    def is_right(claim, true):
        claim = np.asarray(claim)
        return claim.shape == true.shape and not np.any(np.abs(claim - true) > 1e-3 * np.abs(true).max())

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="Shapes are not compared, and broadcasting hides that they differ.")
def shapes_not_compared(forward, backward, inputs):
    def is_right(claim, true):
        return bool(np.all(np.abs(claim - true) <= 1e-3 * np.abs(true).max()))

    return _find(forward, backward, inputs, is_right)


@mistake("find_the_bug", says="Signs are lost: the size of the gradients is compared, not the gradients.")
def signs_ignored(forward, backward, inputs):
    return _find(forward, backward, inputs, lambda claim, true: _is_right(np.abs(claim), np.abs(true)))


@mistake("find_the_bug", says="An input without influence has a gradient of zeros, and that is right.")
def zeros_are_suspicious(forward, backward, inputs):
    return _find(forward, backward, inputs, lambda claim, true: _is_right(claim, true) and bool(np.any(claim)))


@mistake("find_the_bug", says="An answer that does not depend on the layer is no answer.")
def always_all_right(forward, backward, inputs):
    return [False] * len(inputs)


@mistake("find_the_bug", says="The answer is right, but the inputs were changed: move copies, or move entries back.")
def inputs_left_moved(forward, backward, inputs):
    wrong = _find(forward, backward, inputs)
    for x in inputs:
        x -= 1e-5
    return wrong


# ------------------------------------------------------------------------------------------------ prediction questions

mistake(
    "q_gradient_at_branch",
    says="That is the gradient that reaches c directly from the last product; there is a second path.",
    name="branch_direct_path_only",
)(-2)
mistake(
    "q_gradient_at_branch",
    says="That is the gradient that reaches c through the sum; there is a second path.",
    name="branch_path_through_the_sum_only",
)(4)
mistake(
    "q_gradient_at_branch",
    says="Along a path derivatives multiply, but what comes from two paths is added.",
    name="branch_multiplied",
)(-8)
mistake(
    "q_paths",
    says="That is the number of sums. How does the derivative change with each of them?",
    name="paths_as_many_as_sums",
)(20)
mistake("q_paths", says="There are 20 sums, but each of them doubles what comes after it.", name="paths_added")(40)
mistake("q_paths", says="Count again from x1 to x20: how many doublings are that?", name="paths_one_too_few")(524288)
mistake(
    "q_jacobian_entries",
    says="That is the Jacobian for a single input of the batch.",
    name="jacobian_of_one_input",
)(500000)
mistake(
    "q_jacobian_entries",
    says="Those are the blocks in which an output meets the inputs of its own example. The matrix also has an entry, a "
    "zero, for every output and input of two different examples.",
    name="jacobian_without_its_zeros",
)(32000000)
mistake("q_terms_per_entry", says="Axis 0 of x is added in front of s: it counts as well.", name="terms_of_one_axis")(3)
mistake("q_terms_per_entry", says="The last axis of s was stretched from 1 to 3: it counts as well.", name="terms_4")(4)
mistake(
    "q_terms_per_entry",
    says="The axis of length 2 belongs to s itself: each of its entries has its own gradient.",
    name="terms_of_the_whole_array",
)(24)
mistake("q_which_bug", says="Then a b + c would be wrong as well.", name="bug_is_the_product")("a")
mistake("q_which_bug", says="x + x has only two nodes: in which order could they be wrong?", name="bug_is_the_order")(
    "b"
)
mistake("q_which_bug", says="Gradients left over would make the result too large, not too small.", name="bug_is_reset")(
    "d"
)
