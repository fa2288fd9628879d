"""What stands in the way of held orders: each missing thing once, however many orders wait for it."""

from dataclasses import dataclass

from odoo import api, models

from .order_build import HoldOrder


@dataclass
class Missing:
    """One thing a person can supply.

    :param kind: product, tax, country, currency, total, data (the order came incomplete) or other
    :param key: text that is the same each time the thing is looked for
    :param config: the account
    :param orders: the orders that wait for it
    :param name: what is missing: a SKU, "21 % (BE)", a country code, a currency
    :param text: what is the matter, when the name does not say it
    :param line: the first order line (payload value) that needs a product, with its ``amounts``
    :param products: names of products that fit equally well
    :param total: the marketplace's total, ``found`` what the lines come to
    """

    kind: str
    key: str
    config: object
    orders: object
    name: str = ""
    text: str = ""
    line: object = None
    amounts: object = None
    rate: object = None
    country: str = ""
    total: object = None
    found: object = None


class CdiscountOrderMissing(models.Model):
    _inherit = "cdiscount.order.mapping"

    def _list_missing(self):
        """Return (``{key: Missing}``, orders in whose way nothing stands, orders that need no sale order any more).

        Looked at afresh from the stored orders: what a colleague has solved meanwhile is not missing any more.
        """
        found, ready, gone = {}, self.browse(), self.browse()
        for config, orders in self.sudo().grouped("config_id").items():
            company = config.company_id
            orders = orders.with_company(company).with_context(allowed_company_ids=company.ids)
            drafts = {draft.mapping.id: draft for draft in orders._draft_orders(orders)}
            lines = [line for draft in drafts.values() for line in draft.order.lines]
            lookups = {
                "products": orders._find_products(config, lines),
                "tax": orders._load_taxes(config),
                "pricelists": {},
                "currencies": set(self.env["res.currency"].search([]).mapped("name")),
            }
            for order in orders:
                draft = drafts.get(order.id)
                things = order._missing_of(config, draft, lookups) if draft else order._missing_without_draft(config)
                for thing in things:
                    known = found.setdefault(thing.key, thing)
                    known.orders |= self.browse(order.id)
                if not things and draft:
                    ready |= self.browse(order.id)
                elif not things:
                    gone |= self.browse(order.id)
        return found, ready, gone

    def _missing_without_draft(self, config):
        if self.hold_code != "payload_invalid":
            return []
        return [Missing("data", f"data:{self.id}", config, self.browse(), self.display_name, self.hold_reason or "")]

    def _missing_of(self, config, draft, lookups):
        """Return what stands in the way of one order."""
        things = [*self._missing_amounts(config, draft), *self._missing_places(config, draft, lookups)]
        things += self._missing_lines(config, draft, lookups)
        if things or self.hold_code in ("unknown_product", "ambiguous_product", "country_unknown", "currency_unknown"):
            return things
        accepted = self._accepted_total(draft.amounts) is not None
        if self.hold_code == "total_differs" and not accepted:
            return [self._missing_total(config, draft)]
        if self.hold_code == "odoo_refused":
            return [
                Missing("other", f"other:{self.id}", config, self.browse(), self.display_name, self.hold_reason or "")
            ]
        return self._missing_for_other_reason(config, draft, lookups)

    def _missing_for_other_reason(self, config, draft, lookups):
        """Try to compute the sale order's lines: a rule added by somebody else may hold the order, too."""
        if config.unknown_product_policy == "create":
            return []
        try:
            self._prepare_sale_lines(config, draft, lookups)
        except HoldOrder as hold:
            return [Missing("other", f"other:{self.id}", config, self.browse(), self.display_name, hold.text)]
        return []

    def _missing_amounts(self, config, draft):
        for problem in draft.amounts.blocking_problems:
            if problem.code != "header_total_differs":
                yield Missing("data", f"data:{self.id}", config, self.browse(), self.display_name, self.hold_reason)
                return
        differs = any(problem.code == "header_total_differs" for problem in draft.amounts.blocking_problems)
        if differs and self._accepted_total(draft.amounts) is None:
            yield self._missing_total(config, draft)

    def _missing_total(self, config, draft):
        return Missing(
            "total",
            f"total:{self.id}",
            config,
            self.browse(),
            self.display_name,
            self.hold_reason or "",
            amounts=draft.amounts,
            total=self._total_to_accept(draft.amounts),
            found=draft.amounts.booked_total,
        )

    def _missing_places(self, config, draft, lookups):
        country = self._delivery_country(draft.order)
        if country and not self._country(country):
            key = f"country:{config.company_id.id}:{country}"
            yield Missing("country", key, config, self.browse(), country, country=country)
        currency = draft.order.currency or "EUR"
        if currency not in lookups["currencies"]:
            yield Missing("currency", f"currency:{currency}", config, self.browse(), currency)

    def _missing_lines(self, config, draft, lookups):
        by_id = {line.line_id: line for line in draft.order.lines}
        country = self._delivery_country(draft.order) or config.company_id.country_id.code or "FR"
        things = {}
        for amounts in draft.amounts.lines:
            if not amounts.live:
                continue
            line = by_id[amounts.line_id]
            product = lookups["products"].get(self._product_key(line))
            if not product and not self._policy_solves(config, product):
                thing = self._missing_product(config, line, amounts, product)
                things.setdefault(thing.key, thing)
            for rate in {amounts.vat_rate, amounts.shipping_vat_rate} - {None}:
                thing = self._missing_tax(config, draft, rate, country, lookups, product)
                if thing:
                    things.setdefault(thing.key, thing)
        return list(things.values())

    @api.model
    def _policy_solves(self, config, missing):
        """Whether the account's rule finds a product where a search did not."""
        policy = config.unknown_product_policy
        unknown = missing is None or missing.reason == "unknown"
        return unknown and (policy == "create" or (policy == "default" and bool(config.default_product_id)))

    def _missing_product(self, config, line, amounts, missing):
        reference, _gtin = self._product_key(line)
        return Missing(
            "product",
            f"product:{config.id}:{reference}",
            config,
            self.browse(),
            reference,
            self._missing_text(line, missing) if missing is not None and missing.reason != "unknown" else "",
            line=line,
            amounts=amounts,
        )

    def _missing_tax(self, config, draft, rate, country, lookups, product):
        try:
            self._tax_of(rate, country, lookups, product or self.env["product.product"], config)
        except HoldOrder as hold:
            key = f"tax:{config.company_id.id}:{float(rate):.2f}:{country}"
            return Missing("tax", key, config, self.browse(), hold.detail, rate=float(rate), country=country)
        return None
