# says: right
def svm_loss(x, y):
    total, grads = 0.0, []
    for row, label in zip(x, y):
        m = row - row[label] + 1
        hit = m > 0
        hit[label] = False
        total += m[hit].sum()
        g = hit.astype(float)
        g[label] = -np.count_nonzero(hit)
        grads.append(g)
    return float(total / len(x)), np.array(grads) / len(x)
