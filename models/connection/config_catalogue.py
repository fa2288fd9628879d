"""How the catalogue of an account is synchronised: which way, in which language, how often."""

from odoo import api, fields, models

FRENCH = "fr_FR"


class CdiscountConfigCatalogue(models.Model):
    _inherit = "cdiscount.config"

    content_lang = fields.Selection(
        selection="_get_content_langs",
        string="Language of the Texts",
        default=lambda self: self._default_content_lang(),
        required=True,
        help="Titles and descriptions are read from the products in this language, and written back in it. Customers "
        "of Cdiscount read French.",
    )

    @api.model
    def _get_content_langs(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _default_content_lang(self):
        installed = [code for code, _name in self._get_content_langs()]
        return FRENCH if FRENCH in installed else self.env.user.lang or (installed[0] if installed else "en_US")
