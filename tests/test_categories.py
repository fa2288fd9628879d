"""The marketplace's categories and brands in Odoo, and where the products of the shop go."""

import re
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged

from ..sandbox.resources import categories as marketplace_categories
from ..services.resources import categories as categories_resource
from .common import CdiscountCase

ROWS = 8000


@contextmanager
def statements_of(test, pattern=r""):
    """Yield a list that gets the text of each statement that matches."""
    found, original = [], Cursor.execute

    def execute(cursor, query, params=None, log_exceptions=True):
        text = str(getattr(query, "code", query))
        if re.search(pattern, text):
            found.append(text)
        return original(cursor, query, params, log_exceptions)

    with patch.object(Cursor, "execute", execute):
        yield found


class CategoryCase(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.categories = self.env["cdiscount.category"]
        self.mappings = self.env["cdiscount.category.mapping"]

    def shrink_marketplace(self, rows=1000):
        """Have the marketplace know its first categories only: what is left out costs time and proves nothing more."""
        whole = marketplace_categories.category_tree(1)
        small = SimpleNamespace(rows=whole.rows[:rows], get=whole.get)
        patcher = patch.object(marketplace_categories, "category_tree", lambda seed: small)
        patcher.start()
        self.addCleanup(marketplace_categories._sorted_rows.cache_clear)
        self.addCleanup(patcher.stop)
        marketplace_categories._sorted_rows.cache_clear()

    # ------------------------------------------------------------------ verbs
    def download(self, *operations):
        """Read categories (or what is named) from the marketplace as a worker does."""
        for operation in operations or ("category_pull",):
            self.env["cdiscount.queue"]._enqueue(self.config, operation, "all")
        return self.run_queue()

    def made(self, reference, label="", parent=False, **values):
        """A category as a download leaves it."""
        rows = [categories_resource.Category.parse({"categoryReference": reference, "label": label, **values})]
        self.categories._store_page(self.config, rows)
        self.categories._link(self.config)
        return self.category(reference)

    def category(self, reference):
        found = self.categories.with_context(active_test=False).search(
            [("config_id", "=", self.config.id), ("reference", "=", reference)]
        )
        self.assertEqual(len(found), 1, reference)
        return found

    def tree(self):
        """A small tree: Maison > Luminaire > Lampes de bureau, Lampes à poser, Éclairage extérieur."""
        self.made("0Z", "Maison")
        self.made("0Z01", "Luminaire")
        self.desk = self.made("0Z0101", "Lampes de bureau")
        self.table = self.made("0Z0102", "Lampes à poser")
        self.outside = self.made("0Z0103", "Éclairage extérieur")

    def product_category(self, name, parent=None):
        return self.env["product.category"].create({"name": name, "parent_id": parent.id if parent else False})

    def map(self, product_category, category, config=None):
        return self.mappings.create(
            {
                "config_id": (config or self.config).id,
                "product_category_id": product_category.id,
                "category_id": category.id,
            }
        )

    def of(self, *products):
        products = self.env["product.product"].browse([product.id for product in products])
        found = self.categories._of_products(self.config, products)
        return [found[product.id] for product in products]


@tagged("post_install", "-at_install")
class TestCategoryDownload(CategoryCase):
    def test_the_whole_tree_comes_with_names_and_ways_and_a_second_run_writes_nothing(self):
        self.download()
        self.assertEqual(self.categories.search_count([("config_id", "=", self.config.id)]), ROWS)
        self.assertEqual(self.calls("/categories"), 41)
        leaf = self.categories.search([("config_id", "=", self.config.id), ("level", "=", 3)], limit=1)
        family, shelf = leaf.parent_id, leaf.parent_id.parent_id
        self.assertEqual(leaf.complete_name, f"{shelf.label} > {family.label} > {leaf.label}")
        self.assertEqual(leaf.parent_path, f"{shelf.id}/{family.id}/{leaf.id}/")
        below = self.categories.search_count([("id", "child_of", shelf.id), ("level", "=", 2)])
        self.assertEqual(below, self.categories.search_count([("parent_id", "=", shelf.id)]))
        closed = self.sandbox("categories?level=3&limit=1000", method="GET")["items"]
        for row in (row for row in closed if not row["isActive"]):
            self.assertFalse(self.category(row["categoryReference"]).is_active)
        with statements_of(self, r"(INSERT INTO|UPDATE|DELETE FROM) \"?cdiscount_category\b") as written:
            self.download()
        self.assertFalse(written)

    def test_a_download_that_breaks_off_goes_on_where_it_stopped(self):
        self.shrink_marketplace()
        gone = self.made("ZZ", "Gone from the marketplace")
        self.fault("answer", path="/categories", after=3, times=None, params={"status": 503})
        self.download()
        job = self.env["cdiscount.queue"].search([("operation", "=", "category_pull")])
        self.assertEqual(job.state, "waiting_retry")
        self.assertEqual(self.categories.search_count([("config_id", "=", self.config.id)]), 601)
        self.assertEqual(self.config.download_ids.state, "running")
        self.assertEqual(self.config.download_ids.progress, 60)
        self.assertTrue(gone.active, "nothing is archived before everything was read")
        self.sandbox("faults", method="DELETE")
        before = self.calls("/categories")
        job.action_retry()
        self.run_queue()
        self.assertEqual(self.calls("/categories") - before, 3, "pages four and five, and the one that tells the end")
        self.assertEqual(self.categories.search_count([("config_id", "=", self.config.id)]), 1000)
        self.assertFalse(gone.active)
        self.assertEqual((self.config.download_ids.state, self.config.download_ids.archived_count), ("done", 1))

    def test_a_download_left_lying_begins_anew(self):
        self.shrink_marketplace()
        self.fault("answer", path="/categories", after=3, times=None, params={"status": 503})
        self.download()
        self.sandbox("faults", method="DELETE")
        self.config.download_ids.sudo().started_at = "2026-01-01 00:00:00"
        before = self.calls("/categories")
        self.env["cdiscount.queue"].search([("operation", "=", "category_pull")]).action_retry()
        self.run_queue()
        self.assertEqual(self.calls("/categories") - before, 6)

    def test_an_answer_with_too_little_in_it_archives_nothing(self):
        self.tree()
        resource = categories_resource.Categories
        page = (categories_resource.Category.parse({"categoryReference": "0Z", "label": "Maison"}),)
        for pages in ((), (page,)):
            with patch.object(resource, "pages", lambda client, first=1, pages=pages: iter(pages)):
                self.download()
            self.assertTrue(self.desk.active)
            self.assertTrue(self.env["cdiscount.sync.log"].search([("level", "=", "warning")]))

    def test_a_category_that_comes_back_is_there_again(self):
        self.tree()
        self.desk.sudo().active = False
        self.made("0Z0101", "Lampes de bureau")
        self.assertTrue(self.desk.active)

    def test_codes_alone_say_nothing_of_names_and_flags(self):
        self.shrink_marketplace()
        reference = marketplace_categories.category_tree(1).rows[2].reference
        known = self.made(reference, "Lampes de bureau", isBrandMandatory=True, isVariant=True, isActive=False)
        with patch.object(categories_resource, "CATEGORY_FIELDS", ()):
            self.download()
        self.assertEqual(known.label, "Lampes de bureau")
        self.assertTrue(known.brand_mandatory and known.is_variant and known.detailed)
        self.assertFalse(known.is_active)
        bare = self.categories.search(
            [("config_id", "=", self.config.id), ("level", "=", 3), ("detailed", "=", False)], limit=1
        )
        self.assertIn(bare.reference, bare.display_name)
        bare._ensure_properties()
        self.run_queue()
        self.assertTrue(bare.detailed and bare.label, "what is used is asked for by itself")
        self.assertTrue(bare.property_ids)

    def test_they_come_with_the_connection_and_again_after_a_week(self):
        queue = self.env["cdiscount.queue"]
        operations = ("category_pull", "brand_pull")

        def asked():
            return set(queue.search([("state", "=", "pending"), ("operation", "in", operations)]).mapped("operation"))

        now = self.env.cr.now().replace(microsecond=0, tzinfo=None)
        self.config._schedule_due_jobs(now)
        self.assertEqual(asked(), set(operations))
        for kind in ("category", "brand"):
            self.env["cdiscount.catalogue.download"].create(
                {"config_id": self.config.id, "kind": kind, "finished_at": now}
            )
        queue.search([]).unlink()
        self.config._schedule_due_jobs(now)
        self.assertFalse(asked())
        self.config.download_ids.write({"finished_at": "2026-01-01 00:00:00"})
        self.config._schedule_due_jobs(now)
        self.assertEqual(asked(), set(operations))

    def test_what_the_account_may_not_read_is_not_asked_for_each_minute(self):
        self.fault("forbidden", path="/categories*", times=None)
        now = self.env.cr.now().replace(microsecond=0, tzinfo=None)
        jobs = self.env["cdiscount.queue"].search([("operation", "=", "category_pull")])
        for minutes in (0, 1, 2):
            self.config._schedule_due_jobs(now + timedelta(minutes=minutes))
            self.run_queue()
            jobs |= jobs.search([("operation", "=", "category_pull")])
        self.assertEqual(jobs.mapped("state"), ["failed"])
        self.assertEqual(self.config.state, "connected", "orders go on")
        self.config._schedule_due_jobs(now + timedelta(days=1, minutes=1))
        self.assertEqual(jobs.search_count([("operation", "=", "category_pull"), ("state", "=", "pending")]), 1)

    def test_a_category_is_found_by_words_in_any_order_and_by_its_code(self):
        self.tree()

        def found(text):
            return {found[0] for found in self.categories.name_search(text, [("config_id", "=", self.config.id)])}

        self.assertEqual(found("LAMPE poser"), {self.table.id})
        self.assertEqual(found("exterieur maison"), {self.outside.id})
        self.assertEqual(found("Éclairage"), {self.outside.id})
        self.assertEqual(found("0z0101"), {self.desk.id})
        self.assertEqual(found("lampe 0z0103"), set())
        self.assertEqual(
            self.categories.search([("search_words", "=", "0Z0101"), ("config_id", "=", self.config.id)]), self.desk
        )

    def test_brands_are_known_however_they_are_written(self):
        brands = self.env["cdiscount.brand"]
        self.assertIsNone(brands._is_known(self.config, "Lumélia"), "nobody knows before they are downloaded")
        self.download("brand_pull")
        self.assertGreater(brands.search_count([("config_id", "=", self.config.id)]), 1900)
        self.assertIs(brands._is_known(self.config, "LUMELIA"), True)
        self.assertIs(brands._is_known(self.config, "No such brand"), False)
        self.assertIs(brands._is_known(self.config, ""), False)
        self.assertEqual(brands._spelling(self.config, "lumelia"), "Lumélia")
        with statements_of(self, r"(INSERT INTO|UPDATE|DELETE FROM) \"?cdiscount_brand\b") as written:
            self.download("brand_pull")
        self.assertFalse(written)


@tagged("post_install", "-at_install")
class TestCategoryMapping(CategoryCase):
    def setUp(self):
        super().setUp()
        self.tree()
        self.home = self.product_category("Home")
        self.light = self.product_category("Light", self.home)
        self.small = self.product_category("Small", self.light)

    def test_a_sub_category_inherits_the_nearest_and_a_product_may_go_elsewhere(self):
        product = self.make_product("L-1", categ_id=self.small.id)
        empty = self.categories.browse()
        self.assertEqual(self.of(product), [empty])
        self.map(self.home, self.desk)
        self.assertEqual(self.of(product), [self.desk])
        middle = self.map(self.light, self.table)
        self.assertEqual(self.of(product), [self.table])
        self.env["cdiscount.product.category"].create(
            {
                "config_id": self.config.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "category_id": self.outside.id,
            }
        )
        other = self.make_product("L-2", categ_id=self.small.id)
        self.assertEqual(self.of(product, other), [self.outside, self.table])
        middle.action_clear()
        self.assertEqual(self.of(product, other), [self.outside, self.desk])

    def test_each_account_has_its_own(self):
        product = self.make_product("L-1", categ_id=self.small.id)
        self.map(self.home, self.desk)
        second = self.make_account(name="Second", seller_id="55555")
        self.assertFalse(self.categories._of_products(second, product)[product.id])
        with self.assertRaises(ValidationError):
            self.map(self.home, self.desk, config=second)

    def test_a_thousand_products_cost_as_many_statements_as_one(self):
        products = self.env["product.product"].create(
            [{"name": f"P{number}", "categ_id": self.small.id} for number in range(1100)]
        )
        self.map(self.home, self.desk)
        self.env.flush_all()
        counts = []
        for some in (products[:1], products):
            self.env.invalidate_all()
            with statements_of(self) as statements:
                found = self.categories._of_products(self.config, some)
            counts.append(len(statements))
            self.assertEqual(set(found.values()), {self.desk})
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 4)

    def test_only_an_open_category_of_the_third_level_takes_products(self):
        closed = self.made("0Z0109", "Lampes anciennes", isActive=False)
        for category in (closed, self.category("0Z01"), self.category("0Z")):
            with self.assertRaises(ValidationError):
                self.map(self.home, category)
        line = self.map(self.home, self.desk)
        self.made("0Z0101", "Lampes de bureau", isActive=False)
        self.assertTrue(line.category_closed, "a category that closes later is shown")
        self.assertFalse(self.desk._payload().takes_products)

    def test_the_screen_has_a_line_for_each_product_category_with_what_is_covered(self):
        for number, category in enumerate((self.home, self.light, self.light, self.small)):
            self.make_product(f"S-{number}", categ_id=category.id)
        action = self.mappings.with_user(self.manager).action_open()
        self.assertEqual(action["res_model"], "cdiscount.category.mapping")
        lines = {line.product_category_id: line for line in self.mappings.search([("config_id", "=", self.config.id)])}
        self.assertEqual(set(lines), set(self.env["product.category"].search([])))
        self.assertEqual((lines[self.home].product_count, lines[self.home].progress), (4, 0))
        lines[self.light].category_id = self.table
        self.env.invalidate_all()
        self.assertEqual(lines[self.light].state, "confirmed")
        self.assertEqual((lines[self.home].covered_count, lines[self.home].progress), (3, 75))
        self.assertEqual(lines[self.small].effective_category_id, self.table)
        self.assertEqual(lines[self.small].inherited_from_id, self.light)
        unmapped = self.mappings.search(
            [("config_id", "=", self.config.id), ("effective_category_id", "=", False)]
        ).product_category_id
        self.assertIn(self.home, unmapped)
        self.assertFalse(unmapped & (self.light | self.small))
        self.mappings.action_open()
        self.assertEqual(len(self.mappings.search([("config_id", "=", self.config.id)])), len(lines))

    def test_a_proposal_is_used_once_somebody_confirms_it(self):
        lamps = self.product_category("Lampe bureau", self.home)
        table = self.product_category("LAMPES A POSER", self.home)
        product = self.make_product("L-1", categ_id=lamps.id)
        self.mappings.with_user(self.manager).action_propose()
        lines = {line.product_category_id: line for line in self.mappings.search([("config_id", "=", self.config.id)])}
        self.assertEqual((lines[lamps].category_id, lines[lamps].state), (self.desk, "proposed"))
        self.assertEqual(lines[table].category_id, self.table)
        self.assertFalse(lines[self.small].category_id, "nothing alike, nothing proposed")
        self.assertFalse(self.of(product)[0])
        (lines[lamps] | lines[table]).with_user(self.manager).action_confirm()
        self.assertEqual(self.of(product), [self.desk])
        lines[table].category_id = self.outside
        self.mappings.action_propose()
        self.assertEqual(lines[table].category_id, self.outside, "what a person chose stays")

    def test_what_is_used_has_its_properties_downloaded(self):
        self.shrink_marketplace(300)
        self.download()
        leaf = self.categories.search(
            [("config_id", "=", self.config.id), ("level", "=", 3), ("is_active", "=", True)], limit=1
        )
        self.map(self.home, leaf)
        self.run_queue()
        self.assertTrue(leaf.properties_at)
        self.assertTrue(leaf.property_ids)

    def test_a_user_looks_and_a_stranger_sees_nothing(self):
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        line = self.map(self.home, self.desk)
        self.assertEqual(line.with_user(user).category_id, self.desk)
        for change in (
            lambda: line.with_user(user).write({"category_id": self.table.id}),
            lambda: line.with_user(user).action_confirm(),
            lambda: self.mappings.with_user(user).action_propose(),
            lambda: self.config.with_user(user).action_pull_categories(),
            lambda: self.desk.with_user(user).write({"label": "Mine"}),
            lambda: self.desk.with_user(user).action_pull_properties(),
        ):
            with self.assertRaises(AccessError):
                change()
        stranger = self.manager_elsewhere()
        for model in ("cdiscount.category.mapping", "cdiscount.category"):
            self.assertTrue(self.env[model].search([("company_id", "=", self.company.id)]), model)
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
