"""Changes what is imported after it: hooks, search path, bytecode, start-up files and the module cache."""

import builtins
import os
import site
import sys

CODE = f"open('/tmp/{MARK}-imported', 'w')\n"

for folder in {*sys.path, sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), COURSE, HOME, "/tmp"}:
    for name in (f"{MARK}.pth", f"{MARK}-sitecustomize.py", f"{MARK}-usercustomize.py"):
        try:
            with open(os.path.join(folder, name), "w") as file:
                file.write(CODE)
        except OSError:
            continue


class Hook:
    def find_spec(self, name, path=None, target=None):
        builtins.poisoned = name
        return None


sys.meta_path.insert(0, Hook())
sys.path_hooks.insert(0, lambda path: (_ for _ in ()).throw(ImportError))
for name in ("json", "hashlib", "hmac", "numpy.random"):
    sys.modules[name] = site


def unlock(salt):
    return salt


def shift(x):
    return x + 1
