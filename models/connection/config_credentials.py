"""The account's secret: written once, shown as set or not set, readable by nobody through the client."""

from odoo import api, fields, models

from ...compat import constraints

MASK = "••••••••"


class CdiscountCredential(models.Model):
    """Holds the secret apart from the account. No group has any right on it: only superuser code reads it."""

    _name = "cdiscount.credential"
    _description = "Cdiscount Credential"

    vars().update(constraints(("config_uniq", "unique(config_id)", "An account has one secret.")))

    config_id = fields.Many2one("cdiscount.config", required=True, ondelete="cascade", index=True)
    secret = fields.Char(required=True, copy=False)


class CdiscountConfigCredentials(models.Model):
    _inherit = "cdiscount.config"

    api_login = fields.Char(
        "API Login",
        required=True,
        help="Cdiscount profile: the login of the API user (seller portal, Settings, User Rights Management), not your "
        "e-mail address. Octopia profile: the client id made on Octopia's page API Credentials Management.",
    )
    api_password = fields.Char(
        "API Password",
        compute="_compute_api_password",
        inverse="_inverse_api_password",
        copy=False,
        help="Cdiscount profile: the password chosen for the API user in the seller portal. Octopia profile: "
        "the client secret. It is stored where nobody can read it back; dots mean that it is set.",
    )
    has_password = fields.Boolean("Password Set", compute="_compute_api_password")

    @api.depends()
    def _compute_api_password(self):
        known = self.env["cdiscount.credential"].sudo().search([("config_id", "in", self.ids)]).config_id
        for config in self:
            config.has_password = config in known or config._origin in known
            config.api_password = MASK if config.has_password else False

    def _inverse_api_password(self):
        credentials = self.env["cdiscount.credential"].sudo()
        for config in self:
            secret = config.api_password
            if secret == MASK:
                continue
            existing = credentials.search([("config_id", "=", config.id)])
            if not secret:
                existing.unlink()
            elif existing:
                existing.secret = secret
            else:
                credentials.create({"config_id": config.id, "secret": secret})
        self.invalidate_recordset(["api_password", "has_password"])

    def _typed_password(self):
        """Return what the user is typing in the form, or None when it is the mask of a stored secret."""
        self.ensure_one()
        return None if not self.api_password or self.api_password == MASK else self.api_password

    def _get_secret(self):
        """Return the secret for the token request, or an empty text. Never logged, never sent to a client."""
        self.ensure_one()
        return self.env["cdiscount.credential"].sudo().search([("config_id", "=", self.id)], limit=1).secret or ""
