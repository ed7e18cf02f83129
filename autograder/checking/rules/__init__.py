"""General rules for failing checks that no known mistake explains. `apply` is the entry point."""
