"""One line of the connection test."""

from odoo import fields, models


class CdiscountConnectionCheck(models.Model):
    _name = "cdiscount.connection.check"
    _description = "Cdiscount Connection Check"
    _order = "sequence, id"

    config_id = fields.Many2one("cdiscount.config", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sequence = fields.Integer()
    name = fields.Char("Check", required=True)
    result = fields.Selection([("ok", "OK"), ("warning", "Attention"), ("failed", "Failed"), ("skipped", "Not tried")])
    message = fields.Text("What Was Found")
    remedy = fields.Text("What to Do")
