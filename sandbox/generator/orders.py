"""Orders as the API shows them (contract §3.2), from a seed and a moment.

The same seed, moment and number give the same orders to the byte; nothing here reads the machine's clock.
"""

import random
from datetime import timedelta

from ..clock import format_time
from . import addresses
from .customers import CustomerBook, billing_address, shipping_address
from .lines import Frame, LineMaker
from .oddities import put_new_fields, put_nulls
from .pricing import euros, header_total
from .scenarios import SCENARIOS, draw
from .timeline import events, purchase_moment
from .wishes import Wish

REVEALING = frozenset({"InPreparation", "Shipped", "Delivered"})
CHANNEL_NAMES = {"CDISFR": "Cdiscount"}
PAYMENTS = ("Card", "Card", "Card", "Card", "PayPal", "CardIn4Instalments", "GiftCard", "BankTransfer", "ApplePay")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Draft:
    """A generated order before it enters the store."""

    __slots__ = ("document", "hidden_addresses", "updated_at")

    def __init__(self, document, hidden_addresses, updated_at):
        self.document = document
        self.hidden_addresses = hidden_addresses
        self.updated_at = updated_at


class OrderGenerator:
    """Draws the orders of one shop.

    ``taken`` answers whether an order id exists already. ``shipping_reading``: ``line`` (shippingCost is of the
    whole line), ``unit`` (of a piece) or ``mixed``. ``channels`` maps a channel id to its share of the orders; the
    rest is CDISFR.
    """

    def __init__(self, seed, seller_id, catalogue, taken, shipping_reading="line", channels=None):
        self._rng = random.Random(f"{seed}/{seller_id}/history")
        self._later = random.Random(f"{seed}/{seller_id}/later")
        self._seller_id = seller_id
        self._taken = taken
        self._given = set()
        self._reading = shipping_reading
        self._channels = dict(channels or {})
        self._book = CustomerBook(self._rng)
        self._later_book = CustomerBook(self._later)
        self._later_book._next = 900_000
        self._lines = LineMaker(catalogue, seller_id)

    def history(self, count, now):
        """``count`` drafts of the last ninety days before ``now``."""
        drafts = []
        for place in range(count):
            scenario, status = draw(self._rng, place)
            drafts.append(self._make(self._rng, self._book, Wish(scenario=scenario, status=status), now))
        return drafts

    def order(self, wish, now) -> Draft:
        """One draft that is new at ``now``; its ``updatedAt`` is ``now`` unless the wish says otherwise."""
        if wish.purchased_at is None:
            wish.purchased_at = now - timedelta(minutes=self._later.randrange(5, 90))
        if wish.updated_at is None:
            wish.updated_at = now
        return self._make(self._later, self._later_book, wish, now)

    def _order_id(self, rng, purchased, channel):
        prefix = "" if channel == "CDISFR" else channel
        while True:
            tail = "".join(rng.choices(_LETTERS, k=5))
            order_id = f"{prefix}{purchased:%y%m%d%H%M}{rng.randrange(10)}{tail}"
            if order_id not in self._given and not self._taken(order_id):
                self._given.add(order_id)
                return order_id

    def _channel(self, rng):
        if self._channels:
            drawn = rng.random()
            for channel, share in self._channels.items():
                drawn -= share
                if drawn < 0:
                    return channel
        return "CDISFR"

    def _customer(self, rng, book, wish, traits):
        business = traits.get("business")
        country = book.country(wish.country or traits.get("country"), bool(business))
        if wish.customer:
            return book.by_reference(str(wish.customer), country, bool(business)), bool(business)
        if traits.get("repeat"):
            return book.known(country, bool(business)), bool(business)
        email = book.known(country).email if traits.get("shared_email") else None
        return book.new(country, bool(business), odd=bool(traits.get("odd_name")), email=email), bool(business)

    def _traits(self, wish):
        traits = dict(SCENARIOS[wish.scenario].traits)
        if wish.lines is not None and not isinstance(wish.lines, list):
            traits["lines"] = (wish.lines, wish.lines)
        if wish.quantity is not None:
            traits["quantity"] = (wish.quantity, wish.quantity)
        if wish.business is not None:
            zero_rated = wish.country not in (None, "FR")
            traits["business"] = ("EU" if zero_rated else "FR") if wish.business else None
        for name, value in (("sku", wish.sku), ("supply", wish.supply_mode), ("pickup", wish.pickup)):
            if value is not None:
                traits[name] = value
        return traits

    def _places(self, rng, customer, traits):
        place = customer.place
        if traits.get("written_differently"):
            place = addresses.written_differently(rng, place)
        billing = addresses.street(rng, customer.country) if traits.get("bill_elsewhere") else place
        pickup = addresses.pickup_point(rng, place) if traits.get("pickup") else None
        return billing_address(customer, billing), shipping_address(customer, place, pickup)

    def _make(self, rng, book, wish, now) -> Draft:
        traits = self._traits(wish)
        channel = wish.channel or self._channel(rng)
        customer, business = self._customer(rng, book, wish, traits)
        purchased = wish.purchased_at or purchase_moment(rng, wish.status, now)
        happened = events(rng, wish.status, purchased, max(wish.updated_at or now, purchased))
        if wish.updated_at is not None:
            happened[-1] = (happened[-1][0], max(wish.updated_at, happened[-1][1]))
        updated = happened[-1][1]
        reading = wish.shipping_reading or self._reading
        if reading == "mixed":
            reading = "unit" if rng.random() < 0.5 else "line"
        order_id = wish.order_id or self._order_id(rng, purchased, channel)
        billing, shipping = self._places(rng, customer, traits)
        revealed = any(name in REVEALING for name, _ in happened)
        ship_by = format_time((purchased + timedelta(days=3)).replace(hour=23, minute=59, second=59, microsecond=0))
        shown_events = [{"status": name, "date": format_time(moment)} for name, moment in happened]
        frame = Frame(order_id, shipping["countryCode"], channel, reading, purchased, ship_by, shown_events)
        lines = self._lines.make(rng, wish, traits, frame)
        fee = wish.service_fee
        if fee is None:
            fee = rng.choice((49, 99, 150)) if traits.get("fee") else 0
        document = {
            "orderId": order_id,
            "reference": order_id,
            "businessOrder": business,
            "salesChannel": {"id": channel, "name": CHANNEL_NAMES.get(channel, channel)},
            "seller": {"id": self._seller_id},
            "customer": {"reference": customer.reference},
            "status": wish.status,
            "purchasedAt": format_time(purchased),
            "createdAt": shown_events[0]["date"],
            "updatedAt": format_time(updated),
            "shippedAtMax": ship_by,
            "payment": {"method": rng.choice(PAYMENTS)},
            "currencyCode": "EUR",
            "totalPrice": None,
            "serviceFees": [{"label": "Frais de service", "amount": euros(fee)}] if fee or rng.random() < 0.5 else [],
            "billingAddress": billing,
            "statusEvents": shown_events,
            "lines": lines,
        }
        with_dead = wish.cancelled_in_header
        document["totalPrice"] = header_total(document, rng.random() < 0.5 if with_dead is None else bool(with_dead))
        for line in lines:
            line["shippingAddress"] = dict(shipping) if revealed else None
        if traits.get("nulls"):
            put_nulls(document)
        if traits.get("new_fields"):
            put_new_fields(document)
        return Draft(document, None if revealed else [dict(shipping) for _ in lines], updated)
