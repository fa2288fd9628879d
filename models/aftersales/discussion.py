"""A conversation with a customer, as Cdiscount keeps it: a question, a claim, or a claim that was escalated."""

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...compat import constraints

GRADUATIONS = [
    ("discussion", "Discussion"),
    ("claim", "Claim"),
    ("escalated", "Escalated Claim"),
    ("other", "Other"),
]


class CdiscountDiscussion(models.Model):
    _name = "cdiscount.discussion"
    _description = "Cdiscount Discussion"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "last_message_at desc, id desc"
    _rec_name = "subject"
    _rec_names_search = ["subject", "order_reference", "external_id"]
    _mail_post_access = "read"

    vars().update(
        constraints(
            ("external_uniq", "unique(config_id, external_id)", "This discussion is known already."),
        )
    )

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    external_id = fields.Char(
        "Discussion Number", readonly=True, copy=False, index=True, help="Empty until Cdiscount has opened it."
    )
    subject = fields.Char(required=True, readonly=True)

    # ------------------------------------------------------------------ what it is about
    mapping_id = fields.Many2one(
        "cdiscount.order.mapping", "Order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sale_order_id = fields.Many2one(related="mapping_id.sale_order_id", store=True, index="btree_not_null")
    order_external_id = fields.Char("Marketplace Order", readonly=True, index="btree_not_null")
    order_reference = fields.Char(readonly=True, index="btree_not_null")
    product_reference = fields.Char("Product", readonly=True, help="The product the customer asks about.")
    customer_reference = fields.Char(readonly=True, help="How Cdiscount names the customer.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", compute="_compute_partner_id", store=True, index="btree_not_null"
    )
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", readonly=True, index=True)
    typology = fields.Char("Marketplace Subject", readonly=True, help="What Cdiscount files it under: order or offer.")
    sub_typology = fields.Char("Reason Code", readonly=True, index=True)

    # ------------------------------------------------------------------ where it stands
    graduation_code = fields.Char("Marketplace Graduation", readonly=True)
    graduation = fields.Selection(GRADUATIONS, default="discussion", required=True, readonly=True, index=True)
    status = fields.Char("Marketplace Status", readonly=True)
    is_open = fields.Boolean("Open on Cdiscount", default=True, readonly=True)
    state = fields.Selection(
        [("to_answer", "To Answer"), ("answered", "Answered"), ("closed", "Closed")],
        default="to_answer",
        required=True,
        readonly=True,
        index=True,
        group_expand="_state_columns",
    )
    opened_at = fields.Datetime("Opened On", readonly=True)
    marketplace_updated_at = fields.Datetime("Changed on Cdiscount", readonly=True, index=True)
    last_message_at = fields.Datetime("Last Message On", readonly=True, index=True)
    asked_at = fields.Datetime("Waiting Since", readonly=True, help="When the customer wrote what is not answered yet.")
    answer_by = fields.Datetime(readonly=True, index=True, help="Until when the customer shall have an answer.")
    has_read = fields.Boolean("Read", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", index=True, tracking=True, domain="[('share', '=', False)]", copy=False
    )

    @api.depends("mapping_id.partner_id")
    def _compute_partner_id(self):
        for discussion in self:
            discussion.partner_id = discussion.mapping_id.partner_id or discussion.partner_id

    @api.model
    def _state_columns(self, states, domain, order=None):
        """Every state has its column, an empty one too."""
        return [state for state, _label in self._fields["state"].selection]

    @api.depends("subject", "order_reference")
    def _compute_display_name(self):
        for discussion in self:
            parts = [discussion.order_reference, discussion.subject]
            discussion.display_name = " – ".join(filter(None, parts)) or _("Discussion")

    def write(self, vals):
        """Whoever works the inbox may choose a responsible; what Cdiscount says is changed by jobs only."""
        if not self.env.su and any(name in self._fields and self._fields[name].readonly for name in vals):
            raise AccessError(_("What Cdiscount says about a discussion cannot be changed by hand."))
        return super().write(vals)

    def action_open_order(self):
        """Open the marketplace order it is about."""
        self.ensure_one()
        if not self.mapping_id:
            raise UserError(_("The order of this discussion is not known in Odoo."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.order.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }
