"""Raises out of code that says it lies in another cell, in a file of the grader, a thousand million lines down."""


def here():
    raise ValueError("<b>here")


def unlock(salt):
    name = f"<{'x' * 5000}\x1b[2J>" if salt[0] < "g" else "<cell 1>"
    code = here.__code__.replace(co_filename=name, co_firstlineno=2**30, co_name="<script>alert(1)</script>")
    type(here)(code, {})()


def shift(x):
    return x + 1
