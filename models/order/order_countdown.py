"""How long Cdiscount still waits for an answer to an order: a countdown, and a warning while there is time left."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .order_answer import WAITING

URGENT = timedelta(hours=4)
"""From here on the countdown is shown as urgent."""


class CdiscountOrderCountdown(models.Model):
    _inherit = "cdiscount.order.mapping"

    accept_left = fields.Char("Time to Accept", compute="_compute_accept_left")
    accept_urgent = fields.Boolean(compute="_compute_accept_left")
    accept_warned = fields.Boolean(readonly=True, copy=False, help="Somebody was told that the time is nearly over.")

    @api.depends("accept_by")
    @api.depends_context("lang")
    def _compute_accept_left(self):
        now = fields.Datetime.now()
        for order in self:
            left = order.accept_by - now if order.accept_by else None
            order.accept_urgent = left is not None and left < URGENT
            order.accept_left = self._time_left(left) if left is not None else False

    @api.model
    def _time_left(self, left):
        """Return a timedelta in words: days and hours, hours and minutes, or that it is over.

        Rounded down: whoever reads "1 min" has at least this minute.
        """
        minutes = int(left.total_seconds() // 60)
        if minutes < 0:
            return _("over")
        if minutes < 60:
            return _("%s min", minutes)
        if minutes < 48 * 60:
            return _("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=f"{minutes % 60:02d}")
        return _("%(days)s days %(hours)s h", days=minutes // 1440, hours=minutes % 1440 // 60)

    def _warn_of_deadline(self):
        """Tell a person once that an answer is wanted now, unless the first activity is still there to say so.

        It is of the same type as the first one, so it goes when the order is answered.
        """
        activity_type = self.env.ref("cdiscount_store_management.activity_acceptance", raise_if_not_found=False)
        for order in self.filtered("accept_by") if activity_type else ():
            if activity_type in order.activity_ids.activity_type_id:
                continue
            user = order.config_id.responsible_id or order.config_id.user_id
            order = order.with_context(lang=user.lang, tz=user.tz, mail_activity_quick_update=True)
            until = fields.Datetime.context_timestamp(order, order.accept_by).strftime("%d/%m/%Y %H:%M")
            order.activity_schedule(
                "cdiscount_store_management.activity_acceptance",
                user_id=user.id,
                summary=_("Order %s is refused soon: nobody has answered it", order.reference),
                note=_("Cdiscount waits until %s. Open the order and choose Accept or Refuse.", until),
            )
        self.accept_warned = True


class CdiscountConfigCountdown(models.Model):
    _inherit = "cdiscount.config"

    acceptance_warning_hours = fields.Integer(
        "Warn Before the Deadline (Hours)",
        default=4,
        help="An order that nobody has answered so long before its deadline raises another activity, once. 0: never.",
    )

    @api.constrains("acceptance_warning_hours")
    def _check_acceptance_warning_hours(self):
        if any(config.acceptance_warning_hours < 0 for config in self):
            raise ValidationError(_("The hours to warn before the deadline cannot be negative."))

    def _schedule_due_jobs(self, now):
        """Warn of deadlines besides: it asks nobody, so it needs no job of its own."""
        result = super()._schedule_due_jobs(now)
        for config in self.filtered("acceptance_warning_hours"):
            orders = self.env["cdiscount.order.mapping"].search(
                [
                    ("config_id", "=", config.id),
                    ("status_kind", "=", WAITING),
                    ("state", "in", ("new", "held")),
                    ("accept_warned", "=", False),
                    ("answer_state", "!=", "asked"),
                    ("accept_by", ">", now),
                    ("accept_by", "<=", now + timedelta(hours=config.acceptance_warning_hours)),
                ],
                limit=100,
            )
            orders._warn_of_deadline()
        return result
