"""Each rate finds the tax the VAT report wants, or the order is held; people map rates with help."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..compat import link_position_tax
from .orders_case import OrdersCase

VAT_NUMBER = {"FR": "FR40303265045", "BE": "BE0428759497"}


@tagged("post_install", "-at_install")
class TestTaxes(OrdersCase):
    """A French company, as its chart of accounts makes it: home taxes, one-stop shop, intra-community, export."""

    def setUp(self):
        super().setUp()
        self.forget_taxes()
        self.company.account_fiscal_country_id = self.env.ref("base.fr")
        self.company.vat = VAT_NUMBER["FR"]
        self.home = {rate: self.make_tax(rate) for rate in (20.0, 10.0, 5.5, 2.1)}

    def make_position(self, name, country=None, group=None, vat_required=False, sequence=10, **values):
        """A fiscal position Odoo applies by itself."""
        return self.env["account.fiscal.position"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "auto_apply": True,
                "sequence": sequence,
                "vat_required": vat_required,
                "country_id": country and self.env.ref(f"base.{country.lower()}").id,
                "country_group_id": group and group.id,
                **values,
            }
        )

    def replaced_by(self, position, amount, instead_of=20.0, **values):
        tax = self.make_tax(amount, included=values.pop("included", True), **values)
        link_position_tax(position, self.home[instead_of], tax)
        return tax

    def tax_in(self, sale_order):
        return self.taxes_of(self.goods_lines(sale_order))

    # ------------------------------------------------------------------ finding
    def test_equal_rates_of_two_countries_are_not_mixed_up(self):
        belgian = self.replaced_by(self.make_position("OSS BE", "BE"), 21.0)
        spanish = self.replaced_by(self.make_position("OSS ES", "ES"), 21.0)
        self.assertEqual(self.tax_in(self.sell(self.goods("12.10", rate="21"), country="BE")), belgian)
        self.assertEqual(self.tax_in(self.sell(self.goods("12.10", rate="21"), country="ES")), spanish)

    def test_another_country_s_vat_is_never_borrowed(self):
        self.replaced_by(self.make_position("OSS BE", "BE"), 21.0)
        raw = self.raw_order(self.goods("12.10", rate="21"), country="ES")
        mapping = self.receive(raw)[0]
        self.assertEqual((mapping.state, mapping.hold_code), ("held", "tax_not_mapped"), mapping.hold_reason)
        self.assertEqual(mapping.hold_detail, "21 % (ES)")

    def test_home_vat_abroad_is_the_home_tax(self):
        self.replaced_by(self.make_position("OSS BE", "BE"), 21.0)
        self.assertEqual(self.tax_in(self.sell(self.goods(rate="20"), country="BE")), self.home[20.0])

    def test_a_company_abroad_without_vat_gets_the_intra_community_tax(self):
        europe = self.env.ref("base.europe")
        exempt = self.replaced_by(self.make_position("Intra B2B", group=europe, vat_required=True), 0.0)
        self.replaced_by(self.make_position("Export", sequence=90), 0.0)
        self.replaced_by(self.make_position("OSS BE", "BE", sequence=5), 21.0)
        billing = {"companyName": "Acme SA", "companyVatNumber": "BE 0428.759.497"}
        sale_order = self.sell(self.goods("100.00", rate="0", shipping="5"), country="BE", billing=billing)
        self.assertEqual(self.tax_in(sale_order), exempt)
        shipping = sale_order.order_line.filtered(lambda line: line.cdiscount_kind == "shipping")
        self.assertEqual(self.taxes_of(shipping), exempt, "shipping goes with the goods")
        self.assert_right(sale_order, "105.00")
        self.assertEqual(self.assert_invoiced_alike(sale_order).amount_tax, 0)

    def test_an_export_without_vat_gets_the_export_tax(self):
        europe = self.env.ref("base.europe")
        self.replaced_by(self.make_position("Intra B2B", group=europe, vat_required=True), 0.0)
        export = self.replaced_by(self.make_position("Export", sequence=90), 0.0)
        self.assertEqual(self.tax_in(self.sell(self.goods(rate="0"), country="CH")), export)

    def test_a_consumer_in_the_union_is_no_export(self):
        self.make_position("EU private", group=self.env.ref("base.europe"))
        export = self.replaced_by(self.make_position("Export", sequence=90), 0.0)
        self.assertFalse(self.tax_in(self.sell(self.goods(rate="0"), country="BE")))
        self.assertEqual(self.tax_in(self.sell(self.goods(rate="0"), country="CH")), export)

    def test_a_rate_of_zero_without_any_tax_for_it_is_no_tax(self):
        sale_order = self.sell(self.goods("9.90", rate="0"), country="CH")
        self.assertFalse(self.tax_in(sale_order))
        self.assert_right(sale_order, "9.90")

    def test_goods_and_services_of_one_rate_are_told_apart(self):
        self.home[20.0].tax_scope = "service"
        goods = self.make_tax(20.0, tax_scope="consu", sequence=99)
        self.assertEqual(self.tax_in(self.sell(self.goods())), goods)

    def test_between_equals_the_product_s_own_tax_is_taken(self):
        own = self.make_tax(20.0, sequence=99)
        self.product.taxes_id = own
        self.assertEqual(self.tax_in(self.sell(self.goods())), own)

    def test_the_product_s_taxes_count_when_the_marketplace_names_no_rate(self):
        self.product.taxes_id = self.home[5.5]
        sale_order = self.sell(self.goods("10.55", rate=None))
        self.assertEqual(self.tax_in(sale_order), self.home[5.5])
        self.assert_right(sale_order, "10.55")
        self.product.taxes_id = without = self.make_tax(5.5, included=False)
        sale_order = self.sell(self.goods("10.55", rate=None))
        self.assertEqual(self.tax_in(sale_order), without)
        self.assertEqual(self.goods_lines(sale_order).price_subtotal, 10.0)

    def test_the_product_s_taxes_follow_the_fiscal_position_abroad(self):
        german = self.replaced_by(self.make_position("OSS DE", "DE"), 19.0)
        self.product.taxes_id = self.home[20.0]
        self.assertEqual(self.tax_in(self.sell(self.goods(rate=None), country="DE")), german)

    def test_an_address_corrected_later_changes_no_tax(self):
        self.replaced_by(self.make_position("OSS BE", "BE"), 21.0)
        self.product.taxes_id = self.home[20.0]
        sale_order = self.sell(self.goods("12.00"))
        sale_order.partner_id.country_id = self.env.ref("base.be")
        sale_order.partner_shipping_id = self.env["res.partner"].create(
            {"name": "Elsewhere", "country_id": self.env.ref("base.be").id}
        )
        sale_order.action_update_taxes()
        self.assertEqual(self.tax_in(sale_order), self.home[20.0])
        self.assert_right(sale_order, "12.00")

    def test_an_order_under_a_fiscal_position_can_be_invoiced(self):
        german = self.replaced_by(self.make_position("OSS DE", "DE"), 19.0)
        sale_order = self.sell(self.goods("11.90", rate="19", shipping="1.19"), country="DE")
        self.assertEqual(self.tax_in(sale_order), german)
        invoice = self.assert_invoiced_alike(sale_order)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, german)

    def test_the_tax_of_another_country_needs_a_registration_there(self):
        germany = self.env.ref("base.de")
        group = self.env["account.tax.group"].create(
            {"name": "USt", "company_id": self.company.id, "country_id": germany.id}
        )
        self.make_tax(19.0, country_id=germany.id, tax_group_id=group.id)
        mapping = self.receive(self.raw_order(self.goods("11.90", rate="19"), country="DE"))[0]
        self.assertEqual(mapping.hold_code, "tax_not_mapped", "its invoice could not be posted")

    # ------------------------------------------------------------------ mapping
    def map_rate(self, rate, country, tax, **values):
        country_id = country and self.env.ref(f"base.{country.lower()}").id
        return self.env["cdiscount.tax.mapping"].create(
            {"company_id": self.company.id, "rate": rate, "country_id": country_id, "tax_id": tax.id, **values}
        )

    def test_what_a_person_mapped_is_used_for_goods_and_shipping(self):
        special = self.make_tax(20.0, included=False, sequence=99)
        self.map_rate(20.0, "FR", special)
        sale_order = self.sell(self.goods("10.00", shipping="4.99"))
        self.assertEqual(sale_order.order_line.mapped(self.tax_field), special)
        self.assert_right(sale_order, "14.99")

    def test_a_country_s_own_line_goes_before_the_one_for_all(self):
        everywhere, belgian = self.make_tax(21.0, sequence=98), self.make_tax(21.0, sequence=99)
        self.map_rate(21.0, None, everywhere)
        self.map_rate(21.0, "BE", belgian)
        self.assertEqual(self.tax_in(self.sell(self.goods(rate="21"), country="BE")), belgian)
        self.assertEqual(self.tax_in(self.sell(self.goods(rate="21"), country="NL")), everywhere)

    def test_mapping_the_missing_rate_brings_the_held_orders_in(self):
        mapping = self.receive(self.raw_order(self.goods("12.10", rate="21"), country="BE"))[0]
        self.assertEqual(mapping.hold_code, "tax_not_mapped")
        self.map_rate(21.0, "BE", self.make_tax(21.0, sequence=99))
        self.run_queue()
        self.assertEqual(mapping.state, "imported", mapping.hold_reason)
        self.assert_right(mapping.sale_order_id, "12.10")

    def test_a_wrong_tax_is_refused_with_the_reason(self):
        purchase = self.make_tax(20.0, type_tax_use="purchase")
        group = self.env["account.tax"].create(
            {
                "name": "Group",
                "amount_type": "group",
                "amount": 0,
                "type_tax_use": "sale",
                "tax_group_id": self.tax_group().id,
                "children_tax_ids": [(6, 0, self.home[10.0].ids)],
            }
        )
        eco = self.make_tax(0.5, amount_type="fixed")
        other = self.env["res.company"].create({"name": "Sister", "country_id": self.env.ref("base.fr").id})
        sister_group = self.env["account.tax.group"].create(
            {"name": "VAT", "company_id": other.id, "country_id": self.env.ref("base.fr").id}
        )
        foreign = self.make_tax(20.0, company_id=other.id, tax_group_id=sister_group.id)
        for tax, words in (
            (purchase, "not a sales tax"),
            (group, "come to 10 %"),
            (self.home[5.5], "is 5.5 %"),
            (eco, "not a percentage"),
            (foreign, "belongs to Sister"),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.map_rate(20.0, "FR", tax)

    def test_a_group_that_comes_to_the_rate_may_be_mapped(self):
        parts = self.make_tax(12.0, False) | self.make_tax(9.0, False)
        group = self.env["account.tax"].create(
            {
                "name": "12 + 9",
                "amount_type": "group",
                "amount": 0,
                "type_tax_use": "sale",
                "tax_group_id": self.tax_group().id,
                "children_tax_ids": [(6, 0, parts.ids)],
            }
        )
        self.map_rate(21.0, "BE", group)
        sale_order = self.sell(self.goods("12.10", rate="21"), country="BE")
        self.assertEqual((self.tax_in(sale_order), self.goods_lines(sale_order).price_subtotal), (group, 10.0))

    def test_one_rate_has_one_line_for_all_countries(self):
        self.map_rate(20.0, None, self.home[20.0])
        with self.assertRaisesRegex(ValidationError, "has a tax already"), self.env.cr.savepoint():
            self.map_rate(20.0, None, self.home[20.0])

    # ------------------------------------------------------------------ proposing
    def test_rates_of_the_orders_are_proposed_and_used_once_confirmed(self):
        belgian = self.replaced_by(self.make_position("OSS BE", "BE"), 21.0)
        mine = self.map_rate(10.0, "FR", self.home[10.0])
        self.receive(
            self.raw_order(self.goods(rate="20"), self.goods(rate="10")),
            self.raw_order(self.goods(rate="21"), country="BE"),
            self.raw_order(self.goods(rate="21"), country="ES"),
        )
        lines = self.env["cdiscount.tax.mapping"]
        answer = lines.action_propose()
        self.assertIn("21 % (ES)", answer["params"]["message"])
        proposed = lines.search([("state", "=", "proposed")])
        self.assertEqual(
            {(line.rate, line.country_id.code, line.tax_id) for line in proposed},
            {(20.0, "FR", self.home[20.0]), (21.0, "BE", belgian)},
        )
        self.assertEqual((mine.state, mine.tax_id), ("confirmed", self.home[10.0]), "what exists stays as it is")
        self.assertEqual(lines._propose_all(self.company)[0], lines, "a second time there is nothing new")
        other = self.make_tax(20.0, sequence=99)
        line = proposed.filtered(lambda line: line.rate == 20.0)
        self.env.cr.execute("UPDATE cdiscount_tax_mapping SET tax_id = %s WHERE id = %s", (other.id, line.id))
        line.invalidate_recordset()
        self.assertEqual(self.tax_in(self.sell(self.goods())), self.home[20.0], "a proposal is not used")
        line.action_confirm()
        self.assertEqual(self.tax_in(self.sell(self.goods())), other)

    def test_an_archived_tax_is_proposed_and_activated_when_it_is_mapped(self):
        archived = self.make_tax(8.5, active=False)
        mapping = self.receive(self.raw_order(self.goods("10.85", rate="8.5"), country="RE"))[0]
        self.assertEqual(mapping.hold_code, "tax_not_mapped")
        line, _without = self.env["cdiscount.tax.mapping"]._propose_all(self.company)
        self.assertEqual((line.tax_id, archived.active), (archived, False))
        line.action_confirm()
        self.run_queue()
        self.assertTrue(archived.active)
        self.assertEqual(self.tax_in(mapping.sale_order_id), archived)

    def test_a_proposal_is_a_tax_or_nothing(self):
        propose = self.env["cdiscount.tax.mapping"]._propose
        self.assertEqual(propose(self.company, 20, "FR"), self.home[20.0])
        self.assertEqual(propose(self.company, 5.5, self.env.ref("base.fr")), self.home[5.5])
        self.assertFalse(propose(self.company, 23, "PT"))
        europe = self.env.ref("base.europe")
        exempt = self.replaced_by(self.make_position("Intra B2B", group=europe, vat_required=True), 0.0)
        self.assertEqual(propose(self.company, 0, "BE"), exempt)
