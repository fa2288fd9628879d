"""Test base: an Odoo company with French taxes, connected to a sandbox marketplace without a socket.

The marketplace is real (the sandbox's own code, every HTTP answer it gives) and so is the transport; only the wire
between them is short-circuited. Jobs run as in production, in transactions of their own; the registry's test mode keeps
those inside the transaction of the test.
"""

from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from unittest.mock import patch

from werkzeug.test import Client

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tests import TransactionCase, new_test_user
from odoo.tests.common import _super_send

from ..compat import price_included_values, storable_product_values
from ..models.connection import config_client
from ..models.queue import queue_runner
from ..sandbox import create_app
from ..services.breaker import CircuitBreaker
from ..services.transport import Transport
from .services.wsgi_adapter import WSGIAdapter, wsgi_session

BASE = "http://127.0.0.1:8099"
SELLER = "98979"


def account_values(env, **values):
    """Values of an account of the sandbox's seller, run by the administrator."""
    admin = env.ref("base.user_admin")
    return {
        "name": "Test shop",
        "api_login": "sandbox",
        "api_password": "sandbox-pass1",
        "seller_id": SELLER,
        "token_url": f"{BASE}/idp/oauth2/token",
        "base_url": f"{BASE}/v1",
        "user_id": admin.id,
        "responsible_id": admin.id,
        "order_import_from": fields.Datetime.now() - timedelta(days=90),
        "title_read_limit": 0,
        **values,
    }


class SandboxMixin:
    """A marketplace of this test's own, reached without a socket."""

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        # Odoo guards tests against calls to other hosts, and stumbles over a (connect, read) time-out while doing so.
        # What ends in the sandbox leaves nothing to guard.
        if isinstance(s.get_adapter(r.url), WSGIAdapter):
            return _super_send(s, r, **kw)
        return super()._request_handler(s, r, **kw)

    def start_marketplace(self, orders=0, seed=1):
        """Give the test a fresh marketplace whose clock shows the present."""
        self.app = create_app(seed=seed, orders=orders)
        self.control = Client(self.app)
        self.slept = []
        config_client.forget_transports()
        self.addCleanup(config_client.forget_transports)
        patcher = patch.object(config_client, "build_transport", self.build_transport)
        patcher.start()
        self.addCleanup(patcher.stop)

    def build_transport(self):
        """A real Transport whose session ends in the sandbox and whose pauses take no time."""
        return Transport(session=wsgi_session(self.app), sleep=self.slept.append, breaker=CircuitBreaker(threshold=50))

    # ------------------------------------------------------------------ the marketplace's side
    def sandbox(self, call, /, method="POST", **body):
        """Call the sandbox's control interface and return its answer."""
        answer = self.control.open(f"/_sandbox/{call}", method=method, json=body or None)
        assert answer.status_code < 300, (call, answer.status_code, answer.get_data(as_text=True)[:300])
        return answer.get_json()

    def place_order(self, **options):
        """Have somebody buy something; returns the marketplace's order document."""
        options.setdefault("status", "InPreparation")
        return self.sandbox("orders", **options)["orders"][0]

    def fault(self, name, **options):
        """Switch a fault on."""
        # Not through "sandbox": the method of a fault is that of the calls it hits.
        answer = self.control.post("/_sandbox/faults", json={"name": name, **options})
        assert answer.status_code < 300, (name, answer.get_data(as_text=True)[:300])
        return answer.get_json()

    def counters(self):
        """What the marketplace counted."""
        return self.sandbox("counters", method="GET")

    def calls(self, route):
        """How many calls the marketplace saw on a route template."""
        rows = self.sandbox("calls?limit=1000", method="GET")["calls"]
        return sum(1 for row in rows if row["route"] == route)


class CdiscountCase(SandboxMixin, TransactionCase):
    """An account connected to a fresh marketplace; products of its catalogue known in Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, lang="en_US"))
        cls.company = cls.env.company
        cls.manager = cls.env.ref("base.user_admin")
        euro = cls.env.ref("base.EUR")
        euro.active = True
        cls.taxes = {
            rate: cls.env["account.tax"].create(
                {
                    "name": f"Test VAT {rate}",
                    "amount": rate,
                    "type_tax_use": "sale",
                    "company_id": cls.company.id,
                    **price_included_values(cls.env, True),
                }
            )
            for rate in (20.0, 10.0, 5.5, 2.1)
        }
        cls.product = cls.make_product("CSM-0001", "3760123450010")

    @classmethod
    def make_product(cls, sku, gtin=False, **values):
        """A storable product known by its SKU."""
        return cls.env["product.product"].create(
            {"name": sku, "default_code": sku, "barcode": gtin, **storable_product_values(cls.env), **values}
        )

    @classmethod
    def make_catalogue(cls, app):
        """Every product of the sandbox's catalogue."""
        items = Client(app).get("/_sandbox/catalogue").get_json()
        items = items["items"] if isinstance(items, dict) else items
        known = set(cls.env["product.product"].search([]).mapped("default_code"))
        return cls.env["product.product"].create(
            [
                {
                    "name": item["title"],
                    "default_code": item["sku"],
                    "barcode": item["gtin"],
                    **storable_product_values(cls.env),
                }
                for item in items
                if item["sku"] not in known
            ]
        )

    def setUp(self):
        super().setUp()
        self.start_marketplace()
        self.enter_test_mode()
        self.config = self.make_account()

    def enter_test_mode(self):
        """Keep the cursors that jobs open inside this test's transaction (each series has its own call)."""
        self.env.flush_all()
        if hasattr(self, "enter_registry_test_mode"):
            self.enterContext(self.enter_registry_test_mode())
        elif not self.registry.in_test_mode():  # a browser test is in it from its beginning
            self.registry.enter_test_mode(self.env.cr)
            self.addCleanup(self.registry.leave_test_mode)

    def make_account(self, **values):
        """A connected account of the sandbox's seller."""
        values = account_values(self.env, **{"company_id": self.company.id, "state": "connected", **values})
        config = self.env["cdiscount.config"].create(values)
        self.env.flush_all()
        return config

    # ------------------------------------------------------------------ verbs
    @contextmanager
    def counted(self):
        """Yield a list that gets one entry for each statement sent meanwhile."""
        statements, original = [], Cursor.execute

        def execute(cursor, query, params=None, log_exceptions=True):
            statements.append(query)
            return original(cursor, query, params, log_exceptions)

        self.patch(Cursor, "execute", execute)
        yield statements
        self.patch(Cursor, "execute", original)

    def cost_of(self, statements, size):
        """How many statements these are for ``size`` records.

        Odoo 18 writes what it has computed a hundred records at a time: such a row of updates counts as one.
        """
        portions, rows = -(-size // 100), []
        for text in [str(getattr(one, "code", one)) for one in statements]:
            if rows and rows[-1][0] == text and text.lstrip().startswith("UPDATE"):
                rows[-1][1] += 1
            else:
                rows.append([text, 1])
        return sum(-(-times // portions) for _text, times in rows)

    def manager_elsewhere(self):
        """A Manager of another company."""
        other = self.env["res.company"].create({"name": "Other company"})
        group = "cdiscount_store_management.group_manager"
        return new_test_user(self.env, "stranger", group, company_id=other.id, company_ids=[(6, 0, other.ids)])

    def run_queue(self, config=None, until_quiet=True):
        """Do everything that is due, as a worker does once what was written is committed."""
        self.env.cr.flush()
        queue = self.env["cdiscount.queue"]
        with patch.object(queue_runner.time, "sleep", lambda seconds: None):
            outcome = queue._run_due(config_ids=(config or self.config).ids, budget=600)
        self.env.invalidate_all()
        return outcome

    def pull(self, config=None):
        """Fetch orders and create their sale orders."""
        (config or self.config).action_pull_orders()
        return self.run_queue(config)

    def mapping(self, order):
        """The mapping of a marketplace order document (or id)."""
        external_id = order if isinstance(order, str) else order["orderId"]
        found = self.env["cdiscount.order.mapping"].search(
            [("config_id", "=", self.config.id), ("external_id", "=", external_id)]
        )
        self.assertEqual(len(found), 1, f"order {external_id} must be known exactly once")
        return found

    def expected(self):
        """``{orderId: row}`` of what a right connector ends with."""
        rows = self.sandbox("expected?orders=full", method="GET")["rows"]
        return {row["orderId"]: row for row in rows}

    def assert_imported_once(self, order, total=None):
        """The order has one mapping and one sale order whose total is the marketplace's to the cent."""
        mapping = self.mapping(order)
        self.assertEqual(mapping.state, "imported", mapping.hold_reason)
        sale_order = mapping.sale_order_id
        self.assertTrue(sale_order)
        same = self.env["sale.order"].search_count(
            [("cdiscount_config_id", "=", self.config.id), ("client_order_ref", "=", mapping.reference)]
        )
        self.assertEqual(same, 1, "one sale order per marketplace order")
        expected = Decimal(total or self.expected()[mapping.external_id]["total_offer_live"])
        self.assertEqual(Decimal(str(round(sale_order.amount_total, 2))), expected)
        return sale_order

    def assert_held(self, order, code):
        """The order waits for a person, with a reason, and has no sale order."""
        mapping = self.mapping(order)
        self.assertEqual((mapping.state, mapping.hold_code), ("held", code), mapping.hold_reason)
        self.assertTrue(mapping.hold_reason)
        self.assertFalse(mapping.sale_order_id)
        return mapping

    def now(self):
        return datetime.now(timezone.utc)
