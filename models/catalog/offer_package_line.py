"""What went into a package, and what became of each offer in it."""

from odoo import api, fields, models


class CdiscountOfferPackageLine(models.Model):
    """One offer in a package: what was sent, and what became of it."""

    _name = "cdiscount.offer.package.line"
    _description = "Offer in a Cdiscount Package"
    _order = "package_id desc, lot, id"
    _rec_name = "sku"

    package_id = fields.Many2one(
        "cdiscount.offer.package", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    sku = fields.Char("SKU", required=True, readonly=True, index=True)
    mapping_id = fields.Many2one(
        "cdiscount.product.mapping", "Offer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    channel_offer_id = fields.Many2one(
        "cdiscount.channel.offer", "Offer on the Channel", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lot = fields.Integer("Upload", readonly=True)
    wish = fields.Char(readonly=True)
    request = fields.Text("Sent", readonly=True, help="What was sent, as JSON; kept for a while.")
    answer = fields.Selection(
        [("waiting", "No answer yet"), ("accepted", "Accepted"), ("refused", "Refused"), ("missing", "Did not arrive")],
        "Cdiscount's Answer",
        default="waiting",
        required=True,
        readonly=True,
    )
    refusals = fields.Text(readonly=True)
    rejection = fields.Text("Why Refused", compute="_compute_rejection")

    @api.depends("refusals")
    @api.depends_context("lang")
    def _compute_rejection(self):
        catalogue = self.env["cdiscount.refusal"]
        for line in self:
            line.rejection = catalogue._sentence(line.refusals)
