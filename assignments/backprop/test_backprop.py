"""The public checks of backprop.

Run them with `autograder check backprop`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np

from autograder import Failure, Raised, check, close, equal, expect, parts, question, unmodified


def layer_arrays(rng, x_shape, outputs):
    """Random x, w and b of an affine layer with `outputs` outputs."""
    return (
        rng.standard_normal(x_shape),
        rng.standard_normal((int(np.prod(x_shape[1:])), outputs)),
        rng.standard_normal(outputs),
    )


@check("affine_forward", points=1, public=True, side_condition=True)
def affine_output_has_one_row_per_input(student, rng):
    """The output has shape (N, M), whatever shape the inputs have."""
    cases = [((3, 4), 5), ((1, 4), 2), ((2, 3, 2), 1), ((4, 1, 2, 3), 3)]
    results = student.affine_forward.calls(layer_arrays(rng, x_shape, outputs) for x_shape, outputs in cases)
    for result, (x_shape, outputs) in zip(results, cases, strict=True):
        out, _ = parts(result, "out", "cache")
        expect(isinstance(out, np.ndarray), "out should be an array")
        equal(out.shape, (x_shape[0], outputs), name=f"shape of out for x {x_shape} and {outputs} outputs")


@check("affine_forward", points=2.5, public=True)
def affine_multiplies_and_adds_the_bias(student, reference, rng):
    """The output for a batch of three rows, and of two pictures, follows the reference."""
    for x_shape, outputs in [((3, 4), 5), ((2, 3, 2), 4)]:
        arrays = layer_arrays(rng, x_shape, outputs)
        out, _ = parts(student.affine_forward(*arrays), "out", "cache")
        close(out, reference.affine_forward(*arrays)[0], rtol=1e-9, name=f"out for x of shape {x_shape}")


@check("affine_forward", points=1, public=True, side_condition=True)
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
    _, cache = parts(namespace.affine_forward(x, w, b), "out", "cache")
    return parts(namespace.affine_backward(dout, cache), "dx", "dw", "db")


def one_gradient(student, reference, rng, name, x_shape, hint):
    """Compare one of the three gradients with the reference's."""
    (x, w, b), dout = layer_arrays(rng, x_shape, 5), rng.standard_normal((x_shape[0], 5))
    place = ("dx", "dw", "db").index(name)
    expected = affine_gradients(reference, x, w, b, dout)[place]
    close(affine_gradients(student, x, w, b, dout)[place], expected, rtol=1e-9, name=name, hint=hint)


@check("affine_backward", points=2, public=True)
def affine_gradient_of_the_bias(student, reference, rng):
    """db for a batch of three inputs."""
    one_gradient(student, reference, rng, "db", (3, 4), "into which outputs did one bias go?")


@check("affine_backward", points=2, public=True)
def affine_gradient_of_the_weights(student, reference, rng):
    """dw for a batch of three inputs."""
    hint = "the weight (d, m) was multiplied by x[n, d], for every n"
    one_gradient(student, reference, rng, "dw", (3, 4), hint)


@check("affine_backward", points=2, public=True)
def affine_gradient_of_the_input(student, reference, rng):
    """dx for a batch of three inputs."""
    one_gradient(student, reference, rng, "dx", (3, 4), "x[n, d] was multiplied by w[d, m], for every m")


@check("affine_backward", points=2, public=True)
def affine_gradients_of_pictures(student, reference, rng):
    """dx and dw for a batch of two pictures of shape (3, 2)."""
    hint = "a gradient has the shape of what it is the gradient of"
    one_gradient(student, reference, rng, "dx", (2, 3, 2), hint)
    one_gradient(student, reference, rng, "dw", (2, 3, 2), hint)


SWITCH = "An entry passes where x was positive; at x = 0 the derivative counts as 0."


@check("relu_forward", points=1.5, public=True)
def relu_keeps_what_is_positive(student, reference, rng):
    """Positive entries stay, negative ones become 0."""
    x = np.array([[1.0, -2.0, 0.5], [-0.1, 0.0, 3.0]]) * rng.uniform(1, 2, (2, 3))
    cases = [(x,), (rng.standard_normal((2, 3, 4)),)]
    for result, right in zip(student.relu_forward.calls(cases), reference.relu_forward.calls(cases), strict=True):
        out, _ = parts(result, "out", "cache")
        close(out, right[0], name="out")


def relu_gradient(namespace, x, dout):
    """dx of a namespace's own forward and backward pass."""
    _, cache = parts(namespace.relu_forward(x), "out", "cache")
    return namespace.relu_backward(dout, cache)


@check("relu_backward", points=1.5, public=True)
def relu_gradient_passes_the_open_switches(student, reference, rng):
    """dx for upstream gradients of both signs."""
    x, dout = rng.standard_normal((2, 3, 5))
    close(relu_gradient(student, x, dout), relu_gradient(reference, x, dout), name="dx", hint=SWITCH)


@check("relu_backward", points=0.5, public=True)
def relu_gradient_at_the_corner_is_zero(student, rng):
    """Where x is exactly 0, dx is 0."""
    x = np.array([0.0, 1e-30, -1e-30, -0.0, 2.0])
    dout = rng.uniform(1, 2, 5)
    close(relu_gradient(student, x, dout), dout * np.array([0.0, 1.0, 0.0, 0.0, 1.0]), name="dx", hint=SWITCH)


ACCURATE = "Central differences with a step of 1e-5 are accurate enough; one-sided ones are not."


def in_float64(J):
    """J as float64: what was measured with all digits is compared with all, whatever it was put into."""
    return J.astype(float) if isinstance(J, np.ndarray) and J.dtype.kind == "f" else J


def maps_by_matrices(matrices, powers):
    """For each matrix A and power p, the function x → A x ** p."""
    return [lambda x, a=matrix, p=power: a @ x**p for matrix, power in zip(matrices, powers, strict=True)]


@check("jacobian", points=1.5, public=True)
def jacobian_of_a_map_by_a_matrix(student, rng):
    """The Jacobian of x → A x is A, a row per output and a column per input; x → A x ** 3 has a Jacobian, too."""
    matrices, powers = [rng.standard_normal(shape) for shape in [(2, 4), (3, 2), (1, 3), (2, 3)]], [1, 1, 1, 3]
    maps, points = student.probe(maps_by_matrices)(matrices, powers), [rng.uniform(1, 2, a.shape[1]) for a in matrices]
    found = student.jacobian.calls(zip(maps, points, strict=True))
    for J, matrix, power, x in zip(found, matrices, powers, points, strict=True):
        hint = "row k belongs to output k, column n to input n" if power == 1 else ACCURATE
        close(in_float64(J), matrix * power * x ** (power - 1), rtol=1e-6, name=f"J of A x ** {power}", hint=hint)


def views():
    """Functions that return a view of what they are given."""
    return [lambda x: x, lambda x: x.T, lambda x: x[::-1]]


@check("jacobian", points=0.5, public=True)
def jacobian_of_a_function_that_returns_a_view(student, rng):
    """f may return a view of what it is given: x itself, its transpose, its rows the other way round."""
    x = rng.uniform(1, 2, (2, 2))
    places = [view.ravel() for view in (each(np.arange(4).reshape(2, 2)) for each in views())]
    found = student.jacobian.calls([(f, x) for f in student.probe(views)()])
    for J, rows in zip(found, places, strict=True):
        hint = "an f(x) that is kept changes with x, if it is a view of x"
        close(in_float64(J), np.eye(4)[rows], rtol=1e-6, name="J", hint=hint)


@check("vjp_from_jacobian", points=2, public=True)
def vjp_weighs_the_rows_of_the_jacobian(student, reference, rng):
    """dx for vectors of outputs and inputs, and for an output and an input with two axes."""
    cases = []
    for out_shape, x_shape in [((3,), (2,)), ((2,), (4,)), ((3,), (3,)), ((2, 2), (1, 3))]:
        J = rng.standard_normal((int(np.prod(out_shape)), int(np.prod(x_shape))))
        cases.append((J, rng.standard_normal(out_shape), x_shape))
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
    """Axes that broadcasting has added in front, one or two or all, are summed over."""
    follows_unbroadcast(student, reference, rng, [((4, 3), (3,)), ((5, 2, 3), (2, 3)), ((2, 4, 3), (3,)), ((4, 3), ())])


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


def assign(attribute, pairs):
    """Give the attribute of each node its value."""
    for node, value in pairs:
        setattr(node, attribute, value)


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


def renamed(rng, graph, last):
    """The same graph with names drawn at random, and what its last node is called."""
    names = dict(zip(graph, (f"v{number}" for number in rng.permutation(100)), strict=False))
    return {names[node]: [names[parent] for parent in parents] for node, parents in graph.items()}, names[last]


def topped(student, rng, graph, node, below):
    """A graph with two more nodes: one that nothing else uses, and one on top with both as parents, which is returned.

    node: the student's, the last one of the graph so far; below: its name.
    """
    leaf, top = (f"w{number}" for number in rng.permutation(100)[:2])
    graph.update({leaf: [], top: [below, leaf]})
    return student.Node(top, [node, student.Node(leaf, [])]), top


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
def orders_a_chain_and_a_tree(student, rng):
    """A single node, a chain and a tree, where every node has one user; what does not belong to it stays out."""
    graphs = [
        ({"x": []}, "x"),
        ({"d": [], "c": ["d"], "b": ["c"], "a": ["b"], "later": ["a"]}, "a"),
        ({"x": [], "y": [], "z": [], "q": ["x", "y"], "L": ["q", "z"], "other": ["z"], "u": []}, "L"),
    ]
    orders_well(student, [renamed(rng, *graph) for graph in graphs])


@check("topological_order", points=2, public=True)
def lists_a_shared_node_once(student, rng):
    """A node with several users, or twice the same user, appears once and before all of them."""
    graphs = [
        ({"x": [], "square": ["x", "x"]}, "square"),
        ({"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}, "d"),
        ({"a": [], "b": ["a"], "c": ["a", "b"], "d": ["c", "a"]}, "d"),
        ({"c": [], "a": [], "p": ["a", "c"], "s": ["p", "c"], "L": ["s", "c"]}, "L"),
    ]
    orders_well(student, [renamed(rng, *graph) for graph in graphs])


@check("topological_order", points=0.5, public=True)
def orders_a_graph_again(student, rng):
    """The same graph can be ordered a second time."""
    graph, last = renamed(rng, {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["c", "a"]}, "d")
    (nodes,) = student.probe(build, "Node")(student.get("Node"), [list(graph.items())])
    orders = [student.topological_order.keep(nodes[last]) for _ in range(2)]
    for names in names_in(student, orders):
        is_topological(names, graph, last)


@check("topological_order", points=0.5, public=True)
def needs_nothing_of_a_node_but_its_parents(student, rng):
    """All nodes have the same name, their parents stand in lists, and they were made in any order."""
    graph = {"x": [], "y": [], "p": ["x", "y"], "q": ["p", "p"], "s": ["x", "q"], "L": ["s", "p"]}
    names = [str(name) for name in rng.permutation(list(graph))]
    nodes = dict(zip(names, student.Node.calls([("node", [])] * len(names)), strict=True))
    assign_there = student.probe(assign, "Node")
    assign_there("parents", [(nodes[name], [nodes[parent] for parent in parents]) for name, parents in graph.items()])
    order = student.topological_order.keep(nodes["L"])
    assign_there("name", [(node, name) for name, node in nodes.items()])  # now they can be told apart by us, too
    is_topological(names_in(student, [order])[0], graph, "L")


@check("topological_order", points=1, public=True)
def orders_a_graph_of_five_thousand_nodes(student, rng):
    """A chain that is 5000 nodes deep does not exhaust the stack."""
    length = int(rng.integers(5000, 5100))
    graph = {"0": [], **{str(n): [str(n - 1)] for n in range(1, length)}}
    node, top = topped(student, rng, graph, student.chain_of(length), str(length - 1))
    order = student.topological_order.keep(node)
    is_topological(names_in(student, [order])[0], graph, top)


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


def negative(rng, count, low=0.5, high=2.0):
    """As `some`, with a minus sign."""
    return [-number for number in some(rng, count, low, high)]


@check("Value", points=1.5, public=True)
def value_adds_and_multiplies(student, rng):
    """Sums and products of Values have the right data; a new Value has a gradient of 0."""
    tape, (one, two, three) = Tape(), [*some(rng, 1), *negative(rng, 1, 2.5, 4), int(rng.integers(3, 7))]
    a, b, c = tape.value(one), tape.value(two), tape.value(three)
    results = [each.get("data") for each in (a + b, a * b, (a + b) * c, a * b + c, b + b, b * b)]
    grad = (a + c).get("grad")
    found = tape.play(student)
    wanted = [one + two, one * two, (one + two) * three, one * two + three, two + two, two * two]
    close([found(each) for each in results], wanted, name="data of a + b, a b, (a + b) c, a b + c, b + b and b b")
    close(found(grad), 0.0, name="grad before backward()")


@check("Value", points=2, public=True)
def value_sends_gradients_through_sums_and_products(student, rng):
    """backward() through sums and products in which every input is used once."""
    cases = [
        ("a + b", lambda a, b: a + b, [*some(rng, 1), *negative(rng, 1)]),
        ("a b", lambda a, b: a * b, [*some(rng, 1), *negative(rng, 1, 2.5, 4)]),
        ("(x + y) z", lambda x, y, z: (x + y) * z, [*some(rng, 1, 2.5, 4), *negative(rng, 2)]),
        ("a b + c d", lambda a, b, c, d: a * b + c * d, [2, *some(rng, 2), *negative(rng, 1)]),
    ]
    differentiates(student, cases)


@check("Value", points=2, public=True)
def value_adds_gradients_at_a_branch(student, rng):
    """A Value that is used several times collects the gradients of all its uses."""
    cases = [
        ("x + x", lambda x: x + x, some(rng, 1)),
        ("x x", lambda x: x * x, some(rng, 1, 2.5, 4)),
        ("(a b + c) b", lambda a, b, c: (a * b + c) * b, [*some(rng, 1), *negative(rng, 1), *some(rng, 1)]),
        ("x x x + x", lambda x: x * x * x + x, negative(rng, 1)),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_subtracts_and_divides(student, rng):
    """Differences and quotients of Values, with gradients."""
    cases = [
        ("a - b", lambda a, b: a - b, some(rng, 2)),
        ("a / b", lambda a, b: a / b, [*some(rng, 1), *negative(rng, 1, 2.5, 4)]),
        ("(a - b) / (a + b)", lambda a, b: (a - b) / (a + b), [*some(rng, 1, 0.4, 0.8), *some(rng, 1, 1.5)]),
    ]
    differentiates(student, cases)


@check("Value", points=1, public=True)
def value_takes_powers_and_the_minus_sign(student, rng):
    """Powers with a plain exponent and the minus sign, with gradients; negative bases too."""
    cases = [
        ("x ** 3", lambda x: x**3, negative(rng, 1, 1.2, 2)),
        ("x ** 2.5", lambda x: x**2.5, some(rng, 1, 1.2, 2)),
        ("x ** -2", lambda x: x**-2, negative(rng, 1, 0.5, 0.9)),
        ("-x", lambda x: -x, some(rng, 1)),
        ("5 x ** 1", lambda x: 5 * x**1, [2]),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_takes_exponentials_and_logarithms(student, rng):
    """exp and log, with gradients."""
    cases = [
        ("exp(x)", exp, some(rng, 1)),
        ("log(x)", log, some(rng, 1, 1.5, 3)),
        ("3 exp(-2 x)", lambda x: 3 * exp(-2 * x), negative(rng, 1, 0.2, 0.8)),
        ("log(x x + 1)", lambda x: log(x * x + 1), negative(rng, 1)),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_takes_tanh_and_relu(student, rng):
    """tanh and relu, with gradients, on both sides of zero, far from it, and at it."""
    cases = [
        ("tanh(x)", tanh, some(rng, 1, 0.4, 0.9)),
        ("2 tanh(x)", lambda x: 2 * tanh(x), negative(rng, 1, 0.8, 1.4)),
        ("tanh(1000 x) + x", lambda x: tanh(1000 * x) + x, some(rng, 1)),
        ("relu(x)", relu, some(rng, 1, 0.2, 0.8)),
        ("relu(x)", relu, negative(rng, 1, 0.2, 0.8)),
        ("-3 relu(x)", lambda x: -3 * relu(x), some(rng, 1, 1.5, 3)),
        ("relu(x) - x", lambda x: relu(x) - x, negative(rng, 1, 1.5, 3)),
        ("relu(x) + 3 x", lambda x: relu(x) + 3 * x, [0.0]),
    ]
    differentiates(student, cases)


@check("Value", points=1.5, public=True)
def value_works_with_plain_numbers_on_either_side(student, rng):
    """A plain number may stand left or right of +, -, * and /."""
    cases = [
        ("x + 2", lambda x: x + 2, some(rng, 1)),
        ("2 + x", lambda x: 2 + x, some(rng, 1)),
        ("x - 2", lambda x: x - 2, some(rng, 1)),
        ("2 - x", lambda x: 2 - x, some(rng, 1)),
        ("x * 2.5", lambda x: x * 2.5, some(rng, 1)),
        ("2.5 * x", lambda x: 2.5 * x, some(rng, 1)),
        ("x / 4", lambda x: x / 4, some(rng, 1)),
        ("4 / x", lambda x: 4 / x, some(rng, 1)),
    ]
    differentiates(student, cases)


@check("Value", points=2, public=True)
def value_gives_fresh_gradients_every_time(student, rng):
    """backward() twice, from another result, and from the middle of a graph: no gradient is left over from before."""
    a, b = some(rng, 2)
    tape = Tape()
    x, y = tape.value(a), tape.value(b)
    middle = x * y
    first, second = middle * x, middle + x * 3
    aside = y * 5
    asked = []
    for out in (aside, first, first, second, middle):
        out.ask("backward")
        asked.append([each.get("grad") for each in (x, y, aside)])
    found = tape.play(student)
    expected = [[0.0, 5.0, 1.0], [2 * a * b, a * a, 1.0], [2 * a * b, a * a, 1.0], [b + 3, a, 1.0], [b, a, 1.0]]
    titles = ["y 5", "x y x", "x y x, again,", "x y + 3 x", "x y"]
    for title, grads, wanted in zip(titles, asked, expected, strict=True):
        hint = "backward() begins with gradients of 0 in its own graph, and leaves all others alone"
        name = f"gradients after backward() of {title}"
        close([found(grad) for grad in grads], wanted, rtol=1e-8, name=name, hint=hint)


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
    loss, grads = parts(net.loss(X, y), "loss", "grads")
    expect(isinstance(grads, dict), "the second thing returned by loss(X, y) should be the dict of gradients")
    return loss, grads


def agrees(got, right):
    """Whether it is close."""
    try:
        close(got, right, rtol=1e-8)
    except Failure:
        return False
    return True


def summed(loss, right, count):
    """`count` if the student's loss is the sum over so many examples, else 1.

    Where the mean is judged, the sum loses its points; elsewhere right results of such a loss count as right.
    """
    return count if agrees(loss, count * right) else 1


def objective(params, X, y, reg, count=1):
    """The loss of the network, its mean over the examples times `count`; accepts complex parameters."""
    hidden = X.reshape(len(X), -1) @ params["W1"] + params["b1"]
    scores = np.where(np.real(hidden) > 0, hidden, 0) @ params["W2"] + params["b2"]
    scores = scores - np.real(scores).max(axis=1, keepdims=True)
    losses = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]
    return count * losses.mean() + 0.5 * reg * ((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum())


def numbers(value, shape):
    """A returned array of this shape, or () for a number, as float64. Raises: Failure if it is none."""
    expect(np.shape(value) == shape, f"got shape {np.shape(value)}, expected {shape}")
    array = np.asarray(value)
    expect(array.dtype.kind in "fiu", f"got {value!r}, expected numbers")
    return array.astype(float)


def telling_loss(net, X, y):
    """The loss of a network. Raises: Failure if it is no number, or the same for other classes."""
    loss, other = (numbers(loss_and_grads(net, X, classes)[0], ()) for classes in (y, (y + 1) % 3))
    expect(loss != other, "the loss is the same whatever the classes are")
    return loss


def five_examples(rng):
    """Parameters of a network for 4 numbers and 3 classes, and five examples with their classes."""
    return weights(rng, 4, 6, 3), rng.standard_normal((5, 4)), rng.permutation([0, 2, 1, 1, 2])


@check("TwoLayerNet", points=1, public=True)
def network_starts_with_small_random_weights(student, rng):
    """Weights are normal with mean 0 and standard deviation weight_scale; biases are zeros."""
    scale, reg = (float(number) for number in rng.uniform(0.3, 0.7, 2))
    cases = [({"weight_scale": scale / 50, "reg": reg}, scale / 50, reg), ({"weight_scale": scale}, scale, 0.0)]
    for settings, weight_scale, reg in [*cases, ({}, 1e-3, 0.0)]:
        d, h, c = (int(size) for size in rng.permutation([60, 50, 40]))
        net = student.TwoLayerNet(d, h, c, **settings)
        params = net.get("params")
        close(net.get("reg"), reg, name=f"reg of TwoLayerNet({d}, {h}, {c}, **{settings})")
        expect(isinstance(params, dict), "params should be a dict")
        for key, shape in [("W1", (d, h)), ("b1", (h,)), ("W2", (h, c)), ("b2", (c,))]:
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


@check("TwoLayerNet", points=2.5, public=True)
def network_computes_the_data_loss(student, reference, rng):
    """With y and reg = 0, the loss is the mean cross-entropy."""
    params, X, y = five_examples(rng)
    expected, _ = network(reference, params).loss(X, y)
    loss, _ = loss_and_grads(network(student, params), X, y)
    close(loss, expected, rtol=1e-9, name="loss")


@check("TwoLayerNet", points=1.5, public=True)
def network_adds_the_penalty(student, rng):
    """With reg > 0 half of reg times the sum of the squared weights is added to the loss; biases are left out."""
    params, X, y = five_examples(rng)
    plain = telling_loss(network(student, params), X, y)
    loss = numbers(loss_and_grads(network(student, params, reg=0.7), X, y)[0], ())
    penalty = 0.35 * sum(np.vdot(params[key], params[key]) for key in ("W1", "W2"))
    close(loss - plain, penalty, rtol=1e-8, name="what reg = 0.7 adds to the loss")


@check("TwoLayerNet", points=1, public=True)
def network_adds_the_slope_of_the_penalty(student, rng):
    """With reg > 0 the gradients of the weights have reg times the weights in them, those of the biases nothing."""
    params, X, y = five_examples(rng)
    (_, plain), (_, grads) = (loss_and_grads(network(student, params, reg=reg), X, y) for reg in (0.0, 0.7))
    for key in KEYS:
        expect(key in plain and key in grads, f"grads has no {key!r}")
        without, with_penalty = (numbers(each[key], params[key].shape) for each in (plain, grads))
        expect(without.any(), f"grads[{key!r}] is zero")
        slope = 0.7 * params[key] if key.startswith("W") else 0.0 * params[key]
        close(with_penalty - without, slope, rtol=1e-8, name=f"what reg = 0.7 adds to grads[{key!r}]")


@check("TwoLayerNet", points=2, public=True)
def network_computes_gradients(student, reference, rng):
    """With reg = 0, the gradients of all four parameters follow the reference."""
    params, X, y = five_examples(rng)
    _, expected = network(reference, params).loss(X, y)
    loss, grads = loss_and_grads(network(student, params), X, y)
    right = float(objective(params, X, y, 0.0))  # at home the reference's own is a recording, which holds no loss
    count = summed(loss, right, len(y)) if agrees(grads.get("b2"), len(y) * expected["b2"]) else 1
    close(grads, {key: count * expected[key] for key in KEYS}, rtol=1e-8, name="grads")


@check("TwoLayerNet", points=1, public=True)
def network_survives_huge_scores(student, rng):
    """Scores of several thousand give a finite loss, also beside small ones in other rows."""
    params, X, y = weights(rng, 3, 4, 3), rng.standard_normal((4, 3)), np.array([0, 1, 2, 0])
    usual, _ = loss_and_grads(network(student, params), X, y)
    count = summed(usual, float(objective(params, X, y, 0.0)), 4)
    huge = params | {"b2": 3000 * np.array([1.0, -0.5, 0.25])}
    loss, _ = loss_and_grads(network(student, huge), X, y)
    expected = count * float(objective(huge, X, y, 0.0))
    close(loss, expected, rtol=1e-9, name="loss", hint="subtract the row's largest score")
    # One example whose scores are thousands apart from everyone else's.
    params, X = {key: abs(value) for key, value in params.items()}, rng.uniform(0.5, 1.0, (4, 3))
    X[0] *= 1e5
    loss, _ = loss_and_grads(network(student, params), X, y)
    expected = count * float(objective(params, X, y, 0.0))
    hint = "Each row has a largest score of its own."
    close(loss, expected, rtol=1e-9, name="loss of rows of very different size", hint=hint)


def away_from_zero(rng, shape):
    """Random numbers of both signs, none smaller than 0.2, so that a ReLU has no corner nearby."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 1.5, shape)


def product(a, b):
    return a * b


def finds(student, rng, cases):
    """Ask about every (title, forward, backward, inputs, positions of the wrong ones) in any order first, then compare.

    forward: is called often, so it is sent to the student's side; it knows only its arguments and what it imports.
    """
    cases = [cases[i] for i in rng.permutation(len(cases))]
    there = {forward: student.probe(forward) for forward in dict.fromkeys(case[1] for case in cases)}
    found = student.find_the_bug.calls((there[forward], backward, inputs) for _, forward, backward, inputs, _ in cases)
    for got, (title, _, _, inputs, wrong) in zip(found, cases, strict=True):
        expect(isinstance(got, (list, tuple, np.ndarray)), "find_the_bug should return a list of truth values")
        equal(list(got), [i in wrong for i in range(len(inputs))], name=f"which gradients of {title} are wrong")


@check("find_the_bug", points=2.5, public=True)
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
    finds(student, rng, cases)


@check("find_the_bug", points=1, public=True, side_condition=True)
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
    finds(student, rng, cases)


def arguments(student, exercise, rng):
    """Cases of an exercise, and which of the arguments are to be left alone."""
    a, b = away_from_zero(rng, (3, 4)), away_from_zero(rng, (3, 4))
    if exercise == "affine_backward":
        _, cache = parts(student.affine_forward(*layer_arrays(rng, (3, 2, 2), 4)), "out", "cache")
        return [(a, cache)], (0,)
    if exercise == "relu_backward":
        _, cache = parts(student.relu_forward(a), "out", "cache")
        return [(b, cache)], (0,)
    return {
        "relu_forward": ([(a,)], (0,)),
        "jacobian": ([(lambda x: x * x, a)], (1,)),
        "vjp_from_jacobian": ([(a, b[:, 0], (4,))], (0, 1)),
        "unbroadcast": ([(a, (3, 4)), (a, (1, 4))], (0,)),
        "find_the_bug": ([(product, lambda dout, a, b: [dout * b, 2 * dout * a], [a, b])], (2,)),
    }[exercise]


@check(
    "affine_backward", "relu_forward", "relu_backward", "jacobian", "vjp_from_jacobian", "unbroadcast", "find_the_bug",
    points=0.5, public=True, side_condition=True,
)  # fmt: skip
def leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    cases, inputs = arguments(student, exercise, rng)
    for case in cases:
        unmodified(getattr(student, exercise), *case, inputs=inputs)


q_gradient_at_branch = question("The gradient of a number that is used twice.")
q_paths = question("The derivative through a ladder of twenty sums.")

q_jacobian_entries = question("The entries of the Jacobian of an affine layer.")
q_terms_per_entry = question("The terms in one entry of the gradient of a broadcast input.")

q_which_bug = question("The bug in a fellow student's Value.")
