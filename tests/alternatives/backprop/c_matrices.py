"""Backpropagation by other means: an appended column of ones, closures as caches, dual numbers of the whole graph."""

from functools import reduce

import numpy as np

q_gradient_at_branch = 2
q_paths = 1048576
q_jacobian_entries = 2048000000
q_terms_per_entry = 12
q_which_bug = " c "


def affine_forward(x, w, b):
    rows = np.hstack([x.reshape(len(x), -1), np.ones((len(x), 1))])
    both = np.vstack([w, b])

    def backward(dout):
        drows, dboth = np.tensordot(dout, both, axes=(1, 1)), np.tensordot(rows, dout, axes=(0, 0))
        return np.reshape(drows[:, :-1], np.shape(x)), dboth[:-1], dboth[-1]

    return np.matmul(rows, both), backward


def affine_backward(dout, cache):
    return cache(dout)


def relu_forward(x):
    switches = (np.sign(x) + 1) // 2 * (x != 0)
    return np.clip(x, 0, None), {"switches": switches.astype(bool)}


def relu_backward(dout, cache):
    dx = np.zeros_like(dout)
    dx[cache["switches"]] = dout[cache["switches"]]
    return dx


def jacobian(f, x):
    """Richardson's extrapolation of central differences."""

    def rows(h):
        steps = h * np.eye(x.size).reshape(-1, *x.shape)
        return np.array([np.subtract(f(x + step), f(x - step)).reshape(-1) / (2 * h) for step in steps])

    return ((4 * rows(5e-5) - rows(1e-4)) / 3).transpose()


def vjp_from_jacobian(J, dout, x_shape):
    return np.einsum("k,kn->n", np.reshape(dout, -1), J).reshape(x_shape)


def unbroadcast(grad, shape):
    if grad.shape == tuple(shape):
        return grad
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = [axis for axis in range(grad.ndim) if padded[axis] != grad.shape[axis]]
    return reduce(lambda g, axis: np.add.reduce(g, axis=axis, keepdims=True), axes, grad).reshape(shape)


def topological_order(node):
    """Depth-first with two kinds of entries on the stack: enter a node, and leave it."""
    stack, entered, order = [("enter", node)], set(), []
    while stack:
        what, current = stack.pop()
        if what == "leave":
            order.append(current)
        elif current not in entered:
            entered.add(current)
            stack.append(("leave", current))
            stack.extend(("enter", parent) for parent in current.parents if parent not in entered)
    return order


def _lift(number):
    return number if isinstance(number, Value) else Value(number)


def _operation(function, *slopes):
    def method(self, *others):
        operands = (self, *map(_lift, others))
        numbers = [operand.data for operand in operands]
        return Value(function(*numbers), operands, [slope(*numbers) for slope in slopes])

    return method


class Value:
    __slots__ = ("_data", "grad", "parents", "slopes", "users")

    def __init__(self, data, operands=(), slopes=()):
        self._data, self.grad, self.parents, self.slopes = np.float64(data), np.float64(0), operands, slopes

    @property
    def data(self):
        return self._data

    __add__ = _operation(lambda a, b: a + b, lambda a, b: 1, lambda a, b: 1)
    __sub__ = _operation(lambda a, b: a - b, lambda a, b: 1, lambda a, b: -1)
    __mul__ = _operation(lambda a, b: a * b, lambda a, b: b, lambda a, b: a)
    __truediv__ = _operation(lambda a, b: a / b, lambda a, b: 1 / b, lambda a, b: -a / b / b)
    __radd__ = _operation(lambda a, b: b + a, lambda a, b: 1, lambda a, b: 1)
    __rsub__ = _operation(lambda a, b: b - a, lambda a, b: -1, lambda a, b: 1)
    __rmul__ = _operation(lambda a, b: b * a, lambda a, b: b, lambda a, b: a)
    __rtruediv__ = _operation(lambda a, b: b / a, lambda a, b: -b / a**2, lambda a, b: 1 / a)
    __neg__ = _operation(np.negative, lambda a: -1)
    exp = _operation(np.exp, np.exp)
    log = _operation(np.log, np.reciprocal)
    tanh = _operation(np.tanh, lambda a: 1 - np.tanh(a) ** 2)
    relu = _operation(lambda a: np.maximum(a, 0), lambda a: np.heaviside(a, 0))

    def __pow__(self, p):
        return Value(np.float_power(self.data, p), (self,), [p * np.float_power(self.data, p - 1)])

    def backward(self):
        """Pull instead of push: each node collects what its users have for it."""
        order = topological_order(self)
        for value in order:
            value.users = []
        for value in order:
            for operand, slope in zip(value.parents, value.slopes, strict=True):
                operand.users.append((value, slope))
        for value in order[::-1]:
            value.grad = sum((slope * user.grad for user, slope in value.users), np.float64(value is self))
            value.users = None


class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        draw = np.random.default_rng().normal
        self.params = {"W1": draw(0, weight_scale, (input_dim, hidden_dim)), "b1": np.zeros((hidden_dim,))}
        self.params |= {"W2": draw(scale=weight_scale, size=(hidden_dim, num_classes)), "b2": np.zeros((num_classes,))}
        self.reg = reg

    def loss(self, X, y=None):
        p = dict(self.params)
        h, back1 = affine_forward(X, p["W1"], p["b1"])
        scores, back2 = affine_forward(np.maximum(h, 0), p["W2"], p["b2"])
        if y is None:
            return scores
        lse = np.logaddexp.reduce(scores, axis=1)
        onehot = np.eye(scores.shape[1])[y]
        value = np.mean(lse - np.sum(onehot * scores, axis=1))
        value += self.reg * (np.square(p["W1"]).sum() + np.square(p["W2"]).sum()) / 2
        d = (np.exp(scores - lse[:, None]) - onehot) / len(X)
        g = {}
        d, g["W2"], g["b2"] = back2(d)
        _, g["W1"], g["b1"] = back1(np.where(h > 0, d, 0))
        for name in ("W1", "W2"):
            g[name] = g[name] + self.reg * p[name]
        return value, g


def find_the_bug(forward, backward, inputs):
    """The whole Jacobian of each input against that of backward, one unit vector of dout after the other."""
    out = np.asarray(forward(*inputs))
    units = np.eye(out.size).reshape(-1, *out.shape)
    claims = [backward(unit, *inputs) for unit in units]

    def wrong(i, x):
        if any(np.shape(claim[i]) != x.shape for claim in claims):
            return True
        true = jacobian(lambda v: forward(*inputs[:i], v, *inputs[i + 1 :]), x)
        found = np.array([np.ravel(claim[i]) for claim in claims])
        return bool(not np.allclose(found, true, rtol=0, atol=1e-3 * np.abs(true).max(), equal_nan=False))

    return np.array([wrong(i, x) for i, x in enumerate(inputs)])
