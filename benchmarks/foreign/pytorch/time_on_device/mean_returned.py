# says: The mean is returned and not the median.
def time_on_device(fn, device, warmup, repeats):
    def wait():
        if str(device).startswith("cuda"):
            torch.cuda.synchronize(device)

    for _ in range(warmup):
        fn()
    total = 0.0
    for _ in range(repeats):
        wait()
        a = time.perf_counter()
        fn()
        wait()
        total += time.perf_counter() - a
    return total / repeats
