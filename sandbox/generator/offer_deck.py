"""The offers the shop starts with, by index: one on each of its goods, made when it is looked at."""

from datetime import timedelta

from ..catalogue.offer import HEAVY, Offer
from .dice import Dice

FIRST_STOCK = 100_000  # pieces of each of the sixty products on the day the shop opens
_MODES = (("THD", 499, 100), ("SHD", 699, 150), ("NTHD", 390, None), ("EHD", 1290, 300))
_MONTH = 30 * 86_400


class OfferDeck:
    """``deck[index]`` is a new ``Offer``; ``opened`` is the moment no offer is younger than."""

    def __init__(self, seed, goods, opened):
        self.goods = goods
        self._dice = Dice(seed, "offers")
        self._opened = opened

    def __len__(self):
        return self.goods.own

    def pieces(self, index) -> int:
        if index < 60:
            return FIRST_STOCK
        throw = self._dice(index)
        return 0 if throw.chance(8) else 1 + throw.below(400)

    def __getitem__(self, index) -> Offer:
        good = self.goods[index]
        throw = self._dice(index)
        throw.below(2)
        throw.below(2)
        offer = Offer()
        offer.serial = index
        offer.channel = "CDISFR"
        offer.sku, offer.gtin, offer.reference = good.sku, good.gtin, good.reference
        offer.condition = "New" if index < 60 or throw.below(100) < 98 else "LikeNew"
        offer.price = good.price
        offer.origin = good.price * 5 // 4 if throw.below(100) < 15 else None
        offer.vat, offer.eco, offer.dea = good.vat, good.eco, good.dea
        offer.currency = "EUR"
        offer.preparation = 1 + throw.below(3)
        heavy = good.weight > HEAVY
        offer.modes = [("FDHD", 4990, 1000)] if heavy else list(_MODES[: 1 + throw.below(3)])
        offer.comments = None
        updated = throw.below(_MONTH)
        offer.updated = self._opened - timedelta(seconds=updated + 1)
        offer.created = self._opened - timedelta(seconds=updated + 1 + 60 * throw.below(_MONTH))
        offer.marketable = True
        return offer
