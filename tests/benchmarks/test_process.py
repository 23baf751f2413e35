"""The processes: their environment, what they answer, and how they fail."""

import pytest

from chainrule.benchmarks.cases import find_case
from chainrule.benchmarks.data import write
from chainrule.benchmarks.process import (
    CompetitorError,
    environment,
    removed_variables,
    seconds_to_first_epoch,
    worker,
)


@pytest.fixture
def rosenbrock(tmp_path):
    """The file of a tiny case."""
    write(find_case("gradients/rosenbrock"), tmp_path / "data.npz")
    return tmp_path / "data.npz"


def test_what_slows_some_down_is_removed_for_all_and_named(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OPENBLAS_L2_SIZE", "262144")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    names = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE"}
    assert names <= set(removed_variables())
    assert not names & set(environment(2))


def test_everybody_gets_the_same_number_of_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    variables = environment(2)
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC", "CHAINRULE_NUM_THREADS")
    assert {variables[name] for name in names} == {"2"}


def test_a_worker_computes_and_measures_as_often_as_it_is_asked(rosenbrock):
    with worker("gradients/rosenbrock", "numpy", 1, rosenbrock, 0.001) as asked:
        assert asked.results == {"error": 0.0}
        assert all(asked.measure() > 0 for _ in range(3))


def test_a_failure_is_an_error_with_the_last_line_of_the_traceback(rosenbrock):
    with (
        pytest.raises(CompetitorError, match="KeyError: 'X'"),
        worker("gradients/two-layer", "numpy", 1, rosenbrock, 0.001),
    ):
        pass


def test_a_process_that_ends_between_measurements_is_an_error(rosenbrock):
    with worker("gradients/rosenbrock", "numpy", 1, rosenbrock, 0.001) as asked:
        asked._process.popen.kill()
        with pytest.raises(CompetitorError, match="ended with code"):
            asked.measure()


def test_a_process_has_ended_with_its_context(rosenbrock):
    with worker("gradients/rosenbrock", "numpy", 1, rosenbrock, 0.001) as asked:
        popen = asked._process.popen
        assert popen.poll() is None
    assert popen.poll() is not None


def test_the_first_epoch_of_a_process(tmp_path):
    write(find_case("start/digits-empty"), tmp_path / "data.npz")
    assert seconds_to_first_epoch("start/digits-empty", "numpy", tmp_path / "data.npz", tmp_path) > 0
