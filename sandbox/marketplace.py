"""The whole state of the sandbox behind one lock."""

import threading
from dataclasses import dataclass

from .clock import Clock
from .counters import Counters
from .faults import FaultEngine
from .settings import MarketSettings
from .shop import Shop
from .tokens import Account, TokenStore

LOGIN, PASSWORD, SELLER_ID = "sandbox", "sandbox-pass1", "98979"


@dataclass(frozen=True)
class Opening:
    """What a marketplace is opened (and reset) with."""

    seed: int = 1
    orders: int = 300
    shipping_reading: str = "line"
    channels: tuple = ()  # (channel id, share of the orders)
    login: str = LOGIN
    password: str = PASSWORD
    seller_id: str = SELLER_ID
    offers: int = 60  # of each shop; the first sixty are those of the orders' catalogue


class Marketplace:
    """Shops, accounts, tokens, faults and counters.

    ``lock`` guards all of it; whoever reads or writes state holds it, and nobody sleeps with it. ``sleep`` is what slow
    answers wait with; it ends early when the marketplace is stopped.
    """

    def __init__(self, opening=None, clock=None, sleep=None):
        self.lock = threading.RLock()
        self.opening = opening or Opening()
        self.clock = clock if isinstance(clock, Clock) else Clock(clock)
        self._stopping = threading.Event()
        self.sleep = sleep or self._stopping.wait
        self._traces = 0
        self.reset()

    def reset(self, opening=None):
        """Back to the first moment; the clock keeps the time it has."""
        with self.lock:
            self.opening = opening or self.opening
            self.settings = MarketSettings()
            self.counters = Counters()
            self.faults = FaultEngine(self.counters)
            self.tokens = TokenStore(self.opening.seed, self.clock)
            self.accounts = {}
            self.shops = {}
            self.opened_at = self.clock.now()
            self.add_shop(
                self.opening.seller_id,
                self.opening.login,
                self.opening.password,
                name="Acme Maison",
                orders=self.opening.orders,
            )

    def add_shop(self, seller_id, login, password=None, name=None, orders=0):
        """A shop and an account for it; a login that exists already may act for one more seller."""
        with self.lock:
            if seller_id in self.shops:
                raise ValueError(f"The seller {seller_id} exists already.")
            account = self.accounts.get(login)
            if account is None:
                if not password:
                    raise ValueError(f"The account {login} is new and needs a password.")
                account = self.accounts[login] = Account(login, password)
            account.sellers.add(seller_id)
            shop = self.shops[seller_id] = Shop(
                seller_id,
                self.clock,
                self.opening.seed,
                name=name,
                orders=orders,
                now=self.opened_at.replace(microsecond=0),
                shipping_reading=self.opening.shipping_reading,
                channels=dict(self.opening.channels),
                offers=self.opening.offers,
            )
            shop.strict_clock = self.settings.strict_clock
            shop.shelf.mark = lambda name, by=1: self.counters.mark(name, by)
            shop.on_oversold = lambda pieces: self.counters.mark("stock_below_zero", pieces)
            return shop

    @property
    def shop(self) -> Shop:
        """The first shop, the one most tests mean."""
        return next(iter(self.shops.values()))

    def trace_id(self) -> str:
        with self.lock:
            self._traces += 1
            return f"00-{self.opening.seed:08x}{self._traces:024x}-{self._traces:016x}-01"

    def resume(self):
        """Let slow answers be slow again after a stop."""
        self._stopping.clear()

    def stop(self):
        """Wake every answer that waits; used when the server goes down."""
        self._stopping.set()
