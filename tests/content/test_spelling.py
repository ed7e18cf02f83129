"""Everything that students read uses American spelling."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BRITISH = re.compile(
    r"\b(\w*(?:neighbour|colour|behaviour|favour|flavour)\w*|(?:re|un)?label(?:led|ling)|\w*metres?|cent(?:re|red|res)|"
    r"(?:general|initial|minim|maxim|normal|optim|organ|recogn|regular|standard|summar|visual)is(?:e[ds]?|ing|ations?)|"
    r"cheques?|artefacts?|grey|travell(?:ed|ing)|modell(?:ed|ing))\b",
    re.IGNORECASE,
)
TEXTS = [*sorted(ROOT.glob("solutions/*/*.py")), *sorted(ROOT.glob("docs/*.md")), ROOT / "README.md"]
TEXTS = [path for path in TEXTS if path.parent.name in (path.stem, "docs") or path.name == "README.md"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_what_students_and_instructors_read_has_american_spelling(path):
    found = [f"{n}: {match[0]}" for n, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
             for match in BRITISH.finditer(line)]  # fmt: skip
    assert not found, f"{path.name}: {', '.join(found)}"
