"""Keeping what the marketplace says of its categories: few statements a page, and nothing known is written again."""

from odoo import api, models

from ...services.text import key

COLUMNS = ("label", "level", "parent_reference", "is_active", "brand_mandatory", "is_variant", "detailed")

UPSERT = """
INSERT INTO cdiscount_category AS known
       (config_id, company_id, reference, label, level, parent_reference, is_active, brand_mandatory, is_variant,
        detailed, complete_name, search_key, active, create_uid, create_date, write_uid, write_date)
SELECT %(config)s, %(company)s, item.*, TRUE, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM unnest(%(reference)s, %(label)s, %(level)s, %(parent_reference)s, %(is_active)s::bool[],
              %(brand_mandatory)s::bool[], %(is_variant)s::bool[], %(detailed)s::bool[], %(label)s,
              %(search_key)s) AS item
    ON CONFLICT (config_id, reference) DO UPDATE SET
       label = EXCLUDED.label, level = EXCLUDED.level, parent_reference = EXCLUDED.parent_reference,
       is_active = EXCLUDED.is_active, brand_mandatory = EXCLUDED.brand_mandatory, is_variant = EXCLUDED.is_variant,
       detailed = EXCLUDED.detailed, active = TRUE, write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
"""

LINK = """
UPDATE cdiscount_category AS known
   SET parent_id = item.parent_id, parent_path = item.parent_path, complete_name = item.complete_name,
       search_key = item.search_key, write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
  FROM unnest(%(id)s, %(parent_id)s::int[], %(parent_path)s, %(complete_name)s, %(search_key)s)
       AS item (id, parent_id, parent_path, complete_name, search_key)
 WHERE known.id = item.id
"""


class CdiscountCategoryStore(models.Model):
    _inherit = "cdiscount.category"

    @api.model
    def _store_page(self, config, categories):
        """Store a page of services' Category values of one account.

        What came with nothing but its code says nothing of name and flags: what is known of them stays.

        :return: number of categories that were new or had changed
        """
        self.env["cdiscount.category"].flush_model()
        rows = {one.reference: self._row(one) for one in categories}
        self.env.cr.execute(
            f"SELECT reference, active, {', '.join(COLUMNS)} FROM cdiscount_category "
            "WHERE config_id = %s AND reference = ANY(%s)",
            (config.id, list(rows)),
        )
        for reference, active, *known in self.env.cr.fetchall():
            known = dict(zip(COLUMNS, known, strict=True))
            if not rows[reference]["detailed"]:
                rows[reference] = {**rows[reference], **known}
            if active and all(rows[reference][name] == known[name] for name in COLUMNS):
                del rows[reference]
        if rows:
            columns = {name: [row[name] for row in rows.values()] for name in ("reference", "search_key", *COLUMNS)}
            self.env.cr.execute(
                UPSERT, {**columns, "config": config.id, "company": config.company_id.id, "uid": self.env.uid}
            )
            self.env["cdiscount.category"].invalidate_model()
        return len(rows)

    @api.model
    def _row(self, category):
        return {
            "reference": category.reference,
            "label": category.label,
            "level": category.level,
            "parent_reference": category.parent,
            "is_active": category.is_active,
            "brand_mandatory": category.is_brand_mandatory,
            "is_variant": category.is_variant,
            "detailed": category.detailed,
            "search_key": f"{key(category.label)} {category.reference.lower()}".strip(),
        }

    @api.model
    def _link(self, config):
        """Hang every category of an account below its parent and name it by its way; writes what is different only.

        Parents may come on a later page than their children, so this is done once all are there.
        """
        self.env["cdiscount.category"].flush_model()
        self.env.cr.execute(
            "SELECT id, reference, label, parent_reference, parent_id, parent_path, complete_name, search_key "
            "FROM cdiscount_category WHERE config_id = %s",
            (config.id,),
        )
        found = {row[1]: row for row in self.env.cr.fetchall()}
        changed = []
        for row in found.values():
            way = self._way(found, row)
            name = " > ".join(step[2] or step[1] for step in way)
            wanted = (
                way[-2][0] if len(way) > 1 else None,
                "".join(f"{step[0]}/" for step in way),
                name,
                f"{key(name)} {row[1].lower()}",
            )
            if wanted != row[4:]:
                changed.append((row[0], *wanted))
        if changed:
            names = ("id", "parent_id", "parent_path", "complete_name", "search_key")
            columns = {name: list(values) for name, values in zip(names, zip(*changed, strict=True), strict=True)}
            self.env.cr.execute(LINK, {**columns, "uid": self.env.uid})
            self.env["cdiscount.category"].invalidate_model()
        return len(changed)

    @api.model
    def _way(self, found, row):
        """The rows from the top down to ``row``; a ring of parents is cut."""
        way = [row]
        while True:
            above = found.get(way[0][3])
            if above is None or above in way:
                return way
            way.insert(0, above)
