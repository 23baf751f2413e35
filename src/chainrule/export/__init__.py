"""Networks as files: the model file of chainrule."""

__all__: list[str] = []
