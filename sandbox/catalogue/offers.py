"""The offers of a shop: those of the deck until they change, and what was changed, added or deleted.

A hundred thousand offers cost nothing until somebody changes one: only those are stored.
"""

from .offer import state_of

HOME = "CDISFR"


class OfferBook:
    """Offers in the order of their serial number, which is the order they are listed in.

    The numbers below ``len(deck)`` are the deck's. The marketplace's lock is held around every call.
    """

    def __init__(self, deck, opened):
        self.deck = deck
        self.opened = opened
        self._kept = {}  # serial -> changed or new offer, None for a deleted one
        self._places = {}  # (channel, SKU) -> serial of offers that are not the deck's
        self._channels = {HOME}
        self._by_gtin = {}  # GTIN -> serials of offers that are not the deck's
        self._next = len(deck)
        self._gone = 0
        self.stock = ChannelStock(self)

    def __len__(self):
        return self._next - self._gone

    @property
    def stored(self) -> int:
        return len(self._kept)

    @property
    def last(self) -> int:
        """One more than the highest serial number."""
        return self._next

    def at(self, serial):
        """The offer of a number, ``None`` for a deleted one. Whoever writes on it must ``put`` it back."""
        if serial in self._kept:
            return self._kept[serial]
        return self.deck[serial] if 0 <= serial < len(self.deck) else None

    def serial_of(self, channel, sku):
        if channel == HOME:
            index = self.deck.goods.index_of_sku(sku)
            if index is not None:
                return index
        return self._places.get((channel, sku))

    def get(self, channel, sku):
        serial = self.serial_of(channel, sku)
        return None if serial is None else self.at(serial)

    def of_gtin(self, channel, gtin) -> list:
        found = []
        index = self.deck.goods.index_of_gtin(gtin) if channel == HOME else None
        if index is not None and index < len(self.deck):
            found.append(self.at(index))
        found += [self.at(serial) for serial in sorted(self._by_gtin.get(gtin, ()))]
        return [offer for offer in found if offer is not None and offer.channel == channel]

    def put(self, offer):
        """Store an offer that is listed already."""
        self._kept[offer.serial] = offer

    def add(self, offer):
        """Put a new offer in; one that was deleted gets its place back."""
        serial = self.serial_of(offer.channel, offer.sku)
        if serial is None:
            serial = self._next
            self._next += 1
            self._places[offer.channel, offer.sku] = serial
        else:
            self._gone -= 1
        self._channels.add(offer.channel)
        offer.serial = serial
        self._kept[serial] = offer
        if serial >= len(self.deck):
            self._by_gtin.setdefault(offer.gtin, set()).add(serial)

    def delete(self, offer):
        self._by_gtin.get(offer.gtin, set()).discard(offer.serial)
        self._kept[offer.serial] = None
        self._gone += 1

    def everywhere(self, sku) -> list:
        """The offers of a SKU on every channel."""
        found = [self.get(channel, sku) for channel in sorted(self._channels)]
        return [offer for offer in found if offer is not None]

    def walk(self, start=0, updated_min=None, channel=None):
        """Offers from a serial number on. A late ``updated_min`` looks at the stored ones only."""
        if channel not in (None, HOME):
            start = max(start, len(self.deck))
        if updated_min is not None and updated_min >= self.opened:
            numbers = (serial for serial in sorted(self._kept) if serial >= start)
        else:
            numbers = range(start, self._next)
        for serial in numbers:
            offer = self.at(serial)
            if offer is None or (channel is not None and offer.channel != channel):
                continue
            if updated_min is None or offer.updated >= updated_min:
                yield offer

    def state(self, offer) -> str:
        return state_of(offer, self.stock[offer.sku])


class ChannelStock:
    """Pieces by SKU, as the channel believes: ``stock[sku]``, ``sku in stock``, ``stock[sku] = 5``.

    A SKU without an offer can be written too; it is kept until there is one. Writing touches ``updatedAt``.
    """

    def __init__(self, book):
        self._book = book
        self._pieces = {}
        self.now = None  # set by the shop: moment of a change

    def _deck_index(self, sku):
        return self._book.deck.goods.index_of_sku(sku)

    def __contains__(self, sku):
        return isinstance(sku, str) and (sku in self._pieces or self._deck_index(sku) is not None)

    def __getitem__(self, sku) -> int:
        if sku in self._pieces:
            return self._pieces[sku]
        index = self._deck_index(sku)
        if index is None:
            raise KeyError(sku)
        return self._book.deck.pieces(index)

    def get(self, sku):
        try:
            return self[sku]
        except KeyError:
            return None

    def __setitem__(self, sku, pieces):
        if self.get(sku) != pieces:
            self.write(sku, pieces, self.now())

    def write(self, sku, pieces, moment):
        self._pieces[sku] = pieces
        for offer in self._book.everywhere(sku):
            offer.updated = moment
            self._book.put(offer)

    def update(self, pieces):
        for sku, number in pieces.items():
            self[sku] = number

    def shown(self, skus=None) -> dict:
        """Of the SKUs asked for; of the sixty products and of all that changed when none is."""
        if skus is None:
            first = [self._book.deck.goods.sku(index) for index in range(min(60, len(self._book.deck)))]
            skus = dict.fromkeys([*first, *self._pieces])
        return {sku: self[sku] for sku in skus if sku in self}
