"""Is everything all right? One page that looks at what the connector stands on."""

from odoo import _, api, fields, models

from ...compat import check_access

RESULTS = [("ok", "All right"), ("info", "For information"), ("warning", "Look at it"), ("failed", "Broken")]
TOPICS = [
    ("account", "Account"),
    ("crons", "Scheduled Actions"),
    ("queue", "Queue"),
    ("rights", "Rights"),
    ("token", "Access Token"),
    ("calls", "Calls to Cdiscount"),
    ("endpoint", "Self-Test"),
    ("server", "Server"),
    ("tables", "Size of Tables"),
]


class CdiscountHealth(models.TransientModel):
    _name = "cdiscount.health"
    _description = "Cdiscount Health"
    _rec_name = "config_id"

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, ondelete="cascade")
    line_ids = fields.One2many("cdiscount.health.line", "health_id", "Findings", readonly=True)
    tested = fields.Boolean("Self-Test Done", readonly=True)
    broken_count = fields.Integer("Broken", compute="_compute_counts")
    warning_count = fields.Integer("To Look At", compute="_compute_counts")

    @api.depends("line_ids.result")
    def _compute_counts(self):
        for health in self:
            results = health.line_ids.mapped("result")
            health.broken_count = results.count("failed")
            health.warning_count = results.count("warning")

    @api.model
    def action_open(self, config=None):
        """Look at an account (default: the first one) and show what was found."""
        config = config or self.env["cdiscount.config"].search([], limit=1)
        if not config:
            return self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_config")
        check_access(config, "write")
        health = self.create({"config_id": config.id})
        health._look()
        return health._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Health"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_look(self):
        """Look again."""
        self.ensure_one()
        self._look()
        return self._show()

    def action_support_bundle(self):
        """Download what the publisher's support needs to know; nothing secret, nothing personal."""
        self.ensure_one()
        check_access(self.config_id, "write")
        return {"type": "ir.actions.act_url", "url": f"/cdiscount/support_bundle/{self.config_id.id}", "target": "self"}

    def _look(self):
        """Replace the findings by fresh ones; those of the self-test stay."""
        self.ensure_one()
        self.line_ids.filtered(lambda line: line.topic != "endpoint").unlink()
        self._add_lines(self._findings(self.config_id))

    def _add_lines(self, findings):
        places = {topic: place for place, (topic, _label) in enumerate(TOPICS)}
        self.env["cdiscount.health.line"].create(
            [
                {
                    "health_id": self.id,
                    "sequence": places[topic] * 100 + number,
                    "topic": topic,
                    "result": result,
                    "name": name,
                    "message": message,
                    "remedy": remedy,
                }
                for number, (topic, result, name, message, remedy) in enumerate(findings)
            ]
        )

    @api.model
    def _findings(self, config):
        """Return ``[(topic, result, name, message, remedy)]`` of what the account stands on. Asks nobody outside."""
        return []


class CdiscountHealthLine(models.TransientModel):
    _name = "cdiscount.health.line"
    _description = "Cdiscount Health Finding"
    _order = "sequence, id"

    health_id = fields.Many2one("cdiscount.health", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    topic = fields.Selection(TOPICS, required=True)
    result = fields.Selection(RESULTS, required=True)
    name = fields.Char("What", required=True)
    message = fields.Text("What Was Found")
    remedy = fields.Text("What to Do")
