"""The checks that need a GPU, measured on one: `make gpu-kit` here, `make gpu` there (docs/gpu.md)."""
