"""Why customers write: Cdiscount's reasons, read from it and never made up."""

from odoo import api, fields, models

from ...compat import constraints


class CdiscountDiscussionTypology(models.Model):
    _name = "cdiscount.discussion.typology"
    _description = "Cdiscount Reason of a Discussion"
    _order = "name"

    vars().update(constraints(("code_uniq", "unique(config_id, code)", "This reason is known already.")))

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Reason", required=True, readonly=True, help="In the words of Cdiscount.")
    typology = fields.Char("Marketplace Subject", readonly=True)

    @api.model
    def _ensure(self, config, codes):
        """Return ``{code: typology}``; a code that nobody has named yet stands for itself."""
        codes = {code for code in codes if code}
        domain = [("config_id", "=", config.id), ("code", "in", list(codes))]
        found = {one.code: one for one in self.sudo().search_fetch(domain, ["code"])} if codes else {}
        fresh = sorted(codes - set(found))
        made = self.sudo().create([{"config_id": config.id, "code": code, "name": code} for code in fresh])
        found.update({one.code: one for one in made})
        return found

    @api.model
    def _store_named(self, config, entries):
        """Keep what Cdiscount calls its reasons.

        :param entries: ``services.payloads.discussion.SubTypology`` values
        """
        known = self._ensure(config, [entry.code for entry in entries])
        for entry in entries:
            one = known[entry.code]
            if (one.name, one.typology or "") != (entry.label, entry.typology):
                one.write({"name": entry.label, "typology": entry.typology})
