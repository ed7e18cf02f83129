# says: torch stores a dense layer as (D_out, D_in); here it is (D_in, D_out), so your two numbers are in the wrong order for dense layers.
def fans(shape):
    if len(shape) not in (2, 4):
        raise ValueError("fans need 2 or 4 dimensions")
    num_input_fmaps = shape[1]
    num_output_fmaps = shape[0]
    receptive_field_size = 1
    for s in shape[2:]:
        receptive_field_size *= s
    return num_input_fmaps * receptive_field_size, num_output_fmaps * receptive_field_size
