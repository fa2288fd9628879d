"""The terms of offers: everything a package says of them, and what would be refused, for a whole batch at once."""

from decimal import Decimal, InvalidOperation

from odoo import api, fields, models

from ...services.rules.delivery_modes import offer_code
from ...services.rules.money import round_half_up
from ...services.rules.offer_preflight import check_link, check_offer
from ...services.rules.offer_terms import OfferTerms
from ...services.rules.preflight import Preflight
from .offer_price import EURO, exact

FIELD_NAMES = ("gtin", "weight", "condition", "comments", "preparation_time", "eco_tax", "dea", "origin_price")
"""What the field mapping says of an offer."""
KEEP = """
UPDATE {table} offer SET problems = found.problems, problem_count = found.count
  FROM unnest(%s::int[], %s::text[], %s::int[]) AS found(id, problems, count)
 WHERE offer.id = found.id
   AND (offer.problems IS DISTINCT FROM found.problems OR offer.problem_count IS DISTINCT FROM found.count)
"""


def amount_of(value):
    """A value of the field mapping as a Decimal, or None when there is none or it is no number."""
    if value is None or value is False or value == "":
        return None
    try:
        found = Decimal(str(value).replace(",", ".").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


class CdiscountOfferTerms(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    problems = fields.Text(
        readonly=True, copy=False, help="Technical: what the offer would be refused for, as found the last time."
    )
    problem_count = fields.Integer("Defects", readonly=True, copy=False)
    problem_text = fields.Text("What to Correct", compute="_compute_problem_text")
    alignment_price = fields.Monetary(
        "Lowest Price for Alignment",
        copy=False,
        help="The least price, with VAT, down to which Cdiscount may align your price with a competitor's. It is kept "
        "here for you: the offer interface of Cdiscount has no field for it, so it is not sent. Enter it in the seller "
        "portal as well.",
    )

    @api.depends("problems")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for record in self:
            record.problem_text = "\n".join(record._problem_texts(record.problems)) or False

    # ------------------------------------------------------------------ terms
    def _offer_terms(self):
        """Return ``{record.id: OfferTerms}`` of what these offers are to say now; nothing is sent.

        Of one account and one channel; the number of queries does not depend on how many records there are. An offer
        without a product has its reference only: its problems say what is missing.
        """
        if not self:
            return {}
        config = self.config_id.sudo()
        config.ensure_one()
        self.sales_channel_id.ensure_one()
        records = self.sudo().with_company(config.company_id)
        products = records.product_id
        date = fields.Datetime.now()
        values = records._offer_values(config, products)
        taxes = records._taxes_of_offers(config, products)
        prices, currency = records._prices_with_taxes(config, products, taxes, records._offer_pricelist(config), date)
        strikes = records._strike_prices(config, products, taxes, date)
        weights = {key: amount_of(found.get("weight")) for key, found in values.items()}
        modes = self.env["cdiscount.delivery.cost"]._of_products(config, products, weights)
        quantities = records._offer_quantities()
        theirs = records._fields_of_cdiscount(config)
        found = {}
        for record in records:
            product = record.product_id
            if not product:
                found[record.id] = record._terms_without_product()
                continue
            price = prices[product.id]
            if currency == EURO:
                price = self._round_price(config, price)
            said = amount_of(values[product.id].get("origin_price"))
            strike = round_half_up(said) if said is not None else strikes.get(product.id)
            if "price" in theirs and record.price:
                price = exact(record.price, 2)
            if "origin_price" in theirs and record.offer_read_at:
                strike = exact(record.origin_price, 2) or None
            found[record.id] = OfferTerms(
                **record._terms_of_product(values[product.id]),
                price=price,
                origin_price=strike if strike is not None and strike > price else None,
                currency=currency,
                vat_rate=taxes[product.id][1].vat_rate,
                **record._terms_of_contributions(values[product.id], taxes[product.id][1]),
                quantity=quantities.get(record._offer_mapping().id, 0),
                preparation_time=record._terms_of_preparation(config, values[product.id]),
                delivery_modes=modes[product.id],
            )
        return found

    def _offer_mapping(self):
        """Return the offers of the account's own channel, which know of product and condition."""
        return self if self._name == "cdiscount.product.mapping" else self.mapping_id

    @api.model
    def _offer_values(self, config, products):
        """Return ``{product.id: {name: value}}`` of what the field mapping says of offers."""
        if not products:
            return {}
        return self.env["cdiscount.field.mapping"].sudo()._values(config, products, FIELD_NAMES)

    def _offer_quantities(self):
        """Return ``{offer of the account's own channel: pieces}``; the quantity is one for all channels."""
        return self.env["cdiscount.stock.mapping"].sudo()._quantities_of_offers(self._offer_mapping())

    @api.model
    def _fields_of_cdiscount(self, config):
        """Return the names of the fields that are only taken from Cdiscount: Odoo repeats what is there."""
        lines = config._ensure_field_mappings().filtered(lambda line: line.effective_direction == "import")
        return set(lines.mapped("name"))

    def _terms_without_product(self):
        mapping = self._offer_mapping()
        return OfferTerms(
            sku=mapping.seller_reference or "",
            gtin=mapping.gtin or "",
            product_reference=mapping.product_reference or "",
            condition=mapping.condition or "",
        )

    def _terms_of_product(self, values):
        """Return what names the offer. Of one that Cdiscount has, product and condition cannot be changed any more."""
        mapping = self._offer_mapping()
        there = self._is_known_there(mapping)
        ours = {
            "gtin": str(values.get("gtin") or "").strip() or self.product_id.barcode or "",
            "condition": values.get("condition") or "",
        }
        theirs = {"gtin": mapping.gtin or "", "condition": mapping.condition or ""}
        first, second = (theirs, ours) if there else (ours, theirs)
        return {
            "sku": mapping.seller_reference or "",
            "gtin": first["gtin"] or second["gtin"],
            "condition": first["condition"] or second["condition"] or "New",
            "product_reference": mapping.product_reference or "",
            "comments": str(values.get("comments") or "").strip(),
        }

    @api.model
    def _terms_of_contributions(self, values, taxes):
        """Return eco-tax and DEA: what the field mapping says, else what the taxes say, else none (0)."""
        found = {}
        for name in ("eco_tax", "dea"):
            said = amount_of(values.get(name))
            found[name] = round_half_up(said) if said is not None else getattr(taxes, name)
        return found

    @api.model
    def _terms_of_preparation(self, config, values):
        days = amount_of(values.get("preparation_time"))
        return config.preparation_days if days is None or days != int(days) else int(days)

    # ------------------------------------------------------------------ problems
    def _offer_problems(self, terms):
        """Return ``{record.id: Preflight}`` of terms as ``_offer_terms`` gave them, and keep it on the records."""
        if not self:
            return {}
        config = self.config_id.sudo()
        records = self.sudo().with_company(config.company_id)
        values = records._offer_values(config, records.product_id)
        codes = {code for name in (config.enabled_mode_codes or "").split(",") if (code := offer_code(name))}
        floors = records._floor_prices(terms)
        found = {}
        for record in records:
            said = values.get(record.product_id.id, {})
            found[record.id] = Preflight(record._link_problems(said))
            if record.product_id:
                offer = check_offer(
                    terms[record.id],
                    weight=amount_of(said.get("weight")),
                    enabled_modes=codes or None,
                    floor=floors.get(record.id),
                )
                found[record.id] = Preflight((*found[record.id].problems, *offer.problems))
        records._keep_problems(found)
        return found

    def _link_problems(self, values):
        """Return the problems with the link of this offer, with what the field mapping says of its product."""
        product, mapping = self.product_id, self._offer_mapping()
        return check_link(
            linked=bool(product),
            archived=bool(product) and not product.active,
            here=str(values.get("gtin") or "").strip() or product.barcode or "",
            there=(mapping.gtin or "") if self._is_known_there(mapping) else "",
        )

    def _is_known_there(self, mapping):
        """Whether Cdiscount has the offer, so that product and condition cannot be changed any more."""
        return self._is_there() or mapping._is_there()

    def _keep_problems(self, found):
        """Store what was found, in one statement whatever the number; what has not changed is not written."""
        rows = [(record.id, self._problems_json(found[record.id]) or None) for record in self]
        self.flush_recordset(["problems", "problem_count"])
        self.env.cr.execute(
            KEEP.format(table=self._table),
            (
                [key for key, _text in rows],
                [text for _key, text in rows],
                [len(found[key].problems) for key, _text in rows],
            ),
        )
        self.invalidate_recordset(["problems", "problem_count", "problem_text"], flush=False)
