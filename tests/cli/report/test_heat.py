"""Shades: each square of a drawing against the entry that it shows."""

import re

import numpy as np
import pytest

from chainrule.cli.report.heat import heat, product, wrapped


def shades(svg, rows, columns):
    """Read the drawing back: the signed shade of each square."""
    found = np.zeros((rows, columns))
    for sign, opacity, path in re.findall(r'<path class="(plus|minus)" opacity="([\d.]+)" d="([^"]+)"', svg):
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", path):
            square = (int(y), slice(int(x), int(x) + int(width)))
            assert not found[square].any()
            found[square] = float(opacity) * (1 if sign == "plus" else -1)
    return found


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (8, 8)])
def test_each_square_has_the_shade_of_its_entry(shape):
    values = np.random.default_rng(0).normal(size=shape)
    expected = np.rint(values / np.abs(values).max() * 16) / 16
    assert np.array_equal(shades(heat(values, "numbers"), *shape), expected)


def test_the_full_shade_can_be_given():
    assert np.array_equal(shades(heat([[0.5, 2.0, -9.0]], "numbers", most=1.0), 1, 3), [[0.5, 1.0, -1.0]])


def test_nothing_but_zeros_is_paper():
    assert "<path" not in heat(np.zeros((2, 2)), "numbers")


def test_labels_are_escaped():
    assert 'aria-label="&lt;b&gt;"' in heat([[1.0]], "<b>")


def test_a_product_shows_its_factors():
    svg = product([1.0, -1.0], [1.0, 0.0, 0.5], "product")
    left, above, products = re.findall(r"<svg x=.*?</svg>", svg)
    assert np.array_equal(shades(left, 2, 1), [[1], [-1]])
    assert np.array_equal(shades(above, 1, 3), [[1, 0, 0.5]])
    assert np.array_equal(shades(products, 2, 3), [[1, 0, 0.5], [-1, 0, -0.5]])


def test_rows_are_wrapped_and_filled_up():
    assert np.array_equal(wrapped([1, 2, 3], 2), [[1, 2], [3, 0]])
    assert np.array_equal(wrapped([1, 2], 2), [[1, 2]])
