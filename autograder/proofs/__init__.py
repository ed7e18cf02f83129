"""Verifies that an assignment grades correctly and a machine grades safely: audit, mutation, stand-ins, attacks."""

__all__ = ["attack", "audit", "author_page", "costs", "mutate"]
