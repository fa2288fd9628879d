"""Downloading the properties of a category when it is first used, and again after a month."""

from odoo import _, api, fields, models

from ...services.errors import NotFound
from ...services.text import key

STAMPS = "create_uid, create_date, write_uid, write_date"
NOW = "%(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'"

STORE_PROPERTIES = f"""
INSERT INTO cdiscount_property AS known (config_id, company_id, reference, name, search_key, {STAMPS})
SELECT %(config)s, %(company)s, item.*, {NOW} FROM unnest(%(reference)s, %(name)s, %(search_key)s) AS item
    ON CONFLICT (config_id, reference) DO UPDATE SET name = EXCLUDED.name, search_key = EXCLUDED.search_key,
       write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
 WHERE EXCLUDED.name <> '' AND known.name IS DISTINCT FROM EXCLUDED.name
"""

STORE_LINKS = f"""
INSERT INTO cdiscount_category_property AS known
       (config_id, company_id, category_id, property_id, necessity, is_variation, is_size, sequence, choice_count,
        {STAMPS})
SELECT %(config)s, %(company)s, %(category)s, prop.id, item.necessity, item.is_variation, item.is_size, item.sequence,
       item.choice_count, {NOW}
  FROM unnest(%(reference)s, %(necessity)s, %(is_variation)s::bool[], %(is_size)s::bool[], %(sequence)s,
              %(choice_count)s) AS item (reference, necessity, is_variation, is_size, sequence, choice_count)
  JOIN cdiscount_property prop ON prop.config_id = %(config)s AND prop.reference = item.reference
    ON CONFLICT (category_id, property_id) DO UPDATE SET necessity = EXCLUDED.necessity,
       is_variation = EXCLUDED.is_variation, is_size = EXCLUDED.is_size, sequence = EXCLUDED.sequence,
       choice_count = EXCLUDED.choice_count, write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
 WHERE (known.necessity, known.is_variation, known.is_size, known.sequence, known.choice_count)
       IS DISTINCT FROM (EXCLUDED.necessity, EXCLUDED.is_variation, EXCLUDED.is_size, EXCLUDED.sequence,
                         EXCLUDED.choice_count)
"""

DROP_LINKS = """
DELETE FROM cdiscount_category_property link USING cdiscount_property prop
 WHERE prop.id = link.property_id AND link.category_id = %(category)s AND prop.reference <> ALL(%(reference)s)
"""

STORE_CHOICES = f"""
INSERT INTO cdiscount_category_choice AS known
       (config_id, company_id, category_id, property_id, category_property_id, name, search_key, sequence, {STAMPS})
SELECT %(config)s, %(company)s, %(category)s, prop.id, link.id, item.name, item.search_key, item.sequence, {NOW}
  FROM unnest(%(of)s, %(choice)s, %(choice_key)s, %(place)s::int[]) AS item (reference, name, search_key, sequence)
  JOIN cdiscount_property prop ON prop.config_id = %(config)s AND prop.reference = item.reference
  JOIN cdiscount_category_property link ON link.category_id = %(category)s AND link.property_id = prop.id
    ON CONFLICT (category_property_id, name) DO UPDATE SET sequence = EXCLUDED.sequence,
       write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
 WHERE known.sequence IS DISTINCT FROM EXCLUDED.sequence
"""

DROP_CHOICES = """
DELETE FROM cdiscount_category_choice choice USING cdiscount_property prop
 WHERE prop.id = choice.property_id AND choice.category_id = %(category)s
   AND NOT EXISTS (SELECT 1 FROM unnest(%(of)s::varchar[], %(choice)s::varchar[]) AS item (reference, name)
                    WHERE item.reference = prop.reference AND item.name = choice.name)
"""


class CdiscountPropertyDownload(models.Model):
    _inherit = "cdiscount.category"

    @api.model
    def _job_pull_properties(self, job):
        """Queue operation: read the properties of one category (key)."""
        config = job.config_id
        category = self.sudo().search([("config_id", "=", config.id), ("reference", "=", job.key)])
        if not category:
            return
        client = config._get_client().categories
        try:
            details = None if category.detailed else client.get(category.reference)
            properties = client.properties(category.reference)
        except NotFound:
            category._gone(job)
            return
        if details:
            self._store_page(config, [details])
            self._link(config)
        category._store_properties(properties)

    def _gone(self, job):
        """The marketplace no longer knows this category: nothing can be published in it."""
        self.write({"active": False, "properties_at": fields.Datetime.now()})
        text = _(
            "Cdiscount no longer has the category %s, so it was archived. Choose another one for the products that go "
            "there.",
            self.display_name,
        )
        self.env["cdiscount.sync.log"]._add(job.config_id, job.operation, text, level="warning", job=job, record=self)

    def _store_properties(self, properties):
        """Keep the properties of one category; what the marketplace no longer asks for goes, values of products stay.

        :param properties: tuple of services' Property
        """
        self.ensure_one()
        self.env.flush_all()
        if properties or not self.property_ids:
            values = self._property_columns(properties)
            for statement in (STORE_PROPERTIES, STORE_LINKS, DROP_LINKS, STORE_CHOICES, DROP_CHOICES):
                if properties or statement in (DROP_LINKS, DROP_CHOICES):
                    self.env.cr.execute(statement, values)
            for model in ("cdiscount.property", "cdiscount.category.property", "cdiscount.category.choice"):
                self.env[model].invalidate_model()
            self.invalidate_recordset(["property_ids"])
        # An empty answer for a category that had properties is kept for a slip: next month tells.
        self.properties_at = fields.Datetime.now()

    def _property_columns(self, properties):
        known = {"mandatory", "recommended", "optional"}
        choices = [(one.reference, choice, place) for one in properties for place, choice in enumerate(one.choices, 1)]
        return {
            "config": self.config_id.id,
            "company": self.company_id.id,
            "category": self.id,
            "uid": self.env.uid,
            "reference": [one.reference for one in properties],
            "name": [one.label for one in properties],
            "search_key": [f"{key(one.label)} {one.reference.lower()}" for one in properties],
            "necessity": [
                one.necessity.casefold() if one.necessity.casefold() in known else "optional" for one in properties
            ],
            "is_variation": [one.is_variation for one in properties],
            "is_size": [one.is_size for one in properties],
            "sequence": list(range(1, len(properties) + 1)),
            "choice_count": [len(one.choices) for one in properties],
            "of": [reference for reference, _choice, _place in choices],
            "choice": [choice for _reference, choice, _place in choices],
            "choice_key": [key(choice) for _reference, choice, _place in choices],
            "place": [place for _reference, _choice, place in choices],
        }
