"""What an account says about product sheets: where the marketplace fetches the pictures."""

import ipaddress
from urllib.parse import urlsplit

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class CdiscountConfigSheets(models.Model):
    _inherit = "cdiscount.config"

    picture_base_url = fields.Char(
        "Picture Address",
        help="Where Cdiscount fetches the pictures of your products: the public address of this Odoo server, such as "
        "https://odoo.example.com. Empty: the address under which Odoo knows itself (web.base.url).",
    )

    @api.constrains("picture_base_url")
    def _check_picture_base_url(self):
        for config in self:
            address = (config.picture_base_url or "").strip()
            try:
                parts = urlsplit(address)
                usable = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
            except ValueError:
                usable = False
            if address and (not usable or " " in address):
                raise ValidationError(_('"%s" is not an address: enter one such as https://odoo.example.com.', address))

    def _picture_base(self):
        """Return the address that picture paths are appended to, without a slash at its end."""
        self.ensure_one()
        own = (self.picture_base_url or "").strip()
        return (own or self.env["ir.config_parameter"].sudo().get_param("web.base.url") or "").rstrip("/")

    def _pictures_may_be_local(self):
        """Whether the marketplace is on this machine (a sandbox), so that it reaches what nobody else does."""
        self.ensure_one()
        host = urlsplit(self.base_url or "").hostname or ""
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    # ------------------------------------------------------------------ the clock
    def _schedule_due_jobs(self, now):
        """Look after packages that nobody looks after: their job was cancelled, or died with its server."""
        res = super()._schedule_due_jobs(now)
        self.env.cr.execute(
            """
            SELECT 1 FROM cdiscount_product_package package
             WHERE package.config_id = %s AND package.state IN ('sending', 'submitted')
               AND NOT EXISTS (
                   SELECT 1 FROM cdiscount_queue job
                    WHERE job.config_id = package.config_id
                      AND job.state IN ('pending', 'running', 'waiting_retry', 'failed')
                      AND (job.operation = 'sheet_push'
                           OR (job.operation = 'sheet_report' AND job.key = package.id::text)))
             LIMIT 1
            """,
            (self.id,),
        )
        if self.env.cr.fetchone():
            self.env["cdiscount.queue"]._enqueue(self, "sheet_push", "sheets", wake=False)
        return res
