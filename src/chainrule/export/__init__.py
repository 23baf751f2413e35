"""Networks as files: the model file of chainrule."""
