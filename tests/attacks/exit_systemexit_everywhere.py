"""Raises SystemExit(0), KeyboardInterrupt and GeneratorExit out of calls, attributes and printing."""


class Leaving(SystemExit, KeyboardInterrupt):
    code = 0

    def __str__(self):
        raise GeneratorExit

    def __getattr__(self, name):
        raise SystemExit(0)


def unlock(salt):
    raise Leaving(0)


raise SystemExit(0)


def shift(x):
    return x + 1
