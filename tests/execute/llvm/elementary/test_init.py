"""Every elementary function: its errors, and the same bits whatever the width of the vectors."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from llvmlite import ir

from chainrule.execute.llvm.elementary import ELEMENTARY, elementary
from chainrule.execute.llvm.elementary.formats import FLOAT32, FLOAT64, Format
from chainrule.execute.llvm.machine_code import assembly
from chainrule.execute.llvm.targets import host
from elementary_references import REFERENCES, Values, float32_values, patterns, reference_values, ulps
from kernels import DTYPES, TARGETS, Kernel, elementary_kernel, host_kernel, widest

VALIDATION = files("numpy") / "_core/tests/data"

UNARY = [name for name in ELEMENTARY if REFERENCES[name].arity == 1]

every = pytest.mark.parametrize("name", ELEMENTARY)
unary = pytest.mark.parametrize("name", UNARY)
dtypes = pytest.mark.parametrize("dtype", DTYPES)


def validation_rows(name: str) -> Iterator[tuple[str, int, int]]:
    """dtype, pattern of the input, and pattern of the correctly rounded output, as NumPy tests its own functions."""
    file = VALIDATION / f"umath-validation-set-{name}.csv"
    if file.is_file():  # NumPy may be installed without its tests
        rows = csv.reader(file.read_text(encoding="utf-8").splitlines()[1:])
        yield from ((row[0], int(row[1], 16), int(row[2], 16)) for row in rows if row[0].startswith("np."))


def worst(y: np.ndarray, values: Values) -> tuple[float, str]:
    """The greatest error, and a sentence that says where it is."""
    errors = ulps(y, values)
    place = errors.argmax()
    return float(errors[place]), f"{errors[place]} ulp: {y[place]!r} at {[x[place] for x in values.x]}"


@every
@dtypes
@pytest.mark.parametrize("target", TARGETS)
def test_error_is_at_most_two_ulp(name: str, dtype: Any, target: str) -> None:
    kernel = elementary_kernel(name, dtype, TARGETS[target], REFERENCES[name].arity)
    values = reference_values(name, dtype)
    error, sentence = worst(kernel(*values.x), values)
    assert error <= 2, sentence


@pytest.mark.fuzz
@unary
def test_error_at_every_float32(name: str) -> None:
    kernel = host_kernel(name, np.float32)
    for start in range(0, 2**32, 2**20):
        values = float32_values(REFERENCES[name], patterns(1, start, start + 2**20))
        error, sentence = worst(kernel(*values.x), values)
        assert error <= 2, sentence


@unary
@dtypes
def test_validation_set_of_numpy(name: str, dtype: Any) -> None:
    kind, patterns_of = np.dtype(dtype), np.dtype(dtype).str.replace("f", "i")
    rows = [row for row in validation_rows(name) if row[0] == f"np.{kind.name}"]
    x, y = (np.array([row[i] for row in rows], np.uint64).astype(f"u{kind.itemsize}").view(kind) for i in (1, 2))
    ours = host_kernel(name, dtype)(x)
    far = np.abs(ours.view(patterns_of) - y.view(patterns_of)) > 1
    wrong = far & ~(np.isnan(ours) & np.isnan(y)) & ~((ours == 0) & (y == 0))
    assert not wrong.any(), (x[wrong], ours[wrong], y[wrong])


@every
@dtypes
def test_scalars_and_vectors_have_the_same_bits(name: str, dtype: Any) -> None:
    kernel = host_kernel(name, dtype, REFERENCES[name].arity)
    x = [each[:: 1 + each.size // 1000] for each in reference_values(name, dtype).x]
    short = widest(dtype, host()) - 1  # too few for a vector
    scalars = [kernel(*(each[i : i + short] for each in x)) for i in range(0, x[0].size, short)]
    np.testing.assert_array_equal(np.concatenate(scalars), kernel(*x))


@dtypes
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ["exp", "sin"])
def test_any_width_on_any_target(name: str, target: str, dtype: Any) -> None:
    x = np.linspace(0.0, 5.0, 37).astype(dtype)
    build = elementary(name, TARGETS[target])
    values = [Kernel(build, dtype, TARGETS[target], lanes)(x).tobytes() for lanes in (1, 2, 4, 8, 16)]
    assert values == values[:1] * 5


@dtypes
@pytest.mark.parametrize("count", [0, 1, 37])
def test_pointers_need_not_be_aligned_and_nothing_else_is_written(dtype: Any, count: int) -> None:
    size = np.dtype(dtype).itemsize
    memory = np.zeros((2, 50 * size), np.uint8)
    x, out = (row[1 : 1 + (count + 1) * size].view(dtype) for row in memory)
    x[:], out[:] = np.linspace(-1.0, 1.0, count + 1), 7.0
    kernel = host_kernel("exp", dtype)
    kernel.run(x[:count], out[:count])
    np.testing.assert_array_equal(out[:count], kernel(x[:count]))
    assert out[count] == 7.0


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        elementary("gamma", host())


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("format", [FLOAT32, FLOAT64], ids=lambda format: format.name)
def test_vectors_stay_vectors(format: Format, target: str) -> None:
    """Nothing is left to a function of the C library, and only angles may need a call."""
    module = ir.Module()
    vector = ir.VectorType(format.type, TARGETS[target].lanes(format.bits // 8))
    for name in ELEMENTARY:
        kind = ir.FunctionType(vector, [vector] * REFERENCES[name].arity)
        function = ir.Function(module, kind, f"vector_{name}")
        builder = ir.IRBuilder(function.append_basic_block())
        builder.ret(elementary(name, TARGETS[target])(builder, *function.args))
    calls = re.findall(r"\t(?:call\w*|bl)\t+(\S+)", assembly(module, TARGETS[target]))
    assert {name for name in calls if not name.startswith("chainrule.reduce_huge_angles")} == set()
    assert len(calls) == 3
