"""One activity for what is beyond its threshold or soon will be: raised once, closed by itself when it is over."""

from odoo import _, models

ACTIVITY = "cdiscount_store_management.activity_indicator"
RANK = {False: 0, "expected": 1, "breached": 2}


class CdiscountIndicatorAlert(models.Model):
    _inherit = "cdiscount.indicator"

    def _tell(self):
        """Raise, change or close the activities of these indicators.

        A person who has marked the activity as done is not asked again for the same thing: only when what was expected
        has happened, or when it was over in the meantime.
        """
        for one in self:
            if one.state in ("good", "unjudged"):
                if one.told:
                    one.activity_unlink([ACTIVITY])
                    one.told = False
            elif one.state in ("breached", "expected"):
                one._raise_alert()

    def _raise_alert(self):
        self.ensure_one()
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if not kind:
            return
        user = self.config_id.responsible_id or self.config_id.user_id
        local = self.with_context(lang=user.lang, mail_activity_quick_update=True)
        values = {"summary": local._alert_summary(), "note": local._alert_note()}
        standing = local.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)
        if standing:
            if standing[0].summary != values["summary"]:
                standing[0].write(values)
        elif RANK[self.state] > RANK[self.told]:
            local.activity_schedule(ACTIVITY, user_id=user.id, **values)
        self.told = self.state

    def _alert_summary(self):
        self.ensure_one()
        names = {"indicator": self.name, "account": self.config_id.name}
        if self.state == "breached":
            return _("%(account)s: %(indicator)s is beyond its threshold", **names)
        return _("%(account)s: %(indicator)s will soon be beyond its threshold", **names)

    def _alert_note(self):
        self.ensure_one()
        facts = {"value": self.value_30_text, "limit": self.threshold_text}
        text = (
            _("%(value)s over the last 30 days; allowed is: %(limit)s.", **facts)
            if self.state == "breached"
            else self._tell_state()
        )
        advice = (
            _("Open the indicator: it shows the orders behind it.")
            if self.source == "own"
            else _("Performance, Early Warnings shows the orders that may be the reason.")
        )
        return f"{text} {advice}"
