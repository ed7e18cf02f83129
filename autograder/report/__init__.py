"""The report on one submission, schema v1: its fields, measurements by checks, reading and writing."""

__all__ = ["evidence", "found", "report", "results", "store"]
