"""Backpropagation in the style of CS231n's layers.py and of micrograd: tuples as caches, closures, recursion."""

import math
import sys

import numpy as np

q_gradient_at_branch = 2.0
q_paths = 2**20
q_jacobian_entries = 64 * 500 * 64 * 1000
q_terms_per_entry = 4 * 3
q_which_bug = "C"


def affine_forward(x, w, b):
    out = np.dot(x.reshape(x.shape[0], np.prod(x.shape[1:])), w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, _b = cache
    dx = np.dot(dout, w.T).reshape(x.shape)
    dw = np.dot(x.reshape(x.shape[0], np.prod(x.shape[1:])).T, dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    out = x * (x > 0)
    return out, x


def relu_backward(dout, cache):
    dx = np.array(dout, copy=True)
    dx[cache <= 0] = 0
    return dx


def jacobian(f, x):
    h = 1e-5
    x = x.astype(float)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    out = []
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        pos = np.array(f(x), copy=True)
        x[ix] = old - h
        neg = np.array(f(x), copy=True)
        x[ix] = old
        out.append(((pos - neg) / (2 * h)).reshape(-1))
        it.iternext()
    return np.array(out).T


def vjp_from_jacobian(J, dout, x_shape):
    return np.dot(J.T, dout.flatten()).reshape(x_shape)


def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


def topological_order(node):
    topo, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v.parents:
                build(child)
            topo.append(v)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20000)
    try:
        build(node)
    finally:
        sys.setrecursionlimit(limit)
    return topo


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self.parents = tuple(_children)
        self._op = _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, other):
        assert isinstance(other, (int, float))
        out = Value(float(self.data) ** other, (self,), f"**{other}")

        def _backward():
            self.grad += (other * float(self.data) ** (other - 1)) * out.grad

        out._backward = _backward
        return out

    def _unary(self, data, slope, op):
        out = Value(data, (self,), op)

        def _backward():
            self.grad += slope * out.grad

        out._backward = _backward
        return out

    def relu(self):
        return self._unary(0 if self.data < 0 else self.data, 1 if self.data > 0 else 0, "ReLU")

    def exp(self):
        e = math.exp(self.data)
        return self._unary(e, e, "exp")

    def log(self):
        return self._unary(math.log(self.data), 1 / self.data, "log")

    def tanh(self):
        t = math.tanh(self.data)
        return self._unary(t, 1 - t**2, "tanh")

    def backward(self):
        topo = topological_order(self)
        for v in topo:
            v.grad = 0
        self.grad = 1
        for v in reversed(topo):
            v._backward()

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1


class TwoLayerNet:
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.params = {}
        self.reg = reg
        self.params["W1"] = weight_scale * np.random.randn(input_dim, hidden_dim)
        self.params["b1"] = np.zeros(hidden_dim)
        self.params["W2"] = weight_scale * np.random.randn(hidden_dim, num_classes)
        self.params["b2"] = np.zeros(num_classes)

    def loss(self, X, y=None):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        a1, fc1 = affine_forward(X, W1, b1)
        h1, r1 = relu_forward(a1)
        scores, fc2 = affine_forward(h1, W2, b2)
        if y is None:
            return scores
        loss, grads = 0, {}
        N = X.shape[0]
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
        log_probs = shifted - np.log(Z)
        probs = np.exp(log_probs)
        loss = -np.sum(log_probs[np.arange(N), y]) / N
        loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        probs[np.arange(N), y] -= 1
        probs /= N
        dh1, grads["W2"], grads["b2"] = affine_backward(probs, fc2)
        da1 = relu_backward(dh1, r1)
        _, grads["W1"], grads["b1"] = affine_backward(da1, fc1)
        grads["W1"] += self.reg * W1
        grads["W2"] += self.reg * W2
        return loss, grads


def rel_error(x, y):
    return np.max(np.abs(x - y)) / max(1e-12, np.max(np.abs(y)))


def find_the_bug(forward, backward, inputs):
    np.random.seed(231)
    dout = np.random.randn(*np.asarray(forward(*inputs)).shape)
    grads = backward(dout, *inputs)
    answer = []
    for i, x in enumerate(inputs):
        num = np.zeros_like(x)
        it = np.nditer(x, flags=["multi_index"])
        for _ in it:
            ix = it.multi_index
            moved = [np.array(v, copy=True) for v in inputs]
            moved[i][ix] += 1e-5
            pos = forward(*moved)
            moved[i][ix] -= 2e-5
            neg = forward(*moved)
            num[ix] = np.sum((pos - neg) * dout) / 2e-5
        g = np.asarray(grads[i])
        if g.shape != x.shape:
            answer.append(True)
        else:
            answer.append(not rel_error(g, num) < 1e-3)
    return answer
