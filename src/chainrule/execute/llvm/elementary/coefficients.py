"""Constants of the elementary functions, in hexadecimal. Written by ``tools/coefficients.py``: do not edit.

Polynomials have their coefficients from the lowest power on. The error of each is in bits: the greatest distance from
the function that it stands for is 2 to the power of minus that number, relative to what is said beside it.
"""

from chainrule.execute.llvm.elementary.formats import Table

__all__ = [
    "ARCSIN",
    "ARCSINH",
    "ARCTAN",
    "ARCTANH",
    "ARTANH_SERIES",
    "COS",
    "COSH",
    "ERF",
    "ERFC",
    "EXP",
    "EXP2",
    "EXPM1",
    "INVERSE_CUBE_ROOT",
    "LN2",
    "LOG",
    "LOG2_E",
    "LOG10_2",
    "LOG10_E",
    "LOG_ERFC",
    "ONE_THIRD",
    "PI_2",
    "SIN",
    "SINH",
    "TANH",
    "TWO_OVER_PI",
    "TWO_OVER_PI_WORDS",
]

# π / 2
PI_2 = Table(
    float32="0x1.921fb6p+0 -0x1.777a5cp-25 -0x1.ee59dap-50",
    float64="0x1.921fb54442d18p+0 0x1.1a62633145c07p-54 -0x1.f1976b7ed8fbcp-110",
)

# 2 / π
TWO_OVER_PI = Table(
    float32="0x1.45f306p-1",
    float64="0x1.45f306dc9c883p-1",
)

# 1 / 3
ONE_THIRD = Table(
    float32="0x1.555556p-2 -0x1.555556p-27",
    float64="0x1.5555555555555p-2 0x1.5555555555555p-56",
)

# ln 2, the first part short
LN2 = Table(
    float32="0x1.62e4p-1 0x1.7f7d1cp-20",
    float64="0x1.62e42fefa4p-1 -0x1.8432a1b0e2634p-43",
)

# 1 / ln 2
LOG2_E = Table(
    float32="0x1.715476p+0 0x1.4ae0cp-26",
    float64="0x1.71547652b82fep+0 0x1.777d0ffda0d24p-56",
)

# 1 / ln 10
LOG10_E = Table(
    float32="0x1.bcb7b2p-2 -0x1.5b235ep-27",
    float64="0x1.bcb7b1526e50ep-2 0x1.95355baaafad3p-57",
)

# lg 2, the first part short
LOG10_2 = Table(
    float32="0x1.344p-2 0x1.3509f8p-18",
    float64="0x1.34413509f8p-2 -0x1.80433b83b532ap-44",
)

# (e^r - 1 - r) / r² for abs(r) <= ln(2) / 2
# error: 28.2 and 57.9 bits of e^r
EXP = Table(
    float32="0x1.fffffcp-2 0x1.555494p-3 0x1.5558bep-5 0x1.123854p-7 0x1.6a3d0cp-10",
    float64=(
        "0x1.000000000000ap-1 0x1.555555555550dp-3 0x1.55555555507bap-5 0x1.111111112455cp-7 0x1.6c16c1843173bp-10 "
        "0x1.a01a01383edcap-13 0x1.a0199a229763cp-16 0x1.71df0cf5e8ad2p-19 0x1.28ad4b0a29c2p-22 0x1.ad9e8d85a3401p-26"
    ),
)

# (e^r - 1 - r) / r² for abs(r) <= ln(2) / 2
# error: 31.1 and 61.6 bits of e^r - 1
EXPM1 = Table(
    float32="0x1p-1 0x1.555554p-3 0x1.5554f8p-5 0x1.1112dep-7 0x1.6d3a24p-10 0x1.9e66b8p-13",
    float64=(
        "0x1p-1 0x1.5555555555559p-3 0x1.5555555555559p-5 0x1.111111110f707p-7 0x1.6c16c16c1675ap-10 "
        "0x1.a01a01af9cf32p-13 0x1.a01a019ea2cf1p-16 0x1.71ddf9397fd55p-19 0x1.27e4f8092d4bep-22 0x1.af5d01634d947p-26 "
        "0x1.1f39e11d4c0ap-29"
    ),
)

# (2^f - 1) / f for abs(f) <= 1/2
# error: 28.3 and 57.8 bits of 2^f
EXP2 = Table(
    float32="0x1.62e43p-1 0x1.ebfbdcp-3 0x1.c6af7cp-5 0x1.3b2dep-7 0x1.5f082ep-10 0x1.416b62p-13",
    float64=(
        "0x1.62e42fefa39efp-1 0x1.ebfbdff82c59cp-3 0x1.c6b08d704a0d5p-5 0x1.3b2ab6fba11f3p-7 0x1.5d87fe78b389ap-10 "
        "0x1.4309130c01a06p-13 0x1.ffcbfbf998107p-17 0x1.62bfcddd4127fp-20 0x1.b5260c1a930a7p-24 0x1.e611a22b85074p-28 "
        "0x1.e810f7c0d4f78p-32"
    ),
)

# (ln(1 + f) - f + f²/2) / f³ for 1 + f between √½ and √2
# error: 27.3 and 56.6 bits of ln(1 + f)
LOG = Table(
    float32=(
        "0x1.555554p-2 -0x1.000226p-2 0x1.99a01cp-3 -0x1.547286p-3 0x1.22d912p-3 -0x1.0d8254p-3 0x1.056044p-3 "
        "-0x1.38ce42p-4"
    ),
    float64=(
        "0x1.5555555555533p-2 -0x1.fffffffffef19p-3 0x1.999999999f796p-3 -0x1.555555566b079p-3 0x1.24924922a2a3cp-3 "
        "-0x1.ffffff2c0d2e9p-4 0x1.c71c71e08c1f7p-4 -0x1.9999c26879ff8p-4 0x1.745d3f0ebe04fp-4 -0x1.5550eea3b654ep-4 "
        "0x1.3b0b8a2747548p-4 -0x1.24d74d3c08a4cp-4 0x1.11ccf3ed194ccp-4 -0x1.fba1c197c4e68p-5 0x1.d05b05a9aee46p-5 "
        "-0x1.d1205f7af622ap-5 0x1.0a617f9f7f4b7p-4 -0x1.ea02c788124b8p-5 0x1.ac7212fd45ed7p-6"
    ),
)

# (tanh(x) / x - 1) / z, z = x², for 0 <= x <= 1.0
# error: 27.7 and 56.2 bits of tanh(x)
TANH = Table(
    float32="-0x1.55553cp-2 0x1.110be6p-3 -0x1.b96286p-5 0x1.600bcp-6 -0x1.0466fap-7 0x1.2db68p-9 -0x1.780428p-12",
    float64=(
        "-0x1.555555555550fp-2 0x1.111111110d7dfp-3 -0x1.ba1ba1b80fd5bp-5 0x1.664f483684e0bp-6 -0x1.226e2ebc9b80bp-7 "
        "0x1.d6d30fa552d45p-9 -0x1.7d9bc90ac589cp-10 0x1.3521296147b8cp-11 -0x1.f335c71da129p-13 0x1.8d79399defc31p-14 "
        "-0x1.2eafef4ef17adp-15 0x1.9e03b8e511fe3p-17 -0x1.cacab6cb33a5bp-19 0x1.5f258a9074d51p-21 "
        "-0x1.0d02182b8c6cdp-24"
    ),
)

# (sinh(r) / x - 1) / z, z = x², for 0 <= x <= 0.346574
# error: 34.3 and 61.7 bits of sinh(r)
SINH = Table(
    float32="0x1.555556p-3 0x1.110fbep-7 0x1.a2e312p-13",
    float64=(
        "0x1.5555555555559p-3 0x1.111111110f625p-7 0x1.a01a01b024484p-13 0x1.71ddf7a0f924bp-19 0x1.af6015d57b2cfp-26"
    ),
)

# (cosh(r) - 1) / z, z = r², for 0 <= r <= ln(2) / 2
# error: 33.2 and 58.0 bits of cosh(r)
COSH = Table(
    float32="0x1p-1 0x1.5554e6p-5 0x1.6d4f0ep-10",
    float64=(
        "0x1.000000000000cp-1 0x1.555555554fd69p-5 0x1.6c16c1863d616p-10 0x1.a01995022808fp-16 0x1.28b1bb47ed6c3p-22"
    ),
)

# x^(-1/3) for 1 <= x <= 2, where iterations begin
# error: 11.9 and 11.9 bits of x^(-1/3)
INVERSE_CUBE_ROOT = Table(
    float32="0x1.8ab9p+0 -0x1.9eb2e8p-1 0x1.45622p-2 -0x1.9915bcp-5",
    float64="0x1.8ab90075af995p+0 -0x1.9eb2ea0f1cd67p-1 0x1.456222f1865aap-2 -0x1.9915c1cc90debp-5",
)

# erf(x) / x - 1, a polynomial in z = x², for 0 <= x <= 1
# error: 29.4 and 56.3 bits of erf(x)
ERF = Table(
    float32="0x1.06eba8p-3 -0x1.81273ep-2 0x1.ce2ce6p-4 -0x1.b7f71ap-6 0x1.53f224p-8 -0x1.a3515ep-11 0x1.4771fep-14",
    float64=(
        "0x1.06eba8214db69p-3 -0x1.812746b037a25p-2 0x1.ce2f21a0458ep-4 -0x1.b82ce31355182p-6 0x1.565bcd2c73355p-8 "
        "-0x1.c02db936df278p-11 0x1.f9a3b9d877552p-14 -0x1.f4dcfd0690f28p-17 0x1.ba69befa72715p-20 "
        "-0x1.63971150f7134p-23 0x1.1345e08d8857dp-26 -0x1.c5b3e4c5a8511p-30 0x1.3d0c3be05f71bp-33"
    ),
)

# ln(erfc(x)) for 1 <= x <= 6
# error: 29.8 and 57.0 bits of 1 - erfc(x)
LOG_ERFC = Table(
    float32="-0x1.6672f4p-12 -0x1.2088d4p+0 -0x1.46bb3ap-1 -0x1.a65112p-4 0x1.65c73p-6 -0x1.82525cp-9 0x1.86cf98p-13",
    float64=(
        "-0x1.0e01d5a09233p-21 -0x1.20dd1fd0d104cp+0 -0x1.45f6276f11db1p-1 -0x1.a4ac5a50f3546p-4 0x1.37228420d7dfep-6 "
        "0x1.ae98f3dbeb682p-12 -0x1.f6424ef6d0e4fp-10 0x1.940c758b17cep-11 -0x1.1b3ef31ee7205p-13 -0x1.53eb0ae7534p-16 "
        "0x1.7edbb23419478p-16 -0x1.22cbfde1f0a44p-17 0x1.1e9f216be03ap-19 -0x1.90cb97da3361ep-22 0x1.8ebb2409c66ap-25 "
        "-0x1.0e54dddfd0767p-28 0x1.c1a3a93707079p-33 -0x1.5ac6b5648145dp-38"
    ),
)

# (1 + 2x) e^(x²) erfc(x) - 5/4, a polynomial in (x - 3) / (x + 3), for 3/4 <= x <= 27.5
# error: 29.0 and 56.6 bits of erfc(x)
ERFC = Table(
    float32=(
        "0x1.8a459ep-9 -0x1.15c084p-3 -0x1.85a0d6p-5 0x1.098344p-3 -0x1.e890b8p-4 0x1.17cec4p-4 -0x1.84e28ap-6 "
        "0x1.474eacp-9 0x1.d4a7a8p-10 -0x1.629574p-11"
    ),
    float64=(
        "0x1.8a45afc930e69p-9 -0x1.15c084bb9e8ffp-3 -0x1.85a15c58aa615p-5 0x1.098366a5b4dfcp-3 -0x1.e88b803a48d9p-4 "
        "0x1.17ca2877c852p-4 -0x1.8574c40bbe553p-6 0x1.4b884eaccf68dp-9 0x1.ef1bdcecce181p-10 -0x1.98db6358e6a4ep-11 "
        "-0x1.b9120d6e23284p-14 0x1.065c1636eb4c4p-13 0x1.4bec11017e115p-18 -0x1.51761a339c613p-16 "
        "-0x1.7f963960599a9p-21 0x1.d63354378faf8p-19 0x1.4b63006f946f4p-22 -0x1.5d749e8887b68p-21 "
        "-0x1.1f095fb546c0ep-24 0x1.d26eb3b865d21p-24 -0x1.82d03092cbaf8p-27"
    ),
)

# (sin(x) / x - 1) / z, z = x², for 0 <= x <= 0.786184
# error: 32.5 and 63.2 bits of sin(x)
SIN = Table(
    float32="-0x1.555556p-3 0x1.111174p-7 -0x1.a05956p-13 0x1.7c2d52p-19",
    float64=(
        "-0x1.5555555555555p-3 0x1.1111111111069p-7 -0x1.a01a019ffe51ep-13 0x1.71de3a33a48f3p-19 "
        "-0x1.ae642c4fba5d7p-26 0x1.6109bbbd493a1p-33 -0x1.9ffc6312a5217p-41"
    ),
)

# (cos(x) - 1 + z/2) / z², z = x², for 0 <= x <= 0.786184
# error: 33.0 and 63.9 bits of cos(x)
COS = Table(
    float32="0x1.55554ap-5 -0x1.6c0c28p-10 0x1.99e80ap-16",
    float64=(
        "0x1.555555555554bp-5 -0x1.6c16c16c15005p-10 0x1.a01a019c8c7dp-16 -0x1.27e4f7ef0cce2p-22 0x1.1ee9d9c60f3acp-29 "
        "-0x1.8fa5534a5cc9cp-37"
    ),
)

# (arctan(x) / x - 1) / z, z = x², for 0 <= x <= 1.0
# error: 28.3 and 56.7 bits of arctan(x)
ARCTAN = Table(
    float32=(
        "-0x1.55553ep-2 0x1.9991e4p-3 -0x1.242086p-3 0x1.c08c5p-4 -0x1.58092cp-4 0x1.da2a78p-5 -0x1.fd7f78p-6 "
        "0x1.642714p-7 -0x1.d35fcp-10"
    ),
    float64=(
        "-0x1.5555555555526p-2 0x1.99999999955bp-3 -0x1.249249237f461p-3 0x1.c71c717fcb4c1p-4 -0x1.745d11ae2cf4fp-4 "
        "0x1.3b1366970398fp-4 -0x1.110e510e48c91p-4 0x1.e1bba55186938p-5 -0x1.ae5e6e0479ee2p-5 0x1.82dac814ac0d9p-5 "
        "-0x1.59a3d7c30baf6p-5 0x1.2c2e0f011e69cp-5 -0x1.e9f91e3e9045cp-6 0x1.683babd0e40f3p-6 -0x1.c78dc222e07a7p-7 "
        "0x1.d7b6570c3f40dp-8 -0x1.7a36c8b8adbb1p-9 0x1.b3f6eaa86c0a1p-11 -0x1.3f33074440e2fp-13 0x1.bbe88355a7bb6p-17"
    ),
)

# (arcsin(x) / x - 1) / z, z = x², for 0 <= x <= 0.5
# error: 31.7 and 59.9 bits of arcsin(x)
ARCSIN = Table(
    float32="0x1.55554cp-3 0x1.3338acp-4 0x1.6ca754p-5 0x1.04d2d6p-5 0x1.d526ap-7 0x1.34c22cp-5",
    float64=(
        "0x1.5555555555577p-3 0x1.333333332e13p-4 0x1.6db6db721278fp-5 0x1.f1c71a94eb36bp-6 0x1.6e8bdee130de7p-6 "
        "0x1.1c49f04b1fdeep-6 0x1.ca1f8f1dd344ap-7 0x1.75857c2b1c4bcp-7 0x1.613cd506aadb9p-7 0x1.e5f18013c0de1p-9 "
        "0x1.639d945e8947bp-6 -0x1.57fef154d01b2p-6 0x1.0b4725c4bebedp-5"
    ),
)

# (arcsinh(x) / x - 1) / z, z = x², for 0 <= x <= 0.5
# error: 29.6 and 60.4 bits of arcsinh(x)
ARCSINH = Table(
    float32="-0x1.555536p-3 0x1.3324f2p-4 -0x1.6b95d4p-5 0x1.cd647ep-6 -0x1.b15092p-7",
    float64=(
        "-0x1.5555555555541p-3 0x1.3333333330755p-4 -0x1.6db6db6ba616cp-5 0x1.f1c71ba99bfc4p-6 -0x1.6e8b8ca488ad2p-6 "
        "0x1.1c4d2f898d578p-6 -0x1.c972e8b58f8d3p-7 0x1.7941dc6c0285bp-7 -0x1.3869f49165867p-7 0x1.e942a304e8241p-8 "
        "-0x1.371fca85d402ep-8 0x1.c25c1c49cc5dap-10"
    ),
)

# (arctanh(x) / x - 1) / z, z = x², for 0 <= x <= 0.5
# error: 29.4 and 57.1 bits of arctanh(x)
ARCTANH = Table(
    float32="0x1.55554p-2 0x1.99a676p-3 0x1.234d9ap-3 0x1.e3ffcep-4 0x1.a6bdeap-5 0x1.693948p-3",
    float64=(
        "0x1.55555555555ccp-2 0x1.999999998786bp-3 0x1.2492492c42bf5p-3 0x1.c71c6e7d042cep-4 0x1.745d81402b95bp-4 "
        "0x1.3b0b26c1f4039p-4 0x1.11878718bde36p-4 0x1.d90663deead0fp-5 0x1.ea28284f340bcp-5 0x1.dc0b5668a2db3p-7 "
        "0x1.29006204ae2dp-3 -0x1.3966e11b80829p-3 0x1.cc844332ac276p-3"
    ),
)

# (artanh(s) / s - 1 - z/3) / z², z = s², for 0 <= s <= 3 - √8
# error: 36.8 and 66.3 bits of artanh(s)
ARTANH_SERIES = Table(
    float32="0x1.999ap-3 0x1.24527cp-3 0x1.dfa26p-4",
    float64=(
        "0x1.9999999999b3p-3 0x1.2492492457d5ep-3 0x1.c71c722d66b94p-4 0x1.745ce9e321c4ep-4 0x1.3b1eec18c9852p-4 "
        "0x1.0f7fe820249d5p-4 0x1.0e42bba023aa3p-4"
    ),
)

# the bits of 2 / π, the point behind the first 64
TWO_OVER_PI_WORDS = (
    0x0000000000000000,
    0xA2F9836E4E441529,
    0xFC2757D1F534DDC0,
    0xDB6295993C439041,
    0xFE5163ABDEBBC561,
    0xB7246E3A424DD2E0,
    0x06492EEA09D1921C,
    0xFE1DEB1CB129A73E,
    0xE88235F52EBB4484,
    0xE99C7026B45F7E41,
    0x3991D639835339F4,
    0x9C845F8BBDF9283B,
    0x1FF897FFDE05980F,
    0xEF2F118B5A0A6D1F,
    0x6D367ECF27CB09B7,
    0x4F463F669E5FEA2D,
    0x7527BAC7EBE5F17B,
    0x3D0739F78A5292EA,
    0x6BFB5FB11F8D5D08,
    0x56033046FC7B6BAB,
)
