"""Orders that wait for the seller's acceptance: an activity before the deadline, gone when it is over."""

from odoo import _, api, fields, models

from .order_store import NO_TRAIL


class CdiscountOrderDeadline(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _watch_acceptance(self, touched):
        """Raise one activity for each order that waits for acceptance, close those of orders that no longer do.

        :param touched: [(mapping, Incoming)] of one page; two queries for all of them, more only where something is due
        """
        waiting = self.browse()
        over = self.browse()
        for mapping, incoming in touched:
            state = incoming.values.get("state") or mapping.state
            if incoming.action == "accept" and state == "new":
                waiting |= mapping
            elif incoming.action:
                over |= mapping
        if not waiting and not over:
            return
        activity_type = self.env.ref("cdiscount_store_management.activity_acceptance", raise_if_not_found=False)
        if not activity_type:
            return
        activities = self.env["mail.activity"].sudo()
        existing = activities.search_fetch(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", (waiting | over).ids),
                ("activity_type_id", "=", activity_type.id),
            ],
            ["res_id"],
        )
        existing.filtered(lambda activity: activity.res_id in over.ids).unlink()
        watched = set(existing.exists().mapped("res_id"))
        missing = waiting.filtered(lambda mapping: mapping.id not in watched)
        activities.with_context(mail_activity_quick_update=True, **NO_TRAIL).create(
            [mapping._prepare_acceptance_activity(activity_type) for mapping in missing]
        )

    def _prepare_acceptance_activity(self, activity_type):
        """Return the values of the activity that asks for an answer to this order."""
        self.ensure_one()
        until = "-"
        if self.accept_by:
            until = fields.Datetime.context_timestamp(self, self.accept_by).strftime("%d/%m/%Y %H:%M")
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": activity_type.id,
            "user_id": (self.config_id.responsible_id or self.config_id.user_id).id,
            "date_deadline": fields.Date.context_today(self, self.accept_by or fields.Datetime.now()),
            "summary": _("Accept or refuse order %s", self.reference),
            "note": _(
                "Cdiscount waits for your answer until %s. Open the order and choose Accept or Refuse: what is not "
                "answered in time is refused.",
                until,
            ),
        }
