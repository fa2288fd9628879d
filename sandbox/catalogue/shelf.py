"""What a shop has of the catalogue, in one place."""

import random
import uuid

from ..generator.goods import Goods
from ..generator.offer_deck import OfferDeck
from .offer import Offer
from .offer_packages import PackageDesk
from .offers import OfferBook
from .product_packages import SheetDesk
from .products import ProductBook
from .refusals import RefusalBook

OFFERS = 60
# Counters that are shown before anything was counted
MARKS = (
    "offer_pages",
    "offer_rows",
    "offer_packages_created",
    "offer_packages_open_together",
    "offer_packages_ready_twice",
    "offer_packages_integrated",
    "offer_packages_rejected",
    "offer_packages_expired",
    "offer_uploads",
    "offer_uploads_posted_twice",
    "offers_uploaded",
    "offer_duplicates_posted",
    "offer_ready_too_early",
    "offer_results_asked_early",
    "offers_integrated",
    "offers_rejected",
    "offers_duplicated",
    "offers_unchanged",
    "product_packages_created",
    "product_sheets_posted",
    "product_sheets_posted_twice",
    "product_sheets_integrated",
    "product_sheets_refused",
    "product_reports_empty",
    "category_rows",
    "xml_packages_posted_twice",
    "xml_packages_integrated",
)


class Shelf:
    """``offers``, ``products``, ``packages`` and ``sheets`` of a shop. ``mark(name, by)`` counts what happens.

    :param offers: how many offers the shop starts with; the first sixty are those of the orders' catalogue
    """

    def __init__(self, seed, seller_id, settings, opened, offers=None):
        self.seed = seed
        self.seller_id = seller_id
        self.settings = settings
        self.mark = lambda name, by=1: None
        goods = Goods(seed, OFFERS if offers is None else offers)
        self.offers = OfferBook(OfferDeck(seed, goods, opened), opened)
        self.products = ProductBook(seed, goods, seller_id, opened)
        self.refusals = RefusalBook()
        self.packages = PackageDesk(self)
        self.sheets = SheetDesk(self)
        self._ids = random.Random(f"{seed}/{seller_id}/packages")

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    def own(self, product, sku):
        """The shop has an offer on a product: from now on it is one of its sellers."""
        if not product.own:
            product.own, product.sku = True, sku
            self.products.keep(product)

    def arrive(self, moment):
        """Somebody puts an offer on the next product the shop does not sell yet, in the marketplace's back office."""
        product = next(product for product in self.products.walk(self.products.goods.own) if not product.own)
        offer = Offer.plain("CDISFR", f"BO-{product.gtin}", product, moment)
        self.offers.add(offer)
        self.own(product, offer.sku)
        self.offers.stock.write(offer.sku, 10, moment)
        return offer

    def run_due(self, now):
        self.packages.settle(now)
        self.sheets.settle(now)
