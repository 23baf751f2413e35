"""Kernels: groups of a plan as functions in LLVM."""

__all__: list[str] = []
