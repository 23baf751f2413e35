"""The progress bar: drawn on a terminal, and only there."""

import io
import sys
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.network.progress import summary
from chainrule.training.history import Epoch, History


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def train(progress: bool = True, **settings: Any) -> Any:
    net = cr.Network([3, 3], output="softmax")
    return net.fit(np.eye(3), [0, 1, 2], epochs=7, progress=progress, **settings)


def test_epochs_loss_and_accuracy_are_drawn_on_a_terminal(monkeypatch: Any) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    history = train(validation=(np.eye(3), [0, 1, 2]))
    assert history["loss"] == train(progress=False)["loss"]
    drawn = screen.getvalue()
    last = {name: f"{history[name][-1]:.3g}" for name in history.names}
    assert "7/7" in drawn
    assert "0:00:00" in drawn
    assert f"loss {last['loss']}, accuracy {last['accuracy']}; validation" in drawn
    assert f"validation {last['validation_loss']}, {last['validation_accuracy']}" in drawn


@pytest.mark.parametrize("columns", ["40", "60", "80"])
def test_epochs_and_time_left_stay_on_narrow_terminals(monkeypatch: Any, columns: str) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm")
    train(validation=(np.eye(3), [0, 1, 2]))
    assert "7/7" in screen.getvalue()
    assert "0:00:00" in screen.getvalue()
    assert "loss" in screen.getvalue()


@pytest.mark.parametrize("screen", [io.StringIO(), None])
def test_nothing_is_drawn_elsewhere(monkeypatch: Any, capfd: Any, screen: Any) -> None:
    monkeypatch.setattr(sys, "stderr", screen)
    train()
    assert screen is None or screen.getvalue() == ""
    assert capfd.readouterr() == ("", "")


def test_nothing_is_drawn_without_progress(monkeypatch: Any) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    train(progress=False)
    assert screen.getvalue() == ""


def test_the_summary_leaves_out_what_there_is_not() -> None:
    assert summary(History((Epoch(3, 0.123456),))) == "loss 0.123"
    assert summary(History((Epoch(3, np.nan, np.inf),))) == "loss nan; validation inf"
