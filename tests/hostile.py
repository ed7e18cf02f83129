"""Source texts of a given size that are slow to read for programs that look at a character more than once."""

from collections.abc import Callable


def _times(piece: str, size: int) -> str:
    return piece * (size // len(piece))


def _numbered(piece: str, size: int) -> str:
    """`piece` repeated, with a different number in place of each `#`."""
    many = size // (len(piece) + 4)
    return "".join(piece.replace("#", f"{number:05}") for number in range(many))


def _each_names_all(size: int) -> str:
    """Functions that each store, and then name, everything that the others store."""
    names = " ".join(f"a{n}=" for n in range(max(size // 400, 1)))
    return _numbered(f"{names}0\n" + "def f#(): a0\n", size)


SHAPES: dict[str, Callable[[int], str]] = {
    "many names in one statement": lambda n: _numbered("a#=", n) + "0\ndef f(): a00000",
    "many names in many statements": _each_names_all,
    "one name defined again and again": lambda n: _times("a=a\n", n) + "def f(): a",
    "statements that name one another": lambda n: _numbered("b#=b#,c\n", n) + "c=b00000\ndef f(): b00000",
    "functions that call the next": lambda n: "".join(f"def f{i}(): f{i + 1}\n" for i in range(n // 18)) + "f=f0",
    "one long chain of attributes": lambda n: "def f():\n" + _times(" torch" + ".nn" * 300 + "\n", n),
    "chains in text": lambda n: "def f():\n" + _times(" 'torch" + ".nn" * 300 + "'\n", n),
    "text with many dots": lambda n: "def f():\n '" + _times("a.b ", n) + "'",
    "nested calls": lambda n: "def f():\n" + _times(" " + "g(" * 60 + "torch.nn" + ")" * 60 + "\n", n),
    "calls of calls": lambda n: "def f():\n" + _times(" g" + "()" * 100 + "\n", n),
    "aliases": lambda n: _numbered("import torch as t#\n", n) + "def f(): t00000.nn.Linear",
    "aliases in every statement": lambda n: _numbered("import torch as t#\nu#=t00001\n", n) + "def f(): u00001",
    "aliases of a long name": lambda n: f"import {'torch.' * (n // 12)}nn as t\ndef f():\n" + _times(" t.a\n", n // 2),
    "many names of a long module": lambda n: f"from {'torch.' * (n // 12)}nn import " + _numbered("a#,", n // 2) + "b",
    "imports in functions": lambda n: _numbered("def f#():\n import torch as a#\n", n),
    "star imports": lambda n: _times("from torch import *\n", n) + "def f(): nn",
    "global names": lambda n: "def f():\n global " + _numbered("a#,", n) + "b\n a00000=torch",
    "global statements": lambda n: _numbered("def f#():\n global a#\n a#=1\n", n),
    "arguments": lambda n: "def f(" + _numbered("a#,", n) + "): torch.nn",
    "lambdas": lambda n: "def f():\n" + _times(" " + "lambda a=torch:" * 60 + "0\n", n),
    "decorators": lambda n: _times("@torch.nn\n", n) + "def f(): 0",
    "decorated functions": lambda n: _numbered("@torch\ndef f#(): torch.nn\n", n),
    "comprehensions": lambda n: "def f():\n" + _times(" [torch" + " for a in torch" * 20 + "]\n", n),
    "classes": lambda n: _numbered("class A#(torch.nn):\n def g(self): self.a#=1\n", n),
    "nested classes": lambda n: _times("\n".join(" " * i + f"class f{i}:" for i in range(60)) + " torch\n", n),
    "f-strings": lambda n: "def f():\n" + _times(" f'{torch.nn}{a}{torch!r:>{b}}'\n", n),
    "semicolons": lambda n: "def f(): " + _times("torch.nn;", n) + "0",
    "semicolons at the top": lambda n: _times("a;", n) + "0",
    "line continuations": lambda n: "f = " + _times("\\\n", n) + "torch",
    "sums": lambda n: "def f():\n" + _times(" a" + "+torch" * 150 + "\n", n),
    "operators before one another": lambda n: "def f():\n" + _times(" " + "-" * 300 + "1\n", n),
    "tabs": lambda n: "def f():\n" + _times("\t\t\ttorch.nn\n", n),
    "spaces": lambda n: "f =" + " " * n + "torch",
    "digits": lambda n: "def f():\n" + _times(" " + "9" * 4000 + "\n", n),
    "empty lines": lambda n: "\n" * n + "f = torch",
    "cells": lambda n: _times("# %%\na = 1\n", n) + "# %%\ndef f(): torch",
    "tagged cells": lambda n: _numbered('# %% tags=["exercise:f#"]\ndef f#(): torch\n', n),
    "cells of one exercise": lambda n: _times('# %% tags=["exercise:f"]\ndef f(): torch\n', n),
    "marks of cells": lambda n: _times("# %%\n", n),
    "marks inside a string": lambda n: "f = '''" + _times("\n# %%", n) + "'''",
    "an open string": lambda n: "f = '''" + _times("'' ' \\' \"\n", n),
    "quotes": lambda n: _times("'\"", n),
    "backslashes": lambda n: "f = '" + _times("\\", n),
    "open brackets": lambda n: "f = " + _times("(", n),
    "closed brackets": lambda n: "f = 1\n" + _times(")\n", n),
    "one long word": lambda n: "f = " + "a" * n,
    "magics": lambda n: _times("%a\n", n) + "f = 1",
    "shell escapes over lines": lambda n: _times("!a \\\n", n) + "f = 1",
    "magics after brackets": lambda n: _times("(\n%a\n", n) + "f = 1",
    "assigned escapes": lambda n: _times("a = !b\n", n) + "f = 1",
    "questions": lambda n: _times("a?\n", n) + "f = 1",
    "cell magics": lambda n: _times("%%time\n", n) + "f = 1",
    "an indented cell": lambda n: "  f = 1\n" + _times("  a\n", n),
    "deeper and deeper": lambda n: _times("".join(" " * i + "if a:\n" for i in range(60)) + " " * 60 + "a\n", n),
    "calls of check": lambda n: _times("check('f')\n", n) + "f = 1",
    "nearly calls of check": lambda n: "check(" + " " * n + "'f'",
    "imports on one line": lambda n: "import " + _times("a, ", n) + "f",
    "conflict marks": lambda n: _times("<<<<<<< HEAD\n", n) + "f = 1",
    "comments": lambda n: _times("#" * 60 + "\n", n) + "f = 1",
    "tags that do not end": lambda n: "# %% " + _times("tags=[", n) + "\nf = 1",
    "carriage returns": lambda n: _times("a\r", n) + "\rf = 1",
    "continued magics": lambda n: _times("%a \\\n", n) + "f = 1",
    "escaped quotes": lambda n: _times('# %%\n\\"""\n', n) + "f = 1",
    "one long question": lambda n: "x" * n + "?\nf = 1",
    "escapes": lambda n: '"' + _times("\\a", n) + "%\nf = 1",
    "a magic before open brackets": lambda n: "%" + _times("\n(", n) + "\nf = 1",
    "spaces before an escape": lambda n: "import a" + " " * n + "!\nx = " + " " * n + "%\nf = 1",
    "nearly imports of check": lambda n: "from autograder.notebook import " + " " * n + "!\nf = 1",
    "quotes of three": lambda n: _times("'''\"\"\"", n) + "\n# %%\n%x\nf = 1",
    "magics of a cell": lambda n: _times("%%x\n", n) + "f = 1",
    "cells of the release": lambda n: _numbered('# %% tags=["exercise:sgd"]\nx#=1\n', n),
    "marks outside ASCII": lambda n: _times("ä = '\N{GRINNING FACE}'\n", n) + "f = 1",
    "prose": lambda n: _times('"""\\u\n"""\n', n) + "f = 1",
    "prose in a block": lambda n: "if a:\n" + _times('  """\\u"""\n', n) + "f = 1",
    "results of one name": lambda n: "f = g" + _times("f f", n // 2) + "\nf = 'f" + _times("af(", n // 2),
    "definitions of one name": lambda n: _times("f = 1\n", n),
    "decorators of nothing": lambda n: _times("@f\n", n),
    "pictures that do not end": lambda n: _times("with uses(\n", n) + "f = 1",
}  # fmt: skip
