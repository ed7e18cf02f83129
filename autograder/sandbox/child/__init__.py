"""The child side. It may run in the untrusted process, so it imports nothing else of the package."""

__all__ = ["channel", "confine", "determinism", "imports", "loader", "protocol", "wire", "workspace"]
