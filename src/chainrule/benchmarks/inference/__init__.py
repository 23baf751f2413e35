"""Inference, one file per competitor: ``predictor(net, arrays, threads)`` gives a function of NumPy rows.

It returns the activations of the last layer, a NumPy array.
"""

__all__: list[str] = []
