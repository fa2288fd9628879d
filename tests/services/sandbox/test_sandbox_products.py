import pytest
from catalogue_client import Shop, line

LAMP = "3760123450010"


@pytest.fixture
def shop():
    return Shop(offers=120)


def one(shop, gtin, **more):
    return shop.get(f"/products?gtin={gtin}", **more).get_json()["items"]


@pytest.mark.parametrize("gtin", [LAMP, f"0{LAMP}", f"{LAMP},{LAMP}"])
def test_a_product_is_found_by_gtin_in_any_spelling(shop, gtin):
    (product,) = one(shop, gtin)
    assert (product["gtin"], product["reference"]) == (LAMP, f"AUC{LAMP}")
    assert product["sellers"] == [{"reference": "98979", "productReference": "CSM-0001", "isCreator": True}]
    assert product["permissions"]["edit"] is True


def test_a_gtin_nobody_has_gives_an_empty_list(shop):
    assert one(shop, "4006381333931") == [] == one(shop, "hello")


def test_products_of_others_do_not_name_their_sellers(shop):
    goods = shop.market.shop.shelf.products.goods
    (product,) = one(shop, goods[125].gtin)
    assert "sellers" not in product and product["permissions"]["edit"] is False
    shop.publish(line("MINE-1", goods[125].gtin))
    (product,) = one(shop, goods[125].gtin)
    assert product["sellers"] == [{"reference": "98979", "productReference": "MINE-1", "isCreator": False}]


def test_a_filter_on_the_sellers_reference_is_ignored_and_shows_some_other_product(shop):
    rows = shop.get("/products?sellerProductReference=CSM-0044&limit=1").get_json()["items"]
    assert rows[0]["gtin"] == LAMP


def test_all_products_are_walked_by_cursor_and_counted(shop):
    rows, pages = shop.walk_cursor("/products?limit=100&fields=gtin,category.reference")
    assert len(rows) == 620 == len({row["gtin"] for row in rows}) and pages == 7
    assert shop.get("/products/count").get_json() == 620
    category = rows[70]["category"]["reference"]
    inside = [row for row in rows if row["category"]["reference"] == category]
    assert shop.walk_cursor(f"/products?categoryReference={category}&fields=gtin,category.reference")[0] == inside
    assert shop.get(f"/products/count?categoryReference={category}").get_json() == len(inside) > 0
    shop.control("/settings", {"count_shape": "object"})
    assert shop.get("/products/count").get_json() == {"count": 620}


def test_generated_products_fill_the_mandatory_properties_of_their_category(shop):
    rows = shop.walk_cursor("/products?limit=1000")[0]
    for product in rows[::17]:
        path = f"/categories/{product['category']['reference']}"
        assert shop.get(path).get_json()["level"] == 3
        given = {row["propertyReference"]: row["values"] for row in product["attributes"]}
        for row in shop.get(f"{path}/properties").get_json()["items"]:
            if row["necessity"] == "Mandatory":
                (value,) = given[row["propertyReference"]]
                assert not row["choices"] or value in row["choices"]


def test_variants_share_their_group_category_and_brand(shop):
    shop = Shop(offers=2000)
    groups = {}
    for product in shop.walk_cursor("/products?limit=1000")[0]:
        if product["variantGroupReference"]:
            groups.setdefault(product["variantGroupReference"], []).append(product)
    assert len(groups) > 30
    for members in groups.values():
        assert len({(p["category"]["reference"], p["brand"]) for p in members}) == 1
        assert len({p["label"] for p in members}) == len(members)
        assert shop.get(f"/categories/{members[0]['category']['reference']}").get_json()["isVariant"]


def test_the_pictures_of_a_product_are_pictures(shop):
    import struct

    (product,) = one(shop, LAMP)
    url = product["pictures"][0]["url"]
    assert url == f"http://localhost/_sandbox/pictures/{LAMP}/1.png"
    for query, side in (("", 800), ("?side=200", 200)):
        answer = shop.client.get(url.removeprefix("http://localhost") + query)
        assert answer.content_type == "image/png" and answer.data.startswith(b"\x89PNG")
        assert struct.unpack(">II", answer.data[16:24]) == (side, side)


def test_a_product_can_be_changed_behind_the_sellers_back(shop):
    category = shop.control("/categories?label=Vestes&level=3")["items"][0]["categoryReference"]
    shop.control(f"/products/{LAMP}", {"title": "Autre titre", "category": category, "mine": False})
    (product,) = one(shop, LAMP)
    assert (product["label"], product["category"]["reference"]) == ("Autre titre", category)
    assert product["permissions"]["edit"] is False
    shop.control(f"/products/{LAMP}", {"category": "NOPE"}, status=400)
    shop.control(f"/products/{LAMP}", {"titel": "x"}, status=400)


def test_a_product_of_another_seller_can_be_put_there(shop):
    shop.control("/products/4006381333931", {"title": "Stylo plume", "brand": "Zannova"})
    (product,) = one(shop, "4006381333931")
    assert product["label"] == "Stylo plume" and "sellers" not in product
    assert shop.codes(line("PEN-1", "4006381333931")) == ["8000"]
    shop.control("/products/4006381333932", {"title": "Wrong check digit"}, status=400)
    assert shop.get("/products/count").get_json() == 621
