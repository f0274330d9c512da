"""Which dimensions the words around a number of a sentence give it, beside those of its own clause."""

from __future__ import annotations

import re
from itertools import accumulate

from extraction.prose.thread import Thread
from extraction.prose.words import BEFORE_ADDED, OTHERS, TO, Words, left_over
from extraction.records import Observation
from extraction.vocabulary import Metric, squeeze, vocabulary
from extraction.years import years_in

_PLACE_OF_CONTEST = (
    (re.compile(r"世界|国际"), "国际级"),
    (re.compile(r"全国|国家|中国|国赛"), "国家级"),
    (re.compile(r"省|自治区"), "省级"),
    (re.compile(r"市"), "市级"),
    (re.compile(r"[区县]"), "区级"),
)
_ORIGIN = re.compile(
    r"来自(?P<from>[\u4e00-\u9fff、]{2,16})|(?:^|[，,、；;。])(?P<of>[\u4e00-\u9fff]{2,8}?)(?:学籍|户籍|生源地)"
)
_PURPOSE = re.compile(r"^[^，,。；;]{0,4}(?:用于|(?=购[置买]))(?P<purpose>[^，,。；;\d（(]{2,16})")
_OVERALL = re.compile(r"的$|总体|综合|^(?:我校|本校|学校|学院)的?|^该|教育教学|办学(?:质量)?")
_SURVEY = re.compile(r"调查|问卷|显示|数据|平均|学员|群众|居民|村民|客户")
_TRACKED = re.compile(r"\d[+＋]\d|年制|贯制")
_QUOTED = re.compile(r"[“\"]([^”\"]{2,20})[”\"]")
_FROM = re.compile(r"[由从][^由从，,。；;]*$")
_TO = re.compile(rf"[^，,。；;]{{0,6}}{TO}")
_CONTEST = re.compile(
    r"(?:[^，,、。；;：:]*(?:参加|参与|组织|承办|举办|其中))?((?:（境）|[^，,、。；;：:（）()在获停\d]){2,40}(?:大赛|竞赛|比赛)|[国省市区县]赛(?=[中获])"
    r"|[^，,、。；;：:（）()在获停\d“\"]{0,8}[“\"][^”\"]{2,12}[”\"](?:系列|主题)?(?:活动|展演|展示|征文)(?=中|[荣斩]?获))"
)
_EDITION = re.compile(r"(?P<by>[\u4e00-\u9fff]{2,8})第?[\d一二三四五六七八九十]+$")
_HONOURS = (
    "distinguished_teachers",
    "programme_leaders",
    "programme_groups",
    "teaching_teams",
    "master_studios",
)
_GIVEN_BY = re.compile(
    r"(?:[^省市国]*[有为评选])?(?:[\u4e00-\u9fff]{2,3}(?=[省市自]))?(?P<by>国家|全国|自治区|省|市)(?!级|[内外属]|区)"
)
_AWARD_BY = re.compile(
    r"(?:其中)?(?P<by>国家|全国|省|市|区|县|校)(?=[特一二三]等奖|[金银铜][奖牌]|优[秀胜]奖)"
)
_PROGRAMME_BY = re.compile(
    r"(?:(?:学校|学院)?[共现拥]?有|其中|建成|获批)*(?P<by>国家|省|市)(?=高水平|骨干|特色|品牌|示范|重点|优质|一流)"
)
_ONLY_AN_AWARD = re.compile(r"(?:[特一二三]等|[金银铜]|优[秀胜])[奖牌]")
_SENTENCES_BACK = 3
_THIS_ONE = re.compile(r"[本此这该历当每][次届年项个]?|今年")
_A_TOWN = re.compile("县级市")  # is no level
_YEAR_OF_IT = re.compile(r"^(?:年度?|届)")
BEFORE_CHANGE = {"indicator": "变化前"}
_AID_WORDS = re.compile(
    r"资助|补助|发放|金额|资金|经费|费用|总额|惠及|受益|受助|学生|人[数次员]?|[万共计约达为是有的了金额元款、\s（）()]|合计|落实|支出"
)
_CLOSED = ("purpose", "source", "aid_type")  # dimensions of which the others are members, too
AID = {"aid_recipients": "aid_amount", "aid_amount": "aid_recipients"}


def around(words: Words, thread: Thread, metric: Metric) -> dict[str, str]:
    """What the text around a number tells of it: the semester, its programme or category, of an award level and contest."""
    dims: dict[str, str] = {}
    sentence = words.said[words.said.rfind("。") + 1 :]
    if metric.code in ("student_awards", "teacher_awards"):
        dims |= _of_contest(words.said) | (_level_of_award(words.clause) or _level_before(words, thread))
    elif metric.code == "research_awards":
        dims |= _level_in(words.before + words.lead)
    elif metric.code == "training_attendance":
        dims |= _level_in(sentence)
    elif metric.code == "programmes":
        dims |= _level_of(_PROGRAMME_BY.match(words.clause))
    elif metric.code in _HONOURS:
        dims |= _level_by_place(words.clause)
    if whole := vocabulary().parts_of.get(metric.code, {}).get(thread.whole):
        dims["indicator"] = whole
    of_people = metric.theme in ("students", "teachers") and thread.campus in words.clause
    if thread.campus and (metric.theme == "conditions" or of_people):
        dims["coverage"] = thread.campus
    if thread.others and metric.theme in ("students", "teachers", "outcomes", "schools"):
        dims["coverage"] = thread.others
    if thread.place:
        dims["indicator"] = thread.place
    if words.clause in OTHERS:
        dims[_told_apart_by(thread.last)] = words.clause
    if thread.semester:
        dims["indicator"] = thread.semester
    if metric.theme in ("students", "outcomes"):
        dims |= thread.group
    if metric.theme == "students" and _TRACKED.search(words.lead):
        dims |= _track_in(words.lead)
    told_of = thread.last and thread.last.metric in AID and not _other_aid(words)
    if metric.code in AID and thread.last and told_of and not _sums_up(words, thread, metric):
        # Whom that money went to, or what they got.
        kept = ("aid_type",) if words.clause else ("aid_type", "indicator")  # 特别资助120人、12万元
        dims |= {k: v for k, v in thread.last.dims.items() if k in kept}
    if metric.theme == "students" and (origin := _ORIGIN.search(words.lead)):
        dims["origin"] = origin["from"] or origin["of"]
    if metric.code == "satisfaction":
        dims |= _asked_before(thread) | _satisfied(words, thread)
    if metric.code == "satisfaction_respondents" and thread.last and words.lead.startswith(("（", "(")):
        dims |= {
            k: v for k, v in thread.last.dims.items() if k == "respondent"
        }  # 满意度95%（有效问卷1520份）
    if metric.code == "expenditure_by_purpose" and (purpose := _PURPOSE.match(words.behind)):
        dims["purpose"] = purpose["purpose"]
    dims |= _before_change(words, thread) or _quoted_before(metric, words.noun)
    return dims


def _told_apart_by(last: Observation | None) -> str:
    """The dimension by which the parts of a list are told apart: 设备购置1874万元，其他574万元 are purposes."""
    return next((kind for kind in last.dims if kind in _CLOSED), "indicator") if last else "indicator"


def _other_aid(words: Words) -> bool:
    """Whether the clause says of an aid that it is another one than that told before: 社会资助36人."""
    return "其中" not in words.lead and bool(_AID_WORDS.sub("", words.clause))


def _sums_up(words: Words, thread: Thread, metric: Metric) -> bool:
    """Whether a number is the sum of several told before: 助学金1430人、286万元，免学费5980人、1495万元，合计7410人次."""
    before = (o.value for o in reversed(thread.told) if o.metric == metric.code)
    return words.number.value in [*accumulate(before)][1:]


def _asked_before(thread: Thread) -> dict[str, str]:
    """`在校生收回有效问卷2918份，满意度96.3%`: those who were asked are those who are satisfied."""
    last = thread.last
    asked = last is not None and last.metric == "satisfaction_respondents" and "respondent" in last.dims
    return {"respondent": last.dims["respondent"]} if last and asked else {}


def _satisfied(words: Words, thread: Thread) -> dict[str, str]:
    """`学生对理论学习满意度93%，生活满意度95%`: with what, and who where a clause before has said it."""
    said, _, _ = words.clause.rpartition("满意")
    asked = any(term.kind == "respondent" for term in vocabulary().find_terms(said))
    of_what = _OVERALL.sub("", said.rpartition("对")[2] if "对" in said else "" if asked else said)
    known = any(term.kind == "metric" for term in vocabulary().find_terms(of_what))  # 实习实训
    if len(of_what) < 2 or not (known or left_over(of_what)) or _SURVEY.search(of_what):
        return {}
    last = thread.last
    goes_on = not asked and last and last.metric == "satisfaction" and "respondent" in last.dims
    who = {"respondent": last.dims["respondent"]} if last and goes_on else {}
    return {**who, "indicator": of_what}


def _before_change(words: Words, thread: Thread) -> dict[str, str]:
    """`在此前6门课的基础上新增了`, `由2200元提高到`: what there was before, where no year says when."""
    if BEFORE_ADDED.match(words.behind):
        return {"indicator": "新增前"}
    dated = thread.compared or years_in(words.lead)
    return dict(BEFORE_CHANGE) if not dated and _FROM.search(words.clause) and _TO.match(words.behind) else {}


def _quoted_before(metric: Metric, noun: str) -> dict[str, str]:
    """`12名教师被评为“课程思政”市级名师`: what is quoted right before the words that name the metric, and no part of them."""
    for quoted in _QUOTED.finditer(noun):
        terms = vocabulary().terms_of[metric.code]
        behind = squeeze(noun[quoted.end() :])
        if any(term in behind for term in terms) and not any(squeeze(quoted[1]) in term for term in terms):
            return {"indicator": quoted[1]}
    return {}


def _track_in(text: str) -> dict[str, str]:
    """The kind of schooling that the words before a number speak of: `开展“3+4”贯通培养，招生80人`."""
    tracks = [term.code for term in vocabulary().find_terms(squeeze(text)) if term.kind == "track"]
    return {"track": tracks[-1]} if tracks else {}


def _level_by_place(clause: str) -> dict[str, str]:
    """The level of an honour that opens with who gives it: 省教学名师, 青山市专业带头人."""
    given = _GIVEN_BY.match(clause)
    return {"level": f"{given['by'].replace('自治区', '省').replace('全国', '国家')}级"} if given else {}


def _level_of_award(clause: str) -> dict[str, str]:
    """The level of an award that opens with it: 省一等奖."""
    return _level_of(_AWARD_BY.match(clause))


def _level_of(given: re.Match[str] | None) -> dict[str, str]:
    return {"level": f"{given['by'].replace('全国', '国家').replace('县', '区')}级"} if given else {}


def _level_before(words: Words, thread: Thread) -> dict[str, str]:
    """The level of the award before, where a list goes on with no more than the next one: 省一等奖3项、二等奖5项."""
    goes_on = words.lead.startswith("、") and _ONLY_AN_AWARD.fullmatch(words.clause)
    level = thread.last.dims.get("level") if goes_on and thread.last else None
    return {"level": level} if level else {}


def _level_in(text: str) -> dict[str, str]:
    """The level that a text names last."""
    words = _A_TOWN.sub("", squeeze(text))
    levels = [term.code for term in vocabulary().find_terms(words) if term.kind == "level"]
    return {"level": levels[-1]} if levels else {}


def _of_contest(said: str) -> dict[str, str]:
    """The contest that a sentence names last, and its level: said of it, else of whoever holds it, else before it.

    A sentence that names none tells of the one before: `…技能大赛落幕。学校获一等奖2项`, `本次比赛获…`.
    """
    *earlier, sentence = said.rsplit("。", _SENTENCES_BACK)
    contests = _contests_in(sentence)
    if not contests and (_level_in(sentence) or "教师" in sentence):
        return _level_in(sentence)
    while earlier and not contests:
        contests = _contests_in(sentence := earlier.pop())
    if not contests:
        return {}
    contest = contests[-1]
    name = _YEAR_OF_IT.sub("", contest[1])
    edition = _EDITION.search(sentence[: contest.start(1)])
    named_by = edition["by"] if edition else name[:6]  # 甘肃省第17届中等职业学校技能大赛
    held = next((level for place, level in _PLACE_OF_CONTEST if place.search(named_by)), None)
    level = _level_in(sentence[contest.start() :]) or ({"level": held} if held else _level_in(sentence))
    return {**level, "indicator": squeeze(name).lstrip("—–-·•")}


def _contests_in(sentence: str) -> list[re.Match[str]]:
    return [found for found in _CONTEST.finditer(sentence) if not _THIS_ONE.match(found[1])]
