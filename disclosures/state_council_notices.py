"""国务院办公厅关于部分节假日安排的通知, one a year: days off (both ends included) and make-up days 调休上班.

Checked day by day for 2021–2026 against an independent library. The numbers of the notices for 2021–2024 are from
memory and not confirmed; the dates are.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Notice:
    """One year's arrangement. Holidays may begin in December of the year before (2023: 12-31)."""

    year: int
    number: str
    holidays: tuple[tuple[str, date, date], ...]
    make_up_days: tuple[date, ...]


def _notice(year: int, number: str, holidays: dict[str, str], make_up_days: str) -> Notice:
    """``holidays``: name → ``"MM-DD MM-DD"``; ``make_up_days``: ``"MM-DD MM-DD …"``."""

    def day(text: str, *, may_be_before: bool = False) -> date:
        month, number_of_day = map(int, text.split("-"))
        return date(year - 1 if may_be_before and month == 12 else year, month, number_of_day)

    ranges = []
    for name, span in holidays.items():
        first, last = span.split()
        ranges.append((name, day(first, may_be_before=True), day(last)))
    return Notice(year, number, tuple(ranges), tuple(day(text) for text in make_up_days.split()))


NOTICES = (
    _notice(
        2021,
        "国办发明电〔2020〕27号",
        {
            "元旦": "01-01 01-03",
            "春节": "02-11 02-17",
            "清明节": "04-03 04-05",
            "劳动节": "05-01 05-05",
            "端午节": "06-12 06-14",
            "中秋节": "09-19 09-21",
            "国庆节": "10-01 10-07",
        },
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    _notice(
        2022,
        "国办发明电〔2021〕11号",
        {
            "元旦": "01-01 01-03",
            "春节": "01-31 02-06",
            "清明节": "04-03 04-05",
            "劳动节": "04-30 05-04",
            "端午节": "06-03 06-05",
            "中秋节": "09-10 09-12",
            "国庆节": "10-01 10-07",
        },
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    _notice(
        2023,
        "国办发明电〔2022〕16号",
        {
            "元旦": "12-31 01-02",
            "春节": "01-21 01-27",
            "清明节": "04-05 04-05",
            "劳动节": "04-29 05-03",
            "端午节": "06-22 06-24",
            "中秋节、国庆节": "09-29 10-06",
        },
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    _notice(
        2024,
        "国办发明电〔2023〕7号",
        {
            "元旦": "01-01 01-01",
            "春节": "02-10 02-17",
            "清明节": "04-04 04-06",
            "劳动节": "05-01 05-05",
            "端午节": "06-10 06-10",
            "中秋节": "09-15 09-17",
            "国庆节": "10-01 10-07",
        },
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    _notice(
        2025,
        "国办发明电〔2024〕12号",
        {
            "元旦": "01-01 01-01",
            "春节": "01-28 02-04",
            "清明节": "04-04 04-06",
            "劳动节": "05-01 05-05",
            "端午节": "05-31 06-02",
            "国庆节、中秋节": "10-01 10-08",
        },
        "01-26 02-08 04-27 09-28 10-11",
    ),
    _notice(
        2026,
        "国办发明电〔2025〕7号",
        {
            "元旦": "01-01 01-03",
            "春节": "02-15 02-23",
            "清明节": "04-04 04-06",
            "劳动节": "05-01 05-05",
            "端午节": "06-19 06-21",
            "中秋节": "09-25 09-27",
            "国庆节": "10-01 10-07",
        },
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
)
