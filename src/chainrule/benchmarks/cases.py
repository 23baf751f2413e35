"""What is measured: the cases of every group, as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

__all__ = [
    "GROUPS",
    "Case",
    "Gradient",
    "Group",
    "Inference",
    "Net",
    "Product",
    "Start",
    "Training",
    "find_case",
    "selected",
]

Source = Literal["digits", "xor", "random"]


@dataclass(frozen=True)
class Net:
    """A network, and where its samples come from."""

    widths: tuple[int, ...]
    activation: str = "relu"
    output: str = "softmax"
    source: Source = "random"

    @property
    def n_layers(self) -> int:
        """L, the number of layers with weights."""
        return len(self.widths) - 1

    @property
    def products(self) -> int:
        """Multiplications and additions of one sample's forward pass."""
        return 2 * sum(n_in * n_out for n_in, n_out in zip(self.widths, self.widths[1:], strict=False))

    @property
    def training_products(self) -> int:
        """Those of a sample's training step: forward, by the weights, and by the inputs of all layers but the first."""
        return 3 * self.products - 2 * self.widths[0] * self.widths[1]


@dataclass(frozen=True)
class Training:
    """Epochs of minibatch gradient descent in float32."""

    net: Net
    rows: int
    batch_size: int
    optimizer: Literal["sgd", "momentum", "adam"]
    learning_rate: float

    def __str__(self) -> str:
        widths = "-".join(map(str, self.net.widths)) if self.net.n_layers < 5 else _deep(self.net.widths)
        return f"{widths} {self.net.activation}, batch {self.batch_size}, {self.optimizer}, {self.rows:,} rows"


@dataclass(frozen=True)
class Inference:
    """One call that predicts some rows in float32, NumPy in and out."""

    net: Net
    rows: int

    def __str__(self) -> str:
        return f"{'-'.join(map(str, self.net.widths))} {self.net.activation}, {self.rows:,} row{'s' * (self.rows > 1)}"


@dataclass(frozen=True)
class Gradient:
    """One call that gives value and gradient of a NumPy function in float64.

    Attributes:
        formula: its name in ``gradients/formulas.py``.
        shape: of its data: how many numbers, or rows and columns.
        about: what it is.
    """

    formula: str
    shape: tuple[int, ...]
    about: str

    def __str__(self) -> str:
        return self.about


@dataclass(frozen=True)
class Start:
    """From the start of a process to the end of the first epoch of a training case."""

    training: Training
    cache: Literal["empty", "warm"]

    def __str__(self) -> str:
        return f"{self.training}; {self.cache} cache"


@dataclass(frozen=True)
class Product:
    """NumPy's product of two square float32 matrices: the yardstick for what the machine can do."""

    size: int

    @property
    def operations(self) -> int:
        """Multiplications and additions."""
        return 2 * self.size**3

    def __str__(self) -> str:
        return f"{self.size} x {self.size} x {self.size}"


Case = Product | Training | Inference | Gradient | Start


@dataclass(frozen=True)
class Group:
    """Cases that are measured in the same way.

    Attributes:
        title: what the table is headed with.
        unit: of the times in the table.
        per_second: how many of these make a second.
        cases: by name.
        tolerance: by how much the results of a competitor may differ, by the name of the result.
    """

    title: str
    unit: str
    per_second: float
    cases: Mapping[str, Case]
    tolerance: Mapping[str, float]


def _deep(widths: tuple[int, ...]) -> str:
    return f"{widths[0]}-{len(widths) - 2}x{widths[1]}-{widths[-1]}"


_XOR = Net((2, 8, 1), "tanh", "sigmoid", "xor")
_DIGITS = Net((64, 128, 64, 10), source="digits")
_DEEP = Net((64, *[64] * 32, 10), "tanh", source="digits")
_TABULAR = Net((20, 256, 256, 1), output="identity")
_IMAGES = Net((784, 512, 512, 10))
_WIDE = Net((1024, 2048, 2048, 10))

_TRAIN_DIGITS = Training(_DIGITS, 1797, 32, "adam", 1e-3)

GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        "machine": Group("Product of two float32 matrices", "ms", 1e3, {"product": Product(2048)}, {}),
        "training": Group(
            "Training, time of an epoch",
            "ms",
            1e3,
            {
                "xor": Training(_XOR, 4000, 4, "sgd", 0.1),  # 1,000 steps: an epoch in ms is a step in us
                "digits": _TRAIN_DIGITS,
                "deep": Training(_DEEP, 1797, 64, "sgd", 0.01),
                "tabular": Training(_TABULAR, 20_000, 256, "adam", 1e-3),
                "mnist-like": Training(_IMAGES, 20_000, 128, "adam", 1e-3),
                "wide": Training(_WIDE, 8192, 512, "momentum", 0.01),
            },
            {"loss after 5 steps": 1e-3, "loss after an epoch": 0.5},
        ),
        "inference": Group(
            "Inference from Python, time of a call",
            "us",
            1e6,
            {
                "digits-1": Inference(_DIGITS, 1),
                "digits-32": Inference(_DIGITS, 32),
                "mnist-like-1": Inference(_IMAGES, 1),
                "mnist-like-32": Inference(_IMAGES, 32),
                "mnist-like-10000": Inference(_IMAGES, 10_000),
            },
            {"error": 1e-4},
        ),
        "gradients": Group(
            "Value and gradient of a NumPy function, time of a call",
            "us",
            1e6,
            {
                "rosenbrock": Gradient("rosenbrock", (10,), "Rosenbrock's function of 10 variables"),
                "log-sum-exp": Gradient("log_sum_exp", (1_000_000,), "log-sum-exp of 10^6 numbers"),
                "logistic-1000": Gradient("logistic", (1000, 10), "logistic regression, n = 1,000, p = 10"),
                "logistic-100000": Gradient("logistic", (100_000, 50), "logistic regression, n = 100,000, p = 50"),
                "two-layer": Gradient("two_layer", (32, 16, 32, 1), "two-layer network 16-32-1, 32 rows"),
            },
            {"error": 1e-9},
        ),
        "start": Group(
            "From the start of a process to the end of the first epoch",
            "s",
            1.0,
            {
                "digits-empty": Start(_TRAIN_DIGITS, "empty"),
                "digits-warm": Start(_TRAIN_DIGITS, "warm"),
            },
            {},
        ),
    }
)


def find_case(name: str) -> Any:
    """Return the case of a name such as ``training/digits``."""
    group, _, case = name.partition("/")
    return GROUPS[group].cases[case]


def selected(only: tuple[str, ...] = ()) -> list[str]:
    """Return the names of all cases, or of those that are, or lie in, one that is named.

    Example:
        >>> selected(("start", "training/xor"))
        ['training/xor', 'start/digits-empty', 'start/digits-warm']
    """
    names = [f"{group}/{case}" for group in GROUPS for case in GROUPS[group].cases]
    return [name for name in names if not only or name in only or name.partition("/")[0] in only]
