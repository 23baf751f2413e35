"""The native engine: graphs as machine code, through llvmlite."""

__all__: list[str] = []
