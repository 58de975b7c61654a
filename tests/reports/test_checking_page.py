"""核对报告: any file on a page, nothing kept, no error page."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.disclosures import MembershipFactory
from tests.reports import published
from tests.reports.builders import CASES, tables_of_case

pytestmark = pytest.mark.django_db

LIVELY = tables_of_case(CASES[0])[2]
ADDRESS = "/admin/reports/check/"


@pytest.fixture
def staff(client):
    client.force_login(MembershipFactory(role="clerk").user)
    return client


def checked(client, data, name="年报.html", **more):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data), **more})


def odd_page():
    rows = published.all_rows(LIVELY)
    rows["requests"] = published.at(rows["requests"], "requests.new.other", text="/")
    rows["requests"] = published.at(rows["requests"], "requests.granted.natural_person", text="1289")
    return published.web(rows, name="示例市人民政府")


def test_the_page_is_named_in_the_side_bar(staff):
    assert reverse("admin:check_report") == ADDRESS
    assert ADDRESS in staff.get("/admin/").content.decode()


def test_tables_marks_and_both_sides_are_shown(staff):
    response = checked(staff, odd_page())

    text = response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert text.count('class="statutory') == 3
    assert '<td id="cell-requests.new.other" class="unread"' in text
    assert '<td id="cell-requests.granted.total" class="error"' in text
    assert "1289 + 21 + 50 + 3 = 1363，而表中为 1362，相差 1" in text
    assert "看不出机关级别" in text
    assert "<strong>示例市人民政府</strong>，2023年度" in text


def test_last_year_is_compared(staff):
    before = SimpleUploadedFile("上年.docx", published.word(published.all_rows(LIVELY)))

    text = checked(staff, published.web(published.all_rows(LIVELY)), previous=before, level="city").content.decode()

    assert "与上年比较" in text
    assert "B-CARRY" in text
    assert "A-RULE" not in text


def test_nothing_is_kept(staff, django_assert_num_queries):
    staff.get(ADDRESS)

    with django_assert_num_queries(5) as asked:
        checked(staff, odd_page())

    assert not [query["sql"] for query in asked if not query["sql"].startswith("SELECT")]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7", "a.pdf"),
        (b"\x00\xff" * 50, "a.html"),
        (b"PK\x03\x04", "a.xlsx"),
        (b'{"tables": []}', "a.json"),
        (b"<table><td colspan=99999>", "a.html"),
        (b"x" * 20, "<script>alert(1)</script>.txt"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_reason(staff, data, name):
    response = checked(staff, data, name)

    assert response.status_code == 200
    assert 'class="problem" role="alert"' in response.content.decode()
    assert "<script>alert(1)" not in response.content.decode()


def test_json_of_odd_values_is_shown(staff):
    data = '{"year": "x", "tables": {"requests": {"new": {"total": "<b>3</b>"}}, "proactive": {"licensing": [1]}}}'

    response = checked(staff, data.encode(), "a.json")

    assert response.status_code == 200
    assert "<b>3</b>" not in response.content.decode()


def test_who_has_nothing_to_do_with_reports_is_refused(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))

    assert client.get(ADDRESS).status_code in (302, 403)


@pytest.mark.parametrize(("times", "told"), [(1, False), (30, True)])
def test_whole_text_is_judged_too_and_an_extract_is_not(staff, times, told):
    report = {
        "schema": "annual-report/1",
        "agency": {"name": "示例局", "level": "department"},
        "year": 2022,
        "tables": LIVELY,
        "narrative": {
            "overview": "2019年，我局公开信息更加及时、全面、方便。" * times,
            "problems": "",
            "other": "无。",
        },
    }

    text = checked(staff, json.dumps(report).encode(), name="年报.json").content.decode()

    assert ("N-YEAR" in text) == told
