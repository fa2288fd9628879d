"""Proposing a category of the marketplace for product categories that have none, by their names."""

from odoo import _, api, models

from ...compat import check_access
from ...services.rules.category_match import CategoryMatcher


class CdiscountCategoryProposal(models.Model):
    _inherit = "cdiscount.category.mapping"

    @api.model
    def _propose_all(self, config):
        """Propose for every product category of an account that has no category and inherits none.

        What a person has chosen is never touched, and a proposal is not used before it is confirmed.

        :return: the lines that got a proposal
        """
        self._ensure_lines(config)
        open_lines = self.search(
            [("config_id", "=", config.id), ("category_id", "=", False), ("effective_category_id", "=", False)]
        )
        matcher = self._matcher(config)
        by_category = {}
        for line in open_lines:
            found = matcher.best([name.strip() for name in (line.category_name or "").split(" / ")])
            if found:
                by_category.setdefault(found[0], self.browse())
                by_category[found[0]] |= line
        proposed = self.browse()
        for category_id, lines in by_category.items():
            lines.write({"category_id": category_id, "state": "proposed"})
            proposed |= lines
        return proposed

    @api.model
    def _matcher(self, config):
        domain = [("config_id", "=", config.id), ("level", "=", 3), ("is_active", "=", True), ("label", "!=", False)]
        found = self.env["cdiscount.category"].search_fetch(domain, ["label", "complete_name"])
        return CategoryMatcher((one.id, one.label, (one.complete_name or "").rpartition(" > ")[0]) for one in found)

    def action_propose(self):
        """Propose a category for every product category without one, in the accounts shown."""
        check_access(self.browse(), "create")
        configs = self.env["cdiscount.config"].search([("company_id", "in", self.env.companies.ids)])
        known = self.env["cdiscount.category"].search([("config_id", "in", configs.ids)], limit=1)
        made = self.browse()
        for config in configs:
            made |= self._propose_all(config)
        if made:
            text = _("Categories proposed: %s. Look at them, then confirm them.", len(made))
        elif known:
            text = _("Nothing new to propose: choose the categories that are missing by hand.")
        else:
            text = _("The categories of Cdiscount are not there yet: download them from the account, tab Categories.")
        notification = self.env["cdiscount.config"]._notify(text)
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        notification["params"].update(next=reload, type="success" if made else "warning")
        return notification
