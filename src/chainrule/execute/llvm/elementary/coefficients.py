"""Constants of the elementary functions, in hexadecimal. Written by ``tools/coefficients.py``: do not edit.

Polynomials have their coefficients from the lowest power on. The error of each is in bits: the greatest distance from
the function that it stands for is 2 to the power of minus that number, relative to what is said beside it.
"""

from chainrule.execute.llvm.elementary.formats import Table

__all__ = [
    "EXP",
    "EXP2",
    "EXPM1",
    "LN2",
    "LOG",
    "LOG2_E",
    "LOG10_2",
    "LOG10_E",
    "TANH",
]

# ln 2, the first part short
LN2 = Table(
    float32=(
        "0x1.62e4000000000p-1",
        "0x1.7f7d1c0000000p-20",
    ),
    float64=(
        "0x1.62e42fefa4000p-1",
        "-0x1.8432a1b0e2634p-43",
    ),
)

# 1 / ln 2
LOG2_E = Table(
    float32=(
        "0x1.7154760000000p+0",
        "0x1.4ae0c00000000p-26",
    ),
    float64=(
        "0x1.71547652b82fep+0",
        "0x1.777d0ffda0d24p-56",
    ),
)

# 1 / ln 10
LOG10_E = Table(
    float32=(
        "0x1.bcb7b20000000p-2",
        "-0x1.5b235e0000000p-27",
    ),
    float64=(
        "0x1.bcb7b1526e50ep-2",
        "0x1.95355baaafad3p-57",
    ),
)

# lg 2, the first part short
LOG10_2 = Table(
    float32=(
        "0x1.3440000000000p-2",
        "0x1.3509f80000000p-18",
    ),
    float64=(
        "0x1.34413509f8000p-2",
        "-0x1.80433b83b532ap-44",
    ),
)

# (e^r - 1 - r) / r² for abs(r) <= ln(2) / 2
# error: 28.2 and 57.9 bits of e^r
EXP = Table(
    float32=(
        "0x1.fffffc0000000p-2",
        "0x1.5554940000000p-3",
        "0x1.5558be0000000p-5",
        "0x1.1238540000000p-7",
        "0x1.6a3d0c0000000p-10",
    ),
    float64=(
        "0x1.000000000000ap-1",
        "0x1.555555555550dp-3",
        "0x1.55555555507bap-5",
        "0x1.111111112455cp-7",
        "0x1.6c16c1843173bp-10",
        "0x1.a01a01383edcap-13",
        "0x1.a0199a229763cp-16",
        "0x1.71df0cf5e8ad2p-19",
        "0x1.28ad4b0a29c20p-22",
        "0x1.ad9e8d85a3401p-26",
    ),
)

# (e^r - 1 - r) / r² for abs(r) <= ln(2) / 2
# error: 31.1 and 61.6 bits of e^r - 1
EXPM1 = Table(
    float32=(
        "0x1.0000000000000p-1",
        "0x1.5555540000000p-3",
        "0x1.5554f80000000p-5",
        "0x1.1112de0000000p-7",
        "0x1.6d3a240000000p-10",
        "0x1.9e66b80000000p-13",
    ),
    float64=(
        "0x1.0000000000000p-1",
        "0x1.5555555555559p-3",
        "0x1.5555555555559p-5",
        "0x1.111111110f707p-7",
        "0x1.6c16c16c1675ap-10",
        "0x1.a01a01af9cf32p-13",
        "0x1.a01a019ea2cf1p-16",
        "0x1.71ddf9397fd55p-19",
        "0x1.27e4f8092d4bep-22",
        "0x1.af5d01634d947p-26",
        "0x1.1f39e11d4c0a0p-29",
    ),
)

# (2^f - 1) / f for abs(f) <= 1/2
# error: 28.3 and 57.8 bits of 2^f
EXP2 = Table(
    float32=(
        "0x1.62e4300000000p-1",
        "0x1.ebfbdc0000000p-3",
        "0x1.c6af7c0000000p-5",
        "0x1.3b2de00000000p-7",
        "0x1.5f082e0000000p-10",
        "0x1.416b620000000p-13",
    ),
    float64=(
        "0x1.62e42fefa39efp-1",
        "0x1.ebfbdff82c59cp-3",
        "0x1.c6b08d704a0d5p-5",
        "0x1.3b2ab6fba11f3p-7",
        "0x1.5d87fe78b389ap-10",
        "0x1.4309130c01a06p-13",
        "0x1.ffcbfbf998107p-17",
        "0x1.62bfcddd4127fp-20",
        "0x1.b5260c1a930a7p-24",
        "0x1.e611a22b85074p-28",
        "0x1.e810f7c0d4f78p-32",
    ),
)

# (ln(1 + f) - f + f²/2) / f³ for 1 + f between √½ and √2
# error: 27.3 and 56.6 bits of ln(1 + f)
LOG = Table(
    float32=(
        "0x1.5555540000000p-2",
        "-0x1.0002260000000p-2",
        "0x1.99a01c0000000p-3",
        "-0x1.5472860000000p-3",
        "0x1.22d9120000000p-3",
        "-0x1.0d82540000000p-3",
        "0x1.0560440000000p-3",
        "-0x1.38ce420000000p-4",
    ),
    float64=(
        "0x1.5555555555533p-2",
        "-0x1.fffffffffef19p-3",
        "0x1.999999999f796p-3",
        "-0x1.555555566b079p-3",
        "0x1.24924922a2a3cp-3",
        "-0x1.ffffff2c0d2e9p-4",
        "0x1.c71c71e08c1f7p-4",
        "-0x1.9999c26879ff8p-4",
        "0x1.745d3f0ebe04fp-4",
        "-0x1.5550eea3b654ep-4",
        "0x1.3b0b8a2747548p-4",
        "-0x1.24d74d3c08a4cp-4",
        "0x1.11ccf3ed194ccp-4",
        "-0x1.fba1c197c4e68p-5",
        "0x1.d05b05a9aee46p-5",
        "-0x1.d1205f7af622ap-5",
        "0x1.0a617f9f7f4b7p-4",
        "-0x1.ea02c788124b8p-5",
        "0x1.ac7212fd45ed7p-6",
    ),
)

# (tanh(x) / x - 1) / z, z = x², for 0 <= x <= 1
# error: 27.7 and 56.2 bits of tanh(x)
TANH = Table(
    float32=(
        "-0x1.55553c0000000p-2",
        "0x1.110be60000000p-3",
        "-0x1.b962860000000p-5",
        "0x1.600bc00000000p-6",
        "-0x1.0466fa0000000p-7",
        "0x1.2db6800000000p-9",
        "-0x1.7804280000000p-12",
    ),
    float64=(
        "-0x1.555555555550fp-2",
        "0x1.111111110d7dfp-3",
        "-0x1.ba1ba1b80fd5bp-5",
        "0x1.664f483684e0bp-6",
        "-0x1.226e2ebc9b80bp-7",
        "0x1.d6d30fa552d45p-9",
        "-0x1.7d9bc90ac589cp-10",
        "0x1.3521296147b8cp-11",
        "-0x1.f335c71da1290p-13",
        "0x1.8d79399defc31p-14",
        "-0x1.2eafef4ef17adp-15",
        "0x1.9e03b8e511fe3p-17",
        "-0x1.cacab6cb33a5bp-19",
        "0x1.5f258a9074d51p-21",
        "-0x1.0d02182b8c6cdp-24",
    ),
)
