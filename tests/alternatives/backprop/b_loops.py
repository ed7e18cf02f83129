"""Backpropagation without matrix products: loops, einsum, a tape of all operations, Kahn's counting of users."""

import itertools
import random
from collections import deque
from math import exp, log, prod, tanh

import numpy as np

q_gradient_at_branch = 2
q_paths = 1_048_576
q_jacobian_entries = 2.048e9
q_terms_per_entry = 12
q_which_bug = "c"


class Remembered:
    """A cache that is no plain data."""

    def __init__(self, **things):
        self.__dict__.update(things)


def affine_forward(x, w, b):
    n, m = len(x), len(b)
    out = np.empty((n, m))
    flat = [np.ravel(each) for each in x]
    for i in range(n):
        for j in range(m):
            out[i, j] = sum(flat[i][d] * w[d, j] for d in range(len(w))) + b[j]
    return out, Remembered(flat=np.array(flat), shape=x.shape, w=w)


def affine_backward(dout, cache):
    dx = np.einsum("nm,dm->nd", dout, cache.w)
    dw = np.einsum("nd,nm->dm", cache.flat, dout)
    db = np.zeros(dout.shape[1])
    for row in dout:
        db = db + row
    return [dx.reshape(cache.shape), dw, db]


def relu_forward(x):
    out = x.copy()
    out[out < 0] = 0.0
    return [out, Remembered(out=out)]


def relu_backward(dout, cache):
    return np.where(cache.out > 0, dout, 0.0)


def jacobian(f, x):
    shape = x.shape
    flat = np.ravel(x)
    m = np.size(f(x))
    J = np.zeros((m, flat.size))
    h = 1e-4
    for n in range(flat.size):
        e = np.zeros(flat.size)
        e[n] = h
        e = e.reshape(shape)
        # Five points: the error is of order h to the fourth.
        d = [np.ravel(f(x + k * e)) for k in (-2, -1, 1, 2)]
        J[:, n] = (d[0] - 8 * d[1] + 8 * d[2] - d[3]) / (12 * h)
    return J


def vjp_from_jacobian(J, dout, x_shape):
    dx = [0.0] * prod(x_shape)
    for k, d in enumerate(np.ravel(dout)):
        for n in range(len(dx)):
            dx[n] += d * J[k][n]
    return np.array(dx).reshape(x_shape)


def unbroadcast(grad, shape):
    result = np.zeros(shape)
    offset = grad.ndim - len(shape)
    for index in itertools.product(*map(range, grad.shape)):
        inside = tuple(0 if shape[a] == 1 else index[offset + a] for a in range(len(shape)))
        result[inside] += grad[index]
    return result


def topological_order(node):
    """Kahn: count the users of every node, then take away nodes that nobody uses any more, from the end."""
    users, links, todo = {node: 0}, {}, [node]
    while todo:
        current = todo.pop()
        links[current] = list(current.parents)
        for parent in links[current]:
            if parent not in users:
                users[parent] = 0
                todo.append(parent)
            users[parent] += 1
    order, free = deque(), deque([node])
    while free:
        current = free.popleft()
        order.appendleft(current)
        for parent in links[current]:
            users[parent] -= 1
            if users[parent] == 0:
                free.append(parent)
    return tuple(order)


class Value:
    """Every Value gets a number when it is made. Descending numbers are an order in which users come first."""

    made = 0

    def __init__(self, data, links=()):
        self.data = float(data)
        self.grad = 0.0
        self.links = links  # pairs of parent and slope
        Value.made += 1
        self.number = Value.made

    @property
    def parents(self):
        return [parent for parent, _ in self.links]

    def __add__(self, other):
        if isinstance(other, Value):
            return Value(self.data + other.data, ((self, 1), (other, 1)))
        return Value(self.data + other, ((self, 1),))

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, Value):
            return Value(self.data - other.data, ((self, 1), (other, -1)))
        return Value(self.data - other, ((self, 1),))

    def __rsub__(self, other):
        return Value(other - self.data, ((self, -1),))

    def __mul__(self, other):
        if isinstance(other, Value):
            return Value(self.data * other.data, ((self, other.data), (other, self.data)))
        return Value(self.data * other, ((self, other),))

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, Value):
            ratio = self.data / other.data
            return Value(ratio, ((self, 1 / other.data), (other, -ratio / other.data)))
        return Value(self.data / other, ((self, 1 / other),))

    def __rtruediv__(self, other):
        return Value(other / self.data, ((self, -other / self.data**2),))

    def __pow__(self, p):
        return Value(self.data**p, ((self, p * self.data ** (p - 1)),))

    def __neg__(self):
        return Value(-self.data, ((self, -1),))

    def __pos__(self):
        return self

    def exp(self):
        return Value(exp(self.data), ((self, exp(self.data)),))

    def log(self):
        return Value(log(self.data), ((self, 1 / self.data),))

    def tanh(self):
        return Value(tanh(self.data), ((self, (1 - tanh(self.data)) * (1 + tanh(self.data))),))

    def relu(self):
        return Value(self.data, ((self, 1),)) if self.data > 0 else Value(0.0, ((self, 0),))

    def backward(self):
        graph, todo = {self.number: self}, [self]
        while todo:
            for parent, _ in todo.pop().links:
                if parent.number not in graph:
                    graph[parent.number] = parent
                    todo.append(parent)
        collected = dict.fromkeys(graph, 0.0)
        collected[self.number] = 1.0
        for number in sorted(graph, reverse=True):
            for parent, slope in graph[number].links:
                collected[parent.number] += slope * collected[number]
        for number, value in graph.items():
            value.grad = collected[number]


class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=0.001, reg=0):
        self.reg = reg
        rows = [[random.gauss(0, weight_scale) for _ in range(hidden_dim)] for _ in range(input_dim)]
        more = [[random.gauss(0, weight_scale) for _ in range(num_classes)] for _ in range(hidden_dim)]
        self.params = {
            "W1": np.array(rows),
            "b1": np.array([0.0] * hidden_dim),
            "W2": np.array(more),
            "b2": np.array([0.0] * num_classes),
        }

    def loss(self, X, y=None):
        p = self.params
        flat = X.reshape(len(X), -1)
        all_scores = np.array([np.maximum(x @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"] for x in flat])
        if y is None:
            return all_scores
        grads = {k: np.zeros(v.shape) for k, v in p.items()}
        total = 0.0
        for x, label in zip(flat, y, strict=True):
            before = x @ p["W1"] + p["b1"]
            after = np.maximum(before, 0)
            s = after @ p["W2"] + p["b2"]
            top = max(s)
            denominator = sum(exp(v - top) for v in s)
            total += log(denominator) + top - s[label]
            ds = np.array([exp(v - top) / denominator - (c == label) for c, v in enumerate(s)]) / len(y)
            grads["W2"] += np.outer(after, ds)
            grads["b2"] += ds
            dbefore = (p["W2"] @ ds) * (before > 0)
            grads["W1"] += np.outer(x, dbefore)
            grads["b1"] += dbefore
        for k in ("W1", "W2"):
            grads[k] += self.reg * p[k]
        penalty = self.reg / 2 * (np.linalg.norm(p["W1"]) ** 2 + np.linalg.norm(p["W2"]) ** 2)
        return total / len(y) + penalty, grads


def find_the_bug(forward, backward, inputs):
    """Along random directions: the derivative of L along u is the scalar product of the gradient and u."""
    rng = np.random.default_rng(7)
    out = np.asarray(forward(*inputs))
    verdict = []
    for i, x in enumerate(inputs):
        wrong = False
        for _ in range(6):
            dout = rng.uniform(0.5, 1.5, out.shape) * rng.choice([-1, 1], out.shape)
            claim = np.asarray(backward(dout, *inputs)[i])
            if claim.shape != x.shape or not np.isfinite(claim).all():
                wrong = True
                break
            u = rng.choice([-1.0, 1.0], x.shape) * rng.uniform(0.5, 1, x.shape)
            h = 1e-5
            ahead = forward(*[v + h * u if j == i else v for j, v in enumerate(inputs)])
            behind = forward(*[v - h * u if j == i else v for j, v in enumerate(inputs)])
            slope = np.sum(dout * (np.asarray(ahead) - behind)) / (2 * h)
            scale = max(np.abs(claim).max(), np.abs(slope))
            if abs(slope - np.sum(claim * u)) > 1e-4 * scale:
                wrong = True
        verdict.append(wrong)
    return verdict
