import pytest

from chainrule.execute.llvm.pace import Pace


def simulate(members, rates, seconds, call=0.01):
    """Work for a while at given rates (members -> steps a second); returns steps, and the seconds of each choice."""
    pace, done, spent = Pace(members), 0.0, dict.fromkeys(rates, 0.0)
    while sum(spent.values()) < seconds:
        chosen, lasting = pace.members, min(call, pace.seconds)
        pace.note(steps=rates[chosen] * lasting, seconds=lasting)
        done += rates[chosen] * lasting
        spent[chosen] += lasting
    return done, spent


def test_one_thread_stays_alone():
    assert simulate(1, {1: 1000.0}, seconds=1.0)[1] == {1: pytest.approx(1.0, abs=0.03)}


@pytest.mark.parametrize("call", [0.0007, 0.01, 1.0])
def test_a_crew_that_helps_does_nearly_all_the_work(call):
    done, spent = simulate(4, {1: 1000.0, 4: 3500.0}, seconds=5.0, call=call)
    assert spent[1] < 0.01 * spent[4]
    assert done > 0.99 * 3500 * 5


@pytest.mark.parametrize("rate", [0.0001, 1.0, 500.0, 1000.0])
def test_a_crew_that_does_not_help_costs_little(rate):
    done, _ = simulate(2, {1: 1000.0, 2: rate}, seconds=5.0)
    assert done > 0.97 * 1000 * 5


def test_a_machine_that_becomes_busy_and_idle_again():
    pace = Pace(2)
    now, chosen = 0.0, []
    while now < 9.0:
        rates = {1: 500.0, 2: 50.0} if 3.0 < now < 6.0 else {1: 1000.0, 2: 1900.0}
        chosen.append((now, pace.members))
        lasting = pace.seconds
        pace.note(steps=rates[pace.members] * lasting, seconds=lasting)
        now += lasting
    assert pace.members == 2
    assert [members for at, members in chosen if 3.1 < at < 6.0].count(2) < 8


def test_a_turn_without_a_whole_step_goes_on():
    pace = Pace(2)
    pace.note(steps=0, seconds=10.0)
    assert pace.members == 1
    pace.note(steps=1, seconds=10.0)
    assert pace.members == 2
