"""Lines of an order as the API shows them: amounts, taxes, commission, delivery, parcels (contract §3.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..clock import format_time
from .line_specs import SpecMaker
from .pricing import euros, price_block, vat_rate

# mode, what it costs in relation to the tracked one
MODES = (("TrackedHomeDelivery", 1.0), ("SignedHomeDelivery", 1.4), ("ExpressHomeDelivery", 2.2))
RELAY_MODE = ("PickupPointMondialRelay", 0.8)
CARRIERS = ("Colissimo", "Chronopost", "DPD", "GLS", "Mondial Relay", "UPS", "GEODIS")
PARCEL_STATUSES = frozenset({"Shipped", "Delivered"})


@dataclass(frozen=True)
class Frame:
    """What the lines of an order take from it. ``reading``: line or unit, what the shown shippingCost is of."""

    order_id: str
    country: str
    channel: str
    reading: str
    purchased: datetime
    ship_by: str
    events: list


def _delivery(frame, mode) -> dict:
    promised = frame.purchased.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "mode": mode,
        "promisedAtMin": format_time(promised + timedelta(days=4)),
        "promisedAtMax": format_time(promised + timedelta(days=7)),
        "shippedAtMax": frame.ship_by,
    }


def _parcels(rng, status, pickup) -> list:
    if status not in PARCEL_STATUSES:
        return []
    number = f"6A{rng.randrange(10**11):011d}"
    carrier = "Mondial Relay" if pickup else rng.choice(CARRIERS)
    return [{"parcelNumber": number, "carrierName": carrier, "trackingUrl": f"https://tracking.example/{number}"}]


class LineMaker:
    def __init__(self, catalogue, seller_id):
        self._specs = SpecMaker(catalogue)
        self._seller_id = seller_id

    def make(self, rng, wish, traits, frame) -> list:
        """The ``lines`` of an order, shipping addresses left out."""
        mode, factor = RELAY_MODE if traits.get("pickup") else rng.choice(MODES)
        delivery = _delivery(frame, mode)
        parcels = _parcels(rng, wish.status, traits.get("pickup"))
        # The mode makes a drawn cost dearer, never one that was asked for
        if "shipping" in traits or isinstance(wish.lines, list):
            factor = 1
        lines = []
        for place, spec in enumerate(self._specs.make(rng, wish, traits), 1):
            line = {"orderLineId": f"{frame.order_id}-{place}", "status": spec["status"], "quantity": spec["quantity"]}
            line.update(self._amounts(rng, spec, traits, frame, int(spec["shipping"] * factor)))
            line["offer"] = self._offer(spec, frame)
            line["delivery"] = dict(delivery)
            line["shippingAddress"] = None
            line["parcels"] = [] if spec["status"] == "Cancelled" else [dict(parcel) for parcel in parcels]
            line["productAttributes"] = []
            line["statusEvents"] = [dict(event) for event in frame.events]
            if spec["status"] in ("Cancelled", "CancelRequest") and spec["status"] != wish.status:
                line["statusEvents"].append({"status": spec["status"], "date": frame.events[-1]["date"]})
            lines.append(line)
        return lines

    @staticmethod
    def _amounts(rng, spec, traits, frame, cost) -> dict:
        """``totalPrice``, ``offerPrice`` and ``sellingPrice``; ``cost`` is the shippingCost shown, in cents."""
        unit, quantity, eco = spec["unit_price"], spec["quantity"], spec["eco_tax"]
        if spec.get("vat_given"):
            tenths = spec["vat_rate"]
        else:
            tenths = 0 if traits.get("business") == "EU" else vat_rate(frame.country, spec["vat_rate"])
        shipping = cost * quantity if frame.reading == "unit" else cost
        selling = spec.get("selling_unit_price")
        if selling is None:
            selling = unit - unit * rng.randrange(3, 20) // 100 if traits.get("discount") else unit
        return {
            "totalPrice": {
                "offerPrice": euros(unit * quantity + shipping),
                "sellingPrice": euros(selling * quantity + shipping),
            },
            "offerPrice": price_block(unit, shipping, cost, quantity, tenths, eco, spec["commission"]),
            "sellingPrice": price_block(selling, shipping, cost, quantity, tenths, eco),
        }

    def _offer(self, spec, frame) -> dict:
        return {
            "id": f"{self._seller_id}_{spec['sku']}_{spec['condition']}_{frame.channel}",
            "sellerProductId": spec["sku"],
            "supplyMode": spec["supply_mode"],
            "productId": f"AUC{spec['gtin'] or frame.order_id[-12:]}",
            "productTitle": spec["title"],
            "productGtin": spec["gtin"],
            "condition": spec["condition"],
        }
