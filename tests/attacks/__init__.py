"""Hostile submissions, each a file that says what it tries, and helpers for the tests that run them."""

from pathlib import Path

import pytest

from autograder.proofs.attack import suite
from autograder.sandbox import backends
from tests.isolation import ISOLATION

HERE = Path(__file__).parent
ATTACKS = {attack.name: attack for attack in suite.find(HERE)}

walls = pytest.mark.skipif(ISOLATION != backends.BUBBLEWRAP, reason="bubblewrap does not work here")
