"""Records that amount to given tables: a year of requests, disputes, documents, decisions and fees."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from disclosures.models import AdministrativeDecision, FeeCollection, NormativeDocument
from reports.cells import (
    DECISION_KINDS,
    DISPUTE_GROUPS,
    DISPUTE_RESULTS,
    DOCUMENT_KINDS,
    OUTCOME_ROWS,
    REQUEST_COLUMNS,
    REQUEST_ROWS,
    TOTAL,
)
from requests_app.enums import RequestState
from requests_app.models import DisclosureRequest, Dispute
from requests_app.outcomes import outcomes_in_row

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
KINDS = [column.key for column in REQUEST_COLUMNS if column.key != TOTAL]
LEVELS = {"bureau": "department"}


def tables_of_case(path):
    """(year, level, tables in the open format) of a published report kept as numbers under Chinese labels."""
    case = json.loads(path.read_text("utf-8"))
    printed = case["table1"]
    proactive = {
        row: dict(zip(("issued", "repealed", "in_force"), printed[kind.label].values(), strict=True))
        for row, kind in DOCUMENT_KINDS.items()
    }
    proactive |= {row: printed[kind.label]["本年处理决定数量"] for row, kind in DECISION_KINDS.items()}
    proactive["fees_wan_yuan"] = printed["行政事业性收费"]["本年收费金额（单位：万元）"]
    columns = [column.key for column in REQUEST_COLUMNS]
    requests = {
        row.key: dict(zip(columns, values["values"], strict=True))
        for row, values in zip(REQUEST_ROWS, case["table2"]["rows"], strict=True)
    }
    numbers = iter(case["table3"]["values"])
    disputes = {group: {result: next(numbers) for result in DISPUTE_RESULTS} for group in DISPUTE_GROUPS}
    level = LEVELS.get(case["level"], case["level"])
    return case["year"], level, {"proactive": proactive, "requests": requests, "disputes": disputes}


def build(agency, year, tables):
    """Stores records of ``agency`` that a report of ``year`` must count as ``tables``."""
    _documents(agency, year, tables["proactive"])
    for row, kind in DECISION_KINDS.items():
        if tables["proactive"][row]:
            AdministrativeDecision.objects.create(
                agency=agency, kind=kind, decided_on=date(year, 6, 1), quantity=tables["proactive"][row]
            )
    yuan = Decimal(tables["proactive"]["fees_wan_yuan"]) * 10_000
    FeeCollection.objects.create(agency=agency, name="示例费", collected_on=date(year, 12, 31), amount=yuan)
    _requests(agency, year, tables["requests"])
    _disputes(agency, year, tables["disputes"])


def _documents(agency, year, table):
    for row, kind in DOCUMENT_KINDS.items():
        issued, repealed, in_force = (table[row][key] for key in ("issued", "repealed", "in_force"))
        # Old ones first: those repealed this year, then those that stay beside this year's.
        old = repealed + max(0, in_force - issued)
        lapsed = issued - min(issued, in_force)
        NormativeDocument.objects.bulk_create(
            NormativeDocument(
                agency=agency,
                kind=kind,
                title=f"示例文件{place}",
                number=f"{kind.label}{place}号",
                issued_on=date(year, 1, 1) if place >= old else date(year - 3, 5, 1),
                repealed_on=date(year, 12, 31) if place < repealed else None,
                lapsed_on=date(year, 7, 1) if old <= place < old + lapsed else None,
            )
            for place in range(old + issued)
        )


def _requests(agency, year, table):
    rows = []
    for kind in KINDS:
        answers = [row for row in OUTCOME_ROWS for _ in range(table[row][kind])]
        answers += [None] * table["carried_out"][kind]
        receipts = [date(year - 1, 12, 30)] * table["carried_in"][kind] + [date(year, 1, 1)] * table["new"][kind]
        for received, row in zip(receipts, answers, strict=True):
            rows.append((kind, received, row))
    DisclosureRequest.objects.bulk_create(
        DisclosureRequest(
            agency=agency,
            number=f"N{place}",
            applicant_kind=kind,
            applicant_name="示例申请人",
            received_on=received,
            description="示例",
            outcome=outcomes_in_row(row)[place % len(outcomes_in_row(row))] if row else "",
            answered_on=date(year, 12, 31) if row else None,
            state=RequestState.CLOSED if row else RequestState.HANDLING,
        )
        for place, (kind, received, row) in enumerate(rows)
    )


def _disputes(agency, year, table):
    for group, results in table.items():
        for result, number in results.items():
            if result != TOTAL:
                pending = result == "pending"
                Dispute.objects.bulk_create(
                    Dispute(
                        agency=agency,
                        kind=group,
                        case_number=f"{result}{place}",
                        accepted_on=date(year - 1, 11, 1),
                        result="" if pending else result,
                        closed_on=None if pending else date(year, 1, 1),
                    )
                    for place in range(number)
                )
