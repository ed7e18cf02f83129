"""Imported before anything else, in each process of the tests' own that imports nbformat or nbgrader.

They import jsonschema, which builds a grammar of web addresses each time, for a second. Where the module is missing it
does without; no schema here speaks of web addresses.
"""

import sys
from typing import Any

_modules: dict[str, Any] = sys.modules
_modules.setdefault("rfc3987_syntax", None)
