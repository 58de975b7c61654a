"""Identity, telephone and card numbers among the digits of a text, however they are broken up; pure.

A check digit is strong evidence: such a number is taken wherever its groups add up. A telephone number has none, so
that its grouping, its label and its neighbours have to speak for it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from disclosures.gate import checks
from disclosures.gate.kinds import Found, Kind
from disclosures.gate.runs import Gap, Run, is_tight, kind_of_gap, runs

_LOOK_BACK = 32
_IDENTITY_LABEL = re.compile(r"(?:身份证|身份号|证件|公民身份|证号|ID)[^\n0-9]{0,12}\n{0,2}\Z")
_PHONE_LABEL = re.compile(
    r"(?:电话|手机|联系方式|联系人|联络|号码|微信|致电|拨打|来电|短信|(?i:tel|phone|mobile|mob|call)|☎|📱|📞)[^\n0-9]{0,14}\n{0,2}\Z"
)
_CARD_LABEL = re.compile(
    r"(?:[卡账帐]号|[账帐]户|银行|一卡通|一本通|一折通|存折|工资卡|信用社|[信农工建中交]行|农商|邮储)[^\n0-9]{0,16}\n{0,2}\Z"
)
_CREDIT_LABEL = re.compile(r"(?:信用代码|机构代码)[^\n0-9]{0,8}\n{0,2}\Z")
# The number of a thing: what stands before it on its own line says so.
_SERIAL_LABEL = re.compile(
    r"(?:(?:订单|运单|快递|物流|流水|凭证|票据|发票|收据|回单|交易|支付|合同|案件|受理|登记|备案|许可|批准|注册|工商|组织|"
    r"项目|工程|设备|产品|资产|证书|产权|宗地|地块|图斑|序列|条形?|批次|索引|统一|信用|机构|税务|识别|学籍|(?:准考|执法|执业|资格|工作|军官|警官|学生|会员)证|考|工|工单|"
    r"编|文|案|单|批|图|税|IMEI|ISBN|(?i:order|serial|no))[编序]?(?:号码?|码|代码|编码|编号|流水)?|№)"
    r"[ :：为是#.]{0,4}\Z"
)
# 案件编号3710032022…: the place, the day and a number, as in identity numbers of those born since 2000.
_FILE_LABEL = re.compile(r"(?:编|单|流水|案|受理|登记|备案|批)号?[号码][ :：为是]{0,3}\Z")
_NOT_SERIAL = re.compile(r"(?:手机|电话|联系|移动)[^\n0-9]{0,6}\Z")
_AMOUNT_BEFORE = re.compile(r"[¥￥$€] ?\Z")
_AMOUNT_AFTER = re.compile(r" ?(?:[万亿]?元|[万亿千百]?(?:平方|立方)|公里|千米|公顷|亩|吨|人(?![员民])|[%％‰℃])")
_ADDRESS_OF_A_PAGE = re.compile(r"(?:https?://|www\.)[!-~]*(?<![=])\Z", re.IGNORECASE)
_WORDS_BESIDE_A_PHONE = {
    "tel", "phone", "mobile", "mob", "mp", "call", "wx", "vx", "wechat", "weixin", "qq", "dh", "sj", "sjh", "lxdh",
}  # fmt: skip
_LETTERS_BEFORE, _LETTERS_AFTER = re.compile(r"[A-Za-z]+\Z"), re.compile(r"[A-Za-z]+")
_ONE_LETTER = re.compile(r"[A-Za-z](?![A-Za-z])")
_COUNTRY = ("86", "0086")
_DISABILITY_CLASS = re.compile(r"[1-7][1-4]")  # 残疾人证号: the identity number, the kind and the grade
_CELL_ENDS = '\n\t ,|;"'

# How people group a telephone number, by what stands between the groups.
_EACH_DIGIT = (1,) * 11
_MARKED = {(3, 4, 4), (4, 3, 4), (4, 4, 3), (3, 3, 5), _EACH_DIGIT}
_GROUPINGS = {
    "·": _MARKED,
    ".": _MARKED,
    "-": _MARKED | {(3, 8), (7, 4)},
}
_BY_SPACES = {(3, 8), (7, 4)}
_SUM_BEFORE = re.compile(
    r"(?:合计|总计|小计|共计|累计|金额|面积|预算|决算|收入|支出|本年|上年|[元户件人])[ :：\t]{0,3}\Z"
)
_BOXES = 18  # a form with a box for each digit
_FAR = 24  # cells
_INDEX_LENGTHS = {1, 2, 6}  # the number of a row, a postal code
_HEADS_OF_BANKS_HERE = ("62", "955", "436742", "456351")
# Its counties in GB/T 2260, old and new: 622202 and 622848 are none, but the heads of very many cards.
_IDENTITY_OF_GANSU = re.compile(
    r"62(?:(?:0[1-9]|1[0-2])(?:0[1-5]|11|2[1-9]|8[12])|(?:2[1-9]|30)(?:01|2[1-9]))"
    r"(?:19[0-9]|20[0-2])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}"
)
_FOURS = ((4, 4, 4, 4), (4, 4, 4, 4, 3))


def traces(plain: str) -> Iterator[int]:
    """Where there are digits enough in a row."""
    for run in runs(plain):
        yield run.cells[0][0]
    for match in _ODD.finditer(plain):
        yield match.start()


# 371002_19800101_1232, （138）6311-2345: signs that part numbers as often as they join the parts of one.
_SIGNS = r"[ _/|,，、;；（()）-]"
_ODD = re.compile(rf"[0-9](?:{_SIGNS}{{0,2}}[0-9]){{10,18}}(?:{_SIGNS}{{0,2}}[Xx])?(?![0-9])")
_ODD_SIGN = re.compile(r"[_/|,，、;；（()）]")
_JOINING = re.compile(r"[0-9Xx _/（()）-]+")
_ODD_GROUPS = {(3, 4, 4), (3, 8), (4, 4, 3), (4, 3, 4), (1,) * 11}


def _oddly_parted(plain: str, latest: date) -> Iterator[Found]:
    """Numbers whose parts are joined by other signs: with a check digit, or where the label says what they are."""
    at = 0
    while match := _ODD.search(plain, at):
        at = match.end()
        if not _ODD_SIGN.search(match.group()):
            continue
        # Begun at every group: the first may be the number of a row.
        for begin in [match.start(), *(part.end() for part in re.finditer(rf"{_SIGNS}+", match.group()))]:
            begin = begin if begin == match.start() else match.start() + begin
            places = [place for place in range(begin, match.end()) if plain[place].isalnum()]
            if found := _odd(plain, places, plain[begin : match.end()], latest):
                yield found
                break


def _odd(plain: str, places: list[int], written: str, latest: date) -> Found | None:
    digits = "".join(plain[place] for place in places).upper()
    before = plain[max(places[0] - _LOOK_BACK, 0) : places[0]].rstrip("(（") if places else ""
    if plain.startswith("*", places[-1] + 1 if places else 0):
        return None
    if len(digits) == 18 and checks.IDENTITY_SHAPE.match(digits) and checks.is_identity(digits, latest):
        labelled = _IDENTITY_LABEL.search(before)
        single = len(re.split(rf"{_SIGNS}+", written.strip("()（） "))) == _BOXES
        if labelled or single or (_JOINING.fullmatch(written) and not _SERIAL_LABEL.search(before)):
            return Found(Kind.IDENTITY, places[0], places[-1] + 1, places[6:-4])
    groups = tuple(len(group) for group in re.split(rf"{_SIGNS}+", written) if group)
    if (
        len(digits) == 11
        and checks.MOBILE_SHAPE.match(digits)
        and groups in _ODD_GROUPS
        and _PHONE_LABEL.search(before)
    ):
        return Found(Kind.PHONE, places[0], places[-1] + 1, places[3:7])
    if len(digits) in checks.CARD_LENGTHS and checks.is_card(digits) and _CARD_LABEL.search(before):
        return Found(Kind.BANK_CARD, places[0], places[-1] + 1, places[:-4])
    return None


def find(plain: str, latest: date) -> Iterator[Found]:
    """What is found in folded text; births up to ``latest``. Not sorted; those of other signs may overlap the rest."""
    ends: set[int] = set()
    for run in runs(plain):
        left = [run]
        for scan in _SCANS:
            rest: list[Run] = []
            for part in left:
                found = list(scan(part, latest, ends))
                ends.update(hit.end for hit in found)
                yield from found
                rest.extend(part.without([(hit.start, hit.end) for hit in found]) if found else [part])
            left = rest
    yield from _oddly_parted(plain, latest)


# What stands around


def _before(run: Run, first: int) -> str:
    start = run.cells[first][0]
    return run.plain[max(start - _LOOK_BACK, 0) : start]


def _char_before(run: Run, first: int) -> str:
    start = run.cells[first][0]
    return run.plain[start - 1] if start else ""


def _char_after(run: Run, last: int) -> str:
    return run.plain[run.cells[last][1] : run.cells[last][1] + 1]


def _is_masked(run: Run, first: int, last: int) -> bool:
    """The rest of a number that somebody has already covered."""
    return _char_before(run, first) == "*" or _char_after(run, last) == "*"


def _is_part_of_a_code(run: Run, first: int, last: int) -> bool:
    """A hyphen or a dot ties it to further digits; not the .0 that a spreadsheet adds."""
    if first > 0 and is_tight(run.gap(first - 1)) and not _is_country(run, first - 1):
        start, end = run.cells[first - 1]
        return not _is_mobile(run.plain[start:end])
    if last + 1 == len(run.cells) or not is_tight(run.gap(last)):
        return False
    start, end = run.cells[last + 1]
    return (run.gap(last) != "." or run.plain[start:end] != "0") and not _is_mobile(run.plain[start:end])


def _is_country(run: Run, index: int) -> bool:
    start, end = run.cells[index]
    return run.plain[start:end] in _COUNTRY


def _letters_allow(run: Run, first: int, last: int, ends: set[int], words: set[str]) -> bool:
    """No letters right beside it but those of ``words``, or the X of a number found before."""
    start, end = run.cells[first][0], run.cells[last][1]
    before = _LETTERS_BEFORE.search(run.plain, max(start - _LOOK_BACK, 0), start)
    after = _LETTERS_AFTER.match(run.plain, end, end + _LOOK_BACK)
    return (start in ends or not before or before.group().lower() in words) and (
        not after or after.group().lower() in words
    )


def _is_number_of_a_thing(run: Run, first: int, last: int) -> bool:
    before, end = _before(run, first), run.cells[last][1]
    if _SERIAL_LABEL.search(before) and not _NOT_SERIAL.search(before):
        return True
    start = run.cells[first][0]
    return bool(
        _AMOUNT_BEFORE.search(before)
        or _AMOUNT_AFTER.match(run.plain, end)
        or (before.endswith("第") and run.plain.startswith("号", end))
        or _ADDRESS_OF_A_PAGE.search(run.plain[max(start - 200, 0) : start])
    )


def _is_plausible_cell(digits: str) -> bool:
    """A count, a sum, a year, a date, a serial number, a telephone number: it may fill a cell of a table by itself."""
    if not digits.isdigit():
        return False
    if len(digits) <= 4 or (len(digits) <= 9 and digits[0] != "0"):
        return True
    return len(digits) == 11 and checks.MOBILE_SHAPE.match(digits) is not None


def _may_join(run: Run, first: int, last: int, labelled: bool) -> bool:
    """Whether a tab or the end of a line between cells may lie inside one number.

    Not where all parts fill cells of their own and could stand there for themselves.
    """
    breaks = [i for i in range(first, last) if kind_of_gap(run.gap(i)) in (Gap.TAB, Gap.LINE)]
    if not breaks or labelled or last - first == _BOXES - 1:
        return True
    before, after = _char_before(run, first), _char_after(run, last)
    if (before and before not in _CELL_ENDS) or (after and after not in _CELL_ENDS):
        return True
    return not all(_is_plausible_cell(run.plain[start:end]) for start, end in run.cells[first : last + 1])


def _others_in_the_row(run: Run, first: int, last: int, claimed: set[int]) -> list[int]:
    """Lengths of the numbers that stand beside it on its line, each for itself: two at most, and not from afar."""
    others: list[int] = []
    for step, edge in ((-1, first), (1, last)):
        index = edge + step
        while 0 <= index < len(run.cells) and len(others) < 2 and abs(index - edge) <= _FAR:
            inner = kind_of_gap(run.gap(min(index, index - step)))
            if inner in (Gap.TAB, Gap.LINE):
                break
            tied = (index > 0 and kind_of_gap(run.gap(index - 1)) is Gap.MARK) or (
                index + 1 < len(run.cells) and kind_of_gap(run.gap(index)) is Gap.MARK
            )
            if index not in claimed and not tied and not _is_country(run, index):
                others.append(run.cells[index][1] - run.cells[index][0])
            index += step
    return others


# Identity numbers


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and checks.MOBILE_SHAPE.match(digits) is not None


def _is_number_by_itself(digits: str, latest: date) -> bool:
    """What may stand right after an identity number where a table has lost its columns."""
    return (
        _is_mobile(digits)
        or (len(digits) == 18 and bool(checks.IDENTITY_SHAPE.match(digits)) and checks.is_identity(digits, latest))
        or (len(digits) in checks.CARD_LENGTHS and digits.startswith("62") and checks.is_card(digits))
    )


def _identities(run: Run, latest: date, ends: set[int]) -> Iterator[Found]:
    done = 0
    for match in checks.IDENTITY_SHAPE.finditer(run.digits):
        offset = match.start()
        if offset < done:
            continue
        first, last = run.cell(offset), run.cell(offset + 17)
        if not checks.is_identity(run.digits[offset : offset + 18], latest) and not (
            first == last and _is_rounded(run, offset, first, latest)
        ):
            continue
        over = run.digits[offset + 18 : run.at[last] + run.cells[last][1] - run.cells[last][0]]
        ahead = run.digits[run.at[first] : offset]
        if (ahead and not _is_mobile(ahead) and not (done and offset == done)) or (
            over and not _DISABILITY_CLASS.fullmatch(over) and not _is_number_by_itself(over, latest)
        ):
            continue
        length = 20 if _DISABILITY_CLASS.fullmatch(over) else 18
        if not over and _ONE_LETTER.match(run.plain, run.cells[last][1]):
            continue
        if _is_masked(run, first, last) or not _is_named_an_identity(run, offset, first, last):
            continue
        done = offset + length
        places = run.places(offset, length)
        yield Found(Kind.IDENTITY, places[0], places[-1] + 1, places[6:-4])


def _is_rounded(run: Run, offset: int, cell: int, latest: date) -> bool:
    """What a spreadsheet keeps of one that was typed as a number: fifteen digits, and 000; not a serial number."""
    digits = run.digits[offset : offset + 18]
    if not digits.endswith("000") or run.lengths(cell, cell) != (18,) or _is_number_of_a_thing(run, cell, cell):
        return False
    before, after = _char_before(run, cell), _char_after(run, cell)
    alone = (not before or before in _CELL_ENDS) and (not after or after in _CELL_ENDS)
    labelled = bool(_IDENTITY_LABEL.search(_before(run, cell)))
    return (alone or labelled) and checks.has_birth(digits, latest)


def _is_named_an_identity(run: Run, offset: int, first: int, last: int) -> bool:
    """Neither a code of an organisation nor a serial number in groups, and not put together from two cells."""
    before = _before(run, first)
    labelled = bool(_IDENTITY_LABEL.search(before))
    if (_CREDIT_LABEL.search(before) or run.digits[offset] == "9" and not labelled) and checks.is_credit_code(
        run.digits[offset : offset + 18]
    ):
        return False
    if not labelled and _SERIAL_LABEL.search(before) and first < last:
        return False
    if _FILE_LABEL.search(before) and run.digits[offset + 6] == "2":
        return False
    return _may_join(run, first, last, labelled)


def _old_identities(run: Run, latest: date, ends: set[int]) -> Iterator[Found]:
    done = 0
    for match in checks.OLD_IDENTITY_SHAPE.finditer(run.digits):
        offset = match.start()
        first, last = run.starts.get(offset), run.ends.get(offset + 15)
        if offset < done or first is None or last is None:
            continue
        if not checks.is_old_identity(run.digits[offset : offset + 15]) or _is_masked(run, first, last):
            continue
        labelled = bool(_IDENTITY_LABEL.search(_before(run, first)))
        if not labelled and (
            (first < last and (last - first != 2 or run.lengths(first, last) != (6, 6, 3)))
            or _is_part_of_a_code(run, first, last)
            or _is_number_of_a_thing(run, first, last)
        ):
            continue
        if not _letters_allow(run, first, last, ends, {"id", "sfz", "sfzh"}) or not _may_join(
            run, first, last, labelled
        ):
            continue
        done = offset + 15
        places = run.places(offset, 15)
        yield Found(Kind.IDENTITY, places[0], places[-1] + 1, places[6:-3])


# Cards


def _cards(run: Run, latest: date, ends: set[int]) -> Iterator[Found]:
    done = 0
    for match in checks.CARD_SHAPE.finditer(run.digits):
        offset = match.start()
        first = run.starts.get(offset)
        if offset < done or first is None:
            continue
        for length in checks.CARD_LENGTHS:
            last = run.ends.get(offset + length)
            number = run.digits[offset : offset + length]
            if last is None or not checks.is_card(number):
                continue
            if _is_card_here(run, first, last, number, ends):
                done = offset + length
                places = run.places(offset, length)
                yield Found(Kind.BANK_CARD, places[0], places[-1] + 1, places[:-4])
                break


def _is_card_here(run: Run, first: int, last: int, number: str, ends: set[int]) -> bool:
    if _is_masked(run, first, last) or _is_part_of_a_code(run, first, last):
        return False
    before = _before(run, first)
    if _CARD_LABEL.search(before):
        return True
    if not _letters_allow(run, first, last, ends, set()) or _is_number_of_a_thing(run, first, last):
        return False
    if _IDENTITY_OF_GANSU.match(number) or run.gaps(first, last) == ["."]:
        return False  # the one with a slip of the pen, or a sum
    if first == last:
        return True
    own = number.startswith(_HEADS_OF_BANKS_HERE)
    others = _others_in_the_row(run, first, last, set())
    gaps = {kind_of_gap(gap) for gap in run.gaps(first, last)}
    if own:
        return len(others) < 2 and set(others) <= _INDEX_LENGTHS and _may_join(run, first, last, False)
    if _is_row_of_figures(run, first - 4) or _is_row_of_figures(run, last + 1):
        return False
    return not others and run.lengths(first, last) in _FOURS and len(gaps) == 1 and gaps <= {Gap.SPACE, Gap.MARK}


def _is_row_of_figures(run: Run, first: int) -> bool:
    """Four times four digits that are no card: what stands beside them on the page are figures too."""
    if first < 0 or run.lengths(first, first + 3) != _FOURS[0]:
        return False
    return not checks.is_card(run.digits[run.at[first] : run.at[first] + 16])


# Telephone numbers


def _whole_phones(run: Run, latest: date, ends: set[int]) -> Iterator[Found]:
    """Eleven digits in a row, with or without the country before them."""
    for match in checks.MOBILE_SHAPE.finditer(run.digits):
        offset = match.start()
        last = run.ends.get(offset + 11)
        first = run.cell(offset)
        if last is None or first != last:
            continue
        ahead = run.digits[run.at[first] : offset]
        labelled = bool(_PHONE_LABEL.search(_before(run, first)))
        if ahead and ahead not in _COUNTRY and not (ahead == "0" and labelled):
            continue
        if (
            _is_masked(run, first, last)
            or _is_part_of_a_code(run, first, last)
            or not _letters_allow(run, first, last, ends, _WORDS_BESIDE_A_PHONE)
            or (not labelled and _is_number_of_a_thing(run, first, last))
            or (labelled and _is_labelled_a_thing(run, first))
        ):
            continue
        yield _phone(run, offset)


def _is_labelled_a_thing(run: Run, first: int) -> bool:
    """订单号码, 运单号码: 号码 alone is the label of a telephone number."""
    before = _before(run, first)
    return bool(_SERIAL_LABEL.search(before)) and not _NOT_SERIAL.search(before)


def _phone(run: Run, offset: int) -> Found:
    places = run.places(offset, 11)
    return Found(Kind.PHONE, places[0], places[-1] + 1, places[3:7])


def _grouped_phones(run: Run, latest: date, ends: set[int]) -> Iterator[Found]:
    """Eleven digits in groups."""
    windows: list[tuple[int, int, int]] = []
    claimed: set[int] = set()
    for match in checks.MOBILE_SHAPE.finditer(run.digits):
        offset = match.start()
        first, last = run.cell(offset), run.ends.get(offset + 11)
        if last is None or first == last or first in claimed:
            continue
        if run.digits[run.at[first] : offset] not in ("", *_COUNTRY):
            continue
        if _could_be_a_grouped_phone(run, offset, first, last, ends):
            windows.append((offset, first, last))
            claimed.update(range(first, last + 1))
    for offset, first, last in windows:
        if _is_grouped_phone(run, offset, first, last, claimed):
            yield _phone(run, offset)


def _phone_is_labelled(run: Run, first: int) -> bool:
    if first and _is_country(run, first - 1):
        first -= 1
    return bool(_PHONE_LABEL.search(_before(run, first))) and not _is_labelled_a_thing(run, first)


def _groups(run: Run, offset: int, first: int, last: int) -> tuple[int, ...]:
    """Lengths of the groups, the country left out where it is run into the first of them."""
    length, *others = run.lengths(first, last)
    return (length - (offset - run.at[first]), *others)


def _could_be_a_grouped_phone(run: Run, offset: int, first: int, last: int, ends: set[int]) -> bool:
    if (
        _is_masked(run, first, last)
        or _is_part_of_a_code(run, first, last)
        or not _letters_allow(run, first, last, ends, _WORDS_BESIDE_A_PHONE)
    ):
        return False
    if _phone_is_labelled(run, first):
        return True
    gaps = run.gaps(first, last)
    kinds = {kind_of_gap(gap) for gap in gaps}
    lengths = _groups(run, offset, first, last)
    if _is_number_of_a_thing(run, first, last) or (lengths[0] == 4 and run.digits.startswith(("18", "19"), offset)):
        return False  # a year leads: 1995 2001 120
    if Gap.TAB in kinds or Gap.LINE in kinds:
        return len(gaps) == 1 and Gap.LINE in kinds and _is_inside_a_sentence(run, first, last)
    if kinds == {Gap.SPACE}:
        # 合计 138631 12345: two figures of a table that has lost its columns.
        return lengths in _BY_SPACES or len(lengths) > 2 or not _SUM_BEFORE.search(_before(run, first))
    marks = {gap.strip() for gap in gaps} - {""}
    return len(marks) == 1 and lengths in _GROUPINGS.get(marks.pop()[:1], ())


def _is_inside_a_sentence(run: Run, first: int, last: int) -> bool:
    before, after = _char_before(run, first), _char_after(run, last)
    return bool(before and after) and before not in _CELL_ENDS and after not in _CELL_ENDS


def _is_grouped_phone(run: Run, offset: int, first: int, last: int, claimed: set[int]) -> bool:
    if _phone_is_labelled(run, first):
        return True
    others = _others_in_the_row(run, first, last, claimed)
    groups = _groups(run, offset, first, last)
    if groups in (*_MARKED, (3, 8), (7, 4)) and groups != _EACH_DIGIT:
        return len(others) < 2 and set(others) <= _INDEX_LENGTHS
    return not others


_Scan = Callable[[Run, date, set[int]], Iterator[Found]]
_SCANS: tuple[_Scan, ...] = (_identities, _old_identities, _cards, _whole_phones, _grouped_phones)
