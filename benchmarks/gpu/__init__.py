"""Measures the checks that need a GPU, on a machine with one: `make gpu-kit` here, `make gpu` there (docs/gpu.md)."""
