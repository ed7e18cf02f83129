# says: The sum runs over a window of rows and columns within a channel instead of over neighboring channels.
def local_response_norm(x, n, alpha, beta, k):
    sums = F.avg_pool2d(x ** 2, kernel_size=n, stride=1, padding=n // 2) * n * n
    return x / (k + alpha * sums).pow(beta)
