"""The public checks of backprop.

Run them with `autograder check backprop`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np

from autograder import Failure, answered, check, close, equal, expect, unmodified
from autograder.errors import Raised


def parts(result, count, names):
    """The parts of a returned tuple. Raises: Failure unless there are `count` of them."""
    expect(isinstance(result, (tuple, list)) and len(result) == count, f"it should return {count} things: {names}")
    return result


def layer_arrays(rng, x_shape, outputs):
    """Random x, w and b of an affine layer with `outputs` outputs."""
    return (
        rng.standard_normal(x_shape),
        rng.standard_normal((int(np.prod(x_shape[1:])), outputs)),
        rng.standard_normal(outputs),
    )


@check("affine_forward", points=2, public=True)
def affine_output_has_one_row_per_input(student, rng):
    """The output has shape (N, M), whatever shape the inputs have."""
    cases = [((3, 4), 5), ((1, 4), 2), ((2, 3, 2), 1), ((4, 1, 2, 3), 3)]
    results = student.affine_forward.calls(layer_arrays(rng, x_shape, outputs) for x_shape, outputs in cases)
    for result, (x_shape, outputs) in zip(results, cases, strict=True):
        out, _ = parts(result, 2, "out and cache")
        expect(isinstance(out, np.ndarray), "out should be an array")
        equal(out.shape, (x_shape[0], outputs), name=f"shape of out for x {x_shape} and {outputs} outputs")


@check("affine_forward", points=2, public=True)
def affine_multiplies_and_adds_the_bias(student, reference, rng):
    """The output for a batch of three rows follows the reference."""
    x, w, b = layer_arrays(rng, (3, 4), 5)
    expected, _ = reference.affine_forward(x, w, b)
    out, _ = parts(student.affine_forward(x, w, b), 2, "out and cache")
    close(out, expected, rtol=1e-9, name="out")


@check("affine_forward", points=1, public=True)
def affine_forward_leaves_its_inputs_alone(student, rng):
    """x, w and b are not modified, and x keeps its shape."""
    x, w, b = layer_arrays(rng, (2, 3, 2), 4)
    unmodified(student.affine_forward, x, w, b, inputs=(0, 1, 2))
    kept = student.put(x)  # entries that stay the same do not tell whether an assignment to x.shape has moved them
    student.affine_forward(kept, w, b)
    hint = "An assignment to x.shape changes the caller's array; reshape gives a new one."
    equal(np.shape(kept.value()), x.shape, name="shape of x after the call", hint=hint)


def affine_gradients(namespace, x, w, b, dout):
    """(dx, dw, db) of a namespace's own forward and backward pass, the cache handed on as it is."""
    _, cache = parts(namespace.affine_forward(x, w, b), 2, "out and cache")
    return parts(namespace.affine_backward(dout, cache), 3, "dx, dw and db")


@check("affine_backward", points=2, public=True)
def affine_gradient_of_the_bias(student, reference, rng):
    """db for a batch of three inputs."""
    x, w, b = layer_arrays(rng, (3, 4), 5)
    dout = rng.standard_normal((3, 5))
    _, _, expected = affine_gradients(reference, x, w, b, dout)
    _, _, db = affine_gradients(student, x, w, b, dout)
    close(db, expected, rtol=1e-9, name="db", hint="into which outputs did one bias go?")


@check("affine_backward", points=2, public=True)
def affine_gradient_of_the_weights(student, reference, rng):
    """dw for a batch of three inputs."""
    x, w, b = layer_arrays(rng, (3, 4), 5)
    dout = rng.standard_normal((3, 5))
    _, expected, _ = affine_gradients(reference, x, w, b, dout)
    _, dw, _ = affine_gradients(student, x, w, b, dout)
    close(dw, expected, rtol=1e-9, name="dw", hint="the weight (d, m) was multiplied by x[n, d], for every n")


@check("affine_backward", points=2, public=True)
def affine_gradient_of_the_input(student, reference, rng):
    """dx for a batch of three inputs."""
    x, w, b = layer_arrays(rng, (3, 4), 5)
    dout = rng.standard_normal((3, 5))
    expected, _, _ = affine_gradients(reference, x, w, b, dout)
    dx, _, _ = affine_gradients(student, x, w, b, dout)
    close(dx, expected, rtol=1e-9, name="dx", hint="x[n, d] was multiplied by w[d, m], for every m")


@check("affine_backward", points=2, public=True)
def affine_gradient_has_the_shape_of_the_input(student, reference, rng):
    """dx, dw and db for a batch of two pictures of shape (3, 2)."""
    x, w, b = layer_arrays(rng, (2, 3, 2), 4)
    dout = rng.standard_normal((2, 4))
    expected = affine_gradients(reference, x, w, b, dout)
    got = affine_gradients(student, x, w, b, dout)
    for name, actual, wanted in zip(("dx", "dw", "db"), got, expected, strict=True):
        close(actual, wanted, rtol=1e-9, name=name, hint="a gradient has the shape of what it is the gradient of")


SWITCH = "An entry passes where x was positive; at x = 0 the derivative counts as 0."


@check("relu_forward", points=1.5, public=True)
def relu_keeps_what_is_positive(student, reference, rng):
    """Positive entries stay, negative ones become 0."""
    x = np.array([[1.0, -2.0, 0.5], [-0.1, 0.0, 3.0]])
    cases = [(x,), (rng.standard_normal((2, 3, 4)),)]
    for result, right in zip(student.relu_forward.calls(cases), reference.relu_forward.calls(cases), strict=True):
        out, _ = parts(result, 2, "out and cache")
        close(out, right[0], name="out")


@check("relu_forward", points=1, public=True)
def relu_forward_leaves_its_input_alone(student, rng):
    """x is not modified."""
    unmodified(student.relu_forward, rng.standard_normal((3, 4)), inputs=(0,))


def relu_gradient(namespace, x, dout):
    """dx of a namespace's own forward and backward pass."""
    _, cache = parts(namespace.relu_forward(x), 2, "out and cache")
    return namespace.relu_backward(dout, cache)


@check("relu_backward", points=1.5, public=True)
def relu_gradient_passes_the_open_switches(student, reference, rng):
    """dx for upstream gradients of both signs."""
    x, dout = rng.standard_normal((2, 3, 5))
    close(relu_gradient(student, x, dout), relu_gradient(reference, x, dout), name="dx", hint=SWITCH)


@check("relu_backward", points=0.5, public=True)
def relu_backward_leaves_its_input_alone(student, rng):
    """dout is not modified."""
    _, cache = parts(student.relu_forward(rng.standard_normal((3, 4))), 2, "out and cache")
    unmodified(student.relu_backward, rng.standard_normal((3, 4)), cache, inputs=(0,))


def linear_maps(matrices):
    """For each matrix A, the function x → A x."""
    return [lambda x, matrix=matrix: matrix @ x for matrix in matrices]


@check("jacobian", points=1.5, public=True)
def jacobian_of_a_linear_map_is_its_matrix(student, rng):
    """The Jacobian of x → A x is A, with a row per output and a column per input."""
    matrices = [rng.standard_normal(shape) for shape in [(2, 4), (3, 2), (1, 3)]]
    maps = student.probe(linear_maps)(matrices)
    found = student.jacobian.calls((f, rng.standard_normal(m.shape[1])) for f, m in zip(maps, matrices, strict=True))
    for J, matrix in zip(found, matrices, strict=True):
        close(J, matrix, rtol=1e-6, name="J", hint="row k belongs to output k, column n to input n")


@check("jacobian", points=0.5, public=True)
def jacobian_leaves_x_alone(student, rng):
    """x is not modified."""

    def squares(x):
        return x * x

    x = rng.standard_normal(3)
    found = student.jacobian(squares, x)
    expect("args[1]" not in student.jacobian.modified, "jacobian changed x in place; move a copy, or move it back")
    hint = "only one entry of x is moved at a time"
    close(found, np.diag(2 * x), rtol=1e-3, name="J of the squares", hint=hint)  # accuracy is for other checks


@check("vjp_from_jacobian", points=2, public=True)
def vjp_weighs_the_rows_of_the_jacobian(student, reference, rng):
    """dx for a vector of outputs and a vector of inputs."""
    cases = []
    for outputs, inputs in [(3, 2), (2, 4), (3, 3)]:
        cases.append((rng.standard_normal((outputs, inputs)), rng.standard_normal(outputs), (inputs,)))
    expected = reference.vjp_from_jacobian.calls(cases)
    for dx, right in zip(student.vjp_from_jacobian.calls(cases), expected, strict=True):
        close(dx, right, rtol=1e-9, name="dx", hint="sum over the outputs")


def follows_unbroadcast(student, reference, rng, cases):
    """Compare with the reference for every (shape of the gradient, shape of the input)."""
    arguments = [(rng.standard_normal(grad_shape), shape) for grad_shape, shape in cases]
    expected = reference.unbroadcast.calls(arguments)
    for result, right, (grad_shape, shape) in zip(student.unbroadcast.calls(arguments), expected, cases, strict=True):
        close(result, right, rtol=1e-9, name=f"gradient of shape {grad_shape} for an input of shape {shape}")


@check("unbroadcast", points=2, public=True)
def unbroadcast_sums_axes_added_in_front(student, reference, rng):
    """An axis, or two, that broadcasting has added in front are summed over."""
    follows_unbroadcast(student, reference, rng, [((4, 3), (3,)), ((5, 2, 3), (2, 3)), ((2, 4, 3), (3,))])


@check("unbroadcast", points=2, public=True)
def unbroadcast_keeps_stretched_axes_with_length_one(student, reference, rng):
    """An axis that was stretched from length 1 is summed over, and stays as an axis of length 1."""
    cases = [((4, 3), (4, 1)), ((4, 3), (1, 3)), ((2, 4, 3), (2, 1, 3)), ((4, 3), (1, 1))]
    follows_unbroadcast(student, reference, rng, cases)


def build(Node, graphs):
    """For each graph its nodes, by name. A graph: (name, names of parents) of each node, parents first."""
    built = []
    for graph in graphs:
        nodes = {}
        for name, parents in graph:
            nodes[name] = Node(name, [nodes[parent] for parent in parents])
        built.append(nodes)
    return built


def names_by_order(orders):
    """The names in each order, in one string, with ? and its type for what has no name; None for what is no list."""
    found = []
    for order in orders:
        if isinstance(order, (list, tuple)):
            found.append(" ".join(str(getattr(node, "name", "?" + type(node).__name__)) for node in order))
        else:
            found.append(None)
    return found


def names_in(student, orders):
    """The names in what topological_order returned, each a handle. Raises: Failure unless all are lists of nodes."""
    found = []
    for names in student.probe(names_by_order, "topological_order")(orders):
        expect(isinstance(names, str), "topological_order should return a list of nodes")
        found.append(names.split())
        for name in found[-1]:
            if name.startswith("?"):
                raise Failure(f"topological_order should return a list of nodes; an object of type {name[1:]} is in it")
    return found


def orders_well(student, graphs):
    """Require a topological order of every (graph, its last node): a dict from each name to its parents' names."""
    built = student.probe(build, "Node")(student.get("Node"), [list(graph.items()) for graph, _ in graphs])
    orders = [student.topological_order.keep(nodes[last]) for nodes, (_, last) in zip(built, graphs, strict=True)]
    for names, (graph, last) in zip(names_in(student, orders), graphs, strict=True):
        is_topological(names, graph, last)


def ancestors(graph, node):
    """The set of all nodes that can be reached from `node`, itself included."""
    found, unseen = {node}, [node]
    while unseen:
        parents = set(graph[unseen.pop()]) - found
        found |= parents
        unseen += parents
    return found


def is_topological(order, graph, node):
    """Require that the order, of names, holds what it must, each once and after its parents. Raises: Failure."""
    listed, needed = set(order), ancestors(graph, node)
    expect(listed <= needed, f"{next(iter(listed - needed), None)!r} does not belong into the order of {node!r}")
    missing = next((each for each in graph if each in needed and each not in listed), None)
    expect(missing is None, f"{missing!r} is missing from the order of {node!r}")
    expect(len(order) == len(listed), f"the order holds {len(order)} entries, but there are {len(listed)} nodes")
    place = {each: position for position, each in enumerate(order)}
    early = [(each, parent) for each in order for parent in graph[each] if place[each] <= place[parent]]
    if early:
        raise Failure("{!r} stands before its parent {!r}".format(*early[0]))


@check("topological_order", points=2, public=True)
def orders_a_chain_and_a_tree(student):
    """A single node, a chain and a tree, where every node has one user; what does not belong to it stays out."""
    graphs = [
        ({"x": []}, "x"),
        ({"d": [], "c": ["d"], "b": ["c"], "a": ["b"], "later": ["a"]}, "a"),
        ({"x": [], "y": [], "z": [], "q": ["x", "y"], "L": ["q", "z"], "other": ["z"], "u": []}, "L"),
    ]
    orders_well(student, graphs)


@check("topological_order", points=2, public=True)
def lists_a_shared_node_once(student):
    """A node with several users, or twice the same user, appears once and before all of them."""
    graphs = [
        ({"x": [], "square": ["x", "x"]}, "square"),
        ({"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}, "d"),
        ({"a": [], "b": ["a"], "c": ["a", "b"], "d": ["c", "a"]}, "d"),
        ({"c": [], "a": [], "p": ["a", "c"], "s": ["p", "c"], "L": ["s", "c"]}, "L"),
    ]
    orders_well(student, graphs)


@check("topological_order", points=1, public=True)
def orders_a_graph_of_five_thousand_nodes(student):
    """A chain that is 5000 nodes deep does not exhaust the stack."""
    graph = {"0": [], **{str(n): [str(n - 1)] for n in range(1, 5000)}}
    order = student.topological_order.keep(student.chain_of(5000))
    is_topological(names_in(student, [order])[0], graph, "4999")


def play_at_once(Value, steps):
    """Do the steps of a `Tape`, one after another; their results."""
    results = []
    for place, name, operands in steps:
        if place is None:
            result = Value(*operands)
        elif operands is None:
            result = getattr(results[place], name)
        else:
            filled = [results[each[0]] if isinstance(each, list) else each for each in operands]
            result = getattr(results[place], name)(*filled)
        results.append(result)
    return results


class Tape:
    """What is to be done with a student's Values: noted step by step, then done in one request.

    steps: (place, name, operands) to call a method of the result of an earlier step, with [place] among the operands
    for such a result; (place, name, None) to read an attribute; (None, "", [number]) to make a Value.
    """

    def __init__(self):
        self.steps = []

    def note(self, place, name, operands):
        """Add a step; what stands for its result."""
        self.steps.append((place, name, operands))
        return Remote(self, len(self.steps) - 1)

    def value(self, number):
        """Note a new Value."""
        return self.note(None, "", [number])

    def play(self, student):
        """Do all steps; a function that gives the result for what stands for it.

        Raises: Failure if an operation raises, or returns no Value.
        """
        try:
            results = student.probe(play_at_once, "Value")(student.get("Value"), self.steps)
        except Raised:
            self.play_step_by_step(student)  # whose message says which method it was
            raise
        for step, result in zip(self.steps, results, strict=True):
            gives_a_value(step, result)
        return lambda remote: results[remote.place]

    def play_step_by_step(self, student):
        """Do all steps, in a request each."""
        results = []
        for step in self.steps:
            place, name, operands = step
            if place is None:
                result = student.Value(*operands)
            elif operands is None:
                result = results[place].get(name)
            else:
                filled = [results[each[0]] if isinstance(each, list) else each for each in operands]
                result = results[place].call(name, *filled)
            gives_a_value(step, result)
            results.append(result)


def gives_a_value(step, result):
    """Require that the result of an operation is an object."""
    _, name, operands = step
    is_operation = operands is not None and name != "backward"
    expect(hasattr(result, "call") or not is_operation, f"Value.{name} returned {result!r}, expected a Value")


class Remote:
    """A student's Value in an ordinary expression: each operator notes on a tape which method is to be called."""

    def __init__(self, tape, place):
        self.tape, self.place = tape, place

    def ask(self, method, *others):
        """Note a call of a method; its result."""
        operands = [[other.place] if isinstance(other, Remote) else other for other in others]
        return self.tape.note(self.place, method, operands)

    def get(self, attribute):
        """Note that an attribute is to be read; what it is at that time."""
        return self.tape.note(self.place, attribute, None)

    def __add__(self, other):
        return self.ask("__add__", other)

    def __radd__(self, other):
        return self.ask("__radd__", other)

    def __sub__(self, other):
        return self.ask("__sub__", other)

    def __rsub__(self, other):
        return self.ask("__rsub__", other)

    def __mul__(self, other):
        return self.ask("__mul__", other)

    def __rmul__(self, other):
        return self.ask("__rmul__", other)

    def __truediv__(self, other):
        return self.ask("__truediv__", other)

    def __rtruediv__(self, other):
        return self.ask("__rtruediv__", other)

    def __pow__(self, exponent):
        return self.ask("__pow__", exponent)

    def __neg__(self):
        return self.ask("__neg__")


def exp(z):
    """The exponential of a Remote or of a plain number."""
    return z.ask("exp") if isinstance(z, Remote) else np.exp(z)


def log(z):
    """The natural logarithm of a Remote or of a plain number."""
    return z.ask("log") if isinstance(z, Remote) else np.log(z)


def tanh(z):
    """The hyperbolic tangent of a Remote or of a plain number."""
    return z.ask("tanh") if isinstance(z, Remote) else np.tanh(z)


def relu(z):
    """The rectified linear unit of a Remote or of a plain number."""
    return z.ask("relu") if isinstance(z, Remote) else (z if np.real(z) > 0 else 0 * z)


def differentiates(student, cases):
    """Compare value and gradients of each (title, expression, numbers) with the complex step.

    expression: a function of as many numbers. Everything is asked for before anything is compared, so that a diagnosis
    sees all answers.
    """
    tape, asked = Tape(), []
    for _, expression, numbers in cases:
        inputs = [tape.value(number) for number in numbers]
        out = expression(*inputs)
        out.ask("backward")
        asked.append((out.get("data"), [each.get("grad") for each in inputs]))
    found = tape.play(student)
    for answer, (title, expression, numbers) in zip(asked, cases, strict=True):
        data, grads = found(answer[0]), [found(grad) for grad in answer[1]]
        for name, each in [("data", data), *(("grad", grad) for grad in grads)]:
            expect(
                not hasattr(each, "call"),
                f"{title} at {numbers}: {name} is {each!r}, expected a plain number; is a derivative computed with "
                "Values, where their data belongs?",
            )
        close(data, float(expression(*numbers)), rtol=1e-9, name=f"data of {title} at {numbers}")
        slopes = []
        for moved in range(len(numbers)):
            at = [complex(number, 1e-30 * (i == moved)) for i, number in enumerate(numbers)]
            slopes.append(float(np.imag(expression(*at)) / 1e-30))
        close(grads, slopes, rtol=1e-8, name=f"gradients of {title} at {numbers}", hint="in the order of the inputs")


def some(rng, count, low=0.5, high=2.0):
    """Random numbers between low and high, and as plain floats."""
    return [round(float(number), 4) for number in rng.uniform(low, high, count)]


@check("Value", points=1.5, public=True)
def value_adds_and_multiplies(student):
    """Sums and products of Values have the right data; a new Value has a gradient of 0."""
    tape = Tape()
    a, b, c = tape.value(2.0), tape.value(-3.0), tape.value(4)
    results = [each.get("data") for each in (a + b, a * b, (a + b) * c, a * b + c, b + b, b * b)]
    grad = (a + c).get("grad")
    found = tape.play(student)
    wanted = [-1.0, -6.0, -4.0, -2.0, -6.0, 9.0]
    close([found(each) for each in results], wanted, name="data of a + b, a b, (a + b) c, a b + c, b + b and b b")
    close(found(grad), 0.0, name="grad before backward()")


@check("Value", points=2, public=True)
def value_sends_gradients_through_sums_and_products(student):
    """backward() through sums and products in which every input is used once."""
    cases = [
        ("a + b", lambda a, b: a + b, [2.0, -3.0]),
        ("a b", lambda a, b: a * b, [2.0, -3.0]),
        ("(x + y) z", lambda x, y, z: (x + y) * z, [3.0, -1.0, -2.0]),
        ("a b + c d", lambda a, b, c, d: a * b + c * d, [2, 5, -1.5, 0.5]),
    ]
    differentiates(student, cases)


@check("Value", points=2, public=True)
def value_adds_gradients_at_a_branch(student):
    """A Value that is used several times collects the gradients of all its uses."""
    cases = [
        ("x + x", lambda x: x + x, [3.0]),
        ("x x", lambda x: x * x, [3.0]),
        ("(a b + c) b", lambda a, b, c: (a * b + c) * b, [1.5, -2.0, 0.5]),
        ("x x x + x", lambda x: x * x * x + x, [-1.5]),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_subtracts_and_divides(student):
    """Differences and quotients of Values, with gradients."""
    cases = [
        ("a - b", lambda a, b: a - b, [2.0, 5.0]),
        ("a / b", lambda a, b: a / b, [3.0, -4.0]),
        ("(a - b) / (a + b)", lambda a, b: (a - b) / (a + b), [0.5, 2.0]),
    ]
    differentiates(student, cases)


@check("Value", points=1, public=True)
def value_takes_powers_and_the_minus_sign(student):
    """Powers with a plain exponent and the minus sign, with gradients; negative bases too."""
    cases = [
        ("x ** 3", lambda x: x**3, [-2.0]),
        ("x ** 2.5", lambda x: x**2.5, [1.7]),
        ("x ** -2", lambda x: x**-2, [-0.8]),
        ("-x", lambda x: -x, [1.3]),
        ("5 x ** 1", lambda x: 5 * x**1, [2]),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_takes_exponentials_and_logarithms(student):
    """exp and log, with gradients."""
    cases = [
        ("exp(x)", exp, [0.7]),
        ("log(x)", log, [2.5]),
        ("3 exp(-2 x)", lambda x: 3 * exp(-2 * x), [-0.4]),
        ("log(x x + 1)", lambda x: log(x * x + 1), [-1.2]),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_takes_tanh_and_relu(student):
    """tanh and relu, with gradients, on both sides of zero."""
    cases = [
        ("tanh(x)", tanh, [0.6]),
        ("2 tanh(x)", lambda x: 2 * tanh(x), [-1.1]),
        ("relu(x)", relu, [0.4]),
        ("relu(x)", relu, [-0.4]),
        ("-3 relu(x)", lambda x: -3 * relu(x), [2.0]),
        ("relu(x) - x", lambda x: relu(x) - x, [-2.0]),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_works_with_plain_numbers_on_either_side(student):
    """A plain number may stand left or right of +, -, * and /."""
    cases = [
        ("x + 2", lambda x: x + 2, [1.5]),
        ("2 + x", lambda x: 2 + x, [1.5]),
        ("x - 2", lambda x: x - 2, [1.5]),
        ("2 - x", lambda x: 2 - x, [1.5]),
        ("x * 2.5", lambda x: x * 2.5, [1.5]),
        ("2.5 * x", lambda x: 2.5 * x, [1.5]),
        ("x / 4", lambda x: x / 4, [1.5]),
        ("4 / x", lambda x: 4 / x, [1.5]),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_of_a_very_deep_graph(student, rng):
    """A sum of 5000 steps, one upon the other, does not exhaust the stack."""
    start, step = some(rng, 2)
    x, y = student.Value.calls([(start,), (step,)])
    # If this is not written yet, the message should say so of Value, not of the function below.
    gives_a_value((0, "__add__", [y]), x.call("__add__", y))
    out = student.added_again(x, y, 5000)
    out.call("backward")
    data, grads = out.get("data"), [x.get("grad"), y.get("grad")]
    close(data, start + 5000 * step, rtol=1e-9, name="data of x + y + y + ...")
    close(grads, [1.0, 5000.0], name="gradients of x and y")


KEYS = ["W1", "b1", "W2", "b2"]


def weights(rng, inputs, hidden, classes, scale=0.7):
    """Random parameters of a network; no entry of a bias is zero."""
    return {
        "W1": scale * rng.standard_normal((inputs, hidden)),
        "b1": rng.uniform(0.1, 0.5, hidden) * rng.choice([-1, 1], hidden),
        "W2": scale * rng.standard_normal((hidden, classes)),
        "b2": rng.standard_normal(classes),
    }


def network(namespace, params, reg=0.0):
    """A network of the namespace that holds these parameters.

    It starts from zeros, so that everyone who forgets to read the new parameters gets the same, whatever they draw.
    """
    net = namespace.TwoLayerNet(*params["W1"].shape, params["W2"].shape[1], weight_scale=0.0, reg=reg)
    net.call("__setattr__", "params", params)
    return net


def loss_and_grads(net, X, y):
    """What loss(X, y) returns, taken apart. Raises: Failure unless it is a loss and a dict."""
    loss, grads = parts(net.loss(X, y), 2, "loss and grads")
    expect(isinstance(grads, dict), "the second thing returned by loss(X, y) should be the dict of gradients")
    return loss, grads


@check("TwoLayerNet", points=2, public=True)
def network_starts_with_small_random_weights(student):
    """Weights are normal with mean 0 and standard deviation weight_scale; biases are zeros."""
    cases = [({"weight_scale": 1e-2, "reg": 0.1}, 1e-2, 0.1), ({"weight_scale": 0.5}, 0.5, 0.0), ({}, 1e-3, 0.0)]
    for settings, weight_scale, reg in cases:
        net = student.TwoLayerNet(60, 50, 40, **settings)
        params = net.get("params")
        close(net.get("reg"), reg, name=f"reg of TwoLayerNet(60, 50, 40, **{settings})")
        expect(isinstance(params, dict), "params should be a dict")
        for key, shape in [("W1", (60, 50)), ("b1", (50,)), ("W2", (50, 40)), ("b2", (40,))]:
            expect(key in params, f"params has no {key!r}")
            hint = "A weight matrix has its inputs along axis 0 and its outputs along axis 1."
            equal(np.shape(params[key]), shape, name=f"shape of params[{key!r}]", hint=hint)
        for key in ("b1", "b2"):
            close(params[key], np.zeros(len(params[key])), name=f"params[{key!r}]")
        for key in ("W1", "W2"):
            entries = np.asarray(params[key], dtype=float) / weight_scale
            # 2000 entries: the mean spreads by 0.022, the deviation by 0.016, the share beyond 2 by 0.0047.
            expect(abs(entries.mean()) < 0.2, f"params[{key!r}]: the mean is {entries.mean():.2f} times weight_scale")
            expect(
                abs(entries.std() - 1) < 0.15,
                f"params[{key!r}]: the standard deviation is {entries.std():.3g} times weight_scale",
            )
            beyond = np.mean(np.abs(entries) > 2)
            expect(0.01 < beyond < 0.1, f"params[{key!r}]: these numbers do not follow a normal distribution")


@check("TwoLayerNet", points=2, public=True)
def network_computes_scores(student, reference, rng):
    """Without y, loss returns the scores."""
    params, X = weights(rng, 4, 6, 3), rng.standard_normal((5, 4))
    expected = network(reference, params, reg=0.3).loss(X)
    hint = "Are they computed with the parameters that self.params holds now? They were replaced after __init__."
    close(network(student, params, reg=0.3).loss(X), expected, rtol=1e-9, name="scores", hint=hint)


@check("TwoLayerNet", points=2, public=True)
def network_computes_the_data_loss(student, reference, rng):
    """With y and reg = 0, the loss is the mean cross-entropy."""
    params, X, y = weights(rng, 4, 6, 3), rng.standard_normal((5, 4)), np.array([0, 2, 1, 1, 2])
    expected, _ = network(reference, params).loss(X, y)
    loss, _ = loss_and_grads(network(student, params), X, y)
    close(loss, expected, rtol=1e-9, name="loss")


@check("TwoLayerNet", points=1.5, public=True)
def network_adds_the_penalty(student, reference, rng):
    """With reg > 0 half of reg times the sum of the squared weights is added; biases are left out."""
    params, X, y = weights(rng, 4, 6, 3), rng.standard_normal((5, 4)), np.array([0, 2, 1, 1, 2])
    expected, _ = network(reference, params, reg=0.7).loss(X, y)
    loss, _ = loss_and_grads(network(student, params, reg=0.7), X, y)
    close(loss, expected, rtol=1e-9, name="loss with reg = 0.7")


@check("TwoLayerNet", points=2.5, public=True)
def network_computes_gradients(student, reference, rng):
    """With reg = 0, the gradients of all four parameters follow the reference."""
    params, X, y = weights(rng, 4, 6, 3), rng.standard_normal((5, 4)), np.array([0, 2, 1, 1, 2])
    _, expected = network(reference, params).loss(X, y)
    _, grads = loss_and_grads(network(student, params), X, y)
    close(grads, {key: expected[key] for key in KEYS}, rtol=1e-8, name="grads")


def away_from_zero(rng, shape):
    """Random numbers of both signs, none smaller than 0.2, so that a ReLU has no corner nearby."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 1.5, shape)


def product(a, b):
    return a * b


def finds(student, cases):
    """Ask about every (title, forward, backward, inputs, positions of the wrong ones) first, then compare.

    forward: is called often, so it is sent to the student's side; it knows only its arguments and what it imports.
    """
    there = {forward: student.probe(forward) for forward in dict.fromkeys(case[1] for case in cases)}
    found = student.find_the_bug.calls((there[forward], backward, inputs) for _, forward, backward, inputs, _ in cases)
    for got, (title, _, _, inputs, wrong) in zip(found, cases, strict=True):
        expect(isinstance(got, (list, tuple, np.ndarray)), "find_the_bug should return a list of truth values")
        equal(list(got), [i in wrong for i in range(len(inputs))], name=f"which gradients of {title} are wrong")


@check("find_the_bug", points=2, public=True)
def finds_the_wrong_one_of_three(student, rng):
    """A fully connected layer, once with each of its three gradients wrong."""

    def forward(x, w, b):
        return x @ w + b

    def times_x_twice(dout, x, w, b):
        return 2 * dout @ w.T, x.T @ dout, dout.sum(0)

    def of_the_first_row(dout, x, w, b):
        return dout @ w.T, np.outer(x[0], dout[0]), dout.sum(0)

    def averaged(dout, x, w, b):
        return dout @ w.T, x.T @ dout, dout.mean(0)

    inputs = [rng.standard_normal((3, 2)), rng.standard_normal((2, 4)), rng.standard_normal(4)]
    cases = [
        ("a layer with dx doubled", forward, times_x_twice, inputs, [0]),
        ("a layer with dw of one row only", forward, of_the_first_row, inputs, [1]),
        ("a layer with db averaged", forward, averaged, inputs, [2]),
    ]
    finds(student, cases)


@check("find_the_bug", points=1.5, public=True)
def finds_nothing_where_all_is_right(student, rng):
    """Layers that are right, large and small, and with an input that has no influence."""

    def product_backward(dout, a, b):
        return dout * b, dout * a

    def relu(x, s):
        import numpy as np

        return np.maximum(x, 0) * s

    def relu_backward(dout, x, s):
        return dout * (x > 0) * s, np.sum(dout * np.maximum(x, 0))

    def cube(x):
        return x**3

    def cube_backward(dout, x):
        return [3 * x**2 * dout]

    def one_of_two(a, b):
        return 3 * a

    def one_of_two_backward(dout, a, b):
        return 3 * dout, np.zeros(b.shape)

    a, b = away_from_zero(rng, (2, 3)), away_from_zero(rng, (2, 3))
    cases = [
        ("a product", product, product_backward, [a, b], []),
        ("a product of large numbers", product, product_backward, [1e4 * a, 1e4 * b], []),
        ("a product of small numbers", product, product_backward, [1e-3 * a, 1e-3 * b], []),
        ("a ReLU with a scale", relu, relu_backward, [a, np.array(1.7)], []),
        ("a layer that ignores its second input", one_of_two, one_of_two_backward, [a, b], []),
        ("a cube of large and tiny numbers", cube, cube_backward, [a * [1e-4, 1.0, 2.0]], []),
    ]
    finds(student, cases)


@check("q_gradient_at_branch", points=0, public=True)
def answers_what_reaches_the_branch(student, reference):
    """The gradient of a number that is used twice."""
    answered(student, reference, "q_gradient_at_branch")


@check("q_paths", points=0, public=True)
def answers_how_many_paths_there_are(student, reference):
    """The derivative through a ladder of twenty sums."""
    answered(student, reference, "q_paths")


@check("q_jacobian_entries", points=0, public=True)
def answers_how_large_a_jacobian_is(student, reference):
    """The entries of the Jacobian of an affine layer."""
    answered(student, reference, "q_jacobian_entries")


@check("q_terms_per_entry", points=0, public=True)
def answers_how_many_terms_are_added(student, reference):
    """The terms in one entry of the gradient of a broadcast input."""
    answered(student, reference, "q_terms_per_entry")


@check("q_which_bug", points=0, public=True)
def answers_which_bug_it_is(student, reference):
    """The bug in a fellow student's Value."""
    answered(student, reference, "q_which_bug")
