"""Is handed in under a name that is a formula where the semicolon separates cells."""

SUBMITTED_AS = "x;=1+cmd|' -C calc'!A0;y"


def unlock(salt):
    return salt


def shift(x):
    return x + 1
