"""A thousand broken and malicious texts: each is refused with its place, and nothing is executed."""

import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.errors import FormulaError
from chainrule.formulas import formula

MALICIOUS = """
__import__('os').system('true')
__import__("subprocess").run(["true"])
eval('1')
exec("x = 1")
compile('1', '', 'eval')
open('/etc/passwd').read()
globals()['x']
locals()
vars()
dir(x)
getattr(x, 'y')
().__class__.__bases__[0].__subclasses__()
x.__class__
x.__init__.__globals__
''.join(['a'])
(lambda: 0)()
(lambda f: f(f))(lambda f: f(f))
[x for x in (1, 2)]
{x: 1 for x in y}
(x for x in y)
[[]] * 10
(yield x)
(await x)
(x := 1)
print(x)
input()
exit()
breakpoint()
x; import os
import os
from os import system
del x
raise x
assert x
while True: pass
def f(): pass
class A: pass
@x
x -> y
*x
**x
sin(*x)
sin(**x)
sin(x=1)
f"{x}"
b"x"
'x' * 10
1j
0x7fffffff
0b1
1_000
1if x else 2
x if y else z
x and y
x or y
not x
x is y
x in y
None
True
...
x[0]
x[::1]
x{0}
x = 1
x == y == z
0 < x < 1
x // y
x % y
x @ y
x & y
x | y
x ^ y
~x
x << 2
x!
x?
$x
x\\
`x`
#x
x # comment
2x
x 2
x y
(x
x)
((x)
)x(
()
(,)
,
x,
x,y
+
-
*
/
x +
x + * y
x ** ** y
== x
sin
sin x
sin()
sin(x, x)
sine(x)
max()
max(x)
where(x)
unknown(x)
pi(x)
x.y
1.2.3
1..2
1e
1e+
1e999
007
×
x × y
x − 1
x · y
x²
√x
∞
π
½
х + 1
ｘ + 1
x＋1
ﬁ
ℯ
𝐱 + 1
x̂
٣ + x
é
α̇
名
😀
""".strip().split("\n")
EXTREME = [
    "",
    " ",
    "\n",
    "\x00",
    "x\x00",
    "x\x0c+1",
    "\udc80",
    "x + \ud800",
    "x\u202e",
    "\ufeffx",
    "x\u200b",
    "x\u00a0+ 1",
    "(" * 1_000_000,
    ")" * 1_000_000,
    "(" * 1_000_000 + "x" + ")" * 1_000_000,
    "(" * 5_000 + ")" * 5_000,
    "(" * 200 + "x" + ")" * 200,
    "sin(" * 2_000 + "x" + ")" * 2_000,
    "-" * 1_000_000 + "x",
    "-" * 9_999 + "x",
    "+-" * 4_000 + "x",
    "2**" * 3_000 + "x",
    "9**" * 2_000 + "9",
    "x+" * 4_999 + "x",
    "x<" * 4_999 + "x",
    "x<" * 900 + "x",
    "9" * 10_000,
    "9" * 1_000_000,
    "0" * 9_999,
    "1e" + "9" * 9_000,
    "." * 10_000,
    "x" * 10_000,
    "x " * 5_000,
    "a" * 9_997 + "(x)",
    "f(" * 99 + ")" * 99,
    "(x+" * 99 + ")" * 99,
    "[" * 10_000,
    "{" * 10_000,
    "'" * 10_000,
    '"""' * 3_000,
    "\\" * 10_000,
    "lambda " * 1_400,
    "not " * 2_500,
    "х" * 10_000,
    "𝐱" * 10_000,
    "\ud800" * 10_000,
    "e\u0301" * 5_000,
    "," * 10_000,
    "max(" + "x," * 4_000 + "x)",
]
GOOD = ["(x+y)*z", "1/(1 + exp(-x))", "where(x > 0, x, -x)", "max(x, 2.5e-3)**2", "α*x + β", "log(1 + exp(x))"]
FOREIGN = [
    *"^=!?;:@%&|~`'\"[]{}#$\\._\x00\x7f\udc80×−·²π",
    "х",
    "ｘ",
    "о",
    "Α",
    "//",
    "=>",
    "lambda ",
    " and ",
    "__class__",
    ".real",
]


def mutations(count: int) -> list[str]:
    """Good formulas made bad: what has no meaning is put anywhere, or a bad formula is put inside of a good one."""
    draw = random.Random(1)
    bad = [text for text in MALICIOUS + EXTREME if len(text) < 100 and text.strip()]
    texts: dict[str, None] = {}
    while len(texts) < count:
        good = draw.choice(GOOD)
        place = draw.randrange(len(good) + 1)
        inside = draw.choice([f" {draw.choice(FOREIGN)} ", f"({draw.choice(bad)})"])
        texts[good[:place] + inside + good[place:]] = None
    return list(texts)


TEXTS = MALICIOUS + EXTREME + mutations(1_000 - len(MALICIOUS) - len(EXTREME))
HARMFUL = ("exec", "open", "os.", "subprocess.", "socket.", "ctypes.")  # audit events of code that runs or reaches out


class Watch:
    """Writes down the harmful audit events inside of ``with``; an audit hook can never be removed, so there is one."""

    def __init__(self) -> None:
        self.listening = False
        self.heard: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        del arguments
        if self.listening and event.startswith(HARMFUL):
            self.heard.append(event)

    def __enter__(self) -> list[str]:
        self.listening, self.heard = True, []
        return self.heard

    def __exit__(self, *_: object) -> None:
        self.listening = False


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


def test_the_watch_hears(watch: Watch) -> None:
    with watch as heard:
        eval("1 + 1")
    assert heard == ["exec"]


def test_a_thousand_texts_are_refused_with_their_place_and_nothing_runs(watch: Watch) -> None:
    assert len(set(TEXTS)) == 1_000
    with watch as heard:
        for text in TEXTS:
            with pytest.raises(FormulaError) as caught:
                formula(text)
            check_message(caught.value, text)
    assert heard == []


def check_message(error: FormulaError, text: str) -> None:
    """One sentence, the formula, the caret: short, printable, with a place inside of the text or at its end."""
    assert error.column is not None
    assert 1 <= error.column <= len(text) + 1
    sentence, shown, caret = str(error).encode().decode().split("\n")
    assert len(sentence) < 300
    assert len(shown) <= 62
    assert caret.strip() == "^"


def test_good_formulas_run_nothing_either(watch: Watch) -> None:
    with watch as heard:
        for text in GOOD:
            f = formula(text)
            f(*[0.5] * len(f.variables))
    assert heard == []


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text() | st.text("xyπ 0123456789.eE+-*/()<>=!,_sinmax", max_size=30))
def test_any_text_is_a_formula_or_is_refused(text: str) -> None:
    try:
        f = formula(text)
    except FormulaError as error:
        check_message(error, text)
    else:
        f(*[0.5] * len(f.variables))
