# says: right
def activation_stats(x, weights, activation):
    def layers(h):
        for w in weights:
            h, slope = activation(np.matmul(h, w))
            flat = np.abs(slope) < 0.01
            yield (
                float(np.mean(h)),
                float(np.sqrt(np.mean((h - np.mean(h)) ** 2))),
                np.count_nonzero(flat) / flat.size,
                np.count_nonzero(flat.sum(axis=0) == len(flat)) / flat.shape[1],
            )

    return dict(zip(("mean", "std", "saturated", "dead"), map(list, zip(*layers(x)))))
