"""One missing thing of the resolve screen: how it is shown, what is suggested, how a decision is carried out."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class CdiscountOrderResolveLine(models.TransientModel):
    _name = "cdiscount.order.resolve.line"
    _description = "Missing Thing of Held Orders"

    wizard_id = fields.Many2one("cdiscount.order.resolve", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True)
    config_id = fields.Many2one("cdiscount.config", "Account", readonly=True)
    kind = fields.Selection(
        [
            ("product", "Product"),
            ("tax", "VAT rate"),
            ("total", "Total"),
            ("country", "Country"),
            ("currency", "Currency"),
            ("data", "Order data"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
    )
    key = fields.Char(readonly=True)
    name = fields.Char("What Is Missing", readonly=True)
    text = fields.Char("Why", readonly=True)
    title = fields.Char(readonly=True)
    gtin = fields.Char("GTIN", readonly=True)
    order_ids = fields.Many2many("cdiscount.order.mapping", string="Orders", readonly=True)
    order_count = fields.Integer("Waiting", readonly=True, help="How many orders wait for this.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    # decisions
    product_id = fields.Many2one(
        "product.product",
        "Is the Product",
        domain="[('company_id', 'in', (False, company_id)), ('type', '!=', 'combo')]",
    )
    suggested_product_id = fields.Many2one("product.product", readonly=True)
    suggestion_text = fields.Char("Suggestion", readonly=True)
    create_product = fields.Boolean(
        "Create It", help="Create the product with the title, SKU, GTIN and price it was sold at."
    )
    rate = fields.Float("VAT %", readonly=True)
    country_code = fields.Char("Code on Cdiscount", readonly=True)
    tax_id = fields.Many2one("account.tax", domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]")
    country_id = fields.Many2one("res.country", "Is the Country")
    amount_total = fields.Monetary("Cdiscount's Total", readonly=True)
    amount_found = fields.Monetary("Lines Add Up To", readonly=True)
    amount_gap = fields.Monetary("Difference", readonly=True)
    accept = fields.Boolean()

    # ------------------------------------------------------------------ showing
    @api.model
    def _prepare(self, wizard, thing, suggestion=None):
        """Return the values of the line that shows one Missing, with what ``_suggest_products`` has found for it."""
        values = {
            "wizard_id": wizard.id,
            "config_id": thing.config.id,
            "company_id": thing.config.company_id.id,
            "kind": thing.kind,
            "key": thing.key,
            "name": thing.name,
            "text": thing.text,
            "order_ids": [fields.Command.set(thing.orders.ids)],
            "order_count": len(thing.orders),
            "currency_id": thing.orders[:1].currency_id.id or thing.config.company_id.currency_id.id,
            "country_code": thing.country,
            "rate": thing.rate or 0.0,
        }
        if thing.kind == "product":
            values.update(title=thing.line.title, gtin=thing.line.gtin)
            values.update(suggestion or {})
        elif thing.kind == "tax":
            values["tax_id"] = self._suggest_tax(thing).id
        elif thing.kind == "total":
            values.update(
                amount_total=float(thing.total),
                amount_found=float(thing.found),
                amount_gap=float(thing.total - thing.found),
            )
        return values

    @api.model
    def _suggest_products(self, things):
        """Return ``{key: values}`` that suggest a product for missing ones; the choice itself stays the person's."""
        offers = self.env["cdiscount.product.mapping"]
        asked, found = {}, {}
        for thing in things:
            if thing.kind == "product":
                wanted = asked.setdefault(thing.config.company_id, {})
                wanted[thing.key] = (thing.line.sku, thing.line.gtin, thing.line.title)
        for company, wanted in asked.items():
            suggestions = offers._suggest_products(company, wanted)
            products = self.env["product.product"].browse({best.product for best in suggestions.values()})
            names = {product.id: product.display_name for product in products}
            for key, best in suggestions.items():
                why = offers._suggestion_text(best)
                text = f"{names[best.product]} ({why})"
                found[key] = {"suggested_product_id": best.product, "suggestion_text": text}
        return found

    @api.model
    def _suggest_tax(self, thing):
        """Return the tax to propose for a rate and country, or an empty one."""
        mappings = self.env["cdiscount.tax.mapping"]
        return mappings._propose(thing.config.company_id, thing.rate, thing.country)

    def action_take_suggestion(self):
        """Choose the suggested product."""
        self.ensure_one()
        self.write({"product_id": self.suggested_product_id.id, "create_product": False})
        return self.wizard_id._reopen()

    def action_open_orders(self):
        """Open the orders that wait for this."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Waiting for %s", self.name),
            "res_model": "cdiscount.order.mapping",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.order_ids.ids)],
        }

    @api.onchange("create_product")
    def _onchange_create_product(self):
        if self.create_product:
            self.product_id = False

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id:
            self.create_product = False

    # ------------------------------------------------------------------ deciding
    def _is_decided(self):
        self.ensure_one()
        return {
            "product": bool(self.product_id or self.create_product),
            "tax": bool(self.tax_id),
            "country": bool(self.country_id),
            "currency": self.accept,
            "total": self.accept,
        }.get(self.kind, False)

    def _carry_out(self, thing):
        """Make the decision true.

        :param thing: the Missing as it stands now
        """
        self.ensure_one()
        getattr(self, f"_carry_out_{self.kind}")(thing)

    def _carry_out_product(self, thing):
        orders = self.env["cdiscount.order.mapping"].with_company(thing.config.company_id)
        if self.create_product and not self.product_id:
            lookups = {"tax": orders._load_taxes(thing.config)}
            tax = orders._home_tax(thing.config, thing.amounts.vat_rate, lookups)
            orders._create_product(thing.config, thing.line, thing.amounts.unit_incl, tax)
            return
        if self.product_id.company_id.id not in (False, thing.config.company_id.id):
            raise UserError(
                _(
                    "%(product)s belongs to another company than the account %(account)s: choose another product.",
                    product=self.product_id.display_name,
                    account=thing.config.name,
                )
            )
        self.env["cdiscount.product.mapping"]._remember(thing.config, thing.line, self.product_id)

    def _carry_out_tax(self, thing):
        mappings = self.env["cdiscount.tax.mapping"].with_company(thing.config.company_id)
        country = self.env["cdiscount.order.mapping"]._country(thing.country) or self.env["res.country"]
        domain = [
            ("company_id", "=", thing.config.company_id.id),
            ("country_id", "=", country.id),
            ("rate", ">", thing.rate - 0.005),
            ("rate", "<", thing.rate + 0.005),
        ]
        values = {"tax_id": self.tax_id.id}
        if "state" in mappings._fields:
            values["state"] = "confirmed"
        mapping = mappings.search(domain, limit=1)
        if mapping:
            mapping.write(values)
        else:
            mappings.create(dict(values, company_id=thing.config.company_id.id, rate=thing.rate, country_id=country.id))

    def _carry_out_country(self, thing):
        self.env["cdiscount.country.alias"]._remember(thing.config.company_id, thing.country, self.country_id)

    def _carry_out_currency(self, thing):
        currency = self.env["res.currency"].sudo().with_context(active_test=False).search([("name", "=", thing.name)])
        if not currency:
            raise UserError(
                _(
                    "Odoo does not know the currency %s. Create it (Accounting, Configuration, Currencies), then "
                    "release the orders.",
                    thing.name,
                )
            )
        currency.active = True
        thing.orders.sudo().filtered(lambda order: not order.currency_id).write({"currency_id": currency[:1].id})

    def _carry_out_total(self, thing):
        thing.orders._accept_total(thing.amounts)
