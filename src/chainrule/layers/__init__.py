"""What a network is made of: an architecture is data, a layer is a NumPy function and its parameters."""

__all__: list[str] = []
