"""Where the fields of an offer come from: paths, texts, constants; what may not be looked up."""

from decimal import Decimal

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from . import test_query_budget
from .common import CdiscountCase

PIXEL = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestFields(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.fields = self.env["cdiscount.field.mapping"]
        self.product.write(
            {"name": "Lampe de bureau", "description_sale": "12 W\nE27", "weight": 1.25, "barcode": "3760123450010"}
        )

    def line(self, name):
        return self.config.field_mapping_ids.filtered(lambda line: line.name == name)

    def values(self, *names, products=None):
        products = self.product if products is None else products
        return self.fields._values(self.config, products, names or None)[products[:1].id]

    # ------------------------------------------------------------------ the lines of an account
    def test_a_new_account_can_describe_a_product_at_once(self):
        values = self.values()
        self.assertEqual(values["title"], "Lampe de bureau")
        self.assertEqual(values["description"], "12 W\nE27")
        self.assertEqual(values["gtin"], "3760123450010")
        self.assertEqual(values["weight"], 1250)
        self.assertEqual(values["condition"], "New")
        self.assertFalse(values["brand"], "no brand is better than a wrong one")
        self.assertEqual(values["variant_group"], "")
        self.assertEqual(values["pictures"], ())
        for name in ("price", "eco_tax", "dea", "preparation_time"):
            self.assertIsNone(values[name], f"{name}: the settings of the account say it")

    def test_an_account_of_before_gets_its_fields_with_the_update_and_keeps_what_a_person_set(self):
        self.line("title").source = "default_code"
        self.line("brand").unlink()
        self.fields._ensure_all()
        self.fields._ensure_all()
        lines = self.config.field_mapping_ids
        self.assertEqual(len(lines), len(set(lines.mapped("name"))))
        self.assertIn("brand", lines.mapped("name"))
        self.assertEqual(self.line("title").source, "default_code")

    def test_variants_of_a_product_share_a_group(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": "S"}), (0, 0, {"name": "M"})]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Shirt",
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]})
                ],
            }
        )
        variants = template.product_variant_ids
        found = self.fields._values(self.config, variants, ["variant_group"])
        groups = {found[variant.id]["variant_group"] for variant in variants}
        self.assertEqual((len(variants), len(groups)), (2, 1))
        self.assertTrue(groups.pop())

    # ------------------------------------------------------------------ sources
    def test_the_first_field_with_something_in_it_is_taken(self):
        self.line("description").source = "product_tmpl_id.description_sale | name"
        self.product.description_sale = False
        self.assertEqual(self.values("description")["description"], "Lampe de bureau")

    def test_a_text_with_fields(self):
        self.line("title").write({"source_type": "text", "source": "{name} {default_code} {uom_id.name}"})
        self.assertEqual(self.values("title")["title"], f"Lampe de bureau CSM-0001 {self.product.uom_id.name}")

    def test_html_becomes_text_where_the_marketplace_takes_no_html(self):
        self.product.description_sale = "<p>Lampe <b>LED</b></p><ul><li>12&nbsp;W</li></ul>"
        self.line("rich_description").write({"source_type": "field", "source": "description_sale"})
        values = self.values("description", "rich_description")
        self.assertEqual(values["description"], "Lampe LED\n- 12 W")
        self.assertIn("<b>LED</b>", values["rich_description"])

    def test_what_is_empty_takes_the_default(self):
        self.product.weight = 0
        self.line("weight").default_value = "300"
        self.line("brand").write({"source_type": "field", "source": "description", "default_value": "No name"})
        self.assertEqual(self.values("weight", "brand"), {"weight": 300, "brand": "No name"})

    def test_of_several_records_the_first_or_all_are_taken(self):
        tags = self.env["product.tag"].create([{"name": "Blue"}, {"name": "Small"}])
        self.product.product_tmpl_id.product_tag_ids = tags
        line = self.line("comments")
        line.write({"source_type": "field", "source": "product_tag_ids.name"})
        self.assertEqual(self.values("comments")["comments"], self.product.product_tag_ids[0].name)
        line.several = "join"
        self.assertEqual(self.values("comments")["comments"], ", ".join(self.product.product_tag_ids.mapped("name")))

    def test_amounts_are_exact(self):
        self.line("eco_tax").write({"source_type": "constant", "constant": "0,10"})
        self.line("dea").write({"source_type": "field", "source": "volume"})
        self.product.volume = 0.29
        self.assertEqual(self.values("eco_tax", "dea"), {"eco_tax": Decimal("0.10"), "dea": Decimal("0.29")})

    def test_texts_are_read_in_the_language_of_the_account(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.product.with_context(lang="fr_FR").name = "Lampe française"
        self.config.content_lang = "fr_FR"
        self.assertEqual(self.values("title")["title"], "Lampe française")
        self.config.content_lang = "en_US"
        self.assertEqual(self.values("title")["title"], "Lampe de bureau")

    def test_a_variant_without_a_picture_shows_that_of_its_product(self):
        self.product.product_tmpl_id.image_1920 = PIXEL
        self.env.flush_all()
        self.assertEqual(
            self.values("pictures")["pictures"],
            (("product.template", self.product.product_tmpl_id.id, "image_1920"),),
        )

    # ------------------------------------------------------------------ what may not be looked up
    def test_a_bad_path_cannot_be_saved_and_says_what_is_wrong(self):
        for source, word in (
            ("", "enter the Odoo field"),
            ("nane", '"nane"'),
            ("name.upper", "is a value"),
            ("product_tmpl_id", "is a record"),
            ("uom_id.nothing", '"nothing"'),
            ("unlink()", '"unlink()"'),
            ("name or default_code", "name or default_code"),
            ("image_1920", "no text"),
        ):
            with self.assertRaises(ValidationError, msg=source) as caught, self.env.cr.savepoint():
                self.line("title").source = source
            self.assertIn(word, caught.exception.args[0])
            self.assertIn("Title", caught.exception.args[0])

    def test_a_path_to_persons_users_and_settings_is_refused(self):
        for source in (
            "create_uid.login",
            "create_uid.password",
            "create_uid.partner_id.email",
            "company_id.email",
            "company_id.partner_id.vat",
            "seller_ids.partner_id.phone",
            "message_ids.body",
            "activity_ids.summary",
        ):
            with self.assertRaises(ValidationError, msg=source) as caught, self.env.cr.savepoint():
                self.line("comments").write({"source_type": "field", "source": source})
            self.assertIn(source, caught.exception.args[0])
        self.line("brand").write({"source_type": "field", "source": "seller_ids.partner_id.name"})

    def test_a_field_of_a_group_the_accounts_user_is_not_in_is_refused(self):
        self.patch(type(self.product)._fields["volume"], "groups", "base.group_no_one,base.group_portal")
        clerk = new_test_user(self.env, "clerk", "cdiscount_store_management.group_manager")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.line("comments").with_user(clerk).write({"source_type": "field", "source": "volume"})

    def test_a_user_reads_the_fields_and_changes_none(self):
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        line = self.line("title").with_user(user)
        self.assertTrue(line.source)
        with self.assertRaises(AccessError):
            line.source = "default_code"

    # ------------------------------------------------------------------ trying
    def test_trying_a_field_shows_its_value_or_why_there_is_none(self):
        line = self.line("title").with_user(self.manager)
        line.test_product_id = self.product
        self.assertEqual(line.test_value, "Lampe de bureau")
        self.assertIn("Lampe de bureau", line.action_test()["params"]["message"])
        draft = line.new(origin=line)
        draft.source = "create_uid.login"
        self.assertIn("create_uid", draft.test_value)
        self.assertNotIn(self.env.user.login, draft.test_value)

    # ------------------------------------------------------------------ many
    def test_a_thousand_products_cost_no_more_queries_than_ten(self):
        self.line("description").source = "product_tmpl_id.description_sale | categ_id.name"
        self.line("title").write({"source_type": "text", "source": "{name} {categ_id.complete_name} {uom_id.name}"})
        self.line("comments").write({"source_type": "field", "source": "product_tag_ids.name"})
        products = self.env["product.product"].create(
            [{"name": f"P{number}", "default_code": f"P{number}"} for number in range(1000)]
        )
        costs = []
        for part in (products[:10], products):
            self.env.flush_all()
            self.env.invalidate_all()
            with test_query_budget.TestQueryBudget.counted(self) as statements:
                found = self.fields._values(self.config, part)
            self.assertTrue(found[part[-1].id]["title"].startswith(f"P{len(part) - 1} "))
            costs.append(len(statements))
        self.assertLess(costs[0], 40)
        self.assertLessEqual(costs[1], costs[0])
