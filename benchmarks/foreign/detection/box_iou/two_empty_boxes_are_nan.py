# says: Two empty boxes give 0 / 0, which is nan.
def box_iou(a, b):
    A, B = a[:, None], b[None]
    w = np.maximum(0, np.minimum(A[..., 2], B[..., 2]) - np.maximum(A[..., 0], B[..., 0]))
    h = np.maximum(0, np.minimum(A[..., 3], B[..., 3]) - np.maximum(A[..., 1], B[..., 1]))
    i = w * h
    s = lambda t: np.maximum(t[..., 2] - t[..., 0], 0) * np.maximum(t[..., 3] - t[..., 1], 0)
    return i / (s(A) + s(B) - i)
