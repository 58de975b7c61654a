"""The published JSON Schema: our own reports keep it, what does not is told in Chinese, place by place."""

import json
from copy import deepcopy
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from reports import document
from reports.cells import CELLS, DISPUTE_GROUPS, DISPUTE_RESULTS, REQUEST_COLUMNS, REQUEST_ROWS
from reports.models import AnnualReport
from reports.schema import FILE, MOST_FAULTS, validate
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory, issued, published
from tests.reports.builders import CASES, build, tables_of_case

pytestmark = pytest.mark.django_db
SCHEMA = json.loads(FILE.read_text("utf-8"))


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def own(agency):
    """A report in the open format, as another program reads it."""
    return json.loads(json.dumps(document.as_json(document.assemble(AnnualReport(agency=agency, year=2022)))))


def test_schema_is_sound_and_names_every_cell():
    Draft202012Validator.check_schema(SCHEMA)
    tables, shapes = SCHEMA["properties"]["tables"]["properties"], SCHEMA["$defs"]

    assert list(tables["requests"]["properties"]) == [row.key for row in REQUEST_ROWS]
    assert list(shapes["applicants"]["properties"]) == [column.key for column in REQUEST_COLUMNS]
    assert list(tables["disputes"]["properties"]) == list(DISPUTE_GROUPS)
    assert list(shapes["results"]["properties"]) == list(DISPUTE_RESULTS)
    assert list(tables["proactive"]["properties"]) == list(
        dict.fromkeys(code.split(".")[1] for code in CELLS if code.startswith("proactive."))
    )


def test_year_without_records_keeps_it(own):
    assert validate(own) == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_report_keeps_it(own, path):
    assert validate({**own, "tables": tables_of_case(path)[2]}) == []


def test_issued_and_published_report_of_a_busy_year_keeps_it(agency, client):
    year, _, tables = tables_of_case(CASES[2])
    build(agency, year, tables)
    manager = MembershipFactory(agency=agency, role="manager").user
    report = issued(AnnualReportFactory(agency=agency, year=year), manager, date(year + 1, 1, 16))
    assert validate(document.as_json(document.of(report))) == []

    published(report, manager, date(year + 1, 1, 17))

    (served,) = client.get("/api/v1/reports/").json()["results"]
    assert validate(served) == []
    assert served["tables"]["requests"]["new"] == tables["requests"]["new"]


def test_schema_is_served_to_anyone(client):
    response = client.get("/api/v1/reports/schema.json")

    assert response["Content-Type"] == "application/schema+json"
    assert response.json() == SCHEMA


def changed(own, path, value):
    report = deepcopy(own)
    target = report
    *steps, last = path.split(".")
    for step in steps:
        target = target[step]
    if value is KeyError:
        del target[last]
    else:
        target[last] = value
    return report


NEW = "tables.requests.new.natural_person"
FAULTS = [
    ("schema", "annual-report/9", "schema：应为“annual-report/1”，现为“annual-report/9”"),
    ("year", KeyError, "year：缺少这一项"),
    ("year", "2022", "year：应为整数，现为“2022”"),
    ("year", 1999, "year：不能小于2008，现为“1999”"),
    ("agency.name", "", "agency.name：不能为空，现为“”"),
    ("status", "done", "status：应为下列之一：draft、submitted、returned、issued、published，现为“done”"),
    ("issued_on", "2023-02-31", "issued_on：应为日期，如 2023-01-16，现为“2023-02-31”"),
    (NEW, "3", f"{NEW}（一、本年新收政府信息公开申请数量·自然人）：应为整数或空值null，现为“3”"),
    (NEW, 3.0, f"{NEW}（一、本年新收政府信息公开申请数量·自然人）：应为整数或空值null，现为“3.0”"),
    (NEW, True, f"{NEW}（一、本年新收政府信息公开申请数量·自然人）：应为整数或空值null，现为“True”"),
    (NEW, -1, f"{NEW}（一、本年新收政府信息公开申请数量·自然人）：不能小于0，现为“-1”"),
    (NEW, KeyError, f"{NEW}（一、本年新收政府信息公开申请数量·自然人）：缺少这一项"),
    ("tables.requests.newly", {}, "tables.requests：有不认识的项“newly”，请核对拼写"),
    (
        "tables.disputes.review.total",
        {"a": 1},
        "tables.disputes.review.total（行政复议·总计）：应为整数或空值null，现为对象",
    ),
    ("digest", "A" * 64, f"digest：应为SHA-256校验码（64位小写十六进制数），现为“{'A' * 30}…”"),
    ("agency.name", "局\ud800", "agency.name：含有无法保存的字符（U+D800），请删除"),
    ("narrative.overview", "甲\x00乙", "narrative.overview：含有无法保存的字符（U+0000），请删除"),
]


@pytest.mark.parametrize(("path", "value", "told"), FAULTS)
def test_fault_is_told_with_its_place(own, path, value, told):
    assert validate(changed(own, path, value)) == [told]


@pytest.mark.parametrize("money", [12.5, "１2", "12.5\n", "1,000", "-1", "1e3", "NaN", ".5", "0.0000001", "007"])
def test_money_is_a_plain_decimal_string(own, money):
    (told,) = validate(changed(own, "tables.proactive.fees_wan_yuan", money))

    assert told.startswith("tables.proactive.fees_wan_yuan（") and "写成文字的金额" in told


@pytest.mark.parametrize("value", [None, [], "x", 7])
def test_anything_else_is_refused(value):
    (told, *_) = validate(value)

    assert told.startswith("整个文件：应为对象")


def test_hostile_upload_is_told_briefly(own):
    """Thousands of faults and a nesting deeper than any recursion."""
    deep = {}
    for _ in range(50_000):
        deep = {"a": deep}
    own["counts"]["x"] = deep
    own["tables"]["requests"] = {f"row{place}\x1b": place for place in range(2_000)}

    told = validate(own)

    assert len(told) == MOST_FAULTS + 1 and told[-1].startswith("错误较多")
    assert all(len(line) < 200 and line.isprintable() for line in told)
