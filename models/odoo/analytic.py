"""A shop without analytic distribution models need not look for one at each line of an order."""

from odoo import api, models

NO_MODELS = "cdiscount_no_distribution_models"
"""Context key, set while the import creates orders and it is known that there is no model at all."""


class AccountAnalyticDistributionModel(models.Model):
    _inherit = "account.analytic.distribution.model"

    @api.model
    def _get_distribution(self, vals):
        if self.env.context.get(NO_MODELS):
            return {}
        return super()._get_distribution(vals)
