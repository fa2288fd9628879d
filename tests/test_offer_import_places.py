"""Offers on several channels and in several companies; many of them; together with orders and customers."""

from unittest.mock import patch

from odoo.tests import tagged

from ..services.payloads.offer import Offer
from .test_offer_import import OfferImportCase

OTHER = "SCID01"


@tagged("post_install", "-at_install")
class TestOfferPlaces(OfferImportCase):
    def on_another_channel(self, *skus):
        """Put offers of the shop on a second channel, too; the account publishes there."""
        self.sandbox("reset", channels={OTHER: 0.0})
        rows = self.expected_offers()
        for sku in skus:
            self.sandbox("offers", sku=sku, gtin=rows[sku]["gtin"], price=33.33, channel=OTHER)
        channel = self.env["cdiscount.sales.channel"]._ensure([OTHER])
        self.env["cdiscount.channel.setting"].create({"config_id": self.config.id, "sales_channel_id": channel.id})
        return channel

    # ------------------------------------------------------------------ channels
    def test_each_channel_has_its_own_price_and_state(self):
        channel = self.on_another_channel("CSM-0001", "CSM-0002")
        self.read_offers()
        records = self.env["cdiscount.channel.offer"].search([("config_id", "=", self.config.id)])
        self.assertEqual(records.sales_channel_id, channel)
        self.assert_as_on_the_channel(records, OTHER)
        self.assert_as_on_the_channel(self.offers())
        self.assertEqual(records[0].price, 33.33)
        self.assertEqual(set(records.mapped("state")), {"live"})
        self.later()
        self.read_offers()
        self.assertEqual({str(day)[:4] for day in records.mapped("write_date")}, {"2020"})

    def test_an_offer_sold_on_the_other_channel_only_is_known(self):
        channel = self.on_another_channel("CSM-0001")
        self.sandbox("offers/CSM-0001?channel=CDISFR", method="POST", price=1.0)
        self.read_offers(channels=channel)
        mapping = self.offer("CSM-0001")
        self.assertEqual((len(self.offers()), mapping.product_id, mapping.offer_state), (1, self.product, False))
        self.assertEqual(mapping.channel_offer_ids.price, 33.33)
        self.assertEqual(mapping.state, "draft")

    def test_gone_from_one_channel_is_not_gone_from_the_other(self):
        self.on_another_channel("CSM-0001", "CSM-0002")
        self.read_offers()
        records = self.offer("CSM-0002").channel_offer_ids
        self.env.cr.execute("UPDATE cdiscount_channel_offer SET offer_read_at = '2020-01-01'")
        self.sandbox("offers/CSM-0002", method="DELETE")
        rows = self.env["cdiscount.sales.channel"]._ensure([OTHER])
        self.env.invalidate_all()
        self.read_offers(channels=rows)
        self.assertEqual((records.offer_state, records.state), ("absent", "inactive"))
        self.assertEqual(self.offer("CSM-0002").offer_state, "active")

    # ------------------------------------------------------------------ companies
    def test_companies_do_not_see_each_others_products(self):
        other = self.env["res.company"].create({"name": "Second", "country_id": self.env.ref("base.fr").id})
        self.manager.company_ids += other
        second = self.make_account(name="Second shop", company_id=other.id)
        mine = self.make_product("CSM-0002", company_id=self.company.id)
        theirs = self.make_product("CSM-0002", company_id=other.id)
        shared = self.make_product("CSM-0003")
        for config in (self.config, second):
            config.write({"unknown_offer_policy": "create", "offer_details": False})
            self.read_offers(config=config)
        self.assertEqual(self.offers(seller_reference="CSM-0002").product_id, mine)
        self.assertEqual(self.offers(second, seller_reference="CSM-0002").product_id, theirs)
        self.assertEqual(self.offers(second, seller_reference="CSM-0003").product_id, shared)
        created = self.offers(second, seller_reference="CSM-0009").product_id
        self.assertEqual(created.company_id, other)
        self.assertEqual(self.offers(seller_reference="CSM-0009").product_id.company_id, self.company)

    # ------------------------------------------------------------------ many
    def store(self, count, price, prefix="MANY"):
        """Store a page of ``count`` offers; return the number of statements."""
        offers = [
            Offer(
                sku=f"{prefix}-{count}-{n}", offer_id=f"{n}", state="Active", gtin=f"{n:013d}", price=price, quantity=n
            )
            for n in range(count)
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.counted() as statements:
            self.mappings._store_offers(self.config, self.config.sales_channel_id, offers)
            self.env.flush_all()
        return len(statements)

    def test_the_number_of_statements_does_not_depend_on_the_page(self):
        self.store(5, 1)
        few, many = self.store(50, 10), self.store(400, 10)
        # Odoo writes a hundred new records with a statement.
        self.assertLessEqual(many - few, 2 * 4, "new offers")
        self.assertLessEqual(abs(self.store(400, 11) - self.store(50, 11)), 2, "changed offers")
        same = self.store(400, 11)
        self.assertEqual(same, self.store(50, 11), "offers that are the same")
        self.assertLessEqual(same, 20)

    # ------------------------------------------------------------------ with the orders
    def start(self, **values):
        record = self.env["cdiscount.initial.import"].create(
            {"config_id": self.config.id, "import_products": True, **values}
        )
        record.action_start_import()
        return record

    def test_the_initial_import_reads_products_alone(self):
        record = self.start(import_orders=False)
        self.assertEqual((record.state, record.progress), ("running", 0))
        self.run_queue()
        self.assertEqual((record.state, record.progress), ("done", 100))
        counts = (record.offer_read, record.offer_new, record.offer_linked, record.offer_unlinked)
        self.assertEqual(counts, (60, 60, 1, 59))
        record.action_start_import()
        self.run_queue()
        counts = (record.state, record.offer_read, record.offer_new, record.offer_linked, record.offer_unlinked)
        self.assertEqual(counts, ("done", 60, 0, 1, 59))
        self.assertEqual(len(self.offers()), 60)

    def test_products_come_before_the_orders_that_sell_them(self):
        self.config.write({"unknown_offer_policy": "create", "offer_details": False})
        order = self.place_order(lines=[{"sku": "CSM-0033"}])
        record = self.start(apply_filter=False)
        self.run_queue()
        self.assertEqual((record.state, record.order_read, record.offer_read), ("done", 1, 60))
        sale_order = self.assert_imported_once(order)
        self.assertIn(self.offer("CSM-0033").product_id, sale_order.order_line.product_id)

    def test_an_import_waits_for_every_channel(self):
        self.on_another_channel("CSM-0001")
        self.fault("answer", path="/offers", after=1, times=4, params={"status": 503})
        record = self.start(import_orders=False)
        self.run_queue()
        self.assertEqual((record.state, record.products_read, record.offer_read), ("running", False, 60))
        self.assertTrue(record.offer_trouble, "the person who waits is told why")
        record.action_stop()
        before = self.calls("/offers")
        record.action_start_import()
        self.run_queue()
        self.assertEqual((record.state, record.offer_read, record.offer_trouble), ("done", 61, False))
        self.assertEqual(self.calls("/offers") - before, 1, "the first channel is not read again")

    def test_a_stopped_import_goes_on_with_the_page_it_was_at(self):
        self.small_pages(20)
        original = type(self.walks)._take

        def take(walk, page):
            original(walk, page)
            if walk.read_count == 40:
                walk.import_id.action_stop()

        with patch.object(type(self.walks), "_take", take):
            record = self.start(import_orders=False)
            self.run_queue()
        self.assertEqual((record.state, record.offer_read), ("stopped", 40))
        before = self.calls("/offers")
        record.action_start_import()
        self.run_queue()
        self.assertEqual((record.state, record.offer_read, len(self.offers())), ("done", 60, 60))
        self.assertEqual(self.calls("/offers") - before, 1)

    def test_an_import_whose_offers_cannot_be_read_says_why_and_goes_on_later(self):
        self.fault("answer", path="/offers", times=None, params={"status": 403})
        record = self.start()
        self.run_queue()
        self.assertEqual(record.state, "failed")
        self.assertTrue(record.error)
        self.sandbox("faults", method="DELETE")
        self.config.state = "connected"
        record.action_start_import()
        self.run_queue()
        self.assertEqual((record.state, record.offer_read, record.error), ("done", 60, False))
