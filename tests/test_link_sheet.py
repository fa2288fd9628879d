"""Links by spreadsheet: what goes out comes back unchanged, and every bad row is named before anything happens."""

import base64
import csv
import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CdiscountCase, account_values


@tagged("post_install", "-at_install")
class TestLinkSheet(CdiscountCase):
    def offer(self, sku, product=None, **values):
        return self.env["cdiscount.product.mapping"].create(
            {
                "config_id": self.config.id,
                "seller_reference": sku,
                "product_id": product.id if product else False,
                **values,
            }
        )

    def wizard(self, *rows, headings="SKU;Product Reference;Product Barcode;Odoo ID", user=None):
        text = "\r\n".join([headings, *rows])
        return (
            self.env["cdiscount.link.sheet"]
            .with_user(user or self.manager)
            .create({"config_id": self.config.id, "file": base64.b64encode(text.encode("utf-8-sig"))})
        )

    def counts(self, wizard):
        return wizard.link_count, wizard.change_count, wizard.unchanged_count, wizard.problem_count

    def test_every_kind_of_bad_row_is_named_and_the_rest_is_counted(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_product("FOREIGN", company_id=other.id)
        self.make_product("DOUBLE")
        self.make_product("DOUBLE")
        second = self.make_product("CSM-0002")
        free, linked, same = self.offer("FREE"), self.offer("LINKED", self.product), self.offer("SAME", self.product)
        for sku in ("X-1", "X-2", "X-3", "X-4", "X-5", "X-6"):
            self.offer(sku)
        wizard = self.wizard(
            "FREE;CSM-0001;;",
            "LINKED;CSM-0002;;",
            "SAME;CSM-0001;;",
            "X-1;;;",
            "NOBODY;CSM-0001;;",
            "X-2;UNHEARD-OF;;",
            "X-3;CSM-0001;;",
            "X-3;CSM-0002;;",
            "X-4;FOREIGN;;",
            "X-5;DOUBLE;;",
            "X-6;;4006381333931;",
        )
        wizard.action_preview()
        self.assertEqual(self.counts(wizard), (1, 1, 2, 7))
        problems = {(line.row_number, line.seller_reference): line.problem for line in wizard.problem_ids}
        for place, words in {
            (6, "NOBODY"): "no offer with this SKU",
            (7, "X-2"): "No product has the reference UNHEARD-OF",
            (8, "X-3"): "2 times in the file",
            (9, "X-3"): "2 times in the file",
            (10, "X-4"): "another company",
            (11, "X-5"): "2 products have the reference DOUBLE",
            (12, "X-6"): "No product has the barcode 4006381333931",
        }.items():
            self.assertIn(words, problems[place])
        self.assertFalse(free.product_id, "a preview changes nothing")
        wizard.action_apply()
        self.assertEqual((free.product_id, linked.product_id, same.product_id), (self.product, second, self.product))
        self.assertFalse(self.env["cdiscount.product.mapping"].search([("seller_reference", "=", "X-4")]).product_id)

    def test_a_row_that_is_not_clear_is_made_clear_by_the_next_column(self):
        first, second = self.make_product("DOUBLE"), self.make_product("DOUBLE", "3760123459990")
        one, two = self.offer("X-1"), self.offer("X-2")
        self.wizard(f"X-1;DOUBLE;;{first.id}", "X-2;DOUBLE;03760123459990;").action_apply()
        self.assertEqual((one.product_id, two.product_id), (first, second))

    def test_french_headings_are_understood(self):
        offer = self.offer("X-1")
        self.wizard("X-1;CSM-0001", headings="Référence vendeur;Référence interne").action_apply()
        self.assertEqual(offer.product_id, self.product)

    def test_a_link_from_a_sheet_releases_the_order_that_waited(self):
        order = self.place_order(lines=[{"sku": "UNHEARD-OF", "gtin": None}])
        self.pull()
        self.assert_held(order, "unknown_product")
        self.offer("UNHEARD-OF")
        self.wizard("UNHEARD-OF;CSM-0001;;").action_apply()
        self.run_queue()
        self.assertEqual(self.assert_imported_once(order).order_line[:1].product_id, self.product)

    def test_a_file_without_a_sku_says_what_it_lacks(self):
        with self.assertRaisesRegex(UserError, "No column of the file is called SKU"):
            self.wizard("A;B", headings="Article;Product Reference").action_preview()
        with self.assertRaisesRegex(UserError, "cannot be read"):
            self.env["cdiscount.link.sheet"].create(
                {"config_id": self.config.id, "file": base64.b64encode(b"PK\x03\x04 not a workbook")}
            ).action_preview()

    def test_a_user_neither_previews_nor_applies(self):
        user = new_test_user(self.env, "reader_sheet", "cdiscount_store_management.group_user")
        with self.assertRaises(AccessError):
            self.wizard("X-1;CSM-0001;;", user=user)

    def test_a_thousand_rows_take_as_many_queries_as_ten(self):
        offers, costs = self.env["cdiscount.product.mapping"], {}
        for size in (10, 900):
            self.env["product.product"].create([{"name": "P", "default_code": f"P{size}-{n}"} for n in range(size)])
            offers.create([{"config_id": self.config.id, "seller_reference": f"S{size}-{n}"} for n in range(size)])
            text = "SKU;Product Reference\n" + "".join(f"S{size}-{n};P{size}-{n}\n" for n in range(size))
            rows = offers._read_sheet(text.encode())
            self.env.flush_all()
            self.env.invalidate_all()
            with self.counted() as statements:
                plan = offers._apply_sheet(self.config, rows)
                self.env.flush_all()
            costs[size] = self.cost_of(statements, size)
            self.assertEqual((len(plan.links), plan.problems), (size, []))
        self.assertEqual(costs[10], costs[900])


@tagged("post_install", "-at_install")
class TestLinkSheetFile(HttpCase):
    def setUp(self):
        super().setUp()
        self.config = self.env["cdiscount.config"].create(account_values(self.env, state="draft"))
        goods = self.env["product.product"]
        double = goods.create(
            [{"name": "Lamp", "default_code": "DOUBLE"}, {"name": "Lamp 2", "default_code": "DOUBLE"}]
        )
        plain = goods.create(
            [
                {"name": "=HYPERLINK(1)", "default_code": "-12"},
                {"name": "No reference", "barcode": "3760123459990"},
                {"name": "Nothing"},
                {"name": "Old", "default_code": "OLD", "active": False},
            ]
        )
        products = [*double, *plain, goods]
        self.offers = self.env["cdiscount.product.mapping"].create(
            [
                {
                    "config_id": self.config.id,
                    "seller_reference": sku,
                    "product_id": product.id,
                    "title": "=cmd|' /C calc'!A0",
                }
                for sku, product in zip(["A", "=1+1", "'B", "D;E", 'F"G', "été", "@x"], products, strict=True)
            ]
        )
        self.authenticate("admin", "admin")

    def download(self, kind, config=None):
        return self.url_open(f"/cdiscount/offers/sheet?config_id={(config or self.config).id}&kind={kind}")

    def test_what_is_downloaded_and_uploaded_changes_nothing(self):
        before = {offer.seller_reference: offer.product_id for offer in self.offers}
        for kind in ("csv", "xlsx"):
            answer = self.download(kind)
            self.assertEqual(answer.status_code, 200)
            rows = self.env["cdiscount.product.mapping"]._read_sheet(answer.content)
            self.assertEqual({row.sku for row in rows}, set(before), kind)
            plan = self.env["cdiscount.product.mapping"]._plan_sheet(self.config, rows)
            self.assertEqual((plan.links, plan.changes, plan.problems), ({}, {}, []), kind)
            self.assertEqual(plan.unchanged, len(before))

    def test_no_cell_of_the_file_is_a_formula(self):
        text = self.download("csv").content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        self.assertIn("'=1+1", cells)
        self.assertFalse([cell for cell in cells if cell.startswith(("=", "+", "-", "@"))])
        self.assertNotIn(b"<f>", self.download("xlsx").content)

    def test_the_file_is_not_for_strangers(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.ref("base.user_admin").company_ids += other
        foreign = self.env["cdiscount.config"].create(account_values(self.env, state="draft", company_id=other.id))
        new_test_user(self.env, "nobody_sheet", "base.group_user", password="nobody_sheet")
        new_test_user(self.env, "user_sheet", "cdiscount_store_management.group_user", password="user_sheet")
        self.authenticate("user_sheet", "user_sheet")
        self.assertEqual(self.download("csv").status_code, 200)
        self.assertEqual(self.download("csv", foreign).status_code, 404)
        self.authenticate("nobody_sheet", "nobody_sheet")
        self.assertNotEqual(self.download("csv").status_code, 200)
        self.authenticate(None, None)
        self.assertNotIn(b"DOUBLE", self.download("csv").content)
