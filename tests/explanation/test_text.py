"""The view for the terminal, as it is printed."""

import re
from typing import Any

import numpy as np

import chainrule as cr
from lecture import product, sigmoid_circuit

PRODUCT = """\
(x+y)*z = -12

forward
  gate                        value
  +     v₁ = x + y  -2 + 5        3
  ×     f = v₁ × z  3 × (-4)    -12

backward: upstream × local = downstream
  gate  to  upstream  local      downstream
        f                                 1
  ×     v₁         1  z      -4          -4  swap multiplier
        z          1  v₁      3           3
  +     x         -4          1          -4  gradient distributor
        y         -4          1          -4

inputs and gradients
  input  value         gradient
  x         -2  ∂f/∂x        -4
  y          5  ∂f/∂y        -4
  z         -4  ∂f/∂z         3"""

SIGMOID = """\
1/(1+exp(-(w0*x0+w1*x1+w2))) = 0.7311

forward
  gate                             value
  ×     v₁ = w0 × x0  2 × (-1)        -2
  ×     v₂ = w1 × x1  -3 × (-2)        6
  +     v₃ = v₁ + v₂  -2 + 6           4
  +     v₄ = v₃ + w2  4 + (-3)         1
  ×−1   v₅ = -v₄      -1              -1
  exp   v₆ = exp(v₅)  exp(-1)     0.3679
  +1    v₇ = 1 + v₆   1 + 0.3679   1.368
  1/x   f = 1 / v₇    1 / 1.368   0.7311

backward: upstream × local = downstream
  gate  to  upstream  local            downstream
        f                                       1
  1/x   v₇         1  -1/v₇²  -0.5344     -0.5344
  +1    v₆   -0.5344                1     -0.5344
  exp   v₅   -0.5344  e^v₅     0.3679     -0.1966
  ×−1   v₄   -0.1966               -1      0.1966
  +     v₃    0.1966                1      0.1966  gradient distributor
        w2    0.1966                1      0.1966
  +     v₁    0.1966                1      0.1966  gradient distributor
        v₂    0.1966                1      0.1966
  ×     w1    0.1966  x1           -2     -0.3932  swap multiplier
        x1    0.1966  w1           -3     -0.5898
  ×     w0    0.1966  x0           -1     -0.1966  swap multiplier
        x0    0.1966  w0            2      0.3932

inputs and gradients
  input  value          gradient
  w0         2  ∂f/∂w0   -0.1966
  x0        -1  ∂f/∂x0    0.3932
  w1        -3  ∂f/∂w1   -0.3932
  x1        -2  ∂f/∂x1   -0.5898
  w2        -3  ∂f/∂w2    0.1966"""

COLORED = re.compile(r"\x1b\[(\d+)m(.*?)\x1b\[0m")


def test_the_lectures_first_circuit() -> None:
    assert str(product()) == PRODUCT


def test_the_lectures_sigmoid_circuit() -> None:
    assert str(sigmoid_circuit()) == SIGMOID


def test_color_only_repeats() -> None:
    colored = product().to_text(color=True)
    assert COLORED.sub(r"\2", colored) == PRODUCT
    found = COLORED.findall(colored)
    assert ("32", "-12") in found
    assert [text for code, text in found if code == "31"] == ["1", "1", "-4", "1", "3", *["-4"] * 6, "3"]


def test_a_copy_gate_shows_its_sum() -> None:
    lines = str(cr.explain("x*x+x", x=-3)).splitlines()
    assert "  copy  x             -3 + (-3) + 1              -5  gradient adder" in lines


def test_special_values_are_shown_as_what_they_are() -> None:
    shown = str(cr.explain("log(x) + 0*y + u", x=-0.0, y=np.inf, u=5e-324))
    for number in ("-0", "-inf", "nan", "4.941e-324", "inf"):
        assert f" {number}  " in shown


def test_unset_is_not_zero() -> None:
    rows = str(cr.explain("where(x > 1, x, 2)", x=3)).splitlines()
    assert "  where  v₁         1                     ·  gradient router" in rows


def test_arrays_are_summed_up() -> None:
    def loss(W: Any, X: Any) -> Any:
        return np.mean(np.tanh(X @ W.T))

    shown = str(cr.explain(loss, np.ones((3, 20)), np.zeros((10, 20))))
    assert re.search(r"v₁ = Wᵀ +20×3, mean 1\n", shown)
    assert max(map(len, shown.splitlines())) < 110


def test_columns_are_aligned_with_names_in_chinese() -> None:
    rows = str(cr.explain(lambda 权重, x: 权重 * x, 2, 3)).splitlines()
    assert rows[3] == "  gate                       value"
    assert rows[4] == "  ×     f = 权重 × x  2 × 3      6"
