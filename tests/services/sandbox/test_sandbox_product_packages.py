import pytest
from catalogue_client import Shop

LAMP = "3760123450010"


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def sheet(shop):
    """A sheet that is right in every point, outside the variant categories."""
    return shop.sheets(query="&variant=false")[0]


def settled(shop, *sheets):
    """Report rows of a package whose every sheet has come to its end."""
    package = shop.submit(*sheets)
    shop.pass_by(200)
    return shop.report(package)


def errors(shop, sheet, **changes):
    """``[(code, field)]`` of one sheet with some keys changed; ``None`` takes a key away."""
    sheet = {key: value for key, value in {**sheet, **changes}.items() if value is not None}
    (row,) = settled(shop, sheet)
    assert (row["status"] == "Refused") == bool(row["errors"])
    return [(error["code"], error["field"]) for error in row["errors"]]


def test_the_report_is_empty_then_validated_then_integrated(shop, sheet):
    package = shop.submit(sheet)
    assert shop.report(package) == [] == shop.report()
    shop.pass_by(59)
    assert shop.report(package) == []
    shop.pass_by(1)
    (row,) = shop.report(package)
    assert (row["status"], row["operationType"], row["productReference"]) == ("Validated", "Creation", None)
    assert shop.get(f"/products?gtin={sheet['gtin']}").get_json()["items"] == []
    shop.pass_by(120)
    (row,) = shop.report(package)
    assert (row["status"], row["productReference"], row["errors"]) == ("Integrated", f"AUC{sheet['gtin']}", [])
    assert (row["sellerProductReference"], row["packageId"]) == (sheet["sellerProductReference"], package)
    (product,) = shop.get(f"/products?gtin={sheet['gtin']}").get_json()["items"]
    assert product["label"] == sheet["title"] and product["category"]["reference"] == sheet["categoryCode"]
    assert product["sellers"][0] == {
        "reference": "98979",
        "productReference": sheet["sellerProductReference"],
        "isCreator": True,
    }
    assert shop.counters()["product_reports_empty"] == 3
    shop.pass_by(3 * 86400)
    assert shop.report(package) == []
    assert shop.get(f"/products?gtin={sheet['gtin']}").get_json()["items"]


def test_sheets_are_judged_one_by_one(shop):
    good, bad = shop.sheets(2)
    rows = settled(shop, good, {**bad, "title": "x" * 133})
    assert [row["status"] for row in rows] == ["Integrated", "Refused"]


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, []),
        ({"title": "x" * 132, "description": "d" * 2000, "richMarketingDescription": "r" * 5000}, []),
        ({"title": "x" * 133}, [("IncorrectValue", "Title")]),
        ({"title": None}, [("MissingField", "Title")]),
        ({"description": "d" * 2001}, [("IncorrectValue", "Description")]),
        ({"description": "<p>Bien</p>"}, [("IncorrectValue", "Description")]),
        ({"description": "moins de 3 < 4 kg"}, []),
        ({"richMarketingDescription": "r" * 5001}, [("IncorrectValue", "RichMarketingDescription")]),
        ({"gtin": "3609500000008"}, [("IncorrectValue", "Gtin")]),
        ({"gtin": "12345"}, [("IncorrectValue", "Gtin")]),
        ({"gtin": None}, [("IncorrectValue", "Gtin")]),
        ({"sellerProductReference": None}, [("MissingField", "SellerProductReference")]),
        ({"brand": "Marque Fantôme"}, [("IncorrectValue", "Brand")]),
        ({"brand": "lumélia"}, []),
        ({"categoryCode": "0101"}, [("CategorizationError", "CategoryCode")]),
        ({"categoryCode": "ZZZZZZ"}, [("CategorizationError", "CategoryCode")]),
        ({"sellerPictureUrls": []}, [("MissingField", "SellerPicture_1")]),
        ({"sellerPictureUrls": [{"index": 1, "url": "photo.jpg"}]}, [("IncorrectValue", "SellerPicture_1")]),
        (
            {"sellerPictureUrls": [{"index": 1, "url": "https://a.example/tiny.jpg"}]},
            [("IncorrectValue", "SellerPicture_1")],
        ),
    ],
)
def test_what_a_sheet_must_be(shop, sheet, changes, expected):
    assert errors(shop, sheet, **changes) == expected


def test_mandatory_attributes_and_allowed_values(shop, sheet):
    rows = shop.get(f"/categories/{sheet['categoryCode']}/properties").get_json()["items"]
    listed = next(row for row in rows if row["necessity"] == "Mandatory" and row["choices"])
    others = [row for row in sheet["attributes"] if row["propertyReference"] != listed["propertyReference"]]
    assert errors(shop, sheet, attributes=others) == [("ER400-6067", listed["propertyReference"])]
    wrong = [*others, {"propertyReference": listed["propertyReference"], "values": ["Introuvable"]}]
    assert errors(shop, sheet, attributes=wrong) == [("IncorrectValue", listed["propertyReference"])]


def test_a_variant_category_wants_a_group(shop):
    (sheet,) = shop.sheets(query="&variant=true")
    assert errors(shop, sheet, variantGroupReference=None) == [("ER400-7480", "variantGroupReference")]
    assert errors(shop, sheet) == []


def test_the_title_must_name_the_article_when_the_switch_says_so(shop, sheet):
    other = {**shop.sheets(2, "&variant=false&start=40")[1], "title": "Objet très pratique"}
    assert errors(shop, other) == []
    shop.control("/settings", {"categorization": "by_title"})
    assert errors(shop, sheet) == []
    third = {**shop.sheets(1, "&variant=false&start=90")[0], "title": "Objet très pratique"}
    assert errors(shop, third) == [("CategorizationError", "Title")]


def test_errors_are_worded_in_the_language_of_the_reader(shop, sheet):
    package = shop.submit({**sheet, "brand": "Marque Fantôme"})
    shop.pass_by(61)
    texts = [shop.report(package, headers={"Accept-Language": tongue})[0]["errors"][0] for tongue in ("fr-FR", "en-US")]
    assert [text["message"] for text in texts] == [
        "La marque Marque Fantôme est inconnue.",
        "The brand Marque Fantôme is unknown.",
    ]
    assert texts[0]["type"] == "Exports"


def test_twenty_five_new_sheets_an_hour_are_taken(shop):
    sheets = shop.sheets(40)
    shop.submit(*sheets[:20])
    shop.pass_by(1800)
    shop.submit(*sheets[20:30])
    shop.pass_by(300)
    status = [row["status"] for row in shop.report(query="&fields=status,errors&pageIndex=1")]
    late = shop.report(query="&pageIndex=2")
    assert status == ["Integrated"] * 25 and [row["status"] for row in late] == ["Refused"] * 5
    assert late[0]["errors"][0]["code"] == "QuotaExceeded"
    shop.pass_by(1501)
    assert [row["status"] for row in settled(shop, *sheets[25:40])] == ["Integrated"] * 15


def test_a_refused_sheet_and_a_change_use_no_quota(shop):
    shop.control("/settings", {"product_quota": 1})
    one, two = shop.sheets(2)
    assert settled(shop, {**two, "brand": "Marque Fantôme"})[0]["status"] == "Refused"
    assert settled(shop, one)[0]["status"] == "Integrated"
    (row,) = settled(shop, {**one, "title": "Un autre titre"})
    assert (row["status"], row["operationType"]) == ("Integrated", "Modification")
    assert shop.get(f"/products?gtin={one['gtin']}").get_json()["items"][0]["label"] == "Un autre titre"
    assert settled(shop, two)[0]["errors"][0]["code"] == "QuotaExceeded"


def test_the_same_sheet_again_is_identical(shop, sheet):
    settled(shop, sheet)
    (row,) = settled(shop, sheet)
    assert (row["status"], row["operationType"]) == ("Integrated", "Identical")
    assert shop.counters()["product_sheets_posted_twice"] == 1
    assert (
        len(shop.report(query=f"&gtin={sheet['gtin']}")) == 2 == len(shop.report(query=f"&gtin={int(sheet['gtin'])}"))
    )


def test_a_product_somebody_else_made_keeps_its_content(shop, sheet):
    gtin = shop.market.shop.shelf.products.goods[100].gtin
    before = shop.get(f"/products?gtin={gtin}").get_json()["items"][0]
    (row,) = settled(shop, {**sheet, "gtin": gtin, "title": "Mon titre"})
    assert (row["status"], row["operationType"], row["productReference"]) == ("Integrated", "Identical", f"AUC{gtin}")
    after = shop.get(f"/products?gtin={gtin}").get_json()["items"][0]
    assert after["label"] == before["label"] and after["sellers"][0]["isCreator"] is False


def test_a_product_is_moved_to_another_category_without_a_word(shop, sheet):
    shop.control("/settings", {"recategorize": True})
    (row,) = settled(shop, sheet)
    assert (row["status"], row["categoryCode"], row["warnings"]) == ("Integrated", sheet["categoryCode"], [])
    category = shop.get(f"/products?gtin={sheet['gtin']}").get_json()["items"][0]["category"]["reference"]
    assert category != sheet["categoryCode"] and category[:4] == sheet["categoryCode"][:4]


def test_the_report_is_read_in_pages_of_twenty_five_without_a_size(shop):
    shop.control("/settings", {"product_quota": 1000})
    package = shop.submit(*shop.sheets(60))
    shop.pass_by(61)
    assert [len(shop.report(package, f"&pageIndex={page}")) for page in (1, 2, 3, 4)] == [25, 25, 10, 0]
    assert shop.get(f"/products-integration-reports?packageId={package}&pageSize=100").status_code == 400


@pytest.mark.parametrize("mode, sizes", [("pages", [60, 0]), ("capped", [25, 25])])
def test_the_other_two_ways_to_page_the_report(shop, mode, sizes):
    shop.control("/settings", {"product_quota": 1000, "report_paging": mode})
    package = shop.submit(*shop.sheets(60))
    shop.pass_by(61)
    size = "&pageSize=100" if mode == "pages" else ""
    assert [len(shop.report(package, f"{size}&pageIndex={page}")) for page in (1, 2)] == sizes
    answer = shop.get(f"/products-integration-reports?packageId={package}&pageSize=100")
    assert answer.status_code == (200 if mode == "pages" else 400)


def test_the_report_is_sorted_and_projected(shop):
    package = shop.submit(*shop.sheets(5))
    shop.pass_by(61)
    rows = shop.report(package, "&sort=gtin&desc=true&fields=gtin")
    assert [list(row) for row in rows] == [["gtin"]] * 5
    assert [row["gtin"] for row in rows] == sorted((row["gtin"] for row in rows), reverse=True)


def test_the_answer_can_carry_the_id_in_a_header_only(shop, sheet):
    shop.control("/settings", {"product_answer": "header"})
    answer = shop.post("/products-integration", {"products": [sheet]})
    assert (answer.status_code, answer.get_json()) == (202, {"packageId": "Accepted"})
    shop.pass_by(61)
    assert len(shop.report(answer.headers["packageId"])) == 1


@pytest.mark.parametrize("body", [{}, [], {"products": []}, {"products": [None]}, {"products": {}}])
def test_a_package_out_of_shape_is_refused(shop, body):
    assert shop.post("/products-integration", body).status_code == 400


def test_the_type_of_a_gtin_can_be_prescribed_and_shown(shop, sheet):
    shop.control("/settings", {"product_gtin": "number", "gtin_shown": "number"})
    assert shop.post("/products-integration", {"products": [sheet]}).status_code == 400
    (row,) = settled(shop, {**sheet, "gtin": int(sheet["gtin"])})
    assert (row["status"], row["gtin"]) == ("Integrated", int(sheet["gtin"]))


def test_sheets_are_moved_on_and_refused_on_demand(shop):
    one, two = shop.sheets(2)
    shop.control("/refusals", {"gtin": two["gtin"], "code": "ER400-9999", "field": "37002", "message": "Non."})
    package = shop.submit(one, two)
    shop.control(f"/product-packages/{package}", {"to": "Validated"})
    assert [row["status"] for row in shop.report(package)] == ["Validated", "Refused"]
    assert shop.report(package)[1]["errors"] == [
        {"code": "ER400-9999", "field": "37002", "message": "Non.", "type": "Technical"}
    ]
    shop.control("/product-packages/all", {"to": "Integrated"})
    assert shop.report(package)[0]["status"] == "Integrated"
    (shown,) = shop.control("/product-packages")["packages"]
    assert shown == {"packageId": package, "products": 2, "status": {"Integrated": 1, "Refused": 1}}
    shop.control("/product-packages/nope", {}, status=404)
    shop.control("/product-packages/all", {"to": "Refused"}, status=400)
