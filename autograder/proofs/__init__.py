"""The proofs that an assignment grades rightly and a machine grades safely: audit, mutation, stand-ins, attacks."""

__all__ = ["attack", "audit", "author_page", "costs", "mutate"]
