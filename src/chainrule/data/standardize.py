"""Features on one scale: mean 0 and standard deviation 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import DataError, ShapeError

__all__ = ["Standardizer"]

Floats = NDArray[np.float64]

_NOISE = 16 * np.finfo(np.float64).eps  # a spread below this part of the largest value is rounding, not information


@dataclass(frozen=True, eq=False)
class Standardizer:
    r"""Shift and scale of each feature, :math:`z = (x - \text{mean}) / \text{scale}`, in float64.

    The scale is the standard deviation (dividing by N). A feature that is constant, up to rounding, has scale 1.

    Attributes:
        mean: (M,) for features (N, M); a single number for a target (N,).
        scale: of the same shape; greater than 0.

    Example:
        >>> standardizer = Standardizer.fit([[1.0, 7.0], [3.0, 7.0]])
        >>> standardizer.transform([[1.0, 7.0], [3.0, 7.0]])
        array([[-1.,  0.],
               [ 1.,  0.]])
    """

    mean: Floats
    scale: Floats

    @classmethod
    def fit(cls, X: ArrayLike) -> "Standardizer":
        """Return the standardizer of features (N, M), or of a target (N,); finite at every scale that float64 has.

        Raises:
            DataError: no rows, or values that are not finite.
        """
        values = np.asarray(X, dtype=np.float64)
        if values.ndim == 0 or len(values) == 0:
            raise DataError(f"a standardizer needs at least one row; got the shape {values.shape}")
        if not np.isfinite(values).all():
            raise DataError(f"a standardizer needs finite values; {int((~np.isfinite(values)).sum())} are not")
        # A power of two, which is exact, brings the values between -1 and 1: squares neither overflow nor vanish.
        _, exponent = np.frexp(np.abs(values).max(axis=0))
        unit = np.ldexp(values, -exponent)
        mean = np.clip(unit.mean(axis=0), unit.min(axis=0), unit.max(axis=0))
        deviation = unit.std(axis=0)
        scale = np.ldexp(deviation, exponent)
        constant = (deviation <= _NOISE * np.abs(unit).max(axis=0)) | (scale < np.finfo(np.float64).tiny)
        return cls(np.ldexp(mean, exponent), np.where(constant, 1.0, scale))

    def transform(self, X: ArrayLike) -> Floats:
        """Return standardized values of the shape of X."""
        values = self._checked(X)
        # Halves, because the difference of two finite numbers may overflow.
        return np.asarray((0.5 * values - 0.5 * self.mean) / (0.5 * self.scale))

    def inverse_transform(self, Z: ArrayLike) -> Floats:
        """Return values in the original units, as for the predictions of a standardized target."""
        return np.asarray(self._checked(Z) * self.scale + self.mean)

    def _checked(self, X: ArrayLike) -> Floats:
        values = np.asarray(X, dtype=np.float64)
        if values.shape[1:] != self.mean.shape:
            expected = ", ".join(["N", *map(str, self.mean.shape)])
            raise ShapeError(f"the standardizer was fitted on values ({expected}); got the shape {values.shape}")
        return values
