"""What a person decides about a promotion: schedule, cancel, end now, take up again."""

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.rules.promotion import BY_PACKAGE, check_period
from .promotion import BOOKED_STATES


class CdiscountPromotionPlan(models.Model):
    _inherit = "cdiscount.promotion"

    def action_schedule(self):
        """Let these promotions begin and end at their dates. What does not fit stays out."""
        check_access(self, "write")
        now = fields.Datetime.now()
        for promotion in self:
            if promotion.state != "checked":
                raise UserError(_("Check %s first, and correct what it shows in red.", promotion.name))
            late = [
                one
                for one in check_period(promotion.kind, promotion.date_start, promotion.date_end, now)
                if one.blocking
            ]
            if late:
                raise UserError("\n".join(promotion._problem_texts(late)))
            promotion._refuse_overlaps()
            promotion._book_lines()
            promotion.sudo().write({"state": "scheduled", "note": False})
            at_once = promotion.kind in BY_PACKAGE or promotion.date_start <= now
            promotion._look_again(now if at_once else promotion.date_start)
        return True

    def _refuse_overlaps(self):
        """Another promotion may have been scheduled since the check."""
        fit = self.line_ids.filtered(lambda line: not line.blocked)
        for channel, lines in fit.grouped("sales_channel_id").items():
            found = self._overlaps(channel, lines.mapping_id)
            if found:
                raise UserError(
                    _(
                        "%(count)s offers of %(name)s are in %(other)s now, at the same time: check it again.",
                        count=len(found),
                        name=self.name,
                        other=next(iter(found.values())),
                    )
                )

    def _book_lines(self):
        """What fits waits for the start."""
        self.env["cdiscount.promotion.line"].flush_model()
        self.env.cr.execute(
            """
            UPDATE cdiscount_promotion_line SET state = CASE WHEN blocked THEN 'left_out' ELSE 'waiting' END,
                   refusal_id = NULL, refusals = NULL, accepted_at = NULL, normal_price = 0, normal_origin = 0
             WHERE promotion_id = %s
            """,
            (self.id,),
        )
        self.env["cdiscount.promotion.line"].invalidate_model(flush=False)

    def action_cancel(self):
        """Give these promotions up; prices that are on Cdiscount go back to normal."""
        check_access(self, "write")
        over = self.filtered(lambda promotion: promotion.state in ("ended", "cancelled"))
        if over:
            raise UserError(_("%s is over already.", over[0].name))
        for promotion in self:
            if promotion.state in BOOKED_STATES:
                promotion._stop("cancelled")
            else:
                promotion.sudo().write({"state": "cancelled", "next_at": False})
        return True

    def action_end_now(self):
        """End running promotions before their time; the prices go back to normal."""
        check_access(self, "write")
        if any(promotion.state != "running" for promotion in self):
            raise UserError(_("Only a running promotion can be ended."))
        for promotion in self:
            promotion._stop("ended", _("Ended by %s.", self.env.user.name))
        return True

    def action_draft(self):
        """Take cancelled or failed promotions up again."""
        check_access(self, "write")
        for promotion in self:
            if promotion.state not in ("checked", "cancelled", "failed"):
                raise UserError(_("%s cannot be changed any more: copy it.", promotion.name))
            if promotion._has_prices_there():
                raise UserError(_("The prices of %s are still going back to normal: wait for it.", promotion.name))
        self.sudo().write({"state": "draft", "note": False, "began_at": False, "ended_at": False, "next_at": False})
        return True

    def action_open_lines(self):
        """Open every price, with filters and pages."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_promotion_line")
        return dict(action, name=_("Prices of %s", self.name), domain=[("promotion_id", "=", self.id)])

    # ------------------------------------------------------------------ the clock
    def _look_again(self, moment):
        """Have the queue look after this promotion at a moment; None when nothing is left to do."""
        self.ensure_one()
        self.sudo().next_at = moment or False
        if moment:
            self.env["cdiscount.queue"].sudo()._enqueue(self.config_id, "promotion_run", str(self.id), eta=moment)
