"""Which Odoo tax stands for a VAT rate of the marketplace."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints
from .tax_finder import shape_of

ACCURACY = 0.005


class CdiscountTaxMapping(models.Model):
    _name = "cdiscount.tax.mapping"
    _description = "Cdiscount Tax"
    _order = "company_id, country_id, rate desc"
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "rate_uniq",
                "unique(company_id, rate, country_id)",
                "This VAT rate has a tax already for this country: change the existing line.",
            ),
        )
    )

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    rate = fields.Float("VAT %", required=True, digits=(5, 2))
    country_id = fields.Many2one(
        "res.country", help="Country the goods are delivered to. Empty: every country without a line of its own."
    )
    tax_id = fields.Many2one(
        "account.tax",
        required=True,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', company_id)]",
        help="Used for goods and for shipping. When prices with VAT and prices without exist at this rate, choose the "
        "one with VAT: the marketplace's prices then stay as they are, to the cent. An archived tax is activated when "
        "the line is confirmed.",
    )
    state = fields.Selection(
        [("proposed", "To confirm"), ("confirmed", "Confirmed")],
        string="Status",
        default="confirmed",
        required=True,
        readonly=True,
        help="A proposed line is not used before somebody has confirmed it.",
    )

    @api.depends("rate", "country_id", "tax_id")
    def _compute_display_name(self):
        for mapping in self:
            country = f" {mapping.country_id.code}" if mapping.country_id else ""
            mapping.display_name = f"{mapping.rate:g} %{country}"

    # ------------------------------------------------------------------ checks
    @api.constrains("rate", "country_id", "company_id")
    def _check_unique_without_country(self):
        # The database takes two lines without a country for different ones.
        for mapping in self.filtered(lambda mapping: not mapping.country_id):
            domain = [
                ("company_id", "=", mapping.company_id.id),
                ("rate", "=", mapping.rate),
                ("country_id", "=", False),
                ("id", "!=", mapping.id),
            ]
            if self.search_count(domain, limit=1):
                raise ValidationError(
                    _(
                        "The rate %s %% has a tax already for all countries: change the existing line.",
                        format(mapping.rate, "g"),
                    )
                )

    @api.constrains("rate", "tax_id", "company_id")
    def _check_tax(self):
        for mapping in self:
            tax = mapping.tax_id
            if tax.type_tax_use != "sale":
                raise ValidationError(
                    _(
                        "%s is not a sales tax. Choose a tax whose type is Sales: the marketplace's orders are sales.",
                        tax.name,
                    )
                )
            if tax.company_id not in mapping.company_id | mapping.company_id.parent_ids:
                raise ValidationError(
                    _(
                        "The tax %(tax)s belongs to %(other)s. Choose a tax of %(company)s.",
                        tax=tax.name,
                        other=tax.company_id.name,
                        company=mapping.company_id.name,
                    )
                )
            mapping._check_rate()

    def _check_rate(self):
        self.ensure_one()
        tax, shape = self.tax_id, shape_of(self.tax_id)
        if shape is None or tax.amount_type == "fixed":
            raise ValidationError(
                _(
                    "The tax %s is not a percentage of the price, so prices with VAT cannot be computed back. Choose "
                    "a tax that is a percentage, or a group of such taxes.",
                    tax.name,
                )
            )
        if abs(float(shape.percent) - self.rate) <= ACCURACY:
            return
        values = {"tax": tax.name, "found": f"{float(shape.percent):g}", "rate": f"{self.rate:g}"}
        if tax.amount_type == "group":
            raise ValidationError(
                _(
                    "The taxes of the group %(tax)s come to %(found)s %%, the line says %(rate)s %%: choose a tax of "
                    "that rate.",
                    **values,
                )
            )
        raise ValidationError(
            _("The tax %(tax)s is %(found)s %%, the line says %(rate)s %%: choose a tax of that rate.", **values)
        )

    # ------------------------------------------------------------------ held orders go on
    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        created._put_to_use()
        return created

    def write(self, vals):
        if "tax_id" in vals and "state" not in vals:
            # Who chooses another tax than the proposed one has looked at the line.
            vals = dict(vals, state="confirmed")
        done = super().write(vals)
        if "state" in vals or "tax_id" in vals:
            self._put_to_use()
        return done

    def _put_to_use(self):
        """Activate archived taxes that are mapped; have the orders that wait for a tax tried again."""
        confirmed = self.filtered(lambda mapping: mapping.state == "confirmed")
        archived = confirmed.sudo().with_context(active_test=False).tax_id.filtered(lambda tax: not tax.active)
        archived.active = True
        companies = confirmed.company_id
        if companies:
            orders = self.env["cdiscount.order.mapping"].sudo()
            domain = [
                ("company_id", "in", companies.ids),
                ("state", "=", "held"),
                ("hold_code", "=", "tax_not_mapped"),
                ("sale_order_id", "=", False),
            ]
            orders.search(domain)._request_build()
