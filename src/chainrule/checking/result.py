"""What ``check`` returns: the facts, and all forms in which they can be read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from chainrule.checking.findings import Facts
from chainrule.checking.html import fragment, page
from chainrule.checking.text import text

__all__ = ["Check"]


@dataclass(frozen=True)
class Check(Facts):
    """Where a function breaks in the given ranges; print it to read it."""

    @property
    def ok(self) -> bool:
        """Was nothing found?"""
        return not self.findings

    def to_text(self, *, color: bool = False) -> str:
        """Return the findings for a terminal, under a plot of the error if one number varies."""
        return text(self, color=color)

    def to_html(self) -> str:
        """Return a page that is complete in itself."""
        return page(self)

    def to_json(self) -> str:
        """Return everything as JSON; infinities and NaN are texts."""
        return json.dumps(_plain({**asdict(self), "ok": self.ok}), ensure_ascii=False, indent=2, allow_nan=False)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Check of {self.title}: {len(self.findings)} findings>"

    def _repr_html_(self) -> str:
        return fragment(self)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value
