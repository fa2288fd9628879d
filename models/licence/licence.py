"""Whether this database is licensed. Nothing depends on it: orders keep flowing, a notice is all there is."""

from odoo import _, api, fields, models

from ...services.rules.licence import LicenceError, read_key, state_of
from .publisher import PUBLIC_KEYS

PARAMETER = "cdiscount_store_management.licence_key"
SOON = 30
"""Days before its end from which a licence is said to expire soon."""


class CdiscountLicence(models.AbstractModel):
    _name = "cdiscount.licence"
    _description = "Cdiscount Licence"

    @api.model
    def _key(self):
        return (self.env["ir.config_parameter"].sudo().get_param(PARAMETER) or "").strip()

    @api.model
    def _public_keys(self):
        return PUBLIC_KEYS

    @api.model
    def _status(self, key=None):
        """Return what is known of a key (default: the stored one).

        ``{"state": active|none|invalid|expired|other_domain, "number": str, "licensee": str, "domains": [str],
        "expires": date or False, "note": one or two sentences for the person}``
        """
        key = self._key() if key is None else key.strip()
        licence, fault = None, ""
        if key:
            try:
                licence = read_key(key, self._public_keys())
            except LicenceError as error:
                fault = error.code
        address = self.env["ir.config_parameter"].sudo().get_param("web.base.url") or ""
        today = fields.Date.context_today(self)
        state = "invalid" if fault else state_of(licence, address, today)
        status = {
            "state": state,
            "number": licence.number if licence else "",
            "licensee": licence.licensee if licence else "",
            "domains": list(licence.domains) if licence else [],
            "expires": licence.expires or False if licence else False,
        }
        return {**status, "note": self._note(status, fault, address, today)}

    @api.model
    def _note(self, status, fault, address, today):
        expires = status["expires"]
        day = fields.Date.to_string(expires) if expires else ""
        if expires:
            language = self.env["res.lang"]._lang_get(self.env.user.lang or "en_US")
            day = expires.strftime(language.date_format) if language else day
        if fault == "format":
            return _("This is not a licence key, or not the whole of it. Copy it again from the message you received.")
        if fault == "signature":
            return _("This key does not come from the publisher. Copy it again, or ask the publisher for a new one.")
        if status["state"] == "none":
            return _("No licence key yet. Everything works; enter the key you received with your purchase.")
        if status["state"] == "expired":
            return _("The licence expired on %s. Everything keeps working; ask the publisher to renew it.", day)
        if status["state"] == "other_domain":
            return _(
                "The licence is for %(domains)s, and this Odoo answers at %(address)s. Everything keeps working; ask "
                "the publisher for a key for this address.",
                domains=", ".join(status["domains"]),
                address=address or _("an unknown address"),
            )
        if expires and (expires - today).days <= SOON:
            return _("The licence is active and ends on %s. Renew it in time; nothing stops without it.", day)
        return _("The licence is active until %s.", day) if expires else _("The licence is active.")
