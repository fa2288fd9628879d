"""What people do with offers on their screens: find them, put products on Cdiscount, decide about many at once."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..compat import storable_product_values
from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestOfferScreens(CdiscountCase):
    def offer(self, sku, product=None, **values):
        return self.env["cdiscount.product.mapping"].create(
            {
                "config_id": self.config.id,
                "seller_reference": sku,
                "product_id": product.id if product else False,
                **values,
            }
        )

    def put_on(self, products, user=None, **values):
        wizard = (
            self.env["cdiscount.link.create"]
            .with_user(user or self.manager)
            .with_context(active_model=products._name, active_ids=products.ids)
            .create({"config_id": self.config.id, **values})
        )
        return wizard

    def offers_of(self, products):
        return self.env["cdiscount.product.mapping"].search([("product_id", "in", products.ids)])

    # ------------------------------------------------------------------ putting products on Cdiscount
    def test_products_get_an_offer_each_with_their_own_reference_and_gtin(self):
        second = self.make_product("CSM-0002", "3760123450027")
        wizard = self.put_on(self.product | second)
        self.assertEqual((wizard.ready_count, wizard.left_count), (2, 0))
        action = wizard.action_create()
        offers = self.offers_of(self.product | second)
        self.assertEqual(
            sorted(offers.mapped(lambda offer: (offer.seller_reference, offer.gtin))),
            [("CSM-0001", "3760123450010"), ("CSM-0002", "3760123450027")],
        )
        self.assertEqual(set(offers.mapped("state")), {"draft"}, "nothing is sent unless it is asked for")
        self.assertEqual(action["domain"], [("id", "in", offers.ids)])

    def test_a_second_run_creates_nothing(self):
        self.put_on(self.product).action_create()
        with self.assertRaisesRegex(UserError, "offer already"):
            self.put_on(self.product).action_create()
        self.assertEqual(len(self.offers_of(self.product)), 1)

    def test_what_is_left_out_is_told_with_its_reason(self):
        other = self.env["res.company"].create({"name": "Other"})
        bare = self.make_product(False, name="Bare")
        twins = self.make_product("TWIN", name="Twin one") | self.make_product("TWIN", name="Twin two")
        taken = self.make_product("TAKEN", name="Taken")
        self.offer("TAKEN", self.product)
        foreign = self.make_product("FOREIGN", name="Foreign", company_id=other.id)
        service = self.env["product.product"].create({"name": "Service", "type": "service", "default_code": "SERVICE"})
        free = self.make_product("FREE")
        goods = bare | twins | taken | service | free
        wizard = self.put_on(goods)
        self.assertEqual((wizard.ready_count, wizard.left_count), (1, 5))
        for words in (
            "Bare has no internal reference",
            "Twin one",
            "Twin two",
            "offer of another product",
            "not goods",
        ):
            self.assertIn(words, wizard.left_out)
        wizard.action_create()
        self.assertEqual(self.offers_of(goods).product_id, free)
        with self.assertRaisesRegex(UserError, "another company"):
            self.put_on(foreign, user=self.env.user).with_env(self.env).action_create()

    def test_an_offer_that_is_there_and_not_linked_is_adopted_instead_of_doubled(self):
        offer = self.offer("CSM-0001")
        wizard = self.put_on(self.product)
        self.assertEqual((wizard.ready_count, wizard.adopt_count), (0, 1))
        wizard.action_create()
        self.assertEqual(offer.product_id, self.product)
        self.assertEqual(self.offers_of(self.product), offer)

    def test_every_variant_of_a_product_gets_its_offer_and_is_shown_on_the_product(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": size}) for size in ("S", "M")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Shirt",
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]})
                ],
                **storable_product_values(self.env),
            }
        )
        for number, variant in enumerate(template.product_variant_ids):
            variant.default_code = f"SHIRT-{number}"
        self.put_on(template).action_create()
        self.assertEqual(sorted(template.cdiscount_offer_ids.mapped("seller_reference")), ["SHIRT-0", "SHIRT-1"])
        first = template.product_variant_ids[0]
        self.assertEqual(first.cdiscount_offer_ids.seller_reference, first.default_code)

    def test_a_user_puts_nothing_on_cdiscount(self):
        user = new_test_user(self.env, "reader_screens", "cdiscount_store_management.group_user")
        with self.assertRaises(AccessError):
            self.put_on(self.product, user=user)

    # ------------------------------------------------------------------ many at once
    def test_taking_many_offers_off_sale_is_asked_first_and_done_then(self):
        offers = self.offer("A-1", self.product, state="live", offer_state="active", offer_id="1", publish=True)
        offers |= self.offer("A-2", self.product, state="live", offer_state="active", offer_id="2", publish=True)
        action = self.env.ref("cdiscount_store_management.action_offer_unpublish")
        wizard = (
            self.env["cdiscount.link.confirm"]
            .with_context(active_ids=offers.ids, **safe_eval(action.context))
            .create({})
        )
        self.assertEqual(wizard.count, 2)
        self.assertTrue(all(offers.mapped("publish")), "nothing is done before it was confirmed")
        wizard.action_confirm()
        self.assertFalse(any(offers.mapped("publish")))
        self.assertEqual(set(offers.mapped("push_wish")), {"off_sale"})

    def test_the_action_menu_of_a_user_holds_nothing_that_changes_an_offer(self):
        user = new_test_user(self.env, "reader_menu", "cdiscount_store_management.group_user")
        offers = self.env["cdiscount.product.mapping"]
        names = {
            "manager": self.bound(offers.with_user(self.manager)),
            "user": self.bound(offers.with_user(user)),
        }
        self.assertLessEqual({"Ignore", "Delete from Cdiscount", "Create the Products"}, names["manager"])
        self.assertFalse({"Ignore", "Delete from Cdiscount", "Create the Products", "Check"} & names["user"])

    def bound(self, offers):
        """Names of the entries of the Action menu."""
        toolbar = offers.get_views([(False, "list")], {"toolbar": True})["views"]
        return {entry["name"] for entry in next(iter(toolbar.values()))["toolbar"].get("action", [])}

    # ------------------------------------------------------------------ forms and searches
    def test_the_tab_is_in_the_forms_of_products_and_they_can_be_saved(self):
        self.offer("CSM-0001", self.product)
        for record, view in (
            (self.product.product_tmpl_id, "product.product_template_only_form_view"),
            (self.product, "product.product_normal_form_view"),
        ):
            with Form(record.with_user(self.manager), view) as form:
                form.name = "New name"
            self.assertIn("cdiscount_offer_ids", form._view["fields"] if isinstance(form._view, dict) else str(form))

    def test_who_is_no_cdiscount_user_edits_products_without_the_tab(self):
        user = new_test_user(self.env, "stock_only", "base.group_user,sales_team.group_sale_manager")
        view = self.env["product.template"].with_user(user).get_views([(False, "form")])["views"]["form"]
        self.assertNotIn("cdiscount_offer_ids", view["arch"])

    def test_every_filter_of_the_offers_finds_what_its_name_says(self):
        linked = self.offer("LINKED", self.product, offer_state="active")
        lost = self.offer("LOST", offer_state="absent")
        ignored = self.offer("IGNORED", ignored=True)
        refused = self.offer("REFUSED", self.product)
        refused.state = "rejected"
        offers = linked | lost | ignored | refused
        view = self.env["cdiscount.product.mapping"].get_views([(False, "search")])["views"]["search"]
        filters = {
            node.get("name"): node.get("domain")
            for node in etree.fromstring(view["arch"]).iter("filter")
            if node.get("domain")
        }

        def found(name):
            return offers.search([*safe_eval(filters[name]), ("id", "in", offers.ids)])

        for name in filters:
            found(name)
        self.assertEqual(found("not_linked"), lost)
        self.assertEqual(found("ignored"), ignored)
        self.assertEqual(found("rejected"), refused)
        self.assertEqual(found("absent"), offers - linked)

    def test_offers_are_found_by_the_category_of_their_product(self):
        lamps = self.env["product.category"].create({"name": "Lamps"})
        desk = self.env["product.category"].create({"name": "Desk lamps", "parent_id": lamps.id})
        self.product.categ_id = desk
        offer, other = self.offer("A", self.product), self.offer("B")
        mine = [("id", "in", (offer | other).ids)]
        found = offer.search([*mine, ("product_categ_id", "child_of", lamps.id)])
        self.assertEqual(found, offer)

    def test_a_price_that_somebody_changed_on_cdiscount_is_found(self):
        sent = '{"price": {"price": "24.90"}}'
        same = self.offer("SAME", self.product, offer_state="active", price=24.9, sent=sent)
        changed = self.offer("CHANGED", self.product, offer_state="active", price=19.9, sent=sent)
        never_sent = self.offer("NEVER", self.product, offer_state="active", price=19.9)
        offers = same | changed | never_sent
        self.assertEqual(offers.filtered("price_differs"), changed)
        mine = [("id", "in", offers.ids)]
        self.assertEqual(offers.search([*mine, ("price_differs", "=", True)]), changed)
        self.assertEqual(offers.search([*mine, ("price_differs", "=", False)]), same | never_sent)

    def test_the_shop_is_searched_by_gtin_and_never_by_nothing(self):
        offer = self.offer("A", gtin="0003760123450010")
        self.assertTrue(offer.has_shop_page)
        self.assertIn("3760123450010", offer.action_open_shop_page()["url"])
        offer.gtin = False
        self.assertFalse(offer.has_shop_page)
        with self.assertRaises(UserError):
            offer.action_open_shop_page()

    def test_order_lines_are_counted_per_account(self):
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        offer = self.offer("CSM-0001", self.product)
        self.assertEqual(offer.order_line_count, 2)
