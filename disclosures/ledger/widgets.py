"""What a spreadsheet cell may hold, and the value it stands for. Every refusal is a Chinese sentence for the clerk."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from import_export import widgets

ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
FIRST_YEAR, LAST_YEAR = 1949, 2100
DATE_FORMS = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})、(\d{1,2})、(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")
WITH_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
# Ways of writing that leave open which day is meant, and what to say of each.
OPEN_DAYS = (
    (re.compile(r"\d{4}[-/.、年]\d{1,2}月?"), "只有年月，请补上日"),
    (re.compile(r"\d{1,2}[-/.月]\d{1,2}[日号]?"), "没有年份，请补上年份"),
    (re.compile(r"\d{2}[-/.、年]\d{1,2}[-/.、月]\d{1,2}[日号]?"), "的年份不是四位，请写全"),
    (re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"), "分不清月和日，请按年、月、日的顺序写"),
    (re.compile(r"\d{5}(\.\d+)?"), "是电子表格的日期序号，请把该列设为日期格式"),
)
SPREADSHEET_EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers, its leap-year fault included
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
IN_TEN_THOUSANDS = re.compile(r"[+-]?[\d,.]+[万亿]")
CURRENCIES = ("人民币¥", "人民币", "RMB¥", "RMB", "CNY", "¥")
ONE_LINE = 200
EXACT_DIGITS = 15  # a spreadsheet keeps no more digits of a number
# What people write into a cell that holds nothing, and into one that means the cell above.
NOTHING = frozenset({"-", "--", "—", "——", "–", "/", "//", "\\", "无", "暂无"})
DITTO = frozenset({"同上", "同前", "同上行", "″", "〃", "〞", '"', "''"})
FOREVER = frozenset({"长期", "长期有效", "永久", "永久有效"})
WEEKDAY = re.compile(r"[(,]?(?:星期|周|礼拜)[一二三四五六日天][)]?$")
BROKEN_LINE = re.compile(r"[ \t]*[\r\n]+[ \t]*")
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")) | {0xA0: " "}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def plain(value: Any) -> str:
    """Cell text with full-width digits and signs made half-width, without blanks around it."""
    return unicodedata.normalize("NFKC", str(value)).strip()


def _in_digits(text: str) -> str:
    """A day written in Chinese digits, 二〇二二年一月五日, in ours; anything else as it is."""
    match = CHINESE_DAY.fullmatch(text)
    if not match:
        return text
    year, *others = match.groups()
    month, day = (_up_to_99(number) for number in others)
    return f"{year.translate(CHINESE_DIGITS)}年{month}月{day}日"


def _up_to_99(number: str) -> int:
    """二十三 is 23. Zero for what is no such number, which no month and no day is."""
    tens, ten, ones = number.rpartition("十")
    digits = [part.translate(CHINESE_DIGITS) for part in (tens or "一", ones or "零")]
    if not ten:
        return int(digits[1]) if len(number) == 1 else 0
    return int(digits[0]) * 10 + int(digits[1]) if all(len(digit) == 1 and digit.isdigit() for digit in digits) else 0


def _joint(match: re.Match[str]) -> str:
    """Between Latin words a blank, between Chinese ones nothing: the line was broken to fit its cell."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return " " if before.isascii() and after.isascii() else ""


class LedgerWidget(widgets.Widget):
    """``clean`` gives the value or raises ``ValueError``; blank cells are the column's business, not the widget's."""

    number_format = "General"
    nothing: frozenset[str] = NOTHING

    def is_nothing(self, value: Any) -> bool:
        """Does the cell say in words or signs that it is blank?"""
        return isinstance(value, str) and value.strip() in self.nothing

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, str) and value.strip() in ERRORS:
            raise ValueError(f"单元格是错误值 {value.strip()}，请改为正确的内容")
        if isinstance(value, str) and value.strip() in DITTO:
            raise ValueError(f"“{value.strip()}”没有写明内容，请逐行填写")
        return self.parse(value)

    def parse(self, value: Any) -> Any:
        raise NotImplementedError

    def cell(self, value: Any) -> Any:
        """The value as written to a spreadsheet cell."""
        return value


class Text(LedgerWidget):
    """A text of one line up to ``ONE_LINE`` characters; longer ones keep their lines."""

    number_format = "@"

    def __init__(self, max_length: int | None = None) -> None:
        super().__init__()
        self.max_length = max_length

    def parse(self, value: Any) -> str:
        if isinstance(value, bool):
            raise ValueError("应填文字")
        if isinstance(value, (datetime, date)):
            raise ValueError("应填文字，而单元格是日期；请把该列设为文本格式后重新填写")
        if isinstance(value, (int, float)):
            if abs(value) >= 10**EXACT_DIGITS:
                raise ValueError("长数字已被电子表格改写（如 3.7E+17），请把该列设为文本格式后重新填写")
            value = int(value) if float(value).is_integer() else value
        text = str(value).translate(UNSEEN).strip()
        if self.max_length and self.max_length <= ONE_LINE:
            text = BROKEN_LINE.sub(_joint, text)
        if re.fullmatch(r"\d(\.\d+)?[Ee]\+?\d{2}", text):
            raise ValueError(f"长数字已被电子表格改写（{text}），请把该列设为文本格式后重新填写")
        if CONTROL.search(text):
            raise ValueError("含有不可见的控制字符，请重新输入")
        if self.max_length and len(text) > self.max_length:
            raise ValueError(f"共{len(text)}个字，超过{self.max_length}个字")
        return text.replace("\r\n", "\n")


class Day(LedgerWidget):
    number_format = "yyyy-mm-dd"

    def __init__(self, nothing: frozenset[str] = frozenset()) -> None:
        """``nothing``: words that mean here that there is no day."""
        super().__init__()
        self.nothing = NOTHING | nothing

    def parse(self, value: Any) -> date:
        if isinstance(value, datetime):
            if value.time() != value.time().min:
                raise ValueError("只填日期，不要带时间")
            return self._plausible(value.date())
        if isinstance(value, date):
            return self._plausible(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 20_000 <= value < 100_000:
            return self._plausible(SPREADSHEET_EPOCH + timedelta(days=value))
        text = _in_digits(WEEKDAY.sub("", MIDNIGHT.sub("", plain(value)).replace(" ", "")))
        for form in DATE_FORMS:
            if match := form.fullmatch(text):
                return self._plausible(self._existing(text, *map(int, match.groups())))
        if WITH_TIME.search(text):
            raise ValueError("只填日期，不要带时间")
        reason = next((reason for form, reason in OPEN_DAYS if form.fullmatch(text)), "不是日期")
        raise ValueError(f"“{str(value)[:20]}”{reason}，请写成 2022-01-05 这样")

    @staticmethod
    def _existing(text: str, year: int, month: int, day: int) -> date:
        try:
            return date(year, month, day)
        except ValueError:
            raise ValueError(f"没有“{text}”这一天，请核对") from None

    @staticmethod
    def _plausible(day: date) -> date:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"年份{day.year}不合理，请核对")
        return day


class Choice(LedgerWidget):
    """One of a list, written as its label."""

    def __init__(self, labels: Mapping[str, Any], synonyms: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.labels = dict(labels)
        self.values = {plain(label): value for label, value in {**(synonyms or {}), **labels}.items()}
        self.label_of = {value: label for label, value in self.labels.items()}

    def parse(self, value: Any) -> Any:
        text = plain(value).replace(" ", "")
        if text not in self.values:
            raise ValueError(f"“{text[:20]}”不在可选范围内，请填：{'、'.join(self.labels)}")
        return self.values[text]

    def cell(self, value: Any) -> Any:
        return self.label_of.get(value)


class YesNo(Choice):
    def __init__(self) -> None:
        super().__init__({"是": True, "否": False})


class Parsed(LedgerWidget):
    """A choice too rich for a list: ``parse`` reads it, ``label`` writes it."""

    def __init__(self, parse: Callable[[str], Any], label: Callable[[Any], str]) -> None:
        super().__init__()
        self._parse, self._label = parse, label

    def parse(self, value: Any) -> Any:
        return self._parse(str(value).strip())

    def cell(self, value: Any) -> Any:
        return self._label(value) if value else None


class Whole(LedgerWidget):
    """A whole number within bounds, both included."""

    number_format = "0"
    nothing = frozenset()  # 无 may mean zero

    def __init__(self, least: int = 0, most: int = 2**31 - 1, units: tuple[str, ...] = ()) -> None:
        """``units`` may follow the number."""
        super().__init__()
        self.least, self.most, self.units = least, most, units

    def parse(self, value: Any) -> int:
        number = number_in(value, self.units)
        if number != number.to_integral_value():
            raise ValueError(f"“{value}”不是整数")
        if not self.least <= number <= self.most:
            raise ValueError(f"应在{self.least}到{self.most}之间，而填的是{number}")
        return int(number)


class Money(LedgerWidget):
    """Yuan to the fen."""

    number_format = "0.00"
    nothing = frozenset()  # 无 may mean zero

    def parse(self, value: Any) -> Decimal:
        amount = number_in(value, ("元整", "圆整", "元", "圆"), CURRENCIES)
        if amount < 0:
            raise ValueError("金额不能为负数")
        cents = amount.quantize(Decimal("0.01"))
        if cents != amount:
            raise ValueError(f"“{value}”的小数超过两位，请精确到分")
        if cents >= 10**14:
            raise ValueError("金额过大，请核对")
        return cents


def number_in(value: Any, units: tuple[str, ...] = (), signs: tuple[str, ...] = ()) -> Decimal:
    """A spreadsheet's own number, or one written out: 1,234.00, １２３４, with a unit after or a sign before it.

    Commas only between groups of three digits: 1,2 may be meant as anything.
    """
    if isinstance(value, (bool, date, datetime)):
        raise ValueError("应填数字")
    # A spreadsheet's number is a binary fraction; its shortest form is what the clerk typed.
    text = repr(value) if isinstance(value, (int, float)) else plain(value).replace(" ", "")
    if isinstance(value, str):
        text = text.removeprefix(next((sign for sign in signs if text.startswith(sign)), ""))
        text = text.removesuffix(next((unit for unit in units if text.endswith(unit)), ""))
        if IN_TEN_THOUSANDS.fullmatch(text):
            raise ValueError(f"“{str(value)[:20]}”以万为单位，请换算后填写全部数字")
        if not NUMBER.fullmatch(text):
            raise ValueError(f"“{str(value)[:20]}”不是数字，请用阿拉伯数字填写")
    number = Decimal(text.replace(",", ""))
    if not number.is_finite() or abs(number) >= 10**18:
        raise ValueError(f"“{str(value)[:20]}”不是可用的数字")
    return number
