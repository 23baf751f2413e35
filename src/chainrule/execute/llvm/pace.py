"""How many threads are worth their while just now: found by trying, because nobody else knows.

A crew meets several times in a step. On a machine that is busy with other work, some member is always waiting for a
processor and all others wait for that member: two threads may then be ten times slower than one. So work goes on in
turns of some milliseconds. A crew that is hardly faster than one thread is sent away and tried again after a while,
later each time that it is no better; one that is stays, and one thread alone is tried once in a second. What is
computed does not depend on the number of members.
"""

__all__ = ["Pace"]

_TRIAL = 0.004  # seconds of a turn that finds out how fast something is
_TURN = 0.02  # seconds of a turn of what is known to be good
_TURNS = 50  # of the crew, then one thread is tried again
_PAUSES = 0.1, 2.0  # seconds that one thread works until the crew is tried again, at least and at most
_GAIN = 1.1  # what the crew has to be better by


class Pace:
    """Decides who takes the next turn.

    Args:
        members: how many threads there are; with one there is nothing to decide.

    Attributes:
        members: how many take the next turn.
        seconds: how long it may last. What is shorter counts as a part of the turn.

    Example:
        >>> pace = Pace(2)
        >>> pace.members  # how fast is one thread?
        1
        >>> pace.note(steps=100, seconds=0.004)
        >>> pace.members
        2
        >>> pace.note(steps=20, seconds=0.004)  # waiting for each other
        >>> pace.members
        1
    """

    def __init__(self, members: int) -> None:
        self._crew = members
        self._alone = 0.0  # steps a second of one thread when it was last tried
        self._turns = 0
        self._pause = _PAUSES[0]
        self._begin(1, _TRIAL)

    def note(self, steps: int, seconds: float) -> None:
        """Count what was done of the turn."""
        self._steps += steps
        self._spent += seconds
        self.seconds -= seconds
        if self.seconds <= 0.0 and self._steps > 0:
            self._choose(self._steps / self._spent)

    def _choose(self, rate: float) -> None:
        """After a turn of one thread try the crew; after one of the crew keep it if it was better."""
        if self._crew == 1:
            self._begin(1, _TURN)
        elif self.members == 1:
            self._alone = rate
            self._turns = 0
            self._begin(self._crew, _TRIAL)
        elif rate > _GAIN * self._alone:
            self._keep_crew()
        else:
            self._begin(1, self._pause)
            self._pause = min(2.0 * self._pause, _PAUSES[1])

    def _keep_crew(self) -> None:
        self._turns += 1
        if self._turns < _TURNS:
            self._begin(self._crew, _TURN)
        else:
            self._pause = _PAUSES[0]
            self._begin(1, _TRIAL)

    def _begin(self, members: int, seconds: float) -> None:
        self.members = members
        self.seconds = seconds
        self._steps = 0
        self._spent = 0.0
