"""Work that does none of what recurrent asks for; the audit says what it earns."""

import numpy as np

from autograder import stand_in


@stand_in("rnn_step_forward")
def keeps_the_state(x, prev_h, Wx, Wh, b):
    return prev_h, (x, prev_h, Wx, Wh, b)


@stand_in("gru_step_forward")
def keeps_the_state_too(x, prev_h, Wx, Wh, b):
    return prev_h, (x, prev_h, Wx, Wh, b)


@stand_in("rnn_step_backward")
def hands_the_gradient_back(dnext_h, cache):
    x, _, Wx, Wh, *_ = cache
    return np.zeros_like(x), dnext_h, np.zeros_like(Wx), np.zeros_like(Wh), dnext_h.sum(axis=0)


@stand_in("gru_step_backward")
def hands_the_gradient_of_the_state_back(dnext_h, cache):
    x, _, Wx, Wh, *_ = cache
    return np.zeros_like(x), dnext_h, np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1])


@stand_in("rnn_forward")
def state_never_changes(x, h0, Wx, Wh, b):
    return np.repeat(h0[:, np.newaxis], x.shape[1], axis=1), (x, h0, Wx, Wh, b)


@stand_in("lstm_forward")
def cell_is_empty(x, h0, Wx, Wh, b):
    return np.zeros((*x.shape[:2], h0.shape[1])), (x, h0, Wx, Wh, b)


@stand_in("lstm_step_forward")
def state_and_cell_stay(x, prev_h, prev_c, Wx, Wh, b):
    return prev_h, prev_c, (x, prev_h, prev_c, Wx, Wh, b)


@stand_in("lstm_step_backward")
def hands_both_gradients_back(dnext_h, dnext_c, cache):
    x, _, _, Wx, Wh, *_ = cache
    return np.zeros_like(x), dnext_h, dnext_c, np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1])


@stand_in("word_embedding_forward")
def sequences_without_meaning(x, W):
    return np.zeros((*x.shape, W.shape[1])), (x, W)


@stand_in("word_embedding_backward")
def one_place_for_all(dout, cache):
    return np.zeros(cache[1]) + dout.sum(axis=(0, 1))


@stand_in("temporal_affine_forward")
def bias_only(x, w, b):
    return np.zeros((*x.shape[:2], len(b))) + b, (x, w)


@stand_in("temporal_affine_backward")
def gradient_of_the_bias_only(dout, cache):
    x, w = cache
    return np.zeros_like(x), np.zeros_like(w), dout.sum(axis=(0, 1))


@stand_in("temporal_softmax_loss")
def every_word_equally_likely(x, y, mask):
    return float(mask.sum(axis=1).mean() * np.log(x.shape[2])), np.zeros_like(x)


@stand_in("clip_grad_norm")
def leaves_gradients_as_they_are(grads, max_norm):
    return dict(grads), max_norm


@stand_in("perplexity")
def e_to_the_loss(loss, mask):
    return np.exp(loss)


@stand_in("gradient_norm_by_time")
def same_length_at_every_step(dh_last, h, Wh):
    return np.full(h.shape[1], np.linalg.norm(dh_last))


@stand_in("sample")
def draws_without_the_model(model, seed_token, length, rng):
    return np.random.default_rng(rng).integers(0, 3, length).tolist()


@stand_in("sample")
def counts_up_without_the_model(model, seed_token, length, rng):
    return [k % 4 for k in range(length)]
