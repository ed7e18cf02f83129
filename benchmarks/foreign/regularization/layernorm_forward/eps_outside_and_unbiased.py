# says: epsilon is added to the standard deviation and not under the root, which moreover divides by D - 1.
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    out = np.zeros_like(x)
    stats = []
    for i in range(len(x)):
        m, s = x[i].mean(), x[i].std(ddof=1) + eps
        out[i] = gamma * (x[i] - m) / s + beta
        stats.append((m, s))
    return out, (x, stats, gamma)
