"""What the channel says about an offer: quality, reviews, other sellers' offers.

The contract names these parts and not what is in them (§4.4), so the inner fields are made up.
"""

from ..generator.dice import Dice
from ..generator.pricing import euros

SELLERS = ("Bazar du Centre", "Électro Directe", "La Grande Remise", "Maison Favier", "Prix d'Ami", "Top Affaires")


def competitors(seed, gtin, price=None) -> list:
    """Zero to four offers of others, the cheapest first; around ``price`` (cents) when there is one."""
    throw = Dice(seed, "competitors")(int(gtin))
    middle = price or 500 + throw.below(20_000)
    rows = []
    for place in range(throw.below(5)):
        asked = max(50, middle * (85 + throw.below(31)) // 100)
        rows.append(
            {
                "sellerName": SELLERS[(throw.below(6) + place) % 6],
                "condition": "New",
                "price": euros(asked),
                "shippingCost": euros(throw.choice((0, 0, 299, 499))),
            }
        )
    return sorted(rows, key=lambda row: row["price"] + row["shippingCost"])


def feedback(seed, offer) -> dict:
    rows = competitors(seed, offer.gtin, offer.price)
    mine = offer.price + (offer.modes[0][1] if offer.modes else 0)
    best = bool(not rows or euros(mine) <= rows[0]["price"] + rows[0]["shippingCost"])
    throw = Dice(seed, "reviews")(int(offer.gtin))
    reasons = [] if offer.origin or throw.chance(60) else [{"code": "NO_STRIKE_PRICE", "label": "Prix barré absent"}]
    count = throw.below(400)
    return {
        "bestOfferDetails": {"isBestOffer": best, "price": euros(offer.price) if best else rows[0]["price"]},
        "offerQuality": {"score": 100 - 20 * len(reasons), "scoreReasons": reasons},
        "competingOffers": rows,
        "productInformation": {
            "productReviewsAverageRating": euros(250 + throw.below(250)) if count else None,
            "productReviewsCount": count,
        },
    }
