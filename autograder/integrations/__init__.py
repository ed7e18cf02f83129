"""Reports in other programs' formats. Each module is one format: `render(reports) -> str`."""
