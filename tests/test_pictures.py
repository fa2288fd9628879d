"""Pictures for the marketplace: whoever has the address of a published one gets it, and nobody anything else."""

import base64
import os
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from ..models.catalog import sheet_picture
from ..sandbox.pictures import png
from .common import account_values
from .sheets_case import SheetsCase


@tagged("post_install", "-at_install")
class TestPicturesOfSheets(SheetsCase):
    def test_a_picture_is_opened_once_whatever_is_checked(self):
        offers = self.make_unknown(3)
        # Odoo makes its smaller pictures when the products are written.
        self.env.flush_all()
        with patch.object(sheet_picture.Image, "open", wraps=sheet_picture.Image.open) as opened:
            offers._sheets()
            once = opened.call_count
            offers._sheets()
        self.assertEqual((once, opened.call_count), (1, 1), "the same file on three products is one picture")
        picture = offers._sheets()[offers[0].id].pictures[0]
        self.assertEqual((picture.width, picture.height, picture.format), (500, 500, "png"))

    def test_an_address_changes_with_the_picture_only(self):
        offer = self.make_unknown()
        first = self.addresses(offer)
        offer.product_id.name = "Another name"
        self.assertEqual(self.addresses(offer), first)
        offer.product_id.image_1920 = self.picture(side=900, number=2)
        self.assertNotEqual(self.addresses(offer), first)

    def test_small_pictures_are_told_before_they_are_refused(self):
        offer = self.make_unknown()
        offer._check_sheets()
        before = offer.score
        offer.product_id.image_1920 = self.picture(side=300)
        offer._check_sheets()
        self.assertIn("300 x 300", offer.quality_lines)
        self.assertEqual(offer.score, before - 20)

    def test_a_server_that_cannot_be_reached_is_told(self):
        offer = self.make_unknown()
        self.config.picture_base_url = "http://192.168.1.5:8069"
        offer._check_sheets()
        self.assertNotIn("192.168.1.5", offer.quality_lines, "a sandbox on this machine reaches it")
        self.config.base_url = "https://api.cdiscount.com/v1"
        offer._check_sheets()
        self.assertIn("192.168.1.5", offer.quality_lines)

    def addresses(self, offer):
        return [picture.url for picture in offer._sheets()[offer.id].pictures]


@tagged("post_install", "-at_install")
class TestPictureController(HttpCase):
    def setUp(self):
        super().setUp()
        self.config = self.env["cdiscount.config"].create(account_values(self.env, state="connected"))
        self.product = self.env["product.product"].create(
            {"name": "Lamp", "default_code": "LAMP", "image_1920": base64.b64encode(png(800, 1))}
        )
        self.offer = self.env["cdiscount.product.mapping"].create(
            {
                "config_id": self.config.id,
                "product_id": self.product.id,
                "seller_reference": "LAMP",
                "publish": True,
            }
        )

    def address(self, config=None):
        places = {self.product.id: (("product.template", self.product.product_tmpl_id.id, "image_1920"),)}
        pictures = self.offer._sheet_pictures(config or self.config, places)
        return urlsplit(pictures[self.product.id][0].url).path

    def get(self, path, **options):
        self.env.flush_all()
        return self.url_open(path, allow_redirects=False, **options)

    def test_the_marketplace_gets_the_file_itself_without_a_login(self):
        answer = self.get(self.address())
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertEqual(answer.content, base64.b64decode(self.product.image_1920))
        self.assertIn("immutable", answer.headers["Cache-Control"])
        self.assertNotIn("Set-Cookie", answer.headers)
        again = self.get(self.address(), headers={"If-None-Match": answer.headers["ETag"]})
        self.assertEqual(again.status_code, 304)

    def test_a_guessed_address_gets_nothing(self):
        good = self.address()
        folder, name = os.path.split(good)
        token, ending = name.split(".")
        other = account_values(self.env, name="Other", seller_id="11111")
        stranger = self.address(self.env["cdiscount.config"].create(other))
        self.assertNotEqual(os.path.split(stranger)[1], name, "each account has tokens of its own")
        wrong = [
            f"{folder}/{token[::-1]}.{ending}",
            f"{folder}/{token[:-1]}.{ending}",
            f"{folder}/.{ending}",
            f"{folder}/{'0' * 40}.{ending}",
            good.replace(f"/{self.config.id}/", f"/{self.config.id + 1}/", 1),
            f"{sheet_picture.PICTURE_PATH}/1/1/99999999999/{token}.png",
            stranger,
        ]
        for path in wrong:
            self.assertEqual(self.get(path).status_code, 404, path)

    def test_what_is_not_published_is_not_shown(self):
        path = self.address()
        self.offer.publish = False
        self.assertEqual(self.get(path).status_code, 404)
        self.offer.sheet_state = "waiting"
        self.assertEqual(self.get(path).status_code, 200)
        self.product.active = False
        self.assertEqual(self.get(path).status_code, 404)

    def test_the_address_of_a_former_picture_ends(self):
        path = self.address()
        self.product.image_1920 = base64.b64encode(png(900, 2))
        self.assertEqual(self.get(path).status_code, 404)
        self.assertEqual(self.get(self.address()).status_code, 200)

    def test_a_file_that_is_no_picture_is_not_served(self):
        self.offer.flush_recordset()
        vector = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        self.product.product_tmpl_id.image_1920 = base64.b64encode(vector)
        self.assertEqual(self.get(self.address()).status_code, 404)
