"""Every letter of the catalogue: what it must say, what it must never say, what is checked before it goes."""

import re
from datetime import date
from io import BytesIO
from types import SimpleNamespace

import page as page_validation
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from requests_app.enums import EventKind
from requests_app.letters import answers, checks, printing, procedural, remedy
from requests_app.letters.answers import FOR_OUTCOME
from requests_app.letters.compose import PROCEDURAL, compose, kind_of, remedy_of
from requests_app.letters.document import LetterText, Row
from requests_app.letters.docx import docx
from requests_app.letters.kinds import Addressee, Facts, FieldKind
from requests_app.outcomes import RULES, Outcome, RemedyMode
from requests_app.standing import Case

ORGANS = remedy.Organs("示例区人民政府", "示例区人民法院")
DAY = date(2026, 3, 20)
EVERY = [(code, None) for code in PROCEDURAL] + [(RULES[outcome].letter, outcome) for outcome in FOR_OUTCOME]


def filled(field):
    if field.kind == FieldKind.DATE:
        return date(2026, 3, 25)
    if field.kind == FieldKind.NUMBER:
        return {"units": 45, "amount": 300, "days": 10}[field.name]
    return field.choices[0][0] if field.choices else f"填写{field.name}的内容"


def facts(kind, **changes):
    given = {
        "agency": "示例局", "number": "2026-0007", "applicant": "赵某某", "description": "某“规划”的批复", "on": DAY,
        "received_on": date(2026, 3, 2), "channel": "当面", "due_on": date(2026, 3, 30), "contact": "联系电话：010-0。",
        "values": {field.name: filled(field) for field in kind.fields},
    }  # fmt: skip
    return Facts(**{**given, **changes})


def letter(code, outcome=None, organs=ORGANS, **changes):
    kind = kind_of(code, outcome)
    given = facts(kind, **changes)
    addressee = "示例公司" if kind.addressed == Addressee.CONSULTED else "赵某某"
    return compose(kind, given, organs=organs, number="示公开复〔2026〕3号", addressee=addressee, outcome=outcome)


def test_catalogue_is_whole():
    """domain: 16 procedural letters, 24 that answer."""
    assert {f"P{n}" for n in range(1, 17)} <= set(PROCEDURAL)
    assert {RULES[outcome].letter for outcome in FOR_OUTCOME} | {"O24"} == {f"O{n}" for n in range(1, 25)}
    assert set(FOR_OUTCOME) == set(Outcome) - {Outcome.NOTHELD}


@pytest.mark.parametrize(("code", "outcome"), EVERY)
def test_letter_says_what_was_filled_in_and_nothing_is_left_open(code, outcome):
    kind, text = kind_of(code, outcome), letter(code, outcome).everything

    for field in kind.fields:
        value = filled(field)
        if field.name in {"method", "days", "posted_on", "units"}:
            continue
        told = (
            f"{value.year}年{value.month}月{value.day}日"
            if isinstance(value, date)
            else dict(field.choices).get(value, str(value))
        )
        assert told in text, field.label
    assert not re.search(r"None|\{|\}|。。|，。|。，|；。|，，|您（单位）您| {2}", text.replace("\n", "|")), text


@pytest.mark.parametrize(("code", "outcome"), EVERY)
def test_letter_cites_the_article_of_its_declaration(code, outcome):
    kind, text = kind_of(code, outcome), letter(code, outcome)
    if not text.paragraphs or not kind.article:
        return

    cited = "".join(text.paragraphs)
    for article in kind.article.split("、"):
        if article.startswith("第"):
            assert article.split("（")[0] in cited, article


@pytest.mark.parametrize(("code", "outcome"), EVERY)
def test_letter_tells_the_remedy_of_its_outcome(code, outcome):
    """行政复议法 Art. 20, 23; a notice on the way tells none (法释〔2025〕8号)."""
    text = "\n".join(letter(code, outcome).paragraphs)
    mode = remedy_of(kind_of(code, outcome), outcome, facts(kind_of(code, outcome)))

    assert remedy.is_told(text, mode, partial=outcome == Outcome.PARTIAL)
    others = set(RemedyMode) - {mode}
    assert not any(remedy.is_told(text, other, partial=outcome == Outcome.PARTIAL) for other in others)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.DENY_SECRET, Outcome.DENY_LAW, Outcome.DENY_SECURITY, Outcome.DENY_THIRD_PARTY, Outcome.DENY_INTERNAL,
        Outcome.DENY_PROCESS, Outcome.DENY_CASEFILE,
    ],
)  # fmt: skip
def test_refusal_names_review_first_since_2024_and_a_choice_before(outcome):
    assert "先向示例区人民政府申请行政复议" in letter("", outcome).paragraphs[-1]
    assert "15日内向示例区人民法院" in letter("", outcome).paragraphs[-1]
    before = letter("", outcome, on=date(2023, 12, 29)).paragraphs[-1]
    assert "6个月内" in before and "先向" not in before


def test_partial_answer_tells_both_ways():
    told = letter("", Outcome.PARTIAL).paragraphs[-1]

    assert "不予公开的部分不服的，应当" in told and "6个月内" in told


def test_letter_without_known_organs_is_refused():
    with pytest.raises(remedy.OrgansMissing, match="行政复议机关"):
        letter("", Outcome.GRANT, organs=remedy.Organs("", ""))
    assert letter("P3", organs=remedy.Organs("", "")).paragraphs  # nothing to tell, nothing needed


def test_letter_served_online_names_the_online_channel():
    """行政复议法 Art. 22 ¶2."""
    organs = remedy.Organs("示例区人民政府", "示例区人民法院", "https://review.example")

    assert "https://review.example" in letter("", Outcome.GRANT, organs=organs).paragraphs[-1]


def test_person_is_addressed_as_a_person_and_a_body_as_a_body():
    assert "您申请公开" in letter("", Outcome.GRANT).everything
    company = letter("", Outcome.GRANT, is_person=False).everything
    assert "贵单位申请公开" in company and "您" not in company


@pytest.mark.parametrize("code", [kind.code for kind in PROCEDURAL.values() if kind.addressed == Addressee.CONSULTED])
def test_letter_to_others_does_not_say_who_asked(code):
    """条例 Art. 32; 个人信息保护法 Art. 6."""
    text = letter(code).everything

    assert "赵某某" not in text
    assert "2026-0007" not in text and "某‘规划’的批复" not in text


@pytest.mark.parametrize("code", ["P1", "P8", "P15", "P16"])
def test_sheet_for_the_file_has_no_number_and_no_date(code):
    sheet = letter(code)

    assert (sheet.number, sheet.dated_on, sheet.paragraphs) == ("", None, ()) and sheet.form


def test_reply_form_names_the_letter_it_answers():
    assert Row("征求意见书文号", "示公开复〔2026〕3号") in letter("P7").form


def test_fee_notice_shows_the_sum_step_by_step():
    """国办函〔2020〕109号 Art. 4: 10 free, 20 at 100, 10 at 200, 5 at 300."""
    text = letter("P14").everything

    assert "第11至30件，20件×100元＝2000元" in text and "第31至40件" in text and "应缴300元" in text


def test_last_day_is_said_to_be_included():
    assert "2026年3月25日前（含当日）" in letter("P3").everything


# Wording that belongs to the old law


def sources():
    for module in (procedural, answers, remedy):
        with open(module.__file__, encoding="utf-8") as file:
            yield module.__name__, file.read()


@pytest.mark.parametrize(("pattern", "why"), checks.OLD_LAW)
def test_no_template_speaks_the_old_law(pattern, why):
    for name, source in sources():
        assert not re.search(pattern, source), (name, why)


@pytest.mark.parametrize(
    "text",
    [
        "依照国务院令第492号的规定",
        "将于15个工作日内答复",
        "不符合三需要",
        "收取检索费10元",
        "自收到之日起3个月内向法院提起行政诉讼",
    ],
)
def test_old_law_is_found_where_it_is(text):
    """The twin."""
    sending = make_sending(text=LetterText("示例局", "答复书", paragraphs=(text,)))

    assert [found.id for found in checks.no_old_law(sending)] == ["L-OLD"]


def test_words_of_the_applicant_are_quoted_whatever_they_say():
    sending = make_sending(text=LetterText("示例局", "答复书", paragraphs=("申请内容为：“检索费的依据”。",)))

    assert list(checks.no_old_law(sending)) == []


# Checks before sending


def event(kind, on, **details):
    given = {"kind": kind, "on": on, "days": None, "until": None, "answers": None, "party": "", "approved_by": ""}
    return SimpleNamespace(**{**given, "fee_method": "", **details})


def make_sending(outcome=None, code="P2", *events, **changes):
    kind = kind_of(code, outcome)
    text = changes.pop("text", None) or letter(code, outcome)
    values = {field.name: filled(field) for field in kind.fields}
    given = {
        "kind": kind, "text": text, "case": Case(date(2026, 3, 2), events=events), "on": DAY, "values": values,
        "remedy": remedy_of(kind, outcome, facts(kind)), "outcome": outcome,
    }  # fmt: skip
    return checks.Sending(**{**given, **changes})


SENT = event(EventKind.CONSULTATION_SENT, date(2026, 3, 4), party="third_party")
BACK = event(EventKind.CONSULTATION_RETURNED, date(2026, 3, 9), answers=SENT)
APPROVED = event(EventKind.EXTENDED, DAY, days=5, approved_by="王主任")


WHOLE = {"separable": "全文均属于此类信息"}
ONLINE_TOO = remedy.Organs("示例区人民政府", "示例区人民法院", "https://review.example")
NAMES_HIM = LetterText("示例局", "征求意见书", paragraphs=("赵某某申请",))
BY_PAGE = (
    event(EventKind.FEE_NOTICE, date(2026, 3, 4), fee_method="by_page"),
    event(EventKind.FEE_PAID, date(2026, 3, 5)),
)


@pytest.mark.parametrize(
    ("sending", "expected"),
    [
        (make_sending(Outcome.GRANT), []),
        (make_sending(Outcome.GRANT, on=date(2026, 3, 31)), ["L-DUE"]),
        (make_sending(Outcome.DENY_PROCESS, values={"which": "draft"}), ["L-PARTIAL"]),
        (make_sending(Outcome.DENY_LAW, values={"law": "《山东省档案条例》第三条"}), ["L-PARTIAL", "L-LAW"]),
        (make_sending(Outcome.DENY_LAW, values={"law": "《某管理办法》", **WHOLE}), ["L-LAW"]),
        (make_sending(Outcome.DENY_LAW, values={"law": "《中华人民共和国统计法》第九条", **WHOLE}), []),
        (make_sending(Outcome.DENY_LAW, values={"law": "《城市房地产开发经营管理条例》", **WHOLE}), []),
        (make_sending(Outcome.DENY_THIRD_PARTY), ["L-THIRD"]),
        (make_sending(Outcome.DENY_THIRD_PARTY, "P2", SENT), ["L-THIRD"]),
        (make_sending(Outcome.DENY_THIRD_PARTY, "P2", SENT, BACK), []),
        (make_sending(Outcome.GRANT, "P2", SENT), ["L-THIRD"]),
        (make_sending(Outcome.NOTHELD_NONE), []),
        (make_sending(Outcome.NOTHELD_NONE, values={"searched_on": DAY, "where": "档案室"}), ["L-SEARCH"]),
        (make_sending(None, "P3"), ["L-CORR"]),  # eighth working day and later
        (make_sending(None, "P3", on=date(2026, 3, 11)), []),
        (make_sending(None, "P5"), ["L-EXT"]),
        (make_sending(None, "P5", APPROVED), []),
        (make_sending(None, "P5", APPROVED, on=date(2026, 3, 31)), ["L-EXT"]),
        (make_sending(Outcome.DENY_SECRET, text=letter("", Outcome.GRANT)), ["L-REMEDY"]),
        (make_sending(Outcome.GRANT, text=letter("P2")), ["L-REMEDY"]),
        (make_sending(None, "P7", text=NAMES_HIM, identity=("赵某某",)), ["L-IDENTITY"]),
        (make_sending(None, "P7", text=letter("P7"), identity=("赵某某",)), []),
        (make_sending(Outcome.GRANT, enclosures_without_pages=2), ["L-PAGES"]),
        (make_sending(Outcome.GRANT, is_online=True), ["L-ONLINE"]),
        (make_sending(Outcome.GRANT, is_online=True, text=letter("", Outcome.GRANT, ONLINE_TOO)), []),
        (make_sending(None, "P3", on=date(2026, 3, 11), is_online=True), []),  # no remedy, no channel
        (make_sending(Outcome.GRANT_PUBLISHED, "P2", *BY_PAGE), ["L-FEE"]),
    ],
)
def test_checks_before_sending(sending, expected):
    assert [found.id for found in checks.findings(sending)] == expected


# DOCX


@pytest.mark.parametrize(("code", "outcome"), [("P7", None), ("", Outcome.PARTIAL), ("P1", None)])
def test_docx_says_the_same_in_the_fonts_of_the_norm(code, outcome):
    text = letter(code, outcome, enclosures=(("某批复", 12), ("某清单", None)))

    document = Document(BytesIO(docx(text)))

    paragraphs = [each.text for each in document.paragraphs]
    for paragraph in text.paragraphs:
        assert paragraph in paragraphs
    cells = [cell.text for table in document.tables for cell in table._cells]
    assert cells == [part for row in text.form for part in (row.label, row.value)]
    fonts = {
        run._element.rPr.rFonts.get(qn("w:eastAsia"))
        for paragraph in document.paragraphs
        for run in paragraph.runs
        if run.text.strip()
    }
    assert fonts <= {"仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"} and "方正小标宋简体" in fonts
    section = document.sections[0]
    assert [round(side.mm) for side in (section.top_margin, section.left_margin, section.right_margin)] == [37, 28, 26]


def test_docx_survives_what_xml_cannot_hold():
    assert docx(LetterText("示例局", "答复书", paragraphs=("甲\x00乙\x0b丙",)))


def test_kept_text_reads_back_as_it_was():
    text = letter("P7", enclosures=(("某批复", 12),))

    assert LetterText.from_json(text.as_json()) == text


# The print


@pytest.mark.parametrize(("code", "outcome"), [("P7", None), ("P1", None), ("", Outcome.PARTIAL)])
def test_print_is_tagged_text_on_a4_and_the_same_each_time(code, outcome):
    text = letter(code, outcome, enclosures=(("某批复", 12), ("某清单", 3)))

    first, again = printing.pdf(text), printing.pdf(text)

    verdict = page_validation.validate_pdf_bytes(first, profile=page_validation.ValidationProfile.PDF_UA_1)
    assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]
    assert first == again
    pages = PdfReader(BytesIO(first)).pages
    said = "".join("".join(page.extract_text().split()) for page in pages)
    for paragraph in text.paragraphs:
        assert "".join(paragraph.split()) in re.sub(r"—\d+—", "", said)
    assert [round(float(side) * 25.4 / 72) for side in pages[0].mediabox[2:]] == [210, 297]


def test_draft_says_so_and_markup_is_only_text():
    text = LetterText("示例局", "答复书", paragraphs=("<img src=x onerror=alert(1)>{{ settings }}",), dated_on=DAY)

    page = printing.page(text, draft=True)

    assert "草稿" in page and "<img" not in page.split("<body")[1] and "{{ settings }}" in page
    assert 'class="draft"' not in printing.page(text)
