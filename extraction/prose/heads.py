"""Whether a metric is what its words speak of, or stands beside what is counted (毕业生参军12人), or is narrowed by them."""

from __future__ import annotations

import re

from extraction.meaning import family
from extraction.prose.words import CLAUSE_END, REACHES, Words, left_over
from extraction.vocabulary import vocabulary

# What reports say of all their programmes: 18个紧贴市场需求的专业.
_SAID_OF_ALL = re.compile(
    r"(?:紧[贴跟密]|适应|符合|契合|贴近|(?:深度|精准|主动)?服务)[^的]*的?|各类|对应|相关|相应|招生|在[招办]"
)
_SITE = r"(?:楼|宿舍|公寓|食堂|馆|场|室|厅|基地|车间|工厂|工坊|中心|大棚)"
# A building or a place that the clause before counts is what an area behind it is of: 新建实训楼1栋，建筑面积3000平方米.
_BUILDING_BEFORE = re.compile(
    rf"(?:^|[，,。；;：:\n])(?:[^、，,。；;\n]*{_SITE}[\d一两]+[栋座幢]|[^、，,。；;\n]*[\d一两]+[栋座幢][^、，,。；;\d]*{_SITE}"
    rf"|[^、，,。；;\n]*(?:建有|[新扩改]建|建成)[^、，,。；;\n]*{_SITE}[\d一两]+[个处](?:[（(][^（）()]*[）)])?)[，,]$"
)
_BUILDING_BEHIND = re.compile(rf"^的[^、，,。；;]*?{_SITE}(?![^，,。；;]*[、等])")
_OF_THE_SCHOOL = re.compile(r"学校|学院|[我本全]校|校[园区]|总占地")
_TITLES = re.compile(r"《[^》]*》[、和等]*")
_OF_ALL_SCHOOLS = re.compile(
    r"^(?:(?:19|20)\d\d年)?(?:全[市区县州])?(?:[各两三四五六七八九]校|学院)(?:现?共?)$"
)
_OF_KINDS = ("programmes", "courses", "textbooks_compiled")
_TELLS_OF = re.compile(
    r"^.*(?:[设建具拥含]有|开[设办齐足出]|设[置立]|建成|编写|出版|修订|使用|完成|获批?|涵盖|包括|有|(?<!建)设)(?!的)"
)
# A building or a place on the campus: its area is not the school's.
_PART_OF_SITE = re.compile(
    r"(?:楼|宿舍|公寓|食堂|馆|场|室|厅|基地|车间|工厂|工坊|大棚|公园|用房|[一二三]期(?:工程|项目)?)[的总新增]*$"
)
# Words before a name that make it something narrower than what there is: those that left or came, that are picked out.
_NARROWER = re.compile(
    r"(?:(?:撤销|合并|整合|转型|兼并|停招|停办|更新|取消|暂停|淘汰|退休|离职|流失|减少|缺少?|短缺|未|选送|输送|选派|推荐|申请|申报|吸纳|接收|录用|优秀"
    r"|贫困|困难|残疾|退役|电子|初中|(?<!职业)高中)[了的]?|(?:获得|取得|留在|从事|升入|进入|考入|参加|参与|持有|通过|考取|就业|实习)(?!认定的|评审的|考核的)[^，,]*的)(?:应届|往届|[中高]职)*$"
)
_WENT_TO_WORK = re.compile(r"(?:直接)?就业(?:的)?(?:学生|毕业生)?的$")
_BY_FIRMS = re.compile(r"(?:企业)?(?:接收|吸纳|接纳)$")  # those are all interns there are
_RECEIVED = re.compile(r"(?:接收|招收)了?$")
_SENT = re.compile(r"(?:选派|选送|组织|安排|派出)$")  # those sent to a training are all who were there
_LEARNERS = re.compile(r"学生|毕业生|学员")
_NEWCOMERS = re.compile(r"(?:培养|培育|(?<!柔性)引进|招聘|新聘|选聘|新进|晋升)[了的]?$")
# 培训认证9300人次 are not those trained.
_EXAMINED = re.compile(r"(?:认[证定]|鉴定|考[评核试]|评[价审])$|导师$")
# 培训经费支出 is no total.
_FOR_A_PURPOSE = re.compile(r"(?:教学|科研|培训|公用|人员|项目|专项|设备|实训|资助|研究|建设|活动|维修)的?$")
# 实习对口率, 合同就业率
_OF_A_KIND = re.compile(r"(?:实习|稳定|合同|协议|灵活|签约|本[地区县省]|[区县]内|留省|省内|市内|异地|省外)$")
_TAKES_PART = re.compile(r"^[^，,。；;]{0,8}(?:参[加与赛]|接受)")
_DOES = re.compile(
    r"^[^，,。；;]{0,6}企业(?:共同|联合|合作)?(?:研制|研发|制定|制订|编制|编写|修订|参[加与]|举办|[来进到]校)"
)  # 8家企业研制标准
_GOES_BY = re.compile(r"^[^，,。；;]{0,8}通过")
_TOGETHER = re.compile(r"合作|共建|深度|开展|建立|联合")
_AMONG_THEM = re.compile(r"^(?:评[选比审]|大赛|比赛|竞赛)?[中里](?:的|有|荣?获)?")
_A_FEW = 6  # characters


def kinds_of(clause: str, metric: str) -> dict[str, str]:
    """Of courses and programmes the words that say which are counted, where not all are: `开出非遗课程4门`."""
    if metric not in _OF_KINDS:
        return {}
    names = [term for term in vocabulary().find_terms(clause) if term.code == metric]
    before = _TITLES.sub("", _TELLS_OF.sub("", clause[: names[-1].start])) if names else ""
    before = _OF_ALL_SCHOOLS.sub("", before)
    if not left_over(before):
        return {}
    levels = [term.text for term in vocabulary().find_terms(before) if term.kind == "level"]
    return {"indicator": (before.removeprefix(levels[0] if levels else "") + names[-1].text)[-20:]}


def narrowed(noun: str) -> bool:
    """Whether words before a noun's own name say which of these are counted: 57门网络课程."""
    first = next((term.start for term in vocabulary().find_terms(noun) if term.kind == "metric"), 0)
    return bool(left_over(_SAID_OF_ALL.sub("", noun[:first])))


def opens(noun: str, metric: str) -> bool:
    """Whether a noun opens with a metric, but for a word or two before it: 工学一体化专业的方案."""
    starts = (term.start for term in vocabulary().find_terms(noun) if term.code == metric)
    return any(start <= _A_FEW and "的" not in noun[:start] for start in starts)


def only_takes_part(words: Words, noun: str, metric: str) -> bool:
    """Whether a noun names a metric of people beside what is counted: 89名班主任参加培训, 480个实习岗位."""
    if metric == "schools":
        return bool(_TAKES_PART.search(noun))  # 7所职业学校参赛
    if metric == "partner_enterprises" and _DOES.match(noun):
        return True
    if family(vocabulary().metrics[metric].unit) != "person" or words.number.unit is None:
        return False
    if any(term.code == metric and term.text.startswith("参加") for term in vocabulary().find_terms(noun)):
        return False  # 596名学生参加岗位实习 are just those
    of_anything = words.number.unit.canonical == "count"
    goes_by = vocabulary().metrics[metric].theme == "students" and _GOES_BY.search(noun)
    return bool(_TAKES_PART.search(noun) or goes_by) or (
        of_anything and (narrowed(noun) or not is_head(noun, metric))
    )


def is_head(clause: str, metric: str) -> bool:
    """Whether a metric is what a clause speaks of: not in 毕业生参军12人, 占地面积缺口158亩, 学生宿舍建筑面积900平方米."""
    codes = {metric, *(part for part, share in vocabulary().share_of.items() if share == metric)}
    named = [term for term in vocabulary().find_terms(clause) if term.code in codes]
    if not named:
        firms = clause.rpartition("企业")[2] if vocabulary().metrics[metric].theme == "industry" else ""
        implied = min((term.start for term in vocabulary().find_terms(clause)), default=0)
        return (
            not left_over(_TOGETHER.sub("", firms))  # 与企业共建基地9个 are no firms
            and not picked_out(clause[:implied], metric)
            and not (_EXAMINED.search(clause) and not _ends_with_term(clause))  # 高职分类考试 is a route
        )
    last = max(named, key=lambda term: term.end)
    before = clause[: last.start]
    of_site = vocabulary().metrics[metric].unit == "m2" and _PART_OF_SITE.search(before)
    behind = REACHES.sub("", _of_them(clause[last.end :]))
    return not of_site and not picked_out(before, metric) and not left_over(behind)


def _ends_with_term(clause: str) -> bool:
    return any(term.end == len(clause) for term in vocabulary().find_terms(clause))


def _of_them(behind: str) -> str:
    """The words behind a metric, without 中 before a member that tells a part of it: 在校生中本市户籍."""
    part = _AMONG_THEM.sub("", behind)
    return part if part != behind and vocabulary().find_terms(part) else behind


def names_site(clause: str, metric: str) -> bool:
    """Whether a metric is the area of a site by its own name: 运动场地面积 is all of it, whatever was counted before."""
    named = (term.text for term in vocabulary().find_terms(clause) if term.code == metric)
    return any(re.search(_SITE, name) for name in named)


def is_of_building(words: Words) -> bool:
    """Whether an area is that of a building that the clause before it counts, or that stands behind it (3000平方米的综合楼)."""
    if _BUILDING_BEHIND.match(words.behind):
        return True
    marks = list(CLAUSE_END.finditer(words.said[-60:]))
    before = words.said[-60:][: marks[-1].end()] if marks else ""
    return bool(_BUILDING_BEFORE.search(before)) and not _OF_THE_SCHOOL.match(words.clause)


def picked_out(before: str, metric: str) -> bool:
    """Whether the words before what is counted pick some of it: 撤销专业, 引进博士, 获得证书的学生."""
    if vocabulary().metrics[metric].theme == "outcomes":
        before = _WENT_TO_WORK.sub("", before)  # 直接就业学生的平均起薪 is that of all of whom it is asked
    if metric == "interns":
        before = _BY_FIRMS.sub("", before)
    if metric == "foreign_students":
        before = _RECEIVED.sub("", before)
    if vocabulary().metrics[metric].unit == "person-day":
        before = _SENT.sub("", before)
    if vocabulary().metrics[metric].theme == "teachers" and _LEARNERS.search(before):
        return True  # 学生获职业资格证书
    newcomers = vocabulary().metrics[metric].theme == "teachers" and _NEWCOMERS.search(before)
    of_a_kind = vocabulary().metrics[metric].theme == "outcomes" and _OF_A_KIND.search(before)
    of_a_purpose = metric in ("income", "expenditure") and _FOR_A_PURPOSE.search(before)
    return bool(newcomers or of_a_kind or of_a_purpose or _NARROWER.search(before))
