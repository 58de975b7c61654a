"""What makes a row of digits an identity number, a telephone number or a card number; pure."""

import re
from datetime import date

FIRST_BIRTH = date(1900, 1, 1)
# GB/T 2260, the first two digits: provinces, and the three regions whose residents hold a 居住证 of the same make.
_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"
# 外国人永久居留身份证 since 2023: a 9, the province, the number of the country.
_FOREIGNERS = rf"9(?:{_PROVINCES})[0-9]{{3}}"
_MONTH_AND_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# Each finds every place where such a number could begin; the functions below decide.
IDENTITY_SHAPE = re.compile(
    rf"(?=(?:(?:{_PROVINCES})[0-9]{{4}}|{_FOREIGNERS})(?:19|20)[0-9]{{2}}{_MONTH_AND_DAY}[0-9]{{3}}[0-9X])"
)
OLD_IDENTITY_SHAPE = re.compile(
    rf"(?=(?:{_PROVINCES})(?:0[1-9]|[1-6][0-9]|70|90)(?!00)[0-9]{{2}}[0-9]{{2}}{_MONTH_AND_DAY}[0-9]{{3}})"
)
# Segments given out by 工业和信息化部 to the four carriers and to resellers; those of things (13 digits) are no one's.
MOBILE_SHAPE = re.compile(r"(?=1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[0-9]{8})")
# Heads of cards issued here: 银联 62, 60, 621; 工行 95588, 农行 95599; Visa 4, 万事达 51-55, JCB 35.
CARD_SHAPE = re.compile(r"(?=62|60[13]|955[589]|4|5[1-5]|35(?:2[89]|[3-8][0-9]))")
CARD_LENGTHS = (19, 18, 17, 16)  # the longest first
_LONG_VISA = ("436742", "456351")  # 建行龙卡 and 中行长城: Visa's head, but 19 digits
_WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]
_CHECK_DIGITS = "10X98765432"
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = [3**place % 31 for place in range(17)]


def _is_birth(year: int, month: int, day: int, latest: date) -> bool:
    try:
        return FIRST_BIRTH <= date(year, month, day) <= latest
    except ValueError:
        return False


def is_identity(number: str, latest: date) -> bool:
    """18 characters of the shape: a real birth date up to ``latest`` and the check digit of GB 11643."""
    return _CHECK_DIGITS[
        sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True)) % 11
    ] == number[17] and has_birth(number, latest)


def has_birth(number: str, latest: date) -> bool:
    """18 characters of the shape: a real birth date up to ``latest``."""
    return _is_birth(int(number[6:10]), int(number[10:12]), int(number[12:14]), latest)


def is_old_identity(number: str) -> bool:
    """15 digits of the shape: a real birth date of the 20th century (none was issued later)."""
    return _is_birth(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]), date(1999, 12, 31))


def is_credit_code(code: str) -> bool:
    """18 characters with the check character of GB 32100, 统一社会信用代码."""
    total = sum(weight * _CREDIT_SIGNS.index(sign) for weight, sign in zip(_CREDIT_WEIGHTS, code[:17], strict=True))
    return _CREDIT_SIGNS[-total % 31] == code[17]


def is_card(number: str) -> bool:
    """16 to 19 digits: a length that cards with this head have, and Luhn's check digit."""
    if not number.isdigit():
        return False
    if number.startswith("4"):
        if not (len(number) == 16 or (len(number) == 19 and number.startswith(_LONG_VISA))):
            return False
    elif number.startswith(("5", "3")) and len(number) != 16:
        return False
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2]]
    return (sum(doubled) + sum(map(int, number[::-2]))) % 10 == 0
