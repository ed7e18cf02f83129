"""What a rule has found."""

from __future__ import annotations

from dataclasses import dataclass

# How much a cause tells: how it was drawn, what was done to the right numbers, for which arguments they would be right,
# how the error lies, where it lies.
DRAWN, EXACT, AS_IF, SHAPED, PLACE = range(5)


@dataclass(frozen=True)
class Finding:
    """What was found. name: its id. says: a sentence with `{it}` for the value. tier: how much it tells.

    by_chance: it may hold by coincidence, so that it is not said unless it holds in another check, too.
    """

    name: str
    says: str
    tier: int = EXACT
    by_chance: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is all there is to say: the code came to no result, so what a check says of one is beside it."""
        return self.name.startswith(("raises_", "returns_none", "another_count"))

    @property
    def weak(self) -> bool:
        return self.tier == PLACE
