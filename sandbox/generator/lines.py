"""Lines of an order: products, prices, taxes, commission, delivery, parcels."""

from datetime import timedelta

from ..clock import format_time
from .numbers import gtin13
from .pricing import euros, price_block, vat_rate

MODES = (
    ("TrackedHomeDelivery", 1.0),
    ("SignedHomeDelivery", 1.4),
    ("ExpressHomeDelivery", 2.2),
    ("NotTrackedHomeDelivery", 0.6),
)
RELAY_MODE = "PickupPointMondialRelay"
SHIPPING_CENTS = (0, 0, 0, 299, 390, 499, 500, 599, 790, 1290)
CARRIERS = ("Colissimo", "Chronopost", "DPD", "GLS", "Mondial Relay", "UPS", "GEODIS")
PARCEL_STATUSES = frozenset({"Shipped", "Delivered"})


class LineMaker:
    def __init__(self, catalogue, seller_id):
        self._catalogue = catalogue
        self._by_sku = {product.sku: product for product in catalogue}
        self._by_vat = {}
        for product in catalogue:
            self._by_vat.setdefault(product.vat, []).append(product)
        self._with_eco = [product for product in catalogue if product.eco]
        self._seller_id = seller_id

    def _products(self, rng, traits, count):
        if traits.get("mixed_vat"):
            rates = (200, 55, 100, 21)
            return [rng.choice(self._by_vat[rates[place % 4]]) for place in range(count)]
        pool = self._with_eco if traits.get("eco") else self._catalogue
        return rng.sample(pool, count) if count <= len(pool) else rng.choices(pool, k=count)

    def _specs(self, rng, wish, traits):
        """One dict of plain figures per line; what a caller asked for wins over what was drawn."""
        asked = wish.lines if isinstance(wish.lines, list) else None
        if asked:
            count = len(asked)
        else:
            low, high = traits.get("lines", (1, 2 if rng.random() < 0.3 else 1))
            count = rng.randint(low, high)
        low, high = traits.get("quantity", (1, 1 if rng.random() < 0.8 else 3))
        specs = []
        for place, product in enumerate(self._products(rng, traits, count)):
            spec = {
                "sku": product.sku,
                "gtin": product.gtin,
                "title": product.title,
                "unit_price": product.price,
                "vat_rate": product.vat,
                "eco_tax": product.eco,
                "commission": product.commission,
                "quantity": rng.randint(low, high) if high > 1 else 1,
                "shipping": traits.get("shipping", rng.choice(SHIPPING_CENTS)),
                "condition": traits.get("condition", "New"),
                "supply_mode": traits.get("supply", "Seller"),
                "status": wish.status,
            }
            if place == 0 or asked:
                self._rename(rng, traits.get("sku"), spec, product)
            if traits.get("null_gtin"):
                spec["gtin"] = None
            specs.append(spec)
        if traits.get("gift"):
            specs[-1].update(unit_price=0, shipping=0, eco_tax=0)
        if traits.get("cancel_line") and count > 1 and wish.status not in ("Cancelled", "Refused", "Rejected"):
            specs[-1]["status"] = "Cancelled"
        if traits.get("cancel_request") and wish.status == "InPreparation":
            specs[0]["status"] = "CancelRequest"
        for spec, wanted in zip(specs, asked or (), strict=False):
            self._apply(spec, wanted)
        return specs

    def _rename(self, rng, how, spec, product):
        if how == "unknown":
            number = rng.randrange(1000, 9999)
            spec.update(
                sku=f"OLD-{number}",
                title=f"{product.title} (ancien modèle)",
                gtin=gtin13(f"37699999{number}") if rng.random() < 0.6 else None,
            )
        elif how == "renamed":
            spec["sku"] = f"{product.sku}-B"
        elif how:
            known = self._by_sku.get(how)
            if known:
                spec.update(self._figures(known))
            else:
                spec.update(sku=how, gtin=None)

    @staticmethod
    def _figures(product):
        return {
            "sku": product.sku,
            "gtin": product.gtin,
            "title": product.title,
            "unit_price": product.price,
            "vat_rate": product.vat,
            "eco_tax": product.eco,
            "commission": product.commission,
        }

    def _apply(self, spec, wanted):
        if "sku" in wanted:
            known = self._by_sku.get(wanted["sku"])
            if known:
                spec.update(self._figures(known))
            else:
                spec.update(sku=wanted["sku"], gtin=None)
        spec.update(wanted)
        if "vat_rate" in wanted:
            spec["vat_given"] = True

    def make(self, rng, wish, traits, *, order_id, country, channel, reading, purchased, ship_by, events):
        """The ``lines`` list of an order, shipping addresses left out."""
        mode, factor = rng.choice(MODES[:3]) if not traits.get("pickup") else (RELAY_MODE, 0.8)
        zero_rated = traits.get("business") == "EU"
        promised = purchased.replace(hour=0, minute=0, second=0, microsecond=0)
        delivery = {
            "mode": mode,
            "promisedAtMin": format_time(promised + timedelta(days=4)),
            "promisedAtMax": format_time(promised + timedelta(days=7)),
            "shippedAtMax": ship_by,
        }
        parcels = []
        if wish.status in PARCEL_STATUSES:
            number = f"6A{rng.randrange(10**11):011d}"
            parcels = [
                {
                    "parcelNumber": number,
                    "carrierName": "Mondial Relay" if traits.get("pickup") else rng.choice(CARRIERS),
                    "trackingUrl": f"https://tracking.example/{number}",
                }
            ]
        lines = []
        for place, spec in enumerate(self._specs(rng, wish, traits), 1):
            tenths = spec["vat_rate"] if spec.get("vat_given") else vat_rate(country, spec["vat_rate"])
            if zero_rated and not spec.get("vat_given"):
                tenths = 0
            unit, quantity = spec["unit_price"], spec["quantity"]
            cost = (
                int(spec["shipping"] * factor)
                if "shipping" not in traits and not isinstance(wish.lines, list)
                else spec["shipping"]
            )
            shipping = cost * quantity if reading == "unit" else cost
            selling = spec.get("selling_unit_price")
            if selling is None:
                selling = unit - unit * rng.randrange(3, 20) // 100 if traits.get("discount") else unit
            dead_or_new = spec["status"] in ("Cancelled", "CancelRequest") and spec["status"] != wish.status
            line_events = [dict(event) for event in events]
            if dead_or_new:
                line_events.append({"status": spec["status"], "date": events[-1]["date"]})
            offer_price = price_block(unit, shipping, cost, quantity, tenths, spec["eco_tax"], spec["commission"])
            lines.append(
                {
                    "orderLineId": f"{order_id}-{place}",
                    "status": spec["status"],
                    "quantity": quantity,
                    "totalPrice": {
                        "offerPrice": euros(unit * quantity + shipping),
                        "sellingPrice": euros(selling * quantity + shipping),
                    },
                    "offerPrice": offer_price,
                    "sellingPrice": price_block(selling, shipping, cost, quantity, tenths, spec["eco_tax"]),
                    "offer": {
                        "id": f"{self._seller_id}_{spec['sku']}_{spec['condition']}_{channel}",
                        "sellerProductId": spec["sku"],
                        "supplyMode": spec["supply_mode"],
                        "productId": f"AUC{spec['gtin'] or order_id[-12:]}",
                        "productTitle": spec["title"],
                        "productGtin": spec["gtin"],
                        "condition": spec["condition"],
                    },
                    "delivery": dict(delivery),
                    "shippingAddress": None,
                    "parcels": [] if spec["status"] == "Cancelled" else [dict(parcel) for parcel in parcels],
                    "productAttributes": [],
                    "statusEvents": line_events,
                }
            )
        return lines
