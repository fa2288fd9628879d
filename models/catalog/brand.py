"""The brands the marketplace knows: a product sheet with another brand is refused."""

from odoo import api, fields, models

from ...compat import constraints
from ...services.text import key

UPSERT = """
INSERT INTO cdiscount_brand AS known
       (config_id, company_id, name, reference, search_key, active, create_uid, create_date, write_uid, write_date)
SELECT %(config)s, %(company)s, item.*, TRUE, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM unnest(%(name)s, %(reference)s, %(search_key)s) AS item
    ON CONFLICT (config_id, name) DO UPDATE SET
       reference = EXCLUDED.reference, search_key = EXCLUDED.search_key, active = TRUE,
       write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
"""


class CdiscountBrand(models.Model):
    _name = "cdiscount.brand"
    _inherit = "cdiscount.word.search"
    _description = "Cdiscount Brand"
    _order = "config_id, name"
    _rec_names_search = ["search_words"]

    vars().update(constraints(("name_uniq", "unique(config_id, name)", "This account has this brand already.")))

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    name = fields.Char("Brand", required=True, readonly=True)
    reference = fields.Char("Code", readonly=True)
    active = fields.Boolean(default=True, help="Brands that are no longer on Cdiscount are archived.")
    search_key = fields.Char(index=True)

    @api.model
    def _is_known(self, config, name):
        """Tell whether the marketplace has a brand, however it is written; None while no brands were downloaded."""
        return self._known_names(config, [name])[name]

    @api.model
    def _known_names(self, config, names):
        """Return ``{name: True | False | None}`` of many brand names with two questions to the database."""
        names = list(names)
        brands = self.sudo()
        domain = [("config_id", "=", config.id)]
        if not brands.search(domain, limit=1):
            return dict.fromkeys(names)
        wanted = {key(name or "") for name in names} - {""}
        found = brands.search_fetch([*domain, ("search_key", "in", list(wanted))], ["search_key"])
        known = set(found.mapped("search_key"))
        return {name: key(name or "") in known for name in names}

    @api.model
    def _spelling(self, config, name):
        """Return the brand as the marketplace writes it, or ``name`` when it does not know it."""
        found = self.sudo().search([("config_id", "=", config.id), ("search_key", "=", key(name or ""))], limit=1)
        return found.name or name

    @api.model
    def _store_page(self, config, brands):
        """Store a page of services' Brand values; returns how many were new or had changed."""
        self.flush_model()
        rows = {brand.label: (brand.label, brand.reference, key(brand.label)) for brand in brands}
        self.env.cr.execute(
            "SELECT name, reference, search_key, active FROM cdiscount_brand WHERE config_id = %s AND name = ANY(%s)",
            (config.id, list(rows)),
        )
        for *known, active in self.env.cr.fetchall():
            if active and rows[known[0]] == tuple(known):
                del rows[known[0]]
        if rows:
            names, references, keys = (list(column) for column in zip(*rows.values(), strict=True))
            self.env.cr.execute(
                UPSERT,
                {
                    "config": config.id,
                    "company": config.company_id.id,
                    "uid": self.env.uid,
                    "name": names,
                    "reference": references,
                    "search_key": keys,
                },
            )
            self.invalidate_model()
        return len(rows)
