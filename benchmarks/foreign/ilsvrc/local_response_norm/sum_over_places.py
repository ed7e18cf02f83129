# says: The sum runs over rows and columns and not over the channels.
def local_response_norm(x, n, alpha, beta, k):
    sq = F.avg_pool2d(x * x, n, stride=1, padding=n // 2, divisor_override=1)
    return x / (k + alpha * sq) ** beta
