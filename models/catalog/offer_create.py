"""Products made from offers that no product fits, when the account wants that."""

from decimal import Decimal

from odoo import api, models
from odoo.exceptions import ValidationError

from ...compat import storable_product_values


class CdiscountOfferCreate(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _create_products(self, config, offers, sheets=None):
        """Create the products of offers that nobody knows, all in one go; two offers of one GTIN are one product.

        They are created by the account's own user, in its company.

        :param offers: list of ``Offer``
        :param sheets: ``{sku: Product}`` of those whose sheet has been read
        :return: ``{sku: product}``
        """
        sheets = sheets or {}
        products = self.env["product.product"].sudo(False).with_company(config.company_id)
        tax = config.company_id.account_sale_tax_id
        first, rows, grouped = {}, [], {}
        for offer in offers:
            sheet = sheets.get(offer.sku)
            first.setdefault(offer.gtin or offer.sku, offer.sku)
            if first[offer.gtin or offer.sku] != offer.sku:
                continue
            values = self._prepare_offer_product(config, offer, tax, sheet)
            if sheet and sheet.variant_group:
                grouped.setdefault(sheet.variant_group, []).append((offer, sheet, values))
            else:
                rows.append(values)
        made = {product.default_code: product for product in self._create_all(products, rows)}
        for group, members in grouped.items():
            made.update(self._create_variants(config, products, group, members))
        return {offer.sku: made[first[offer.gtin or offer.sku]] for offer in offers}

    @api.model
    def _create_all(self, products, rows):
        """Create all at once; when a barcode is taken (a packaging has it), one by one, that one without barcode."""
        try:
            with self.env.cr.savepoint():
                return products.create(rows)
        except ValidationError:
            self.env.invalidate_all()
        made = products
        for values in rows:
            try:
                with self.env.cr.savepoint():
                    made |= products.create(values)
            except ValidationError:
                self.env.invalidate_all()
                made |= products.create(dict(values, barcode=False))
        return made

    @api.model
    def _prepare_offer_product(self, config, offer, tax, sheet=None):
        """Return the values of a product made from an offer. Its price follows the way its tax is counted."""
        price = offer.price or Decimal(0)
        if tax and tax.amount_type == "percent" and not tax.price_include:
            price = price * 100 / (100 + Decimal(str(tax.amount)))
        values = {
            "name": (sheet and sheet.title) or offer.sku,
            "default_code": offer.sku,
            "barcode": offer.gtin or False,
            "list_price": round(float(price), 2),
            "sale_ok": True,
            "company_id": config.company_id.id,
            **storable_product_values(self.env),
        }
        if tax:
            values["taxes_id"] = [(6, 0, tax.ids)]
        return values
