import ctypes

import pytest
from llvmlite import ir

from chainrule.execute.llvm.barrier import MEETING_ALIGNMENT, Meeting, emit_stop_requested
from chainrule.execute.llvm.machine_code import load, object_code
from chainrule.execute.llvm.targets import host
from marching import March


@pytest.mark.parametrize("members", [1, 2, 3, 8])
def test_nobody_passes_before_all_have_come(members):
    march = March(steps=2000)
    assert march.run(members) == members
    assert march.slots(members) == [2000] * members
    assert march.seen_apart == 0


def test_one_alone_does_not_wait():
    march = March(steps=10**6)
    march.run_with(0, 1)
    assert march.slots(1) == [10**6]


def test_all_stop_at_the_same_step():
    for _ in range(20):
        march = March(steps=10**12)
        march.run(3, seconds=0.002)
        first, *others = march.slots(3)
        assert others == [first] * 2
        assert 0 < first < 10**12


def test_a_meeting_can_be_used_again_after_a_stop():
    march = March(steps=10**12)
    march.run(2, seconds=0.001)
    march.context[1] = 50
    march.run(2)
    assert march.slots(2) == [50, 50]
    assert march.seen_apart == 0


def test_a_meeting_has_cache_lines_of_its_own():
    assert {Meeting().address % MEETING_ALIGNMENT for _ in range(5)} == {0}


def test_one_member_can_look_for_a_stop():
    module = ir.Module()
    function = ir.Function(module, ir.FunctionType(ir.IntType(1), [ir.PointerType()]), "f")
    builder = ir.IRBuilder(function.append_basic_block())
    builder.ret(emit_stop_requested(builder, function.args[0]))
    library = load(object_code(module, host()), ["f"])
    asked = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)(library["f"])
    meeting = Meeting()
    assert not asked(meeting.address)
    meeting.stop()
    assert asked(meeting.address)
    meeting.begin()
    assert not asked(meeting.address)
