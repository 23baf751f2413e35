"""Streams of random numbers: repeatable, and none like another."""

import itertools

import numpy as np

from chainrule.layers.randomness import Purpose, random_stream


def test_every_seed_purpose_and_number_has_a_stream_of_its_own() -> None:
    keys = list(itertools.product([0, 1, 2**32, 2**63, 2**64 - 1], Purpose, [0, 1, 2, 2**31]))
    drawn = {random_stream(*key).random(4).tobytes() for key in keys}
    assert len(drawn) == len(keys)
    assert all(np.array_equal(random_stream(*key).random(4), random_stream(*key).random(4)) for key in keys[:3])
