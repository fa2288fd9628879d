"""The first run, in steps that can be left and resumed: what is done is read off the account, not remembered aside."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access

STEPS = ("credentials", "test", "company", "taxes", "carriers", "sync", "import")
CONFIRMED = ("company", "taxes", "carriers", "sync")
"""Steps that have a sensible default: done once a person has looked at them, or once orders have come in anyway."""
ADDON = "cdiscount_store_management"


class CdiscountConfigOnboarding(models.Model):
    _inherit = "cdiscount.config"

    onboarding_confirmed = fields.Char(
        readonly=True, copy=False, help="Technical: steps of the first run a person has confirmed."
    )
    onboarding_closed = fields.Boolean(
        "First Run Closed", readonly=True, copy=False, help="The steps of the first run are not shown any more."
    )

    def _onboarding_done(self):
        """Return the steps of this account that are done."""
        self.ensure_one()
        done = set((self.onboarding_confirmed or "").split(",")) & set(CONFIRMED)
        if self.api_login and self.seller_id and self.has_password:
            done.add("credentials")
        if self.state in ("connected", "paused") and self.last_test_at:
            done.add("test")
        imports = self.env["cdiscount.initial.import"].search_count(
            [("config_id", "=", self.id), ("state", "=", "done")], limit=1
        )
        if imports:
            done.update(("import", *CONFIRMED))
        return done

    def _onboarding_confirm(self, step):
        self.ensure_one()
        check_access(self, "write")
        confirmed = set(filter(None, (self.onboarding_confirmed or "").split(","))) | {step}
        self.onboarding_confirmed = ",".join(sorted(confirmed & set(CONFIRMED)))

    def action_onboarding_save(self):
        """Close a step's dialog; what it shows is confirmed."""
        step = self.env.context.get("onboarding_step")
        if step in CONFIRMED:
            for config in self:
                config._onboarding_confirm(step)
        return {"type": "ir.actions.act_window_close"}

    def action_onboarding_carriers(self):
        """Read the carriers of Cdiscount, propose one for each of Odoo's, and show the step again."""
        self.ensure_one()
        self.action_fetch_carriers()
        return self.env["cdiscount.dashboard"].get_onboarding_action("carriers", self.id)


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
            "credentials": (_("Credentials"), _("API login, API password and seller ID from the seller portal.")),
            "test": (_("Test Connection"), _("Every line green: login, seller, subscription, orders, messages.")),
            "company": (_("Company and Warehouse"), _("Where sales are booked and goods leave from, and who is told.")),
            "taxes": (_("Taxes"), _("Which of your taxes stands for which VAT rate.")),
            "carriers": (_("Carriers"), _("How your carriers are called on Cdiscount.")),
            "sync": (_("Synchronisation"), _("How often orders are fetched, what is sent, which stock is kept back.")),
            "import": (_("First Import"), _("The orders of the last weeks, and your offers.")),
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
            return {
                "type": "ir.actions.act_window",
                "res_model": config._name,
                "res_id": config.id,
                "views": [(False, "form")],
            }
        if step in ("company", "carriers", "sync"):
            return self._onboarding_form(step, config, self._onboarding_texts()[step][0])
        if step == "taxes":
            config._onboarding_confirm(step)
            return self._window("action_tax_mapping")
        if step == "import":
            return {**self._window("action_initial_import_new"), "context": {"default_config_id": config.id}}
        raise UserError(_("The dashboard has changed. Reload the page."))

    @api.model
    def _onboarding_form(self, step, config, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "cdiscount.config",
            "res_id": config.id if config else False,
            "views": [(self.env.ref(f"{ADDON}.cdiscount_config_view_form_{step}").id, "form")],
            "target": "new",
            "context": {"onboarding_step": step},
        }

    @api.model
    def close_onboarding(self, config_id):
        """Show the steps of the first run of this account no more."""
        config = self.env["cdiscount.config"].browse(config_id).exists()
        check_access(config, "write")
        config.onboarding_closed = True
        return True
