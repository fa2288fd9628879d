"""The first run, in steps that can be left and resumed: what is done is read off the account, not remembered aside."""

from odoo import _, api, models
from odoo.exceptions import UserError

from ...compat import check_access
from .onboarding_steps import STEPS

ADDON = "cdiscount_store_management"


class CdiscountDashboardOnboarding(models.AbstractModel):
    _inherit = "cdiscount.dashboard"

    @api.model
    def _work(self, scope):
        return {**super()._work(scope), "onboarding": self._onboarding()}

    @api.model
    def _onboarding(self):
        """The first run of the first account that has not ended it, for a Manager; False when there is none.

        ``{"config_id", "account", "done", "steps": [{"key", "title", "text", "done", "next"}]}``
        """
        if not self.env.user.has_group(f"{ADDON}.group_manager"):
            return False
        configs = self.env["cdiscount.config"].search([], order="id")
        open_ones = configs.filtered(lambda config: not config.onboarding_closed)
        if configs and not open_ones:
            return False
        for config in open_ones or configs:
            done = config._onboarding_done()
            if len(done) < len(STEPS):
                return self._describe_onboarding(config, done)
        return False if configs else self._describe_onboarding(configs, set())

    @api.model
    def _describe_onboarding(self, config, done):
        texts = self._onboarding_texts()
        missing = [step for step in STEPS if step not in done]
        return {
            "config_id": config.id or False,
            "account": config.name or "",
            "done": len(done),
            "steps": [
                {
                    "key": step,
                    "title": texts[step][0],
                    "text": texts[step][1],
                    "done": step in done,
                    "next": step == missing[0],
                }
                for step in STEPS
            ],
        }

    @api.model
    def _onboarding_texts(self):
        return {
            "credentials": (_("Credentials"), _("The login, password and seller ID with which Odoo signs in.")),
            "test": (_("Test Connection"), _("Shows at once whether Cdiscount lets Odoo in.")),
            "company": (_("Company and Warehouse"), _("Where sales are booked, goods leave from, and who is told.")),
            "taxes": (_("Taxes"), _("So that the VAT of every order is right.")),
            "carriers": (_("Carriers"), _("So that customers get their tracking number.")),
            "sync": (_("Synchronisation"), _("What goes to Cdiscount, what comes to Odoo, how often.")),
            "import": (_("First Import"), _("Your offers, and the orders of the last weeks.")),
        }

    @api.model
    def get_onboarding_action(self, step, config_id=None):
        """Return the action that does a step of the first run.

        :raises UserError: an earlier step is missing
        """
        self._scope("30d")
        config = self.env["cdiscount.config"].browse(config_id).exists() if config_id else None
        if step == "credentials":
            return self._onboarding_form("credentials", config, _("Connect a Shop"))
        if not config:
            raise UserError(_("Begin with the credentials of your shop."))
        if step == "test":
            config.action_test_connection()
        elif step == "carriers":
            config._onboarding_fetch_carriers()
        elif step == "import":
            return self._onboarding_import_form(config)
        elif step not in STEPS:
            raise UserError(_("The dashboard has changed. Reload the page."))
        return self._onboarding_form(step, config, self._onboarding_texts()[step][0])

    @api.model
    def _onboarding_form(self, step, config, title):
        review = {"onboarding_review": True} if self.env.context.get("onboarding_review") else {}
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "cdiscount.config",
            "res_id": config.id if config else False,
            "views": [(self.env.ref(f"{ADDON}.cdiscount_config_view_form_{step}").id, "form")],
            "target": "new",
            "context": {"onboarding_step": step, **review},
        }

    @api.model
    def _onboarding_import_form(self, config):
        return {
            "type": "ir.actions.act_window",
            "name": _("Initial Import"),
            "res_model": "cdiscount.initial.import",
            "res_id": config._onboarding_import().id,
            "views": [(False, "form")],
            "target": "current",
            "context": {"default_config_id": config.id, "default_import_products": True},
        }

    @api.model
    def close_onboarding(self, config_id):
        """Show the steps of the first run of this account no more."""
        config = self.env["cdiscount.config"].browse(config_id).exists()
        check_access(config, "write")
        config.onboarding_closed = True
        return True
