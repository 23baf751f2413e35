"""The stable form of a function that breaks, if it is known and holds where the function does not."""

import numpy as np

from chainrule.checking.runs import Run
from chainrule.execute.interpret import Program
from chainrule.execute.referee import bits_of_error
from chainrule.graph.infix import infix
from chainrule.transforms.stabilize import stabilize

__all__ = ["stable_form"]

LONGEST = 100  # characters


def stable_form(run: Run, other: Run, most: float) -> str:
    """Return the formula that gives right results at both points; "" if none is known."""
    graph = stabilize(run.graph).graph
    if graph is run.graph or not all(_is_right(Program(graph), each, most) for each in (run, other)):
        return ""
    return infix(graph.outputs[run.graph.outputs.index(run.output)], longest=LONGEST)


def _is_right(program: Program, run: Run, most: float) -> bool:
    """Are the results of another program for the same arguments right to so many bits?"""
    values = program.run(list(run.point.values()))
    truths = [run.truth(node).value for node in run.graph.outputs]
    return all(
        bool(np.all(bits_of_error(np.asarray(value), truth) <= most))
        for value, truth in zip(values, truths, strict=True)
        if truth.dtype.kind == "f"
    )
