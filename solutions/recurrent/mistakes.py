"""Wrong implementations that students of this assignment write, each with what they should look at."""

import numpy as np

from autograder import mistake, slip


# ---------------------------------------------------------------------------------------------------- rnn_step_forward

slip(
    "rnn_step_forward", "np.tanh(x @ Wx + prev_h @ Wh + b)", "np.tanh(x @ Wx + prev_h @ Wh) + b",
    name="bias_after_tanh",
    says="b is added after tanh; it belongs to the sum that is squashed.",
)  # fmt: skip
slip(
    "rnn_step_forward",
    " + prev_h @ Wh + b",
    " + prev_h @ Wh",
    name="no_bias",
    says="The bias is missing.",
)

slip(
    "rnn_step_forward",
    " + prev_h @ Wh + b",
    " + b + prev_h @ Wh + b",
    name="bias_twice",
    says="The bias is added more than once: it belongs to the sum, not to each product.",
)

slip(
    "rnn_step_forward",
    "np.tanh",
    "expit",
    name="sigmoid_for_tanh",
    says="This looks like a sigmoid: are the states between 0 and 1? tanh gives -1 to 1.",
)

slip(
    "rnn_step_forward",
    "np.tanh(x @ Wx + prev_h @ Wh + b)",
    "np.maximum(x @ Wx + prev_h @ Wh + b, 0)",
    name="relu_for_tanh",
    says="The state has no bound: this network squashes with tanh.",
)

slip(
    "rnn_step_forward",
    "np.tanh(x @ Wx + prev_h @ Wh + b)",
    "x @ Wx + prev_h @ Wh + b",
    name="no_tanh",
    says="The sum is right, but nothing squashes it.",
)

slip(
    "rnn_step_forward",
    "x @ Wx + prev_h @ Wh + b",
    "x @ Wx + b",
    name="forgets_the_state",
    says="The new state does not depend on the old one.",
)

slip(
    "rnn_step_forward",
    "x @ Wx + prev_h @ Wh + b",
    "prev_h @ Wh + b",
    name="ignores_the_input",
    says="The new state does not depend on the input.",
)

slip(
    "rnn_step_forward",
    "prev_h @ Wh",
    "prev_h",
    name="old_state_without_its_matrix",
    says="The old state is added as it is; what should it be multiplied by?",
)

slip(
    "rnn_step_forward",
    "prev_h @ Wh",
    "prev_h @ Wh.T",
    name="state_matrix_transposed",
    says="Wh is square, so its transpose fits as well: which axis of it belongs to the old state?",
)

slip(
    "rnn_step_forward",
    "prev_h @ Wh",
    "prev_h * np.diag(Wh)",
    name="state_scaled_entry_by_entry",
    says="Each unit hears only from itself: the old state meets the whole matrix Wh.",
)

slip(
    "rnn_step_forward",
    "np.tanh(x @ Wx + prev_h @ Wh + b)",
    "np.tanh(x @ Wx) + np.tanh(prev_h @ Wh) + b",
    name="tanh_of_each_product",
    says="tanh is taken of each product by itself; it belongs around the whole sum.",
)

slip(
    "rnn_step_forward",
    "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)",
    "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)\n    prev_h[:] = next_h",
    name="stores_into_prev_h",
    says="prev_h itself is changed; it belongs to the caller.",
)


# --------------------------------------------------------------------------------------------------- rnn_step_backward

slip(
    "rnn_step_backward",
    "dnext_h * (1 - next_h**2)",
    "dnext_h",
    name="no_tanh_derivative",
    says="The derivative of tanh is missing.",
)

slip(
    "rnn_step_backward",
    "dnext_h * (1 - next_h**2)",
    "1 - next_h**2",
    name="upstream_ignored",
    says="The gradient that came in, dnext_h, is not used.",
)

slip(
    "rnn_step_backward",
    "next_h**2",
    "next_h",
    name="square_forgotten",
    says="The derivative of tanh is one minus the square of the state.",
)

slip(
    "rnn_step_backward",
    "(1 - next_h**2)",
    "next_h * (1 - next_h)",
    name="sigmoid_derivative",
    says="This is the derivative of a sigmoid; the state came from tanh.",
)

slip(
    "rnn_step_backward",
    "next_h**2",
    "np.tanh(next_h) ** 2",
    name="tanh_of_the_state",
    says="next_h is tanh already; its derivative needs no second one.",
)

slip(
    "rnn_step_backward",
    "next_h**2",
    "prev_h**2",
    name="derivative_of_the_old_state",
    says="The derivative of tanh is taken at the old state; it belongs to the new one.",
)

slip(
    "rnn_step_backward",
    "da @ Wx.T",
    "dnext_h @ Wx.T",
    name="input_gradient_before_tanh",
    says="dx has to go through tanh first, as the others do.",
)

slip(
    "rnn_step_backward",
    "da @ Wh.T",
    "da @ Wh",
    name="state_matrix_not_transposed",
    says="Wh is square, so both ways fit: in which direction does a gradient go through a matrix?",
)

slip(
    "rnn_step_backward",
    "da @ Wh.T",
    "dnext_h @ Wh.T",
    name="state_gradient_before_tanh",
    says="dprev_h has to go through tanh first.",
)

slip(
    "rnn_step_backward",
    "x.T @ da, prev_h.T @ da",
    "x.T @ dnext_h, prev_h.T @ dnext_h",
    name="weights_before_tanh",
    says="dWx and dWh need the gradient before tanh.",
)

slip(
    "rnn_step_backward",
    "prev_h.T @ da",
    "next_h.T @ da",
    name="state_weights_from_the_new_state",
    says="Wh was multiplied by the old state, not by the new one.",
)

slip(
    "rnn_step_backward",
    "prev_h.T @ da",
    "da.T @ prev_h",
    name="state_weights_transposed",
    says="dWh is transposed; Wh is square, so its shape does not tell.",
)

slip(
    "rnn_step_backward",
    "da.sum(axis=0)",
    "da.mean(axis=0)",
    name="bias_averaged",
    says="db is an average; gradients of the weights are sums over the sequences.",
)

slip(
    "rnn_step_backward",
    "x.T @ da, prev_h.T @ da, da.sum(axis=0)",
    "x.T @ da / len(x), prev_h.T @ da / len(x), da.mean(axis=0)",
    name="weights_averaged",
    says="dWx, dWh and db are divided by N; nothing is to be divided here.",
)

slip(
    "rnn_step_backward",
    "da.sum(axis=0)",
    "da",
    name="bias_not_summed",
    says="db still has an axis for the sequences; b has one number for each unit.",
)

slip(
    "rnn_step_backward",
    "da.sum(axis=0)",
    "dnext_h.sum(axis=0)",
    name="bias_before_tanh",
    says="db is the sum of the gradients before tanh, not after it.",
)

slip(
    "rnn_step_backward",
    "da = dnext_h * (1 - next_h**2)",
    "dnext_h *= 1 - next_h**2\n    da = dnext_h",
    name="works_in_place",
    says="dnext_h is changed on the way; it belongs to the caller.",
)

slip(
    "rnn_step_backward",
    "da = dnext_h * (1 - next_h**2)",
    "da = dnext_h * (1 - next_h**2)\n    next_h *= 0.5",
    name="uses_up_the_cache",
    says="The first call changes the cache, so that a second one gives something else.",
)


# --------------------------------------------------------------------------------------------------------- rnn_forward

slip(
    "rnn_forward",
    "[], [], h0",
    "[], [], np.zeros_like(h0)",
    name="begins_at_zero",
    says="The first step begins at 0, whatever h0 is.",
)

slip(
    "rnn_forward",
    "x[:, t], state, Wx",
    "x[:, t], h0, Wx",
    name="each_step_from_h0",
    says="Each step begins at h0 again: nothing is handed on.",
)

slip(
    "rnn_forward",
    "np.stack(h, axis=1)",
    "np.stack([h0, *h[:-1]], axis=1)",
    name="begins_with_h0",
    says="h0 is among the states, and the last state is missing.",
)

slip(
    "rnn_forward",
    "np.stack(h, axis=1)",
    "np.stack(h, axis=0)",
    name="steps_first",
    says="The axes are (T, N, H); the sequences come first.",
)

slip(
    "rnn_forward",
    "np.stack(h, axis=1)",
    "state",
    name="last_state_only",
    says="Only the last state is returned.",
)

slip(
    "rnn_forward",
    "np.stack(h, axis=1)",
    "np.stack([state] * len(h), axis=1)",
    name="last_state_everywhere",
    says="Every step shows the last state: were the states stored as one array that changed later?",
)

slip(
    "rnn_forward",
    "x[:, t]",
    "x[:, 0]",
    name="one_input_for_all",
    says="Each step reads the first input.",
)

slip(
    "rnn_forward",
    "x[:, t]",
    "x[:, -1 - t]",
    name="reads_backwards",
    says="The sequence is read from its end.",
)

slip(
    "rnn_forward",
    "range(x.shape[1])",
    "range(min(x.shape[:2]))",
    name="sequences_for_steps",
    says="The loop goes over the sequences, or its length is that of another axis.",
)

slip(
    "rnn_forward",
    "range(x.shape[1])",
    "range(max(x.shape[1] - 1, 1))",
    name="misses_the_last_step",
    says="The last step is missing: T steps give T states.",
)

slip(
    "rnn_forward",
    "x[:, t], state, Wx",
    "x[:, t], (state + h0) / 2, Wx",
    name="averages_states",
    says="Each state is averaged with the one before.",
)

slip(
    "rnn_forward",
    "caches.append(cache)",
    "caches.append(cache)\n    h0[:] = state",
    name="stores_into_h0",
    says="h0 is overwritten by the last state.",
)


# -------------------------------------------------------------------------------------------------------- rnn_backward

slip(
    "rnn_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t]",
    name="rnn_steps_apart",
    says="What comes back from step t + 1 is not added to dh of step t.",
)

slip(
    "rnn_backward",
    "weights = [total + part for total, part in zip(weights, of_step, strict=True)]",
    "weights = of_step",
    name="rnn_weights_overwritten",
    says="The gradients of the weights are those of one step; each step adds to them.",
)

slip(
    "rnn_backward",
    "reversed(range(dh.shape[1]))",
    "range(dh.shape[1])",
    "dx[::-1]",
    "dx",
    name="rnn_first_to_last",
    says="The steps are visited from the first to the last; the gradient travels the other way.",
)

slip(
    "rnn_backward",
    "dx[::-1]",
    "dx",
    name="rnn_dx_in_reverse",
    says="dx stands in the order in which it was computed, the last step first.",
)

slip(
    "rnn_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t] * (t == dh.shape[1] - 1) + dprev_h",
    name="rnn_only_the_last_loss",
    says="Only the last state's dh is used.",
)

slip(
    "rnn_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t] + (dprev_h if t % 3 else 0)",
    name="rnn_truncated",
    says="The gradient stops after some steps; here it goes all the way.",
)

slip(
    "rnn_backward",
    "dprev_h, *weights",
    "0 * dprev_h, *weights",
    name="rnn_dh0_dropped",
    says="dh0 is 0. What to do with it is for the caller to say.",
)

slip(
    "rnn_backward",
    "dprev_h, *weights",
    "dprev_h, *[part / dh.shape[1] for part in weights]",
    name="rnn_mean_over_steps",
    says="The gradients of the weights are divided by T; they are sums.",
)

slip(
    "rnn_backward",
    "dprev_h, *weights",
    "dprev_h, *[part / len(dh) for part in weights]",
    name="rnn_mean_over_sequences",
    says="The gradients of the weights are divided by N; they are sums.",
)

slip(
    "rnn_backward",
    "cache[t]",
    "cache[t - 1]",
    name="rnn_another_steps_cache",
    says="A step is given the cache of another one.",
)

slip(
    "rnn_backward",
    "axis=1",
    "axis=0",
    name="rnn_dx_steps_first",
    says="The axes of dx are (T, N, D); the sequences come first.",
)

slip(
    "rnn_backward",
    "dx.append(dx_t)",
    "dx = [dx_t] * dh.shape[1]",
    name="rnn_same_dx_everywhere",
    says="dx is that of the first step, at every step.",
)

slip(
    "rnn_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t] + 2 * dprev_h",
    name="rnn_doubles_what_comes_back",
    says="dprev_h is added more than once.",
)

slip(
    "rnn_backward",
    "dx_t, dprev_h,",
    "dh[:, t] += dprev_h\n        dprev_h = 0\n        dx_t, dprev_h,",
    name="rnn_adds_into_dh",
    says="dh itself is changed; work on a copy.",
)

slip(
    "rnn_backward",
    "cache[t]",
    "cache.pop()",
    name="rnn_empties_the_cache",
    says="The cache can be used once only: are items taken out of it?",
    raises="IndexError",
)

slip(
    "rnn_backward",
    "dprev_h, *weights",
    "dprev_h, *weights[:2], weights[2] - of_last",
    "weights = [total + part for total, part in zip(weights, of_step, strict=True)]",
    (
        "weights = [total + part for total, part in zip(weights, of_step, strict=True)]\n"
        "        of_last = of_step[2] if t == dh.shape[1] - 1 else of_last"
    ),
    "weights = [], 0, [0, 0, 0]",
    "weights = [], 0, [0, 0, 0]\n    of_last = 0",
    name="rnn_wrong_bias_sum",
    says="db misses the last step.",
)

slip(
    "rnn_backward",
    "return np.stack",
    ("before = cache[0][1]\n    weights[1] = weights[1] + before.T @ (dprev_h * (1 - before**2))\n    return np.stack"),
    name="state_not_detached",
    says="The gradient goes on through h0 as if it were a state of this chunk; a chunk's gradient ends at its border.",
)


# ----------------------------------------------------------------------------------------------- gradient_norm_by_time

slip(
    "gradient_norm_by_time",
    "delta = (delta * (1 - h[:, t] ** 2)) @ Wh.T",
    "delta = delta @ Wh.T",
    name="norms_without_tanh",
    says="tanh is missing on the way back.",
)

slip(
    "gradient_norm_by_time",
    "1 - h[:, t] ** 2",
    "1 - h[:, t - 1] ** 2",
    name="tanh_of_the_earlier_state",
    says="The derivative of tanh belongs to the later state, which the gradient comes from.",
)

slip(
    "gradient_norm_by_time",
    "h[:, t] ** 2",
    "h[:, t]",
    name="norms_square_forgotten",
    says="The derivative of tanh is one minus the square of the state.",
)

slip(
    "gradient_norm_by_time",
    "@ Wh.T",
    "@ Wh",
    name="norms_matrix_not_transposed",
    says="Wh is square, so both ways fit: in which direction does a gradient go through a matrix?",
)

slip(
    "gradient_norm_by_time",
    "delta = (delta * (1 - h[:, t] ** 2)) @ Wh.T",
    "delta = (delta @ Wh.T) * (1 - h[:, t] ** 2)",
    name="norms_tanh_after_the_matrix",
    says="On the way back tanh comes before the matrix, since on the way there it came after it.",
)

slip(
    "gradient_norm_by_time",
    "norms[::-1]",
    "norms",
    name="norms_in_reverse",
    says="The last step's length comes first.",
)

slip(
    "gradient_norm_by_time",
    "np.array(norms[::-1])",
    "np.array(norms[::-1]) ** 2",
    name="norms_squared",
    says="These are the squares of the lengths.",
)

slip(
    "gradient_norm_by_time",
    "[np.linalg.norm(dh_last)]",
    "[]",
    "range(h.shape[1] - 1, 0, -1)",
    "range(h.shape[1] - 1, -1, -1)",
    name="norms_of_one_more_step",
    says="The last length is not that of dh_last: the gradient has made one step too many.",
)

slip(
    "gradient_norm_by_time",
    "norms = dh_last, [np.linalg.norm(dh_last)]",
    "norms = dh_last, [np.linalg.norm(dh_last, axis=1).mean()]",
    "norms.append(np.linalg.norm(delta))",
    "norms.append(np.linalg.norm(delta, axis=1).mean())",
    name="norms_per_sequence",
    says="The length is over all sequences together, not their mean.",
)

slip(
    "gradient_norm_by_time",
    "norms = dh_last, [np.linalg.norm(dh_last)]",
    "norms = dh_last, [np.abs(dh_last).max()]",
    "norms.append(np.linalg.norm(delta))",
    "norms.append(np.abs(delta).max())",
    name="largest_entries",
    says="This is the largest entry, not the length.",
)

slip(
    "gradient_norm_by_time",
    "norms = dh_last, [np.linalg.norm(dh_last)]",
    "norms = dh_last, [np.abs(dh_last).sum()]",
    "norms.append(np.linalg.norm(delta))",
    "norms.append(np.abs(delta).sum())",
    name="sums_of_magnitudes",
    says="This is the sum of the magnitudes; a length is the root of the sum of squares.",
)

slip(
    "gradient_norm_by_time",
    "(delta * (1",
    "(dh_last * (1",
    name="norms_of_each_step_apart",
    says="Each step starts from dh_last again; the gradient goes on from where it was.",
)

slip(
    "gradient_norm_by_time",
    "return np.array",
    "dh_last[:] = delta\n    return np.array",
    name="norms_stored_into_dh_last",
    says="dh_last itself is changed; it belongs to the caller.",
)

slip(
    "gradient_norm_by_time",
    "norms = dh_last, [np.linalg.norm(dh_last)]",
    "norms = dh_last, [np.linalg.norm(dh_last, 2)]",
    "norms.append(np.linalg.norm(delta))",
    "norms.append(np.linalg.norm(delta, 2))",
    name="spectral_norms",
    says="This is the largest singular value of the (N, H) array; the length is over all entries.",
)

mistake("q_vanished", says="From state 11 back to state 1 there are ten steps.", name="eleven_steps")(1 / 2048)

mistake("q_vanished", says="Each step multiplies by one half; the factors do not add up.", name="halves_added")(1 / 20)


# ------------------------------------------------------------------------------------------------------ clip_grad_norm

slip(
    "clip_grad_norm",
    "return {name: scale * grad for name, grad in grads.items()}, norm",
    "return {n: g * min(1, max_norm / max(np.linalg.norm(g), 1e-30)) for n, g in grads.items()}, norm",
    name="clips_each_array",
    says="Each array is shortened by itself, which changes the direction.",
)

slip(
    "clip_grad_norm",
    "return {name: scale * grad for name, grad in grads.items()}, norm",
    "return {n: np.clip(g, -max_norm, max_norm) for n, g in grads.items()}, norm",
    name="clips_each_entry",
    says="Each entry is bounded by itself, which changes the direction.",
)

slip(
    "clip_grad_norm",
    "if norm > max_norm else 1.0",
    "if norm > 0 else 1.0",
    name="makes_short_ones_longer",
    says="Short gradients are made longer: max_norm is a bound, not a target.",
)

slip(
    "clip_grad_norm",
    "max_norm / norm if norm > max_norm else 1.0",
    "1.0",
    name="never_clips",
    says="Long gradients stay as they are.",
)

slip(
    "clip_grad_norm",
    "max_norm / norm if",
    "1 / norm if",
    name="unit_length",
    says="Long gradients become 1 long; they should be max_norm long.",
)

slip(
    "clip_grad_norm",
    "max_norm / norm if",
    "max_norm if",
    name="scaled_by_max_norm",
    says="Long gradients are multiplied by max_norm, but not divided by their length.",
)

slip(
    "clip_grad_norm",
    "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))",
    "sum(np.sum(grad**2) for grad in grads.values())",
    name="square_root_forgotten",
    says="The length is the root of the sum of squares.",
)

slip(
    "clip_grad_norm",
    "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))",
    "sum(np.sqrt(np.sum(grad**2)) for grad in grads.values())",
    name="adds_lengths",
    says="The lengths of the arrays are added; their squares are to be.",
)

slip(
    "clip_grad_norm",
    "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))",
    "sum(np.sum(np.abs(grad)) for grad in grads.values())",
    name="adds_magnitudes",
    says="The magnitudes are added; a length is the root of the sum of squares.",
)

slip(
    "clip_grad_norm",
    "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))",
    "max(np.abs(grad).max() for grad in grads.values())",
    name="largest_entry_as_length",
    says="The largest entry is taken for the length.",
)

slip(
    "clip_grad_norm",
    "sum(np.sum(grad**2) for grad in grads.values())",
    "np.mean(np.concatenate([np.ravel(grad) ** 2 for grad in grads.values()]))",
    name="root_mean_square",
    says="The squares are averaged; for a length they are added.",
)

slip(
    "clip_grad_norm",
    "}, norm",
    "}, min(norm, max_norm)",
    name="length_after_clipping",
    says="norm is the length after clipping; it is to be the one before.",
)

slip(
    "clip_grad_norm",
    "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))",
    "np.sqrt(max(np.sum(grad**2) for grad in grads.values()))",
    name="longest_array",
    says="The length is that of the longest array, not of all together.",
)

slip(
    "clip_grad_norm",
    "scale = max_norm / norm if norm > max_norm else 1.0",
    "scale = min(max_norm, norm) / norm",
    name="divides_by_a_length_of_zero",
    says="Gradients that are 0 become not a number.",
)

slip(
    "clip_grad_norm",
    "return {name: scale * grad for name, grad in grads.items()}, norm",
    "for grad in grads.values():\n        grad *= scale\n    return dict(grads), norm",
    name="clips_in_place",
    says="The caller's gradients are changed; put the shortened ones into a new dict.",
)

mistake("q_clipped", says="Both are divided by their common length, not each by its own.", name="each_by_itself")(1)

mistake("q_clipped", says="The common length is the root of the sum of squares, not the sum.", name="lengths_added")(
    3 / 7
)


# --------------------------------------------------------------------------------------------------- lstm_step_forward

slip(
    "lstm_step_forward",
    "a_i, a_f, a_o, a_g",
    "a_i, a_f, a_g, a_o",
    name="order_of_pytorch",
    says="This is PyTorch's order of the blocks, i, f, g, o; here it is i, f, o, g.",
)

slip(
    "lstm_step_forward",
    "a_i, a_f, a_o, a_g",
    "a_f, a_i, a_o, a_g",
    name="forget_gate_first",
    says="The order of the blocks is i, f, o, g: the input gate comes first.",
)

slip(
    "lstm_step_forward",
    "a_i, a_f, a_o, a_g",
    "a_g, a_i, a_f, a_o",
    name="candidate_first",
    says="The order of the blocks is i, f, o, g: the candidate comes last.",
)

slip(
    "lstm_step_forward",
    "a_i, a_f, a_o, a_g",
    "a_i, a_o, a_f, a_g",
    name="output_gate_second",
    says="The order of the blocks is i, f, o, g.",
)

slip(
    "lstm_step_forward",
    "a_i, a_f, a_o, a_g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)",
    "a_i, a_f, a_o, a_g = np.moveaxis((x @ Wx + prev_h @ Wh + b).reshape(len(x), -1, 4), 2, 0)",
    name="columns_interleaved",
    says="The four blocks of H columns stand side by side; here each unit's four columns do.",
)

slip(
    "lstm_step_forward",
    "o * np.tanh(next_c)",
    "o * next_c",
    name="cell_shown_without_tanh",
    says="next_h shows the cell as it is; it should show tanh of it.",
)

slip(
    "lstm_step_forward",
    "o * np.tanh(next_c)",
    "o * np.tanh(prev_c)",
    name="shows_the_old_cell",
    says="next_h shows the old cell.",
)

slip(
    "lstm_step_forward",
    "o * np.tanh(next_c)",
    "np.tanh(o * next_c)",
    name="output_gate_inside_tanh",
    says="The output gate scales tanh of the cell; here it is inside.",
)

slip(
    "lstm_step_forward",
    "o * np.tanh(next_c)",
    "np.tanh(next_c)",
    name="no_output_gate",
    says="The output gate is not used.",
)

slip(
    "lstm_step_forward",
    "f * prev_c + i * g",
    "prev_c + i * g",
    name="nothing_is_forgotten",
    says="The forget gate is not used.",
)

slip(
    "lstm_step_forward",
    "f * prev_c + i * g",
    "i * g",
    name="old_cell_dropped",
    says="The old cell is dropped.",
)

slip(
    "lstm_step_forward",
    "f * prev_c + i * g",
    "f * prev_c + g",
    name="no_input_gate",
    says="The input gate is not used.",
)

slip(
    "lstm_step_forward",
    "f * prev_c + i * g",
    "(1 - f) * prev_c + i * g",
    name="forget_gate_upside_down",
    says="The forget gate says how much to keep, not how much to drop.",
)

slip(
    "lstm_step_forward",
    "f * prev_c + i * g",
    "f * prev_c + (1 - f) * g",
    name="one_gate_for_both",
    says="What is kept and what is written add up to one: that is a GRU. An LSTM has two gates.",
)

slip(
    "lstm_step_forward",
    "np.tanh(a_g)",
    "expit(a_g)",
    name="sigmoid_for_the_candidate",
    says="The candidate goes through tanh, so that it can be negative.",
)

slip(
    "lstm_step_forward",
    "expit(a_i), expit(a_f), expit(a_o)",
    "np.tanh(a_i), np.tanh(a_f), np.tanh(a_o)",
    name="tanh_for_the_gates",
    says="Gates go through a sigmoid: they lie between 0 and 1.",
)

slip(
    "lstm_step_forward",
    "i, f, o, g = expit(a_i), expit(a_f), expit(a_o), np.tanh(a_g)",
    (
        "with np.errstate(all='ignore'):\n"
        "        i, f, o = (np.exp(a) / (1 + np.exp(a)) for a in (a_i, a_f, a_o))\n"
        "    g = np.tanh(a_g)"
    ),
    name="sigmoid_overflows",
    says="A large number in a gate gives not a number: how large can exp get?",
)

slip(
    "lstm_step_forward",
    "next_c = f * prev_c + i * g",
    "next_c = np.tanh(f * prev_c + i * g)",
    name="cell_squashed",
    says="The cell itself goes through tanh; only what is shown of it should.",
)

slip(
    "lstm_step_forward",
    "x @ Wx + prev_h @ Wh + b",
    "x @ Wx + b",
    name="lstm_forgets_the_state",
    says="The gates do not depend on the old state.",
)

slip(
    "lstm_step_forward",
    "x @ Wx + prev_h @ Wh + b",
    "x @ Wx + prev_h @ Wh",
    name="lstm_no_bias",
    says="The bias is missing.",
)

slip(
    "lstm_step_forward",
    "prev_h @ Wh",
    "prev_c @ Wh",
    name="gates_see_the_cell",
    says="The gates see the old state, not the old cell.",
)

slip(
    "lstm_step_forward",
    "return next_h, next_c,",
    "return next_c, next_h,",
    name="state_and_cell_swapped",
    says="next_h comes first, and then next_c.",
)

slip(
    "lstm_step_forward",
    "next_c = f * prev_c + i * g",
    "next_c = f * prev_c + i * g\n    prev_c[:] = next_c",
    name="writes_into_prev_c",
    says="prev_c itself is changed; it belongs to the caller.",
)
for gate, name in (("i", "input"), ("f", "forget"), ("o", "output")):
    slip(
        "lstm_step_forward", f"expit(a_{gate})", f"np.tanh(a_{gate})",
        name=f"{name}_gate_with_tanh",
        says=f"The {name} gate goes through tanh; a gate lies between 0 and 1.",
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------- lstm_step_backward

slip(
    "lstm_step_backward",
    "dc = dnext_c + dnext_h * o * (1 - shown**2)",
    "dc = dnext_h * o * (1 - shown**2)",
    name="later_cell_dropped",
    says="dnext_c is not used.",
)

slip(
    "lstm_step_backward",
    "dc = dnext_c + dnext_h * o * (1 - shown**2)",
    "dc = dnext_c",
    name="state_path_dropped",
    says="The cell reaches next_h, too: that gradient is missing.",
)

slip(
    "lstm_step_backward",
    "dnext_h * o * (1 - shown**2)",
    "dnext_h * (1 - shown**2)",
    name="cell_without_output_gate",
    says="On its way to next_h the cell is multiplied by the output gate.",
)

slip(
    "lstm_step_backward",
    "dnext_h * o * (1 - shown**2)",
    "dnext_h * o",
    name="cell_without_tanh",
    says="The derivative of tanh is missing between next_h and the cell.",
)

slip(
    "lstm_step_backward",
    "(1 - shown**2)",
    "(1 - shown)",
    name="cell_tanh_not_squared",
    says="The derivative of tanh is one minus the square of tanh.",
)

slip(
    "lstm_step_backward",
    "(1 - shown**2)",
    "(1 - next_c**2)",
    name="square_of_the_cell",
    says="The derivative of tanh needs tanh of the cell, not the cell.",
)

slip(
    "lstm_step_backward",
    "dc * prev_c * f",
    "dc * next_c * f",
    name="forget_gate_met_the_new_cell",
    says="The forget gate was multiplied by the old cell, not by the new one.",
)

slip(
    "lstm_step_backward",
    "dnext_h * shown * o",
    "dnext_h * next_c * o",
    name="output_gate_met_the_cell",
    says="The output gate was multiplied by tanh of the cell.",
)

slip(
    "lstm_step_backward",
    "dnext_h * shown * o",
    "dc * shown * o",
    name="output_gate_hears_from_the_cell",
    says="The output gate hears from next_h only.",
)

slip(
    "lstm_step_backward",
    "dc * g * i * (1 - i)",
    "dc * i * i * (1 - i)",
    name="input_gate_meets_itself",
    says="The input gate was multiplied by the candidate.",
)

slip(
    "lstm_step_backward",
    "dc * i * (1 - g**2)",
    "dc * g * (1 - g**2)",
    name="candidate_meets_itself",
    says="The candidate was multiplied by the input gate.",
)

slip(
    "lstm_step_backward",
    "dc * g * i * (1 - i)",
    "dc * g",
    "dc * prev_c * f * (1 - f)",
    "dc * prev_c",
    "dnext_h * shown * o * (1 - o)",
    "dnext_h * shown",
    name="no_sigmoid_derivatives",
    says="The derivatives of the gates' sigmoids are missing.",
)

slip(
    "lstm_step_backward",
    "dc * g * i * (1 - i)",
    "dc * g",
    name="input_gate_sigmoid_missing",
    says="The derivative of the input gate's sigmoid is missing.",
)

slip(
    "lstm_step_backward",
    "i * (1 - i)",
    "(1 - i**2)",
    "f * (1 - f)",
    "(1 - f**2)",
    "o * (1 - o)",
    "(1 - o**2)",
    name="gates_with_tanh_derivative",
    says="The gates are sigmoids: their derivative is s (1 - s).",
)

slip(
    "lstm_step_backward",
    "(1 - g**2)",
    "g * (1 - g)",
    name="candidate_with_sigmoid_derivative",
    says="The candidate came from tanh, not from a sigmoid.",
)

slip(
    "lstm_step_backward",
    "dc * i * (1 - g**2)",
    "dc * i",
    name="candidate_derivative_missing",
    says="The derivative of the candidate's tanh is missing.",
)

slip(
    "lstm_step_backward",
    "[da_i, da_f, da_o, da_g]",
    "[da_i, da_f, da_g, da_o]",
    name="blocks_in_another_order",
    says="The blocks of da are to be in the order of the weights, i, f, o, g.",
)

slip(
    "lstm_step_backward",
    "[da_i, da_f, da_o, da_g]",
    "[da_f, da_i, da_o, da_g]",
    name="blocks_forget_first",
    says="The blocks of da are to be in the order of the weights: i comes before f.",
)

slip(
    "lstm_step_backward",
    "dc * f, x.T",
    "dc, x.T",
    name="cell_gradient_not_scaled",
    says="The old cell was multiplied by the forget gate.",
)

slip(
    "lstm_step_backward",
    "dc * f, x.T",
    "dnext_c * f, x.T",
    name="cell_gradient_from_later_only",
    says="The old cell gets its share of all that reached the cell, not of dnext_c alone.",
)

slip(
    "lstm_step_backward",
    "dc * f, x.T",
    "dc * i, x.T",
    name="cell_gradient_by_input_gate",
    says="The old cell was multiplied by the forget gate, not by the input gate.",
)

slip(
    "lstm_step_backward",
    "da.sum(axis=0)",
    "da.mean(axis=0)",
    name="lstm_bias_averaged",
    says="db is an average; gradients of the weights are sums over the sequences.",
)

slip(
    "lstm_step_backward",
    "x.T @ da, prev_h.T @ da, da.sum(axis=0)",
    "x.T @ da / len(x), prev_h.T @ da / len(x), da.mean(axis=0)",
    name="lstm_weights_averaged",
    says="dWx, dWh and db are divided by N; nothing is to be divided here.",
)

slip(
    "lstm_step_backward",
    "prev_h.T @ da",
    "prev_c.T @ da",
    name="state_weights_from_the_cell",
    says="Wh was multiplied by the old state, not by the old cell.",
)

slip(
    "lstm_step_backward",
    "dc = dnext_c + dnext_h * o * (1 - shown**2)",
    "dnext_c += dnext_h * o * (1 - shown**2)\n    dc = dnext_c",
    name="adds_into_dnext_c",
    says="dnext_c itself is changed; it belongs to the caller.",
)

slip(
    "lstm_step_backward",
    "da @ Wh.T",
    "da[:, : 3 * i.shape[1]] @ Wh[:, : 3 * i.shape[1]].T",
    name="dh_for_the_old_state_misses_a_gate",
    says="All four blocks depend on the old state.",
)

slip(
    "lstm_step_backward",
    "dc = dnext_c + dnext_h * o * (1 - shown**2)",
    "dc = dnext_c + dnext_h * o * (1 - shown**2)\n    next_c *= 0.5",
    name="changes_the_lstm_cache",
    says="The first call changes the cache, so that a second one gives something else.",
)


# -------------------------------------------------------------------------------------------------------- lstm_forward

slip(
    "lstm_forward",
    "np.zeros_like(h0)",
    "h0",
    name="cell_begins_at_h0",
    says="The cell begins at 0, not at h0.",
)

slip(
    "lstm_forward",
    "np.zeros_like(h0)",
    "np.ones_like(h0)",
    name="cell_begins_at_one",
    says="The cell begins at 0.",
)

slip(
    "lstm_forward",
    "x[:, t], state, cell, Wx",
    "x[:, t], state, np.zeros_like(h0), Wx",
    name="cell_not_handed_on",
    says="The cell begins anew at each step.",
)

slip(
    "lstm_forward",
    "x[:, t], state, cell, Wx",
    "x[:, t], state, state, Wx",
    name="state_for_the_cell",
    says="Each step gets the state twice, and the cell is not handed on.",
)

slip(
    "lstm_forward",
    "[], [], h0, np",
    "[], [], np.zeros_like(h0), np",
    name="lstm_begins_at_zero",
    says="The first step begins at 0, whatever h0 is.",
)

slip(
    "lstm_forward",
    "x[:, t], state, cell, Wx",
    "x[:, t], h0, cell, Wx",
    name="lstm_each_step_from_h0",
    says="Each step begins at h0 again.",
)

slip(
    "lstm_forward",
    "h.append(state)",
    "h.append(cell)",
    name="returns_the_cells",
    says="These are the cells; the states are to be returned.",
)

slip(
    "lstm_forward",
    "np.stack(h, axis=1)",
    "np.stack([h0, *h[:-1]], axis=1)",
    name="lstm_begins_with_h0",
    says="h0 is among the states, and the last state is missing.",
)

slip(
    "lstm_forward",
    "np.stack(h, axis=1)",
    "np.stack(h, axis=0)",
    name="lstm_steps_first",
    says="The axes are (T, N, H); the sequences come first.",
)

slip(
    "lstm_forward",
    "np.stack(h, axis=1)",
    "np.stack([state] * len(h), axis=1)",
    name="lstm_last_state_everywhere",
    says="Every step shows the last state.",
)

slip(
    "lstm_forward",
    "x[:, t]",
    "x[:, 0]",
    name="lstm_one_input_for_all",
    says="Each step reads the first input.",
)

slip(
    "lstm_forward",
    "x[:, t]",
    "x[:, -1 - t]",
    name="lstm_reads_backwards",
    says="The sequence is read from its end.",
)

slip(
    "lstm_forward",
    "caches.append(cache)",
    "caches.append(cache)\n    h0[:] = state",
    name="lstm_stores_into_h0",
    says="h0 is overwritten by the last state.",
)


@mistake("lstm_forward", says="The cell is kept from one call to the next: each call begins at 0.")
def cell_kept_between_calls(x, h0, Wx, Wh, b, memory={}):  # noqa: B006 - what is kept between calls is the mistake
    c, h, states, size = memory.get(x.shape, np.zeros_like(h0)), h0, [], h0.shape[1]
    for t in range(x.shape[1]):
        a = x[:, t] @ Wx + h @ Wh + b
        i, f, o = (1 / (1 + np.exp(-a[:, k * size : (k + 1) * size])) for k in range(3))
        c = f * c + i * np.tanh(a[:, 3 * size :])
        h = o * np.tanh(c)
        states.append(h)
    memory.clear()
    memory[x.shape] = c
    return np.stack(states, axis=1), None


# ------------------------------------------------------------------------------------------------------- lstm_backward

slip(
    "lstm_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t]",
    name="lstm_steps_apart",
    says="What comes back from step t + 1 is not added to dh of step t.",
)

slip(
    "lstm_backward",
    "weights = [total + part for total, part in zip(weights, of_step, strict=True)]",
    "weights = of_step",
    name="lstm_weights_overwritten",
    says="The gradients of the weights are those of one step; each step adds to them.",
)

slip(
    "lstm_backward",
    "reversed(range(dh.shape[1]))",
    "range(dh.shape[1])",
    "dx[::-1]",
    "dx",
    name="lstm_first_to_last",
    says="The steps are visited from the first to the last; the gradient travels the other way.",
)

slip(
    "lstm_backward",
    "dx[::-1]",
    "dx",
    name="lstm_dx_in_reverse",
    says="dx stands in the order in which it was computed, the last step first.",
)

slip(
    "lstm_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t] * (t == dh.shape[1] - 1) + dprev_h",
    name="lstm_only_the_last_loss",
    says="Only the last state's dh is used.",
)

slip(
    "lstm_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t] + (dprev_h if t % 3 else 0)",
    name="lstm_truncated",
    says="The gradient stops after some steps; here it goes all the way.",
)

slip(
    "lstm_backward",
    "dprev_h, *weights",
    "0 * dprev_h, *weights",
    name="lstm_dh0_dropped",
    says="dh0 is 0. What to do with it is for the caller to say.",
)

slip(
    "lstm_backward",
    "dprev_h, *weights",
    "dprev_h, *[part / dh.shape[1] for part in weights]",
    name="lstm_mean_over_steps",
    says="The gradients of the weights are divided by T; they are sums.",
)

slip(
    "lstm_backward",
    "dprev_h, *weights",
    "dprev_h, *[part / len(dh) for part in weights]",
    name="lstm_mean_over_sequences",
    says="The gradients of the weights are divided by N; they are sums.",
)

slip(
    "lstm_backward",
    "cache[t]",
    "cache[t - 1]",
    name="lstm_another_steps_cache",
    says="A step is given the cache of another one.",
)

slip(
    "lstm_backward",
    "axis=1",
    "axis=0",
    name="lstm_dx_steps_first",
    says="The axes of dx are (T, N, D); the sequences come first.",
)

slip(
    "lstm_backward",
    "dx.append(dx_t)",
    "dx = [dx_t] * dh.shape[1]",
    name="lstm_same_dx_everywhere",
    says="dx is that of the first step, at every step.",
)

slip(
    "lstm_backward",
    "dh[:, t] + dprev_h",
    "dh[:, t] + 2 * dprev_h",
    name="lstm_doubles_what_comes_back",
    says="dprev_h is added more than once.",
)

slip(
    "lstm_backward",
    "dx_t, dprev_h,",
    "dh[:, t] += dprev_h\n        dprev_h = 0\n        dx_t, dprev_h,",
    name="lstm_adds_into_dh",
    says="dh itself is changed; work on a copy.",
)

slip(
    "lstm_backward",
    "cache[t]",
    "cache.pop()",
    name="lstm_empties_the_cache",
    says="The cache can be used once only: are items taken out of it?",
    raises="IndexError",
)

slip(
    "lstm_backward",
    "dprev_h, *weights",
    "dprev_h, *weights[:2], weights[2] - of_last",
    "weights = [total + part for total, part in zip(weights, of_step, strict=True)]",
    (
        "weights = [total + part for total, part in zip(weights, of_step, strict=True)]\n"
        "        of_last = of_step[2] if t == dh.shape[1] - 1 else of_last"
    ),
    "weights = [], 0, 0, [0, 0, 0]",
    "weights = [], 0, 0, [0, 0, 0]\n    of_last = 0",
    name="lstm_wrong_bias_sum",
    says="db misses the last step.",
)

slip(
    "lstm_backward",
    "dh[:, t] + dprev_h, dprev_c,",
    "dh[:, t] + dprev_h, 0,",
    name="cell_gradient_not_handed_on",
    says="The gradient in the cell is not handed on: it begins at 0 at each step.",
)

slip(
    "lstm_backward",
    "dh[:, t] + dprev_h, dprev_c,",
    "dh[:, t] + dprev_h, dprev_h,",
    name="state_gradient_for_the_cell",
    says="The cell's gradient is that of the state: two different ones are handed on.",
)

slip(
    "lstm_backward",
    "dh[:, t] + dprev_h, dprev_c,",
    "dh[:, t] + dprev_h, dprev_c + dh[:, t],",
    name="loss_reaches_the_cell_twice",
    says="dh is added to the cell's gradient as well; the step does that itself.",
)

slip(
    "lstm_backward",
    "dprev_h, *weights",
    "dprev_c, *weights",
    name="dh0_is_the_cells",
    says="dh0 is the gradient of the first cell.",
)


# ---------------------------------------------------------------------------------------------------- gru_step_forward

slip(
    "gru_step_forward",
    "return z * prev_h + (1 - z) * g,",
    "return (1 - z) * prev_h + z * g,",
    name="update_gate_upside_down",
    says="z weighs the old state, and 1 - z the candidate; some papers have it the other way round.",
)

slip(
    "gru_step_forward",
    "(r * prev_h) @ Wh[:, 2 * H :]",
    "r * (prev_h @ Wh[:, 2 * H :])",
    name="reset_after_the_matrix",
    says="This is PyTorch's form: the reset gate comes after the matrix. Here it scales the state before.",
)

slip(
    "gru_step_forward",
    "r, z = expit(x_r + h_r), expit(x_z + h_z)",
    "z, r = expit(x_r + h_r), expit(x_z + h_z)",
    name="update_gate_first",
    says="The order of the blocks is r, z, g.",
)

slip(
    "gru_step_forward",
    "(r * prev_h) @",
    "prev_h @",
    name="nothing_is_reset",
    says="The reset gate is not used.",
)

slip(
    "gru_step_forward",
    "(r * prev_h) @",
    "((1 - r) * prev_h) @",
    name="reset_upside_down",
    says="The reset gate says how much of the old state the candidate sees, not how much is hidden.",
)

slip(
    "gru_step_forward",
    "np.tanh(",
    "expit(",
    name="gru_candidate_with_sigmoid",
    says="The candidate goes through tanh.",
)

slip(
    "gru_step_forward",
    "np.tanh(x_g + (r * prev_h) @ Wh[:, 2 * H :])",
    "x_g + (r * prev_h) @ Wh[:, 2 * H :]",
    name="gru_candidate_without_tanh",
    says="The candidate goes through tanh.",
)

slip(
    "gru_step_forward",
    "expit(x_r + h_r), expit(x_z + h_z)",
    "np.tanh(x_r + h_r), np.tanh(x_z + h_z)",
    name="gru_tanh_for_the_gates",
    says="Gates go through a sigmoid: they lie between 0 and 1.",
)

slip(
    "gru_step_forward",
    "x @ Wx + b",
    "x @ Wx",
    name="gru_no_bias",
    says="The bias is missing.",
)

slip(
    "gru_step_forward",
    "expit(x_r + h_r), expit(x_z + h_z)",
    "expit(x_r), expit(x_z)",
    name="gru_gates_without_the_state",
    says="The gates depend on the old state, too.",
)

slip(
    "gru_step_forward",
    "x_g + (r * prev_h) @ Wh[:, 2 * H :]",
    "x_g",
    name="gru_candidate_without_the_state",
    says="The candidate depends on the old state, too.",
)

slip(
    "gru_step_forward",
    "return z * prev_h + (1 - z) * g,",
    "return g,",
    name="gru_candidate_only",
    says="The old state is not kept: the result is the candidate.",
)

slip(
    "gru_step_forward",
    "return z * prev_h + (1 - z) * g,",
    "return z * prev_h + g,",
    name="gru_adds_without_balance",
    says="What is kept and what is written are to add up to one.",
)

slip(
    "gru_step_forward",
    "return z * prev_h + (1 - z) * g,",
    "return z * r * prev_h + (1 - z) * g,",
    name="gru_keeps_what_was_reset",
    says="What is kept is the old state itself, not what the reset gate left of it.",
)

slip(
    "gru_step_forward",
    "r, z = expit(x_r + h_r), expit(x_z + h_z)",
    ("with np.errstate(all='ignore'):\n        r, z = (np.exp(a) / (1 + np.exp(a)) for a in (x_r + h_r, x_z + h_z))"),
    name="gru_sigmoid_overflows",
    says="A large number in a gate gives not a number: how large can exp get?",
)

slip(
    "gru_step_forward",
    "return z * prev_h + (1 - z) * g,",
    "prev_h[:] = z * prev_h + (1 - z) * g\n    return prev_h.copy(),",
    name="gru_writes_into_prev_h",
    says="prev_h itself is changed; it belongs to the caller.",
)


# --------------------------------------------------------------------------------------------------- gru_step_backward

slip(
    "gru_step_backward", "ds * r + gates @ Wh[:, : 2 * H].T", "ds * r + da_z @ Wh[:, H : 2 * H].T",
    name="way_through_the_reset_gate_missing",
    says="The reset gate was computed from prev_h, too: that way back is missing.",
)  # fmt: skip
slip(
    "gru_step_backward",
    "dprev_h = dnext_h * z + ds * r + gates @ Wh[:, : 2 * H].T",
    "dprev_h = ds * r + gates @ Wh[:, : 2 * H].T",
    name="kept_state_dropped",
    says="prev_h is also kept directly, with weight z: that way back is missing.",
)

slip(
    "gru_step_backward",
    "dprev_h = dnext_h * z + ds * r + gates @ Wh[:, : 2 * H].T",
    "dprev_h = dnext_h * z + gates @ Wh[:, : 2 * H].T",
    name="candidates_state_dropped",
    says="The candidate saw prev_h, too: that way back is missing.",
)

slip(
    "gru_step_backward",
    "dprev_h = dnext_h * z + ds * r + gates @ Wh[:, : 2 * H].T",
    "dprev_h = dnext_h * z + ds * r",
    name="gates_state_dropped",
    says="The gates saw prev_h, too: these ways back are missing.",
)

slip(
    "gru_step_backward",
    "ds * r + gates",
    "ds + gates",
    name="reset_missing_on_the_way_back",
    says="The candidate saw r * prev_h, so its gradient is multiplied by r.",
)

slip(
    "gru_step_backward",
    "gates @ Wh[:, : 2 * H].T",
    "da_r @ Wh[:, :H].T",
    name="update_gate_dropped",
    says="The old state also goes into the update gate.",
)

slip(
    "gru_step_backward",
    "(prev_h - g)",
    "(g - prev_h)",
    name="sign_of_the_update_gate",
    says="z weighs the old state: its gradient is the old state minus the candidate.",
)

slip(
    "gru_step_backward",
    "(prev_h - g)",
    "prev_h",
    name="update_gate_without_candidate",
    says="1 - z depends on z as well.",
)

slip(
    "gru_step_backward",
    "(prev_h - g) * z * (1 - z)",
    "(prev_h - g)",
    name="update_sigmoid_missing",
    says="The derivative of the update gate's sigmoid is missing.",
)

slip(
    "gru_step_backward",
    "dnext_h * (1 - z) * (1 - g**2)",
    "dnext_h * z * (1 - g**2)",
    name="weight_of_the_candidate",
    says="The candidate was weighed with 1 - z.",
)

slip(
    "gru_step_backward",
    "dnext_h * (1 - z) * (1 - g**2)",
    "dnext_h * (1 - g**2)",
    name="weight_of_the_candidate_missing",
    says="The candidate was weighed with 1 - z.",
)

slip(
    "gru_step_backward",
    "dnext_h * (1 - z) * (1 - g**2)",
    "dnext_h * (1 - z)",
    name="gru_candidate_derivative_missing",
    says="The derivative of the candidate's tanh is missing.",
)

slip(
    "gru_step_backward",
    "(1 - g**2)",
    "(1 - g)",
    name="gru_square_forgotten",
    says="The derivative of tanh is one minus the square.",
)

slip(
    "gru_step_backward",
    "ds * prev_h * r * (1 - r)",
    "ds * prev_h",
    name="reset_sigmoid_missing",
    says="The derivative of the reset gate's sigmoid is missing.",
)

slip(
    "gru_step_backward",
    "ds * prev_h * r * (1 - r)",
    "ds * r * (1 - r)",
    name="reset_gate_met_the_state",
    says="The reset gate was multiplied by prev_h.",
)

slip(
    "gru_step_backward",
    "np.hstack([da_r, da_z])",
    "np.hstack([da_z, da_r])",
    name="gru_blocks_in_another_order",
    says="The blocks of da are in the order of the weights, r, z, g.",
)

slip(
    "gru_step_backward",
    "(r * prev_h).T",
    "prev_h.T",
    name="candidate_weights_met_the_whole_state",
    says="The block g of Wh was multiplied by r * prev_h, not by prev_h.",
)

slip(
    "gru_step_backward",
    "prev_h.T @ gates",
    "(r * prev_h).T @ gates",
    name="gate_weights_met_the_reset_state",
    says="The blocks r and z of Wh were multiplied by prev_h; only the block g saw r * prev_h.",
)

slip(
    "gru_step_backward",
    "da_g @ Wh[:, 2 * H :].T",
    "da_g @ Wh[:, 2 * H :]",
    name="candidate_matrix_not_transposed",
    says="A gradient goes through a matrix the other way: transposed. The block is square, so its shape does not tell.",
)

slip(
    "gru_step_backward",
    "da.sum(axis=0)",
    "da.mean(axis=0)",
    name="gru_bias_averaged",
    says="db is an average; gradients of the weights are sums over the sequences.",
)

slip(
    "gru_step_backward",
    "da_r = ds * prev_h * r * (1 - r)",
    "da_r = da_g * (prev_h @ Wh[:, 2 * H :]) * r * (1 - r)",
    name="gru_reset_after_backwards",
    says="This is the gradient for a reset gate that comes after the matrix.",
)

slip(
    "gru_step_backward",
    "ds = da_g",
    "dnext_h *= z\n    ds = da_g",
    "dnext_h * z + ds",
    "dnext_h + ds",
    name="gru_works_in_place",
    says="dnext_h itself is changed; it belongs to the caller.",
)

slip(
    "gru_step_backward",
    "ds = da_g",
    "g[:] = g / 2\n    ds = da_g",
    name="changes_the_gru_cache",
    says="The first call changes the cache, so that a second one gives something else.",
)


# ------------------------------------------------------------------------------------------------------ word_embedding

slip(
    "word_embedding_forward",
    "return W[x]",
    "return W[x - 1]",
    name="counts_words_from_one",
    says="Row 0 of W belongs to word 0.",
)

slip(
    "word_embedding_forward",
    "return W[x]",
    "return W[x] * np.sqrt(W.shape[1])",
    name="scaled_embedding",
    says="The vectors are multiplied by something; only look them up.",
)

slip(
    "word_embedding_forward",
    "return W[x]",
    "return W[x.T]",
    name="steps_before_sequences",
    says="The first two axes are swapped.",
)

slip(
    "word_embedding_forward",
    "return W[x]",
    "W /= 2\n    return W[x] * 2",
    name="normalizes_w",
    says="W itself is changed; it belongs to the caller.",
)

slip(
    "word_embedding_forward",
    "return W[x]",
    "return W[x] * 0 + W[x].mean(axis=1, keepdims=True)",
    name="one_vector_per_sequence",
    says="The vectors of a sequence are averaged; each step has its own.",
)

slip(
    "word_embedding_backward",
    "x, shape = cache",
    "x, shape = cache\n    dout *= 2",
    "np.add.at(dW, x, dout)",
    "np.add.at(dW, x, dout / 2)",
    name="embedding_changes_dout",
    says="dout itself is changed; it belongs to the caller.",
)

slip(
    "word_embedding_backward",
    "np.add.at(dW, x, dout)",
    "dW[x] += dout",
    name="adds_once_per_word",
    says="A word that occurs several times gets the gradient of one place only: dW[x] += dout does not add up.",
)

slip(
    "word_embedding_backward",
    "return dW",
    "return dW / np.maximum(np.bincount(x.ravel(), minlength=len(dW)), 1)[:, None]",
    name="averages_over_places",
    says="The gradients of the places of a word are averaged; they are to be added.",
)

slip(
    "word_embedding_backward",
    "np.add.at(dW, x, dout)",
    "np.add.at(dW, x[:, -1], dout[:, -1])",
    name="only_the_last_step",
    says="Only the last step of each sequence is used.",
)

slip(
    "word_embedding_backward",
    "np.add.at(dW, x, dout)",
    "np.add.at(dW, x[0], dout[0])",
    name="only_the_first_sequence",
    says="Only the first sequence is used.",
)

slip(
    "word_embedding_backward",
    "return dW",
    "return dW / len(x)",
    name="embedding_gradient_per_sequence",
    says="dW is divided by the number of sequences; gradients are sums.",
)

slip(
    "word_embedding_backward",
    "np.add.at(dW, x, dout)",
    "np.add.at(dW, x - 1, dout)",
    name="rows_in_another_order",
    says="Row 0 of dW belongs to word 0.",
)

slip(
    "word_embedding_backward",
    "np.add.at(dW, x, dout)",
    "for words, gradient in zip(x, dout, strict=True):\n        dW[words] += gradient",
    name="adds_once_per_sequence",
    says="A word that occurs several times in one sequence is counted once there.",
)


# ----------------------------------------------------------------------------------------------------- temporal_affine

slip(
    "temporal_affine_forward",
    "x @ w + b",
    "x @ w",
    name="affine_no_bias",
    says="The bias is missing.",
)

slip(
    "temporal_affine_forward",
    "x @ w + b",
    "np.maximum(x @ w + b, 0)",
    name="affine_with_relu",
    says="There is no activation in this layer.",
)

slip(
    "temporal_affine_forward",
    "x @ w + b",
    "x @ w * 0 + (x @ w).mean(axis=1, keepdims=True) + b",
    name="affine_mean_of_steps",
    says="Each step is computed by itself, not averaged with the others.",
)

slip(
    "temporal_affine_forward",
    "x @ w + b",
    "(x @ w + b).reshape(x.shape[1], x.shape[0], -1).swapaxes(0, 1)",
    name="affine_axes_mixed",
    says="The rows are in another order than in x: was it reshaped with N and T swapped?",
)

slip(
    "temporal_affine_forward",
    "return x @ w + b",
    "out = x @ w + b\n    x *= 2\n    return out",
    name="affine_scales_x",
    says="x itself is changed; it belongs to the caller.",
)

slip(
    "temporal_affine_backward",
    "dout.sum(axis=(0, 1))",
    "dout.mean(axis=(0, 1))",
    name="affine_bias_mean",
    says="db is an average; it is a sum over sequences and steps.",
)

slip(
    "temporal_affine_backward",
    "np.tensordot(x, dout, axes=([0, 1], [0, 1])), dout.sum(axis=(0, 1))",
    "np.tensordot(x, dout, axes=([0, 1], [0, 1])) / len(x), dout.sum(axis=(0, 1)) / len(x)",
    name="affine_mean_over_sequences",
    says="dw and db are divided by N; gradients are sums.",
)

slip(
    "temporal_affine_backward",
    "np.tensordot(x, dout, axes=([0, 1], [0, 1]))",
    "x[:, -1].T @ dout[:, -1]",
    name="affine_last_step_only",
    says="dw is that of the last step only.",
)

slip(
    "temporal_affine_backward",
    "dout.sum(axis=(0, 1))",
    "dout[:, -1].sum(axis=0)",
    name="affine_bias_of_the_last_step",
    says="db is that of the last step only.",
)

slip(
    "temporal_affine_backward",
    "return dout @ w.T",
    "return dout @ w.T * 0 + (dout @ w.T).sum(axis=1, keepdims=True)",
    name="affine_dx_summed",
    says="dx is the same at each step; each has its own.",
)

slip(
    "temporal_affine_backward",
    "return dout",
    "x += 1\n    return dout",
    "np.tensordot(x,",
    "np.tensordot(x - 1,",
    name="affine_changes_cache",
    says="The first call changes the cache, so that a second one gives something else.",
)

slip(
    "temporal_affine_backward",
    "x, w = cache",
    "x, w = cache\n    dout *= 2",
    "return dout @ w.T,",
    "return dout @ w.T / 2,",
    "np.tensordot(x, dout,",
    "np.tensordot(x, dout / 2,",
    "dout.sum(axis=(0, 1))",
    "dout.sum(axis=(0, 1)) / 2",
    name="affine_changes_dout",
    says="dout itself is changed; it belongs to the caller.",
)


# ----------------------------------------------------------------------------------------------- temporal_softmax_loss

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y]) / len(x)",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx / len(x)",
    name="mask_ignored",
    says="The mask is not used: filling counts, too.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y]) / len(x)",
    name="mask_ignored_in_the_loss",
    says="The loss counts the filling, the gradient does not.",
)

slip(
    "temporal_softmax_loss",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx / len(x)",
    name="mask_ignored_in_the_gradient",
    says="Filling has a gradient; it should have none.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y] * mask) / y.size",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx * mask[:, :, np.newaxis] / y.size",
    name="divides_by_all_steps",
    says="Divided by N times T: the steps are added, the sequences averaged.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y] * mask) / max(mask.sum(), 1)",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx * mask[:, :, np.newaxis] / max(mask.sum(), 1)",
    name="divides_by_the_mask",
    says="Divided by the number of steps that count: the steps are added, the sequences averaged.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y] * mask) / max(mask.sum(), 1)",
    name="loss_divided_by_the_mask",
    says="The loss is divided by the number of steps that count; it is divided by the number of sequences.",
)

slip(
    "temporal_softmax_loss",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx * mask[:, :, np.newaxis] / max(mask.sum(), 1)",
    name="gradient_divided_by_the_mask",
    says="The gradient is divided by the number of steps that count; it is divided by the number of sequences.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y] * mask)",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx * mask[:, :, np.newaxis]",
    name="not_averaged",
    says="The loss is a sum over the sequences; it is to be their average.",
)

slip(
    "temporal_softmax_loss",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx * mask[:, :, np.newaxis]",
    name="gradient_not_averaged",
    says="The loss is averaged over the sequences, its gradient is not.",
)

slip(
    "temporal_softmax_loss",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, dx * mask[:, :, np.newaxis] / y.size",
    name="gradient_averaged_over_steps",
    says="The gradient is divided by N times T, the loss by N.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np",
    "loss = np",
    name="minus_forgotten",
    says="The loss is negative: log of a probability is, too.",
)

slip(
    "temporal_softmax_loss",
    "dx[n, t, y] -= 1",
    "dx[n, t, y] -= 0",
    name="one_not_subtracted",
    says="The gradient is p minus 1 at the right word.",
)

slip(
    "temporal_softmax_loss",
    "return loss, dx * mask[:, :, np.newaxis] / len(x)",
    "return loss, -dx * mask[:, :, np.newaxis] / len(x)",
    name="gradient_uphill",
    says="The gradient has the wrong sign.",
)

slip(
    "temporal_softmax_loss",
    "shifted = x - x.max(axis=2, keepdims=True)",
    "shifted = x",
    "log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))",
    (
        "with np.errstate(all='ignore'):\n"
        "        log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True))"
    ),
    name="no_shift",
    says="Large scores overflow: subtract each step's largest score before exp.",
)

slip(
    "temporal_softmax_loss",
    "x.max(axis=2, keepdims=True)",
    "x.max()",
    "log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))",
    (
        "with np.errstate(all='ignore'):\n"
        "        log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True))"
    ),
    name="shift_by_the_largest_of_all",
    says="The largest score of all steps is subtracted; each step has its own.",
)

slip(
    "temporal_softmax_loss",
    "shifted = x - x.max(axis=2, keepdims=True)",
    "shifted = x - x.min(axis=2, keepdims=True)",
    "log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))",
    (
        "with np.errstate(all='ignore'):\n"
        "        log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True))"
    ),
    name="shift_by_the_smallest",
    says="The smallest score is subtracted, so that the others can still overflow: subtract the largest.",
)

slip(
    "temporal_softmax_loss",
    "shifted = x - x.max(axis=2, keepdims=True)",
    "shifted = x - x.max(axis=1, keepdims=True)",
    "np.exp(shifted).sum(axis=2, keepdims=True)",
    "np.exp(shifted).sum(axis=1, keepdims=True)",
    name="softmax_over_steps",
    says="The softmax is over the words of one step, not over the steps.",
)

slip(
    "temporal_softmax_loss",
    "shifted = x - x.max",
    "x = x * mask[:, :, None]\n    shifted = x - x.max",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y]) / len(x)",
    name="scores_masked",
    says="The scores were multiplied by the mask: a step that does not count then costs log V.",
)

slip(
    "temporal_softmax_loss",
    "shifted = x - x.max(axis=2, keepdims=True)",
    "x -= x.max(axis=2, keepdims=True)\n    shifted = x",
    name="shifts_x_in_place",
    says="x itself is changed; it belongs to the caller.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x) / np.log(2)",
    name="base_two",
    says="This is a logarithm to base 2; here it is the natural one.",
)

slip(
    "temporal_softmax_loss",
    "loss = -np.sum(log_p[n, t, y] * mask) / len(x)",
    "loss = -np.mean(np.sum(log_p[n, t, y] * mask, axis=1) / np.maximum(mask.sum(axis=1), 1))",
    name="mean_of_sequence_means",
    says="Each sequence is averaged over its steps; they are to be added.",
)


# ---------------------------------------------------------------------------------------------------------- perplexity

slip(
    "perplexity",
    "np.exp(loss * len(mask) / np.sum(mask))",
    "np.exp(loss)",
    name="perplexity_of_a_sum",
    says="The exponent is the loss of whole sentences; it should be the loss per step.",
)

slip(
    "perplexity",
    "np.exp(loss * len(mask) / np.sum(mask))",
    "np.exp(loss * len(mask) / np.size(mask))",
    name="filling_counts",
    says="The filling is counted, too: only steps that count are to be.",
)

slip(
    "perplexity",
    "np.exp(loss * len(mask) / np.sum(mask))",
    "np.exp(loss / np.sum(mask))",
    name="sequences_forgotten",
    says="The loss was divided by N already: undo that before dividing by the number of steps.",
)

slip(
    "perplexity",
    "np.exp(loss * len(mask) / np.sum(mask))",
    "2 ** (loss * len(mask) / np.sum(mask))",
    name="power_of_two",
    says="The loss is in natural logarithms, so the base is e.",
)

slip(
    "perplexity",
    "np.exp(loss * len(mask) / np.sum(mask))",
    "loss * len(mask) / np.sum(mask)",
    name="no_exponential",
    says="This is the loss per step; the perplexity is e to that.",
)

slip(
    "perplexity",
    "np.exp(loss * len(mask) / np.sum(mask))",
    "np.exp(-loss * len(mask) / np.sum(mask))",
    name="negative_exponent",
    says="Perplexity is at least 1: look at the sign of the exponent.",
)

slip(
    "perplexity",
    "np.exp(loss * len(mask) / np.sum(mask))",
    "np.exp(min(loss * np.sum(mask) / len(mask), 700))",
    name="multiplied_by_steps",
    says="Divide by the number of steps that count.",
)

mistake("q_uniform", says="The loss per letter is log 27; the perplexity is e to that.", name="its_logarithm")(3.2958)

mistake("q_uniform", says="Perplexity is the inverse of the (geometric) mean probability.", name="the_probability")(
    1 / 27
)


# -------------------------------------------------------------------------------------------------------------- sample

slip(
    "sample",
    "token = int(rng.choice(len(p), p=p / p.sum()))",
    "token = int(np.argmax(p))",
    name="takes_the_most_likely",
    says="The same tokens each time: draw with the probabilities, not the most likely one.",
)

slip(
    "sample",
    "token = int(rng.choice(len(p), p=p / p.sum()))",
    "token = int(rng.integers(len(p)))",
    name="draws_evenly",
    says="All tokens come equally often: are the scores used?",
)

slip(
    "sample",
    "tokens, token, state = [], seed_token, None",
    "tokens, token, state = [seed_token], seed_token, None",
    "return tokens",
    "return tokens[:-1]",
    name="begins_with_the_seed",
    says="The seed is among the tokens; it is not to be.",
)

slip(
    "sample",
    "tokens, token, state = [], seed_token, None",
    "tokens, token, state = [seed_token], seed_token, None",
    name="one_token_too_many",
    says="There is one token more than asked for: is the seed among them?",
)

slip(
    "sample",
    "model(token, state)",
    "model(seed_token, state)",
    name="always_the_seed",
    says="The model is given the seed each time; it should get what was drawn.",
)

slip(
    "sample",
    "model(token, state)",
    "model(token, None)",
    name="state_not_handed_on",
    says="The model begins anew at each step: hand on the state that it returned.",
)

slip(
    "sample",
    "scores, state = model(token, state)",
    "scores, new = model(token, state)\n        state = new if state is None else state",
    name="first_state_kept",
    says="The state of the first step is handed to all later ones.",
)

slip(
    "sample",
    "p = np.exp(scores - np.max(scores))",
    "with np.errstate(all='ignore'):\n            p = np.exp(scores)",
    name="scores_overflow",
    says="Large scores give not a number: subtract the largest before exp.",
    raises="ValueError",
)

slip(
    "sample",
    "p = np.exp(scores - np.max(scores))",
    "p = np.abs(scores) + 1e-9",
    name="magnitudes_as_probabilities",
    says="The scores are taken for probabilities; they go through a softmax first.",
)

slip(
    "sample",
    "np.exp(scores - np.max(scores))",
    "np.exp(2 * (scores - np.max(scores)))",
    name="half_the_temperature",
    says="The rare tokens are too rare: nothing is to be multiplied or divided before the softmax.",
)

slip(
    "sample",
    "np.exp(scores - np.max(scores))",
    "np.exp((scores - np.max(scores)) / 2)",
    name="twice_the_temperature",
    says="The rare tokens are too frequent: nothing is to be multiplied or divided before the softmax.",
)

slip(
    "sample",
    "np.exp(scores - np.max(scores))",
    "np.exp2(scores - np.max(scores))",
    name="powers_of_two",
    says="The softmax takes powers of e.",
)

slip(
    "sample",
    "token = int(rng.choice(len(p), p=p / p.sum()))",
    "token = int(np.random.choice(len(p), p=p / p.sum()))",
    name="global_randomness",
    says="All randomness is to come from rng, not from np.random.",
)

slip(
    "sample",
    "tokens, token, state = [], seed_token, None",
    "tokens, token, state = [], seed_token, None\n    rng = np.random.default_rng(0)",
    name="own_seed",
    says="All randomness is to come from rng: another seed has to write another text.",
)

slip(
    "sample",
    "tokens, token, state = [], seed_token, None",
    "tokens, token, state = [], seed_token, None\n    u = rng.random()",
    "token = int(rng.choice(len(p), p=p / p.sum()))",
    "token = int(np.searchsorted(np.cumsum(p / p.sum()), u))",
    name="same_number_each_step",
    says="The same random number is used at each step.",
)

slip(
    "sample",
    "p = np.exp(scores - np.max(scores))",
    "p = np.exp(scores - np.max(scores))\n        p = np.where(p >= np.sort(p)[-2], p, 0)",
    name="only_the_two_best",
    says="Rare tokens never come: draw from all of them.",
)

slip(
    "sample",
    "tokens.append(token)",
    "tokens.append(token + 1)",
    name="counts_tokens_from_one",
    says="The first token is 0.",
)

slip(
    "sample",
    "range(length)",
    "range(length - 1)",
    name="last_one_lost",
    says="There is one token less than asked for.",
)

slip(
    "sample",
    "return tokens",
    "return tokens[::-1]",
    name="text_in_reverse",
    says="The tokens stand in the reverse order.",
)


# ----------------------------------------------------------------------------------------------------------- questions

mistake("q_which_bug", says="With this one every dx would be right.", name="weights_overwritten")("b")

mistake("q_which_bug", says="With this one a single step would be wrong already.", name="derivative_missing")("c")

mistake("q_which_bug", says="With this one the last step would be wrong, too.", name="wrong_direction")("d")

mistake("q_lstm_weights", says="The biases are missing: 20 for each of the four.", name="without_biases")(2400)

mistake("q_lstm_weights", says="This is one block; an LSTM has four.", name="one_block")(620)

mistake("q_lstm_weights", says="This is a GRU: an LSTM has four blocks.", name="three_blocks")(1860)
