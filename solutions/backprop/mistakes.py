"""Known wrong implementations of the backpropagation assignment; most are an edit of the reference at one place."""

from autograder import mistake, slip

# ----------------------------------------------------------------------------------------------------- affine_forward

slip(
    "affine_forward", "w + b", "w",
    name="affine_without_bias", says="The bias is missing.",
)  # fmt: skip
slip(
    "affine_forward", "return rows @ w + b", "out = rows @ w\n    out[0] += b\n    return out",
    name="bias_for_the_first_row_only",
    says="The bias is added to the first row only; every input of the batch needs it.",
)  # fmt: skip
slip(
    "affine_forward", "w + b", "w + b[:, None]",
    name="bias_along_the_batch",
    says="The bias is added along the wrong axis: it has one entry per output, not per input.",
)  # fmt: skip
slip(
    "affine_forward", "rows @ w", "rows @ w.T",
    name="affine_weights_transposed", says="The weights are transposed; w has shape (D, M) already.",
)  # fmt: skip
slip(
    "affine_forward", "rows @ w", "x @ w",
    name="affine_without_reshape", says="Inputs with more than two axes are not laid out in rows.",
)  # fmt: skip
slip(
    "affine_forward", "x.reshape(x.shape[0], -1)", 'np.stack([each.ravel(order="F") for each in x])',
    name="affine_in_fortran_order", says="Each input is laid out in Fortran order; NumPy's own order is C.",
)  # fmt: skip
slip(
    "affine_forward", "x.reshape(x.shape[0], -1)", "x.reshape(-1, x.shape[0]).T",
    name="affine_mixes_the_batch", says="The reshape mixes the inputs of the batch: axis 0 has to stay where it is.",
)  # fmt: skip
slip(
    "affine_forward", ", (x, w)", "",
    name="affine_returns_out_only", says="Only out is returned; the backward pass needs a cache beside it.",
)  # fmt: skip
slip(
    "affine_forward", "rows = x.reshape(x.shape[0], -1)", "x.shape = (len(x), -1)\n    rows = x",
    name="affine_reshapes_x_itself",
    says="The result is right, but x has another shape afterwards: an assignment to x.shape changes x itself.",
)  # fmt: skip
slip(
    "affine_forward", "    rows =", "    x -= x.mean()\n    rows =",
    name="affine_centres_in_place", says="x itself changes: -= works in place, and nobody asked for centered inputs.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------- affine_backward

slip(
    "affine_backward", "dout.sum(axis=0)", "dout.copy()",
    name="db_not_summed", says="db is not summed: a bias goes into the output of every input of the batch.",
)  # fmt: skip
slip(
    "affine_backward", "dout.sum(axis=0)", "dout.mean(axis=0)",
    name="db_averaged", says="db is an average; a gradient is a sum over all uses.",
)  # fmt: skip
slip(
    "affine_backward", "dout.sum(axis=0)", "dout.sum(axis=1)",
    name="db_over_the_outputs", says="db is summed over the outputs; it should be summed over the batch.",
)  # fmt: skip
slip(
    "affine_backward", "dout.sum(axis=0)", "dout.sum(axis=0, keepdims=True)",
    name="db_keeps_an_axis", says="db keeps the axis of the batch, with length 1; it has the shape of b.",
)  # fmt: skip
slip(
    "affine_backward", "-1).T @ dout", "-1).T @ dout / len(dout)",
    name="dw_averaged", says="dw is divided by N; if the loss is a mean, that division has happened in dout.",
)  # fmt: skip
slip(
    "affine_backward", "return dx, dw,", "return dx, dw.T,",
    name="dw_transposed", says="dw is transposed: it has the shape of w.",
)  # fmt: skip
slip(
    "affine_backward", "x.reshape(x.shape[0], -1).T @ dout", "np.outer(x[-1], dout[-1])",
    name="dw_of_the_last_input",
    says="dw is that of the last input of the batch alone; all of them contribute, and contributions add up.",
)  # fmt: skip
slip(
    "affine_backward", "x.reshape(x.shape[0], -1).T", "x.T",
    name="dw_without_reshape", says="dw is taken of x as it came; pictures have to be laid out in rows first.",
)  # fmt: skip
slip(
    "affine_backward", "(dout @ w.T).reshape(x.shape)", "dout @ w.T",
    name="dx_not_reshaped", says="dx has not the shape of x: the rows have to become pictures again.",
)  # fmt: skip
slip(
    "affine_backward",
    "(dout @ w.T).reshape(x.shape)", 'np.stack([row.reshape(x.shape[1:], order="F") for row in dout @ w.T])',
    name="dx_in_fortran_order", says="dx is reshaped in Fortran order; the forward pass read the entries in C order.",
)  # fmt: skip
slip(
    "affine_backward", "dout @ w.T", "dout @ w",
    name="dx_without_transpose", says="In dx the weights are not transposed.",
)  # fmt: skip
slip(
    "affine_backward", "    x, w = cache", "    x, w = cache\n    dout = np.ones(dout.shape)",
    name="affine_ignores_upstream", says="The upstream gradient is ignored: every gradient is multiplied by it.",
)  # fmt: skip
slip(
    "affine_backward", "return dx, dw", "return dw, dx",
    name="affine_gradients_in_another_order", says="The gradients are returned in another order than dx, dw, db.",
)  # fmt: skip
slip(
    "affine_backward", "    x, w = cache", "    x, w = cache\n    dout /= len(dout)",
    name="affine_divides_dout_in_place",
    says="dout itself changes: /= works in place, and nothing should be divided here.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------------- relu

slip(
    "relu_forward", "np.maximum(x, 0)", "np.where(x > 0, x, 0.01 * x)",
    name="relu_leaks", says="Negative entries are made small; they should become 0.",
)  # fmt: skip
slip(
    "relu_forward", "np.maximum(x, 0)", "np.abs(x)",
    name="relu_as_absolute_value", says="Negative entries change their sign; they should become 0.",
)  # fmt: skip
slip(
    "relu_forward", "np.maximum(x, 0)", "(x > 0) * 1.0",
    name="relu_as_a_step", says="The output is 1 for positive entries: that is the derivative.",
)  # fmt: skip
slip(
    "relu_forward", "np.maximum", "np.minimum",
    name="relu_keeps_the_negative", says="The smaller of x and 0 is kept, where the larger is wanted.",
)  # fmt: skip
slip(
    "relu_forward", "np.maximum(x, 0)", "np.where(x > 1e-8, x, 0.0)",
    name="relu_with_a_tolerance",
    says="Small positive entries are lost: the border is 0 exactly, without any tolerance.",
)  # fmt: skip
slip(
    "relu_forward", "    return", "    x[x < 0] = 0\n    return",
    name="relu_in_place", says="The result is right, but x itself was changed: x[x < 0] = 0 works in place.",
)  # fmt: skip
slip(
    "relu_backward", "cache > 0", "dout > 0",
    name="relu_mask_on_dout", says="The switches are set by the signs of dout; the forward pass has set them, by x.",
)  # fmt: skip
slip(
    "relu_backward", "(cache > 0)", "np.maximum(cache, 0)",
    name="relu_times_its_output", says="dout is multiplied by the output; the derivative is 1 where x is positive.",
)  # fmt: skip
slip(
    "relu_backward", "dout * (cache > 0)", "(cache > 0) * 1.0",
    name="relu_ignores_upstream", says="The upstream gradient is ignored: this is the local derivative only.",
)  # fmt: skip
slip(
    "relu_backward", "dout * (cache > 0)", "dout.copy()",
    name="relu_without_mask", says="Everything passes: where x was negative, nothing should.",
)  # fmt: skip
slip(
    "relu_backward", "cache > 0", "cache < 0",
    name="relu_mask_inverted", says="The gradient passes where x was negative, and is stopped where it was positive.",
)  # fmt: skip
slip(
    "relu_backward", "cache > 0", "cache >= 0",
    name="relu_open_at_zero", says="At x = 0 the derivative counts as 0: the comparison is strict.",
)  # fmt: skip
slip(
    "relu_backward", "dout * (cache > 0)", "np.where(cache > 0, dout, 0.01 * dout)",
    name="relu_backward_leaks", says="Negative inputs pass a little of the gradient: that is the leaky ReLU.",
)  # fmt: skip
slip(
    "relu_backward", "return dout * (cache > 0)", "dout[cache <= 0] = 0\n    return dout",
    name="relu_backward_in_place", says="The result is right, but dout was changed: dout[x <= 0] = 0 works in place.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------- jacobian and its use

slip(
    "jacobian", "axis=1", "axis=0",
    name="jacobian_transposed", says="Rows and columns are exchanged: a row belongs to an output.",
)  # fmt: skip
slip(
    "jacobian", "        down[index] -= h\n", "", "(2 * h)", "h",
    name="jacobian_one_sided",
    says="These are one-sided differences; their error is thousands of times larger than allowed.",
)  # fmt: skip
slip(
    "jacobian", "h = 1e-5", "h = 0.1",
    name="jacobian_with_a_large_step", says="The step is far too large for a curved function.",
)  # fmt: skip
slip(
    "jacobian", "(2 * h)", "h",
    name="jacobian_divided_by_h", says="The two points are 2h apart; the difference is divided by h.",
)  # fmt: skip
slip(
    "jacobian", "slope.ravel()", 'slope.ravel(order="F")',
    name="jacobian_output_in_fortran_order", says="The entries of the output are counted in Fortran order.",
)  # fmt: skip
slip(
    "jacobian", "axis=1)", 'axis=1)[:, np.arange(x.size).reshape(x.shape).ravel(order="F")]',
    name="jacobian_input_in_fortran_order",
    says="The entries of x are counted in Fortran order: the last index runs fastest in C order.",
)  # fmt: skip
slip(
    "jacobian", "slope.ravel()", "slope.sum().ravel()",
    name="jacobian_sums_the_outputs", says="All outputs are added up: a row for each of them is missing.",
)  # fmt: skip
slip(
    "jacobian",
    "up, down = x.copy(), x.copy()\n        up[index] += h\n        down[index] -= h\n",
    "moved = x.copy()\n        moved[index] += h\n        up = np.asarray(f(moved))\n        moved[index] -= 2 * h\n",
    "np.asarray(f(up)) - np.asarray(f(down))", "up - np.asarray(f(moved))",
    name="jacobian_keeps_a_view",
    says="Both values of f are one where f returns a view: x is moved on while the first is still needed. Copy it.",
)  # fmt: skip
slip(
    "jacobian", "f(up)", "f(up.ravel())", "f(down)", "f(down.ravel())",
    name="jacobian_flattens_x", says="f is called with x laid out as a vector; it wants the shape of x.",
)  # fmt: skip
slip(
    "jacobian",
    "up, down = x.copy(), x.copy()\n        up[index] += h\n        down[index] -= h\n",
    "x[index] += h\n        up = np.asarray(f(x))\n        x[index] -= 2 * h\n",
    "np.asarray(f(up)) - np.asarray(f(down))", "up - np.asarray(f(x))",
    name="jacobian_leaves_entries_moved",
    says="Each entry of x stays moved while the next ones are: move it back, or move a copy.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", "dout.ravel() @ J", "J @ dout.ravel()",
    name="vjp_from_the_right",
    says="The upstream gradient is multiplied from the right: the sum runs over the outputs.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", "(dout.ravel() @ J)", "J.sum(axis=0)",
    name="vjp_ignores_upstream", says="The upstream gradient is ignored: the rows are only added up.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", "dout.ravel() @ J", "dout.ravel() @ J / len(J)",
    name="vjp_averaged", says="This is an average over the outputs; the chain rule is a sum.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", ".reshape(x_shape)", "",
    name="vjp_not_reshaped", says="The result has to be given the shape of the input.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", "dout.ravel()", "dout",
    name="vjp_without_ravel", says="dout is used as it came; its entries have to be laid out in a row first.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", ".reshape(x_shape)", '.reshape(x_shape, order="F")',
    name="vjp_reshaped_in_fortran_order", says="Entries are counted in Fortran order when the result is reshaped.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", "dout.ravel()", 'dout.ravel(order="F")',
    name="vjp_upstream_in_fortran_order", says="The entries of dout are counted in Fortran order.",
)  # fmt: skip
slip(
    "vjp_from_jacobian", "    return (dout.ravel() @ J)", "    J *= dout.reshape(-1, 1)\n    return J.sum(axis=0)",
    name="vjp_scales_the_rows_in_place", says="The result is right, but J was changed: *= works in place.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------- unbroadcast

slip(
    "unbroadcast", "grad.sum(axis=(*range(added), *stretched)).reshape(shape)", "grad.copy()",
    name="no_unbroadcast", says="The gradient is handed on as it is, in the shape after the broadcast.",
)  # fmt: skip
slip(
    "unbroadcast", "(*range(added), *stretched)).reshape(shape)", "tuple(range(added)))",
    name="added_axes_only", says="Axes that were added in front are summed, but those stretched from length 1 are not.",
)  # fmt: skip
slip(
    "unbroadcast", "(*range(added), *stretched)).reshape(shape)", "stretched, keepdims=True)",
    name="stretched_axes_only", says="Axes stretched from length 1 are summed, but those added in front are not.",
)  # fmt: skip
slip(
    "unbroadcast", ".reshape(shape)", "",
    name="stretched_axes_dropped", says="A stretched axis disappears; it has to stay with length 1.",
)  # fmt: skip
slip(
    "unbroadcast", "grad.sum", "grad.mean",
    name="unbroadcast_averages", says="Repeated entries are averaged; their gradients have to be added.",
)  # fmt: skip
slip(
    "unbroadcast",
    "grad.sum(axis=(*range(added), *stretched)).reshape(shape)",
    "grad[(0,) * added][tuple(slice(length) for length in shape)].copy()",
    name="unbroadcast_takes_the_first", says="One of the repeated entries is taken; all of them have to be added.",
)  # fmt: skip
slip(
    "unbroadcast",
    "grad.sum(axis=(*range(added), *stretched)).reshape(shape)",
    "grad.sum(axis=tuple(range(added)))[tuple(slice(length) for length in shape)]",
    name="unbroadcast_takes_the_first_of_the_stretched",
    says="Along an axis stretched from length 1, the first entry is taken; all of them have to be added.",
)  # fmt: skip
slip(
    "unbroadcast", "tuple(added + axis", "tuple(axis", "*range(added)", "*range(len(shape), grad.ndim)",
    name="unbroadcast_aligns_in_front",
    says="Shapes are compared from the front; NumPy compares them from the last axis backwards.",
)  # fmt: skip
slip(
    "unbroadcast",
    "tuple(added + axis", "tuple(axis",
    "grad.sum(axis=(*range(added), *stretched)).reshape(shape)",
    "grad.sum(axis=tuple(range(len(shape), grad.ndim))).sum(axis=stretched, keepdims=True)",
    name="unbroadcast_sums_the_last_axes",
    says="The axes that are too many are summed at the end of the shape; broadcasting adds them in front.",
)  # fmt: skip


@mistake(
    "unbroadcast",
    says="Lengths are compared pair by pair from the front, where the axes that were added are still in the way.",
)
def unbroadcast_pairs_from_the_front(grad, shape):
    for axis, (length, wanted) in enumerate(zip(grad.shape, shape, strict=False)):
        if length != wanted:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


slip(
    "unbroadcast",
    "tuple(added + axis", "tuple(axis",
    "(*range(added), *stretched)", "tuple({*range(added), *stretched})",
    name="stretched_axes_not_shifted",
    says="The stretched axes are counted as if no axis had been added in front of them.",
)  # fmt: skip
slip(
    "unbroadcast",
    "    added =", "    if grad.ndim > len(shape):\n        grad = grad.sum(axis=0)\n    added =",
    "(*range(added), *stretched)).reshape(shape)", "stretched, keepdims=True)",
    name="one_added_axis_only", says="Only one axis that was added in front is summed; there may be several.",
)  # fmt: skip
slip(
    "unbroadcast", "    added =", "    if shape == ():\n        return grad.copy()\n    added =",
    name="single_numbers_not_summed",
    says="An input that is a single number, of shape (), also needs the sum over everything.",
)  # fmt: skip
slip(
    "unbroadcast",
    "return grad.sum(axis=(*range(added), *stretched)).reshape(shape)",
    "summed = grad.sum(axis=(*range(added), *stretched) or (0,))\n"
    "    return summed.reshape(shape) if summed.size == np.prod(shape) else summed",
    name="unbroadcast_always_sums", says="Equal shapes are summed as well; there is nothing to sum.",
)  # fmt: skip
slip(
    "unbroadcast",
    "    return",
    "    for axis in (*range(added), *stretched):\n        lines = np.moveaxis(grad, axis, 0)\n"
    "        lines[0] += lines[1:].sum(axis=0)\n        lines[1:] = 0.0\n    return",
    name="unbroadcast_adds_in_place", says="The result is right, but grad was changed: += works in place.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------- topological_order

slip(
    "topological_order", "return order", "return order[::-1]",
    name="order_reversed", says="The order is the wrong way round: a node comes after its parents.",
)  # fmt: skip
slip(
    "topological_order",
    "[], {node}", "[node], {node}",
    "seen.add(parent)", "seen.add(parent)\n                order.append(parent)",
    "            order.append(current)\n", "",
    name="order_of_meeting", says="Nodes are listed when they are met; they belong into the list when finished.",
)  # fmt: skip
slip(
    "topological_order",
    "[], {node}", "[node], {node}",
    "seen.add(parent)", "seen.add(parent)\n                order.append(parent)",
    "            order.append(current)\n", "",
    "return order", "return order[::-1]",
    name="order_of_meeting_reversed",
    says="Listing nodes when they are met and turning the list round is not enough: a parent can be met early, by a "
    "short way, and be needed again at the end of a long one.",
)  # fmt: skip


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


@mistake("topological_order", says="A node is marked as visited and stays so: the next search finds nothing new.")
def order_with_marks(node):
    order, stack = [], [node]
    while stack:
        current = stack[-1]
        current.visited = True
        waiting = [parent for parent in current.parents if not hasattr(parent, "visited")]
        if waiting:
            stack.append(waiting[0])
        else:
            stack.pop()
            if not hasattr(current, "listed"):
                order.append(current)
                current.listed = True
    return order


slip(
    "topological_order", "parent not in seen", "True",
    name="order_without_visited_set", says="A node with several users appears several times: keep a set of those seen.",
)  # fmt: skip
slip(
    "topological_order", "parent not in seen", "True", "return order", "return list(dict.fromkeys(order))",
    name="order_walks_every_path",
    says="The list is right, but the search walks every path: remember which nodes it has entered already.",
)  # fmt: skip


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


slip(
    "topological_order", "return order", "return [each for each in order if each.parents]",
    name="order_without_inputs", says="Inputs, which have no parents, are missing.",
)  # fmt: skip
slip(
    "topological_order", "return order", "return [*dict.fromkeys(node.parents), node]",
    name="order_of_one_level", says="Only the node's own parents are listed; theirs are missing.",
)  # fmt: skip
slip(
    "topological_order", "return order", "return order[:-1]",
    name="order_without_the_node", says="The node itself is missing: it belongs into its own order, as the last.",
)  # fmt: skip
slip(
    "topological_order", "return order", "return [each.name for each in order]",
    name="order_of_names", says="Names are returned; the nodes themselves were asked for.",
)  # fmt: skip
slip(
    "topological_order",
    "{node}", "{node.name}",
    "parent not in seen", "parent.name not in seen",
    "seen.add(parent)", "seen.add(parent.name)",
    name="nodes_told_apart_by_name", says="Nodes are told apart by their names; remember the nodes themselves as seen.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------------- Value

slip(
    "Value", "parent.grad += slope", "parent.grad = slope",
    name="ReplacesGradients",
    says="A gradient is replaced where it should be added to: a number that is used twice has two.",
)  # fmt: skip
slip(
    "Value", "slope * value.grad", "slope",
    name="IgnoresUpstream", says="The upstream gradient is ignored: each local derivative has to be multiplied by it.",
)  # fmt: skip
slip(
    "Value", "parent.grad += slope * value.grad", "parent.grad = parent.grad + Value(slope) * value.grad",
    name="GradientsAreValues", says="grad is a Value itself here; backward() should multiply and add plain numbers.",
)  # fmt: skip
slip(
    "Value",
    "zip(value.parents, value.slopes, strict=True)", "dict(zip(value.parents, value.slopes, strict=True)).items()",
    name="CountsAParentOnce", says="If the same number is both operands, it counts once; it should count twice.",
)  # fmt: skip
slip(
    "Value",
    "        for value in reversed(order):\n",
    "        waiting = [self]\n        while waiting:\n            value = waiting.pop()\n"
    "            waiting += value.parents\n",
    name="HandsOnTooEarly",
    says="A node hands its gradient on each time it receives some, all of it: it should wait until it has everything.",
)  # fmt: skip
slip(
    "Value",
    "order = topological_order(self)",
    "order, seen = [self], {self}\n        for value in order:\n"
    "            order += [each for each in dict.fromkeys(value.parents) if each not in seen]\n"
    "            seen.update(value.parents)\n        order.reverse()",
    name="GoesByLevels", says="The nodes are visited level by level: a node may come before one of its users.",
)  # fmt: skip
slip(
    "Value",
    "order = topological_order(self)",
    "order, stack = {}, [self]\n        while stack:\n            value = stack.pop()\n"
    "            if value not in order:\n                order[value] = None\n"
    "                stack += reversed(value.parents)\n        order = [*order][::-1]",
    name="GoesInTheOrderOfMeeting",
    says="The nodes are visited as a depth-first search meets them, before all their users.",
)  # fmt: skip
slip(
    "Value", "in reversed(order)", "in order",
    name="GoesForwards", says="The nodes are visited from the inputs to the result; gradients flow the other way.",
)  # fmt: skip
slip(
    "Value",
    "order = topological_order(self)",
    "order = []\n\n        def visit(value):\n            if value not in order:\n"
    "                for parent in value.parents:\n                    visit(parent)\n"
    "                order.append(value)\n\n        visit(self)",
    name="RecursesTooDeep", says="The recursion is deeper than Python allows: use a loop with a stack of your own.",
)  # fmt: skip
slip(
    "Value", "        self.grad = 1.0\n", "",
    name="StartsWithZero", says="The gradient of the result itself, 1, is missing: everything is multiplied by 0.",
)  # fmt: skip
slip(
    "Value", "self.grad = 1.0", "self.grad = self.data",
    name="StartsWithItsData", says="backward() starts with the value of the result; its derivative by itself is 1.",
)  # fmt: skip
slip(
    "Value", "        for value in order:\n            value.grad = 0.0\n", "",
    name="NeverClears", says="Gradients from an earlier backward() are still there: set those of the graph to 0 first.",
)  # fmt: skip
slip(
    "Value", "value.grad = 0.0", "value.grad = 0.0 if value.parents else value.grad",
    name="ClearsAllButInputs",
    says="The inputs keep gradients from an earlier backward(); here they are set to 0 as well.",
)  # fmt: skip
slip(
    "Value",
    "self.op = op\n",
    "self.op = op\n"
    "        # All Values that share an input know each other; a list for the whole class would outlive "
    "its graph.\n        self.family = [self]\n        for parent in self.parents:\n"
    "            if parent.family is not self.family:\n"
    "                parent.family += [each for each in self.family if each not in parent.family]\n"
    "                for each in self.family:\n                    each.family = parent.family\n",
    "for value in order:\n", "for value in self.family:\n",
    name="ClearsEverything", says="backward() also clears gradients of Values that are no part of its computation.",
)  # fmt: skip
slip(
    "Value",
    "parent.grad += slope * value.grad",
    "parent.grad += slope * value.grad\n            if value.parents:\n                value.grad = 0.0",
    name="ForgetsGradientsBetween", says="Only the inputs keep a gradient; the steps between should have theirs too.",
)  # fmt: skip
slip(
    "Value", '(other.data, self.data), "×"', '(self.data, other.data), "×"',
    name="ProductSlopesExchanged",
    says="The product's derivatives are exchanged: the derivative by one factor is the other factor.",
)  # fmt: skip
slip(
    "Value",
    "return self + -Value.of(other)",
    'other = Value.of(other)\n        return Value(self.data - other.data, (self, other), (1.0, 1.0), "-")',
    name="DifferenceSlopeWithoutSign",
    says="A difference falls when its second operand grows: a minus sign is missing in the gradient.",
)  # fmt: skip
slip(
    "Value", "return Value.of(other) - self", "return self - other",
    name="ReflectedDifferenceExchanged",
    says="A number minus a Value comes out as the Value minus the number: mind which side self is on.",
)  # fmt: skip
slip(
    "Value", "return Value.of(other) / self", "return self / other",
    name="ReflectedQuotientExchanged",
    says="A number divided by a Value comes out the wrong way round: mind which side self is on.",
)  # fmt: skip
slip(
    "Value",
    "return self * Value.of(other) ** -1",
    "other = Value.of(other)\n        slopes = (1.0 / other.data, -self.data / other.data)\n"
    '        return Value(self.data / other.data, (self, other), slopes, "/")',
    name="QuotientSlopeNotSquared", says="In the gradient of a quotient, the denominator has to be squared.",
)  # fmt: skip
slip(
    "Value",
    "return self * Value.of(other) ** -1",
    "other = Value.of(other)\n        slopes = (1.0 / other.data, self.data / other.data**2)\n"
    '        return Value(self.data / other.data, (self, other), slopes, "/")',
    name="QuotientSlopeWithoutSign",
    says="A quotient falls when its denominator grows: a minus sign is missing in the gradient.",
)  # fmt: skip
slip(
    "Value", "self.data ** (exponent - 1)", "self.data**exponent",
    name="PowerSlopeNotLowered", says="In the derivative of a power, the exponent has to be lowered by one.",
)  # fmt: skip
slip(
    "Value", "exponent * self.data **", "self.data **",
    name="PowerSlopeWithoutExponent", says="In the derivative of a power, the exponent comes down as a factor.",
)  # fmt: skip
slip(
    "Value",
    "        slope = exponent * self.data ** (exponent - 1)\n", "",
    'return Value(self.data**exponent, (self,), (slope,), f"^{exponent:g}")', "return (self.log() * exponent).exp()",
    name="PowerByLogarithm",
    says="A power as exp(p log a) works for positive bases only: a negative one has no logarithm, but has a cube.",
)  # fmt: skip
slip(
    "Value", "return self * -1", 'return Value(-self.data, (self,), (1.0,), "-")',
    name="NegationWithoutSlope", says="-a has the right value, but its derivative is -1.",
)  # fmt: skip
slip(
    "Value", "(self,), (power,)", "(self,), (self.data,)",
    name="ExponentialSlopeOfTheInput", says="The derivative of the exponential is the exponential, not its argument.",
)  # fmt: skip
slip(
    "Value", "(self,), (power,)", "(self,), (1.0,)",
    name="ExponentialWithoutSlope",
    says="exp() has the right value, but its gradient is handed on as if it were a sum.",
)  # fmt: skip
slip(
    "Value",
    "np.log(self.data), (self,), (1.0 / self.data,)", "np.log10(self.data), (self,), (1.0 / (self.data * np.log(10)),)",
    name="LogarithmToBaseTen", says="This is the logarithm to the base 10; log() is the natural one.",
)  # fmt: skip
slip(
    "Value", "1.0 / self.data", "1.0 / np.log(self.data)",
    name="LogarithmSlopeOfTheOutput",
    says="The derivative of the logarithm is one over its argument, not over its value.",
)  # fmt: skip
slip(
    "Value", "1.0 - t * t", "1.0 - self.data**2",
    name="TanhSlopeOfTheInput", says="The derivative of tanh is 1 - t² of its value t, not of its argument.",
)  # fmt: skip
slip(
    "Value", "1.0 - t * t", "1.0 - t",
    name="TanhSlopeNotSquared", says="The derivative of tanh has the square of t.",
)  # fmt: skip
slip(
    "Value", "t = np.tanh(self.data)", "power = np.e ** (2 * self.data)\n        t = (power - 1) / (power + 1)",
    name="TanhOverflows", says="e to the power of a large number overflows: tanh has to be computed in another way.",
)  # fmt: skip
slip(
    "Value", "float(self.data > 0)", "1.0",
    name="ReluPassesEverything", says="relu lets the gradient of negative numbers pass.",
)  # fmt: skip
slip(
    "Value", "float(self.data > 0)", "max(self.data, 0.0)",
    name="ReluSlopeIsItsValue", says="The derivative of relu is its value; it should be 1 for positive numbers.",
)  # fmt: skip
slip(
    "Value", "self.data > 0", "self.data >= 0",
    name="ReluOpenAtZero", says="The derivative of relu at 0 counts as 0: the comparison is strict.",
)  # fmt: skip
slip(
    "Value", "return number if isinstance(number, Value) else Value(number)", "return number",
    name="NoPlainNumbers", raises="AttributeError",
    says="A plain number as the other operand is not turned into a Value.",
)  # fmt: skip
slip(
    "Value", "return Value(self.data + other.data", "self.data += other.data\n        return Value(self.data",
    name="AddsInPlace", says="a + b changes a itself; it should make a new Value and leave both operands as they are.",
)  # fmt: skip
slip(
    "Value", "        other = Value.of(other)\n        return Value(self.data + other.data",
    "        if not isinstance(other, Value):\n            self.data += other\n            return self\n"
    "        return Value(self.data + other.data",
    name="AddsNumbersInPlace",
    says="a + 2 changes a itself; it should make a new Value, as with any other operand.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------- TwoLayerNet

slip(
    "TwoLayerNet",
    "0.5 * self.reg * penalty", "self.reg * penalty",
    "dw1 + self.reg", "dw1 + 2 * self.reg",
    "dw2 + self.reg", "dw2 + 2 * self.reg",
    name="PenaltyWithoutHalf", says="The penalty lacks its factor 1/2, in the loss and in the gradients.",
)  # fmt: skip
slip(
    "TwoLayerNet", "0.5 * self.reg * penalty", "self.reg * penalty",
    name="PenaltyWithoutHalfInTheLoss",
    says="The loss has the penalty without its factor 1/2, the gradients have it with.",
)  # fmt: skip
slip(
    "TwoLayerNet", "dw1 + self.reg", "dw1 + 0.5 * self.reg", "dw2 + self.reg", "dw2 + 0.5 * self.reg",
    name="PenaltySlopeHalved", says="The gradient of half a square has no factor of 1/2 left.",
)  # fmt: skip
slip(
    "TwoLayerNet", "dw1 + self.reg", "dw1 + 2 * self.reg", "dw2 + self.reg", "dw2 + 2 * self.reg",
    name="PenaltySlopeDoubled",
    says="The gradient of the penalty is twice too large: its factor 1/2 cancels the 2 of the square.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    'np.sum(params["W2"] ** 2)', 'sum(np.sum(params[key] ** 2) for key in ("W2", "b1", "b2"))',
    '"b1": db1', '"b1": db1 + self.reg * params["b1"]',
    '"b2": db2', '"b2": db2 + self.reg * params["b2"]',
    name="PenaltyOnBiases", says="The penalty includes the biases; it should be on the weights only.",
)  # fmt: skip
slip(
    "TwoLayerNet", ' + np.sum(params["W2"] ** 2)', "", 'dw2 + self.reg * params["W2"]', "dw2",
    name="PenaltyOnTheFirstLayerOnly", says="The penalty includes the first weights only.",
)  # fmt: skip
slip(
    "TwoLayerNet", 'dw1 + self.reg * params["W1"]', "dw1", 'dw2 + self.reg * params["W2"]', "dw2",
    name="PenaltyWithoutSlope", says="The penalty is in the loss, but not in the gradients.",
)  # fmt: skip
slip(
    "TwoLayerNet", " + 0.5 * self.reg * penalty", "",
    name="PenaltyOnlyInGradients", says="The penalty is in the gradients, but not in the loss.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    " + 0.5 * self.reg * penalty", "",
    'dw1 + self.reg * params["W1"]', "dw1",
    'dw2 + self.reg * params["W2"]', "dw2",
    name="PenaltyMissing", says="reg is not used at all.",
)  # fmt: skip
slip(
    "TwoLayerNet", "[picked].mean()", "[picked].sum()", "        dscores /= len(y)\n", "",
    name="LossSummed", says="The loss is summed over the batch; it should be averaged, and so should its gradient.",
)  # fmt: skip
slip(
    "TwoLayerNet", "[picked].mean()", "[picked].sum()",
    name="LossAloneSummed", says="The gradients are those of a mean over the batch, but the loss is a sum.",
)  # fmt: skip
slip(
    "TwoLayerNet", "        dscores /= len(y)\n", "",
    name="GradientsSummed", says="The loss is averaged over the batch, but the gradient is not divided by N.",
)  # fmt: skip
slip(
    "TwoLayerNet", "        dscores[picked] -= 1.0\n", "",
    name="TrueClassNotSubtracted", says="The gradient of the scores lacks the 1 that is subtracted at the true class.",
)  # fmt: skip
slip(
    "TwoLayerNet", "dscores[picked] -= 1.0", "dscores[picked] += 1.0",
    name="TrueClassAdded", says="1 is added at the true class; in the gradient of the scores it is subtracted there.",
)  # fmt: skip
slip(
    "TwoLayerNet", "dscores[picked]", "dscores[:, y]",
    name="TrueClassSubtractedInEveryRow",
    says="dscores[:, y] are whole columns, in every row; each row should have 1 subtracted at its own class only.",
)  # fmt: skip
slip(
    "TwoLayerNet", "log_probs[picked].mean()", "np.log(np.abs(np.exp(log_probs[picked]) - 1.0)).mean()",
    name="LossOfChangedProbabilities",
    says="The probabilities were changed into the gradient before the loss was taken from them: dscores = probs is "
    "no copy.",
)  # fmt: skip
slip(
    "TwoLayerNet", "scores - scores.max(axis=1, keepdims=True)", "scores",
    name="NoShift", says="Large scores overflow: subtract the largest score of each row first.",
)  # fmt: skip
slip(
    "TwoLayerNet", "scores.max(axis=1, keepdims=True)", "scores.max()",
    name="ShiftsByTheLargestOfAll",
    says="The largest score of the whole batch is subtracted; each row has a largest of its own.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
    "np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))",
    name="LogarithmOfSoftmax",
    says="The logarithm of a probability that rounds to 0 is infinite: take log-sum-exp instead.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "active, relu_cache = relu_forward(hidden)", "active = hidden",
    "relu_backward(dactive, relu_cache)", "dactive",
    name="WithoutRelu", says="The ReLU between the layers is missing.",
)  # fmt: skip
slip(
    "TwoLayerNet", "relu_backward(dactive, relu_cache)", "dactive",
    name="WithoutReluBackward", says="The gradient passes the ReLU as if all its switches were open.",
)  # fmt: skip
slip(
    "TwoLayerNet", "relu_backward(dactive, relu_cache)", "dactive * (dactive > 0)",
    name="ReluMaskOnGradients", says="The switches of the ReLU are set by the gradient; the hidden layer has set them.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "        if y is None:", "        scores, last_cache = relu_forward(scores)\n        if y is None:",
    "        dactive, dw2", "        dscores = relu_backward(dscores, last_cache)\n        dactive, dw2",
    name="ReluOnScores", says="The scores have gone through a ReLU; the last layer has none.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "return scores",
    "powers = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
    "            return powers / powers.sum(axis=1, keepdims=True)",
    name="ReturnsProbabilities", says="Without y, probabilities are returned; the scores were asked for.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    'affine_forward(X, params["W1"], params["b1"])', 'X @ params["W1"] + params["b1"], (X, params["W1"])',
    name="InputsNotLaidOut", says="Inputs with several axes are not laid out in rows.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "rng.standard_normal((input_dim, hidden_dim))", "np.zeros((input_dim, hidden_dim))",
    "rng.standard_normal((hidden_dim, num_classes))", "np.zeros((hidden_dim, num_classes))",
    name="StartsFromZeroWeights",
    says="All weights start as zeros, so that all hidden units would stay equal for ever.",
)  # fmt: skip
slip(
    "TwoLayerNet", '"W1": weight_scale', '"W1": weight_scale**0.5', '"W2": weight_scale', '"W2": weight_scale**0.5',
    name="ScaleAsVariance", says="weight_scale is a standard deviation; here it is used as a variance.",
)  # fmt: skip
slip(
    "TwoLayerNet", '"W1": weight_scale', '"W1": 1e-3', '"W2": weight_scale', '"W2": 1e-3',
    name="ScaleIgnored", says="weight_scale is not used for the first weights.",
)  # fmt: skip
slip(
    "TwoLayerNet", '"W1": weight_scale *', '"W1":', '"W2": weight_scale *', '"W2":',
    name="ScaleForgotten", says="weight_scale is not used: the first weights have standard deviation 1.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "rng.standard_normal((input_dim", "rng.random((input_dim",
    "rng.standard_normal((hidden_dim", "rng.random((hidden_dim",
    name="UniformWeights", says="These are uniform random numbers between 0 and 1: use normal ones, with mean 0.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "rng.standard_normal((input_dim", "rng.uniform(-(3**0.5), 3**0.5, (input_dim",
    "rng.standard_normal((hidden_dim", "rng.uniform(-(3**0.5), 3**0.5, (hidden_dim",
    name="SymmetricUniformWeights",
    says="The weights are uniform numbers with the right mean and deviation, but not normal ones.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "np.zeros(hidden_dim)", "weight_scale * rng.standard_normal(hidden_dim)",
    "np.zeros(num_classes)", "weight_scale * rng.standard_normal(num_classes)",
    name="RandomBiases", says="The biases start as random numbers; they should be zeros.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "((input_dim, hidden_dim))", "((hidden_dim, input_dim))",
    "((hidden_dim, num_classes))", "((num_classes, hidden_dim))",
    name="WeightsTransposedAtStart",
    says="W1 and W2 have their axes exchanged: inputs along axis 0, outputs along axis 1.",
)  # fmt: skip
slip(
    "TwoLayerNet", "((input_dim, hidden_dim))", "((hidden_dim, input_dim))",
    name="FirstWeightsTransposedAtStart", says="W1 has its axes exchanged: inputs along axis 0, outputs along axis 1.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "        self.params = {", "        self.first = self.params = {",
    "params = self.params\n", "params = self.first\n",
    name="KeepsItsFirstParameters",
    says="The parameters are those that __init__ has drawn: loss should read self.params when it is called.",
)  # fmt: skip
slip(
    "TwoLayerNet", "params = self.params", 'self.remembered = params = getattr(self, "remembered", self.params)',
    name="RemembersParameters",
    says="The gradients are those of another loss call: parameters are remembered, not read anew.",
)  # fmt: skip
slip(
    "TwoLayerNet",
    "        return float(loss), grads",
    "        for key, grad in grads.items():\n            params[key] -= 0.1 * grad\n        return float(loss), grads",
    name="TakesAStep", says="loss takes a step: it should compute the gradients and leave the parameters alone.",
)  # fmt: skip
slip(
    "TwoLayerNet", "params = self.params", "params = self.params\n        X -= X.mean()",
    name="CentresInputsInPlace", says="X itself changes: -= works in place, and nobody asked for centered inputs.",
)  # fmt: skip
slip(
    "TwoLayerNet", "return float(loss), grads", 'return float(loss), {f"d{key}": grad for key, grad in grads.items()}',
    name="GradientsUnderOtherKeys", says="The gradients have other keys than the parameters.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------- find_the_bug

slip(
    "find_the_bug", "np.random.default_rng(0).standard_normal(output.shape)", "np.ones(output.shape)",
    name="upstream_of_ones", says="With an upstream gradient of ones, bugs in its use stay hidden: draw a random one.",
)  # fmt: skip
slip(
    "find_the_bug", "return wrong", "return [each and not any(wrong[:i]) for i, each in enumerate(wrong)]",
    name="first_bug_only", says="The search stops at the first wrong gradient; there may be more.",
)  # fmt: skip
slip(
    "find_the_bug", "return wrong", "return wrong[: wrong.index(True) + 1] if True in wrong else wrong",
    name="list_ends_at_the_first_bug",
    says="The list ends at the first wrong gradient; an answer for each input was asked for.",
)  # fmt: skip
slip(
    "find_the_bug", "not agrees", "bool(agrees)",
    name="right_ones_marked", says="True marks the right gradients; it should mark the wrong ones.",
)  # fmt: skip
slip(
    "find_the_bug", "return wrong", "return [i for i, each in enumerate(wrong) if each]",
    name="positions_instead_of_truth_values",
    says="Positions are returned; one truth value for each input was asked for.",
)  # fmt: skip
slip(
    "find_the_bug", "np.all(np.abs(claim - true) <= allowed)", "abs(np.sum(claim) - np.sum(true)) <= allowed",
    name="sums_compared", says="Only sums are compared: errors in single entries can cancel.",
)  # fmt: skip
slip(
    "find_the_bug",
    "np.all(np.abs(claim - true) <= allowed)",
    "np.isfinite(claim).all() and np.all(np.abs(claim - true) <= 1e-3 * np.maximum(np.abs(claim), np.abs(true)))",
    name="relative_to_each_entry",
    says="Each error is measured by its own entry; tiny entries beside large ones look wrong.",
)  # fmt: skip
slip(
    "find_the_bug", "np.all(np.abs(claim - true) <=", "bool(np.mean(np.abs(claim - true)) <=",
    name="mean_error_compared", says="The mean error is compared; one wrong entry among many hardly moves it.",
)  # fmt: skip
slip(
    "find_the_bug", "np.all(np.abs(claim - true) <=", "bool(np.max(claim - true) <=",
    name="signed_errors", says="The sign of an error counts: entries that are too small pass. Take absolute values.",
)  # fmt: skip
slip(
    "find_the_bug",
    "np.all(np.abs(claim - true) <= allowed)",
    "np.isfinite(claim).all() and abs(claim.flat[0] - true.flat[0]) <= allowed",
    name="first_entry_compared", says="Only the first entry of each gradient is compared.",
)  # fmt: skip
slip(
    "find_the_bug", "1e-3 * np.abs(true).max()", "1e-5",
    name="absolute_tolerance", says="Errors are measured without regard to the size of the gradient.",
)  # fmt: skip
slip(
    "find_the_bug", "np.all(np.abs(claim - true) <= allowed)", "np.array_equal(claim, true)",
    name="exact_equality", says="Exact equality is asked for; measured derivatives are never exact.",
)  # fmt: skip
slip(
    "find_the_bug",
    "np.shape(claim) == true.shape and np.all(np.abs(claim - true) <= allowed)", "np.allclose(claim, true)",
    name="compared_by_allclose",
    says="np.allclose has an absolute tolerance, in which a wrong gradient that is tiny disappears, and it broadcasts.",
)  # fmt: skip
slip(
    "find_the_bug", "vjp_from_jacobian(matrix, dout, x.shape)", "dout.ravel() @ matrix",
    name="measured_gradient_is_flat",
    says="Gradients with several axes are all called wrong. Has the measured one the shape of its input? If it "
    "comes from vjp_from_jacobian, look there first.",
)  # fmt: skip
slip(
    "find_the_bug", "np.all(np.abs(claim - true) <= allowed)", "not np.any(np.abs(claim - true) > allowed)",
    name="nan_passes", says="NaN passes: no comparison with it is true, so `error > limit` is not either.",
)  # fmt: skip
slip(
    "find_the_bug", "np.shape(claim) == true.shape and ", "",
    name="shapes_not_compared", says="Shapes are not compared, and broadcasting hides that they differ.",
)  # fmt: skip
slip(
    "find_the_bug", "np.shape(claim) == true.shape and np.all(np.abs(claim - true) <= allowed)",
    "not np.any(np.abs(claim - true) > allowed)",
    name="nan_and_other_shapes_pass",
    says="NaN passes, since no comparison with it is true, and so does a gradient of another shape that broadcasts.",
)  # fmt: skip
slip(
    "find_the_bug", "np.abs(claim - true)", "np.abs(np.abs(claim) - np.abs(true))",
    name="signs_ignored", says="Signs are lost: the size of the gradients is compared, not the gradients.",
)  # fmt: skip
slip(
    "find_the_bug", "np.shape(claim) == true.shape and", "np.shape(claim) == true.shape and np.any(claim) and",
    name="zeros_are_suspicious", says="An input without influence has a gradient of zeros, and that is right.",
)  # fmt: skip
slip(
    "find_the_bug", "return wrong", "return [False] * len(inputs)",
    name="always_all_right", says="An answer that does not depend on the layer is no answer.",
)  # fmt: skip
slip(
    "find_the_bug", "    return wrong", "    for x in inputs:\n        x -= 1e-5\n    return wrong",
    name="inputs_left_moved",
    says="The answer is right, but the inputs were changed: move copies, or move entries back.",
)  # fmt: skip

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
