"""Moves the cursor, clears the screen, renames the window and hides text, in all that a terminal may show."""

SUBMITTED_AS = "mallory\x1b[1A\x1b[2Kada: 100 of 100\r\u202e"
ESCAPES = (
    "\x1b]0;owned\x07\x1b[2J\x1b[H\x9b31m100 / 100\r\x08\x08\u202egnp.exe\u2066\x00\x1b]8;;http://evil.example\x07x"
)


def unlock(salt):
    raise ValueError(ESCAPES)


print(ESCAPES)
raise RuntimeError(ESCAPES)


def shift(x):
    return x + 1
