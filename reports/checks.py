"""The invariants of the annual report, by their IDs; pure, so that they judge our own figures and anyone's.

Levels: an ``error`` is arithmetic or law broken, a ``warning`` is a figure to look at again. A rule whose numbers are
missing does not apply (``holds`` is None): a blank never counts as 0.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from reports.cells import (
    CELLS,
    DISPUTE_GROUPS,
    DISPUTE_RESULTS,
    DOCUMENT_KINDS,
    OUTCOME_ROWS,
    REQUEST_COLUMNS,
    REQUEST_ROWS,
    TOTAL,
    label_of,
)
from reports.text import statements

Level = Literal["error", "warning"]

# Only the State Council's departments and the governments of provinces and of cities with districts make 规章 (立法法).
RULE_MAKERS = {"city", "province", "ministry"}
# Above this many 万元 a bureau has probably entered yuan; a whole county or city can collect more.
FEE_CEILING_WAN_YUAN = {"department": 10_000, "township": 10_000, "institution": 10_000}
FEE_DECIMALS = 6
LARGEST_NUMBER = 10**18  # above it a cell holds no count of anything
LONGEST_AMOUNT = 30  # digits before or after the point
REVIEW_FIRST_SINCE = 2024  # 行政复议法 (2023) Art. 23, in force 2024-01-01


@dataclass(frozen=True)
class Result:
    """One identity judged: which rule, on which cell, whether it holds, and why, in Chinese."""

    id: str
    level: Level
    holds: bool | None
    cell: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "level": self.level, "holds": self.holds, "cell": self.cell, "message": self.message}


@dataclass(frozen=True)
class Sheet:
    """Read access to a report's numbers. ``None`` for a cell that is missing, blank or not a number."""

    tables: Mapping[str, Any]
    year: int | None = None
    counts: Mapping[str, Any] | None = None
    narrative: Mapping[str, Any] | None = None

    def raw(self, code: str) -> Any:
        value: Any = self.tables
        for key in code.split("."):
            if not isinstance(value, Mapping) or key not in value:
                return None
            value = value[key]
        return value

    def number(self, code: str) -> int | None:
        value = self.raw(code)
        good = isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER
        return value if good else None

    def money(self, code: str) -> Decimal | None:
        value = self.raw(code)
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return None
        try:
            amount = Decimal(value)
        except InvalidOperation:
            return None
        # A million digits are no amount either, and would be written out in full.
        return amount if amount.is_finite() and abs(amount.adjusted()) < LONGEST_AMOUNT else None


def run(figures: Any, previous: Any = None, *, agency_level: str = "department") -> list[Result]:
    """Every rule on ``figures``, against last year's ``previous`` where given.

    Both may be ``Figures``, a report in the open format, or just its tables; ``agency_level`` as in that format.
    """
    sheet, before = sheet_of(figures), sheet_of(previous) if previous is not None else None
    results = [
        *_structure(sheet),
        *_complete(sheet),
        *_row_sums(sheet),
        *_column_sums(sheet),
        *_balance(sheet),
        *_dispute_sums(sheet),
        *_rule_making(sheet, agency_level),
        *_in_force_at_least(sheet),
        *_fee_plausible(sheet, agency_level),
        *_review_first(sheet),
        *_text(sheet),
    ]
    if before is not None:
        results += [*_carried(sheet, before), *_pending_reappears(sheet, before), *_stock_flow(sheet, before)]
    return results


def failures(results: Iterable[Result], level: Level | None = None) -> list[Result]:
    return [result for result in results if result.holds is False and (level is None or result.level == level)]


def sheet_of(figures: Any) -> Sheet:
    """Read access to ``Figures``, to a report in the open format, or to its tables."""
    if isinstance(figures, Mapping):
        year = figures.get("year")
        return Sheet(
            figures.get("tables", figures),
            year if isinstance(year, int) else None,
            figures.get("counts"),
            figures.get("narrative"),
        )
    return Sheet(figures.tables, figures.year, figures.counts)


def _identity(rule: str, level: Level, cell: str, left: list[str], right: list[str], sheet: Sheet) -> Result:
    """Σ left = Σ right, told with both sides."""
    sides = [[sheet.number(code) for code in codes] for codes in (left, right)]
    if any(value is None for side in sides for value in side):
        return Result(rule, level, None, cell, f"{label_of(cell)}：有单元格没有数字，无法核对")
    totals = [sum(value for value in side if value is not None) for side in sides]
    # Zeros are left out of the sum as told; twenty-one of them would hide the two that matter.
    told = [" + ".join(str(value) for value in side if value) or "0" for side in sides]
    told = [text if text == str(total) else f"{text} = {total}" for text, total in zip(told, totals, strict=True)]
    if totals[0] == totals[1]:
        return Result(rule, level, True, cell, f"{label_of(cell)}：{told[0]}，相符")
    return Result(
        rule, level, False, cell, f"{label_of(cell)}：{told[0]}，而表中为 {told[1]}，相差 {totals[0] - totals[1]}"
    )


def _structure(sheet: Sheet) -> Iterator[Result]:
    """STRUCT: no row or column that the form does not have (a subtotal row, the 2019 form's columns)."""

    def codes(value: Any, prefix: str) -> Iterator[str]:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                yield from codes(inner, f"{prefix}.{key}")
        else:
            yield prefix

    known = {"proactive", "requests", "disputes"}
    found = [code for table in known & set(sheet.tables) for code in codes(sheet.tables[table], table)]
    strange = [code for code in found if code not in CELLS] + sorted(set(sheet.tables) - known)
    for code in strange:
        yield Result("STRUCT", "error", False, code, f"{code}：2021年格式中没有这个单元格，请删除多余的行列或小计")
    if not strange:
        yield Result("STRUCT", "error", True, "", "表格行列与2021年格式一致")


def _complete(sheet: Sheet) -> Iterator[Result]:
    """B-NONNEG: every cell a whole number from 0 up (money: a decimal); no blank, no "/"."""
    faults = []
    for code, cell in CELLS.items():
        value = sheet.raw(code)
        good: Decimal | int | None = sheet.money(code) if cell.is_money else sheet.number(code)
        if good is None or good < 0:
            shown = "空白" if value is None or value == "" else f"“{value}”"
            expected = "不小于0的金额（万元）" if cell.is_money else "不小于0的整数"
            message = f"{label_of(code)}：填的是{shown}，应为{expected}，没有的填0"
            faults.append(Result("B-NONNEG", "error", False, code, message))
    yield from faults or [Result("B-NONNEG", "error", True, "", "各单元格都是不小于0的数字，没有空白")]


def _row_sums(sheet: Sheet) -> Iterator[Result]:
    """B-ROW: the six kinds of applicant add up to 总计, in each of the 25 rows."""
    for row in REQUEST_ROWS:
        kinds = [f"requests.{row.key}.{column.key}" for column in REQUEST_COLUMNS if column.key != TOTAL]
        total = f"requests.{row.key}.{TOTAL}"
        yield _identity("B-ROW", "error", total, kinds, [total], sheet)


def _column_sums(sheet: Sheet) -> Iterator[Result]:
    """B-SUM: rows （一） to （六） add up to （七）总计, in each of the 7 columns."""
    for column in REQUEST_COLUMNS:
        outcomes = [f"requests.{row}.{column.key}" for row in OUTCOME_ROWS]
        total = f"requests.answered_total.{column.key}"
        yield _identity("B-SUM", "error", total, outcomes, [total], sheet)


def _balance(sheet: Sheet) -> Iterator[Result]:
    """B-BAL: 第一项加第二项之和，等于第三项加第四项之和, in each of the 7 columns."""
    for column in REQUEST_COLUMNS:
        cells = [f"requests.{row}.{column.key}" for row in ("new", "carried_in", "answered_total", "carried_out")]
        numbers = [sheet.number(code) for code in cells]
        target = cells[-1]
        if None in numbers:
            yield Result("B-BAL", "error", None, target, f"{column.label}列：有单元格没有数字，无法核对")
            continue
        new, carried_in, answered, carried_out = (number or 0 for number in numbers)
        left, right = new + carried_in, answered + carried_out
        told = (
            f"{column.label}列：新收{new} + 上年结转{carried_in} = {left}，"
            f"办理结果总计{answered} + 结转下年{carried_out} = {right}"
        )
        verdict = "相等" if left == right else f"相差 {left - right}"
        yield Result("B-BAL", "error", left == right, target, f"{told}，{verdict}")


def _carried(sheet: Sheet, before: Sheet) -> Iterator[Result]:
    """B-CARRY: 上年结转 is last year's 结转下年度. By column only a warning: applicants get re-classified."""
    for column in REQUEST_COLUMNS:
        cell, origin = f"requests.carried_in.{column.key}", f"requests.carried_out.{column.key}"
        level: Level = "error" if column.key == TOTAL else "warning"
        now, then = sheet.number(cell), before.number(origin)
        if now is None or then is None:
            yield Result("B-CARRY", level, None, cell, f"{column.label}列：缺少上年或本年的结转数，无法核对")
            continue
        message = f"{column.label}列：上年报告结转下年度{then}件，本年上年结转{now}件"
        yield Result(
            "B-CARRY", level, now == then, cell, message + ("，相符" if now == then else f"，相差 {now - then}")
        )


def _dispute_sums(sheet: Sheet) -> Iterator[Result]:
    """C-SUM: in each of the three groups the four results add up to 总计."""
    for group in DISPUTE_GROUPS:
        parts = [f"disputes.{group}.{result}" for result in DISPUTE_RESULTS if result != TOTAL]
        total = f"disputes.{group}.{TOTAL}"
        yield _identity("C-SUM", "error", total, parts, [total], sheet)


def _pending_reappears(sheet: Sheet, before: Sheet) -> Iterator[Result]:
    """C-PEND: a case pending at the end of last year appears again this year."""
    for group in DISPUTE_GROUPS:
        cell = f"disputes.{group}.{TOTAL}"
        now, pending = sheet.number(cell), before.number(f"disputes.{group}.pending")
        holds = None if now is None or pending is None else now >= pending
        yield Result("C-PEND", "warning", holds, cell, f"{label_of(cell)}：上年尚未审结{pending}件，本年合计{now}件")


def _review_first(sheet: Sheet) -> Iterator[Result]:
    """C-GATE: since 2024 a refusal under Art. 14–16 goes to review first (复议法 Art. 23; 法释〔2025〕8号 Art. 1).

    Our own records say which suits attack a refusal; of a foreign report any direct suit deserves a second look.
    """
    cell = f"disputes.litigation_direct.{TOTAL}"
    suits = (sheet.counts or {}).get("direct_suits_needing_review", sheet.number(cell))
    if sheet.year is None or suits is None:
        yield Result("C-GATE", "warning", None, cell, "缺少年度或案件数，无法核对复议前置")
        return
    if sheet.year < REVIEW_FIRST_SINCE or not suits:
        yield Result("C-GATE", "warning", True, cell, "没有应当先复议而直接起诉的案件")
        return
    message = f"未经复议直接起诉{suits}件：2024年起不服不予公开决定应先申请行政复议，请核对案件归类"
    yield Result("C-GATE", "warning", False, cell, message)


def _rule_making(sheet: Sheet, level: str) -> Iterator[Result]:
    """A-RULE: an organ without rule-making power has no 规章."""
    cells = [f"proactive.regulations.{column}" for column in ("issued", "repealed", "in_force")]
    if level in RULE_MAKERS:
        yield Result("A-RULE", "error", None, cells[0], "本机关有规章制定权，不适用")
        return
    wrong = [cell for cell in cells if sheet.number(cell)]
    for cell in wrong:
        message = f"{label_of(cell)}：填了{sheet.number(cell)}件，本机关没有规章制定权，应为0"
        yield Result("A-RULE", "error", False, cell, message)
    if not wrong:
        yield Result("A-RULE", "error", True, cells[0], "规章为0，符合制定权限")


def _stock_flow(sheet: Sheet, before: Sheet) -> Iterator[Result]:
    """A-FLOW: 现行有效 = last year's + 制发 − 废止. A warning: files also lapse by their own term."""
    for row in DOCUMENT_KINDS:
        cell = f"proactive.{row}.in_force"
        stock, then = sheet.number(cell), before.number(cell)
        issued, repealed = (sheet.number(f"proactive.{row}.{column}") for column in ("issued", "repealed"))
        if stock is None or then is None or issued is None or repealed is None:
            yield Result("A-FLOW", "warning", None, cell, f"{label_of(cell)}：缺少上年或本年数据，无法核对")
            continue
        expected = then + issued - repealed
        message = f"{label_of(cell)}：上年{then} + 制发{issued} - 废止{repealed} = {expected}，表中为{stock}"
        hint = "" if stock == expected else "。如有文件因有效期届满失效，请在说明中写明"
        yield Result("A-FLOW", "warning", stock == expected, cell, message + hint)


def _in_force_at_least(sheet: Sheet) -> Iterator[Result]:
    """A-GE: 现行有效 is at least what was made in the year and cannot have been repealed in it."""
    for row in DOCUMENT_KINDS:
        cell = f"proactive.{row}.in_force"
        values = [sheet.number(f"proactive.{row}.{column}") for column in ("issued", "repealed", "in_force")]
        if None in values:
            yield Result("A-GE", "warning", None, cell, f"{label_of(cell)}：有单元格没有数字，无法核对")
            continue
        issued, repealed, stock = (value or 0 for value in values)
        message = f"{label_of(cell)}：现行有效{stock}件，本年制发{issued}件、废止{repealed}件"
        yield Result("A-GE", "warning", stock >= issued - repealed, cell, message)


def _fee_plausible(sheet: Sheet, level: str) -> Iterator[Result]:
    """A-FEE: 万元 to at most six decimals (the fen), and not so much that it must be yuan."""
    cell = "proactive.fees_wan_yuan"
    amount, ceiling = sheet.money(cell), FEE_CEILING_WAN_YUAN.get(level)
    if amount is None:
        yield Result("A-FEE", "warning", None, cell, "没有收费金额，无法核对")
        return
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > FEE_DECIMALS:
        message = f"收费金额{amount}万元的小数超过{FEE_DECIMALS}位，精确到分即可"
        yield Result("A-FEE", "warning", False, cell, message)
    elif ceiling and amount > ceiling:
        message = f"收费金额{amount}万元，超过{ceiling}万元，请核对是否误填为元"
        yield Result("A-FEE", "warning", False, cell, message)
    else:
        yield Result("A-FEE", "warning", True, cell, f"收费金额{amount}万元，在合理范围内")


def _text(sheet: Sheet) -> Iterator[Result]:
    """N-TEXT and N-ZERO: the text says what the tables say."""
    text = "。".join(str(part) for part in (sheet.narrative or {}).values() if part)
    if not text:
        yield Result("N-TEXT", "error", None, "", "没有正文，无法核对")
        yield Result("N-ZERO", "error", None, "", "没有正文，无法核对")
        return
    wrong = list(statements.contradictions(text, sheet.number, sheet.year))
    yield from (Result("N-TEXT", "error", False, cell, message) for cell, message in wrong)
    if not wrong:
        yield Result("N-TEXT", "error", True, "", "正文中的数字与表格相符")
    denied = list(statements.zero_contradictions(text, sheet.number, sheet.year))
    yield from (Result("N-ZERO", "error", False, cell, message) for cell, message in denied)
    cell = f"requests.new.{TOTAL}"
    if sheet.number(cell) == 0 and not statements.says_nothing_received(text):
        yield Result("N-ZERO", "warning", False, cell, "表中本年新收0件，正文应写明“未收到政府信息公开申请”")
    elif not denied:
        yield Result("N-ZERO", "error", True, "", "正文关于“未收到”“未发生”的说法与表格相符")
