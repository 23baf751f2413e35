"""Who is compared: the competitors of every group, as a table, and what each needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from shutil import which
from types import MappingProxyType

__all__ = ["COMPETITORS", "OURS", "Competitor", "of_group"]

OURS = "chainrule"


@dataclass(frozen=True)
class Competitor:
    """One who is measured.

    Attributes:
        title: how tables call it.
        module: of its file in ``training/``, ``inference/`` and ``gradients/``.
        groups: where it takes part.
        needs: the packages that it imports.
        install: the command that brings them.
        programs: the programs of which it needs one.
    """

    title: str
    module: str
    groups: tuple[str, ...]
    needs: tuple[str, ...] = ()
    install: str = ""
    programs: tuple[str, ...] = ()

    @property
    def missing(self) -> str:
        """Why it cannot take part; empty if it can."""
        if any(find_spec(package) is None for package in self.needs):
            return f"not installed: {self.install}"
        if self.programs and not any(map(which, self.programs)):
            return f"no compiler: one of {', '.join(self.programs)} must be on the path"
        return ""


_ALL = ("training", "inference", "gradients", "start")
_TORCH, _JAX, _AUTOGRAD = "pip install torch==2.13.0", "pip install jax", "pip install autograd"
_ONNX = "pip install onnx onnxruntime"
_COMPILERS = ("g++", "clang++")

COMPETITORS: Mapping[str, Competitor] = MappingProxyType(
    {
        OURS: Competitor("chainrule", "ours", _ALL),
        "numpy": Competitor("NumPy by hand", "by_hand", ("machine", *_ALL)),
        "jax": Competitor("JAX", "with_jax", _ALL, ("jax",), _JAX),
        "onnxruntime": Competitor("ONNX Runtime", "onnx_runtime", ("inference",), ("onnx", "onnxruntime"), _ONNX),
        "torch-compiled": Competitor(
            "PyTorch compiled", "pytorch_compiled", ("training",), ("torch",), _TORCH, _COMPILERS
        ),
        "torch": Competitor("PyTorch", "pytorch", _ALL, ("torch",), _TORCH),
        "autograd": Competitor("autograd", "with_autograd", ("gradients",), ("autograd",), _AUTOGRAD),
        "scikit-learn": Competitor("scikit-learn", "scikit_learn", ("training", "inference", "start")),
    }
)


def of_group(group: str) -> list[str]:
    """Return the names of those who take part in a group.

    Example:
        >>> of_group("gradients")
        ['chainrule', 'numpy', 'jax', 'torch', 'autograd']
    """
    return [name for name, competitor in COMPETITORS.items() if group in competitor.groups]
