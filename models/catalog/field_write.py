"""Writing into Odoo what the marketplace says: prices where the account has them, texts where their path ends."""

from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import plaintext2html

from ...services.rules.field_path import parse_paths
from ...services.rules.merge import same
from ..order.order_store import NO_TRAIL
from .field_names import FIELDS

ONE = Decimal(1)
TEXT_TYPES = ("char", "text", "html")
NUMBER_TYPES = ("float", "monetary", "integer")


class CdiscountFieldWrite(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    @api.model
    def _write_problem(self, code):
        """Return the sentence of what keeps Odoo from taking a value, in the reader's language."""
        return {
            "variants": _(
                "The product has several variants, which share this value in Odoo. For prices, choose a pricelist on "
                "the account: each variant then has its own."
            ),
            "several": _(
                "Several offers of this product say different things, and Odoo has room for one. Link each offer with "
                "a product of its own, or keep Odoo's value."
            ),
            "rule": _("Another rule of the pricelist goes before the price of the product: correct the pricelist."),
            "taxes": _("Odoo cannot tell the price without VAT of these taxes: enter the price in Odoo."),
            "currency": _("There is no exchange rate to the currency of the prices: enter the rate, or the price."),
            "right": _("The account's user may not change it: give the right, or choose another user on the account."),
            "nowhere": _(
                "Odoo has no single field for it: under Configuration, Catalogue, Fields it is made of several, or of "
                "a field of another record. Correct it in Odoo, or choose a field of the product for it there."
            ),
            "refused": _("Odoo did not take the value: correct it in Odoo."),
        }.get(code, "")

    def _write_field(self, config, name, wanted, first=False):
        """Write values of one field into Odoo.

        :param wanted: ``{record: value}`` of this account
        :param first: the sides meet for the first time: nothing is noted in the history of products
        :return: ``{record.id: code}`` of those that could not be written, see ``_write_problem``
        """
        problems = self._shared_products(config, name, wanted)
        wanted = {record: value for record, value in wanted.items() if record.id not in problems}
        if not wanted:
            return problems
        trail = NO_TRAIL if first else {}
        line = config._ensure_field_mappings().filtered(lambda one: one.name == name)
        try:
            with self.env.cr.savepoint():
                if name == "price":
                    problems.update(self._write_prices(config, wanted, self._offer_pricelist(config), trail))
                elif name == "origin_price" and line.source_type == "auto":
                    problems.update(self._write_strikes(config, wanted, trail))
                else:
                    problems.update(self._write_values(config, line, wanted, trail))
        except AccessError:
            problems.update(dict.fromkeys((record.id for record in wanted), "right"))
        except (UserError, ValidationError):
            if len(wanted) > 1:
                for record, value in wanted.items():
                    problems.update(self._write_field(config, name, {record: value}, first))
            else:
                problems.update(dict.fromkeys((record.id for record in wanted), "refused"))
        return problems

    def _shared_products(self, config, name, wanted):
        """Return ``{record.id: "several"}`` of offers whose product is also that of an offer that says otherwise.

        Odoo has one place for the value: written for one offer, it would be wrong for the other, and the next reading
        would turn it round, for ever.
        """
        said = {}
        for record, value in wanted.items():
            said.setdefault(record.product_id, []).append(value)
        apart = {product for product, values in said.items() if any(not same(values[0], value) for value in values)}
        if name == "price":
            ids = [record.product_id.id for record in wanted]
            domain = [
                ("product_id", "in", ids),
                ("offer_state", "in", ("active", "inactive")),
                ("id", "not in", [record.id for record in wanted]),
                ("config_id.pricelist_id", "=", config.pricelist_id.id),
                # One that Odoo publishes would be sold at the price of the other one.
                "|",
                ("publish", "=", True),
                ("config_id.product_sync_direction", "!=", "export"),
            ]
            if self._name == "cdiscount.product.mapping":
                domain.append(("ignored", "=", False))
            for other in self.sudo().search_fetch(domain, ["product_id", "price"]):
                values = said.get(other.product_id, ())
                if other.price and any(abs(float(value or 0) - other.price) >= 0.005 for value in values):
                    apart.add(other.product_id)
        return {record.id: "several" for record in wanted if record.product_id in apart}

    # ------------------------------------------------------------------ prices
    def _write_strikes(self, config, wanted, trail):
        if config.strike_source != "pricelist" or not config.strike_pricelist_id:
            return {record.id: "nowhere" for record in wanted}
        return self._write_prices(config, wanted, config.strike_pricelist_id, trail)

    def _write_prices(self, config, wanted, pricelist, trail):
        """Write prices with VAT as the unit prices of a pricelist, or as the sales prices of the products."""
        problems, units = {}, {}
        records = self.browse([record.id for record in wanted]).sudo().with_company(config.company_id)
        taxes = records._taxes_of_offers(config, records.product_id)
        factor = self._from_euro(config, pricelist)
        places = self.env["decimal.precision"].precision_get("Product Price")
        for record, price in wanted.items():
            shape = taxes[record.product_id.id][1].shape
            if factor is None:
                problems[record.id] = "currency"
            elif shape is None:
                problems[record.id] = "taxes"
            elif not price:
                # No price at all is nothing that a sales price can say.
                problems[record.id] = "nowhere"
            elif not pricelist and len(record.product_id.product_tmpl_id.product_variant_ids) > 1:
                problems[record.id] = "variants"
            else:
                exact = shape.unit_price(price, ONE) * factor
                units[record.product_id] = round(float(exact), places)
        writer = config._as_account(self.env["product.product"]).with_context(**trail)
        products = writer.browse([product.id for product in units])
        if pricelist:
            self._write_items(pricelist.with_env(writer.env), products, units)
        else:
            # Everything is read before anything is written: a price that changes has Odoo work out others anew.
            due = [
                (product.product_tmpl_id, round(units[product] - product.price_extra, places)) for product in products
            ]
            due = [(template, unit) for template, unit in due if abs(template.list_price - unit) >= 10**-places / 2]
            for template, unit in due:
                template.list_price = unit
        self.env.flush_all()
        return problems

    @api.model
    def _write_items(self, pricelist, products, units):
        """Give each product its fixed price in the pricelist: the rule that is there already, or a new one."""
        items = pricelist.env["product.pricelist.item"]
        found = items.search(
            [
                ("pricelist_id", "=", pricelist.id),
                ("product_id", "in", products.ids),
                ("applied_on", "=", "0_product_variant"),
                ("compute_price", "=", "fixed"),
                ("min_quantity", "<=", 1),
                ("date_start", "=", False),
                ("date_end", "=", False),
            ],
            # As Odoo chooses among several: the last one is the one that counts.
            order="min_quantity, id",
        )
        of_product = {item.product_id.id: item for item in found}
        new = []
        for product in products:
            unit, item = units[product], of_product.get(product.id)
            if item:
                if item.fixed_price != unit:
                    item.fixed_price = unit
                continue
            new.append(
                {
                    "pricelist_id": pricelist.id,
                    "applied_on": "0_product_variant",
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product_id": product.id,
                    "compute_price": "fixed",
                    "fixed_price": unit,
                }
            )
        items.create(new)

    @api.model
    def _from_euro(self, config, pricelist):
        """Return the factor from the euro to the currency of the prices, as Decimal; None when no rate is known."""
        company = config.company_id
        source, euro = pricelist.currency_id or company.currency_id, self.env.ref("base.EUR")
        if source == euro:
            return ONE
        if not self._has_rates((source | euro) - company.currency_id, company):
            return None
        # The very rate the published price is made with, so that it comes back.
        return ONE / Decimal(repr(source._get_conversion_rate(source, euro, company, fields.Date.context_today(self))))

    # ------------------------------------------------------------------ texts and other plain values
    def _write_values(self, config, line, wanted, trail):
        """Write values where the path of a line ends, when that is a plain field of the product."""
        target = self._plain_target(config, line)
        if not target:
            return {record.id: "nowhere" for record in wanted}
        on_template, field = target
        problems = {}
        for record, value in wanted.items():
            product = config._as_account(record.product_id).with_context(**trail)
            owner = product.product_tmpl_id if on_template else product
            if on_template and len(owner.product_variant_ids) > 1:
                problems[record.id] = "variants"
                continue
            owner[field.name] = self._for_field(field, value)
        self.env.flush_all()
        return problems

    @api.model
    def _plain_target(self, config, line):
        """Return (whether it is a field of the template, field) where values can be written, or None."""
        if line.source_type != "field":
            return None
        path = parse_paths(line.source)[0]
        product = self.env["product.product"]
        on_template = path[0] == "product_tmpl_id" and len(path) == 2
        if len(path) > 1 and not on_template:
            return None
        field = product._fields.get(path[-1]) if not on_template else product.product_tmpl_id._fields.get(path[-1])
        if field is None:
            return None
        if field.inherited:
            on_template, field = True, product.product_tmpl_id._fields[field.name]
        kinds = NUMBER_TYPES if FIELDS[line.name].kind in ("money", "number") else TEXT_TYPES
        # What is computed is made of something else; it can be written where Odoo itself lets a person write it.
        writable = not field.readonly and (field.store or field.inverse) and not field.related
        return (on_template, field) if writable and field.type in kinds else None

    @api.model
    def _for_field(self, field, value):
        if field.type in NUMBER_TYPES:
            return float(value or 0)
        if field.type == "html" and value:
            return plaintext2html(value)
        return value or False
