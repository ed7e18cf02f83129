"""Imported before anything else in each test process that imports nbformat or nbgrader.

They import jsonschema, which spends a second on a grammar of web addresses. If its module for that is missing, it
skips the grammar; no schema here uses web addresses.
"""

import sys
from typing import Any

_modules: dict[str, Any] = sys.modules
_modules.setdefault("rfc3987_syntax", None)
