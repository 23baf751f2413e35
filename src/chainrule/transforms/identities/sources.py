"""Where several identities are explained."""

__all__ = ["BLANCHARD", "HAMMING", "KAHAN", "MACHLER"]

BLANCHARD = (
    "P. Blanchard, D. J. Higham and N. J. Higham (2021), Accurately computing the log-sum-exp and softmax functions"
)
HAMMING = "R. W. Hamming (1973), Numerical methods for scientists and engineers, chapter 3"
KAHAN = "W. Kahan (1987), Branch cuts for complex elementary functions"
MACHLER = "M. Mächler (2012), Accurately computing log(1 - exp(-|a|))"
