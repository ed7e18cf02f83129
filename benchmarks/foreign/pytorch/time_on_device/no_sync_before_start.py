# says: It only waits before it stops the clock; work that is still queued from warming up is counted in the first measurement.
def time_on_device(fn, device, warmup, repeats):
    cuda = torch.device(device).type == 'cuda'
    for _ in range(warmup):
        fn()
    ts = []
    for _ in range(repeats):
        t0 = time.perf_counter()
        fn()
        if cuda:
            torch.cuda.synchronize(device)
        ts.append(time.perf_counter() - t0)
    return float(np.median(ts))
