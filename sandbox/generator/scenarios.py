"""What an order can be like, and how often.

A scenario is a bundle of traits that ``generator.orders`` knows. The first orders of a history are the cast: every
status and every scenario once, so that a demo of fifty orders already shows all of it; chance decides the rest.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    weight: int
    summary: str
    traits: dict = field(default_factory=dict)


SCENARIOS = {
    "plain": Scenario(300, "one or two lines to a French private customer"),
    "several_lines": Scenario(120, "three to seven lines", {"lines": (3, 7)}),
    "many_pieces": Scenario(60, "quantities above one", {"quantity": (2, 12)}),
    "mixed_vat": Scenario(80, "20, 10, 5.5 and 2.1 % in one order", {"lines": (3, 4), "mixed_vat": True}),
    "pickup": Scenario(90, "Mondial Relay pickup point with id and name", {"pickup": True}),
    "repeat_customer": Scenario(110, "a known customer.reference", {"repeat": True}),
    "written_differently": Scenario(
        40, "a known customer whose address is typed another way", {"repeat": True, "written_differently": True}
    ),
    "shared_relay": Scenario(6, "two persons behind one relay e-mail", {"shared_email": True}),
    "b2b_fr": Scenario(45, "French company with a valid VAT number", {"business": "FR", "quantity": (1, 6)}),
    "b2b_eu": Scenario(12, "EU company with a valid VAT number, VAT at 0", {"business": "EU", "country": "EU"}),
    "foreign": Scenario(50, "private customer in another EU country, that country's VAT", {"country": "EU"}),
    "bill_elsewhere": Scenario(25, "billed to one address, delivered to another", {"bill_elsewhere": True}),
    "unknown_sku": Scenario(12, "a SKU the catalogue does not have", {"sku": "unknown"}),
    "renamed_sku": Scenario(6, "an old SKU whose GTIN is in the catalogue", {"sku": "renamed"}),
    "null_gtin": Scenario(30, "productGtin null", {"null_gtin": True}),
    "line_cancelled": Scenario(
        25, "one line cancelled, header goes on; header total counts it or not", {"lines": (2, 4), "cancel_line": True}
    ),
    "cancel_request": Scenario(8, "the customer asks to cancel a line", {"lines": (1, 3), "cancel_request": True}),
    "service_fee": Scenario(25, "service fees in the header", {"fee": True}),
    "channel_discount": Scenario(25, "discount funded by the channel: selling below offer", {"discount": True}),
    "eco_tax": Scenario(30, "eco-tax inside the price", {"eco": True}),
    "free_shipping": Scenario(30, "no shipping cost", {"shipping": 0}),
    "gift_line": Scenario(5, "a line at price zero", {"lines": (2, 3), "gift": True}),
    "odd_name": Scenario(5, "emoji, HTML, 200 characters, blanks in names", {"odd_name": True}),
    "nulls": Scenario(5, "null where a value was expected", {"nulls": True}),
    "new_fields": Scenario(8, "fields nobody knows", {"new_fields": True}),
    "fulfilment": Scenario(8, "lines shipped by the channel's warehouse", {"supply": "Fulfillment"}),
    "xdock": Scenario(3, "lines sent to the channel's warehouse", {"supply": "Xdock"}),
    "used_article": Scenario(8, "condition other than New", {"condition": "LikeNew"}),
    "many_lines": Scenario(1, "sixty lines", {"lines": (60, 60)}),
}

# status -> weight in a history of 90 days
STATUS_WEIGHTS = {
    "Delivered": 520,
    "Shipped": 130,
    "InPreparation": 150,
    "Accepted": 35,
    "WaitingAcceptance": 30,
    "Processing": 25,
    "Cancelled": 45,
    "Refused": 40,
    "Rejected": 15,
    "AwaitingStoreRelease": 10,
}
UNKNOWN_STATUS = "AwaitingStoreRelease"  # a status no document names

# status -> hours since the purchase, from and to
AGE_HOURS = {
    "Processing": (0.1, 2),
    "WaitingAcceptance": (0.3, 40),
    "Accepted": (0.5, 20),
    "InPreparation": (1, 96),
    "Shipped": (30, 200),
    "Delivered": (96, 2150),
    "Cancelled": (5, 2150),
    "Refused": (60, 2150),
    "Rejected": (5, 2150),
    UNKNOWN_STATUS: (5, 1500),
}

SCENARIO_NAMES = tuple(SCENARIOS)
_WEIGHTS = tuple(scenario.weight for scenario in SCENARIOS.values())
_STATUSES = tuple(STATUS_WEIGHTS)
_STATUS_WEIGHTS = tuple(STATUS_WEIGHTS.values())


def _cast():
    plain_first = (
        "InPreparation",
        "Shipped",
        "Delivered",
        "WaitingAcceptance",
        "Accepted",
        "Processing",
        "Cancelled",
        "Refused",
        "Rejected",
        UNKNOWN_STATUS,
    )
    closing = ("InPreparation", "Shipped", "Delivered", "InPreparation")
    parts = [("plain", status) for status in plain_first]
    for place, name in enumerate(SCENARIO_NAMES):
        if name in ("plain", "many_lines"):
            continue
        parts.append((name, "InPreparation" if name == "cancel_request" else closing[place % len(closing)]))
    return tuple(parts)


CAST = _cast()


def draw(rng, place):
    """``(scenario name, status)`` of the order at ``place`` of a history."""
    if place < len(CAST):
        return CAST[place]
    name = rng.choices(SCENARIO_NAMES, _WEIGHTS)[0]
    status = rng.choices(_STATUSES, _STATUS_WEIGHTS)[0]
    if name == "cancel_request":
        status = "InPreparation"
    return name, status
