"""Returns objects and raises errors whose types are called like markup, commands and formulas."""

SUBMITTED_AS = "mallory\t=1+1\n'@SUM(A1)"


def unlock(salt):
    name = "\n::error::x\n# <img src=x onerror=alert(1)>\n=1+1\x1b[2J"
    if salt[0] < "g":
        return [type(name, (), {})()]
    raise type(name, (Exception,), {})("\n```\n[x](https://evil.example)\n::set-output name=a::b")


def shift(x):
    return x + 1
