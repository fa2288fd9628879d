"""Who has to answer until when: one activity for each discussion that waits, gone as soon as it does not."""

from datetime import timedelta

from odoo import _, api, fields, models

from ..order.order_store import NO_TRAIL

SOON = timedelta(hours=12)


class CdiscountDiscussionWatch(models.Model):
    _inherit = "cdiscount.discussion"

    late = fields.Boolean(compute="_compute_late", search="_search_late", help="The time to answer is over.")
    urgency = fields.Selection(
        [("late", "Late"), ("soon", "Soon"), ("fine", "In Time"), ("none", "Nothing Due")],
        compute="_compute_late",
        help="Soon: less than twelve hours are left.",
    )
    time_left = fields.Char(compute="_compute_late", help="How long until the customer shall have an answer.")

    @api.depends("state", "answer_by")
    @api.depends_context("lang")
    def _compute_late(self):
        now = fields.Datetime.now()
        for discussion in self:
            due = discussion.answer_by if discussion.state == "to_answer" else False
            left = due - now if due else None
            discussion.late = bool(due) and left < timedelta(0)
            discussion.urgency = "none" if not due else "late" if discussion.late else "soon" if left < SOON else "fine"
            discussion.time_left = self._say_left(left) if due else False

    @api.model
    def _say_left(self, left):
        hours, over = abs(left) // timedelta(hours=1), left < timedelta(0)
        if hours >= 48:
            return _("late by %s days", hours // 24) if over else _("%s days left", hours // 24)
        if hours:
            return _("late by %s h", hours) if over else _("%s h left", hours)
        minutes = abs(left) // timedelta(minutes=1)
        return _("late by %s min", minutes) if over else _("%s min left", minutes)

    @api.model
    def _search_late(self, operator, value):
        """Searching for those that are late (or not) is a comparison with the present."""
        values = list(value) if isinstance(value, (list, tuple, set)) or hasattr(value, "__iter__") else [value]
        wanted = (True in values) == (operator in ("=", "in"))
        waiting = [("state", "=", "to_answer"), ("answer_by", "<", fields.Datetime.now())]
        if wanted:
            return waiting
        return ["|", "|", ("state", "!=", "to_answer"), ("answer_by", "=", False), ("answer_by", ">=", waiting[1][2])]

    def _watch_answers(self):
        """Raise one activity for each discussion that waits for an answer, close those of the others.

        Two queries for all of them, more only where something is due.
        """
        if not self:
            return
        activity_type = self.env.ref("cdiscount_store_management.activity_discussion", raise_if_not_found=False)
        if not activity_type:
            return
        activities = self.env["mail.activity"].sudo()
        existing = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", activity_type.id),
            ]
        )
        waiting = self.filtered(lambda one: one.state == "to_answer")
        existing.filtered(lambda one: one.res_id not in waiting.ids).unlink()
        watched = existing.exists().grouped("res_id")
        for discussion in waiting.filtered(lambda one: one.id in watched):
            day = discussion._activity_day()
            watched[discussion.id].filtered(lambda one, day=day: one.date_deadline != day).date_deadline = day
        activities.with_context(mail_activity_quick_update=True, **NO_TRAIL).create(
            [one._prepare_answer_activity(activity_type) for one in waiting if one.id not in watched]
        )

    def _activity_day(self):
        return fields.Date.context_today(self, self.answer_by or fields.Datetime.now())

    def _answering_user(self):
        self.ensure_one()
        config = self.config_id
        return self.user_id or config.care_user_id or config.responsible_id or config.user_id

    def _prepare_answer_activity(self, activity_type):
        """Return the values of the activity that asks for an answer."""
        self.ensure_one()
        user = self._answering_user()
        discussion = self.with_context(lang=user.lang)
        what = _("Answer the customer of order %s", self.order_reference or "-")
        if discussion.graduation in ("claim", "escalated"):
            what = _("Answer the claim about order %s", self.order_reference or "-")
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": activity_type.id,
            "user_id": user.id,
            "date_deadline": self._activity_day(),
            "summary": what,
        }

    def write(self, vals):
        """A new responsible takes over the activity."""
        result = super().write(vals)
        if vals.get("user_id"):
            activity_type = self.env.ref("cdiscount_store_management.activity_discussion", raise_if_not_found=False)
            if activity_type:
                self.env["mail.activity"].sudo().search(
                    [
                        ("res_model", "=", self._name),
                        ("res_id", "in", self.ids),
                        ("activity_type_id", "=", activity_type.id),
                        ("user_id", "!=", vals["user_id"]),
                    ]
                ).with_context(mail_activity_quick_update=True).write({"user_id": vals["user_id"]})
        return result

    def _ask_a_person(self, summary, note, user=None):
        """Raise one activity with this summary, not one per synchronisation."""
        self.ensure_one()
        if self.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=(user or self._answering_user()).id,
            summary=summary,
            note=note,
        )
