"""What an offer remembers of its way to the marketplace, and the mark that it is to be compared."""

from odoo import api, fields, models


class CdiscountOfferPushFields(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    package_id = fields.Many2one(
        "cdiscount.offer.package",
        "On Its Way In",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The package that holds this offer and whose answer is not there yet. Nothing else about the offer is "
        "sent meanwhile.",
    )
    push_wish = fields.Selection(
        [("off_sale", "Take off sale"), ("retire", "Take off sale, then delete"), ("undo", "Undo the last sending")],
        "Asked For",
        readonly=True,
        copy=False,
        help="What a person asked for and Cdiscount has not confirmed yet.",
    )
    push_hold = fields.Boolean(
        "Held Back",
        readonly=True,
        copy=False,
        help="The last sending was undone: price, delivery and texts stay as they are on Cdiscount until somebody "
        "publishes the offer again or chooses Send Now. The quantity is still kept up to date.",
    )
    push_after = fields.Datetime(
        "Sent Again After", readonly=True, copy=False, help="Cdiscount refused for a reason that time may heal."
    )
    refusal_id = fields.Many2one("cdiscount.refusal", "Reason", readonly=True, copy=False, index="btree_not_null")
    refusals = fields.Text(readonly=True, copy=False, help="Technical: every reason Cdiscount gave.")
    refusal_count = fields.Integer("Refused in a Row", readonly=True, copy=False)
    refused_digest = fields.Char(readonly=True, copy=False, help="Technical: what was refused, to not repeat it.")
    rejection = fields.Text("Why Refused", compute="_compute_rejection")

    @api.depends("refusals")
    @api.depends_context("lang")
    def _compute_rejection(self):
        catalogue = self.env["cdiscount.refusal"]
        for record in self:
            record.rejection = catalogue._sentence(record.refusals)

    def _mark_push(self):
        """Have these offers compared with what was last accepted, and sent where they differ.

        One UPDATE and one job per account and channel, whatever the number. Offers that Odoo neither publishes nor was
        asked to withdraw are left alone. A row that is marked already is written again on purpose: a sending that reads
        it at this very moment then collides with this transaction and looks again, instead of clearing a mark whose
        reason it has not seen.
        """
        if not self.ids:
            return
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            UPDATE {self._table}
               SET push_needed = TRUE, state = CASE WHEN state = 'draft' THEN 'ready' ELSE state END
             WHERE id = ANY(%s) AND (publish OR push_wish IS NOT NULL)
            RETURNING config_id, sales_channel_id
            """,
            (self.ids,),
        )
        places = set(self.env.cr.fetchall())
        self.invalidate_model(["push_needed", "state"])
        self._ask_to_send(places)

    @api.model
    def _ask_to_send(self, places, eta=None):
        """Put the sending of offers on the queue.

        :param places: pairs of ids (account, channel)
        """
        queue = self.env["cdiscount.queue"].sudo()
        for config_id, channel_id in sorted(place for place in places if all(place)):
            config = self.env["cdiscount.config"].sudo().browse(config_id)
            channel = self.env["cdiscount.sales.channel"].sudo().browse(channel_id)
            queue._enqueue(config, "offer_push", channel.code, eta=eta)
