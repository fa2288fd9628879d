"""A person is one contact, two persons are two; addresses are found again; odd names do no harm."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..services.payloads import Order
from .orders_case import OrdersCase

ACME = {"companyName": "Acme SARL", "companyVatNumber": "FR 40 303 265 045"}
VAT = "FR40303265045"


@tagged("post_install", "-at_install")
class TestCustomers(OrdersCase):
    def place(self, **more):
        """A raw order of one article."""
        return self.raw_order(self.goods(), **more)

    def buyer(self, **more):
        """Receive one order; return its sale order."""
        return self.sell(self.goods(), **more)

    def contacts(self, **values):
        return (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search_count([(name, "=", value) for name, value in values.items()])
        )

    # ------------------------------------------------------------------ one person
    def test_one_customer_three_times_in_a_batch_is_one_contact(self):
        before = self.env["res.partner"].search_count([])
        mappings = self.receive(*(self.place(customer={"reference": "C-1"}) for _number in range(3)))
        self.assertEqual(len({mapping.partner_id for mapping in mappings}), 1)
        self.assertEqual(self.env["res.partner"].search_count([]), before + 1)

    def test_the_same_person_written_differently_has_one_contact_and_one_address(self):
        customer = {"reference": "C-1"}
        first = self.buyer(customer=customer)
        before = self.env["res.partner"].search_count([])
        for changes in (
            {"firstName": "ANNE", "lastName": "DURAND", "city": "BORDEAUX"},
            {"firstName": "Durand", "lastName": "Anne"},
            {"firstName": "  Anne ", "lastName": "Dürand", "addressLine1": "3,  RUE  des Lilas"},
            {"addressLine1": "3 rue", "addressLine2": "des Lilas"},
        ):
            again = self.buyer(customer=customer, billing=changes, shipping=changes)
            self.assertEqual(again.partner_id, first.partner_id)
            self.assertEqual(again.partner_shipping_id, first.partner_shipping_id)
            self.assertEqual(again.partner_invoice_id, first.partner_invoice_id)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_two_persons_behind_one_relay_address_are_two(self):
        relay = {"email": "abcdef@relay.example"}
        one = self.buyer(billing=relay, shipping=relay)
        other = self.buyer(billing={**relay, "firstName": "Paul"}, shipping={**relay, "firstName": "Paul"})
        self.assertNotEqual(one.partner_id, other.partner_id)

    def test_a_relay_address_never_finds_a_contact_of_odoo(self):
        known = self.env["res.partner"].create({"name": "Anne Durand", "email": "abcdef@relay.example"})
        relay = {"email": "abcdef@relay.example"}
        self.assertNotEqual(self.buyer(billing=relay, shipping=relay).partner_id, known)

    def test_a_contact_of_odoo_is_found_by_email_and_name_together(self):
        known = self.env["res.partner"].create({"name": "DURAND Anne", "email": "Anne.Durand@Orange.fr"})
        mail = {"email": "anne.durand@orange.fr"}
        self.assertEqual(self.buyer(billing=mail, shipping=mail).partner_id, known)
        paul = {**mail, "firstName": "Paul"}
        self.assertNotEqual(self.buyer(billing=paul, shipping=paul).partner_id, known)

    def test_one_new_person_under_two_references_in_a_batch_is_one_contact(self):
        mail = {"email": "anne.durand@orange.fr"}
        orders = [self.place(customer={"reference": name}, billing=mail, shipping=mail) for name in ("C-1", "C-2")]
        one, other = self.receive(*orders)
        self.assertEqual(one.partner_id, other.partner_id)

    def test_without_a_reference_the_address_tells_who_it_is(self):
        first, again = self.buyer(customer=None), self.buyer(customer=None)
        paul = self.buyer(customer=None, billing={"firstName": "Paul"})
        self.assertEqual(first.partner_id, again.partner_id)
        self.assertNotEqual(first.partner_id, paul.partner_id)

    def test_two_accounts_know_the_same_customer(self):
        second = self.make_account(name="Second", seller_id="98980")
        customer = {"reference": "C-1"}
        one, other = self.buyer(customer=customer), self.buyer(customer=customer, config=second)
        self.assertEqual(one.partner_id, other.partner_id)
        self.assertEqual(one.partner_shipping_id, other.partner_shipping_id)
        namesake = self.buyer(customer=customer, config=second, billing={"lastName": "Martin"})
        self.assertEqual(namesake.partner_id, one.partner_id, "the reference says it, once it is known")

    # ------------------------------------------------------------------ companies
    def test_a_company_is_found_by_its_vat_number_however_it_is_written(self):
        for written in ("FR 40 303 265 045", "fr40303265045", "FR40.303.265.045"):
            known = (
                self.env["res.partner"]
                .with_context(no_vat_validation=True)
                .create({"name": "Acme", "is_company": True})
            )
            self.env.cr.execute("UPDATE res_partner SET vat = %s WHERE id = %s", (written, known.id))
            known.invalidate_recordset()
            self.assertEqual(self.buyer(billing=ACME).partner_id, known, written)
            known.active = False
            self.env["cdiscount.customer"].search([]).unlink()

    def test_a_new_company_has_its_vat_number_and_its_person_below(self):
        sale_order = self.buyer(billing=ACME, shipping={"companyName": "Acme SARL"})
        company = sale_order.partner_id
        self.assertEqual((company.name, company.vat, company.is_company), ("Acme SARL", VAT, True))
        self.assertEqual(sale_order.partner_invoice_id, company)
        person = sale_order.partner_shipping_id
        self.assertEqual((person.name, person.parent_id, person.city), ("Anne Durand", company, "Bordeaux"))
        again = self.buyer(billing=ACME, shipping={"companyName": "Acme SARL"})
        self.assertEqual((again.partner_id, again.partner_shipping_id), (company, person))
        paul = {"firstName": "Paul", "companyName": "Acme SARL"}
        other = self.buyer(billing={**ACME, "firstName": "Paul"}, shipping=paul)
        self.assertEqual((other.partner_id, other.partner_shipping_id.name), (company, "Paul Durand"))

    def test_two_orders_of_a_new_company_in_a_batch_make_one_company(self):
        one, other = self.receive(self.place(billing=ACME), self.place(billing=ACME))
        self.assertEqual(one.partner_id, other.partner_id)
        self.assertEqual(self.contacts(vat=VAT, parent_id=False), 1)

    def test_no_two_workers_make_contacts_of_one_company_at_once(self):
        def locks(**more):
            return self.config.env["cdiscount.order.mapping"]._customer_locks(
                self.config, Order.parse(self.place(**more))
            )

        self.assertTrue(locks(billing=ACME) & locks(billing={**ACME, "companyVatNumber": VAT}))
        self.assertFalse(locks(billing=ACME) & locks(billing={"companyVatNumber": "BE0428759497"}))
        self.assertTrue(locks(customer={"reference": "C-1"}) & locks(customer={"reference": "C-1"}))
        self.assertFalse(locks() & locks())

    def test_a_vat_number_that_cannot_be_right_is_noted_and_not_used(self):
        partner = self.buyer(billing={"companyName": "Acme", "companyVatNumber": "FR41303265045"}).partner_id
        self.assertFalse(partner.vat)
        self.assertIn("FR41303265045", partner.comment)

    # ------------------------------------------------------------------ addresses
    def elsewhere(self, **more):
        return self.buyer(customer={"reference": "C-1"}, shipping={"addressLine1": "9 quai des Chartrons"}, **more)

    def test_a_delivery_address_is_made_once_and_found_again(self):
        first, again = self.elsewhere(), self.elsewhere()
        place = first.partner_shipping_id
        self.assertEqual(
            (place.type, place.parent_id, place.street), ("delivery", first.partner_id, "9 quai des Chartrons")
        )
        self.assertEqual(again.partner_shipping_id, place)
        self.assertEqual(first.partner_invoice_id, first.partner_id)

    def test_an_address_a_person_corrected_stays_as_corrected(self):
        place = self.elsewhere().partner_shipping_id
        place.write({"street": "9 bis quai des Chartrons", "name": "Anne D.", "phone": "+33 1 23 45 67 89"})
        before = self.env["res.partner"].search_count([])
        self.assertEqual(self.elsewhere().partner_shipping_id, place)
        self.assertEqual((place.street, place.name), ("9 bis quai des Chartrons", "Anne D."))
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_an_address_moved_to_another_contact_is_found_again(self):
        place = self.elsewhere().partner_shipping_id
        place.parent_id = self.env["res.partner"].create({"name": "Head office", "is_company": True})
        self.assertEqual(self.elsewhere().partner_shipping_id, place)

    def test_archived_contacts_come_back_with_the_next_order(self):
        first = self.elsewhere()
        (first.partner_shipping_id | first.partner_id).active = False
        again = self.elsewhere()
        self.assertEqual((again.partner_id, again.partner_shipping_id), (first.partner_id, first.partner_shipping_id))
        self.assertTrue(again.partner_id.active and again.partner_shipping_id.active)

    def test_merged_contacts_are_found_again(self):
        first = self.elsewhere()
        target = self.env["res.partner"].create({"name": "Anne Durand", "street": "Old street"})
        place = self.env["res.partner"].create({"name": "Quai", "parent_id": target.id, "type": "delivery"})
        # Its own mark stays; only the rows of the merged one tell whose address it is as well.
        (target | place).cdiscount_digest = "of another address"
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((first.partner_shipping_id | place).ids, place, extra_checks=False)
        merge._merge((first.partner_id | target).ids, target, extra_checks=False)
        self.env.invalidate_all()
        before = self.env["res.partner"].search_count([])
        again = self.elsewhere()
        self.assertEqual((again.partner_id, again.partner_shipping_id), (target, place))
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_a_contact_given_to_another_company_is_left_to_it(self):
        first = self.buyer(customer={"reference": "C-1"})
        other = self.env["res.company"].create({"name": "Sister"})
        first.partner_id.company_id = other
        again = self.buyer(customer={"reference": "C-1"})
        self.assertNotEqual(again.partner_id, first.partner_id)
        self.assertEqual(self.buyer(customer={"reference": "C-1"}).partner_id, again.partner_id)

    def test_a_pickup_point_keeps_its_number_and_name(self):
        point = {"pickupId": "013456", "pickupName": "Tabac de la Gare", "addressLine1": "1 place de la Gare"}
        place = self.buyer(customer={"reference": "C-1"}, shipping=point).partner_shipping_id
        self.assertEqual((place.cdiscount_pickup_id, place.cdiscount_pickup_name), ("013456", "Tabac de la Gare"))
        self.assertEqual(
            (place.type, place.name, place.street2), ("delivery", "Anne Durand", "Tabac de la Gare (013456)")
        )
        self.assertEqual(self.buyer(customer={"reference": "C-1"}, shipping=point).partner_shipping_id, place)
        other = self.buyer(customer={"reference": "C-1"}, shipping={**point, "pickupId": "99"}).partner_shipping_id
        self.assertNotEqual(other, place)

    def test_regions_odoo_knows_are_set(self):
        italy = self.buyer(country="IT", billing={"stateOrRegion": "mi"}).partner_id
        self.assertEqual(italy.state_id, self.env.ref("base.state_it_mi"))
        self.assertFalse(self.buyer(country="IT", billing={"stateOrRegion": "Atlantis"}).partner_id.state_id)

    def test_civility_and_phone_are_kept(self):
        phone = {"phone": "0692 12 34 56", "countryCode": "RE", "civility": "Mme", "addressLine1": "1 rue du Volcan"}
        place = self.buyer(shipping=phone).partner_shipping_id
        self.assertEqual((place.cdiscount_civility, place.phone), ("mrs", "+262692123456"))

    # ------------------------------------------------------------------ what people type
    def test_odd_names_do_no_harm(self):
        for first, last, kept in (
            ("Zoé", "Müller-Ñandú", "Zoé Müller-Ñandú"),
            ("Léa 🎁", "Été", "Léa 🎁 Été"),
            ("<b>Anne</b>", "<script>alert(1)</script>", "Anne alert(1)"),
            ("Anne\x00", "Du\x07rand", "Anne Durand"),
            ("\u202eAnne\u202c", "Durand\u200f", "Anne Durand"),
            ("O&#39;Neil", "&lt;Sean&gt;", "O'Neil"),
        ):
            with self.subTest(kept):
                partner = self.buyer(billing={"firstName": first, "lastName": last}).partner_id
                self.assertIn(kept, partner.name)
                self.assertNotRegex(partner.name, r"[\x00-\x1f<>]")

    def test_a_name_of_two_hundred_letters_fits(self):
        partner = self.buyer(billing={"firstName": "A" * 200, "addressLine1": "B" * 300, "city": "C" * 200}).partner_id
        self.assertTrue(100 < len(partner.name) <= 128)

    def test_missing_parts_of_an_address_hold_nobody_up(self):
        nothing = dict.fromkeys(("firstName", "lastName", "addressLine1", "postalCode", "city", "countryCode"))
        for missing in (
            {"firstName": None, "lastName": None},
            {"city": None},
            {"postalCode": None},
            {"countryCode": None},
            nothing,
        ):
            with self.subTest(missing):
                self.assertTrue(self.buyer(billing=missing, shipping=missing).partner_id.name)

    def test_what_odoo_refuses_holds_one_order_and_no_neighbour(self):
        good, bad = self.place(), self.place(billing={"lastName": "Refused"})
        original = type(self.env["res.partner"]).create
        words = "The field Loyalty Card is required."

        def create(model, vals_list):
            vals_list = vals_list if isinstance(vals_list, list) else [vals_list]
            if any("Refused" in (vals.get("name") or "") for vals in vals_list):
                raise ValidationError(words)
            return original(model, vals_list)

        self.patch(type(self.env["res.partner"]), "create", create)
        first, second = self.receive(good, bad)
        self.assertEqual(first.state, "imported", first.hold_reason)
        self.assertEqual((second.state, second.hold_code), ("held", "odoo_refused"))
        self.assertIn("Loyalty Card", second.hold_reason)

    def test_known_customers_cost_the_same_few_queries_however_many_they_are(self):
        def find(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cdiscount.order.mapping"]._find_partners(self.config, orders)
            return self.env.cr.sql_log_count - before

        orders = [Order.parse(self.place(shipping={"addressLine1": f"{number} quai"})) for number in range(30)]
        find(orders)
        few, many = find(orders[:3]), find(orders)
        self.assertLessEqual(many, few + 1)

    # ------------------------------------------------------------------ the contact
    def test_a_contact_leads_to_its_orders(self):
        sale_order = self.elsewhere()
        self.elsewhere()
        company = self.env["res.partner"].create({"name": "Holding", "is_company": True})
        sale_order.partner_id.parent_id = company
        self.assertEqual((sale_order.partner_id.cdiscount_order_count, company.cdiscount_order_count), (2, 2))
        self.assertEqual(sale_order.partner_shipping_id.cdiscount_order_count, 0)
        action = company.action_open_cdiscount_orders()
        self.assertEqual(self.env["cdiscount.order.mapping"].search_count(action["domain"]), 2)
