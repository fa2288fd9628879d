"""Brands of the marketplace: those of the shop's catalogue and two thousand made-up ones."""

from functools import lru_cache

from ..tables import words
from .catalogue import build_catalogue

_STARTS = words(
    "Al|Bel|Cor|Dal|El|Fal|Gra|Hel|Iso|Jor|Kal|Lum|Mar|Nor|Oli|Pal|Quin|Ros|Sol|Tor|Ur|Val|Xen|Yel|Zan|Bri|Clé|Dré|"
    "Fleu|Pré|Ché|Thé|Vé|Sé|Lé|Ré|Né|Mé|Bé|Dé"
)
_MIDDLES = words("a|e|i|o|éo|ia|en|ar|or|el")
_ENDS = words("via|tis|nova|line|max")


@lru_cache(maxsize=1)
def brands() -> tuple:
    """``(reference, label)`` sorted by reference."""
    labels = list(dict.fromkeys(product.brand for product in build_catalogue()))
    labels += [f"{a}{b}{c}" for a in _STARTS for b in _MIDDLES for c in _ENDS]
    return tuple((f"B{number:05d}", label) for number, label in enumerate(dict.fromkeys(labels), 1))


@lru_cache(maxsize=1)
def brand_labels() -> frozenset:
    return frozenset(label.casefold() for _, label in brands())
