"""The identities, a page for each family; ``BY_ROOT`` has for every op those that can end in it, special ones first."""

from collections.abc import Mapping
from types import MappingProxyType

from chainrule.transforms.identities.exponentials import EXPONENTIALS
from chainrule.transforms.identities.logarithms import LOGARITHMS
from chainrule.transforms.identities.quotients import QUOTIENTS
from chainrule.transforms.identities.reductions import REDUCTIONS
from chainrule.transforms.identities.roots import ROOTS
from chainrule.transforms.identities.trigonometry import TRIGONOMETRY
from chainrule.transforms.identity import Identity

__all__ = ["BY_ROOT", "IDENTITIES"]

IDENTITIES: tuple[Identity, ...] = (*EXPONENTIALS, *LOGARITHMS, *TRIGONOMETRY, *ROOTS, *QUOTIENTS, *REDUCTIONS)


def _by_root() -> Mapping[str, tuple[Identity, ...]]:
    found: dict[str, tuple[Identity, ...]] = {}
    for identity in IDENTITIES:
        for root in identity.roots:
            found[root] = (*found.get(root, ()), identity)
    return MappingProxyType(found)


BY_ROOT = _by_root()
