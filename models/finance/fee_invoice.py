"""The marketplace's invoices for its commissions and fees: one per period, and the vendor bill each becomes."""

from odoo import api, fields, models

from ...services.rules.finance import period_of
from ..order.order_bulk import update_many

TOTALS = """
SELECT fee_invoice_id, count(*), COALESCE(sum(charged_with_vat), 0), COALESCE(sum(charged_without_vat), 0),
       COALESCE(sum(difference) FILTER (WHERE kind = 'commission'), 0)
  FROM cdiscount_fee
 WHERE fee_invoice_id = ANY(%s)
 GROUP BY fee_invoice_id
"""


class CdiscountFeeInvoice(models.Model):
    """What is charged between two invoice days (9, 19, 29). Open until its day has come."""

    _name = "cdiscount.fee.invoice"
    _description = "Cdiscount Commission Invoice"
    _inherit = ["cdiscount.announced", "mail.thread"]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    fee_ids = fields.One2many("cdiscount.fee", "fee_invoice_id", "Fees", readonly=True)
    fee_count = fields.Integer("Number of Fees", readonly=True)
    amount_with_vat = fields.Monetary("Total", readonly=True, help="Of the fees Odoo has read, VAT included.")
    amount_without_vat = fields.Monetary("Without VAT", readonly=True)
    vat_amount = fields.Monetary("VAT", compute="_compute_vat_amount", store=True)
    announced_amount = fields.Monetary(
        "Invoiced", readonly=True, help="The total of the invoice, as Cdiscount lists it."
    )
    difference = fields.Monetary(
        compute="_compute_difference", store=True, help="What is invoiced, less the fees Odoo has read."
    )
    commission_difference = fields.Monetary(
        "Difference to the Orders",
        readonly=True,
        help="Commissions as charged, less the commissions that were announced with the orders.",
    )
    over = fields.Boolean(readonly=True, help="The day of the invoice has passed.")
    document_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="set null")
    move_id = fields.Many2one(
        "account.move", "Vendor Bill", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    move_state = fields.Selection(related="move_id.state", string="Bill Status")
    hold_reason = fields.Text("Not Billed Because", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "Not Invoiced Yet"),
            ("to_bill", "To Bill"),
            ("held", "Held"),
            ("billed", "Billed"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        help="Open: the period is not over. Held: the vendor bill cannot be made, the reason tells what to do.",
    )

    @api.depends("amount_with_vat", "amount_without_vat")
    def _compute_vat_amount(self):
        for invoice in self:
            invoice.vat_amount = invoice.amount_with_vat - invoice.amount_without_vat

    @api.depends("announced", "announced_amount", "amount_with_vat")
    def _compute_difference(self):
        for invoice in self:
            difference = invoice.announced_amount - invoice.amount_with_vat if invoice.announced else 0.0
            invoice.difference = invoice.currency_id.round(difference) if invoice.currency_id else difference

    @api.depends("announced", "over", "move_id.state", "hold_reason")
    def _compute_state(self):
        for invoice in self:
            if invoice.move_id and invoice.move_id.state != "cancel":
                invoice.state = "billed"
            elif invoice.hold_reason:
                invoice.state = "held"
            else:
                invoice.state = "to_bill" if invoice.announced or invoice.over else "open"

    @api.model
    def _of_day(self, day):
        first, last = period_of(day) if day else (False, False)
        return {"date_from": first, "date_to": last}

    # ------------------------------------------------------------------ following the marketplace
    @api.model
    def _store_invoices(self, config, page):
        """Bring invoices up to date with what Cdiscount lists.

        :param page: ``services.payloads.finance.CommissionInvoice`` values
        """
        currencies = self.env["res.currency"].with_context(active_test=False).search_fetch([], ["name"])
        by_name = {currency.name: currency.id for currency in currencies}
        own, first = self.env.ref("base.EUR").id, config.finance_from
        page = [one for one in page if not (first and one.day and period_of(one.day)[0] < first)]
        found = self._ensure(config, {(one.invoice_id, one.day, by_name.get(one.currency, own)) for one in page})
        values = {}
        for one in page:
            invoice = found[(one.invoice_id, one.day)]
            row = {"announced": True, "date": one.day or invoice.date}
            if one.amounts.with_vat is not None:
                row["announced_amount"] = float(one.amounts.with_vat)
            values[invoice.id] = row
        update_many(self.browse(values), values)
        return self.browse(values)

    def _refresh_totals(self):
        """Add up the fees of these invoices anew, with one query."""
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(TOTALS, [self.ids])
        rows = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        update_many(
            self,
            {
                invoice.id: dict(
                    zip(
                        ("fee_count", "amount_with_vat", "amount_without_vat", "commission_difference"),
                        map(float, rows.get(invoice.id, (0, 0, 0, 0))),
                        strict=True,
                    )
                )
                for invoice in self
            },
        )

    @api.model
    def _refresh_of(self, config):
        """Bring the totals of an account's invoices up to date."""
        invoices = self.search([("config_id", "=", config.id)])
        invoices._refresh_totals()
        today = fields.Date.context_today(self)
        # Where the marketplace lists no invoices, the calendar says when a period is over.
        over = invoices.filtered(lambda one: not one.over and one.date and one.date < today and one.fee_count)
        over.over = True

    def _keep_document(self, content):
        """Keep the PDF of the invoice; ``content`` is base64."""
        self.ensure_one()
        self.document_id = self.env["ir.attachment"].create(
            {
                "name": f"{self.reference}.pdf".replace("/", "_"),
                "datas": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    # ------------------------------------------------------------------ screens
    def action_open_fees(self):
        """Open the fees of the invoice."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_fee")
        return dict(action, domain=[("fee_invoice_id", "in", self.ids)], context={})

    def action_open_bill(self):
        """Open the vendor bill."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_open_document(self):
        """Show Cdiscount's document."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self.document_id.id}", "target": "new"}
