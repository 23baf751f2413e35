"""Digits in the terminal."""

import re

import numpy as np

from chainrule.cli.art import WIDTH, side_by_side, with_color, without_color

IMAGE = np.linspace(0, 1, 64).reshape(8, 8)


def test_a_pixel_is_two_half_blocks_wide_and_high():
    lines = with_color(IMAGE)
    assert len(lines) == 8
    assert all(re.sub(r"\x1b\[[\d;]*m", "", line) == "▀" * WIDTH for line in lines)
    assert lines[0].startswith("\x1b[38;5;232;48;5;232m")
    assert lines[-1].endswith("\x1b[38;5;255;48;5;255m▀\x1b[0m")


def test_without_color_ink_is_a_full_sign():
    lines = without_color(IMAGE)
    assert [len(line) for line in lines] == [WIDTH] * 8
    assert (lines[0][:2], lines[-1][-2:]) == ("  ", "██")


def test_blocks_stand_side_by_side():
    assert side_by_side([["a", "b"], ["c", "d"]], gap=" ") == ["a c", "b d"]
    assert side_by_side([]) == []
