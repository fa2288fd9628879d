"""Which orders of the shop come to Odoo, and what is read again."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

REREAD_TRIES = 3
FILTER_FIELDS = ("order_status_filter", "order_purchased_from")


class CdiscountConfigOrders(models.Model):
    _inherit = "cdiscount.config"

    channel_ids = fields.Many2many(
        "cdiscount.sales.channel",
        "cdiscount_config_channel_rel",
        "config_id",
        "channel_id",
        "Other Sales Channels",
        help="Orders of these marketplaces come in with those of the account's own. Leave it empty to import only the "
        "orders of the account's own channel.",
    )
    order_purchased_from = fields.Date(
        "Ignore Sales Before",
        help="Orders bought before this day and no longer to be prepared are ignored when they show up with a later "
        "change. Orders still to be prepared come in whatever their day.",
    )
    acceptance_hours = fields.Integer(
        "Hours to Accept",
        default=24,
        help="How long Cdiscount lets you accept an order. The API does not tell: see your seller contract.",
    )
    reread_from = fields.Datetime(readonly=True, copy=False)
    reread_to = fields.Datetime(readonly=True, copy=False)
    reread_tries = fields.Integer(readonly=True, copy=False)

    @api.constrains("acceptance_hours")
    def _check_acceptance_hours(self):
        if any(config.acceptance_hours < 1 for config in self):
            raise ValidationError(_("There must be at least one hour to accept an order."))

    @api.constrains("channel_ids", "sales_channel_id", "seller_id", "base_url", "company_id")
    def _check_channels(self):
        """One order belongs to one account: two accounts of a seller must not read the same channel."""
        for config in self.filtered("channel_ids"):
            twins = self.search(
                [("id", "!=", config.id), ("seller_id", "=", config.seller_id), ("base_url", "=", config.base_url)]
            )
            for twin in twins:
                both = config._order_channels() & twin._order_channels()
                if both:
                    raise ValidationError(
                        _(
                            "%(channel)s is read by %(other)s already: its orders would come in twice.",
                            channel=both[0].name,
                            other=twin.name,
                        )
                    )

    def _order_channels(self):
        """Return the channels whose orders this account imports."""
        self.ensure_one()
        return self.sales_channel_id | self.channel_ids

    def _keeps_channel(self, raw_channel):
        """Tell whether an order of this channel code belongs to the account; one without a code does."""
        return not raw_channel or raw_channel in self._order_channels().mapped("code")

    # ------------------------------------------------------------------ settings that change
    def write(self, vals):
        before = {config.id: config._order_channels() for config in self} if "channel_ids" in vals else {}
        result = super().write(vals)
        if any(name in vals for name in FILTER_FIELDS):
            for config in self:
                self.env["cdiscount.order.mapping"]._apply_filter_again(config)
        for config in self:
            if config.id in before and config._order_channels() - before[config.id] and config.order_watermark:
                # What the other channels have sold until now was never asked for.
                start = config.order_import_from or config.order_watermark - timedelta(days=30)
                config._mark_reread(start, config.order_watermark, fresh=True)
        return result

    # ------------------------------------------------------------------ reading again
    def _mark_reread(self, start, end, fresh=False):
        """Remember that the orders changed between two moments (naive UTC) must be read once more.

        :param fresh: the tries begin anew
        """
        self.ensure_one()
        values = {
            "reread_from": min(start, self.reread_from or start),
            "reread_to": max(end, self.reread_to or end),
        }
        if fresh:
            values["reread_tries"] = 0
        self.sudo().write(values)

    def _close_reread(self, marks):
        """At the end of a complete poll: keep what came bent in this poll for another try, up to three; drop the rest.

        :param marks: list of (from, to) naive moments of the pages that held unusable orders in this poll
        :return: True when unusable orders are given up
        """
        self.ensure_one()
        if not marks:
            if self.reread_from:
                self.sudo().write({"reread_from": False, "reread_to": False, "reread_tries": 0})
            return False
        tries = self.reread_tries + 1
        if tries >= REREAD_TRIES:
            self.sudo().write({"reread_from": False, "reread_to": False, "reread_tries": 0})
            return True
        self.sudo().write(
            {
                "reread_from": min(start for start, _end in marks),
                "reread_to": max(end for _start, end in marks),
                "reread_tries": tries,
            }
        )
        return False
