"""One seller's shop: profile, settings, orders and everything that hangs on them."""

import gc
from contextlib import contextmanager
from datetime import timedelta

from .cancelling import settle
from .catalogue import Shelf
from .clock import format_time
from .finance import Finance
from .fulfilment import FulfilmentStock
from .generator import OrderGenerator, build_catalogue
from .invoices import Invoices
from .jsonio import as_object
from .lifecycle import DEAD, DELAYS, check_move, find_line, next_status, set_line_status, set_status
from .settings import ShopSettings
from .store import OrderStore

DEFAULT_SUBSCRIPTIONS = (("CDISFR", "Cdiscount"),)


@contextmanager
def _no_collector():
    """Ten thousand orders are a million objects without a cycle; the search for cycles took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Shop:
    """State of one seller. The marketplace's lock is held around every call."""

    def __init__(
        self,
        seller_id,
        clock,
        seed,
        name=None,
        orders=0,
        now=None,
        shipping_reading="line",
        channels=None,
        offers=None,
    ):
        self.seller_id = seller_id
        self.name = name or f"Boutique {seller_id}"
        self.clock = clock
        self.settings = ShopSettings()
        self.catalogue = build_catalogue()
        self.skus = frozenset(product.sku for product in self.catalogue)
        self.gtins = frozenset(product.gtin for product in self.catalogue)
        self.subscriptions = [*DEFAULT_SUBSCRIPTIONS, *((channel, channel) for channel in channels or ())]
        self.orders = OrderStore()
        self.cancellations = []
        self.finance = Finance(self)
        self.invoices = Invoices(self)
        self.shelf = Shelf(seed, seller_id, self.settings, now or clock.now(), offers)
        self.stock = self.shelf.offers.stock  # what the channel believes can be sold
        self.stock.now = self.stamp
        self.on_oversold = lambda pieces: None
        self.fulfilment = FulfilmentStock()
        self.accepted_parcels = {}  # parcel number -> ids of the orders it was accepted for
        self.indicators = None  # what the seller's indicators show instead of the usual ones
        self.strict_clock = False
        self._last_stamp = None
        self.generator = OrderGenerator(
            seed, seller_id, self.catalogue, self.orders.__contains__, shipping_reading, channels
        )
        with _no_collector():
            self.orders.add_all(self.generator.history(orders, now or clock.now()))
        self.history = len(self.orders)  # so many orders were there when it opened

    def stamp(self):
        """Moment of a change; with the strict clock no two changes share one."""
        moment = self.clock.now()
        if self.strict_clock and self._last_stamp is not None and moment <= self._last_stamp:
            moment = self._last_stamp + timedelta(milliseconds=1)
        self._last_stamp = moment
        return moment

    def create(self, wish):
        """A new order; what it takes beyond the published stock was oversold."""
        entry = self.orders.add(self.generator.order(wish, self.stamp()))
        for line in entry.lines:
            sku = as_object(line.get("offer")).get("sellerProductId")
            if sku in self.stock and line["status"] not in DEAD and not self.fulfilment.supplies(line):
                self.stock[sku] -= line["quantity"]
                if self.stock[sku] < 0:
                    self.on_oversold(min(line["quantity"], -self.stock[sku]))
        return entry

    def move(self, entry, status=None, force=False):
        """Next status by itself, or ``status``. Raises ``MoveRefused``; ``force`` skips the check."""
        if status is None:
            status = next_status(entry.status, self.settings.auto_accept_order) or (
                "Shipped" if entry.status == "InPreparation" else entry.status
            )
        if not force:
            check_move(entry, status)
        moment = self.stamp()
        set_status(entry, status, moment)
        if status in ("Shipped", "Delivered"):
            self._add_parcel(entry, moment)
        self.orders.change(entry, moment)

    @staticmethod
    def _add_parcel(entry, moment):
        """A shipped line has a parcel; where nobody posted one, the carrier's own."""
        number = f"SB{entry.serial:011d}"
        for line in entry.lines:
            if line.get("status") not in DEAD and not line.get("parcels"):
                line["parcels"] = [
                    {
                        "parcelNumber": number,
                        "carrierName": "Colissimo",
                        "trackingUrl": f"https://tracking.example/{number}",
                        "shippedAt": format_time(moment),
                    }
                ]

    def move_line(self, entry, which, status, force=False):
        line = find_line(entry, which)
        moment = self.stamp()
        set_line_status(entry, line, status, moment, force)
        self.orders.change(entry, moment)

    def touch(self, entry, moment=None):
        """A change that only shows in ``updatedAt``."""
        moment = moment or self.stamp()
        entry.document["updatedAt"] = format_time(moment)
        self.orders.change(entry, moment)

    def run_due(self):
        """Let happen what the clock has brought: cancellations, and with ``automatic`` on the life of every order."""
        settle(self)
        self.shelf.run_due(self.clock.now())
        if not self.settings.automatic:
            return 0
        now = self.clock.now()
        moved = 0
        for entry in list(self.orders):
            while entry.status in DELAYS:
                due = entry.updated_at + DELAYS[entry.status]
                if due > now:
                    break
                set_status(entry, next_status(entry.status, self.settings.auto_accept_order), due)
                self.orders.change(entry, due)
                moved += 1
        return moved
