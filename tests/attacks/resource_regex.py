"""Has a regular expression backtrack for longer than the universe lasts, holding the interpreter all the while."""

import re


def unlock(salt):
    return re.match(r"(a*)*(a*)*(a*)*b", "a" * 60)


def shift(x):
    return x + 1
