"""The announcement of a sale: a zip that Cdiscount fetches from this server, and what has become of it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import consteq, hmac

PACKAGE_PATH = "/cdiscount/package"
SCOPE = "cdiscount_store_management.promotion_package"
SERVED = timedelta(hours=24)
"""How long the zip can be fetched."""


class CdiscountPromotionPackage(models.Model):
    _name = "cdiscount.promotion.package"
    _description = "Announcement of a Cdiscount Sale"
    _order = "id desc"
    _rec_name = "external_id"

    promotion_id = fields.Many2one("cdiscount.promotion", required=True, readonly=True, index=True, ondelete="cascade")
    config_id = fields.Many2one(related="promotion_id.config_id", store=True)
    company_id = fields.Many2one(related="promotion_id.company_id", store=True, index=True)
    purpose = fields.Selection(
        [("announce", "Announce"), ("withdraw", "Take back")], required=True, readonly=True, default="announce"
    )
    state = fields.Selection(
        [
            ("waiting", "To send"),
            ("sending", "Being sent"),
            ("unclear", "Answer lost"),
            ("processing", "With Cdiscount"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("given_up", "Given up"),
        ],
        required=True,
        readonly=True,
        string="Status",
        default="waiting",
    )
    external_id = fields.Char("Package", readonly=True)
    attempt = fields.Integer(
        readonly=True, default=1, help="Each sending has an address of its own; those of earlier ones are dead."
    )
    posted_at = fields.Datetime("Sent", readonly=True)
    fetched_at = fields.Datetime("Fetched by Cdiscount", readonly=True)
    expires_at = fields.Datetime("Can Be Fetched Until", readonly=True)
    offer_count = fields.Integer("Offers", readonly=True)
    refused_count = fields.Integer("Refused", readonly=True)
    note = fields.Text(readonly=True)

    # ------------------------------------------------------------------ the address
    def _address(self):
        """Return the full address of the zip: nobody guesses it who does not know the secret of this database."""
        self.ensure_one()
        return f"{self.config_id._picture_base()}{PACKAGE_PATH}/{self.id}/{self._token()}.zip"

    def _token(self):
        return hmac(self.env(su=True), SCOPE, (self.id, self.attempt, str(self.create_date)))[:48]

    def _file(self):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("res_id", "=", self.id), ("name", "=", self._file_name())], limit=1
            )
        )

    def _file_name(self):
        return f"cdiscount-{self.id}.zip"

    @api.model
    def _served(self, package_id, token):
        """Return the bytes of a zip for whoever knows its address in time, else None; nothing is told of why.

        Called for people nobody knows, as superuser.
        """
        package = self.browse(package_id).exists()
        if not package or not token.isascii() or not consteq(package._token(), token):
            return None
        # "done" as well: a fetch that is repeated finds the same file.
        if package.state in ("waiting", "refused", "given_up"):
            return None
        if not package.expires_at or package.expires_at <= fields.Datetime.now():
            return None
        content = package._file().raw
        if content and not package.fetched_at:
            package.fetched_at = fields.Datetime.now()
        return content or None

    @api.autovacuum
    def _gc_files(self):
        """Remove zips that can no longer be fetched."""
        old = self.search([("expires_at", "<", fields.Datetime.now() - timedelta(days=7))])
        self.env["ir.attachment"].sudo().search([("res_model", "=", self._name), ("res_id", "in", old.ids)]).unlink()
