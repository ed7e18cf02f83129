"""The result of a rule."""

from __future__ import annotations

from dataclasses import dataclass

# How much a cause explains: how the values were drawn, what was done to the right numbers, for which arguments they
# would be right, how the error is distributed, where it is.
DRAWN, EXACT, AS_IF, SHAPED, PLACE = range(5)


@dataclass(frozen=True)
class Finding:
    """The result of a rule. name: its id. says: a sentence with `{it}` for the value. tier: how much it explains.

    by_chance: it may be a coincidence, and is reported only if it is true in another check, too.
    """

    name: str
    says: str
    tier: int = EXACT
    by_chance: bool = False

    @property
    def whole(self) -> bool:
        """Whether nothing needs to be added: the code produced no result, so the check's own hint does not apply."""
        return self.name.startswith(("raises_", "returns_none", "another_count"))

    @property
    def weak(self) -> bool:
        return self.tier == PLACE
