"""Settings > Cdiscount."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .licence import PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cdiscount_licence_key = fields.Char("Licence Key", config_parameter=PARAMETER)
    cdiscount_licence_state = fields.Selection(
        [
            ("active", "Active"),
            ("none", "No Licence"),
            ("invalid", "Not Readable"),
            ("expired", "Expired"),
            ("other_domain", "Other Domain"),
        ],
        "Licence Status",
        compute="_compute_cdiscount_licence",
    )
    cdiscount_licensee = fields.Char("Licensee", compute="_compute_cdiscount_licence")
    cdiscount_licence_domains = fields.Char("Licensed Domains", compute="_compute_cdiscount_licence")
    cdiscount_licence_expires = fields.Date("Licensed Until", compute="_compute_cdiscount_licence")
    cdiscount_licence_note = fields.Char("Licence Notice", compute="_compute_cdiscount_licence")
    cdiscount_account_count = fields.Integer("Accounts", compute="_compute_cdiscount_account_count")

    @api.depends("cdiscount_licence_key")
    def _compute_cdiscount_licence(self):
        for settings in self:
            status = self.env["cdiscount.licence"]._status(settings.cdiscount_licence_key or "")
            settings.cdiscount_licence_state = status["state"]
            settings.cdiscount_licensee = status["licensee"]
            settings.cdiscount_licence_domains = ", ".join(status["domains"])
            settings.cdiscount_licence_expires = status["expires"]
            settings.cdiscount_licence_note = status["note"]

    @api.depends("company_id")
    def _compute_cdiscount_account_count(self):
        count = self.env["cdiscount.config"].search_count([])
        for settings in self:
            settings.cdiscount_account_count = count

    def set_values(self):
        for settings in self:
            key = (settings.cdiscount_licence_key or "").strip()
            if key and key != self.env["cdiscount.licence"]._key():
                status = self.env["cdiscount.licence"]._status(key)
                if status["state"] == "invalid":
                    raise ValidationError(_("The licence key was not saved. %s", status["note"]))
        return super().set_values()

    def action_cdiscount_accounts(self):
        return self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_config")
