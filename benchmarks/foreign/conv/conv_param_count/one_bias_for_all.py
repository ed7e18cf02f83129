# says: There is one bias for the layer and not one for each filter.
def conv_param_count(kh, kw, cin, cout, bias):
    return kh * kw * cin * cout + (1 if bias else 0)
