# says: Each filter has a bias for each input channel.
def conv_param_count(kh, kw, cin, cout, bias):
    per_filter = cin * (kh * kw + int(bias))
    return per_filter * cout
