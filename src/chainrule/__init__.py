"""Write the formula as in the textbook, in plain NumPy: chainrule draws it, differentiates it, trains with it."""

__version__ = "0.1.0"
