"""Hostile submissions, each a file that says what it tries, and what is common to the tests that let them loose."""

from pathlib import Path

import pytest

from autograder.proofs.attack import suite
from autograder.sandbox import backends
from tests.isolation import ISOLATION

HERE = Path(__file__).parent
ATTACKS = {attack.name: attack for attack in suite.find(HERE)}

walls = pytest.mark.skipif(ISOLATION != backends.BUBBLEWRAP, reason="bubblewrap does not work here")
