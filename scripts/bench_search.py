"""The search at ten thousand and at a million entries: a page is to cost the same. Called by ``bench.py``.

By itself, on the database of DATABASE_URL: ``python -m scripts.bench_search [ROWS]`` with a database that is empty.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

FIRST_DAY, DAYS = date(2008, 5, 1), 6700
FEW = 10_000
KIND, ABOVE_ALL = 3, 10**9  # no record of another bench has such a number
WORDS = (
    "渣土运输 占道经营 市容秩序 违法建设 户外广告 油烟扰民 餐厨垃圾 城市照明 园林绿化 供热服务 "
    "燃气安全 道路挖掘 停车管理 行政处罚 执法检查 年度计划 财政预算 部门决算 招标采购 人员招聘 "
    "应急预案 信访答复 政策解读 征求意见 听证公告 会议纪要 工作总结 专项整治 安全生产 环境保护 "
    "水利工程 农田建设 土地征收 房屋拆迁 社会救助 医疗保障 教育资助 就业培训 食品监督 药品抽检 "
    "质量通报 价格收费 统计公报 规划方案 项目审批 许可办理 重大工程 公共卫生 消防演练 防汛抗旱 "
).split()
PLACES = "龙山街道 天福街道 环山街道 界石镇 泽头镇 大水泊镇 高村镇 宋村镇 米山镇 葛家镇 张家产镇 侯家镇".split()
RARE = "凤凰岭"
# Half of everything, a third of it, some of it, one in ten thousand, none; one character; words; a number; sentences.
QUERIES = (
    "示例",
    "城管",
    "管理",
    "渣土运输",
    "占道经营",
    "渣土",
    "龙山街道",
    "行政处罚 执法检查",
    "“燃气安全”",
    "渣土运输 凤凰岭",
    RARE,
    "没有这样的词",
    "税",
    "城",
    "2022",
    "示综执〔2022〕12号",
    "示例局关于渣土运输的通知",
    "运输车辆管理",
    "执法",
)


def texts(different: int) -> list[tuple[str, str, str]]:
    """(title, 文号, text) of synthetic information."""
    draw = random.Random(different)
    made = []
    for place in range(different):
        subject, where = draw.choice(WORDS), draw.choice(PLACES)
        title = f"示例局关于{where}{subject}的{draw.choice(('通知', '公告', '情况', '方案', '意见'))}"
        body = f"{where}开展{'、'.join(draw.sample(WORDS, 4))}" + ("，涉及城管事项" if place % 3 == 0 else "")
        body += f"。示例数据{draw.randrange(100_000)}。" + (RARE if place == 77 else "")
        made.append((title, f"示综执〔{2008 + place % 18}〕{place % 400 + 1}号", body + "车辆登记台账公布"))
    return made


def fill(first: int, end: int, many: int) -> float:
    """Entries ``first`` to ``end`` of ``many``, of ten agencies, the later the newer; seconds of the index alone.

    Without the records themselves, which neither index nor page reads; tokens are made once for each text.
    """
    from django.db import connection, transaction

    from disclosures.models import Agency, Category, SearchEntry
    from disclosures.models.search import key_of
    from disclosures.search.engines import MOST_UNITS, Row, engine, tsvector
    from disclosures.search.units import facet, tokens

    agencies = [
        Agency.objects.get_or_create(code=f"bench-search-{place}", defaults={"name": f"示例检索局{place}"})[0]
        for place in range(10)
    ]
    columns = [Category.objects.get_or_create(agency=agency, name="示例栏目")[0] for agency in agencies]
    made = [(*text, tokens(text[0], text[1], text[2], MOST_UNITS, ())) for text in texts(FEW)]
    shuffled = random.Random(1)
    seconds = 0.0
    if connection.vendor == "postgresql":  # row by row a million would take an hour
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX disclosures_searchindex_tokens")
    for batch in range(first, end, 10_000):
        entries: list[SearchEntry] = []
        rows: list[Row] = []
        for place in range(batch, min(end, batch + 10_000)):
            title, number, text, (placed, unplaced) = made[place] if end == FEW else shuffled.choice(made)
            agency, column, day = agencies[place % 10], columns[place % 10], FIRST_DAY + timedelta(place * DAYS // many)
            number_of_it = ABOVE_ALL + place
            key = key_of(day, KIND, number_of_it)
            entries.append(
                SearchEntry(
                    id=key,
                    kind=KIND,
                    object_id=number_of_it,
                    agency=agency,
                    column=column,
                    day=day,
                    title=title,
                    document_number=number,
                    text=text,
                    page="portal:item",
                    arguments=str(number_of_it),
                )
            )
            facets = {facet("a", agency.pk), facet("k", KIND), facet("c", column.pk)}
            rows.append((key, placed, unplaced | facets))
        with transaction.atomic():
            SearchEntry.objects.bulk_create(entries, batch_size=1000)
            seconds += _seconds(partial(engine().insert, rows))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            seconds += _seconds(lambda: cursor.execute(tsvector.CREATE_INDEX))
    analyse()
    return seconds


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def milliseconds(*, pages: bool, by_relevance: bool, times: int = 7) -> dict[str, float]:
    """The median of each query, as a visitor gets it: ``pages`` over HTTP, else the index alone."""
    from django.conf import settings
    from django.test import Client

    from disclosures.models import Agency
    from disclosures.search.finding import Filters, find
    from disclosures.search.queries import parse

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    client = Client()
    agency = Agency.objects.get(code="bench-search-3")
    cases = [(query, False) for query in QUERIES] + [(query, True) for query in QUERIES[:6]]
    taken: dict[str, float] = {}
    for query, of_agency in cases:
        filters = Filters(agencies=(agency.pk,) if of_agency else ())
        samples = []
        for _ in range(times):
            start = time.perf_counter()
            if pages:
                data = {"q": query, "order": "relevance" if by_relevance else "newest"}
                response = client.get(f"/{agency.code}/search/" if of_agency else "/search/", data)
                assert response.status_code == 200
            else:
                find(parse(query), filters, by_relevance=by_relevance).entries(0, 20)
            samples.append((time.perf_counter() - start) * 1000)
        taken[f"{query}{' ·机关' if of_agency else ''}"] = round(statistics.median(samples), 2)
    return taken


def sizes(many: int, *, pages: bool = True) -> dict[str, Any]:
    """Fills to ten thousand, measures, fills to ``many``, measures."""
    results: dict[str, Any] = {}
    seen: dict[str, dict[bool, dict[str, float]]] = {}
    have = 0
    for size in (FEW, many):
        seconds = fill(have, size, many)
        results[f"index rows a second, to {size}"] = round((size - have) / seconds)
        have = size
        for by_relevance in (True, False):
            seen.setdefault(str(size), {})[by_relevance] = milliseconds(pages=pages, by_relevance=by_relevance)
    for by_relevance in (True, False):
        few, lots = seen[str(FEW)][by_relevance], seen[str(many)][by_relevance]
        order = "relevance" if by_relevance else "newest"
        p50 = [statistics.median(of.values()) for of in (few, lots)]
        results[f"{order}: p50 at {FEW} and {many} (ms)"] = f"{p50[0]:.1f}, {p50[1]:.1f}"
        results[f"{order}: ratio of p50 (≤ 1.5)"] = round(p50[1] / p50[0], 2)
        for query, taken in lots.items():
            results[f"{order}: {query}"] = f"{few[query]} → {taken}"
    return results


def suggestions() -> dict[str, Any]:
    from disclosures.search import suggest

    text = "我想了解龙山街道渣土运输车辆的处罚情况，以及2022年供热服务走访的有关材料，包括会议纪要和政策解读，谢谢。"
    samples = []
    for _ in range(5):
        start = time.perf_counter()
        suggest(None, text)
        samples.append((time.perf_counter() - start) * 1000)
    return {"suggestions for a description (ms)": round(statistics.median(samples), 1)}


if __name__ == "__main__":
    import sys

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for what, value in {**sizes(rows, pages="--index" not in sys.argv), **suggestions()}.items():
        print(f"{what:60} {value}", flush=True)
