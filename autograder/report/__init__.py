"""The report on one submission, schema v1: its fields, what checks measured, reading and writing."""

__all__ = ["evidence", "found", "report", "results", "store"]
