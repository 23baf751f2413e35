"""Where a node comes from: the user's line, the functions around it, and the variable that its value is assigned to.

Read from Python's own frames at the moment of the operation. The name is found in the bytecode: if the instruction
that follows the
call stores the result in a variable, that is its name (through ``return`` into the caller, too).
"""

import dis
import functools
import itertools
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import NamedTuple, ParamSpec, TypeVar

from chainrule.graph import Scope, Where

__all__ = ["Calls", "Origin", "boundary", "here", "origin"]

P = ParamSpec("P")
T = TypeVar("T")

_OWN = "chainrule."
_SHOWN_AS_SCOPE = ("chainrule.functions", "chainrule.layers")  # our functions that a reader of the graph wants to see
_WRAPPERS = ("chainrule.functions.protocol",)  # between a function that is shown and what it calls
_LIBRARIES = ("numpy", "functools", "contextlib")


class Origin(NamedTuple):
    """What is known of a node's source."""

    name: str = ""
    scope: tuple[Scope, ...] = ()
    where: Where | None = None


class Calls:
    """Numbers the function calls of one trace, so that two calls of one function are told apart."""

    def __init__(self) -> None:
        self._numbers: dict[FrameType, int] = {}  # holding the frames keeps their identities unique

    def number(self, frame: FrameType) -> int:
        """The number of this call."""
        return self._numbers.setdefault(frame, len(self._numbers))


def boundary(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the traced function; looking for an origin ends here."""
    return function(*args, **kwargs)


def origin(calls: Calls) -> Origin:
    """Return the origin of the operation that is being recorded now."""
    frames = _frames()
    if not frames:
        return Origin()
    user = next((frame for frame in frames if not _module(frame).startswith(_OWN)), None)
    where = None if user is None else Where(user.f_code.co_filename, user.f_lineno)
    return Origin(_assigned_name(frames), _scopes(frames, calls), where)


def here() -> str:
    """Where the user's code stands now, as the beginning of a message."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (_module(frame).startswith(_OWN) or _machinery(_module(frame))):
        frame = frame.f_back
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}: "


def _frames() -> list[FrameType]:
    """The frames between the operation and the traced function, innermost first, without those of the machinery."""
    frames: list[FrameType] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code is not boundary.__code__:
        if not _machinery(_module(frame)):
            frames.append(frame)
        frame = frame.f_back
    return frames if frame is not None else []


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _machinery(module: str) -> bool:
    if module.startswith(_OWN):
        return module in _WRAPPERS or not module.startswith(_SHOWN_AS_SCOPE)
    return module.partition(".")[0] in _LIBRARIES


def _scopes(frames: list[FrameType], calls: Calls) -> tuple[Scope, ...]:
    """The functions called by the traced one, outermost first; without lambdas and comprehensions."""
    inner = [frame for frame in reversed(frames[:-1]) if not frame.f_code.co_name.startswith("<")]
    if _module(frames[-1]).startswith(_OWN):  # one of our functions was traced itself
        inner.insert(0, frames[-1])
    return tuple(Scope(frame.f_code.co_name, _module(frame), calls.number(frame)) for frame in inner)


def _assigned_name(frames: list[FrameType]) -> str:
    for frame in frames:
        following = _stored_after(frame.f_code).get(frame.f_lasti)
        if following is not None:
            return following
        if frame.f_lasti not in _returned_after(frame.f_code):
            return ""
    return ""


@functools.lru_cache(maxsize=1024)
def _stored_after(code: CodeType) -> dict[int, str]:
    """For each instruction that is followed by a store into a variable, the variable's name."""
    stores: dict[int, str] = {}
    for offset, following in _followers(code):
        if following.opname.startswith("STORE_") and following.opname not in (
            "STORE_SUBSCR",
            "STORE_SLICE",
            "STORE_ATTR",
        ):
            target = following.argval
            stores[offset] = str(target[0] if isinstance(target, tuple) else target)
    return stores


@functools.lru_cache(maxsize=1024)
def _returned_after(code: CodeType) -> frozenset[int]:
    """The instructions whose result is returned at once."""
    return frozenset(offset for offset, following in _followers(code) if following.opname == "RETURN_VALUE")


def _followers(code: CodeType) -> Iterator[tuple[int, dis.Instruction]]:
    """Each instruction that follows, for every place where a frame may stand before it.

    While a frame waits for a call, it stands at the call or, if that is a call of a Python function, at the end of
    the call's inline cache.
    """
    for this, following in itertools.pairwise(dis.get_instructions(code)):
        for offset in range(this.offset, following.offset, 2):
            yield offset, following
