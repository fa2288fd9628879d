"""A payout of the marketplace: what it consists of, and what of it cannot be explained."""

from odoo import _, api, fields, models

from ...compat import check_access
from ...services.rules.finance import COUNTED, OF_CUSTOMER, state_of
from ..order.order_bulk import update_many

STATES = [
    ("estimated", "Estimated"),
    ("in_process", "In Process"),
    ("paid", "Paid"),
    ("blocked", "Blocked"),
    ("unknown", "Unknown"),
]

TOTALS = """
SELECT payout_id,
       count(*) FILTER (WHERE state = ANY(%(counted)s)),
       COALESCE(sum(amount) FILTER (WHERE state = ANY(%(counted)s)), 0),
       COALESCE(sum(amount) FILTER (WHERE state = 'paid'), 0),
       COALESCE(sum(amount) FILTER (WHERE state IN ('estimated', 'in_process')), 0),
       COALESCE(sum(amount) FILTER (WHERE state = 'blocked'), 0),
       COALESCE(sum(amount) FILTER (WHERE state = ANY(%(counted)s) AND kind = 'sale'), 0),
       COALESCE(sum(amount) FILTER (WHERE state = ANY(%(counted)s) AND kind IN ('refund', 'gesture')), 0),
       COALESCE(sum(amount) FILTER (WHERE state = ANY(%(counted)s) AND kind <> ALL(%(customer)s)), 0),
       COALESCE(sum(remainder) FILTER (WHERE state = ANY(%(counted)s)), 0),
       count(*) FILTER (WHERE unexplained),
       bool_or(state = 'paid'), bool_or(state = 'in_process'), bool_or(state = 'estimated')
  FROM cdiscount_finance_operation
 WHERE payout_id = ANY(%(ids)s)
 GROUP BY payout_id
"""


class CdiscountPayout(models.Model):
    _name = "cdiscount.payout"
    _description = "Cdiscount Payout"
    _inherit = ["cdiscount.announced", "mail.thread"]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    state = fields.Selection(STATES, default="estimated", required=True, readonly=True, index=True, tracking=True)
    amount = fields.Monetary("Announced", readonly=True, help="What Cdiscount pays out, as it lists the payout.")
    operation_ids = fields.One2many("cdiscount.finance.operation", "payout_id", "Operations", readonly=True)
    operation_count = fields.Integer("Number of Operations", readonly=True)
    operation_total = fields.Monetary(
        "Sum of the Operations", readonly=True, help="Of those that are in the payout; what is blocked is not."
    )
    sale_total = fields.Monetary("Sales", readonly=True)
    refund_total = fields.Monetary("Refunds and Gestures", readonly=True)
    fee_total = fields.Monetary("Commissions and Fees", readonly=True)
    paid_total = fields.Monetary("Paid", readonly=True)
    estimated_total = fields.Monetary("Estimated", readonly=True)
    blocked_total = fields.Monetary("Blocked", readonly=True)
    unexplained_count = fields.Integer("Operations to Explain", readonly=True)
    difference = fields.Monetary(
        readonly=True,
        help="What Cdiscount announced, less the sum of the operations Odoo has read, on all accounts of the seller.",
    )
    remainder = fields.Monetary(
        "Unexplained",
        readonly=True,
        help="The part of the payout for which nothing is found in Odoo: operations that are not explained, and the "
        "difference between the payout and its operations. Open it to see what it is made of.",
    )
    due_amount = fields.Monetary(
        "Payout",
        compute="_compute_due_amount",
        store=True,
        help="As announced; until then what its operations come to. The accounts of one seller are paid out together.",
    )

    @api.depends("announced", "amount", "operation_total")
    def _compute_due_amount(self):
        for payout in self:
            payout.due_amount = payout.amount if payout.announced else payout.operation_total

    @api.depends("date", "reference")
    def _compute_display_name(self):
        for payout in self:
            day = fields.Date.to_string(payout.date) if payout.date else False
            payout.display_name = payout.reference if payout.announced or not day else _("Payout of %s", day)

    # ------------------------------------------------------------------ following the marketplace
    @api.model
    def _store_payments(self, config, page):
        """Bring payouts up to date with what Cdiscount lists.

        :param page: ``services.payloads.finance.Payment`` values
        """
        payouts = self.sudo()
        currencies = self.env["res.currency"].with_context(active_test=False).search_fetch([], ["name"])
        by_name = {currency.name: currency.id for currency in currencies}
        own = self.env.ref("base.EUR").id
        first = config.finance_from
        page = [one for one in page if not (first and one.day and one.day < first)]
        found = payouts._ensure(config, {(one.reference, one.day, by_name.get(one.currency, own)) for one in page})
        values = {}
        for one in page:
            payout = found[(one.reference, one.day)]
            row = {"state": state_of(one.state), "date": one.day or payout.date}
            if row["state"] == "not_payable":
                row["state"] = "estimated"
            if one.amount is not None:
                row.update(amount=float(one.amount), announced=True)
            if any(payout[name] != value for name, value in row.items()):
                values[payout.id] = row
        for payout_id, row in values.items():
            payouts.browse(payout_id).write(row)  # few, and their state is tracked
        return payouts.browse([payout.id for payout in found.values()])

    def _key_of_seller(self):
        """Return what tells the payouts of the marketplace apart, whichever account of the seller shows them."""
        return self.config_id.seller_id, self.config_id.base_url, self.reference

    def _of_twins(self):
        """Return the same payouts as other accounts of the seller show them."""
        found = self.browse()
        for config, some in self.grouped("config_id").items():
            twins = config._finance_twins()
            if twins:
                same = [("config_id", "in", twins.ids), ("reference", "in", some.mapped("reference"))]
                found |= self.sudo().search(same)
        return found

    def _refresh_totals(self):
        """Add up the operations of these payouts anew, with one query."""
        if not self:
            return
        payouts = self.sudo()
        payouts |= payouts._of_twins()
        self.env.flush_all()
        self.env.cr.execute(TOTALS, {"ids": payouts.ids, "counted": list(COUNTED), "customer": list(OF_CUSTOMER)})
        rows = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        together = {}
        for payout in payouts:
            key = payout._key_of_seller()
            together[key] = together.get(key, 0.0) + float(rows[payout.id][1] if payout.id in rows else 0.0)
        values = {}
        for payout in payouts:
            count, total, paid, estimated, blocked, sale, refund, fee, left, odd, is_paid, busy, open_ = rows.get(
                payout.id, (0, *[0.0] * 8, 0, False, False, False)
            )
            left_there = payout.amount - together[payout._key_of_seller()]
            difference = payout.currency_id.round(left_there) if payout.announced else 0.0
            row = {
                "operation_count": count,
                "operation_total": float(total),
                "paid_total": float(paid),
                "estimated_total": float(estimated),
                "blocked_total": float(blocked),
                "sale_total": float(sale),
                "refund_total": float(refund),
                "fee_total": float(fee),
                "unexplained_count": odd,
                "difference": difference,
                "remainder": payout.currency_id.round(float(left) + difference),
            }
            if not payout.announced:
                row["state"] = (
                    "estimated"
                    if open_
                    else "in_process"
                    if busy
                    else "paid"
                    if is_paid
                    else "blocked"
                    if blocked
                    else payout.state
                )
            values[payout.id] = row
        states = {payout.id: values[payout.id].pop("state", payout.state) for payout in payouts}
        update_many(payouts, values)
        for payout in payouts.filtered(lambda one: one.state != states[one.id]):
            payout.state = states[payout.id]

    # ------------------------------------------------------------------ screens
    def action_open_operations(self):
        """Open what the payout consists of."""
        return self._open_operations(_("Operations"), [])

    def action_open_unexplained(self):
        """Open what cannot be explained of the payout."""
        return self._open_operations(_("To Explain"), [("unexplained", "=", True)])

    def action_open_blocked(self):
        """Open what Cdiscount keeps back."""
        return self._open_operations(_("Blocked"), [("state", "=", "blocked")])

    def _open_operations(self, name, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_finance_operation")
        return dict(action, name=name, domain=[("payout_id", "in", self.ids), *domain], context={})

    def action_match(self):
        """Look once more what explains the operations of these payouts."""
        check_access(self, "read")
        operations = (
            self.env["cdiscount.finance.operation"]
            .sudo()
            .search([("payout_id", "in", self.ids), ("unexplained", "=", True)])
        )
        operations._match(find_orders=True)
        self._refresh_totals()
        return True
