"""When an account's invoices are made, and whether the marketplace gets them."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class CdiscountConfigInvoices(models.Model):
    _inherit = "cdiscount.config"

    invoice_policy = fields.Selection(
        [
            ("never", "Never: a person makes them"),
            ("confirmation", "When the sale order is confirmed"),
            ("shipment", "When the goods have left"),
        ],
        "Make Invoices",
        default="never",
        required=True,
        tracking=True,
        help="When the goods have left: what was delivered is invoiced, whether it left your warehouse or Cdiscount's. "
        "Orders that come to Odoo as shipped already are invoiced as well.",
    )
    invoice_from = fields.Date(
        "Invoice Sales Since",
        help="Orders bought before this day are not invoiced by themselves. Set to the day on which you switch "
        "invoicing on, so that nothing that was invoiced elsewhere is invoiced twice.",
    )
    invoice_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'sale'), ('company_id', '=', company_id)]",
        help="Numbers the invoices of this account. Empty: the sales journal of the company.",
    )
    invoice_upload = fields.Selection(
        [
            ("no", "Do not send"),
            ("pdf", "As PDF"),
            ("ubl", "As UBL where the company makes it, otherwise as PDF"),
        ],
        "Send Invoices to Cdiscount",
        default="no",
        required=True,
        tracking=True,
        help="Every posted invoice of an order is sent, and replaces the one Cdiscount had. UBL is sent when Odoo has "
        "made the electronic invoice (UBL 2.1), which it does when the invoice is sent or printed from Odoo.",
    )
    payment_mapping_ids = fields.One2many("cdiscount.payment.mapping", "config_id", "Payment Methods")

    @api.onchange("invoice_policy")
    def _onchange_invoice_policy(self):
        if self.invoice_policy != "never" and not self.invoice_from:
            self.invoice_from = fields.Date.context_today(self)

    @api.constrains("invoice_journal_id")
    def _check_invoice_journal(self):
        for config in self:
            if config.invoice_journal_id and config.invoice_journal_id.type != "sale":
                raise ValidationError(_("%s is no sales journal: choose one.", config.invoice_journal_id.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._date_invoicing(vals)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("invoice_policy", "never") != "never" and "invoice_from" not in vals:
            for config in self.filtered(lambda one: not one.invoice_from):
                super(CdiscountConfigInvoices, config).write({"invoice_from": fields.Date.context_today(config)})
        return super().write(vals)

    @api.model
    def _date_invoicing(self, vals):
        """Whoever switches invoicing on without a day means from now on, not all that was ever sold."""
        if vals.get("invoice_policy", "never") != "never" and not vals.get("invoice_from"):
            vals["invoice_from"] = fields.Date.context_today(self)
