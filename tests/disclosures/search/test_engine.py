"""The index on its own: what is found, in which order, and that nothing typed is syntax."""

import random
from datetime import date, timedelta

import pytest

from disclosures.models import ItemState, Openness
from disclosures.models.search import key_of, keys_between
from disclosures.search import suggest
from disclosures.search.engines import EVERYTHING, Wanted, engine
from disclosures.search.finding import Filters, find, find_nearly
from disclosures.search.queries import LONGEST_QUERY, parse
from disclosures.search.units import SINGLE, facet
from tests.factories.disclosures import AgencyFactory, CategoryFactory, ItemFactory

pytestmark = pytest.mark.django_db


def titles(text, filters=None, *, by_relevance=True):
    found = find(parse(text), filters or Filters(), by_relevance=by_relevance)
    return [entry.title for entry in found.entries(0, 10)]


def public(title, day=date(2022, 3, 1), **fields):
    return ItemFactory(title=title, public=True, published_on=day, **fields)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("城管", "关于城管执法的通知"),
        ("土运", "渣土运输整治"),
        ("渣", "渣土运输整治"),
        ("渣土運輸", "渣土运输整治"),
        ("渣土运输", "渣土運輸整治"),
        ("文综执发[2022]3号", "文综执发〔2022〕3号"),
        ("文综执发（２０２２）３号", "文综执发〔2022〕3号"),
        ("文綜執發(2022)3號", "文综执发〔2022〕3号"),
        ("gb50180", "执行ＧＢ 50180标准"),
        ("二○二二年", "二〇二二年工作"),
        ("“关于 印发”", "关于印发办法的通知"),
        ("公\u3000告", "停水公告：公示公告"),
        ("2022年", "截至2022年底"),
        ("号", "第3号"),
        ("𬬭", "元素𬬭的说明"),
        ("éCole", "École示例"),
    ],
)
def test_what_is_typed_is_found_however_it_is_written(typed, text):
    public(text)
    public("别的示例")

    assert titles(typed) == [text]


@pytest.mark.parametrize("typed", ["城建", "3号1", "2022年3", "理城", "〔2023〕3号"])
def test_what_does_not_stand_there_is_not_found(typed):
    public("城市管理〔2022〕3号")

    assert titles(typed) == []


def test_words_are_all_wanted_and_a_phrase_in_quotation_marks_stands_together():
    both = public("供热 检查")
    public("供热服务")

    assert titles("检查 供热") == [both.title]
    assert titles("“检查供热”") == []


def test_by_relevance_a_number_comes_first_then_the_title_then_the_text_and_the_newest_of_each():
    public("正文里的", date(2022, 9, 1), body="<p>渣土<b>运输</b>整治</p>")
    public("分开的渣土、整治、运输", date(2022, 8, 1))
    public("渣土运输（一）", date(2022, 3, 1))
    public("渣土运输（二）", date(2022, 4, 1))
    public("有文号的", date(2021, 1, 1), document_number="渣土运输〔2021〕1号")

    assert titles("渣土运输") == ["有文号的", "渣土运输（二）", "渣土运输（一）", "正文里的"]
    assert titles("渣土运输", by_relevance=False) == ["正文里的", "渣土运输（二）", "渣土运输（一）", "有文号的"]
    assert titles("渣土 整治")[0] == "分开的渣土、整治、运输"


def test_filters():
    agency = AgencyFactory()
    column = CategoryFactory(agency=agency)
    wanted = public("停水公告一", date(2022, 12, 31), agency=agency, category=column)
    public("停水公告二", date(2022, 12, 31), agency=agency)
    public("停水公告三", date(2023, 1, 1))

    assert titles("停水", Filters(agencies=(agency.pk,))) == ["停水公告二", "停水公告一"]
    assert titles("停水", Filters(columns=(column.pk,))) == [wanted.title]
    assert titles("停水", Filters(kind=2)) == []
    assert titles("停水", Filters(since=date(2023, 1, 1))) == ["停水公告三"]
    assert titles("停水", Filters(until=date(2022, 12, 31), agencies=(agency.pk,), kind=1, columns=(column.pk,))) == [
        wanted.title
    ]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '""',
        "*",
        "渣*",
        "NEAR(渣土 运输)",
        "渣土 AND 运输",
        "a:b",
        "^渣",
        "-渣",
        "(",
        ")))",
        "%",
        "_",
        "\\",
        "\0渣土\0",
        "\u202e渣土",
        "渣\u200b土",
        "😀",
        "渣土😀",
        "' OR 1=1 --",
        "渣土&!|<->:*",
        "“",
        "”“",
        "\ue000渣",
        "x" * 65536,
        "渣" * 65536,
        " ".join("渣土" for _ in range(20000)),
        "{title}: 渣",
        "'::tsquery",
        "\x1b",
        "\ufeff",
        "ﷺ" * 90,
    ],
)
def test_nothing_typed_is_syntax(typed):
    public("渣土运输")

    query = parse(typed)

    assert len(query.text) <= LONGEST_QUERY
    find(query, Filters(), by_relevance=True)
    find_nearly(query, Filters())
    suggest(None, typed)


def test_what_is_hidden_in_a_query_is_not_seen():
    public("渣土运输")

    assert titles("渣\u200b土") == titles("\u202e渣土") == titles("\0渣土\0") == ["渣土运输"]


def test_a_slip_of_one_character_is_forgiven_when_asked():
    public("渣土运输车辆管理办法")

    found = find_nearly(parse("渣土云输车辆管理"), Filters())

    assert [entry.title for entry in found.entries(0, 5)] == ["渣土运输车辆管理办法"]
    assert titles("渣土云输车辆管理") == []


def test_a_description_in_sentences_brings_what_it_speaks_of():
    agency = AgencyFactory()
    wanted = public("渣土运输车辆管理办法", agency=agency)
    public("供热服务走访", agency=agency)
    public("渣土运输车辆管理办法（外地）")
    public("渣土运输车辆管理办法草稿", agency=agency, state=ItemState.WITHDRAWN)
    public("渣土运输车辆内部规定", agency=agency, openness=Openness.CLOSED)

    found = suggest(agency, "您好！我想申请公开贵局2022年关于渣土运输车辆如何管理的相关文件，谢谢。")

    assert [entry.pk for entry in found] == [SearchEntryOf(wanted).pk]
    assert (found[0].title, found[0].day) == (wanted.title, wanted.published_on)
    assert found[0].address == f"/{agency.code}/items/{wanted.pk}/"
    assert suggest(agency, "") == suggest(agency, "？？") == []


def SearchEntryOf(item):
    from disclosures.models import SearchEntry

    return SearchEntry.objects.get(kind=1, object_id=item.pk)


# Rows of every age: days without any for years, many on one day, and the first day there is.
OLDEST = date(2026, 1, 1).toordinal() - 1
AGES = [*range(0, 40), 70, 71, 500, 513, 700, 5000, 5001, 9000, *range(20_000, 20_100, 9), OLDEST]


@pytest.fixture
def aged():
    """Keys by the word that their rows have: all of them, a third, two."""
    draw = random.Random(3)
    keys = [
        key_of(date(2026, 1, 1) - timedelta(days=age), kind, place)
        for place, age in enumerate(AGES)
        for kind in range(1, draw.randrange(2, 6))
    ]
    words = {"often": set(keys), "seldom": set(keys[::3]), "twice": {keys[1], keys[-1]}, "never": set()}
    rows = [
        (key, ["x"], {facet("a", 1), *(SINGLE + word for word, having in words.items() if key in having)})
        for key in keys
    ]
    draw.shuffle(rows)
    engine().insert(rows)
    return words


@pytest.mark.parametrize("facets", [(), ((facet("a", 1),),), ((facet("a", 1), facet("a", 2)),)])
@pytest.mark.parametrize("most", [1, 20, 10_000])
@pytest.mark.parametrize("word", ["often", "seldom", "twice", "never"])
def test_the_newest_are_found_however_far_back_they_lie(aged, word, most, facets):
    ranges = [
        EVERYTHING,
        keys_between(date(2025, 12, 1), date(2025, 12, 9)),
        keys_between(date(1960, 1, 1), date(2025, 12, 20)),
        keys_between(date.min, date(2000, 1, 1)),
        keys_between(date(2030, 1, 1), date.max),
    ]
    for keys in ranges:
        wanted = sorted((key for key in aged[word] if keys[0] <= key <= keys[1]), reverse=True)[:most]

        assert engine().find(Wanted((((SINGLE + word,),),), facets, keys), most) == wanted
