"""The support bundle: how an account is set up and how it does, without secrets and without personal data."""

import io
import json
import zipfile

from odoo import api, fields, models

from ...services.redaction import redact

KINDS = ("boolean", "integer", "float", "selection", "datetime", "date")
"""Kinds of settings that cannot hold a name, an address or a secret; texts and links are left out altogether."""
LOG_LINES = 300
JOBS = 100


class CdiscountSupportBundle(models.TransientModel):
    _inherit = "cdiscount.health"

    @api.model
    def _support_bundle(self, config):
        """Return the bytes of a ZIP: health, settings, causes, failed jobs, the last lines of the log."""
        english = self.with_context(lang="en_US")
        config = config.with_context(lang="en_US")
        files = {
            "health.json": [
                dict(zip(("topic", "result", "name", "message", "remedy"), finding, strict=True))
                for finding in english._findings(config)
                if finding[0] != "rights"
            ],
            "settings.json": self._plain_settings(config),
            "causes.json": self._causes(config),
            "jobs.json": self._jobs(config),
            "log.json": self._log(config),
        }
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                text = json.dumps(content, indent=1, ensure_ascii=False, default=str)
                archive.writestr(name, self._scrub(text, config))
        return target.getvalue()

    @api.model
    def _scrub(self, text, config):
        """The text without what only looks harmless: tokens, addresses, numbers, the shop's names."""
        own = [config.api_login, config.seller_id, config.shop_name, config.name, config.company_id.name]
        # The log says who paused the account or ended a promotion.
        people = self.env["res.users"].sudo().with_context(active_test=False).search([("share", "=", False)])
        own += people.mapped("name")
        for word in sorted({word for word in own if word and len(word) > 2}, key=len, reverse=True):
            text = text.replace(json.dumps(word, ensure_ascii=False)[1:-1], "***")
        return redact(text)

    @api.model
    def _plain_settings(self, config):
        return {
            name: config[name]
            for name, field in sorted(config._fields.items())
            if field.type in KINDS and field.store and not field.groups and name not in ("id",)
        }

    @api.model
    def _causes(self, config):
        causes = self.env["cdiscount.failure.cause"].search([("config_id", "=", config.id)], limit=JOBS)
        return [
            {
                name: cause[name]
                for name in ("code", "kind", "state", "operation", "waiting_count", "first_seen", "last_seen")
            }
            for cause in causes
        ]

    @api.model
    def _jobs(self, config):
        domain = [("config_id", "=", config.id), ("state", "in", ["failed", "waiting_retry", "running"])]
        jobs = self.env["cdiscount.queue"].search(domain, limit=JOBS)
        names = ("operation", "state", "attempts", "eta", "started_at", "finished_at", "error")
        return [{name: job[name] for name in names} for job in jobs]

    @api.model
    def _log(self, config):
        lines = self.env["cdiscount.sync.log"].search([("config_id", "=", config.id)], limit=LOG_LINES)
        return [
            {
                "date": fields.Datetime.to_string(line.create_date),
                "operation": line.operation,
                "level": line.level,
                "cause": line.cause_code,
                "records": line.records,
                "seconds": line.duration,
                "message": line.message,
            }
            for line in lines
        ]
