"""The native engine, through llvmlite: what code is made for, how it gets into memory, and elementary functions."""

__all__: list[str] = []
