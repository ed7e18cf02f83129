# says: The device is compared with the string "cuda", so "cuda:0" and a torch.device are not waited for; and the upper of the two middle times is returned.
def time_on_device(fn, device, warmup, repeats):
    for i in range(warmup):
        fn()
    took = []
    for i in range(repeats):
        if device == "cuda":
            torch.cuda.synchronize()
        begin = time.perf_counter()
        fn()
        if device == "cuda":
            torch.cuda.synchronize()
        took.append(time.perf_counter() - begin)
    return sorted(took)[len(took) // 2]
