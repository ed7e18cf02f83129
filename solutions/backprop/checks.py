"""All checks of the backpropagation assignment, public and hidden; 100 points.

Oracles besides the reference: complex-step derivatives of the same expression in complex numbers, central differences
(exact for linear functions), explicit loops and scatter sums, closed forms. A topological order is judged by what makes
it one, since there are many.
"""

import numpy as np

from autograder import Failure, answered, check, close, equal, expect, numerical_gradient, unmodified
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


# ----------------------------------------------------------------------------------------------------- affine_forward


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


@check("affine_forward", points=2)
def affine_lays_pictures_out_in_rows(student, rng):
    """Inputs with several axes are laid out in C order, each input by itself; N = 1 and M = 1 too."""
    cases = []
    for x_shape, outputs in [((2, 3, 4), 3), ((1, 2, 2, 3), 1), ((3, 3), 3), ((5, 2), 1)]:
        x, w, b = layer_arrays(rng, x_shape, outputs)
        cases.append((10 * x, w, b))
    for result, (x, w, b) in zip(student.affine_forward.calls(cases), cases, strict=True):
        out, _ = parts(result, 2, "out and cache")
        letters = "dcbe"[: x.ndim - 1]
        expected = np.einsum(f"n{letters},{letters}m->nm", x, w.reshape(*x.shape[1:], len(b)))
        for m, shift in enumerate(b):
            expected[:, m] += shift
        close(out, expected, rtol=1e-9, name=f"out for x of shape {x.shape}", hint="one row per input, in C order")


@check("affine_forward", points=1)
def affine_bias_belongs_to_the_outputs(student, rng):
    """With all weights zero, every row of the output is the bias; with as many inputs as outputs too."""
    b = np.array([1.5, -2.0, 1000.0]) * rng.uniform(1, 2)
    out, _ = parts(student.affine_forward(rng.standard_normal((3, 2)), np.zeros((2, 3)), b), 2, "out and cache")
    close(out, np.array([b, b, b]), name="out", hint="one bias per output, added once to every row")


@check("affine_forward", points=1, public=True)
def affine_forward_leaves_its_inputs_alone(student, rng):
    """x, w and b are not modified, and x keeps its shape."""
    x, w, b = layer_arrays(rng, (2, 3, 2), 4)
    unmodified(student.affine_forward, x, w, b, inputs=(0, 1, 2))
    kept = student.put(x)  # entries that stay the same do not tell whether an assignment to x.shape has moved them
    student.affine_forward(kept, w, b)
    hint = "An assignment to x.shape changes the caller's array; reshape gives a new one."
    equal(np.shape(kept.value()), x.shape, name="shape of x after the call", hint=hint)


# ---------------------------------------------------------------------------------------------------- affine_backward


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


@check("affine_backward", points=3)
def affine_gradients_by_finite_differences(student, rng):
    """All three gradients agree with finite differences, also for square matrices, one input and one output."""
    for x_shape, outputs in [((3, 3), 3), ((1, 2, 2), 3), ((4, 2, 1), 1), ((2, 5), 2)]:
        x, w, b = layer_arrays(rng, x_shape, outputs)
        dout = rng.standard_normal((x_shape[0], outputs))

        def loss(x, w, b, dout=dout):
            return float(np.sum(dout * (x.reshape(len(x), -1) @ w + b)))

        dx, dw, db = affine_gradients(student, x, w, b, dout)
        # The layer is linear in each input: central differences are exact for any step, and a large one rounds least.
        wanted = numerical_gradient(lambda v, w=w, b=b, loss=loss: loss(v, w, b), x, h=0.5)
        close(dx, wanted, rtol=1e-8, name="dx", hint="compare the shapes of the two factors and of the result")
        wanted = numerical_gradient(lambda v, x=x, b=b, loss=loss: loss(x, v, b), w, h=0.5)
        close(dw, wanted, rtol=1e-8, name="dw", hint="compare the shapes of the two factors and of the result")
        wanted = numerical_gradient(lambda v, x=x, w=w, loss=loss: loss(x, w, v), b, h=0.5)
        close(db, wanted, rtol=1e-8, name="db", hint="nothing is divided here")


@check("affine_backward", points=1)
def affine_backward_leaves_its_input_alone(student, rng):
    """dout is not modified, and the same cache gives the same gradients again."""
    _, cache = parts(student.affine_forward(*layer_arrays(rng, (3, 2, 2), 3)), 2, "out and cache")
    dout = rng.standard_normal((3, 3))
    first = parts(unmodified(student.affine_backward, dout, cache, inputs=(0,)), 3, "dx, dw and db")
    second = parts(student.affine_backward(dout, cache), 3, "dx, dw and db")
    for name, one, two in zip(("dx", "dw", "db"), first, second, strict=True):
        close(two, one, name=f"{name} of the second call", hint="was something in the cache changed by the first call?")


# --------------------------------------------------------------------------------------------------------------- relu

SWITCH = "An entry passes where x was positive; at x = 0 the derivative counts as 0."


@check("relu_forward", points=1.5, public=True)
def relu_keeps_what_is_positive(student, reference, rng):
    """Positive entries stay, negative ones become 0."""
    x = np.array([[1.0, -2.0, 0.5], [-0.1, 0.0, 3.0]])
    cases = [(x,), (rng.standard_normal((2, 3, 4)),)]
    for result, right in zip(student.relu_forward.calls(cases), reference.relu_forward.calls(cases), strict=True):
        out, _ = parts(result, 2, "out and cache")
        close(out, right[0], name="out")


@check("relu_forward", points=1.5)
def relu_works_for_any_shape_and_size(student, rng):
    """Vectors, a single number, four axes, entries of any size."""
    kinds = [((7,), 1e200), ((1,), 1.0), ((2, 3, 1, 2), 1e-9), ((5, 4), 1e3)]
    cases = [scale * (rng.standard_normal(shape) - 0.2) for shape, scale in kinds]
    for result, x in zip(student.relu_forward.calls((x,) for x in cases), cases, strict=True):
        out, _ = parts(result, 2, "out and cache")
        expected = np.array([value if value > 0 else 0.0 for value in x.ravel()]).reshape(x.shape)
        close(out, expected, atol=0.0, name=f"out for x of shape {x.shape}")


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


@check("relu_backward", points=1.5)
def relu_gradient_by_finite_differences(student, rng):
    """dx agrees with finite differences on both sides of the corner, for several shapes."""
    for shape in [(4,), (2, 1, 3), (1, 1)]:
        x = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 2, shape)
        x.flat[0] = 0.3  # at least one open switch, with a value below 1
        dout = rng.standard_normal(shape)

        def loss(v, dout=dout):
            return float(np.sum(dout * (v + np.abs(v)) / 2))

        close(relu_gradient(student, x, dout), numerical_gradient(loss, x, h=0.1), rtol=1e-8, name="dx", hint=SWITCH)


@check("relu_backward", points=0.5)
def relu_gradient_at_the_corner_is_zero(student, rng):
    """Where x is exactly 0, dx is 0."""
    x = np.array([0.0, 1e-300, -1e-300, -0.0, 2.0])
    dout = rng.uniform(1, 2, 5)
    close(relu_gradient(student, x, dout), dout * np.array([0.0, 1.0, 0.0, 0.0, 1.0]), name="dx", hint=SWITCH)


@check("relu_backward", points=0.5, public=True)
def relu_backward_leaves_its_input_alone(student, rng):
    """dout is not modified."""
    _, cache = parts(student.relu_forward(rng.standard_normal((3, 4))), 2, "out and cache")
    unmodified(student.relu_backward, rng.standard_normal((3, 4)), cache, inputs=(0,))


# ----------------------------------------------------------------------------------------------- jacobian and its use

ACCURATE = "Central differences with a step of 1e-5 are accurate enough; one-sided ones are not."


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


@check("jacobian", points=1.5)
def jacobian_of_a_curved_function_of_matrices(student, rng):
    """Inputs and outputs with several axes are counted in C order; the function is curved."""
    rates, mix = np.array([3.0, -2.0, 4.0]), rng.standard_normal((3, 2))

    def curved(x):  # (2, 3) -> (2, 2)
        return np.exp(rates * x) @ mix

    x = rng.uniform(-0.5, 0.5, (2, 3))
    columns = [np.imag(curved(x + 1e-30j * unit.reshape(2, 3))).ravel() / 1e-30 for unit in np.eye(6)]
    close(student.jacobian(curved, x), np.array(columns).T, rtol=1e-6, name="J", hint=ACCURATE)

    x = rng.uniform(0.5, 2, (1, 2, 2))
    found = student.jacobian(lambda x: 1 / x.transpose(2, 1, 0), x)
    close(found, -np.eye(4)[[0, 2, 1, 3]] / x.ravel() ** 2, rtol=1e-6, name="J of a transposition", hint=ACCURATE)


@check("jacobian", points=0.5)
def jacobian_of_a_number_is_one_row(student, rng):
    """For a function that returns a float, the Jacobian has one row; for one input entry, one column."""
    x = rng.uniform(0.5, 1, (2, 2))
    found = student.jacobian(lambda x: float(np.prod(x)), x)
    close(found, (np.prod(x) / x).reshape(1, 4), rtol=1e-6, name="J of a product")
    found = student.jacobian(lambda x: np.array([[x[0], 3 * x[0], x[0] ** 2]]), np.array([2.0]))
    close(found, np.array([[1.0], [3.0], [4.0]]), rtol=1e-6, name="J for one input entry")


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


@check("vjp_from_jacobian", points=1.5)
def vjp_keeps_the_shapes_of_input_and_output(student, rng):
    """dout and dx have the shapes of output and input, counted in C order; either may be a single number."""
    cases = []
    for out_shape, x_shape in [((2, 2), (2, 2)), ((2, 3), (3, 1, 2)), ((), (2, 2)), ((4,), ()), ((1, 1), (1,))]:
        J = rng.standard_normal((int(np.prod(out_shape)), int(np.prod(x_shape))))
        cases.append((J, rng.standard_normal(out_shape), x_shape))
    for dx, (J, dout, x_shape) in zip(student.vjp_from_jacobian.calls(cases), cases, strict=True):
        expected = np.zeros(J.shape[1])
        for k, weight in enumerate(dout.ravel()):
            expected += weight * J[k]
        close(dx, expected.reshape(x_shape), rtol=1e-9, name=f"dx of shape {x_shape} for dout of shape {dout.shape}")


@check("vjp_from_jacobian", points=0.5)
def vjp_leaves_its_inputs_alone(student, rng):
    """J and dout are not modified."""
    unmodified(student.vjp_from_jacobian, rng.standard_normal((2, 3)), rng.standard_normal(2), (3,), inputs=(0, 1))


# -------------------------------------------------------------------------------------------------------- unbroadcast


def gather(grad, shape):
    """Add every entry of grad to the entry of an array of `shape` that NumPy would have read there."""
    source = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), grad.shape)
    return np.bincount(source.ravel(), grad.ravel(), minlength=int(np.prod(shape))).reshape(shape)


def takes_back(student, rng, cases):
    """Compare for every (shape of the gradient, shape of the input)."""
    grads = [rng.standard_normal(grad_shape) for grad_shape, _ in cases]
    results = student.unbroadcast.calls((grad, shape) for grad, (_, shape) in zip(grads, cases, strict=True))
    for result, grad, (grad_shape, shape) in zip(results, grads, cases, strict=True):
        expected = gather(grad, shape)
        close(result, expected, rtol=1e-9, name=f"gradient of shape {grad_shape} for an input of shape {shape}")


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


@check("unbroadcast", points=2)
def unbroadcast_of_added_and_stretched_axes_together(student, rng):
    """Added and stretched axes together, also where lengths repeat."""
    cases = [((2, 4, 3), (1, 3)), ((3, 3, 3), (3, 1)), ((2, 3, 4, 5), (3, 1, 5)), ((3, 2, 2), (1, 2)), ((4, 4), (4,))]
    takes_back(student, rng, cases)


@check("unbroadcast", points=1)
def unbroadcast_leaves_equal_shapes_as_they_are(student, rng):
    """Nothing is summed where nothing was stretched, also over axes of length 1."""
    takes_back(student, rng, [((4, 3), (4, 3)), ((3,), (3,)), ((1, 3), (1, 3)), ((1, 4, 1), (4, 1)), ((1, 1), ())])
    unmodified(student.unbroadcast, rng.standard_normal((2, 3)), (2, 3), inputs=(0,))


@check("unbroadcast", points=1)
def unbroadcast_to_a_single_number(student, rng):
    """A gradient for a single number, of shape (), (1,) or (1, 1), is the sum of everything; grad is not modified."""
    takes_back(student, rng, [((4, 3), ()), ((5,), ()), ((2, 3, 2), (1, 1)), ((4,), (1,)), ((), ())])
    unmodified(student.unbroadcast, rng.standard_normal((2, 3)), (1, 3), inputs=(0,))


# -------------------------------------------------------------------------------------------------- topological_order


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


@check("topological_order", points=1.5)
def orders_random_graphs(student, rng):
    """Random graphs with shortcuts: a parent of a node is often a grandparent too, and first in the list or last."""
    graphs = []
    for size in (6, 9, 14):
        names = [f"v{name}" for name in rng.permutation(100)[:size]]
        graph = {names[0]: []}
        for i, name in enumerate(names[1:], 1):
            chosen = rng.choice(i, min(i, int(rng.integers(1, 4))), replace=False)
            graph[name] = [names[int(j)] for j in rng.permutation([*chosen, i - 1])]
        graphs.append((graph, names[-1]))
    for shortcut_first in (True, False):  # the long way to u goes through all others
        links = [("utsrqpo"[n], ["u", "utsrqpo"[n - 1]][:: 1 if shortcut_first else -1]) for n in range(1, 7)]
        graphs.append(({"u": [], **dict(links)}, "o"))
    # Met early and pushed early, "late" must still wait for "deep".
    graphs.append(({"deep": [], "late": ["deep"], "way": ["late"], "top": ["late", "deep", "way"]}, "top"))
    orders_well(student, graphs)


@check("topological_order", points=0.5)
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


@check("topological_order", points=1, timeout_s=5)
def visits_every_node_of_a_ladder_once(student):
    """A ladder of 40 steps, with more paths than anyone can walk, takes no longer than its 41 nodes."""
    graph = {"0": [], **{str(n): [str(n - 1)] * 2 for n in range(1, 41)}}
    order = student.topological_order.keep(student.ladder_of(40))
    is_topological(names_in(student, [order])[0], graph, "40")


@check("topological_order", points=1, public=True)
def orders_a_graph_of_five_thousand_nodes(student):
    """A chain that is 5000 nodes deep does not exhaust the stack."""
    graph = {"0": [], **{str(n): [str(n - 1)] for n in range(1, 5000)}}
    order = student.topological_order.keep(student.chain_of(5000))
    is_topological(names_in(student, [order])[0], graph, "4999")


# -------------------------------------------------------------------------------------------------------------- Value


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


@check("Value", points=2)
def value_does_arithmetic_like_complex_numbers(student, rng):
    """Random expressions with + - * / and ** agree with the complex step."""
    cases = [
        ("a b - c / d", lambda a, b, c, d: a * b - c / d, some(rng, 4)),
        ("(a - 2) ** 3 / (1 - b)", lambda a, b: (a - 2) ** 3 / (1 - b), [*some(rng, 1), -some(rng, 1)[0]]),
        ("3 / (a ** 1.5 + b)", lambda a, b: 3 / (a**1.5 + b), some(rng, 2)),
        ("-a / -(b - a) ** -1", lambda a, b: -a / -((b - a) ** -1), [*some(rng, 1), 3.5]),
        ("0.5 - a b ** 0.5", lambda a, b: 0.5 - a * b**0.5, some(rng, 2)),
    ]
    differentiates(student, cases)


@check("Value", points=1.5)
def value_composes_functions_by_the_chain_rule(student, rng):
    """Functions of functions agree with the complex step."""
    cases = [
        ("tanh(exp(a) b)", lambda a, b: tanh(exp(a) * b), some(rng, 2, 0.1, 0.6)),
        ("log(1 + exp(-a))", lambda a: log(1 + exp(-a)), some(rng, 1)),
        ("relu(a - b) * tanh(b)", lambda a, b: relu(a - b) * tanh(b), [2.5, *some(rng, 1)]),
        ("relu(tanh(-a))", lambda a: relu(tanh(-a)), [-some(rng, 1)[0]]),
        ("exp(log(a) * 3)", lambda a: exp(log(a) * 3), some(rng, 1)),
        ("tanh(relu(a)) log(b)", lambda a, b: tanh(relu(a)) * log(b), some(rng, 2, 0.2, 0.9)),
    ]
    differentiates(student, cases)


def crossing(a, b):
    """Two Values that are used by nodes near to them and far from them."""
    c = a * b
    d = c + a
    e = d * c
    f = e + d * b
    return f * c + e * a - f


def long_way_first(a):
    """The input is met at the end of a long way before it is met at the end of short ones."""
    b = a * a
    c = b * a
    return c * b + b * a + c


@check("Value", points=2)
def value_visits_nodes_in_topological_order(student, rng):
    """Graphs in which a node has near and far users: it may go on only when it has heard from all of them."""
    cases = [
        ("a crossing graph", crossing, some(rng, 2, 0.5, 1.5)),
        ("short ways and a long way", long_way_first, some(rng, 1, 0.5, 1.5)),
        ("tanh used near and far", lambda a: (lambda t: (t * t + t) * t - t / (1 + t))(tanh(a)), some(rng, 1)),
        ("a near use first", lambda a, b: (lambda s: s * ((s + b) * s + 1))(a + b), some(rng, 2)),
    ]
    differentiates(student, cases)


@check("Value", points=1)
def value_at_the_edges_of_its_functions(student, rng):
    """tanh of huge numbers, relu at 0 and of negative results, powers of zero."""
    cases = [
        ("relu(x)", relu, [0.0]),
        ("tanh(1000 x)", lambda x: tanh(1000 * x), [1.0]),
        ("tanh(1000 x)", lambda x: tanh(1000 * x), [-1.0]),
        ("x ** 2", lambda x: x**2, [0.0]),
        ("exp(-1000 x) + 0 x", lambda x: exp(-1000 * x) + 0 * x, some(rng, 1, 1.0, 2.0)),
    ]
    differentiates(student, cases)


@check("Value", points=2)
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
        asked.append([each.get("grad") for each in (x, y, middle, first, aside)])
    found = tape.play(student)
    expected = [
        [0.0, 5.0, 0.0, 0.0, 1.0],
        [2 * a * b, a * a, a, 1.0, 1.0],
        [2 * a * b, a * a, a, 1.0, 1.0],
        [b + 3, a, 1.0, 1.0, 1.0],
        [b, a, 1.0, 1.0, 1.0],
    ]
    titles = ["y 5", "x y x", "x y x, again,", "x y + 3 x", "x y"]
    for title, grads, wanted in zip(titles, asked, expected, strict=True):
        hint = "backward() begins with gradients of 0 in its own graph, and leaves all others alone"
        name = f"gradients after backward() of {title}"
        close([found(grad) for grad in grads], wanted, rtol=1e-8, name=name, hint=hint)


@check("Value", points=1.5)
def value_keeps_operands_and_knows_gradients_between(student, rng):
    """Operations leave their operands as they are, and the steps between the inputs and the result have gradients."""
    a, b, c = some(rng, 3)
    tape = Tape()
    x, y, z = (tape.value(number) for number in (a, b, c))
    total, ratio = x + y, y / z
    power, root = exp(ratio), total**2
    out = root * power - relu(z)
    asked = [each.get("data") for each in (x, y, z, total, ratio, power, root)]
    out.ask("backward")
    asked_again = [each.get("data") for each in (x, y, z, total, ratio, power, root)]
    slopes = [each.get("grad") for each in (root, power, total, ratio, out)]
    found = tape.play(student)
    before, after, grads = (list(map(found, each)) for each in (asked, asked_again, slopes))
    r, p = (a + b) ** 2, float(np.exp(b / c))
    expected = [a, b, c, a + b, b / c, p, r]
    close(before, expected, rtol=1e-9, name="data of x, y, z, x + y, y / z and what is made of them")
    close(after, expected, rtol=1e-9, name="data after backward()", hint="backward() changes gradients only")
    close(grads, [p, r, 2 * (a + b) * p, r * p, 1.0], rtol=1e-8, name="gradients of the steps between")


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


# -------------------------------------------------------------------------------------------------------- TwoLayerNet

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


def objective(params, X, y, reg):
    """The loss of the network; accepts complex parameters."""
    hidden = X.reshape(len(X), -1) @ params["W1"] + params["b1"]
    scores = np.where(np.real(hidden) > 0, hidden, 0) @ params["W2"] + params["b2"]
    scores = scores - np.real(scores).max(axis=1, keepdims=True)
    losses = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]
    return losses.mean() + 0.5 * reg * ((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum())


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


@check("TwoLayerNet", points=3)
def network_gradients_by_complex_step(student, rng):
    """Loss and gradients agree with the complex step, with a penalty, for one example, and for pictures as inputs."""
    for x_shape, hidden, classes, reg in [((3, 5), 4, 3, 0.4), ((1, 3), 2, 4, 0.0), ((4, 2, 3), 3, 2, 2)]:
        params, X = weights(rng, int(np.prod(x_shape[1:])), hidden, classes), rng.standard_normal(x_shape)
        y = rng.integers(0, classes, x_shape[0])
        loss, grads = loss_and_grads(network(student, params, reg=reg), X, y)
        close(loss, float(objective(params, X, y, reg)), rtol=1e-9, name="loss")
        for key in KEYS:

            def moved(v, key=key, params=params, X=X, y=y, reg=reg):
                return objective(params | {key: v}, X, y, reg)

            expect(key in grads, f"grads has no {key!r}")
            wanted = numerical_gradient(moved, params[key], complex_step=True)
            close(grads[key], wanted, rtol=1e-7, name=f"grads[{key!r}] with reg = {reg}")


@check("TwoLayerNet", points=1)
def network_survives_huge_scores(student, rng):
    """Scores of several thousand give a finite loss, and gradients too."""
    params, X = weights(rng, 3, 4, 3), rng.standard_normal((4, 3))
    params["b2"] = 3000 * np.array([1.0, -0.5, 0.25])
    y = np.array([0, 1, 2, 0])
    loss, grads = loss_and_grads(network(student, params), X, y)
    close(loss, float(objective(params, X, y, 0.0)), rtol=1e-9, name="loss", hint="subtract the row's largest score")
    close(grads["b2"], np.array([0.5, -0.25, -0.25]), rtol=1e-7, name="grads['b2']")
    # One example whose scores are thousands apart from everyone else's: each row has a largest score of its own.
    params, X = {key: abs(value) for key, value in weights(rng, 3, 4, 3).items()}, rng.uniform(0.5, 1.0, (4, 3))
    X[0] *= 1e5
    loss, grads = loss_and_grads(network(student, params), X, y)
    hint = "Each row has a largest score of its own."
    close(loss, float(objective(params, X, y, 0.0)), rtol=1e-9, name="loss of rows of very different size", hint=hint)
    wanted = numerical_gradient(lambda b2: objective(params | {"b2": b2}, X, y, 0.0), params["b2"], complex_step=True)
    close(grads["b2"], wanted, rtol=1e-7, name="grads['b2'] for rows of very different size", hint=hint)


@check("TwoLayerNet", points=1)
def network_is_not_sure_when_all_scores_are_equal(student, rng):
    """With weights of zero the loss is the logarithm of the number of classes, however many examples there are."""
    for count, classes in [(1, 3), (6, 5)]:
        params = {key: 0.0 * value for key, value in weights(rng, 3, 4, classes).items()}
        X, y = rng.standard_normal((count, 3)), rng.integers(0, classes, count)
        loss, grads = loss_and_grads(network(student, params, reg=0.5), X, y)
        close(loss, float(np.log(classes)), rtol=1e-9, name=f"loss for {classes} classes and {count} examples")
        counts = np.bincount(y, minlength=classes)
        close(grads["b2"], 1 / classes - counts / count, rtol=1e-8, name="grads['b2']")


@check("TwoLayerNet", points=1)
def network_reads_its_parameters_anew(student, rng):
    """loss uses the parameters of the moment, and changes neither them nor its inputs."""
    first, second = weights(rng, 3, 4, 2), weights(rng, 3, 4, 2)
    X, y = rng.standard_normal((3, 3)), np.array([1, 0, 1])
    net = network(student, first, reg=0.2)
    loss = net.loss
    before, _ = parts(loss(X, y), 2, "loss and grads")
    expect("args[0]" not in loss.modified, "loss changed X in place; work on a copy")
    expect("args[1]" not in loss.modified, "loss changed y in place; work on a copy")
    kept = net.get("params")
    scores = net.loss(X)
    net.call("__setattr__", "params", second)
    after, _ = parts(net.loss(X, y), 2, "loss and grads")
    close(before, float(objective(first, X, y, 0.2)), rtol=1e-9, name="loss")
    close(kept, first, rtol=1e-12, name="params after loss(X, y)", hint="loss computes gradients and takes no step")
    hidden = np.clip(X @ first["W1"] + first["b1"], 0, None)
    close(scores, hidden @ first["W2"] + first["b2"], rtol=1e-9, name="scores after loss(X, y)")
    close(after, float(objective(second, X, y, 0.2)), rtol=1e-9, name="loss after params was replaced")


# ------------------------------------------------------------------------------------------------------- find_the_bug


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


@check("find_the_bug", points=1.5)
def finds_what_an_upstream_gradient_of_ones_hides(student, rng):
    """Bugs that are invisible if every entry of dout is the same."""

    def without_upstream(dout, a, b):
        return dout * b, a

    def matrices(a, b):
        return a @ b

    def transposed_upstream(dout, a, b):
        return dout.T @ b.T, a.T @ dout

    def centred(x):
        return x - x.mean(axis=0)

    def forgets_its_sum(dout, x):
        return (np.zeros(x.shape),)

    a, b = away_from_zero(rng, (3, 3)), away_from_zero(rng, (3, 3))
    cases = [
        ("a product that ignores dout once", product, without_upstream, [a, b], [1]),
        ("a matrix product with dout transposed", matrices, transposed_upstream, [a, b], [0]),
        ("a centred batch", centred, forgets_its_sum, [a], [0]),
    ]
    finds(student, cases)


@check("find_the_bug", points=1.5)
def finds_every_wrong_gradient(student, rng):
    """Several wrong gradients at once, in any places; all of them are named, and no other."""

    def mix(a, b, c, d):
        import numpy as np

        return np.tanh(a) * b + c**2 - 3 * d

    def gradients(dout, a, b, c, d):
        return [dout * b / np.cosh(a) ** 2, dout * np.tanh(a), 2 * c * dout, -3 * dout]

    wrong = {
        0: lambda dout, a, b, c, d: dout * b * (1 - a**2),
        1: lambda dout, a, b, c, d: -dout * np.tanh(a),
        2: lambda dout, a, b, c, d: c * dout,
        3: lambda dout, a, b, c, d: 3 * dout,
    }
    inputs = [away_from_zero(rng, (2, 2)) for _ in range(4)]
    choices = [[0, 2], [1, 3], [0, 1, 2, 3], [int(rng.integers(0, 2)), int(rng.integers(2, 4))]]

    def replaced(choice):
        def backward(dout, *inputs):
            right = gradients(dout, *inputs)
            return [wrong[i](dout, *inputs) if i in choice else right[i] for i in range(4)]

        return backward

    finds(student, [(f"a layer with {len(choice)} bugs", mix, replaced(choice), inputs, choice) for choice in choices])


@check("find_the_bug", points=1)
def finds_bugs_that_hide(student, rng):
    """A single wrong entry, of few or many, entries that have changed places, a wrong shape, NaN, tiny gradients."""

    def layer(x, b):
        import numpy as np

        return 1e-5 * np.sin(x) + b

    def right(dout, x, b):
        return 1e-5 * dout * np.cos(x), dout.sum(axis=0)

    def one_entry(dout, x, b):
        dx, db = right(dout, x, b)
        return dx * (1 + 0.3 * (np.abs(dx) == np.abs(dx).max())), db

    def slightly_off(dout, x, b):
        dx, db = right(dout, x, b)
        return dx * (1 + 0.02 * (np.abs(dx) == np.abs(dx).max())), db

    def never_too_large(dout, x, b):
        dx, db = right(dout, x, b)
        return dx - 0.1 * np.abs(dx), db

    def reversed_order(dout, x, b):
        dx, db = right(dout, x, b)
        return dx, db[::-1]

    def another_shape(dout, x, b):
        dx, db = right(dout, x, b)
        return dx, db.reshape(1, -1)

    def no_numbers(dout, x, b):
        dx, db = right(dout, x, b)
        return np.where(np.arange(dx.size).reshape(dx.shape) == 4, np.nan, dx), db

    def endless(dout, x, b):
        dx, db = right(dout, x, b)
        return dx, np.where(np.arange(db.size) == 1, np.inf, db)

    def doubled(dout, x, b):
        return 2 * dout * b, (dout * x).sum(axis=0)

    inputs = [rng.uniform(-1, 1, (2, 3)), away_from_zero(rng, 3)]
    cases = [
        ("a layer with one wrong entry", layer, one_entry, inputs, [0]),
        (
            "a layer with one of 30 entries off by 2 %",
            layer,
            slightly_off,
            [rng.uniform(-1, 1, (10, 3)), inputs[1]],
            [0],
        ),
        ("a layer whose entries are all too small", layer, never_too_large, inputs, [0]),
        ("a layer with entries in another order", layer, reversed_order, inputs, [1]),
        ("a layer with a gradient of shape (1, 3)", layer, another_shape, inputs, [1]),
        ("a layer with a NaN", layer, no_numbers, inputs, [0]),
        ("a layer with an infinity", layer, endless, inputs, [1]),
        ("a product of tiny numbers", product, doubled, [1e-9 * a for a in inputs], [0]),
    ]
    finds(student, cases)


@check("find_the_bug", points=0.5)
def find_the_bug_leaves_its_inputs_alone(student, rng):
    """The arrays in `inputs` are not modified."""
    inputs = [away_from_zero(rng, (2, 2)), away_from_zero(rng, (2, 2))]
    forward = student.probe(product)
    found = unmodified(student.find_the_bug, forward, lambda dout, a, b: [dout * b, 2 * dout * a], inputs, inputs=(2,))
    expect(isinstance(found, (list, tuple, np.ndarray)), "find_the_bug should return a list of truth values")
    equal(list(found), [False, True], name="which gradients of a product are wrong", hint="one is twice too large")


# ------------------------------------------------------------------------------------------------ prediction questions


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
