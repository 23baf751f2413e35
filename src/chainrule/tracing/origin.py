"""Where a node comes from: the user's line, the functions around it, and the variable that its value is assigned to.

Read from Python's own frames at the moment of the operation. The name is found in the bytecode: if the instruction
that follows the call stores the result in a variable, that is its name. A result that is returned at once gets its name
from the caller. That holds for our own functions, too: the last operation of a composition is the one that is named.
"""

import dis
import functools
import itertools
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import NamedTuple, ParamSpec, TypeVar

from chainrule.errors import TraceError
from chainrule.graph import Scope, Where

__all__ = ["Calls", "LibraryCall", "Origin", "boundary", "hands_on", "here", "library_call", "origin", "untraceable"]

P = ParamSpec("P")
T = TypeVar("T")

_OWN = "chainrule."
_SHOWN_AS_SCOPE = ("chainrule.functions.", "chainrule.layers.")  # what a reader of the graph wants to see of ours
_PROTOCOL = "chainrule.functions.protocol"  # the wrapper around each of our functions; returns what it gets
_LIBRARIES = ("numpy", "scipy", "functools", "contextlib", "copy")
_HANDING_ON: set[CodeType] = set()
_NO_VARIABLE = ("STORE_SUBSCR", "STORE_SLICE", "STORE_ATTR", "STORE_FAST_STORE_FAST")


class Origin(NamedTuple):
    """What is known of a node's source."""

    name: str = ""
    scope: tuple[Scope, ...] = ()
    where: Where | None = None


class LibraryCall(NamedTuple):
    """A call of a function of a library: of which, and the values of its variables."""

    library: str
    function: str
    values: tuple[object, ...]


class Calls:
    """Numbers the function calls of one trace, so that two calls of one function are told apart."""

    def __init__(self) -> None:
        self._numbers: dict[FrameType, int] = {}  # holding the frames keeps their identities unique

    def number(self, frame: FrameType) -> int:
        """The number of this call."""
        return self._numbers.setdefault(frame, len(self._numbers))


def boundary(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the traced function; looking for an origin ends here.

    Raises:
        TraceError: something could not become a graph, and the function caught the error and went another way than it
            would on plain arrays.
    """
    refusals: list[str] = []  # filled by ``untraceable``, which finds it in this frame
    result = function(*args, **kwargs)
    if refusals:
        raise TraceError(f"{refusals[0]}. The function caught this error and went on; plain arrays do not raise it")
    return result


def hands_on(function: Callable[P, T]) -> Callable[P, T]:
    """Mark a function of ours that returns, but not at once, what the last operation in it computes."""
    _HANDING_ON.add(function.__code__)
    return function


def origin(calls: Calls) -> Origin:
    """Return the origin of the operation that is recorded now by the function that calls this one."""
    frames = _frames()
    shown = [frame for frame in frames if not _machinery(_module(frame))]
    if not shown:
        return Origin()
    user = next((frame for frame in shown if not _module(frame).startswith(_OWN)), None)
    where = None if user is None else Where(user.f_code.co_filename, user.f_lineno)
    return Origin(_assigned_name(frames), _scopes(shown, calls), where)


def untraceable(message: str) -> TraceError:
    """Return the error that says where in the user's code something cannot become a graph; all traces remember it."""
    message = f"{here()}{message}"
    for frame in _outward(sys._getframe(1)):
        if frame.f_code is boundary.__code__:
            frame.f_locals["refusals"].append(message)
    return TraceError(message)


def here() -> str:
    """Where the user's code stands now, as the beginning of a message."""
    foreign = (frame for frame in _outward(sys._getframe(1)) if not _module(frame).startswith(_OWN))
    frame = next((frame for frame in foreign if not _machinery(_module(frame))), None)
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}: "


def library_call() -> LibraryCall | None:
    """The function of NumPy or SciPy, written in Python, through which the user came to us, if there is one."""
    foreign = (frame for frame in _outward(sys._getframe(1)) if not _module(frame).startswith(_OWN))
    library = list(itertools.takewhile(lambda frame: _machinery(_module(frame)), foreign))
    if not library:
        return None
    outermost = library[-1]
    name = outermost.f_code.co_qualname.removesuffix(".__call__")
    return LibraryCall(_module(outermost).partition(".")[0], name, tuple(outermost.f_locals.values()))


# --- frames -------------------------------------------------------------------------------------------------


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _frames() -> list[FrameType]:
    """The frames between the recording and the traced function, innermost first."""
    frames: list[FrameType] = []
    for frame in _outward(sys._getframe(3)):
        if frame.f_code is boundary.__code__:
            return frames
        frames.append(frame)
    return []


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _machinery(module: str) -> bool:
    if module.startswith(_OWN):
        return not f"{module}.".startswith(_SHOWN_AS_SCOPE) or module == _PROTOCOL
    return module.partition(".")[0] in _LIBRARIES


def _scopes(frames: list[FrameType], calls: Calls) -> tuple[Scope, ...]:
    """The functions called by the traced one, outermost first; without lambdas and comprehensions."""
    inner = [frame for frame in reversed(frames[:-1]) if not frame.f_code.co_name.startswith("<")]
    if _module(frames[-1]).startswith(_OWN):  # one of our functions was traced itself
        inner.insert(0, frames[-1])
    return tuple(Scope(frame.f_code.co_name, _module(frame), calls.number(frame)) for frame in inner)


# --- names --------------------------------------------------------------------------------------------------


def _assigned_name(frames: list[FrameType]) -> str:
    """The first variable that the result is stored in, on its way out through functions that return it at once."""
    for frame in frames:
        if frame.f_code in _HANDING_ON or _module(frame) == _PROTOCOL:
            continue
        stored = _stored_after(frame.f_code).get(frame.f_lasti)
        if stored is not None:
            return "" if _machinery(_module(frame)) else stored
        if frame.f_lasti not in _returned_after(frame.f_code):
            return ""
    return ""


@functools.lru_cache(maxsize=4096)
def _stored_after(code: CodeType) -> dict[int, str]:
    """For each instruction whose result is stored in one variable, the variable's name."""
    stores: dict[int, str] = {}
    for offset, (after, *further) in _followers(code).items():
        target = _target(after)
        unpacked = after.opname != "STORE_FAST_LOAD_FAST" and any(_target(each) for each in further)
        if target is not None and not unpacked:  # two stores in a row take the parts of a tuple
            stores[offset] = target
    return stores


@functools.lru_cache(maxsize=4096)
def _returned_after(code: CodeType) -> frozenset[int]:
    """The instructions whose result is returned at once."""
    return frozenset(offset for offset, after in _followers(code).items() if after[0].opname == "RETURN_VALUE")


def _followers(code: CodeType) -> dict[int, list[dis.Instruction]]:
    """For each place in the bytecode the one or two instructions that come next.

    While a call runs, its frame stands at the call, at one of the caches behind it or, in Python 3.11, at the PRECALL
    before it.
    """
    instructions = list(dis.get_instructions(code))
    index = {instruction.offset: i for i, instruction in enumerate(instructions)}

    def behind(i: int) -> int:
        i += 2 if instructions[i].opname == "PRECALL" else 1
        while i < len(instructions) and instructions[i].opname == "JUMP_FORWARD":  # out of a branch of "a if c else b"
            i = index[instructions[i].argval]
        return i

    return {
        offset: instructions[behind(i) : behind(i) + 2]
        for i, (this, after) in enumerate(itertools.pairwise(instructions))
        for offset in range(this.offset, after.offset)
        if behind(i) < len(instructions)
    }


def _target(instruction: dis.Instruction) -> str | None:
    """The variable that an instruction stores into; of two variables at once none."""
    if not instruction.opname.startswith("STORE_") or instruction.opname in _NO_VARIABLE:
        return None
    target = instruction.argval
    return str(target[0] if isinstance(target, tuple) else target)  # STORE_FAST_LOAD_FAST has two
