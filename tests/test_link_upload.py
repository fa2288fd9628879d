"""A spreadsheet too long to wait for: done in the background, each portion once, whatever happens in between."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.catalog import link_upload
from ..wizards import link_sheet
from .common import CdiscountCase

ROWS = 1500


@tagged("post_install", "-at_install")
class TestLinkUpload(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.person = new_test_user(
            self.env, "uploader", "cdiscount_store_management.group_manager", email="uploader@example.com"
        )
        self.prepare(30)

    def prepare(self, rows):
        """So many products and offers that fit each other, and a file that says so."""
        self.rows = rows
        self.goods = self.env["product.product"].create(
            [{"name": f"P{number}", "default_code": f"P{self.rows}-{number}"} for number in range(self.rows)]
        )
        self.offers = self.make_offers(self.config)
        self.text = "SKU;Product Reference\n" + "".join(
            f"S{self.rows}-{number};P{self.rows}-{number}\n" for number in range(self.rows)
        )

    def make_offers(self, config):
        return self.env["cdiscount.product.mapping"].create(
            [{"config_id": config.id, "seller_reference": f"S{self.rows}-{number}"} for number in range(self.rows)]
        )

    def wizard(self, text=None, user=None):
        return (
            self.env["cdiscount.link.sheet"]
            .with_user(user or self.person)
            .create(
                {
                    "config_id": self.config.id,
                    "filename": "links.csv",
                    "file": base64.b64encode((text or self.text).encode()),
                }
            )
        )

    def upload(self, text=None):
        """Have a file done in the background; returns its record, nothing done yet."""
        action = self.wizard(text).action_apply()
        following = action["params"]["next"]
        self.assertEqual(following["res_model"], "cdiscount.link.upload")
        return self.env["cdiscount.link.upload"].browse(following["res_id"])

    def job(self):
        return self.env["cdiscount.queue"].search([("operation", "=", "link_sheet")], order="id desc", limit=1)

    def linked(self):
        return len(self.offers.filtered("product_id"))

    def test_a_failure_after_the_first_portion_loses_nothing_and_repeats_nothing(self):
        self.prepare(ROWS)
        other = self.env["res.company"].create({"name": "Other"})
        self.env.ref("base.user_admin").company_ids += other
        foreign = self.make_offers(self.make_account(company_id=other.id, seller_id="11111"))
        model, portions = type(self.env["cdiscount.link.upload"]), []
        original = model._do_portion

        def do_portion(upload, rows):
            original(upload, rows)
            portions.append([row[1] for row in rows])
            if len(portions) == 2:
                raise ZeroDivisionError("the server was switched off")

        upload = self.upload(self.text + "NOBODY;P1500-1\n")
        self.assertEqual((self.linked(), upload.state, upload.row_count), (0, "waiting", self.rows))
        self.patch(model, "_do_portion", do_portion)
        self.run_queue()
        self.assertEqual((self.linked(), upload.done_count, upload.link_count), (1000, 1000, 1000))
        if self.job().state != "failed":
            self.job().eta = fields.Datetime.now() - timedelta(seconds=1)
        else:
            self.assertEqual(upload.state, "failed")
            self.assertTrue(upload.error)
            upload.with_user(self.person).action_resume()
        self.run_queue()
        self.assertEqual(self.offers.mapped("product_id"), self.goods)
        self.assertEqual(
            [offer.product_id.default_code.partition("-")[2] for offer in self.offers],
            [str(n) for n in range(self.rows)],
        )
        self.assertEqual([len(portion) for portion in portions], [1000, 500, 500])
        self.assertEqual(portions[1], portions[2], "only what was not committed is done again")
        self.assertEqual((upload.state, upload.done_count, upload.progress), ("done", self.rows, 100.0))
        self.assertEqual((upload.link_count, upload.change_count, upload.problem_count), (self.rows, 0, 1))
        self.assertIn(b"NOBODY", base64.b64decode(upload.problems_file))
        self.assertIn(self.person.partner_id, upload.message_ids.notified_partner_ids)
        self.assertFalse(foreign.product_id, "another company's offers with the same SKUs")

        self.wizard().action_apply()
        self.assertEqual(self.env["cdiscount.link.upload"].search_count([]), 1, "nothing to do: nothing is queued")
        told = len(upload.message_ids)
        self.env["cdiscount.queue"]._enqueue(self.config, "link_sheet", str(upload.id))
        self.run_queue()
        self.assertEqual((len(portions), len(upload.message_ids)), (3, told), "what is done is done")

    def test_what_became_impossible_is_listed_and_the_rest_is_done(self):
        self.patch(link_sheet, "AT_ONCE", 10)
        self.patch(link_upload, "PORTION", 10)
        upload = self.upload()
        with self.assertRaisesRegex(UserError, "being worked off"):
            self.wizard().action_apply()
        self.goods[0].active = False
        self.offers[1].unlink()
        self.offers[2].product_id = self.product
        self.goods[3].unlink()
        self.run_queue()
        rest = self.offers[4:]
        self.assertEqual(rest.mapped("product_id"), self.goods[4:])
        self.assertFalse(self.offers[0].product_id)
        self.assertEqual(self.offers[2].product_id, self.product, "the later decision stays")
        self.assertEqual((upload.state, upload.link_count, upload.problem_count), ("done", self.rows - 4, 4))
        late = {line.seller_reference: line.problem for line in upload.late_ids}
        for sku, words in {
            "S30-0": "archived",
            "S30-1": "no offer",
            "S30-2": "meanwhile",
            "S30-3": "not exist",
        }.items():
            self.assertIn(words, late[sku])
        self.assertIn("S30-3", base64.b64decode(upload.problems_file).decode("utf-8-sig"))

    def test_only_managers_of_the_company_and_only_for_a_month(self):
        user = new_test_user(self.env, "reader_upload", "cdiscount_store_management.group_user")
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger_upload",
            "cdiscount_store_management.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.patch(link_sheet, "AT_ONCE", 10)
        self.patch(link_upload, "PORTION", 10)
        upload = self.upload()
        with self.assertRaises(AccessError):
            upload.with_user(user).read(["filename"])
        with self.assertRaises(AccessError):
            upload.with_user(user).action_resume()
        with self.assertRaises(AccessError):
            upload.with_user(self.person).write({"plan": False})
        self.assertFalse(upload.with_user(stranger).search([]))
        self.assertEqual(upload.with_user(self.person).search([]), upload)
        self.run_queue()
        self.env.cr.execute("UPDATE cdiscount_link_upload SET create_date = create_date - interval '29 days'")
        self.env.invalidate_all()
        upload._gc_files()
        self.assertEqual(base64.b64decode(upload.file).decode(), self.text)
        self.env.cr.execute("UPDATE cdiscount_link_upload SET create_date = create_date - interval '2 days'")
        self.env.invalidate_all()
        upload._gc_files()
        self.assertEqual((upload.file, upload.plan, upload.state, upload.link_count), (False, False, "done", self.rows))
