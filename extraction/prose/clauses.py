"""What a number of a sentence means by its clause, the noun behind its unit or the number before it.

Each reading of `meaning_of` is one way of Chinese to say it; the first that gives a meaning decides.
"""

from __future__ import annotations

import re
from dataclasses import replace

from extraction.meaning import Context, Meaning, family, interpret, kinds_of_name
from extraction.prose.heads import (
    is_head,
    is_of_building,
    kinds_of,
    names_site,
    narrowed,
    only_takes_part,
    opens,
    picked_out,
)
from extraction.prose.narrowing import AID, BEFORE_CHANGE
from extraction.prose.no_statistic import is_other
from extraction.prose.parts import (
    listed,
    of_among,
    of_group,
    of_kinds,
    of_list,
    of_next,
    of_next_member,
    of_part_behind,
    of_place_of_work,
    of_ranked,
    of_rest,
    of_structure,
    of_topic,
)
from extraction.prose.thread import Thread, rest_in
from extraction.prose.words import (
    BEFORE_ADDED,
    CHANGE,
    CLAUSE_END,
    LONG_CLAUSE,
    LONG_SENTENCE,
    RANGE,
    REACHES,
    YOUNGER,
    Words,
    left_over,
    meaning_in,
    name_of,
)
from extraction.records import UNMAPPED, UNSURE, Observation
from extraction.vocabulary import squeeze, vocabulary

_SHARE_CLAUSE = re.compile(r"^占?(?:比|比例|比例为|比重)?(?:为|约|达到?)?$")
_COVERAGE = re.compile(
    r"[（(](?:含|其中[:：]?(?=[^（）()\d]*(?:学校|院校|学院|技校|中专)$))([^（）()\d]{2,12})"
)
_AMONG_GRADUATES = re.compile(r"(?:毕业生|学生)[当之]?中[，,][^。；;\n]*$")
_INCLUDES = re.compile(r"\s*[（(]含")
_COVERED = re.compile(r"^[（(]含([^（）()\d]{2,12})[）)]")
_WITHOUT = re.compile(r"[（(]((?:不含|不包括)[^（）()\d]{2,12})[）)]\s*(?:[为达共约]|是)*$")
_ALL_OF_THEM = re.compile(r"[有设]|开办|[归分隶]属|拥有|涵盖|包[含括]|共|达|新增|涉及|分布|原|[为是]$")
_LISTS_ALL = re.compile(r"(?:[拥现共设]有|[下开]设|设置|涵盖)[^、]*、")
_ADDED = re.compile(r"(?:新增|新开|新设|增设|增开)(?:加|设)?了?(?:[“\"].*等|[^，,。；;：:]*)$")
_ONLY_ADDED = re.compile(r"(?:当年|本?年度?|今年|本年度|全年)?新增(?:了)?")
_NEW = re.compile(r"新(?:增|建|认定|立项|获|评|培育|签|入选|开发|编)")
_BY_NOW = re.compile(r"(?:累计|总[数量])(?:已?达到?|已?有|为|共|认定|建成|立项)?")
_INSTITUTION = re.compile(
    r"^[（(]([^（）()\d，,、]{3,24}(?:学校|学院|中心|校区|分校|分院|[中高]职部))(?:学生|毕业生|教师)?[）)]"
)
# What is counted in order to list it, not as a figure: 五个方面, 三个环节.
_ABSTRACT = re.compile(
    r"^(?:(?:专业)?大类|类(?!型)|方面|环节|领域|维度|问题|步骤|阶段|要求|意识|层次|层面|部分|类别|小组|部门|社团)"
)
_REACHED = re.compile(r"惠及|受益|覆盖|涉及|资助|补助|发放|落实|经费|费用|款|奖金")
_OUR_OWN = re.compile(r"师生|学生|教师|教职工")
_CAME = re.compile(r"参[加与训培]|培训|覆盖|惠及|受益|吸引|学员|人[数员]|[职员]工|学生|教师")
_AS_RATIO = re.compile(r"比例?(?:约|达|为|是)*$")
_TO_ONE = re.compile(r"\b1\s*[:：∶]\s*$|[\u4e00-\u9fff]1\s*[:：∶]\s*$")
_SOME_OF_THEM = re.compile(
    r"(?:试点|证书|订单|学徒|大赛|竞赛|帮扶|赛项)[^，,]*[，,]?(?:涉及|覆盖|涵盖|包括)了?$"
)
_FROM = re.compile(r"[由从][^由从]*$")
_SAME_IN_OTHER_UNIT = re.compile(r"[（(，,](?:约合|折合|合)约?|[（(]约$")  # 132600平方米（约合198.9亩）
_WHOLE_IN_BRACKETS = re.compile(r"^占(?!地)(?P<whole>[^()]{2,16})\($")
_OPENS_BRACKET = re.compile(r"\s*[（(]")
_COUNTED_WHOLE = re.compile(r"占(?!地)(?P<whole>[^（()，,。]{2,16})[（(][^（()]{1,12}[)）]的?$")
_COUNTED_PLAINLY = re.compile(r"占(?!地)(?P<whole>[^（()，,。\d]{2,16})[\d.,]+[人名]$")
_OF_ALL = re.compile(r"全[市县区省州]")
_MOST_STUDENTS = 100  # to a teacher, where all teachers are meant
_PEOPLE = ("学生", "教师")  # all there are where a school has them now, else perhaps those of an event
_THERE_ARE = re.compile(
    r"(?:现[有拥]|教学班)(?:(?!订单|冠名|学徒|社团|宿舍|公寓|参加|参与|试点)[^。；;\n])*$"
    r"|(?:^|[，,。；;\n])(?:学校|学院|[我全本]校)(?:(?:19|20)\d\d年)?[共拥]?有$"
)
_THE_SCHOOL_HAS = re.compile(r"^(?:学校|学院|[我全本]校)(?:(?:19|20)\d\d年)?[共拥现]?有?")
_PARTED = re.compile(rf"{CLAUSE_END.pattern}|[（(]|其中")
_GROWN_TO = re.compile(r"^(?:总[数量额])?(?:现?已|目前)?(?:达到?|增?至|升至|为)(?:了|约|近)?$")
_COMPARED_WITH = re.compile(r"(?:同比|[较比与](?:上一?学?年度?|去年|(?:19|20)\d\d年度?)(?:同期|相比|的)*)")
_WHO_IS_ASKED = {"enrolment": "在校生", "graduates": "毕业生", "staff": "教职工"}
_NEAR = 60  # characters
_EACH_ONE = {"aid_amount": "aid_per_student"}  # 资助金额57.2万元，人均2000元
_EACH = re.compile(r"(?:折[合算])?[生人]均(?:达到?|约|近|为|超过?|由|从|仅|只有)*")
_WORTH = re.compile(r"(?:(?:学校|学院|[我全本]校)?(?:现有|拥有|有)?)?总?价值")
_APPLIED_FOR = re.compile(r"的?申[报请](?:工作)?")
_THE_GRADUATES = re.compile(r"(?P<who>[^的]{2,8})的(?:毕业生|学生)")
_ASKED_WHOM = re.compile(r"参[与加](?:问卷)?(?:调查|测评)的(?P<who>[\u4e00-\u9fff]{2,5})$")
_WHO_WAS_ASKED = re.compile(r"(?P<who>[\u4e00-\u9fff]{2,5}?)参[与加]了?(?:问卷)?(?:调查|测评)")
_ASKED = re.compile(r"调查|问卷|访谈|受访")
_RETURNED_BY = re.compile(
    r"(?:[^，,、]*(?:收回|回收))?(?:有效)?(?P<who>[\u4e00-\u9fff]{2,4}?)(?:有效)?(?:调查)?问卷"
)
_TOOK_PART = re.compile(r"(?P<who>[\u4e00-\u9fff]{2,4}?)参[与加]")
# 6个专业与全市支柱产业直接对接, 5个专业对接县内主导产业
_OF_INDUSTRY = re.compile(r"专业(?:与|和|同|紧密|直接|精准)*(?:对接|对应|(?<=[与和同]))[^，,。；;]{0,10}产业")
_WITH_INDUSTRY = re.compile(
    r"(?:与[^，,。；;]{0,10}产业[^，,。；;]{0,4}(?:对接|对应|匹配)|(?:直接|紧密|精准)?对接[^，,。；;]{0,10}产业)"
)
_IN_BUILDING = re.compile(r"正在建设|在建|筹建")
_HAVING = re.compile(r"具[有备]|拥有|持有|取得|获得")
_NOTHING = Meaning(UNMAPPED, {}, UNSURE)


def meaning_of(words: Words, thread: Thread) -> Meaning:
    """The meaning of a number in a sentence: the first reading that gives one."""
    if bracket := _of_bracket(words, thread.last):
        return bracket
    if added := _of_added(words, thread.last):
        return added
    if is_other(words) or _ABSTRACT.match(words.noun):
        return _NOTHING
    if words.clause.endswith("占") and (group := of_group(words, thread)):
        return group
    if by_kinds := of_structure(words) or of_place_of_work(words, thread) or of_kinds(words, thread):
        return by_kinds
    if ranked := of_ranked(words, thread):
        return ranked
    readings = _PLAIN if words.number.is_chinese or words.counts_its_noun else _READINGS
    found = next((meaning for read in readings if (meaning := read(words, thread.last))), None)
    if found is None and thread.before and readings is _READINGS:
        found = _of_another(words, thread.before)  # 12人获奖学金7.2万元，其中甲校9人
    found = (
        found
        or of_next(words, thread)
        or of_group(words, thread)
        or of_topic(words, thread)
        or of_among(words, thread)
        or _NOTHING
    )
    if found.metric == UNMAPPED:
        return found
    return _bounded(_of_the_unit(_beside_last(found, words, thread), words), words)


def _beside_last(found: Meaning, words: Words, thread: Thread) -> Meaning:
    """A meaning, told apart from that of the number before it, where it is a part of that."""
    last = thread.last
    whole = vocabulary().whole_of.get(last.metric) if last else None
    if last and last.metric != found.metric == whole and "其中" in words.lead:
        return Meaning(last.metric, {**last.dims, "indicator": words.clause}, 0.6)
    by_campus = thread.campus and thread.campus in words.clause  # a dimension of its own
    same = last is not None and (last.metric, last.dims, last.entity) == (
        found.metric,
        found.dims,
        thread.entity,  # 开设专业36个，其中甲校16个 are told apart by whose they are
    )
    if last and same and not (thread.group or by_campus):
        return replace(found, dims={**found.dims, **_part_told(words, last)})
    if last and found.dims:
        return replace(found, dims={**found.dims, **_group_told_since(found, last, words, thread)})
    return found


def _group_told_since(found: Meaning, last: Observation, words: Words, thread: Thread) -> dict[str, str]:
    """`装备制造大类占29%，旅游大类规模最小，仅占5%`: the group that the words since the last number speak of, not that one's."""
    return {
        kind: name
        for kind, name in thread.group.items()
        if name in words.lead and last.dims.get(kind) == found.dims.get(kind) not in (None, name)
    }


def _of_added(words: Words, last: Observation | None) -> Meaning | None:
    """`开设专业23个，当年新增2个`: those added to what was counted before, where these are counted by themselves."""
    code = f"{last.metric}_added" if last else ""
    if last is None or code not in vocabulary().metrics or not _ONLY_ADDED.fullmatch(words.clause):
        return None
    return Meaning(code, {}, 0.7) if words.number.unit_raw == last.unit_raw and not words.noun else None


def _of_all_by_now(words: Words, last: Observation | None) -> Meaning | None:
    """`新认定精品课程15门，累计达到41门`: all there are of what the number before it counts the new ones of."""
    if last is None or words.number.unit_raw != last.unit_raw:
        return None
    is_all = _BY_NOW.fullmatch(words.clause) and _NEW.search(words.before) and not words.noun
    return Meaning(last.metric, last.dims, 0.6) if is_all else None


def _of_the_unit(found: Meaning, words: Words) -> Meaning:
    """A meaning, where a number printed like this can have it: `普职招生比为5.2` counts nobody."""
    if found.metric == "student_teacher_ratio" and words.number.value > _MOST_STUDENTS:
        return _NOTHING  # 思政课教师12人，师生比1:350
    named = words.number.is_chinese and words.clause in words.names  # 甲职校、乙职校两所学校
    if found.metric == "schools" and (named or words.clause.endswith("首批")):
        return _NOTHING
    of_things = words.number.unit is not None and words.number.unit.canonical == "count"
    if of_things and words.number.is_chinese and vocabulary().metrics[found.metric].kind != "count":
        return _NOTHING  # 生均占地、生均图书两项均有下降
    by_visits = words.number.unit is not None and words.number.unit.canonical == "person-time"
    if by_visits and found.metric in _WHO_IS_ASKED:  # nobody is enrolled several times
        if not _ASKED.search(words.said[-_NEAR:]):
            return _NOTHING
        return Meaning("satisfaction_respondents", {"respondent": _WHO_IS_ASKED[found.metric]}, 0.6)
    if vocabulary().metrics[found.metric].theme == "teachers" and _AMONG_GRADUATES.search(words.said):
        return _NOTHING  # 毕业生中，…，取得职业资格证书的776人
    added = f"{found.metric}_added"
    if added in vocabulary().metrics and _ADDED.search(words.lead.strip()):
        found = replace(found, metric=added, dims=_without_its_name(found.dims))
    if words.number.unit is None and (_AS_RATIO.search(words.clause) or _TO_ONE.search(words.lead)):
        return found if vocabulary().metrics[found.metric].unit in ("ratio", "percent") else _NOTHING
    return found


def _without_its_name(dims: dict[str, str]) -> dict[str, str]:
    """Dimensions without an `indicator` that says no more than the metric: 新增护理、药剂2个专业 are all that were added."""
    return {kind: name for kind, name in dims.items() if kind != "indicator" or narrowed(name)}


def _bounded(found: Meaning, words: Words) -> Meaning:
    """A meaning, with what is said right behind the number: whom it covers, or that it is the lower end of a range."""
    if found.metric != UNMAPPED and (without := _WITHOUT.search(words.lead)):
        return replace(found, dims={**found.dims, "coverage": without[1]})
    covered = _COVERED.match(words.behind) or _INSTITUTION.match(words.behind)
    if found.metric != UNMAPPED and covered and "metric" not in kinds_of_name(covered[1]):  # （含升学）
        with_it = covered[0].lstrip("（(")[:1] if covered.re is _COVERED else ""
        return replace(found, dims={**found.dims, "coverage": with_it + covered[1]})
    if found.metric != UNMAPPED and RANGE.match(words.behind.strip()):
        return replace(found, dims={**found.dims, "indicator": "下限"})
    return found


def _part_told(words: Words, last: Observation) -> dict[str, str]:
    """The words by which a part of what was counted before is told apart: `专业带头人18人，其中企业专业带头人6人`."""
    if "其中" not in words.lead:
        return {}
    part = words.clause.lstrip("(").removeprefix("其中")
    for term in vocabulary().find_terms(part):
        if term.code == last.metric and not part.replace(term.text, ""):
            return {} if part in last.label else {"indicator": part}  # 其中农村劳动力转移培训
    named = [term for term in vocabulary().find_terms(part) if term.code == last.metric]
    rest = "".join(part.split(term.text)[0] for term in named) if named else part  # implied by 培训
    return {"indicator": part[-20:]} if rest.strip("的") else {}


def _of_bracket(words: Words, last: Observation | None) -> Meaning | None:
    """`在校生9000人（含技工学校1200人）`: the same, of another coverage."""
    coverage = _COVERAGE.search(words.lead)
    is_part = (
        coverage and any(kind in last.dims for kind, _ in vocabulary().terms.get(coverage[1], ()))
        if last
        else False
    )
    kinds = kinds_of_name(coverage[1].removesuffix("学生")) if coverage else ()
    by_itself = "metric" in kinds or "track" in kinds  # 公共基础课教师116人（含思政课教师14人）
    if coverage and last and not (is_part or by_itself) and words.lead.rstrip().endswith(coverage[1]):
        return Meaning(last.metric, {**last.dims, "coverage": coverage[1]}, 0.8)
    return None


def _of_range(words: Words, last: Observation | None) -> Meaning | None:
    """`1800元-2000元`: the upper end of what the number before it is the lower end of."""
    if RANGE.match(words.lead.strip()) and words.after_unknown:
        return _NOTHING
    if last and RANGE.match(words.lead.strip()):
        return Meaning(last.metric, {**last.dims, "indicator": "上限"}, 0.7)
    return None


def _of_share(words: Words, last: Observation | None) -> Meaning | None:
    """`…占X的45%`: the share of what stands before 占, else of the number before it, else of X's own parts."""
    clause = (
        words.clause.lstrip("(") if _OPENS_BRACKET.match(words.lead) else words.clause
    )  # 硕士20人（占7.0%）
    counted = _COUNTED_WHOLE.search(words.said) if clause.startswith(")") else None
    if clause == "的":  # 占专业课教师176人的66.48%
        counted = _COUNTED_PLAINLY.search(words.said.removesuffix(words.lead))
    head, sign, whole = ("", "占", counted["whole"]) if counted else clause.rpartition("占")
    if not words.number.is_percent or not (sign or _SHARE_CLAUSE.match(clause)):
        return None
    if not clause and words.noun.startswith("的"):
        return None  # what it is a share of stands behind it: 72%的毕业生
    if head.endswith("的") and left_over(_HAVING.sub("", head[:-1])):
        return _NOTHING  # 在本市就业的占58%
    named = [head, *words.clauses[1:]]
    found = meaning_in(words, named[:1]) if head else None
    if found:
        found = replace(found, dims=listed(words, found.dims))
    if found is None and sign and (of_group := _of_group_in_whole(head, whole)):
        return of_group
    if found is None and sign and left_over(head) and not rest_in(words.said):
        return _NOTHING  # 本市就业占比62%
    if found is None and any(named[1:]):
        found = meaning_in(words, named)
    if found is None and words.after_unknown:
        return _NOTHING
    if found is None and last:
        found = meaning_in(words, [name_of(last.metric)])
        if found is None:
            return _NOTHING  # no share of that is known
        told = meaning_in(words, [head, name_of(last.metric)]) if head and not left_over(head) else None
        narrower = listed(words, told.dims) if told and told.metric == found.metric else {}
        if vocabulary().metrics[found.metric].theme == "outcomes" and narrower.keys() <= {"indicator"}:
            narrower = {}  # 自主创业 is no part of those who went on to study
        if head and not narrower and _names_another(head):
            return _NOTHING  # 升学占21%，自主创业占1%
        # 占专业课教师的70%、占专任教师的42%: each has its own base
        parts = {k: v for k, v in last.dims.items() if not v.startswith("占")}
        found = replace(found, dims={**parts, **narrower})
    if found is None and any(term.kind == "metric" for term in vocabulary().find_terms(head)):
        return _NOTHING  # 文化课教师占专任教师的40% is no share of the latter
    if found and last and not head and _is_of_itself(found.metric, last.metric, whole):
        return _NOTHING  # 在本市就业582人，占直接就业人数的69%
    found = found or meaning_in(words, [whole])
    return found and replace(found, dims=_denominator(found.metric, whole) | found.dims, confidence=0.75)


def _is_of_itself(ratio: str, part: str, whole: str) -> bool:
    """Whether a part of what a metric counts is related to all of it, and not to what the metric's ratio is a share of."""
    of_itself = not left_over(whole) and interpret(Context((whole,)), None).metric == part if whole else False
    return of_itself and ratio not in vocabulary().share_of_its_own.values()


def _of_group_in_whole(head: str, whole: str) -> Meaning | None:
    """`护理专业占招生总数的22%`: the share of a programme or a category in what is counted of all."""
    name = head.removesuffix("专业")
    known = vocabulary()
    kind = "programme" if name in known.programmes else "category" if name in known.categories else ""
    share = known.share_of_its_own.get(interpret(Context((whole,)), None).metric)
    return Meaning(share, {kind: name}, 0.7) if kind and share else None


def _of_whole(words: Words, _: Observation | None) -> Meaning | None:
    """`占专业课教师（386人）的80%`: the whole itself, counted in brackets."""
    whole = _WHOLE_IN_BRACKETS.match(words.clause)
    return meaning_in(words, [whole["whole"]]) if whole and not words.number.is_percent else None


def _names_another(head: str) -> bool:
    """Whether what is before 占 is a member of some dimension: parts that the number before did not count."""
    return any(term.kind != "metric" for term in vocabulary().find_terms(head))


def _denominator(ratio: str, whole: str) -> dict[str, str]:
    """`占专业课教师总数`, where that is not what this ratio is commonly a share of."""
    if of_all := _OF_ALL.match(whole):
        return {"indicator": f"占{of_all.group()}"}  # a school's share of its district
    whole = REACHES.sub("", whole)
    named = interpret(Context((whole,)), None).metric if whole else UNMAPPED
    usual = named == vocabulary().standard_denominator.get(ratio, named) and not left_over(whole)
    a_part = named == UNMAPPED and any(t.kind != "metric" for t in vocabulary().find_terms(whole))
    if (named == UNMAPPED and not a_part) or usual:
        return {}
    return {
        "indicator": "占"
        + re.sub(r"^(?:学校|[全本]校|其(?![他它余]))|的?(?:(?:比例|比重|百分比)[为约达由从]?)?$", "", whole)
    }


def _of_part(words: Words, last: Observation | None) -> Meaning | None:
    """`招生1392人（其中五年一贯制240人`: a part of what was counted before, where the clause only says which."""
    terms = vocabulary().find_terms(words.clause.removesuffix("学生"))
    goes_on = last is not None and "track" in last.dims and words.lead.startswith("、")
    among = "其中" in words.lead or _INCLUDES.match(words.lead) or goes_on
    if last is None or not among or any(term.kind == "metric" for term in terms):
        return None
    of_schooling = any(term.kind == "track" for term in terms)
    return of_list(words, last) if of_schooling and not left_over(words.clause) else None


def _of_asked(words: Words, _: Observation | None) -> Meaning | None:
    """`参与调查的在校生4386人次`, `4186名在校生参与了调查`: who was asked, and not all there are."""
    asked = _ASKED_WHOM.search(words.clause) or _WHO_WAS_ASKED.match(squeeze(words.noun)) or _returned(words)
    who = vocabulary().members["respondent"].get(asked["who"]) if asked else None
    return Meaning("satisfaction_respondents", {"respondent": who}, 0.7) if who else None


def _returned(words: Words) -> re.Match[str] | None:
    """`收回学生问卷2180份、家长问卷1965份`, `开展问卷调查，在校生参与3216人次`: who answered, not whom they were sent to."""
    sentence = LONG_SENTENCE.split(words.said)[-1]
    if words.number.unit_raw == "份":
        answered = max(sentence.rfind("收回"), sentence.rfind("回收")) > sentence.rfind("发放")
        return _RETURNED_BY.fullmatch(words.clause) if answered else None
    return _TOOK_PART.fullmatch(words.clause) if _ASKED.search(sentence) else None


def _of_clause(words: Words, last: Observation | None) -> Meaning | None:
    """`专任教师285人`: the clause right before the number, whose listed qualities (`3年制、全日制学生`) tell it apart."""
    people = _THE_SCHOOL_HAS.sub("", words.clause)
    if people in _PEOPLE and (people != words.clause or _THERE_ARE.search(words.said)):
        return meaning_in(words, [f"现有{people}"])
    found = meaning_in(words, [words.clause, words.listed])
    if words.clause.startswith("兼职") and words.listed.endswith("专"):
        return _NOTHING  # 专、兼职教师 are both
    if found and words.counts_its_noun and _not_what_is_counted(found.metric):
        return _of_noun(words, None) or _NOTHING  # 培训6个项目, 与企业共建了8个产业学院
    if found and last and not _PARTED.search(words.lead) and _counted_before(words, found, last):
        return _of_noun(words, None) or _NOTHING
    if words.number.is_percent and _HAVING.match(squeeze(words.noun)):
        return _of_those_who_have(words) or _NOTHING
    of_area = found is not None and vocabulary().metrics[found.metric].unit == "m2"
    if found and of_area and is_of_building(words) and not names_site(words.clause, found.metric):
        return _NOTHING
    if found is None or is_head(words.clause, found.metric):
        return found and replace(
            found, dims={**kinds_of(words.clause, found.metric), **listed(words, found.dims)}
        )
    return _of_noun(words, None) or _NOTHING


def _of_those_who_have(words: Words) -> Meaning | None:
    """`专任教师80%具备本科及以上学历`: the share of the clause's people who have what stands behind it."""
    found = meaning_in(words, [words.noun])
    people = {
        vocabulary().metrics[t.code].theme
        for t in vocabulary().find_terms(words.clause)
        if t.kind == "metric"
    }
    return found if found and vocabulary().metrics[found.metric].theme in people else None


def _not_what_is_counted(metric: str) -> bool:
    """Whether a metric before a number can be what its noun is for or with whom it came to be: people and firms."""
    return metric == "partner_enterprises" or family(vocabulary().metrics[metric].unit) == "person"


def _counted_before(words: Words, found: Meaning, last: Observation) -> bool:
    """`23个专业33个层次`: what stands between two numbers without a mark is what the first one counts."""
    between = words.said[: len(words.said) - len(words.lead)].endswith(last.unit_raw)
    return (
        found.metric == last.metric
        and found.dims.items() <= last.dims.items()
        and last.unit_raw != ""
        and words.number.unit_raw == last.unit_raw
        and between
    )


def _of_noun(words: Words, last: Observation | None) -> Meaning | None:
    """`22个专业`, `新增了22个专业`: the noun behind the unit, with the clause before it as its cue.

    Of programmes and courses many are counted that are not all of them (修订9个专业的方案): then the noun tells them apart.
    """
    noun = squeeze(words.noun)
    narrower = _THE_GRADUATES.match(noun)
    if narrower and (of_them := meaning_in(words, [narrower["who"]])):
        return of_them  # 531名直接就业的毕业生
    there_are = noun in _PEOPLE and _THERE_ARE.search(words.said)
    some = "其中" in words.lead and last and last.metric == "programmes" and _WITH_INDUSTRY.match(noun)
    if _OF_INDUSTRY.match(noun) or some:
        return meaning_in(words, ["对接支柱产业的专业"])
    found = meaning_in(words, [f"现有{noun}" if there_are else words.noun])
    if found and words.number.is_percent and noun.startswith("的") and not is_head(noun, found.metric):
        return _NOTHING  # 72%的毕业生在本地就业
    if (
        found is None
        or (only_takes_part(words, noun, found.metric) and not _counts_visits(words, found.metric))
        or (picked_out(words.clause, found.metric) and not _is_attended(found.metric))
        or YOUNGER.match(noun)
    ):
        return None
    if _APPLIED_FOR.search(noun):
        return None  # 5门精品课程的申报
    if _IN_BUILDING.search(LONG_CLAUSE.split(words.said)[-1]):
        return replace(found, dims={**found.dims, "indicator": "在建"})
    if vocabulary().metrics[found.metric].theme != "programmes":
        # 2个企业服务站 are no firms
        beside_firms = found.metric == "partner_enterprises" and words.counts_its_noun
        return None if beside_firms and not is_head(noun, found.metric) else found
    goes_on = (
        not words.clause.rstrip("等的")
        or not CLAUSE_END.search(words.lead)
        or words.lead.endswith(("等", "的"))
    )
    # `共有3个大类、8个专业`; `设有5个专业部，18个专业`; `开设护理、药剂等2类5个专业`
    said_of_it = "，".join(LONG_CLAUSE.split(words.said)[-2:]) if goes_on else words.clause
    if _SOME_OF_THEM.search("，".join(LONG_CLAUSE.split(words.said)[-2:])) and not narrowed(noun):
        return None  # 证书试点，涉及8个专业
    lists_all = _LISTS_ALL.search(LONG_CLAUSE.split(words.said)[-1])
    all_of_them = (
        (_ALL_OF_THEM.search(said_of_it) or lists_all) and is_head(noun, found.metric) and not narrowed(noun)
    )
    if all_of_them or BEFORE_ADDED.match(words.behind):
        return found
    if not opens(noun, found.metric) and not is_head(noun, found.metric):
        return None  # 三项技艺融入课程与实训 are no courses
    return replace(found, dims={"indicator": noun[:20], **found.dims})


def _counts_visits(words: Words, metric: str) -> bool:
    """Whether a number counts how often people took part, and a metric does so, too: 46人次参加国家级培训."""
    unit = words.number.unit
    return _is_attended(metric) and unit is not None and unit.canonical in ("person-day", "person-time")


def _is_attended(metric: str) -> bool:
    """Whether a metric counts who took part: then those who are picked are all there are."""
    return vocabulary().metrics[metric].unit in ("person-day", "person-time")


def _of_change(words: Words, last: Observation | None) -> Meaning | None:
    """`由643人减少至477人`: the same thing in another year."""
    reaches = REACHES.search(words.clause)
    if reaches and words.after_unknown and _FROM.search(words.before):
        return meaning_in(words, [_FROM.sub("", words.before)])  # 由不足400人增至560人
    if last and reaches:
        same = interpret(Context((name_of(last.metric),)), words.number.unit)
        dims = {k: v for k, v in last.dims.items() if BEFORE_CHANGE.get(k) != v}
        return Meaning(last.metric, dims, 0.7) if same.metric == last.metric else None
    return None


def _of_same_clause(words: Words, _: Observation | None) -> Meaning | None:
    """`职工培训8期420人次`, `职工培训8期，参训420人次`: who came to what the number before says how often it was held."""
    if words.clause:
        same = _CAME.search(words.clause) and not left_over(_CAME.sub("", words.clause))
        own = set(_OUR_OWN.findall(words.clause)) - set(_OUR_OWN.findall(words.before))
    else:
        same, own = words.lead.strip() in ("", "、") and not words.noun.strip(), set()
    counted = words.number.unit and not words.number.is_percent
    found = meaning_in(words, [words.before]) if same and not own and counted and words.before else None
    return found if found and is_head(words.before, found.metric) else None


def _of_grown(words: Words, _: Observation | None) -> Meaning | None:
    """`在校生增加320人，增长5%，达到6200人`: what the changes before it are changes of."""
    change = CHANGE.search(words.before)
    if not change or not _GROWN_TO.match(words.clause):
        return None
    what = _COMPARED_WITH.sub("", words.before[: change.start()])
    found = meaning_in(words, [what]) if what else None
    return found if found and is_head(what, found.metric) else None


def _of_counterpart(words: Words, last: Observation | None) -> Meaning | None:
    """`免除学费3402人，金额408万元`: the money that went to those counted before, or whom that money went to."""
    other = AID.get(last.metric) if last else None
    if words.after_unknown and "学生" in words.clause:
        return None  # 设奖学金20万元，冠名班6个，学生286人
    says_more = left_over(_REACHED.sub("", words.clause)) or (not words.clause and words.noun.strip())
    if other is None or says_more or "；" in words.said[-len(words.lead) - 1 :]:
        return None
    return meaning_in(words, [name_of(other)])


def _of_another(words: Words, last: Observation | None) -> Meaning | None:
    """`甲校900人，乙校700人`, `2023年900人，2024年700人`: the same thing of another school or year."""
    of_each = last is not None and last.metric in vocabulary().per_student.values()
    in_all = of_each and words.number.scale and words.clause in words.names
    if last is None or in_all:  # 设备值1.1亿元，生均1.3万元。其中甲校5946万元
        return None
    if not (words.again or _SAME_IN_OTHER_UNIT.fullmatch(words.lead) or _repeats(words, last)):
        return None
    same = meaning_in(words, [name_of(last.metric)])
    return (
        replace(same, dims=dict(last.dims), confidence=0.7) if same and same.metric == last.metric else None
    )


def _repeats(words: Words, last: Observation) -> bool:
    """Whether a number in brackets is the one before it in another unit: 412.8亩（27.52万平方米）."""
    number = words.number
    in_brackets = words.lead.strip() in ("（", "(") and number.unit and number.unit.canonical == last.unit
    return (
        bool(in_brackets)
        and number.unit_raw != last.unit_raw
        and abs(number.value - last.value) <= last.value / 50
    )


def _of_each(words: Words, last: Observation | None) -> Meaning | None:
    """`实训工位2100个，生均0.62个`: what was counted before, for each student."""
    if last is None or not _EACH.fullmatch(words.clause.lstrip("(")):
        return None
    code = vocabulary().per_student.get(last.metric) or _EACH_ONE.get(last.metric)
    found = meaning_in(words, [name_of(code)]) if code else None
    aid = {k: v for k, v in last.dims.items() if k == "aid_type"}
    return found and replace(found, dims={**aid, **found.dims})


def _of_earlier_clauses(words: Words, _: Observation | None) -> Meaning | None:
    """The clause before its own, in the same sentence and behind the number before it."""
    by_school = words.clause in words.names  # 各校平均起薪：甲校3820元
    if (left_over(words.clause) and not by_school) or (not words.clause and left_over(squeeze(words.noun))):
        return None  # it speaks of something that is not known
    # 用于 and 购 say what the money before it is for.
    earlier = [part for part in words.clauses[1:2] if not part.startswith(("用于", "购"))]
    return meaning_in(words, [words.clause, *earlier])


def _of_worth(words: Words, _: Observation | None) -> Meaning | None:
    """`价值2560万元的实训设备`: the value of what stands behind the number."""
    if not (_WORTH.fullmatch(words.clause) and words.noun.startswith("的")):
        return None
    thing = squeeze(words.noun).removeprefix("的") + "总值"
    found = meaning_in(words, [thing])
    names = [t.start for t in vocabulary().find_terms(thing) if found and t.code == found.metric]
    return found if names and not left_over(thing[: names[0]]) else None  # 捐赠设备 are some


def _of_list_in_bracket(words: Words, last: Observation | None) -> Meaning | None:
    """`37名教师晋升职称（高级14人`: what a bracket opens with, which the noun of the number before stands before."""
    _, opens, _ = words.clause.rpartition("(")
    at = max(words.lead.rfind("（"), words.lead.rfind("("))
    if last is None or not opens or at < 0 or ")" in words.clause:
        return None
    return of_list(replace(words, lead=words.lead[at:]), last)


def _of_both_clauses(words: Words, _: Observation | None) -> Meaning | None:
    """`技术服务12项，到款额85万元`: a name whose head says again only what the clause of the number before did not say."""
    if not words.before or not left_over(words.clause) or vocabulary().find_terms(words.clause):
        return None
    both, seam = words.before + words.clause, len(words.before)
    if not any(t.kind == "metric" and t.start < seam < t.end for t in vocabulary().find_terms(both)):
        return None
    found = meaning_in(words, [both])
    return found if found and is_head(both, found.metric) else None


# The readings of a number in the order in which they are tried; a Chinese numeral, and what is counted of a kind named
# behind it, mean only what stands right beside them.
_PLAIN = (_of_clause, _of_noun)
_READINGS = (
    _of_range,
    _of_whole,
    _of_share,
    _of_part,
    _of_list_in_bracket,
    of_next_member,
    _of_asked,
    *_PLAIN,
    _of_change,
    _of_grown,
    _of_all_by_now,
    _of_counterpart,
    _of_another,
    _of_each,
    of_list,
    of_part_behind,
    _of_same_clause,
    of_rest,
    _of_worth,
    _of_earlier_clauses,
    _of_both_clauses,
)
