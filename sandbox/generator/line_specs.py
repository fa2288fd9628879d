"""What stands in the lines of an order: products, prices, quantities, shipping, before amounts are worked out."""

from .numbers import gtin13

SHIPPING_CENTS = (0, 0, 0, 299, 390, 499, 500, 599, 790, 1290)


class SpecMaker:
    """Draws what is in the lines of an order; amounts are cents, rates tenths of a percent."""

    def __init__(self, catalogue):
        self._catalogue = catalogue
        self._by_sku = {product.sku: product for product in catalogue}
        self._by_vat = {}
        for product in catalogue:
            self._by_vat.setdefault(product.vat, []).append(product)
        self._with_eco = [product for product in catalogue if product.eco]

    def _products(self, rng, traits, count):
        if traits.get("mixed_vat"):
            rates = (200, 55, 100, 21)
            return [rng.choice(self._by_vat[rates[place % 4]]) for place in range(count)]
        pool = self._with_eco if traits.get("eco") else self._catalogue
        return rng.sample(pool, count) if count <= len(pool) else rng.choices(pool, k=count)

    def make(self, rng, wish, traits):
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
