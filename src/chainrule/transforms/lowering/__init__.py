"""The rules of ``chainrule.transforms.lower``, by kind of op."""

__all__: list[str] = []
