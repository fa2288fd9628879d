"""Which Odoo product an order line means."""

from dataclasses import dataclass

from odoo import _, api, models
from odoo.exceptions import ValidationError

from ...compat import storable_product_values
from .order_build import HoldOrder


@dataclass(frozen=True)
class NoProduct:
    """Why a line has no product. It counts as False, like the product that is not there.

    :param reason: unknown, ambiguous, other_company or combo
    :param products: display names of the products that were considered
    """

    reason: str = "unknown"
    products: tuple = ()

    def __bool__(self):
        return False


class CdiscountOrderProduct(models.Model):
    _inherit = "cdiscount.order.mapping"

    # ------------------------------------------------------------------ finding
    @api.model
    def _find_products(self, config, lines):
        """Return ``{key: product or NoProduct}`` for order lines (payload values), see ``_product_key``.

        Asked in this order: what a person has said of the SKU, a product with that reference, a product with that GTIN.
        Three queries for any number of lines, one more when something is missing. An archived product is still the
        product that was sold. Of several products with one reference an active one goes before an archived one, and
        one of the account's own company before a shared one; if several remain, nobody guesses.
        """
        links = self._linked_products(config, lines)
        by_sku = self._products_by("default_code", config, {line.sku for line in lines if line.sku})
        gtins = {width for line in lines if line.gtin for width in self._gtin_widths(line.gtin)}
        by_gtin = self._products_by("barcode", config, gtins)
        found = {}
        for line in lines:
            key = self._product_key(line)
            if key not in found:
                found[key] = (
                    links.get(key[0])
                    or self._choose_product(config, by_sku.get(line.sku))
                    or self._choose_product(config, by_gtin.get(self._bare_gtin(line.gtin)))
                    or NoProduct()
                )
        for key, product in found.items():
            if product and product.type == "combo":
                found[key] = NoProduct("combo", (product.display_name,))
        self._explain_missing(config, lines, found, by_sku, by_gtin)
        return found

    @api.model
    def _product_key(self, line):
        """Return the key under which ``_find_products`` answers for a line: its remembered reference and its GTIN."""
        return self.env["cdiscount.product.mapping"]._reference_of(line), line.gtin

    @api.model
    def _linked_products(self, config, lines):
        links = self.env["cdiscount.product.mapping"].sudo()
        references = list({links._reference_of(line) for line in lines})
        found = links.search(
            [("config_id", "=", config.id), ("seller_reference", "in", references), ("product_id", "!=", False)]
        )
        # A product that was given to another company since cannot be sold by this one.
        return {
            link.seller_reference: link.product_id.with_env(self.env)
            for link in found
            if link.product_id.company_id.id in (False, config.company_id.id)
        }

    @api.model
    def _products_by(self, field, config, values):
        """Return ``{value: products}`` of the account's company, archived too; GTINs without leading zeros."""
        products = self.env["product.product"].with_context(active_test=False)
        found = {}
        if values:
            domain = [(field, "in", list(values)), ("company_id", "in", (False, config.company_id.id))]
            for product in products.search(domain, order="id"):
                value = self._bare_gtin(product.barcode) if field == "barcode" else product.default_code
                found[value] = found.get(value, products) | product
        return found

    @api.model
    def _bare_gtin(self, gtin):
        """Return a GTIN without leading zeros: as 8, 12, 13 or 14 digits, or read as a number, it is the same."""
        return (gtin or "").lstrip("0")

    @api.model
    def _gtin_widths(self, gtin):
        bare = self._bare_gtin(gtin)
        return {gtin, bare, *(bare.zfill(width) for width in (8, 12, 13, 14))} if bare else set()

    @api.model
    def _choose_product(self, config, products):
        """Return the one product of the best rank, or None when there is none or several are equally good."""
        if not products:
            return None
        ranks = {product: (not product.active, not product.company_id) for product in products}
        best = [product for product, rank in ranks.items() if rank == min(ranks.values())]
        return best[0] if len(best) == 1 else None

    @api.model
    def _explain_missing(self, config, lines, found, by_sku, by_gtin):
        """Replace what is missing without a reason by the reason a person needs to know."""
        missing = {
            self._product_key(line): line
            for line in lines
            if isinstance(found[self._product_key(line)], NoProduct) and not found[self._product_key(line)].products
        }
        for key, line in list(missing.items()):
            several = by_sku.get(line.sku) or by_gtin.get(self._bare_gtin(line.gtin))
            if several:
                found[key] = NoProduct("ambiguous", tuple(several.mapped("display_name")))
                del missing[key]
        skus = [line.sku for line in missing.values() if line.sku]
        if not skus:
            return
        # Names of another company's products are not for this one: only that they exist.
        foreign = self.env["product.product"].sudo().with_context(active_test=False)
        elsewhere = set(
            foreign.search(
                [("default_code", "in", skus), ("company_id", "not in", (False, config.company_id.id))]
            ).mapped("default_code")
        )
        for key, line in missing.items():
            if line.sku in elsewhere:
                found[key] = NoProduct("other_company")

    # ------------------------------------------------------------------ deciding
    @api.model
    def _product_of(self, config, line, amounts, lookups):
        """Return the product of a marketplace line, following the account's rule when it is not known."""
        key = self._product_key(line)
        found = lookups["products"].get(key, NoProduct())
        if found:
            return found
        if found.reason == "unknown" and config.unknown_product_policy == "default" and config.default_product_id:
            return config.default_product_id
        if found.reason == "unknown" and config.unknown_product_policy == "create":
            tax = self._home_tax(config, amounts.vat_rate, lookups)
            lookups["products"][key] = self._create_product(config, line, amounts.unit_incl, tax)
            return lookups["products"][key]
        code = "ambiguous_product" if found.reason == "ambiguous" else "unknown_product"
        raise HoldOrder(code, self._missing_text(line, found), detail=key[0])

    @api.model
    def _missing_text(self, line, missing):
        """Return what is the matter with a line's product, in one or two sentences."""
        values = {"sku": line.sku or "-", "gtin": line.gtin, "title": line.title or ""}
        if missing.reason == "ambiguous":
            return _(
                "Several products fit the SKU %(sku)s (%(title)s): %(names)s. Choose the right one with Resolve.",
                names=" / ".join(missing.products[:5]),
                **values,
            )
        if missing.reason == "other_company":
            return _(
                "The product with the SKU %(sku)s (%(title)s) belongs to another company. Share it between the "
                "companies, or choose a product of this one with Resolve.",
                **values,
            )
        if missing.reason == "combo":
            return _(
                "The product of the SKU %(sku)s (%(title)s) is a combo: %(names)s. A combo cannot be sold from here; "
                "choose another product with Resolve.",
                names=missing.products[0],
                **values,
            )
        if line.gtin:
            return _(
                "No product has the SKU %(sku)s or the GTIN %(gtin)s (%(title)s). Link or create it with Resolve.",
                **values,
            )
        return _("No product has the SKU %(sku)s (%(title)s). Link or create it with Resolve.", **values)

    # ------------------------------------------------------------------ creating
    @api.model
    def _home_tax(self, config, rate, lookups):
        """Return the tax of a rate in the seller's own country, or None when it is another country's."""
        home = config.company_id.account_fiscal_country_id.code or ""
        tax = lookups["tax"](rate, home) if rate is not None else None
        return tax if tax and tax.country_id.code in (False, home) else None

    @api.model
    def _create_product(self, config, line, unit_incl, tax=None):
        """Create and remember the product of an order line nobody knows, so that the order can be prepared.

        The remembered link is unique in the database: of two workers that create the same product, the second one is
        undone and finds what the first has made.
        """
        values = self._prepare_product(config, line, unit_incl, tax)
        products = self.env["product.product"]
        barcode = line.gtin if self._bare_gtin(line.gtin) else False
        try:
            with self.env.cr.savepoint():
                product = products.create(dict(values, barcode=barcode))
        except ValidationError:
            # The GTIN stands on something else, a packaging or a product of another company: the SKU must do.
            product = products.create(values)
        self.env["cdiscount.product.mapping"]._remember(config, line, product, origin="created")
        return product

    @api.model
    def _prepare_product(self, config, line, unit_incl, tax=None):
        """Return the values of a product made from an order line. Its price follows the way its tax is counted."""
        price = unit_incl
        if tax and not tax.price_include:
            price = unit_incl * 100 / (100 + type(unit_incl)(str(tax.amount)))
        values = {
            "name": line.title or line.sku or line.gtin,
            "default_code": line.sku or False,
            "list_price": round(float(price), 2),
            "sale_ok": True,
            "company_id": config.company_id.id,
            **storable_product_values(self.env),
        }
        if tax:
            values["taxes_id"] = [(6, 0, tax.ids)]
        return values
