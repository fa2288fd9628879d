"""One offer in a promotion on one channel: its prices, what keeps it out, and how far it is."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...compat import constraints
from .promotion import OPEN_STATES

STATES = [
    ("proposed", "Proposed"),
    ("left_out", "Left out"),
    ("waiting", "Waiting"),
    ("sent", "Sent"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("returning", "Going back"),
    ("kept", "Not back: see note"),
    ("over", "Back to normal"),
]
IN_PRICE = ("waiting", "sent", "accepted")
"""States in which the promotional price is the one to send, as long as the promotion runs."""


class CdiscountPromotionLine(models.Model):
    _name = "cdiscount.promotion.line"
    _description = "Offer in a Cdiscount Promotion"
    _order = "promotion_id, blocked desc, mapping_id, sales_channel_id"
    _rec_name = "sku"

    vars().update(
        constraints(
            (
                "offer_uniq",
                "unique(promotion_id, mapping_id, sales_channel_id)",
                "The offer is in this promotion already.",
            ),
        )
    )

    promotion_id = fields.Many2one("cdiscount.promotion", required=True, index=True, readonly=True, ondelete="cascade")
    config_id = fields.Many2one(related="promotion_id.config_id", store=True)
    company_id = fields.Many2one(related="promotion_id.company_id", store=True, index=True)
    promotion_state = fields.Selection(related="promotion_id.state", string="Status of the Promotion")
    mapping_id = fields.Many2one(
        "cdiscount.product.mapping", "Offer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    sku = fields.Char(related="mapping_id.seller_reference", string="SKU")
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="set null")
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", required=True, readonly=True)
    price_now = fields.Float(digits=(16, 2), readonly=True, help="With VAT, without the promotion.")
    manual_price = fields.Float(
        "Price Entered", digits=(16, 2), help="Goes before the discount of the promotion. 0: as the promotion says."
    )
    price_promo = fields.Float("Promotional Price", digits=(16, 2), readonly=True)
    reference_price = fields.Float(
        digits=(16, 2),
        readonly=True,
        help="The lowest price of the 30 days before the start: the one that may be shown crossed out.",
    )
    discount = fields.Float("Discount %", digits=(16, 2), readonly=True, help="Against the reference price.")
    margin = fields.Float(
        digits=(16, 2), readonly=True, help="What is left of one sold piece, without VAT. 0 without a cost."
    )
    unit_cost = fields.Float(digits=(16, 6), readonly=True, help="Technical: cost of a piece in euros when checked.")
    quantity = fields.Integer("Pieces", readonly=True, help="What could be sold when it was checked.")
    problems = fields.Text(readonly=True, help="Technical: what was found by the check.")
    problem_text = fields.Text("What to Correct", compute="_compute_problem_text")
    blocked = fields.Boolean("Kept Out", readonly=True)
    state = fields.Selection(STATES, "Status", default="proposed", required=True, readonly=True, index=True)
    refusal_id = fields.Many2one("cdiscount.refusal", "Reason", readonly=True)
    refusals = fields.Text(readonly=True, help="Technical: every reason Cdiscount gave.")
    rejection = fields.Text("Why Refused", compute="_compute_rejection")
    normal_price = fields.Float(digits=(16, 2), readonly=True, help="Without the promotion, when it began.")
    normal_origin = fields.Float("Normal Strike Price", digits=(16, 2), readonly=True)
    accepted_at = fields.Datetime("Accepted On", readonly=True)

    def init(self):
        # Asked with every portion of offers that is sent, and of a hundred thousand offers few are in a promotion.
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_promotion_line_live
                ON cdiscount_promotion_line (mapping_id, sales_channel_id)
             WHERE state IN ('waiting', 'sent', 'accepted', 'returning')
            """
        )
        return super().init()

    @api.depends("problems", "state")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        promotions = self.env["cdiscount.promotion"]
        for line in self:
            line.problem_text = "\n".join(promotions._problem_texts(line.problems)) or False

    @api.depends("refusals")
    @api.depends_context("lang")
    def _compute_rejection(self):
        catalogue = self.env["cdiscount.refusal"]
        for line in self:
            line.rejection = catalogue._sentence(line.refusals)

    @api.constrains("manual_price")
    def _check_manual_price(self):
        if any(line.manual_price < 0 for line in self):
            raise ValidationError(_("A promotional price cannot be negative."))

    def write(self, vals):
        if "manual_price" in vals:
            if any(line.promotion_id.state not in OPEN_STATES for line in self):
                raise UserError(_("The promotion is scheduled already: its prices can no longer be changed."))
            # What was checked is no longer what is there.
            self.promotion_id.filtered(lambda promotion: promotion.state == "checked").write({"state": "draft"})
        return super().write(vals)

    def _offers(self):
        """Return ``{line.id: offer of its channel}``: records of two models, with a query for each."""
        channels = self.env["cdiscount.channel.offer"].sudo()
        further = self.filtered(lambda line: line.sales_channel_id != line.mapping_id.sales_channel_id)
        known = {}
        if further:
            rows = channels.search([("mapping_id", "in", further.mapping_id.ids)])
            known = {(row.mapping_id.id, row.sales_channel_id.id): row for row in rows}
        found = {line.id: line.mapping_id.sudo() for line in self - further}
        for line in further:
            found[line.id] = known.get((line.mapping_id.id, line.sales_channel_id.id), channels)
        return found

    def action_open_offer(self):
        """Open the offer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.product.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }
