"""The price that is published: what a customer would pay in Odoo, rounded and checked as the account wants it."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .prices_case import PricesCase


@tagged("post_install", "-at_install")
class TestPrices(PricesCase):
    # ------------------------------------------------------------------ taxes and pricelists
    def tax_setups(self):
        """Name of a set-up, its taxes, the VAT rate and the eco-tax that an offer names for it."""
        eco = {"include_base_amount": True, "sequence": 1}
        group = self.tax(
            0, "group", children_tax_ids=[(6, 0, (self.tax(20, sequence=5) | self.tax(0.5, "fixed", **eco)).ids)]
        )
        return (
            ("price with VAT", self.tax(20, included=True), 20, "0"),
            ("price without VAT", self.tax(20), 20, "0"),
            ("reduced rate", self.tax(5.5), "5.5", "0"),
            ("division", self.tax(20, "division", included=True), 25, "0"),
            ("eco-tax without VAT on it", self.tax(20) | self.tax(0.5, "fixed"), 20, "0.5"),
            ("eco-tax that bears VAT", self.tax(20, sequence=5) | self.tax(0.5, "fixed", **eco), 20, "0.6"),
            (
                "eco-tax and VAT inside the price",
                self.tax(20, included=True, sequence=5) | self.tax(0.5, "fixed", included=True, **eco),
                20,
                "0.6",
            ),
            ("a group", group, 20, "0.6"),
        )

    def price_setups(self):
        """Pricelists: none that applies, fixed, discount, formula; of other quantities and days."""
        item = {"applied_on": "3_global"}
        yesterday = fields.Datetime.now() - timedelta(days=1)
        return (
            ("no rule", self.pricelist()),
            ("fixed", self.pricelist({**item, "compute_price": "fixed", "fixed_price": 19.99})),
            ("discount", self.pricelist({**item, "compute_price": "percentage", "percent_price": 15})),
            (
                "formula",
                self.pricelist({**item, "compute_price": "formula", "price_discount": 7.5, "price_surcharge": 0.03}),
            ),
            (
                "for ten pieces",
                self.pricelist({**item, "compute_price": "fixed", "fixed_price": 1, "min_quantity": 10}),
            ),
            (
                "over since yesterday",
                self.pricelist({**item, "compute_price": "fixed", "fixed_price": 1, "date_end": yesterday}),
            ),
        )

    def test_the_price_is_what_one_piece_costs_in_a_sale_order(self):
        self.product.list_price = 23.37
        pricelists = self.price_setups()
        for name, taxes, rate, eco_tax in self.tax_setups():
            self.product.taxes_id = taxes
            for kind, pricelist in pricelists:
                with self.subTest(taxes=name, pricelist=kind):
                    self.config.pricelist_id = pricelist
                    terms = self.terms()
                    self.assertEqual(terms.price, self.sold_for(self.product, pricelist))
                    self.assertEqual(terms.vat_rate, Decimal(rate))
                    self.assertEqual(terms.eco_tax, Decimal(eco_tax))
                    self.assertEqual((terms.dea, terms.currency), (0, "EUR"))

    def test_without_a_pricelist_it_is_the_sales_price_with_taxes(self):
        self.product.write({"list_price": 20.0, "taxes_id": [(6, 0, self.tax(20).ids)]})
        self.assertEqual(self.price(), Decimal("24.00"))

    def test_taxes_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["account.tax"].create(
            {
                "name": "Elsewhere 50",
                "amount": 50,
                "type_tax_use": "sale",
                "company_id": other.id,
                "country_id": self.company.account_fiscal_country_id.id or self.env.ref("base.fr").id,
                "tax_group_id": self.env["account.tax.group"].create({"name": "Elsewhere", "company_id": other.id}).id,
            }
        )
        self.product.sudo().taxes_id = self.taxes[20.0] | foreign
        self.assertEqual((self.price(), self.terms().vat_rate), (Decimal("24.00"), 20))

    def test_the_furniture_contribution_is_named_apart_from_the_eco_tax(self):
        furniture = self.tax(0.83, "fixed", cdiscount_contribution="dea", include_base_amount=True, sequence=1)
        self.product.write(
            {"list_price": 100.0, "taxes_id": [(6, 0, (self.tax(20) | furniture | self.tax(0.2, "fixed")).ids)]}
        )
        terms = self.terms()
        self.assertEqual((terms.dea, terms.eco_tax), (Decimal("1.00"), Decimal("0.20")))
        self.assertEqual(terms.price, Decimal("121.20"))

    def test_a_product_without_tax_is_not_published_unless_the_company_charges_no_vat(self):
        self.product.taxes_id = False
        self.assertIn("vat_missing", self.codes())
        self.config.without_vat = True
        self.assertNotIn("vat_missing", self.codes())
        self.assertEqual((self.price(), self.terms().vat_rate), (Decimal("24.00"), 0))

    # ------------------------------------------------------------------ currency and channel
    def foreign_pricelist(self):
        pounds = self.env.ref("base.GBP")
        pounds.active = True
        return self.pricelist(
            {"applied_on": "3_global", "compute_price": "fixed", "fixed_price": 10.0}, currency=pounds
        ), pounds

    def test_a_pricelist_in_pounds_is_converted_to_euros(self):
        self.config.pricelist_id, pounds = self.foreign_pricelist()
        self.env["res.currency.rate"].search([("currency_id", "=", pounds.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": pounds.id, "rate": 0.8, "name": "2020-01-01", "company_id": self.company.id}
        )
        self.assertEqual((self.price(), self.terms().currency), (Decimal("12.50"), "EUR"))

    def test_a_price_is_not_published_in_a_currency_without_a_rate(self):
        self.config.pricelist_id, pounds = self.foreign_pricelist()
        self.env["res.currency.rate"].search([("currency_id", "=", pounds.id)]).unlink()
        self.assertEqual(self.terms().currency, "GBP")
        self.assertIn("currency_unknown", self.codes())

    def test_each_channel_has_its_prices(self):
        channel = self.env["cdiscount.sales.channel"].create({"name": "Elsewhere", "code": "ELSEFR"})
        further = self.env["cdiscount.channel.offer"].create(
            {"mapping_id": self.offer.id, "sales_channel_id": channel.id}
        )
        setting = self.env["cdiscount.channel.setting"].create(
            {"config_id": self.config.id, "sales_channel_id": channel.id}
        )
        self.assertEqual(self.price(further), Decimal("24.00"))
        setting.pricelist_id = self.pricelist({"applied_on": "3_global", "compute_price": "fixed", "fixed_price": 31.5})
        self.assertEqual((self.price(further), self.price()), (Decimal("31.50"), Decimal("24.00")))
        self.assertEqual(self.terms(further).sku, "CSM-0001")

    # ------------------------------------------------------------------ strike price, rounding
    def test_the_strike_price_is_shown_where_it_is_the_higher_one(self):
        self.config.pricelist_id = self.pricelist(
            {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 10}
        )
        self.assertIsNone(self.terms().origin_price)
        self.config.strike_source = "sales_price"
        self.assertEqual((self.price(), self.terms().origin_price), (Decimal("21.60"), Decimal("24.00")))
        self.config.write({"strike_source": "pricelist", "strike_pricelist_id": self.config.pricelist_id.id})
        self.assertIsNone(self.terms().origin_price, "not higher than the price")
        self.config.strike_pricelist_id = self.pricelist(
            {"applied_on": "3_global", "compute_price": "fixed", "fixed_price": 29.9}
        )
        self.assertEqual(self.terms().origin_price, Decimal("29.90"))

    def test_a_strike_price_is_rounded_like_the_price(self):
        self.config.write({"strike_source": "sales_price", "price_rounding": "nearest"})
        self.assertEqual((self.price(), self.terms().origin_price), (Decimal("23.99"), None))
        self.config.pricelist_id = self.pricelist(
            {"applied_on": "3_global", "compute_price": "fixed", "fixed_price": 19.0}
        )
        self.assertEqual((self.price(), self.terms().origin_price), (Decimal("18.99"), Decimal("23.99")))

    def test_prices_end_as_the_account_wants_after_taxes(self):
        self.product.write({"list_price": 20.3, "taxes_id": [(6, 0, self.tax(20).ids)]})
        for how, ending, step, expected in (
            ("none", 0.99, 1, "24.36"),
            ("nearest", 0.99, 1, "23.99"),
            ("up", 0.99, 1, "24.99"),
            ("down", 0.9, 1, "23.90"),
            ("up", 9, 10, "29.00"),
        ):
            self.config.write({"price_rounding": how, "price_ending": ending, "price_step": step})
            self.assertEqual(self.price(), Decimal(expected), (how, ending, step))
        with self.assertRaises(ValidationError):
            self.config.price_step = 0

    # ------------------------------------------------------------------ floor
    def make_costs(self, **values):
        self.product.standard_price = 10.0
        self.config.write({"floor_commission": 15.0, "floor_margin_percent": 0, **values})

    def test_a_price_that_does_not_pay_is_not_published(self):
        self.make_costs()
        # 10 of cost; of a price with VAT, 15 % are kept: price / 1.2 - 0.15 * price = 10.
        floor = self.offer._floor_prices()[self.offer.id]
        self.assertEqual(floor, Decimal("14.64"))
        self.product.list_price = 14.64
        self.assertNotIn("price_below_floor", self.codes())
        self.product.list_price = 14.63
        self.assertEqual(self.codes(), ["price_below_floor"])
        self.assertIn("14.64", self.offer.problem_text)
        self.config.floor_active = False
        self.assertEqual(self.codes(), [])
        self.assertFalse(self.offer.problem_text)

    def test_margin_and_shipping_raise_the_floor(self):
        self.make_costs(floor_margin_amount=2.0)
        self.assertEqual(self.offer._floor_prices()[self.offer.id], Decimal("17.57"))
        # 4.99 of the customer are 4.158 without VAT: 5.842 of the carrier's 10 remain.
        self.config.write({"floor_margin_amount": 0, "floor_shipping_fixed": 10.0})
        self.assertEqual(self.offer._floor_prices()[self.offer.id], Decimal("23.19"))
        self.config.floor_shipping_fixed = 3.0
        self.assertEqual(self.offer._floor_prices()[self.offer.id], Decimal("14.64"), "the customer pays it all")

    def test_the_nearest_commission_counts(self):
        self.make_costs()
        category = self.env["product.category"].create({"name": "Lamps"})
        below = self.env["product.category"].create({"name": "Desk lamps", "parent_id": category.id})
        self.product.categ_id = below
        rates = self.env["cdiscount.commission.rate"]
        rates.create({"config_id": self.config.id, "categ_id": category.id, "rate": 20.0})
        self.assertEqual(self.offer._floor_prices()[self.offer.id], Decimal("15.79"))
        rates.create({"config_id": self.config.id, "categ_id": below.id, "rate": 5.0})
        self.assertEqual(self.offer._floor_prices()[self.offer.id], Decimal("12.77"))

    def test_what_was_really_kept_counts_before_any_setting(self):
        self.make_costs()
        order = self.place_order(lines=[{"sku": "CSM-0001", "quantity": 2}])
        self.pull()
        self.assert_imported_once(order)
        line = self.mapping(order).line_ids
        kept = Decimal(str(line.commission_without_vat)) * 100 / Decimal(str(line.amount_total))
        rates = self.env["cdiscount.commission.rate"]
        self.assertTrue(kept)
        self.assertAlmostEqual(rates._of_products(self.config, self.product)[self.product.id], kept, 3)
        self.config.floor_learn = False
        self.assertEqual(rates._of_products(self.config, self.product)[self.product.id], 15)

    def test_a_product_without_a_cost_is_not_checked(self):
        self.make_costs()
        self.product.write({"standard_price": 0.0, "list_price": 0.5})
        self.assertEqual(self.codes(), [])

    def test_the_offer_shows_what_is_left_of_a_sale(self):
        """24.00 with VAT of 4.00; 15 % of 24.00 are 3.60; the carrier's 6.00 less the customer's 4.16 are 1.84."""
        self.assertIn("no cost", str(self.offer.earnings_table))
        self.make_costs(floor_shipping_fixed=6.0)
        self.offer.invalidate_recordset()
        table = str(self.offer.earnings_table)
        for amount in ("24.00", "-4.00", "-3.60", "-1.84", "-10.00", "4.56"):
            self.assertIn(f"{amount}\N{NO-BREAK SPACE}€", table)
        self.assertEqual(self.offer.price_to_send, 24.0)

    # ------------------------------------------------------------------ delivery
    def test_the_nearest_delivery_cost_counts(self):
        lines = self.env["cdiscount.delivery.cost"]
        category = self.env["product.category"].create({"name": "Lamps"})
        base = {"config_id": self.config.id}
        lines.create({**base, "mode": "THD", "cost": 6.99, "weight_from": 2, "weight_to": 10})
        lines.create({**base, "mode": "THD", "cost": 2.99, "categ_id": category.id})
        lines.create({**base, "mode": "SHD", "cost": 9.99, "in_use": False})
        lines.create({**base, "mode": "FDHD", "cost": 39.0, "weight_from": 30})

        def modes(grams, product=self.product):
            found = lines._of_products(self.config, product, {product.id: grams})
            return [(mode.code, mode.cost) for mode in found[product.id]]

        self.assertEqual(modes(None), [("THD", Decimal("4.99"))])
        self.assertEqual(modes(Decimal(2000)), [("THD", Decimal("4.99"))])
        self.assertEqual(modes(Decimal(2001)), [("THD", Decimal("6.99"))])
        self.assertEqual(modes(Decimal(31000)), [("FDHD", Decimal("39.00"))])
        self.product.categ_id = category
        self.assertEqual(modes(Decimal(2001)), [("THD", Decimal("2.99"))])

    # ------------------------------------------------------------------ the whole
    def test_an_offer_in_order_has_no_defect_and_an_offer_without_a_product_says_so(self):
        self.assertEqual(self.codes(), [])
        self.assertFalse(self.offer.problem_count)
        lost = self.env["cdiscount.product.mapping"].create({"config_id": self.config.id, "seller_reference": "LOST-1"})
        both = self.offer | lost
        found = both._offer_problems(both._offer_terms())
        self.assertTrue(found[self.offer.id].ready)
        self.assertFalse(found[lost.id].ready)
        self.assertEqual(lost.problem_count, len(found[lost.id].problems))

    def test_a_user_sees_what_is_wrong_and_changes_no_setting(self):
        user = new_test_user(self.env, "seller", "cdiscount_store_management.group_user")
        self.product.list_price = 0.0
        self.assertIn("price_not_positive", self.codes(self.offer.with_user(user)))
        self.assertTrue(self.offer.with_user(user).problem_text)
        for records, values in (
            (self.config, {"floor_active": False}),
            (self.cost_line, {"cost": 0.0}),
            (self.offer, {"alignment_price": 1.0}),
        ):
            with self.assertRaises(AccessError):
                records.with_user(user).write(values)

    # ------------------------------------------------------------------ cost
    def statements(self, offers):
        """How many statements the terms of these offers and what is wrong with them take."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        terms = offers._offer_terms()
        self.assertEqual(len(offers._offer_problems(terms)), len(offers))
        return self.env.cr.sql_log_count - before

    def test_of_many_rules_each_product_gets_the_one_odoo_gives_it(self):
        """By product, variant, category, all; for quantities; and through a pricelist that another one is based on."""
        category = self.env["product.category"].create({"name": "Lamps"})
        products = self.env["product.product"]
        for number in range(12):
            products |= self.make_product(f"MANY-{number}", list_price=20.0 + number)
        products[3:8].categ_id = category
        fixed = {"compute_price": "fixed"}
        base = self.pricelist(
            {**fixed, "applied_on": "3_global", "fixed_price": 50},
            {**fixed, "applied_on": "2_product_category", "categ_id": category.id, "fixed_price": 40},
            {**fixed, "applied_on": "3_global", "fixed_price": 5, "min_quantity": 3},
            *(
                {
                    **fixed,
                    "applied_on": "1_product",
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "fixed_price": 30 + product.id % 7,
                }
                for product in products[5:]
            ),
            {**fixed, "applied_on": "0_product_variant", "product_id": products[9].id, "fixed_price": 9},
        )
        formula = {"applied_on": "3_global", "compute_price": "formula", "base": "pricelist", "price_discount": 10}
        for pricelist in (base, self.pricelist({**formula, "base_pricelist_id": base.id})):
            found = pricelist._cdiscount_unit_prices(products, fields.Datetime.now())
            self.assertEqual(found, pricelist._get_products_price(products, 1.0))
            self.assertGreater(len(set(found.values())), 3)

    def test_the_number_of_statements_does_not_depend_on_the_number_of_offers(self):
        self.config.write(
            {
                "strike_source": "sales_price",
                "pricelist_id": self.pricelist(
                    {
                        "applied_on": "3_global",
                        "compute_price": "formula",
                        "base": "pricelist",
                        "base_pricelist_id": self.pricelist().id,
                    }
                ).id,
            }
        )
        products = self.env["product.product"]
        for number in range(60):
            products |= self.make_product(
                f"MANY-{number}", standard_price=5.0, taxes_id=[(6, 0, self.taxes[20.0].ids)], list_price=20.0
            )
        offers = self.env["cdiscount.product.mapping"].union(*(self.make_offer(product) for product in products))
        self.statements(offers[:1])
        few, many = self.statements(offers[:5]), self.statements(offers)
        self.assertEqual(many, few)
