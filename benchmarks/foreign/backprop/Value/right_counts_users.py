# says: right
from math import exp, log, tanh


class Value:
    def __init__(self, data, parents=(), slopes=(), op=""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)
        self.op = op

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __repr__(self):
        return f"Value({self.data:.4g}, grad={self.grad:.4g})"

    def _unary(self, value, slope, op):
        return type(self)(value, [self], [slope], op)

    def __add__(self, other):
        b = Value.of(other)
        return Value(self.data + b.data, [self, b], [1, 1], "+")

    __radd__ = __add__

    def __mul__(self, other):
        b = Value.of(other)
        return Value(self.data * b.data, [self, b], [b.data, self.data], "*")

    __rmul__ = __mul__

    def __neg__(self):
        return self._unary(-self.data, -1.0, "-")

    def __sub__(self, other):
        b = Value.of(other)
        return Value(self.data - b.data, [self, b], [1, -1], "-")

    def __rsub__(self, other):
        return Value.of(other).__sub__(self)

    def __truediv__(self, other):
        b = Value.of(other)
        return Value(self.data / b.data, [self, b], [1 / b.data, -self.data / b.data**2], "/")

    def __rtruediv__(self, other):
        return Value.of(other).__truediv__(self)

    def __pow__(self, exponent):
        slope = 0.0 if exponent == 0 else exponent * self.data ** (exponent - 1)
        return self._unary(self.data**exponent, slope, "^")

    def exp(self):
        return self._unary(exp(self.data), exp(self.data), "exp")

    def log(self):
        return self._unary(log(self.data), 1 / self.data, "ln")

    def tanh(self):
        return self._unary(tanh(self.data), (1 - tanh(self.data)) * (1 + tanh(self.data)), "tanh")

    def relu(self):
        return self._unary(max(self.data, 0.0), float(self.data > 0), "relu")

    def backward(self):
        pending, stack = {self: 0}, [self]
        while stack:
            node = stack.pop()
            node.grad = 0.0
            for parent in node.parents:
                if parent not in pending:
                    pending[parent] = 0
                    stack.append(parent)
                pending[parent] += 1
        self.grad = 1.0
        ready = [self]
        while ready:
            node = ready.pop()
            for parent, slope in zip(node.parents, node.slopes):
                parent.grad += slope * node.grad
                pending[parent] -= 1
                if pending[parent] == 0:
                    ready.append(parent)
