"""What the marketplace asks of the products of a category, and where the answers come from."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..services.payloads.category import Property
from ..services.resources.categories import Categories
from .test_categories import CategoryCase, statements_of

COLOUR = Property("37002", "Couleur", "Mandatory", ("Noir", "Blanc", "Écru"), is_variation=True)
SIZE = Property("37003", "Taille", "Mandatory", ("S", "M", "L"), is_variation=True, is_size=True)
POWER = Property("37021", "Puissance", "Recommended")
MODEL = Property("37029", "Numéro de modèle")


class PropertyCase(CategoryCase):
    def setUp(self):
        super().setUp()
        self.tree()
        self.values = self.env["cdiscount.property.value"]
        self.fills = self.env["cdiscount.property.mapping"]
        self.ask(self.desk, COLOUR, SIZE, POWER, MODEL)
        self.lamps = self.product_category("Lamps")
        self.map(self.lamps, self.desk)
        self.lamp = self.make_product("LAMP-1", categ_id=self.lamps.id)

    # ------------------------------------------------------------------ verbs
    def ask(self, category, *properties):
        """Have the marketplace ask for these properties in a category."""
        category.sudo()._store_properties(properties)

    def property(self, one):
        return self.env["cdiscount.property"].search(
            [("config_id", "=", self.config.id), ("reference", "=", one.reference)]
        )

    def enter(self, one, value, product=None, variant=None):
        return self.values.create(
            {
                "config_id": self.config.id,
                "product_tmpl_id": (product or self.lamp).product_tmpl_id.id,
                "product_id": variant.id if variant else False,
                "property_id": self.property(one).id,
                "value": value,
            }
        )

    def fill(self, one, **values):
        return self.fills.create({"config_id": self.config.id, "property_id": self.property(one).id, **values})

    def told(self, *products):
        """What the marketplace would be told: a dict for each product."""
        products = self.env["product.product"].browse([product.id for product in products or (self.lamp,)])
        categories = self.categories._of_products(self.config, products)
        found = self.values._of_products(self.config, products, categories)
        told = [dict(found[product.id]) for product in products]
        return told if len(told) > 1 else told[0]

    def missing(self, product=None):
        product = product or self.lamp
        return [one.label for one in self.values._missing(self.config, product)[product.id]]

    def with_attribute(self, name, values, create_variant="always"):
        """A product that comes in the values of an attribute; returns the attribute and the variants."""
        attribute = self.env["product.attribute"].create({"name": name, "create_variant": create_variant})
        options = self.env["product.attribute.value"].create(
            [{"name": value, "attribute_id": attribute.id} for value in values]
        )
        template = self.env["product.template"].create(
            {
                "name": f"With {name}",
                "categ_id": self.lamps.id,
                "attribute_line_ids": [
                    Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(options.ids)]})
                ],
            }
        )
        return attribute, template.product_variant_ids


@tagged("post_install", "-at_install")
class TestPropertyDownload(PropertyCase):
    def test_they_are_those_of_the_marketplace_and_a_second_download_writes_nothing(self):
        row = self.sandbox("categories?level=3&limit=1&variant=true", method="GET")["items"][0]
        category = self.made(row["categoryReference"], row["label"], isVariant=True)
        category._ensure_properties()
        self.run_queue()
        got = [
            (one.reference, one.label, one.necessity, list(one.choices), one.is_variation, one.is_size)
            for one in category._properties()
        ]
        names = ("propertyReference", "label", "necessity", "choices", "isVariation", "isSize")
        self.assertEqual(got, [tuple(one[name] for name in names) for one in row["properties"]])
        before = self.places(category)
        category.with_user(self.manager).action_pull_properties()
        self.run_queue()
        self.assertEqual(self.places(category), before)
        self.assertEqual(self.calls("/categories/{reference}/properties"), 2)

    def places(self, category):
        """Where the rows lie in the database: one that is written again lies elsewhere."""
        self.env.flush_all()
        found = []
        for table in ("cdiscount_category_property", "cdiscount_category_choice"):
            self.env.cr.execute(f"SELECT id, ctid FROM {table} WHERE category_id = %s ORDER BY id", (category.id,))
            found.append(self.env.cr.fetchall())
        self.env.cr.execute("SELECT id, ctid FROM cdiscount_property ORDER BY id")
        return [*found, self.env.cr.fetchall()]

    def test_they_are_asked_for_once_and_again_after_a_month(self):
        self.run_queue()
        queue = self.env["cdiscount.queue"]
        domain = [("operation", "=", "property_pull"), ("state", "=", "pending")]
        self.desk._ensure_properties()
        self.assertFalse(queue.search(domain))
        self.desk.sudo().properties_at = "2026-01-01 00:00:00"
        self.desk._properties()
        self.desk._properties()
        self.assertEqual(queue.search(domain).mapped("key"), [self.desk.reference])

    def test_what_changes_on_the_marketplace_changes_here_and_what_was_entered_stays(self):
        line = self.enter(COLOUR, "Noir")
        self.enter(POWER, "60 W")
        changed = Property("37002", "Coloris", "Optional", ("Anthracite", "Blanc"))
        self.ask(self.desk, changed, SIZE)
        self.assertEqual([one.reference for one in self.desk._properties()], ["37002", "37003"])
        self.assertEqual(self.desk._properties()[0], changed)
        self.assertEqual(line.value, "Noir")
        self.assertTrue(line.problem, "a value that is no longer allowed is shown")
        self.assertEqual(self.told(), {"37002": ("Noir",)}, "and what is no longer asked for is not sent")
        self.ask(self.desk, COLOUR, SIZE, POWER)
        self.env.invalidate_all()
        self.assertFalse(line.problem)
        self.assertEqual(self.told(), {"37002": ("Noir",), "37021": ("60 W",)})

    def test_an_empty_answer_does_not_wipe_out_what_was_known(self):
        with patch.object(Categories, "properties", lambda client, reference: ()):
            self.desk.with_user(self.manager).action_pull_properties()
            self.run_queue()
        self.assertEqual(len(self.desk._properties()), 4)

    def test_a_category_the_marketplace_no_longer_has_is_archived_and_said(self):
        category = self.made("ZZZZ01", "Gone")
        category._ensure_properties()
        self.run_queue()
        self.assertFalse(category.active)
        job = self.env["cdiscount.queue"].search([("key", "=", "ZZZZ01")])
        self.assertEqual(job.state, "done")
        self.assertTrue(self.env["cdiscount.sync.log"].search([("job_id", "=", job.id), ("level", "=", "warning")]))


@tagged("post_install", "-at_install")
class TestPropertyValues(PropertyCase):
    def test_a_variant_goes_before_its_product_and_that_before_a_mapping(self):
        attribute, (small, large) = self.with_attribute("Size", ["s", "L"])
        self.fill(SIZE, source="attribute", attribute_id=attribute.id)
        self.fill(COLOUR, source="constant", constant="noir")
        self.assertEqual(
            self.told(small, large), [{"37002": ("Noir",), "37003": ("S",)}, {"37002": ("Noir",), "37003": ("L",)}]
        )
        self.enter(COLOUR, "Blanc", small)
        self.enter(COLOUR, "ecru", small, variant=large)
        self.enter(SIZE, "M", small, variant=large)
        self.assertEqual(
            self.told(small, large), [{"37002": ("Blanc",), "37003": ("S",)}, {"37002": ("Écru",), "37003": ("M",)}]
        )

    def test_several_lines_are_several_values(self):
        self.enter(COLOUR, "Noir")
        self.enter(COLOUR, "blanc")
        self.assertEqual(self.told(), {"37002": ("Noir", "Blanc")})
        with self.assertRaises(ValidationError):
            self.enter(COLOUR, "Noir")

    def test_a_mapping_of_one_category_goes_before_that_of_all(self):
        self.ask(self.table, COLOUR)
        self.fill(COLOUR, source="constant", constant="Blanc")
        self.fill(COLOUR, source="constant", constant="Noir", category_id=self.desk.id)
        elsewhere = self.product_category("Table lamps")
        self.map(elsewhere, self.table)
        other = self.make_product("LAMP-2", categ_id=elsewhere.id)
        self.assertEqual(self.told(self.lamp, other), [{"37002": ("Noir",)}, {"37002": ("Blanc",)}])
        with self.assertRaises(ValidationError):
            self.fill(COLOUR, source="constant", constant="Écru")

    def test_values_that_are_written_differently_are_translated(self):
        attribute, (black, cream, pink) = self.with_attribute("Colour", ["Black", "ECRU", "Pink"])
        mapping = self.fill(COLOUR, source="attribute", attribute_id=attribute.id)
        mapping.action_list_values()
        self.assertEqual(
            mapping.value_ids.mapped("odoo_value"), ["Black", "Pink"], "what is written alike needs no line"
        )
        mapping.value_ids[0].value = "Noir"
        self.assertEqual(self.told(black, cream, pink), [{"37002": ("Noir",)}, {"37002": ("Écru",)}, {}])
        mapping.action_list_values()
        self.assertEqual(len(mapping.value_ids), 2)

    def test_an_attribute_that_makes_no_variants_counts_when_it_has_one_value(self):
        attribute, variants = self.with_attribute("Colour", ["Noir"], create_variant="no_variant")
        self.fill(COLOUR, source="attribute", attribute_id=attribute.id)
        self.assertEqual(self.told(variants), {"37002": ("Noir",)})
        other, variants = self.with_attribute("Colour too", ["Noir", "Blanc"], create_variant="no_variant")
        self.fills.search([]).attribute_id = other
        self.assertEqual(self.told(variants), {}, "of two nobody knows which")

    def test_a_field_is_looked_up_by_a_path_that_leads_to_nothing_secret(self):
        self.fill(MODEL, source="field", field_path="barcode | default_code")
        self.assertEqual(self.told(), {"37029": ("LAMP-1",)})
        for path in ("create_uid.login", "company_id.partner_id.email", "name()", "nothing", ""):
            with self.assertRaises(ValidationError):
                self.fill(POWER, source="field", field_path=path)

    def test_what_is_required_and_missing_is_listed_and_filled_in(self):
        template = self.lamp.product_tmpl_id.with_user(self.manager)
        self.assertEqual(self.missing(), ["Couleur", "Taille"])
        self.assertIn("Couleur, Taille", template.cdiscount_missing_text)
        template.action_add_cdiscount_properties()
        template.action_add_cdiscount_properties()
        lines = template.cdiscount_property_ids
        self.assertEqual(lines.property_id.mapped("name"), ["Couleur", "Taille"])
        self.assertEqual(lines.mapped("necessity"), ["mandatory", "mandatory"])
        lines[0].choice_id = self.env["cdiscount.category.choice"].search(
            [("property_id", "=", lines[0].property_id.id), ("name", "=", "Blanc")]
        )
        self.assertEqual(lines[0].value, "Blanc")
        lines[1].value = "gigantic"
        self.assertTrue(lines[1].problem)
        self.env.invalidate_all()
        self.assertEqual(self.missing(), [])
        self.assertFalse(template.cdiscount_missing_text)

    def test_a_person_enters_them_in_the_form_of_the_product(self):
        template = self.lamp.product_tmpl_id.with_user(self.manager)
        with Form(template) as form, form.cdiscount_property_ids.new() as line:
            line.config_id = self.config
            line.property_id = self.property(COLOUR)
            line.choice_id = self.env["cdiscount.category.choice"].search(
                [("property_id", "=", self.property(COLOUR).id), ("name", "=", "Écru")]
            )
            self.assertEqual(line.value, "Écru")
        self.assertEqual(self.told(), {"37002": ("Écru",)})

    def test_many_products_cost_as_many_statements_as_one(self):
        attribute, variants = self.with_attribute("Colour", [f"Shade {number}" for number in range(300)])
        self.fill(COLOUR, source="attribute", attribute_id=attribute.id)
        self.fill(SIZE, source="constant", constant="M")
        self.enter(POWER, "60 W", variants[0])
        self.env.flush_all()
        counts = []
        for some in (variants[:1], variants):
            self.env.invalidate_all()
            with statements_of(self) as statements:
                categories = self.categories._of_products(self.config, some)
                found = self.values._of_products(self.config, some, categories)
            counts.append(len(statements))
            self.assertEqual(len(found), len(some))
        self.assertEqual(dict(found[variants[7].id])["37021"], ("60 W",))
        self.assertEqual(counts[0], counts[1])

    def test_a_user_looks_and_another_company_sees_nothing(self):
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        line = self.enter(COLOUR, "Noir")
        fill = self.fill(SIZE, source="constant", constant="M")
        self.assertEqual(line.with_user(user).value, "Noir")
        for change in (
            lambda: line.with_user(user).write({"value": "Blanc"}),
            lambda: fill.with_user(user).write({"constant": "L"}),
            lambda: self.lamp.product_tmpl_id.with_user(user).action_add_cdiscount_properties(),
        ):
            with self.assertRaises(AccessError):
                change()
        stranger = self.manager_elsewhere()
        for model in ("cdiscount.property.value", "cdiscount.property.mapping", "cdiscount.property"):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(ValidationError):
            second = self.make_account(name="Second", seller_id="55555")
            self.values.create(
                {
                    "config_id": second.id,
                    "product_tmpl_id": self.lamp.product_tmpl_id.id,
                    "property_id": self.property(COLOUR).id,
                }
            )
