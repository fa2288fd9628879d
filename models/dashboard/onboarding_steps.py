"""What each step of the first run shows, and what confirming it does: one dialog leads to the next."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ..order.tax_finder import TaxFinder

STEPS = ("credentials", "test", "company", "taxes", "carriers", "sync", "import")
CONFIRMED = ("company", "taxes", "carriers", "sync")
"""Steps that have a sensible default: done once a person has looked at them, or once orders have come in anyway."""
RATES = (20.0, 10.0, 5.5, 2.1)
"""VAT rates of France, where Cdiscount sells."""


class CdiscountConfigOnboarding(models.Model):
    _inherit = "cdiscount.config"

    onboarding_confirmed = fields.Char(
        readonly=True, copy=False, help="Technical: steps of the first run a person has confirmed."
    )
    onboarding_closed = fields.Boolean(
        "First Run Closed", readonly=True, copy=False, help="The steps of the first run are not shown any more."
    )
    onboarding_euro = fields.Boolean("Euro Not Active", compute="_compute_onboarding_euro")
    onboarding_taxes = fields.Text("VAT Rates", compute="_compute_onboarding_taxes")
    onboarding_taxes_missing = fields.Boolean("VAT Rates Without a Tax", compute="_compute_onboarding_taxes")
    onboarding_carriers = fields.Char("Carriers Found", compute="_compute_onboarding_carriers")

    @api.depends_context("lang")
    def _compute_onboarding_euro(self):
        euro = self.env.ref("base.EUR", raise_if_not_found=False)
        self.onboarding_euro = bool(euro and not euro.active)

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_onboarding_taxes(self):
        for config in self:
            finder = TaxFinder(self.env, config.company_id)
            found = {rate: finder(rate, "FR") for rate in RATES}
            config.onboarding_taxes_missing = not all(found.values())
            config.onboarding_taxes = "\n".join(self._onboarding_tax_line(rate, tax) for rate, tax in found.items())

    def _onboarding_tax_line(self, rate, tax):
        name = tax.display_name if tax else _("no tax found")
        return _("%(rate)s %%: %(tax)s", rate=f"{rate:g}", tax=name)

    @api.depends("carrier_mapping_ids", "carrier_ids")
    @api.depends_context("lang")
    def _compute_onboarding_carriers(self):
        methods = self.env["delivery.carrier"].search_count([])
        for config in self:
            config.onboarding_carriers = _(
                "%(known)s carriers on Cdiscount, %(methods)s delivery methods in Odoo, %(linked)s of them linked.",
                known=len(config.carrier_ids),
                methods=methods,
                linked=len(config.carrier_mapping_ids.filtered("carrier_id")),
            )

    # ------------------------------------------------------------------ what is done
    def _onboarding_done(self):
        """Return the steps of this account that are done: all of them, once an import has come to its end."""
        self.ensure_one()
        imports = self.env["cdiscount.initial.import"].search_count(
            [("config_id", "=", self.id), ("state", "=", "done")], limit=1
        )
        if imports:
            return set(STEPS)
        done = set((self.onboarding_confirmed or "").split(",")) & set(CONFIRMED)
        if self.api_login and self.seller_id and self.has_password:
            done.add("credentials")
        if self.state in ("connected", "paused") and self.last_test_at:
            done.add("test")
        return done

    def _onboarding_confirm(self, step):
        self.ensure_one()
        check_access(self, "write")
        confirmed = set(filter(None, (self.onboarding_confirmed or "").split(","))) | {step}
        self.onboarding_confirmed = ",".join(sorted(confirmed & set(CONFIRMED)))
        if step == "company":
            self._onboarding_activate_euro()

    def _onboarding_activate_euro(self):
        """Cdiscount sells in euros: without the currency every order would be held. Those that are go on."""
        euro = self.env.ref("base.EUR", raise_if_not_found=False)
        if not euro or euro.active:
            return
        euro.sudo().active = True
        held = self.env["cdiscount.order.mapping"].sudo()
        held.search(
            [("config_id", "=", self.id), ("state", "=", "held"), ("hold_code", "=", "currency_unknown")]
        )._request_build()

    def _onboarding_next(self, step):
        """Return the step to show after one: the first that is not done; to who looks at all again, simply the next."""
        if self.env.context.get("onboarding_review"):
            return next(iter(STEPS[STEPS.index(step) + 1 :]), None)
        done = self._onboarding_done()
        return next((one for one in STEPS if one not in done), None)

    # ------------------------------------------------------------------ the buttons of the dialogs
    def action_onboarding_save(self):
        """Confirm what a step's dialog shows and open the next step. New credentials are tested whatever was before."""
        self.ensure_one()
        step = self.env.context.get("onboarding_step")
        if step not in STEPS:
            return {"type": "ir.actions.act_window_close"}
        if step in CONFIRMED:
            self._onboarding_confirm(step)
        following = "test" if step == "credentials" else self._onboarding_next(step)
        return self._onboarding_show(following)

    def action_onboarding_credentials(self):
        """Back to the credentials: the test has refused them."""
        return self._onboarding_show("credentials")

    def action_onboarding_test(self):
        """Test once more."""
        return self._onboarding_show("test")

    def action_onboarding_account(self):
        """Open the account with all that it has: the addresses, for example, which the first steps do not show."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_onboarding_taxes(self):
        """Open the list of taxes, where one is chosen for a rate."""
        self.ensure_one()
        self._onboarding_confirm("taxes")
        return self.env["cdiscount.dashboard"]._window("action_tax_mapping")

    def action_onboarding_carriers(self):
        """Read the carriers of Cdiscount, propose one for each of Odoo's, and show the step again."""
        self.ensure_one()
        self.action_fetch_carriers()
        return self._onboarding_show("carriers")

    def action_onboarding_open(self):
        """Show the first steps of this account again: the one that is missing, or all of them from the beginning."""
        self.ensure_one()
        check_access(self, "write")
        self.onboarding_closed = False
        done = self._onboarding_done()
        missing = next((step for step in STEPS if step not in done), None)
        if missing:
            return self._onboarding_show(missing)
        return self.with_context(onboarding_review=True)._onboarding_show(STEPS[0])

    def _onboarding_show(self, step):
        if not step:
            return {"type": "ir.actions.act_window_close"}
        return self.env["cdiscount.dashboard"].get_onboarding_action(step, self.id)

    def _onboarding_import(self):
        """Return the import of this account that waits or runs: a second click must not begin another."""
        return self.env["cdiscount.initial.import"].search(
            [("config_id", "=", self.id), ("state", "in", ("draft", "running", "stopped", "failed"))], limit=1
        )

    def _onboarding_fetch_carriers(self):
        if self.state == "connected" and not self.carrier_ids:
            try:
                self.action_fetch_carriers()
            except UserError:
                return  # The step offers to read them again.
