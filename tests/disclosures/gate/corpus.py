"""Texts with personal data and texts that only look so: made from a seed, the same in every run.

The check digits are worked out by other ways than the code under test: as the standards' pure systems, digit by digit.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from disclosures.gate.patterns import Kind

SEED = 20221231
EACH = 240
DAY = date(2023, 1, 16)
REGIONS = [
    "110101", "120104", "130102", "140106", "150102", "210102", "220102", "230103", "310101", "320102", "330102",
    "340102", "350102", "360102", "370202", "371002", "371003", "371081", "371082", "410102", "420102", "430102",
    "440103", "450102", "460105", "500101", "510104", "520102", "530102", "540102", "610102", "620102", "630102",
    "640104", "650102",
]  # fmt: skip
SEGMENTS = [
    "130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "145", "147", "149", "150", "151", "152",
    "153", "155", "156", "157", "158", "159", "162", "165", "166", "167", "170", "171", "172", "173", "175", "176",
    "177", "178", "180", "181", "182", "183", "184", "185", "186", "187", "188", "189", "190", "191", "192", "193",
    "195", "196", "197", "198", "199",
]  # fmt: skip
NO_SEGMENTS = [
    "100", "101", "110", "111", "112", "119", "120", "121", "123", "125", "126", "127", "129", "154", "160", "161",
    "163", "164", "168", "169", "179", "194",
]  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡于丛毕鞠邹"
GIVEN = ["某某", "建国", "秀英", "志强", "丽华", "海波", "春花", "永胜", "桂兰", "晓东"]
VILLAGES = ["西谭家泊村", "石羊村", "大水泊村", "东字城村", "南黄村", "沙柳村", "道口村", "小观村", "山前村", "泽头村"]
TOWNS = ["葛家镇", "宋村镇", "大水泊镇", "界石镇", "泽头镇", "小观镇", "高村镇", "张家产镇"]
ESTATES = ["峰山小区", "香水花园", "昆嵛家园", "文昌新村", "学府华庭", "龙山嘉园", "金都花园", "米山公寓"]


@dataclass(frozen=True)
class Sample:
    """``secret`` is what must not come through; for a text that only looks so, the number that looks so."""

    kind: Kind
    text: str
    secret: str


# Numbers


def id_check(body: str) -> str:
    """ISO 7064 MOD 11-2 as a pure system."""
    rest = 0
    for digit in body:
        rest = (rest + int(digit)) * 2 % 11
    return "0123456789X"[(12 - rest) % 11]


def luhn_check(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        total += int("0246813579"[int(digit)]) if place % 2 == 0 else int(digit)
    return str(-total % 10)


def credit_check(body: str) -> str:
    """GB 32100: weights 3^i mod 31."""
    signs, total, weight = "0123456789ABCDEFGHJKLMNPQRTUWXY", 0, 1
    for sign in body:
        total += signs.index(sign) * weight
        weight = weight * 3 % 31
    return signs[(31 - total % 31) % 31]


def digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def birth(random: Random, first: date = date(1925, 1, 1), last: date = date(2022, 12, 31)) -> date:
    return first + timedelta(days=random.randrange((last - first).days + 1))


def identity(random: Random) -> str:
    body = f"{random.choice(REGIONS)}{birth(random):%Y%m%d}{digits(random, 3)}"
    return body + id_check(body)


def old_identity(random: Random) -> str:
    return f"{random.choice(REGIONS)}{birth(random, date(1920, 1, 1), date(1981, 12, 31)):%y%m%d}{digits(random, 3)}"


def phone(random: Random) -> str:
    return random.choice(SEGMENTS) + digits(random, 8)


def card(random: Random) -> str:
    head, length = random.choice(
        [
            ("622848", 19),
            ("621700", 19),
            ("622202", 19),
            ("621226", 19),
            ("623052", 19),
            ("621661", 19),
            ("955880", 19),
            ("622588", 16),
            ("625965", 16),
            ("622909", 18),
            ("621483", 16),
            ("622622", 17),
            ("436742", 19),
            ("451461", 16),
            ("512466", 16),
            ("552245", 16),
            ("356889", 16),
        ]
    )
    body = head + digits(random, length - 7)
    while length == 18 and body[6:8] in ("19", "20"):
        body = head + digits(random, length - 7)
    return body + luhn_check(body)


def name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


def mailbox(random: Random) -> str:
    local = random.choice(["zhangsan", "li.si", "wang_wu88", "wdzx2022", "a-b-c", "x", "sunny+gk"])
    local = random.choice([local, digits(random, random.randint(5, 10))])
    hosts = ["163.com", "qq.com", "126.com", "sina.com.cn", "wh.shandong.cn", "gmail.com", "139.com"]
    return f"{local}@{random.choice(hosts)}"


def plate(random: Random) -> str:
    signs = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = random.choice("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼鲁鲁鲁") + random.choice(
        "ABCDEFGHJKLMN"
    )
    return head + random.choice(
        [
            digits(random, 5),
            random.choice(signs) + digits(random, 4),
            digits(random, 3) + random.choice(signs) + random.choice("123456789"),
            digits(random, 2) + random.choice(signs) + random.choice(signs) + digits(random, 1),
            random.choice("DF") + digits(random, 5),
            random.choice("DF") + random.choice(signs) + digits(random, 4),
            digits(random, 5) + random.choice("DF"),
            digits(random, 4) + random.choice("挂学警"),
        ]
    )


def address(random: Random) -> tuple[str, str]:
    """The address, and the part of it that must go."""
    n, unit, room = random.randint(1, 60), random.randint(1, 6), f"{random.randint(1, 18)}0{random.randint(1, 4)}"
    town, village, estate = random.choice(TOWNS), random.choice(VILLAGES), random.choice(ESTATES)
    return random.choice(
        [
            (f"威海市文登区{town}{village}{n}号", f"{n}号"),
            (f"文登区{town}{village}第{unit}组{n}号", f"{unit}组{n}号"),
            (f"威海市文登区{estate}{n}号楼{unit}单元{room}室", f"{n}号楼{unit}单元{room}室"),
            (f"{estate}{n}号楼{unit}单元{room}", f"{unit}单元{room}"),
            (f"文山路{n}号{estate}{n}栋{room}室", f"{n}栋{room}室"),
            (f"{estate}{n}#楼{unit}单元{unit}楼东户", f"{unit}单元{unit}楼东户"),
            (f"{estate}{n}-{unit}-{room}", f"{n}-{unit}-{room}"),
            (f"上海市浦东新区昌里路{n}弄{unit}号{room}室", f"{unit}号{room}室"),
        ]
    )


# Ways to hide a number


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def circled(text: str) -> str:
    return "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(char)] if char.isdigit() else char for char in text)


def grouped(random: Random, number: str, groups: tuple[int, ...]) -> str:
    mark = random.choice([" ", "-", "\u00a0", "\u3000", "－", "–", " - ", "\u2009", "·"])
    return mark.join(number[sum(groups[:i]) : sum(groups[: i + 1])] for i in range(len(groups)))


def sprinkled(random: Random, number: str) -> str:
    unseen = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202c\u200e\ufe0f"
    return "".join(char + random.choice(["", "", random.choice(unseen)]) for char in number)


def disguised(random: Random, number: str) -> str:
    groups = {
        11: [(3, 4, 4), (3, 4, 4), (1,) * 11],
        15: [(6, 6, 3)],
        16: [(4, 4, 4, 4)],
        17: [(4, 4, 4, 4, 1), (6, 11)],
        18: [(6, 8, 4), (3, 3, 4, 4, 4), (1,) * 18, (6, 4, 4, 4)],
        19: [(4, 4, 4, 4, 3), (6, 13)],
    }[len(number)]
    return random.choice(
        [
            lambda: number,
            lambda: number,
            lambda: full_width(number),
            lambda: grouped(random, number, random.choice(groups)),
            lambda: full_width(grouped(random, number, random.choice(groups))),
            lambda: sprinkled(random, number),
            lambda: circled(number),
            lambda: number.lower(),
        ]
    )()


# Where they stand


def in_context(random: Random, value: str, labels: list[str]) -> str:
    label, who, n = random.choice(labels), name(random), random.randint(1, 200)
    return random.choice(
        [
            f"{n}、{who}，{label}：{value}，现予公示。",
            f"当事人{who}（{label}{value}）违反《中华人民共和国城乡规划法》第四十条。",
            f"{n},{who},{value},文登区,2022年1月",
            f"{n}\t{who}\t{value}\t{random.randint(100, 9999)}.00\n{n + 1}\t{name(random)}\t\t800.00",
            f"姓名 {who} {label} {value} 备注",
            f"| {n} | {who} | {value} | 低保 |",
            f"{who}{value}",
            f"经查，{who}的{label}为{value}。",
            f"\ufeff{label}\n{value}\n合计",
            value,
        ]
    )


def _leaks(random: Random, kind: Kind) -> Sample:
    if kind is Kind.IDENTITY:
        number = identity(random) if random.random() < 0.8 else old_identity(random)
        labels = ["身份证号", "居民身份证号码", "公民身份号码", "证件号码", "身份证"]
        return Sample(kind, in_context(random, disguised(random, number), labels), number)
    if kind is Kind.PHONE:
        number = phone(random)
        shown = disguised(random, number)
        if number.startswith(("18", "19")) and shown[1:2] == " ":
            shown = number
        shown = random.choice(["", "", "+86", "86-", "+86 ", "0086"]) + shown
        return Sample(kind, in_context(random, shown, ["联系电话", "手机", "手机号码", "联系方式"]), number)
    if kind is Kind.BANK_CARD:
        number = card(random)
        labels = ["银行卡号", "账号", "开户行：农业银行文登支行，卡号", "一卡通账号"]
        return Sample(kind, in_context(random, disguised(random, number), labels), number)
    if kind is Kind.EMAIL:
        box = mailbox(random)
        shown = random.choice([box, box, full_width(box), box.replace("@", " @ "), box.upper(), sprinkled(random, box)])
        return Sample(kind, in_context(random, shown, ["邮箱", "电子邮箱", "E-mail"]), box)
    if kind is Kind.PLATE:
        number = plate(random)
        shown = random.choice(
            [
                number,
                number,
                f"{number[:2]}·{number[2:]}",
                f"{number[:2]} {number[2:]}",
                f"{number[:2]}-{number[2:]}",
                number[0] + full_width(number[1:]),
                sprinkled(random, number),
                number.lower(),
            ]
        )
        return Sample(kind, in_context(random, shown, ["车牌号", "驾驶车辆号牌", "车号"]), number)
    if kind is Kind.PASSPORT:
        heads = {
            "护照号码": "E",
            "护照号": "EA",
            "护照": "G",
            "港澳通行证号码": "C",
            "来往内地通行证": "H",
            "台胞证号": "",
        }
        label, head = random.choice(list(heads.items()))
        number = head + digits(random, 8)
        shown = random.choice(
            [number, full_width(number), sprinkled(random, number), number.replace(head, head + " ", 1).strip()]
        )
        around = random.choice(
            ["{}：{}，现予公示。", "（{}{}）", "{} {} 备注", "持{}为{}", "1,张三,{}:{},文登区", "{}\u3000{}"]
        )
        return Sample(kind, around.format(label, shown), number)
    place, secret = address(random)
    shown = random.choice([place, place, full_width(place), sprinkled(random, place)])
    return Sample(kind, in_context(random, shown, ["住址", "家庭住址", "户籍地址", "现住址"]), secret)


def leaks(kind: Kind) -> list[Sample]:
    random = Random(f"{SEED} {kind}")
    return [_leaks(random, kind) for _ in range(EACH)]


# Near misses


def wrong_check(random: Random, number: str) -> str:
    return number[:-1] + random.choice([digit for digit in "0123456789" if digit != number[-1]])


def _no_identity(random: Random) -> str:
    region, tail = random.choice(REGIONS), digits(random, 3)

    def with_check(body: str) -> str:
        return body + id_check(body)

    longer = identity(random)
    while longer[-1] == "X":
        longer = identity(random)
    code = "".join(["11", region, digits(random, 8), random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY")])
    return random.choice(
        [
            lambda: wrong_check(random, identity(random)),
            lambda: with_check(f"{region}{random.randint(1950, 2022)}0230{tail}"),
            lambda: with_check(f"{region}19{random.choice(['770229', '810431', '900631', '851301', '800100'])}{tail}"),
            lambda: with_check(
                f"{random.choice(['00', '16', '20', '24', '38', '47', '55', '66', '99'])}{region[2:]}19800101{tail}"
            ),
            lambda: with_check(f"{region}{random.randint(2024, 2099)}0101{tail}"),
            lambda: with_check(f"{region}{random.randint(1800, 1899)}0101{tail}"),
            lambda: longer[:-1],
            lambda: longer + random.choice("0123456789"),
            lambda: random.choice("123456789") + longer,
            lambda: code + credit_check(code),
            lambda: f"{code}{credit_check(code)}/2022-{digits(random, 5)}",
            lambda: f"{region}{random.randint(30, 99)}1332{tail}",
            lambda: f"16{region[2:]}800101{tail}",
            lambda: f"{longer[:6]}\t{longer[6:14]}\t{longer[14:]}",
            lambda: f"{longer[:6]}\n{longer[6:14]}\n{longer[14:]}",
        ]
    )()


def _no_phone(random: Random) -> str:
    number = phone(random)
    return random.choice(
        [
            lambda: random.choice(NO_SEGMENTS) + digits(random, 8),
            lambda: random.choice("2345679") + number,
            lambda: number + random.choice("0123456789"),
            lambda: number[:10],
            lambda: f"0631-{random.choice('58')}{digits(random, 6)}",
            lambda: f"0631{random.choice('58')}{digits(random, 6)}",
            lambda: f"400-{digits(random, 3)}-{digits(random, 4)}",
            lambda: f"800{digits(random, 7)}",
            lambda: "12345",
            lambda: f"2203-371003-04-01-{digits(random, 6)}",
            lambda: f"订单号：{number}",
            lambda: f"GK{number}",
            lambda: f"2022-{number}",
            lambda: f"{number}.56元",
            lambda: f"122.{number}",
            lambda: f"{number[:3]}\t{number[3:7]}\t{number[7:]}",
            lambda: f"合计\n{number[:7]}\n{random.choice('123456789')}{number[8:]}\n人数",
            lambda: f"139.{random.randint(10, 99)}.{random.randint(100, 255)}.{random.randint(100, 255)}",
            lambda: f"978-7-{digits(random, 4)}-{digits(random, 4)}-{digits(random, 1)}",
            lambda: f"20220131{number}",
            lambda: f"2021 {number[:3]} 2{number[4:7]} 3{number[8:]} 4512",
            lambda: f"{number[:3]}****{number[7:]}",
        ]
    )()


def _no_card(random: Random) -> str:
    number = card(random)
    body = random.choice(["10", "20", "73", "84", "01", "36"]) + digits(random, random.choice([13, 14, 16]))
    return random.choice(
        [
            lambda: wrong_check(random, number),
            lambda: body + luhn_check(body),
            lambda: wrong_check(random, "62" + digits(random, 18)),
            lambda: number + digits(random, 5),
            lambda: number[:13],
            lambda: f"2203-620103-04-01-{digits(random, 6)}",
            lambda: f"2203-420103-04-01-{digits(random, 6)}",
            lambda: f"流水号：20220131{digits(random, 9)}",
            lambda: f"订单号：{number}",
            lambda: f"XH{number}",
            lambda: wrong_check(random, f"620102{birth(random):%Y%m%d}{digits(random, 4)}"),
            lambda: f"{digits(random, 2)}{number}",
            lambda: f"{number}.00",
        ]
    )()


def _no_mailbox(random: Random) -> str:
    who = name(random)
    return random.choice(
        [
            f"@{who}",
            f"@文登发布{random.randint(1, 99)}",
            f"zhangsan@{digits(random, 1)}.{digits(random, 1)}.{digits(random, 1)}",
            f"logo@{random.randint(2, 3)}x.png",
            f"微信公众号@文登区{random.randint(1, 99)}",
            f"user{random.randint(1, 99)}@localhost",
            f"http://www.wendeng.gov.cn/col/col{digits(random, 5)}/index.html",
            f"wendeng{random.randint(1, 99)}.gov.cn",
            f"单价@{random.randint(1, 99)}元/件",
            f"banner@2x{random.randint(1, 9)}.jpg",
            f"{who}@",
            f"@163.com{who}",
            f"a****@{random.choice(['163', 'qq'])}.com",
            f"第{random.randint(1, 99)}条 @所有人 请查收",
        ]
    )


def _no_plate(random: Random) -> str:
    number = digits(random, 5)
    return random.choice(
        [
            f"京A级{random.randint(1, 9)}区",
            f"鲁K{number[:4]}",
            f"鲁K{number}{digits(random, 3)}",
            f"鲁{number}",
            f"鲁KI{number[:4]}",
            f"鲁O级{number}",
            f"鲁建字{number}号",
            f"最新A{number}",
            f"政务云A{number}",
            f"川G318国道{random.randint(1, 99)}公里",
            f"新A股{number[:2]}只",
            f"云API接口{random.randint(1, 99)}个",
            f"鲁(2022)文登区不动产权第00{number}号",
            f"鲁K{number}-2022",
            f"京G{random.randint(1, 9)}高速{number}辆",
            f"鲁文字〔2022〕{random.randint(1, 99)}号",
            f"皖ABCDE{random.randint(1, 9)}",
            f"鲁B 2022 {random.randint(10, 99)}",
            f"桂花{number}株",
            f"使用{number}元",
            f"鲁K***{number[:2]}",
            f"第{number}号公告",
            f"宁K{number}%",
            f"A{number}",
        ]
    )


def _no_address(random: Random) -> str:
    n, estate, village, town = (
        random.randint(1, 99),
        random.choice(ESTATES),
        random.choice(VILLAGES),
        random.choice(TOWNS),
    )
    return random.choice(
        [
            f"地址：威海市文登区文山路{n}号",
            f"办公地址：文登区{town}政府路{n}号",
            f"对{estate}{n}号楼外墙保温进行改造",
            f"{estate}共{n}栋楼",
            f"{town}{village}村委会",
            f"{town}{village}道路硬化{n}公里",
            f"项目地点：{town}{village}{n}号地块",
            f"{estate}{n}号楼至{n + 3}号楼加装电梯",
            f"家住农村的{n}名学生",
            f"户籍地公安机关受理{n}件",
            f"{town}{village}{n}号机井",
            f"经营场所：{estate}{n}号楼1单元101室",
            f"政务服务中心{n % 9 + 1}号楼305室",
            f"文登区{town}农村{n}号文件",
            f"居住地在本市的社区居民{n}人",
            f"注册地址：威海市文登区{town}{village}{n}号",
            f"{village}{n}户",
            f"{estate}{n}号线公交",
            f"峰山路{n}号文登区政府",
            f"户籍地址变更登记{n}件",
            f"家庭住址等信息{n}条",
            f"{town}{village}{n}号大棚",
            f"住所：威海市文登区{town}{village}{n}号",
            f"二〇二二年一月{n}日",
        ]
    )


def _no_passport(random: Random) -> str:
    number = random.choice(["E", "EA", "G", "H", "K"]) + digits(random, 8)
    return random.choice(
        [
            number,
            f"设备型号{number}",
            f"护照办理{random.randint(1, 99)}件",
            f"办理护照{digits(random, 4)}本",
            f"护照号码E{digits(random, 5)}",
            f"出入境通行证{digits(random, 5)}张",
            f"证件号码{digits(random, 9)}",
            f"护照费{digits(random, 6)}元",
            f"标段{number}",
            f"护照E{digits(random, 12)}",
            f"通行证E1******{digits(random, 2)}",
            f"高速{number[:5]}",
            f"GB/T {digits(random, 5)}-2022",
            f"工单{number}已办结",
        ]
    )


_NEAR = {
    Kind.PASSPORT: _no_passport,
    Kind.IDENTITY: _no_identity,
    Kind.PHONE: _no_phone,
    Kind.BANK_CARD: _no_card,
    Kind.EMAIL: _no_mailbox,
    Kind.PLATE: _no_plate,
    Kind.ADDRESS: _no_address,
}


def near_misses(kind: Kind) -> list[Sample]:
    random = Random(f"{SEED} not {kind}")
    made = []
    for _ in range(EACH):
        value = _NEAR[kind](random)
        around = [
            f"经核查，{value}，已归档。",
            f"{random.randint(1, 99)}\t{value}\t备注",
            value,
            f"（{value}）",
            f"文登区,{value},合计",
        ]
        text = value if "\n" in value or "\t" in value else random.choice(around)
        made.append(Sample(kind, text, value))
    return made
