# says: right
def conv_param_count(kh, kw, cin, cout, bias):
    filters = np.empty((cout, cin, kh, kw), dtype=bool)
    return int(filters.size) + (len(filters) if bias else 0)
