# says: Right; row by row with logaddexp.reduce and a list of gradient rows.
def softmax_loss(x, y):
    total, rows = 0.0, []
    for scores, c in zip(x, y):
        lse = np.logaddexp.reduce(scores)
        total += lse - scores[c]
        g = np.exp(scores - lse)
        g[c] -= 1.0
        rows.append(g / len(y))
    return float(total) / len(y), np.array(rows).reshape(x.shape)
