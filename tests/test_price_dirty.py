"""What a price is made of changes in Odoo: the offers it concerns are compared, and no others."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .prices_case import PricesCase

GLOBAL = {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 10}


@tagged("post_install", "-at_install")
class TestPriceDirty(PricesCase):
    def setUp(self):
        super().setUp()
        self.second = self.make_product("CSM-0002", "3760123450027", list_price=10.0)
        self.other = self.make_offer(self.second)
        (self.offer | self.other).write({"publish": True, "state": "live"})
        self.settle()

    def settle(self):
        """Everything is sent: no mark, no job."""
        self.commit()
        (self.offer | self.other).write({"push_needed": False})
        self.env["cdiscount.queue"].search([]).unlink()
        self.commit()

    def commit(self):
        """What Odoo does at the end of a request, but for the commit itself."""
        self.env.cr.flush()

    def jobs(self):
        return self.env["cdiscount.queue"].search([("operation", "=", "offer_push"), ("state", "=", "pending")])

    def marked(self):
        self.commit()
        return (self.offer | self.other).filtered("push_needed")

    def assert_marked(self, offers, change):
        """``change()`` marks these offers and asks once for their sending."""
        self.settle()
        change()
        self.assertEqual(self.marked(), offers)
        self.assertEqual(self.jobs().mapped("key"), ["CDISFR"] if offers else [])

    def test_changes_of_a_product(self):
        template = self.product.product_tmpl_id
        for change in (
            {"list_price": 30.0},
            {"standard_price": 12.0},
            {"weight": 2.5},
            {"barcode": "3760123450034"},
            {"taxes_id": [(6, 0, self.taxes[5.5].ids)]},
        ):
            with self.subTest(change=change):
                self.assert_marked(self.offer, lambda change=change: self.product.write(change))
                self.assert_marked(self.offer, lambda change=change: template.write(change))
        self.assert_marked(self.env["cdiscount.product.mapping"], lambda: self.product.write({"color": 3}))

    def test_a_field_that_the_field_mapping_uses_counts_as_well(self):
        line = self.config._ensure_field_mappings().filtered(lambda line: line.name == "comments")
        self.assert_marked(self.env["cdiscount.product.mapping"], lambda: self.product.write({"description_sale": "A"}))
        line.write({"source_type": "field", "source": "description_sale"})
        self.assert_marked(self.offer, lambda: self.product.write({"description_sale": "B"}))

    def test_rules_of_a_pricelist_concern_the_products_they_are_about(self):
        nobody = self.env["cdiscount.product.mapping"]
        unused, used = self.pricelist(), self.pricelist()
        self.assert_marked(nobody, lambda: unused.write({"item_ids": [(0, 0, GLOBAL)]}))
        both = self.offer | self.other
        self.assert_marked(both, lambda: self.config.write({"pricelist_id": used.id}))
        fixed = {"applied_on": "0_product_variant", "compute_price": "fixed", "fixed_price": 5.0}
        self.assert_marked(
            self.offer, lambda: used.write({"item_ids": [(0, 0, {**fixed, "product_id": self.product.id})]})
        )
        item = used.item_ids
        self.assert_marked(self.offer, lambda: item.write({"fixed_price": 6.0}))
        self.assert_marked(both, lambda: item.write({"product_id": self.second.id}))
        self.assert_marked(self.other, item.unlink)
        self.assert_marked(both, lambda: used.write({"item_ids": [(0, 0, GLOBAL)]}))

    def test_a_rule_of_a_category_and_a_pricelist_behind_a_pricelist(self):
        category = self.env["product.category"].create({"name": "Lamps"})
        below = self.env["product.category"].create({"name": "Desk lamps", "parent_id": category.id})
        self.product.categ_id = below
        base = self.pricelist()
        self.config.pricelist_id = self.pricelist(
            {
                "applied_on": "3_global",
                "compute_price": "formula",
                "base": "pricelist",
                "base_pricelist_id": base.id,
                "price_discount": 5,
            }
        )
        rule = {**GLOBAL, "applied_on": "2_product_category", "categ_id": category.id}
        self.assert_marked(self.offer, lambda: base.write({"item_ids": [(0, 0, rule)]}))

    def test_taxes_settings_and_delivery_costs(self):
        both, nobody = self.offer | self.other, self.env["cdiscount.product.mapping"]
        self.second.taxes_id = self.taxes[10.0]
        self.assert_marked(self.offer, lambda: self.taxes[20.0].write({"amount": 19.0}))
        self.assert_marked(nobody, lambda: self.taxes[5.5].write({"amount": 6.0}))
        self.assert_marked(both, lambda: self.config.write({"price_rounding": "up"}))
        self.assert_marked(nobody, lambda: self.config.write({"name": "Another name"}))
        self.assert_marked(both, lambda: self.cost_line.write({"cost": 5.5}))
        self.assert_marked(both, lambda: self.cost_line.copy())
        self.assert_marked(both, lambda: self.cost_line.unlink())

    def test_nothing_is_marked_that_odoo_does_not_publish(self):
        self.offer.publish = False
        self.assert_marked(self.env["cdiscount.product.mapping"], lambda: self.product.write({"list_price": 1.0}))

    def test_an_account_that_only_takes_from_cdiscount_marks_nothing(self):
        self.config.product_sync_direction = "import"
        self.assert_marked(self.env["cdiscount.product.mapping"], lambda: self.product.write({"list_price": 1.0}))

    def test_an_offer_on_a_further_channel_is_marked_with_its_own_job(self):
        channel = self.env["cdiscount.sales.channel"].create({"name": "Elsewhere", "code": "ELSEFR"})
        further = self.env["cdiscount.channel.offer"].create(
            {"mapping_id": self.offer.id, "sales_channel_id": channel.id, "publish": True}
        )
        self.settle()
        self.product.list_price = 33.0
        self.assertEqual(self.marked(), self.offer)
        self.assertTrue(further.push_needed)
        self.assertEqual(set(self.jobs().mapped("key")), {"CDISFR", "ELSEFR"})

    def test_many_changes_in_one_transaction_cost_one_update(self):
        self.settle()
        before = self.statements_of(lambda: self.product.write({"color": 1}))
        for number in range(20):
            self.product.standard_price = number
            self.second.standard_price = number
            self.env.flush_all()
        self.assertEqual(sum("push_needed" in text for text in before), 0)
        told = self.statements_of(lambda: self.product.write({"list_price": 3.0}))
        self.assertEqual(sum("SET push_needed" in text for text in told), 1)
        self.assertEqual(self.marked(), self.offer | self.other)

    def test_a_shop_that_publishes_nothing_asks_once_and_updates_nothing(self):
        (self.offer | self.other).publish = False
        self.settle()
        told = self.statements_of(lambda: self.product.write({"list_price": 3.0}))
        ours = [text for text in told if "cdiscount_" in text]
        self.assertEqual(len(ours), 1, ours)

    def statements_of(self, change):
        """The statements that a change and the end of its transaction send."""
        found, original = [], type(self.env.cr).execute

        def execute(cursor, query, *arguments, **options):
            found.append(str(getattr(query, "code", query)))
            return original(cursor, query, *arguments, **options)

        self.patch(type(self.env.cr), "execute", execute)
        change()
        self.commit()
        self.patch(type(self.env.cr), "execute", original)
        return found

    # ------------------------------------------------------------------ the clock
    def check_prices(self, since):
        self.config.prices_checked_at = since
        self.env["cdiscount.queue"]._enqueue(self.config, "price_check", "prices")
        self.env["cdiscount.config"]._job_check_prices(
            self.env["cdiscount.queue"].search([("operation", "=", "price_check")], limit=1)
        )

    def test_a_rule_that_begins_by_its_date_marks_its_products(self):
        now = fields.Datetime.now()
        self.config.pricelist_id = self.pricelist(
            {**GLOBAL, "applied_on": "1_product", "product_tmpl_id": self.product.product_tmpl_id.id}
        )
        item = self.config.pricelist_id.item_ids
        for values in (
            {"date_start": now - timedelta(minutes=5), "date_end": False},
            {"date_start": False, "date_end": now - timedelta(minutes=5)},
        ):
            item.write(values)
            self.assert_marked(self.offer, lambda: self.check_prices(now - timedelta(minutes=10)))
            self.assert_marked(
                self.env["cdiscount.product.mapping"], lambda: self.check_prices(now - timedelta(minutes=1))
            )

    def test_rates_of_exchange_are_looked_at_once_a_day(self):
        now = fields.Datetime.now()
        pounds = self.env.ref("base.GBP")
        pounds.active = True
        self.config.pricelist_id = self.pricelist(currency=pounds)
        self.assert_marked(self.offer | self.other, lambda: self.check_prices(now - timedelta(days=1)))
        self.assert_marked(self.env["cdiscount.product.mapping"], lambda: self.check_prices(now))

    def test_the_clock_asks_for_the_check(self):
        self.config._schedule_due_jobs(fields.Datetime.now())
        self.assertTrue(self.env["cdiscount.queue"].search([("operation", "=", "price_check")]))
