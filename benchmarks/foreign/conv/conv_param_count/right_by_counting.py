# says: Right; counts the entries of real arrays.
def conv_param_count(kh, kw, cin, cout, bias):
    arrays = [np.empty((cout, cin, kh, kw), dtype=np.int8)]
    if bias:
        arrays.append(np.empty(cout, dtype=np.int8))
    return sum(int(a.size) for a in arrays)
