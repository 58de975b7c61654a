"""A report from another installation: taken in as it was issued, or refused in words that say why."""

import io
import json
import zipfile
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from reports import document, rollup
from reports.models import DeliveryState, FormerReport
from reports.rendering.json import render_json
from reports.rollup import deliveries, exchange
from reports.sealing.digests import digest_of_file
from tests.factories.disclosures import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.reports import AnnualReportFactory
from tests.factories.requests_app import DisclosureRequestFactory
from tests.reports.test_rollup import issued

pytestmark = pytest.mark.django_db
ON = date(2023, 2, 1)


@pytest.fixture
def district():
    return AgencyFactory(code="district", name="示例区人民政府", level="county", has_portal=False)


@pytest.fixture
def officer(district):
    return MembershipFactory(agency=district, role="report_officer").user


@pytest.fixture
def content(district):
    """What the bureau's own installation gives out; here its records and its report are not to be found."""
    bureau = AgencyFactory(code="bureau", name="示例局", parent=district)
    DisclosureRequestFactory.create_batch(2, agency=bureau, answered=True)
    report = issued(bureau)
    content = json.loads(render_json(document.of(report)))
    report.delete()
    return content


def file_of(content):
    return io.BytesIO(json.dumps(content, ensure_ascii=False, indent=2).encode())


def sealed(content, **changes):
    """A forger knows how a digest is made."""
    changed = {**content, **changes}
    return {**changed, "digest": digest_of_file(changed)}


def receive(file, district, officer, **options):
    return deliveries.receive_package(file=file, parent=district, by=officer, on=ON, **options)


def refusal(file, district, officer, **options):
    with pytest.raises(ValidationError) as refused:
        receive(file, district, officer, **options)
    assert not district.deliveries_received.exists()
    return "；".join(refused.value.messages)


def test_file_is_taken_in_checked_and_added(content, district, officer):
    delivery = receive(file_of(content), district, officer, year=2022)

    assert (delivery.agency.code, delivery.state, delivery.report) == ("bureau", DeliveryState.DELIVERED, None)
    assert delivery.digest == content["digest"] and delivery.document == content and delivery.failures == []
    deliveries.accept(delivery=delivery, by=officer)
    found = rollup.accepted(district, 2022)
    assert [row["source"] for row in found.sources] == ["上报文件"]
    assert found.leaves["requests.granted.natural_person"] + found.leaves["requests.new.natural_person"] >= 2


def test_published_report_keeps_the_digest_of_the_issued_one(content, district, officer):
    assert receive(file_of({**content, "status": "published"}), district, officer).digest == content["digest"]


def test_package_holds_the_report_beside_other_files(content, district, officer):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("年度报告.pdf", b"%PDF-1.7")
        package.writestr("manifest.json", json.dumps({"files": []}))
        package.writestr("年度报告.json", json.dumps(content))
    file.seek(0)

    assert receive(file, district, officer).digest == content["digest"]


def test_checks_are_made_here_and_against_last_year(content, district, officer):
    """What the file says of itself counts for nothing."""
    before = {"tables": json.loads(json.dumps(content["tables"]))}
    before["tables"]["requests"]["carried_out"]["total"] = 5
    FormerReport.objects.create(
        agency=district.children.get(), year=2021, document=before, source="示例", entered_by=None
    )
    tables = json.loads(json.dumps(content["tables"]))
    tables["requests"]["new"]["total"] += 1

    delivery = receive(file_of(sealed(content, tables=tables, checks=[])), district, officer)

    assert {"B-ROW", "B-BAL", "B-CARRY"} <= {failure["id"] for failure in deliveries.errors_of(delivery)}
    assert deliveries.clean(district, 2022) == []


def test_same_report_twice_is_told(content, district, officer):
    receive(file_of(content), district, officer)

    with pytest.raises(ValidationError, match="已经报送过，现在是“已报送”"):
        receive(file_of(content), district, officer)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"digest": "0" * 64}, "校验码不符"),
        ({"digest": None}, "没有校验码"),
        ({"sealed": None}, "没有校验码"),
        ({"status": "draft"}, "还是草稿"),
        ({"status": "returned"}, "还是草稿"),
        ({"schema": "annual-report/9"}, "格式应为“annual-report/1”"),
        ({"checks": None}, "缺少“checks”，或者它的内容不对"),
        ({"agency": {"code": "bureau", "name": "示例局"}}, "缺少报送机关的层级"),
    ],
)
def test_file_that_is_not_the_issued_report_is_refused(content, district, officer, changes, told):
    assert told in refusal(file_of({**content, **changes}), district, officer)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"issued_on": "昨天"}, "issued_on：应为日期"),
        ({"year": 20222}, "year：不能大于2100"),
        ({"narrative": {"overview": 5}}, "narrative.overview：应为文字"),
    ],
)
def test_file_that_breaks_the_schema_is_refused(content, district, officer, changes, told):
    message = refusal(file_of(sealed(content, **changes)), district, officer)

    assert "交换文件的内容不对" in message and told in message


@pytest.mark.parametrize("lacking", ["agency", "counts", "narrative", "checks"])
def test_file_that_lacks_something_is_refused(content, district, officer, lacking):
    rest = {key: value for key, value in content.items() if key != lacking}

    assert f"缺少“{lacking}”" in refusal(file_of(sealed(rest)), district, officer)


def test_tampered_number_is_found_by_the_digest(content, district, officer):
    content["tables"]["requests"]["new"]["natural_person"] += 1

    assert "校验码不符：内容与定稿时不一致" in refusal(file_of(content), district, officer)


def test_digest_guards_the_numbers(content, district, officer, monkeypatch):
    """The twin: with no digest asked for, the tampered number comes in."""
    content["tables"]["requests"]["new"]["natural_person"] += 1
    monkeypatch.setattr(exchange, "digest_of_file", lambda report: report["digest"])

    assert receive(file_of(content), district, officer).state == DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("proactive.licensing", None, "填的是空白"),
        ("proactive.licensing", -1, "应为不小于0的整数"),
        ("proactive.licensing", 1.5, "应为不小于0的整数"),
        ("proactive.licensing", True, "应为不小于0的整数"),
        ("proactive.licensing", 10**15, "数字过大"),
        ("proactive.fees_wan_yuan", "1E+1000000", "应为不小于0的金额"),
        ("proactive.fees_wan_yuan", "1E+5", "应为最多六位小数的金额"),
        ("proactive.fees_wan_yuan", "0.0000001", "应为最多六位小数的金额"),
        ("proactive.fees_wan_yuan", 5, "金额应写成文字"),
        ("proactive.subtotal", 1, "没有这个单元格"),
    ],
)
def test_number_that_cannot_be_added_is_refused(content, district, officer, place, value, told):
    row, cell = place.split(".")
    content["tables"][row][cell] = value

    message = refusal(file_of(sealed(content)), district, officer)

    assert "表格数字有误" in message and told in message


def test_report_must_belong_here(content, district, officer):
    other = AgencyFactory(code="elsewhere", name="别处局")
    inner = AgencyFactory(code="inner", name="内设局", parent=district.children.get())

    def of(**changes):
        return file_of(sealed(content, agency={**content["agency"], **changes}))

    assert "没有代码为“unknown”的机关" in refusal(of(code="unknown"), district, officer)
    assert "别处局不是示例区人民政府的下级机关" in refusal(of(code=other.code), district, officer)
    assert "示例区人民政府不是示例区人民政府的下级" in refusal(of(code="district"), district, officer)
    assert "不能越级接收" in refusal(of(code=inner.code), district, officer)
    assert "报告上却是冒名局" in refusal(of(name="冒名局"), district, officer)
    assert "层级是“政府部门”，与报告中的不同" in refusal(of(level="township"), district, officer)


def test_year_must_be_the_one_collected_and_over(content, district, officer):
    assert "这是2022年的报告，现在接收的是2021年的" in refusal(file_of(content), district, officer, year=2021)
    assert "2023年还没有结束" in refusal(file_of(sealed(content, year=2023)), district, officer)


def test_only_who_may_receives(content, district):
    assert "您不能为这个机关接收" in refusal(file_of(content), district, UserFactory())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b" " * (exchange.MOST + 1), "文件超过10MB"),
        (b"", "文件不是年度报告的交换文件"),
        (b"\xff\xfe\x00", "文件不是年度报告的交换文件"),
        (b"[" * 100_000, "文件不是年度报告的交换文件"),
        (b"[]", "文件不是年度报告的交换文件"),
        (b'{"year": NaN}', "文件不是年度报告的交换文件"),
        (b'{"year": 1, "year": 2}', "文件不是年度报告的交换文件"),
        (b'{"year": ' + b"9" * 5000 + b"}", "文件不是年度报告的交换文件"),
        (b'{"name": "\\ud800"}', "文件不是年度报告的交换文件"),
        (b"PK\x03\x04 no package", "压缩包打不开"),
    ],
)
def test_file_that_is_no_report_is_refused(district, officer, data, told):
    assert told in refusal(io.BytesIO(data), district, officer)


def packed(*parts, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as package:
        for name, data in parts:
            package.writestr(name, data)
    file.seek(0)
    return file


def test_zip_bomb_is_not_opened(district, officer):
    tight = packed(("report.json", b" " * (20 * 1024 * 1024)))
    wide = packed(*((f"{place}.bin", bytes(1024 * 1024 - 1)) for place in range(99)), ("a.json", b" " * 2**23))

    for file in (tight, wide):
        assert "疑似压缩炸弹" in refusal(file, district, officer)


def test_package_holds_exactly_one_report(content, district, officer):
    report = json.dumps(content)

    assert "压缩包里没有年度报告" in refusal(packed(("a.pdf", b"%PDF")), district, officer)
    assert "压缩包里有2份年度报告" in refusal(packed(("a.json", report), ("b.json", report)), district, officer)


def test_command_receives_a_file(content, district, tmp_path, capsys):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(content), "utf-8")

    call_command("receive_report", str(path), parent="district")

    assert "已收到示例局2022年度报告" in capsys.readouterr().out
    with pytest.raises(CommandError, match="已经报送过"):
        call_command("receive_report", str(path), parent="district")
    with pytest.raises(CommandError, match="无法打开"):
        call_command("receive_report", str(tmp_path / "absent.json"), parent="district")


def test_draft_cannot_be_exchanged(district, officer):
    bureau = AgencyFactory(code="bureau", parent=district)
    draft = json.loads(render_json(document.of(AnnualReportFactory(agency=bureau))))

    assert "还是草稿" in refusal(file_of(draft), district, officer)
