"""Goods that come back from a customer of the marketplace: announced, received, checked, settled.

The marketplace knows no returns of parcels the seller has sent (contract 7.2): the customer opens a discussion, the
seller answers with a refund or a gesture. What is between, the parcel and its goods, lives here and in Odoo's stock.
"""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from .return_texts import CLOSED, OPEN, REASONS, STATES


class CdiscountReturn(models.Model):
    _name = "cdiscount.return"
    _description = "Cdiscount Return"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "reference", "tracking_number", "external_id"]
    _mail_post_access = "read"

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/", index=True)
    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", index="btree_not_null", ondelete="cascade")
    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        compute="_compute_config_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True)
    reference = fields.Char("Order Reference", compute="_compute_reference", store=True, readonly=False, index=True)
    partner_id = fields.Many2one(related="mapping_id.partner_id", string="Customer")
    customer_name = fields.Char(related="mapping_id.customer_name")
    sale_order_id = fields.Many2one(related="mapping_id.sale_order_id", store=True, index="btree_not_null")
    supply = fields.Selection(
        [("seller", "To Our Warehouse"), ("fulfilment", "To Cdiscount's Warehouse")],
        "Goes",
        required=True,
        default="seller",
        readonly=True,
        index=True,
        help="What was sent from Cdiscount's warehouse comes back there: it is shown here, nothing is to be prepared.",
    )
    origin = fields.Selection(
        [
            ("hand", "By hand"),
            ("claim", "Claim"),
            ("cancelled", "Cancelled after shipping"),
            ("found", "Arrived without notice"),
            ("marketplace", "Cdiscount"),
        ],
        "Comes From",
        required=True,
        default="hand",
        readonly=True,
    )
    reason = fields.Selection(REASONS, required=True, default="retraction", index=True, tracking=True)
    customer_words = fields.Text("What the Customer Says")
    line_ids = fields.One2many("cdiscount.return.line", "return_id", "Lines")
    carrier_name = fields.Char("Carrier of the Return", help="Who brings the parcel back, as the customer says.")
    tracking_number = fields.Char("Parcel Number", index="btree_not_null", copy=False)
    expected_on = fields.Date(
        "Expected Until", index=True, help="Until when the goods must have come back. After it, somebody is reminded."
    )
    state = fields.Selection(
        STATES,
        "Status",
        required=True,
        default="expected",
        readonly=True,
        index=True,
        tracking=True,
        group_expand="_return_states",
        copy=False,
    )
    external_id = fields.Char("Cdiscount Return", readonly=True, copy=False, index="btree_not_null")

    @api.depends("mapping_id")
    def _compute_config_id(self):
        for one in self:
            one.config_id = one.mapping_id.config_id or one.config_id

    @api.depends("mapping_id.reference")
    def _compute_reference(self):
        for one in self:
            one.reference = one.mapping_id.reference or one.reference

    @api.depends("mapping_id.currency_id", "company_id")
    def _compute_currency_id(self):
        for one in self:
            one.currency_id = one.mapping_id.currency_id or one.company_id.currency_id

    @api.model
    def _return_states(self, states, domain, order=None):
        """Columns of the board: what is to be done always, the rest when it occurs."""
        return [state for state, _label in STATES if state in OPEN or state in states]

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            if values.get("name", "/") == "/":
                values["name"] = self.env["ir.sequence"].sudo().next_by_code("cdiscount.return") or "/"
        return super().create(vals_list)

    @api.depends("name", "reference")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.name} ({one.reference})" if one.reference else one.name

    # ------------------------------------------------------------------ proposing
    @api.model
    def _propose(self, mapping, lines, reason):
        """Propose the return of lines of an order; asked twice, it stays one.

        :param mapping: ``cdiscount.order.mapping``, one record
        :param lines: ``cdiscount.order.mapping.line`` of that order
        :param reason: a code of ``REASONS``; anything else is kept as words, the reason is then that of an order
            cancelled after shipping
        :return: the returns these lines are in; empty when nothing of them has been delivered
        """
        # Two jobs at once: the second one waits here and begins anew, so it sees the first one's return.
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_order_mapping SET write_date = write_date WHERE id = %s", [mapping.id])
        known = (
            self.env["cdiscount.return.line"]
            .sudo()
            .search([("order_line_id", "in", lines.ids), ("return_id.state", "not in", CLOSED)])
        )
        rest = lines - known.order_line_id
        listed = reason in dict(REASONS)
        if not rest:
            return known.return_id
        made = self.sudo().create(
            {
                "mapping_id": mapping.id,
                "origin": "cancelled",
                "state": "proposed",
                "reason": reason if listed else "cancelled",
                "customer_words": False if listed else reason,
                "line_ids": [
                    fields.Command.create({"order_line_id": line.id, "quantity": line.quantity}) for line in rest
                ],
            }
        )
        return known.return_id | made

    # ------------------------------------------------------------------ what a person decides
    def action_refuse(self):
        """The goods are not taken back."""
        self._check_open(("proposed", "expected"))
        self.write({"state": "refused"})
        return True

    def action_cancel(self):
        """The return does not take place."""
        self._check_open(("proposed", "expected"))
        self.write({"state": "cancelled"})
        return True

    def _check_open(self, states):
        for one in self:
            if one.state not in states:
                raise UserError(
                    _(
                        "Return %(name)s is at “%(state)s”: this is not possible any more.",
                        name=one.name,
                        state=dict(self._fields["state"]._description_selection(self.env))[one.state],
                    )
                )
