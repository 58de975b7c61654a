"""Figures: on nothing, on a year counted by hand, on four published reports, and over the turn of a year."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from disclosures.models import DecisionKind, DocumentKind
from reports import checks
from reports.cells import CELLS, REQUEST_ROWS, TABLES
from reports.figures import collect
from requests_app.enums import ApplicantKind, DisputeKind, DisputeResult, RequestState
from requests_app.models import DisclosureRequest
from requests_app.outcomes import Outcome
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    FeeCollectionFactory,
    ItemFactory,
    NormativeDocumentFactory,
    PublicationFactory,
)
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory, ProposalFactory
from tests.reports.builders import CASES, build, tables_of_case

pytestmark = pytest.mark.django_db


def answered(agency, received, closed, outcome, kind=ApplicantKind.NATURAL_PERSON):
    return DisclosureRequestFactory(
        agency=agency,
        applicant_kind=kind,
        received_on=received,
        answered_on=closed,
        outcome=outcome,
        state=RequestState.CLOSED,
    )


def test_cells_are_those_of_the_form():
    """格式 §3: 10, 175 and 15 numbers."""
    assert [len(table.cells) for table in TABLES] == [10, 175, 15]
    assert len(CELLS) == 200


def test_grid_of_table_b_merges_as_printed():
    requests = TABLES[1]
    spans = {
        cell.text: (cell.rowspan, cell.colspan)
        for row in (*requests.head, *requests.body)
        for cell in row
        if hasattr(cell, "text")
    }

    assert spans["三、本年度办理结果"] == (22, 1)
    assert [spans[label] for label in ("（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理")] == [
        (8, 1),
        (3, 1),
        (5, 1),
        (3, 1),
    ]
    assert spans["一、本年新收政府信息公开申请数量"] == (1, 3)
    assert spans["（一）予以公开"] == spans["（七）总计"] == (1, 2)
    assert spans["申请人情况"] == (1, 7) and spans["法人或其他组织"] == (1, 5)
    assert spans["自然人"] == spans["总计"] == (2, 1)
    assert spans["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"] == (3, 3)


def test_every_grid_is_a_full_rectangle():
    for table in TABLES:
        for rows in filter(None, (table.head, table.body)):
            taken = set()
            for y, row in enumerate(rows):
                x = 0
                for cell in row:
                    while (y, x) in taken:
                        x += 1
                    height = getattr(cell, "rowspan", 1)
                    taken |= {(y + dy, x + dx) for dy in range(height) for dx in range(cell.colspan)}
            assert taken == {(y, x) for y in range(len(rows)) for x in range(table.widths)}, table.key


def test_empty_year_is_all_zero():
    figures = collect(AgencyFactory(), 2022)

    assert {code: value for code, value in figures.cells().items() if value not in (0, "0")} == {}
    assert not checks.failures(checks.run(figures))


def test_small_year_counted_by_hand():
    agency = AgencyFactory()
    PublicationFactory(item=ItemFactory(agency=agency, public=True), published_on=date(2022, 12, 31))
    PublicationFactory(item=ItemFactory(agency=agency, public=True), published_on=date(2023, 1, 1))
    PublicationFactory(item=ItemFactory(agency=agency, public=True, openness="closed"))
    PublicationFactory(item=ItemFactory(agency=agency))
    NormativeDocumentFactory(agency=agency, issued_on=date(2021, 5, 1))
    NormativeDocumentFactory(agency=agency, issued_on=date(2022, 1, 1), repealed_on=date(2022, 12, 31))
    NormativeDocumentFactory(agency=agency, issued_on=date(2020, 1, 1), lapsed_on=date(2022, 12, 31))
    NormativeDocumentFactory(agency=agency, issued_on=date(2023, 1, 1))
    AdministrativeDecisionFactory(agency=agency, kind=DecisionKind.LICENCE, quantity=3)
    AdministrativeDecisionFactory(agency=agency, decided_on=date(2021, 12, 31))
    FeeCollectionFactory(agency=agency, amount=Decimal("316441.05"))
    answered(agency, date(2021, 12, 20), date(2022, 1, 10), Outcome.PARTIAL, ApplicantKind.LEGAL_SERVICE)
    answered(agency, date(2022, 3, 1), date(2022, 3, 20), Outcome.GRANT)
    answered(agency, date(2022, 12, 1), date(2023, 1, 5), Outcome.GRANT)
    DisclosureRequestFactory(agency=agency, received_on=None)
    DisputeFactory(agency=agency, closed_on=date(2022, 9, 1), result=DisputeResult.UPHELD)
    DisputeFactory(agency=agency, kind=DisputeKind.LITIGATION_DIRECT, closed_on=date(2023, 2, 1), result="other")
    ProposalFactory(agency=agency, role="assist")
    DisclosureRequestFactory()  # another agency's

    figures = collect(agency, 2022)

    requests = figures.tables["requests"]
    told = {row.key: requests[row.key]["total"] for row in REQUEST_ROWS if requests[row.key]["total"]}
    assert told == {"new": 2, "carried_in": 1, "granted": 1, "partial": 1, "answered_total": 2, "carried_out": 1}
    assert requests["partial"]["legal_service"] == 1
    assert figures["proactive.normative_documents"] == {"issued": 1, "repealed": 1, "in_force": 1}
    assert (figures["proactive.licensing"], figures["proactive.penalties"]) == (3, 0)
    assert figures["proactive.fees_wan_yuan"] == "31.644105"
    assert figures["disputes.review"] == {"upheld": 1, "corrected": 0, "other": 0, "pending": 0, "total": 1}
    assert figures["disputes.litigation_direct.pending"] == 1
    assert figures.counts["items"]["total"] == 1
    assert figures.counts["proposals"]["npc_assisted"] == 1


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_report_rebuilt_from_records_cell_for_cell(path):
    year, level, tables = tables_of_case(path)
    agency = AgencyFactory(level=level)
    build(agency, year, tables)

    figures = collect(agency, year)

    assert figures.tables == tables
    assert not checks.failures(checks.run(figures, agency_level=level), "error")


def test_turn_of_the_year():
    """The roll-over scenario of the worked examples: R1–R4."""
    agency = AgencyFactory()
    answered(agency, date(2025, 12, 1), date(2025, 12, 25), Outcome.GRANT)
    answered(agency, date(2025, 12, 15), date(2026, 1, 9), Outcome.NOTHELD_NONE)
    answered(agency, date(2025, 12, 29), date(2026, 1, 20), Outcome.CLOSE_NOCORRECTION)
    DisclosureRequestFactory(agency=agency, arrived_on=date(2025, 12, 31), received_on=date(2026, 1, 2))

    before, after = collect(agency, 2025), collect(agency, 2026)

    def totals(figures, *rows):
        return [figures[f"requests.{row}.total"] for row in rows]

    assert totals(before, "new", "carried_in", "granted", "answered_total", "carried_out") == [3, 0, 1, 1, 2]
    assert totals(after, "new", "carried_in", "not_held", "correction_lapsed", "answered_total", "carried_out") == [
        1,
        2,
        1,
        1,
        2,
        1,
    ]
    assert not checks.failures(checks.run(after, before), "error")


def test_pending_case_appears_again_next_year():
    agency = AgencyFactory()
    DisputeFactory(agency=agency, accepted_on=date(2022, 11, 1), closed_on=date(2023, 2, 1), result="corrected")

    assert collect(agency, 2022)["disputes.review"]["pending"] == 1
    assert collect(agency, 2023)["disputes.review"] == {
        "upheld": 0,
        "corrected": 1,
        "other": 0,
        "pending": 0,
        "total": 1,
    }
    assert collect(agency, 2024)["disputes.review.total"] == 0


days = st.dates(date(2021, 1, 1), date(2024, 12, 31))


@given(st.data())
@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_records_behind_a_cell_are_what_it_counts(data):
    agency = AgencyFactory()
    for _ in range(data.draw(st.integers(0, 6))):
        received = data.draw(days)
        closed = data.draw(st.none() | st.dates(received, date(2025, 12, 31)))
        kind = data.draw(st.sampled_from(ApplicantKind))
        if closed:
            answered(agency, received, closed, data.draw(st.sampled_from(Outcome)), kind)
        else:
            DisclosureRequestFactory(agency=agency, received_on=received, applicant_kind=kind)
    for _ in range(data.draw(st.integers(0, 3))):
        accepted = data.draw(days)
        closed = data.draw(st.none() | st.dates(accepted, date(2025, 12, 31)))
        DisputeFactory(
            agency=agency,
            kind=data.draw(st.sampled_from(DisputeKind)),
            accepted_on=accepted,
            closed_on=closed,
            result=data.draw(st.sampled_from(DisputeResult)) if closed else "",
        )
    for _ in range(data.draw(st.integers(0, 3))):
        issued = data.draw(days)
        NormativeDocumentFactory(
            agency=agency,
            kind=data.draw(st.sampled_from(DocumentKind)),
            issued_on=issued,
            repealed_on=data.draw(st.none() | st.dates(issued, date(2025, 1, 1))),
        )
        AdministrativeDecisionFactory(agency=agency, decided_on=data.draw(days), quantity=data.draw(st.integers(1, 9)))

    figures = collect(agency, 2022)

    for code, cell in CELLS.items():
        records = cell.records(agency, 2022)
        if cell.is_money:
            continue
        if code.split(".")[1] in ("licensing", "penalties", "coercion"):
            counted = records.aggregate(total=Sum("quantity"))["total"] or 0
        else:
            counted = records.count()
        assert counted == figures[code], code
    assert not checks.failures(checks.run(figures, collect(agency, 2021), agency_level="province"), "error")


def test_number_of_queries_does_not_grow(django_assert_max_num_queries):
    agency = AgencyFactory()
    for number in (1, 30):
        DisclosureRequestFactory.create_batch(number, agency=agency)
        PublicationFactory.create_batch(3, item__agency=agency)
        with django_assert_max_num_queries(12):
            collect(agency, 2022)


def test_answered_request_is_counted_by_its_row_only():
    agency = AgencyFactory()
    answered(agency, date(2022, 3, 1), date(2022, 3, 2), Outcome.PARTIAL)

    assert collect(agency, 2022)["requests.third_party.total"] == 0
    assert DisclosureRequest.objects.count() == 1
