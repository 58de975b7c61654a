"""What people type, over a made-up corpus: the record they mean is among the first five."""

from datetime import date

import pytest

from disclosures.models import SearchEntry
from disclosures.search.finding import Filters, find, find_nearly
from disclosures.search.queries import parse
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    ItemFactory,
    NormativeDocumentFactory,
)

CORPUS = {
    "muck": (
        "关于加强建筑垃圾渣土运输车辆管理的通告",
        "示综执发〔2022〕3号",
        "渣土运输车辆须密闭运输，取得核准后方可上路，违者处五千元以上三万元以下罚款。",
    ),
    "stalls": (
        "关于规范占道经营、流动摊贩的公告",
        "示综执发〔2022〕13号",
        "商户不得超出门窗经营，早夜市在划定区域内设摊。",
    ),
    "signs": (
        "户外广告和招牌设置管理办法",
        "示综执规〔2021〕1号",
        "设置大型户外广告应当经批准，店招标牌应当安全、整洁。",
    ),
    "smoke": (
        "关于餐饮油烟扰民投诉处理情况的通报",
        "示综执〔2023〕8号",
        "对十二家饭店的油烟净化设施进行了检查。",
    ),
    "kitchen": (
        "餐厨垃圾收集运输处置实施方案",
        "示综执发〔2020〕25号",
        "餐厨废弃物由特许企业统一收运，日产日清。",
    ),
    "lights": (
        "城市照明设施维护招标公告",
        "",
        "路灯、景观灯维护服务，预算金额120万元，投标截止2022年4月20日。",
    ),
    "heating": (
        "2022—2023年供暖季供热服务质量走访情况",
        "",
        "居民室内温度不低于18℃，供热企业24小时值守。",
    ),
    "gas": (
        "城镇燃气安全专项整治工作方案",
        "示安办发〔2023〕5号",
        "瓶装液化石油气、橡胶软管、报警器全面排查。",
    ),
    "parking": (
        "中心城区停车秩序整治的通知",
        "示综执〔2022〕40号",
        "机动车、非机动车应当停放在泊位内，人行道违停由城管依法处罚。",
    ),
    "budget": (
        "示例市综合行政执法局2023年部门预算公开",
        "",
        "一般公共预算拨款收入2345.67万元，“三公”经费预算12.5万元。",
    ),
    "final": (
        "示例市综合行政执法局2022年部门决算公开",
        "",
        "收入支出决算总表，三公经费支出9.8万元，国有资产占用情况。",
    ),
    "jobs": (
        "2023年公开招聘执法辅助人员简章",
        "",
        "招聘协管员20名，年龄18至35周岁，大专以上学历，笔试面试。",
    ),
    "duties": (
        "机构职能",
        "",
        "负责城市管理领域的行政处罚权，办公地址示例路1号，办公电话010-00000000。",
    ),
    "leaders": (
        "领导信息",
        "",
        "局长：主持全面工作；副局长：分管执法监督、信访。",
    ),
    "flood": (
        "防汛抗旱应急预案（2022年修订）",
        "示政办发〔2022〕17号",
        "应急响应分为四级，启动Ⅰ级响应由指挥部决定。",
    ),
    "snow": (
        "关于做好清雪除冰工作的紧急通知",
        "示综执明电〔2022〕2号",
        "主次干道雪停后十二小时内清理完毕。",
    ),
    "green": (
        "园林绿化养护标准GB/T 39738执行说明",
        "",
        "乔木、灌木、草坪的修剪、浇水和病虫害防治，使用PM2.5监测数据。",
    ),
    "demolish": (
        "违法建设拆除工作简报第12期",
        "",
        "拆除违建3200平方米，涉及龙山街道、天福街道。",
    ),
    "list": (
        "行政处罚裁量基准清单（2023版）",
        "示综执规〔2023〕2号",
        "从轻、减轻、不予处罚的情形，首违不罚事项31项。",
    ),
    "reply": (
        "关于市十九届人大一次会议第12号建议的答复",
        "示综执建〔2022〕6号",
        "您提出的“关于增加公共厕所的建议”收悉，现答复如下：新建公厕8座。",
    ),
    "toilets": (
        "公共厕所分布图",
        "",
        "全市公厕位置和开放时间一览表，含无障碍卫生间。",
    ),
    "water": (
        "停水通知：环山路供水管道抢修",
        "",
        "受影响小区：示例花园、凤凰岭小区。恢复供水时间2022年7月1日18:00。",
    ),
    "tax": (
        "水资源税改革政策解读",
        "",
        "什么是水资源税？由谁缴纳？农业生产取用水限额内免征。",
    ),
    "school": (
        "义务教育阶段新生入学政策问答",
        "示教发〔2022〕9号",
        "学区划分、随迁子女入学材料、报名时间。",
    ),
    "land": (
        "示例镇集体土地征收补偿安置公告",
        "示政征〔2022〕4号",
        "征收集体土地5.6公顷，区片综合地价每亩6.8万元。",
    ),
    "relief": (
        "城乡居民最低生活保障标准调整的通知",
        "示民发〔2022〕21号",
        "城市低保每人每月900元，农村低保每人每月720元。",
    ),
    "doctor": (
        "基本医疗保险门诊慢性病病种目录",
        "示医保发〔2021〕30号",
        "高血压、糖尿病、冠心病等五十二种。",
    ),
    "survey": (
        "关于征求《示例市养犬管理条例（草案）》意见的公告",
        "",
        "犬只登记、免疫，禁养大型犬、烈性犬，遛狗牵绳。",
    ),
    "hearing": (
        "城市道路挖掘修复费听证会公告",
        "",
        "听证会参加人、旁听人报名办法。",
    ),
    "sort": (
        "生活垃圾分类示范小区名单",
        "示分类办〔2022〕3号",
        "可回收物、有害垃圾、厨余垃圾、其他垃圾四分类投放点。",
    ),
    "report": (
        "2022年法治政府建设年度报告",
        "",
        "行政复议、行政诉讼，重大执法决定法制审核。",
    ),
    "unusual": (
        "元素“镕”“堃”姓名用字说明",
        "",
        "生僻字姓名办理业务，如赵堃、朱镕示例。",
    ),
}

QUERIES = {
    "muck": (
        "渣土",
        "渣土运输",
        "渣土運輸車輛",
        "建筑垃圾 罚款",
        "示综执发〔2022〕3号",
        "示综执发[2022]3号",
        "示综执发（2022）3号",
        "示综执发(２０２２)３号",
        "示綜執發〔2022〕3號",
        "示综执发 2022 3号",
    ),
    "stalls": (
        "〔2022〕13号",
        "占道",
        "占道经营",
        "夜市",
        "流动摊贩",
    ),
    "signs": (
        "广告",
        "户外广告 办法",
        "店招",
        "《户外广告和招牌设置管理办法》",
    ),
    "smoke": (
        "油烟",
        "油煙擾民",
    ),
    "kitchen": (
        "餐厨",
        "餐厨垃圾 方案",
    ),
    "lights": (
        "路灯",
        "招标",
        "招标公告",
    ),
    "heating": (
        "供暖",
        "供热",
        "室内温度",
        "18℃",
    ),
    "gas": (
        "燃气",
        "燃气安全",
        "液化石油气",
    ),
    "parking": (
        "停车",
        "违停",
        "城管",
    ),
    "budget": (
        "2023年部门预算",
        "“三公”经费",
        "２０２３年部门预算",
    ),
    "final": (
        "决算",
        "部門決算",
    ),
    "jobs": (
        "招聘",
        "协管员",
    ),
    "duties": (
        "办公电话",
        "机构职能",
    ),
    "leaders": (
        "局长",
        "领导信息",
    ),
    "flood": (
        "防汛",
        "应急预案",
        "Ⅰ级响应",
    ),
    "snow": ("清雪",),
    "green": (
        "GB/T39738",
        "gb/t 39738",
        "pm2.5",
        "绿化 养护",
    ),
    "demolish": (
        "违建",
        "龙山街道",
        "第12期",
    ),
    "list": (
        "首违不罚",
        "裁量基准",
    ),
    "reply": ("第12号建议",),
    "toilets": (
        "公共厕所",
        "無障礙",
    ),
    "water": (
        "停水",
        "凤凰岭",
        "鳳凰嶺小區",
        "环山路",
    ),
    "tax": (
        "水资源税",
        "税",
    ),
    "school": (
        "入学",
        "学区",
    ),
    "land": (
        "征收",
        "补偿安置",
        "示政征〔2022〕4号",
    ),
    "relief": (
        "低保",
        "最低生活保障",
    ),
    "doctor": (
        "慢性病",
        "糖尿病",
        "醫療保險",
    ),
    "survey": (
        "养犬",
        "养犬管理条例",
        "遛狗",
    ),
    "hearing": (
        "听证",
        "道路挖掘",
    ),
    "sort": (
        "垃圾分类",
        "廚餘垃圾",
    ),
    "report": (
        "法制审核",
        "行政复议，行政诉讼",
    ),
    "unusual": ("堃",),
    "document": ("示规〔2019〕7号",),
    "decision": ("示罚决字〔2022〕第008号",),
}
NOWHERE = ("渣土車", "饭店油烟", "人大建议 公厕", "犬类")


@pytest.fixture
def corpus(db):
    agency = AgencyFactory()
    for place, (key, (title, number, body)) in enumerate(CORPUS.items()):
        ItemFactory(
            agency=agency,
            title=title,
            document_number=number,
            index_number=f"SHILI/2022-{place:05d}",
            keywords=key,
            body=f"<p>{body}</p>",
            public=True,
            published_on=date(2022, 1 + place % 12, 1 + place % 28),
        )
        ItemFactory(agency=agency, title=f"工作动态{place}", body="<p>一般示例内容</p>", public=True)
    NormativeDocumentFactory(agency=agency, title="document", number="示规〔2019〕7号")
    AdministrativeDecisionFactory(agency=agency, number="示罚决字〔2022〕第008号", published_on=date(2022, 6, 5))


def first_five(text):
    query = parse(text)
    found = find(query, Filters(), by_relevance=True)
    if not found.keys:
        found = find_nearly(query, Filters())
    return found.entries(0, 5)


def test_the_record_that_is_meant_is_among_the_first_five(corpus):
    wanted = [(text, key) for key, typed in QUERIES.items() for text in typed]
    assert len(wanted) >= 80
    titles = {key: title for key, (title, _, _) in CORPUS.items()}
    titles |= {"document": "document", "decision": "行政处罚决定 示罚决字〔2022〕第008号"}

    missed = [text for text, key in wanted if titles[key] not in [entry.title for entry in first_five(text)]]

    assert missed == []


def test_what_is_nowhere_is_not_made_up(corpus):
    assert [text for text in NOWHERE if find(parse(text), Filters(), by_relevance=True).keys] == []


def test_every_index_number_leads_to_its_record(corpus):
    for entry in SearchEntry.objects.exclude(index_number=""):
        assert first_five(entry.index_number)[0] == entry
        assert first_five(entry.index_number.lower().replace("/", "／"))[0] == entry
