"""Query of ``/orders`` and ``/orders/count`` (contract §3.2).

Names nobody knows are ignored without a word, as measured; a status nobody knows is a 400.
"""

from dataclasses import dataclass

from .clock import parse_time
from .generator.scenarios import UNKNOWN_STATUS
from .jsonio import as_object
from .problems import invalid

KNOWN_STATUSES = frozenset(
    {
        "Processing",
        "WaitingAcceptance",
        "Accepted",
        "Refused",
        "InPreparation",
        "Shipped",
        "Delivered",
        "Cancelled",
        "Rejected",
        UNKNOWN_STATUS,
    }
)
SUPPLY_MODES = frozenset({"Seller", "Fulfillment", "Xdock"})


@dataclass(frozen=True)
class OrderQuery:
    updated_min: object = None
    updated_max: object = None
    created_min: object = None
    created_max: object = None
    shipped_min: object = None
    shipped_max: object = None
    statuses: frozenset = frozenset()
    reference: object = None
    channel: object = None
    supply_mode: object = None
    business: object = None
    country: object = None

    @property
    def by_dates_only(self) -> bool:
        return (
            not (self.statuses or self.reference or self.channel or self.supply_mode or self.country)
            and self.business is None
            and self.shipped_min is None
            and self.shipped_max is None
        )

    def accepts(self, entry) -> bool:
        """Everything but the two dates the store is sorted by."""
        document = entry.document
        if self.statuses and document.get("status") not in self.statuses:
            return False
        if self.reference is not None and document.get("reference") != self.reference:
            return False
        if self.channel is not None and entry.channel != self.channel:
            return False
        if self.business is not None and bool(document.get("businessOrder")) is not self.business:
            return False
        if not _between(entry.shipped_at_max, self.shipped_min, self.shipped_max):
            return False
        if self.supply_mode is not None and not any(
            as_object(line.get("offer")).get("supplyMode") == self.supply_mode for line in entry.lines
        ):
            return False
        return self.country is None or self.country in _countries(entry)


def _between(moment, low, high):
    if low is None and high is None:
        return True
    return moment is not None and (low is None or moment >= low) and (high is None or moment <= high)


def _countries(entry):
    addresses = entry.hidden_addresses or [line.get("shippingAddress") for line in entry.lines]
    return {address.get("countryCode") for address in addresses if isinstance(address, dict)}


def _date(query, name):
    text = query.get(name)
    if not text:
        return None
    try:
        return parse_time(text)
    except ValueError:
        raise invalid(name, f"The value '{text}' is not valid.") from None


def _flag(query, name):
    text = query.get(name)
    if text is None or text == "":
        return None
    if text.lower() not in ("true", "false"):
        raise invalid(name, f"The value '{text}' is not valid.")
    return text.lower() == "true"


def parse_order_query(query) -> OrderQuery:
    """Raises ``Problem`` 400 for a value that cannot be read."""
    statuses = [part.strip() for value in query.getlist("status") for part in value.split(",") if part.strip()]
    for status in statuses:
        if status not in KNOWN_STATUSES:
            raise invalid("status", f"The value '{status}' is not valid.")
    supply_mode = query.get("supplyMode") or None
    if supply_mode is not None and supply_mode not in SUPPLY_MODES:
        raise invalid("supplyMode", f"The value '{supply_mode}' is not valid.")
    return OrderQuery(
        updated_min=_date(query, "updatedAtMin"),
        updated_max=_date(query, "updatedAtMax"),
        created_min=_date(query, "createdAtMin"),
        created_max=_date(query, "createdAtMax"),
        shipped_min=_date(query, "shippedAtMin"),
        shipped_max=_date(query, "shippedAtMax"),
        statuses=frozenset(statuses),
        reference=query.get("reference") or None,
        channel=query.get("salesChannelId") or None,
        supply_mode=supply_mode,
        business=_flag(query, "businessOrder"),
        country=query.get("shippingCountry") or None,
    )


def select(store, query, sort="updatedAt", descending=False):
    """Entries that match, in the order asked for; the same question is answered from memory until an order changes."""

    borders = {
        "updatedAt": (query.updated_min, query.updated_max),
        "createdAt": (query.created_min, query.created_max),
    }
    other = "createdAt" if sort == "updatedAt" else "updatedAt"

    def make():
        rows = store.rows(sort, *borders[sort])
        if borders[other] != (None, None) or not query.by_dates_only:
            low, high = borders[other]
            rows = [entry for entry in rows if _between(entry.key(other)[0], low, high) and query.accepts(entry)]
        if descending:
            rows.reverse()
        return rows

    return store.remember((query, sort, descending), make)
