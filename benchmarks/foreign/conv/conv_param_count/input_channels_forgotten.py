# says: The input channels are left out: each filter has kh * kw weights only.
def conv_param_count(kh, kw, cin, cout, bias):
    n = kh * kw * cout
    if bias:
        n = n + cout
    return n
