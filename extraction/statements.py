"""From running text to observations: numbers in sentences with the noun phrase they belong to.

A number means what the clause before it names (`专任教师285人`), else the noun behind its unit (`22个专业`), else, after
占 or 其中, what the number before it meant. Plans, changes and sums over several years are kept as unmapped: they are
printed numbers, but no statistic of the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from extraction.blocks import Paragraph
from extraction.dealt import dealt, dealt_out
from extraction.entities import Cast
from extraction.meaning import Context, Meaning, family, interpret
from extraction.numbers import Number, find_chinese_numbers, find_numbers
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import Metric, squeeze, vocabulary
from extraction.years import Year, opens_with_year, spoken_of, years_in

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_LONG_CLAUSE = re.compile(r"[，,；;。：:]")
_CLAUSE_END = re.compile(r"[，,、；;。：:]")
_CONNECTIVE = re.compile(r"^(?:其中|分别|共计|共有|共|现有|现|和|及|以及|有|为|含|获得|荣获|获(?!奖))+")
# Words that make a number something else than the statistic of the year: a change, a plan, a sum of years.
_CHANGES = r"(?:增加|增长|增幅|减少|下降|降低|提高|提升|上升|上涨|新增|净增|扩大|缩减|回落|攀升)"
_CHANGE = re.compile(rf"{_CHANGES}(?:了|约|近|为|达|超过?|共|幅度|的)*$")
_REACHES = re.compile(rf"{_CHANGES}(?:了|为)?(?:至|到)(?:20\d\d年度?的?)?$")
_PLAN = re.compile(
    r"力争|计划(?:招|新|到|在|于|开)|拟(?:招|新|建|开)|预计|目标|规划到|到20\d\d年|将达|不低于|不少于"
)
_AHEAD = re.compile(
    r"力争|预计|拟(?:招|新|建|开)|计划(?:招|新|在|于|开)|未来|今后|下一步|明年|到(?P<year>20\d\d)年"
)
_TODAY = re.compile(r"[目当]前|现|已|截至|实际|完成")
_NEAR = 200
_LONG_RUN = re.compile(
    r"近[二三四五六七八九十两\d]+年|[三四五]年来|历年|以来|建校至今|自(?:19|20)\d\d年.{0,6}?起"
)
_BACKGROUND = re.compile(r"[而但]?全[市国省球](?!性|.*(?:赛|奖|荣誉|称号|示范|第[一二三四五六七八九十\d]))")
_NO_STATISTIC = ("第", "图", "表", "案例", "编号", "电话", "邮编", "号")
_NAMES_A_DAY = ("年", "月", "日", "号", "届")
_PLUS = ("+", "＋")
_YEARS_PLUS = re.compile(r"\d\s*[+＋]$")
_SAYS_RATIO = re.compile(r"[数比率值为][:：]?\s*(?:1\s*[:：∶])?$")
_GOES_ON_AS_CODE = (".", "-", "—", "+")
_RANGE = re.compile(r"^[-—–－~～至到]+$")
_SHARE_CLAUSE = re.compile(r"^占?(?:比|比例|比例为|比重)?(?:为|约|达到?)?$")
_COVERAGE = re.compile(
    r"[（(](?:含|其中[:：]?(?=[^（）()\d]*(?:学校|院校|学院|技校|中专)$))([^（）()\d]{2,12})"
)
_COVERED = re.compile(r"^[（(]含([^（）()\d]{2,12})[）)]")
# A year that only stands for comparison: what follows does not speak of it.
_COMPARED = re.compile(
    r"(?:[较比]于?|相比于?)(?:19|20)\d\d\s*(?:学年|年度|年|届)|[与同和](?:19|20)\d\d\s*(?:学年|年度|年|届)(?=相比|比较|持平)"
)
_YEAR_BEFORE = re.compile(r"(?:上一?学?年度?|去年)(?:同期|同口径)?的?")
# A clause of nothing but a year says the same thing of another one: 2023年招生300人，2024年320人.
_ONLY_A_YEAR = re.compile(
    r"^(?:[较比由从到至而]于?)?(?:(?:19|20)\d\d(?:学年|年度|年|届)?|上一?学?年度?|去年)(?:同期|同口径)?的?(?:为|是|有|达|约|仅)?\(?$"
)
_SEMESTER = re.compile(r"(?:20\d\d\s*年?)?[春秋]季?(?:学)?期")
_PLACE_OF_CONTEST = (
    (re.compile(r"世界|国际"), "国际级"),
    (re.compile(r"全国|国家|中国"), "国家级"),
    (re.compile(r"[省市]"), "市级"),
    (re.compile(r"[区县]"), "区级"),
)
_ORIGIN = re.compile(
    r"来自(?P<from>[\u4e00-\u9fff、]{2,16})|(?:^|[，,、；;。])(?P<of>[\u4e00-\u9fff]{2,8}?)(?:学籍|户籍|生源地)"
)
_ANEW = re.compile(r"[;；,，](?:学校|另|此外)")
_AMONG = re.compile(r"([\u4e00-\u9fff“”]{2,10})中[，,]")
_REST = re.compile(r"其[余他](?:\d+|[一二三四五六七八九十]+)个专业(?:大类)?(?=[^，,。；;]*$)")
_PURPOSE = re.compile(r"^[^，,。；;]{0,4}用于(?P<purpose>[^，,。；;\d（(]{2,16})")
_IN_QUOTES = re.compile(r"[“\"][^”\"]*[”\"]")
_SENTENCE_END = re.compile(r"[。；;！？\n]")
_QUOTED = re.compile(r"[“\"]([^”\"]{2,20})[”\"]")
_ALL_OF_THEM = re.compile(r"[有设]|开办|拥有|涵盖|包[含括]|共|达|新增|涉及|分布|原|[为是]$")
_TITLES = re.compile(r"《[^》]*》[、和等]*")
_OF_KINDS = ("programmes", "courses", "textbooks_compiled")
_TELLS_OF = re.compile(
    r"^.*(?:[设建具拥含]有|开[设办齐足出]|设[置立]|建[设成]|编写|出版|修订|使用|完成|获批?|涵盖|包括|[有设])"
)
_ADDED = re.compile(r"(?:新增|新开|新设|增设|增开)(?:加|设)?了?(?:[“\"].*等|[^，,。；;：:]*)$")
_BEFORE_ADDED = re.compile(r"[^，,。；;]{0,12}基础上(?:又|再)?(?:新增|增加|增设)")
_FROM = re.compile(r"[由从][^由从，,。；;]*$")
_TO = re.compile(rf"[^，,。；;]{{0,6}}{_CHANGES}(?:了|为)?(?:至|到)")
_INSTITUTION = re.compile(
    r"^[（(]([^（）()\d，,、]{3,24}(?:学校|学院|中心|校区|分校|分院|[中高]职部))(?:学生|毕业生|教师)?[）)]"
)
_CONTEST = re.compile(
    r"(?:[^，,、。；;：:]*(?:参加|参与|组织|承办|举办|其中))?([^，,、。；;：:在获]{2,40}(?:大赛|竞赛|比赛))"
)
# What is counted in order to list it, not as a figure: 五个方面, 三个环节.
_ABSTRACT = re.compile(
    r"^(?:专业)?(?:大)?(?:类(?!型)|方面|环节|领域|维度|问题|步骤|阶段|要求|意识|层次|层面|部分|类别|小组|部门|社团)"
)
# What may stand between a metric's name and its number and leave it the number's own: 专任教师总人数达到, 占地面积约.
_SAYS_NOTHING = re.compile(
    r"[（(].*?[）)]|总|人|合计|共计|总计|[数量额书高等的]|面积|规模|情况|比例|占比|比重|百分比|共|有|达到?|为|是|现|分别|约|近|超过?"
    r"|仍|已|亦|也|均|则|至|到|由|从|较|比|于|了|在|占|(?:19|20)\d\d(?:学年|年度|年)?|[上去]年|以上|提升|上升|提高|投入|评价"
    r"|拨款|授权|标准|金额|资金|突破|队伍|优化|首次|接近|将近|多|整体|平均|全[年校区县市]|学校|本?学?年度|当年|目前|截[至止]|[中高]职|支出|开支|按?每生(?:每学?年)?|始终|一直|连续[两三四五\d]年|稳定|保持|维持|稳步|不断|逐年|全部|累计|完成|实现"
)
# A building or a place on the campus: its area is not the school's.
_PART_OF_SITE = re.compile(r"(?:楼|宿舍|公寓|食堂|馆|场|室|厅|基地|车间|工厂|工坊|大棚|公园)[的总新增]*$")
# Words before a name that make it something narrower than what there is: those that left or came, that are picked out.
_NARROWER = re.compile(
    r"(?:(?:撤销|停招|停办|取消|暂停|淘汰|退休|离职|流失|减少|缺少?|短缺|未|选送|输送|选派|推荐|吸纳|接收|录用|优秀"
    r"|贫困|困难|残疾|退役|电子)[了的]?|(?:获得|取得|留在|参加|参与|持有|通过|考取|就业|实习)[^，,]*的)(?:应届|往届)?$"
)
_NEWCOMERS = re.compile(r"(?:培养|培育|引进|招聘|新聘|选聘|新进|晋升)[了的]?$")
_EXAMINED = re.compile(r"(?:认[证定]|鉴定|考[评核试]|评[价审])$")  # 培训认证9300人次 are not those trained
_TAKES_PART = re.compile(r"^[^，,。；;]{0,8}(?:参加|参与|接受)")
_GOES_BY = re.compile(r"^[^，,。；;]{0,8}通过")
_TOGETHER = re.compile(r"合作|共建|深度|开展|建立|联合")
_MISSING = re.compile(r"(?:缺口|缺额|空缺|短缺|不足|流失|辞职|离职|退休)(?:约|达|为|共)*$")
_OF_EACH = re.compile(r"(?:各|每)[^，,。；;]*(?:均|都)?(?:拥有|有|达|设|配备?)$")
_ADDED_LIST = re.compile(r"(?:^|[学校共又年度,，；;。])新增[^，,。；;：:]*$")
_MARK = re.compile(r"[，,、；;。：:（()）]")
_AID = {"aid_recipients": "aid_amount", "aid_amount": "aid_recipients"}
_REACHED = re.compile(r"惠及|受益|覆盖|涉及|资助|补助|发放|落实|经费|费用|款")
_OUR_OWN = re.compile(r"师生|学生|教师|教职工")
_CAME = re.compile(r"参[加与训培]|培训|覆盖|惠及|受益|吸引|学员|人[数员]|[职员]工|学生|教师")
_A_FEW = 6  # characters
_HAVING = re.compile(r"具[有备]|拥有|持有|取得|获得")
_OTHERS = ("其余", "其他", "其它")
_GOES_ON = ("其中", "占", "其余", "较", "比上", "比去", "同比")
_NOT_COUNTED = {"year", "day", "month", "age", "km", "km2", "percent_point"}


@dataclass
class _Thread:
    """What the text is speaking of, carried from number to number through a paragraph."""

    entity: str | None
    year: Year | None
    school: str | None = None
    semester: str | None = None
    compared: Year | None = None
    group: dict[str, str] = field(default_factory=dict)
    last: Observation | None = None
    whole: str = ""
    lost: bool = False
    clause: str = ""


@dataclass
class _Words:
    """The words around one number: `lead` from the number before it, `behind` to the next one, `said` all before.

    `names` are those of the report's schools; `after_unknown` says that the number before it counts something unknown,
    `before` is that number's own clause; `home` is what a district's report calls its place (全区), `own` the report's year.
    """

    number: Number
    lead: str
    behind: str
    said: str
    names: tuple[str, ...] = ()
    after_unknown: bool = False
    before: str = ""
    home: str = ""
    own: int | None = None

    @cached_property
    def clauses(self) -> list[str]:
        """The clauses before the number, the nearest first; it is empty where the number opens its clause."""
        parts = [_CONNECTIVE.sub("", squeeze(part)) for part in _CLAUSE_END.split(self.lead)]
        return [part.removeprefix(self._name_before(part)) for part in reversed(parts)]

    def _name_before(self, clause: str) -> str:
        """The school that a clause opens with, which says nothing of what is counted: 示例职专占地200亩."""
        if not clause.startswith(self.names) or clause in self.names:
            return ""
        return next(name for name in self.names if clause.startswith(name))

    @cached_property
    def clause(self) -> str:
        """The words of its own clause before the number."""
        return self.clauses[0]

    @property
    def counts_its_noun(self) -> bool:
        """Whether the noun behind a measure word of anything is what is counted: 20个班, 5个专业大类共."""
        unit = self.number.unit
        return (
            unit is not None and unit.canonical == "count" and bool(_SAYS_NOTHING.sub("", squeeze(self.noun)))
        )

    @property
    def again(self) -> bool:
        """Whether its clause only names a school or a year: another one than that of the number before."""
        return bool(_ONLY_A_YEAR.match(self.clause)) or self.clause in self.names

    @cached_property
    def cues(self) -> str:
        """The cues of implied metrics in all that was said before, in order: what else was said implies nothing."""
        return "".join(vocabulary().cue_pattern.findall(self.said))

    @property
    def listed(self) -> str:
        """What 、 parts from its own clause, unless that is another thing counted."""
        listed = squeeze(_LONG_CLAUSE.split(self.lead)[-1]).rpartition("、")[0] if self.clause else ""
        named = any(term.kind == "metric" for term in vocabulary().find_terms(listed))
        return "" if named else listed

    @property
    def noun(self) -> str:
        """The noun behind the number's unit, up to the next mark: 22个专业."""
        return _MARK.split(self.behind, maxsplit=1)[0][:40]


def observations_in(
    paragraph: Paragraph, cast: Cast, entity: str | None, year: Year | None, school: str | None = None
) -> Iterator[Observation]:
    """Every statistic in a paragraph, and as unmapped every other number with a unit.

    `entity` is who the text before spoke of, `school` the school it last named, `year` the report's own.
    """
    thread = _Thread(entity, year, school)
    topic = year
    for match in _SENTENCE.finditer(paragraph.text):
        sentence = match.group()
        opened = opens_with_year(_COMPARED.sub("", sentence), year)
        thread.year = opened or topic
        goes_on = sentence.startswith(_GOES_ON) or paragraph.text[: match.start()].endswith("；")
        thread.last = thread.last if goes_on else None
        thread.whole = thread.whole if thread.last else ""
        thread.group = {}
        thread.lost = False
        thread.clause = ""
        found = list(_in_sentence(match, paragraph, cast, thread, year))
        if opened and (not found or any(o.metric != UNMAPPED for o in found)):
            topic = opened  # 2023年全县生产总值218亿元 does not date what is told of the school behind it
        yield from found


def _in_sentence(
    match: re.Match[str], paragraph: Paragraph, cast: Cast, thread: _Thread, own: Year | None
) -> Iterator[Observation]:
    sentence, offset = match.group(), match.start()
    figures = [n for n in _with_units_of_ranges(sentence) if _is_statistic(n, sentence)]
    numbers = sorted([*figures, *find_chinese_numbers(sentence)], key=lambda number: number.start)
    shares = dealt(sentence, numbers, cast, own)
    before = 0
    for k, number in enumerate(numbers):
        lead = (shares[k].words if k in shares else None) or sentence[before : number.start]
        until = numbers[k + 1].start if k + 1 < len(numbers) else len(sentence)
        said = paragraph.text[: offset + number.start]
        words = _Words(
            number,
            lead,
            sentence[number.unit_end : until],
            said,
            cast.names,
            thread.lost,
            thread.clause,
            cast.home,
            own.value if own else None,
        )
        _follow(thread, lead, said, cast, own)
        found = _observation(words, paragraph.place(offset + number.start), sentence, thread)
        if k in shares:
            found = dealt_out(found, shares[k], thread.last)
        if found.metric == "schools" and cast.publisher and cast.publisher.kind == "district":
            found = replace(found, entity=cast.publisher.name)
        if found.metric != UNMAPPED and "coverage" not in found.dims:
            thread.last = found
        if not _CHANGE.search(words.clause) and words.clause not in _OTHERS:
            thread.lost = found.metric == UNMAPPED and not number.is_chinese
        thread.clause = words.clause or thread.clause
        before = number.unit_end
        # 四个意识, 两个维护: in Chinese numerals slogans are more frequent than figures.
        if found.metric != UNMAPPED or not number.is_chinese:
            yield found
    thread.entity, thread.school = cast.spoken_of(sentence[before:], thread.entity, thread.school)


def _follow(thread: _Thread, lead: str, said: str, cast: Cast, own: Year | None) -> None:
    """Take up who, which year and which semester the words before a number speak of."""
    plain = _COMPARED.sub("", lead)
    thread.year = spoken_of(plain, own) or thread.year
    thread.compared = _compared(_CLAUSE_END.split(lead)[-1], thread.year, own)
    thread.entity, thread.school = cast.spoken_of(lead, thread.entity, thread.school)
    thread.whole = _whole_in(lead, thread)
    thread.group = _group_in(lead) or _rest_in(said) or thread.group
    if semester := _SEMESTER.search(lead):
        thread.semester = squeeze(semester.group())


def _compared(clause: str, year: Year | None, own: Year | None) -> Year | None:
    """The year of which a clause speaks for comparison only: `较2023年的2950人`, `由上年的2950人`."""
    if match := _COMPARED.search(clause):
        return spoken_of(match.group(), own)
    looks_back = year and _YEAR_BEFORE.search(clause) and not _CHANGE.search(clause.rstrip())
    return Year(year.value - 1, year.basis) if year and looks_back else None


def _group_in(lead: str) -> dict[str, str]:
    """The programme or the categories that the words before a number speak of: 护理专业, 财经商贸类和教育类."""
    if "专业" not in lead and "类" not in lead:
        return {}
    programmes, categories = _groups()
    if found := list(programmes.finditer(lead)):
        return {"programme": found[-1]["name"]}
    if found := list(categories.finditer(lead)):
        return {"category": found[-1].group()}
    return {}


def _whole_in(lead: str, thread: _Thread) -> str:
    """The metric of which the numbers behind are parts: `专任教师488人，其中…`, `专任教师中，…`."""
    if named := _AMONG.search(lead):
        metrics = [term.code for term in vocabulary().find_terms(squeeze(named[1])) if term.kind == "metric"]
        return metrics[-1] if metrics else thread.whole
    if "其中" in lead and thread.last:
        return thread.last.metric
    return "" if _ANEW.search(lead) else thread.whole


def _rest_in(said: str) -> dict[str, str]:
    """The categories that are left, where the words up to a number speak of them: 其余5个专业大类共."""
    rest = _REST.search(said[-40:])
    return {"category": rest.group()} if rest else {}


@lru_cache(maxsize=1)
def _groups() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Finders of programmes (a catalogue's name before 专业) and of runs of categories (a name before 类 or 大类)."""

    def any_of(names: Iterable[str]) -> str:
        return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))

    categories = vocabulary().categories
    category = rf"(?:{any_of(c for c in categories if c.endswith('类'))})(?:[（(][^（）()]{{1,8}}[）)])?"
    before_programmes = rf"(?:{any_of(c for c in categories if not c.endswith('类'))})(?=专业)"
    return (
        re.compile(rf"(?P<name>{any_of(vocabulary().programmes)})专业"),
        re.compile(rf"{category}(?:[、和及与]{category})*|{before_programmes}"),
    )


def _with_units_of_ranges(sentence: str) -> list[Number]:
    """The numbers of a sentence; the lower end of `3200—4000元` is in the unit of the upper one."""
    numbers = find_numbers(sentence)
    for k, (lower, upper) in enumerate(pairwise(numbers)):
        if lower.unit is None and upper.unit and _RANGE.match(sentence[lower.unit_end : upper.start].strip()):
            scale = lower.scale or (upper.scale if lower.amount <= upper.amount else "")
            numbers[k] = replace(lower, unit=upper.unit, scale=scale, unit_raw=upper.unit_raw)
    return numbers


def _is_statistic(number: Number, sentence: str) -> bool:
    """Not a year, an ordinal, a code or a date: a number with a counted unit, or a ratio."""
    before, after = sentence[: number.start].rstrip(), sentence[number.unit_end : number.unit_end + 1]
    if (before.endswith(_NO_STATISTIC) and not before.endswith("称号")) or (
        number.unit is None and after in _NAMES_A_DAY
    ):
        return False
    # 3+4 is a kind of schooling.
    if after in _PLUS or (before.endswith(_PLUS) and _YEARS_PLUS.search(before)):
        return False
    if number.unit is None:
        return bool(_SAYS_RATIO.search(before[-8:])) and after not in _GOES_ON_AS_CODE
    if number.unit.canonical == "hour":
        cues = "".join(vocabulary().cue_pattern.findall(before))
        named = interpret(Context((_CLAUSE_END.split(before)[-1],), before=cues), number.unit)
        return named.metric != UNMAPPED  # few hours are statistics: 课程总学时 is, 每周2学时 is not
    return number.unit.canonical not in _NOT_COUNTED


def _observation(words: _Words, start: int, sentence: str, thread: _Thread) -> Observation:
    number = words.number
    meaning = _meaning(words, thread)
    mapped = meaning.metric != UNMAPPED
    year = thread.compared or thread.year
    if mapped:
        dims = _around(words, thread, vocabulary().metrics[meaning.metric]) | meaning.dims
        if rest := _rest_in(words.said):  # whoever was spoken of before, now it is the others
            dims = {k: v for k, v in dims.items() if v not in _OTHERS} | rest
        meaning = replace(meaning, dims=dims)
    return Observation(
        char_start=start,
        char_end=start + len(number.raw),
        raw=number.raw,
        value=number.value,
        unit=meaning.unit or (number.unit.canonical if number.unit else ""),
        unit_raw=number.unit_raw,
        metric=meaning.metric,
        label=words.clause or words.noun,
        entity=thread.entity,
        year=year.value if year else None,
        year_basis=year.basis if year else None,
        where="prose",
        method="statement",
        confidence=round(meaning.confidence - (0.1 if mapped and number.approximate else 0.0), 2),
        dims=meaning.dims,
        quote=sentence.strip(),
    )


def _around(words: _Words, thread: _Thread, metric: Metric) -> dict[str, str]:
    """What the text around a number tells of it: the semester, its programme or category, of an award level and contest."""
    dims: dict[str, str] = {}
    sentence = words.said[words.said.rfind("。") + 1 :]
    if metric.code in ("student_awards", "teacher_awards"):
        dims |= _of_contest(sentence)
    elif metric.code == "research_awards":
        dims |= _level_in(words.before + words.lead)
    elif metric.code == "training_attendance":
        dims |= _level_in(sentence)
    if whole := vocabulary().parts_of.get(metric.code, {}).get(thread.whole):
        dims["indicator"] = whole
    if words.clause in _OTHERS:
        dims["indicator"] = words.clause
    if thread.semester:
        dims["indicator"] = thread.semester
    if metric.theme in ("students", "outcomes"):
        dims |= thread.group
    if metric.code in _AID and thread.last and thread.last.metric in _AID:
        dims |= {
            k: v for k, v in thread.last.dims.items() if k == "aid_type"
        }  # whom that money went to, or what they got
    if metric.theme == "students" and (origin := _ORIGIN.search(words.lead)):
        dims["origin"] = origin["from"] or origin["of"]
    if metric.code == "expenditure_by_purpose" and (purpose := _PURPOSE.match(words.behind)):
        dims["purpose"] = purpose["purpose"]
    dims |= _before_change(words, thread) or _quoted_before(metric, words.noun)
    return dims


def _before_change(words: _Words, thread: _Thread) -> dict[str, str]:
    """`在此前6门课的基础上新增了`, `由2200元提高到`: what there was before, where no year says when."""
    if _BEFORE_ADDED.match(words.behind):
        return {"indicator": "新增前"}
    dated = thread.compared or years_in(words.lead)
    return (
        {"indicator": "变化前"}
        if not dated and _FROM.search(words.clause) and _TO.match(words.behind)
        else {}
    )


def _quoted_before(metric: Metric, noun: str) -> dict[str, str]:
    """`12名教师被评为“课程思政”市级名师`: what is quoted right before the words that name the metric, and no part of them."""
    for quoted in _QUOTED.finditer(noun):
        terms = vocabulary().terms_of[metric.code]
        behind = squeeze(noun[quoted.end() :])
        if any(term in behind for term in terms) and not any(squeeze(quoted[1]) in term for term in terms):
            return {"indicator": quoted[1]}
    return {}


def _level_in(text: str) -> dict[str, str]:
    """The level that a text names last."""
    levels = [term.code for term in vocabulary().find_terms(squeeze(text)) if term.kind == "level"]
    return {"level": levels[-1]} if levels else {}


def _of_contest(sentence: str) -> dict[str, str]:
    """The contest that a sentence names last, and its level: said of it, else of whoever holds it, else before it."""
    contests = list(_CONTEST.finditer(sentence))
    if not contests:
        return _level_in(sentence)
    contest = contests[-1]
    held = next((level for place, level in _PLACE_OF_CONTEST if place.search(contest[1][:6])), None)
    level = _level_in(sentence[contest.start() :]) or ({"level": held} if held else _level_in(sentence))
    return {**level, "indicator": squeeze(contest[1])}


_NOTHING = Meaning(UNMAPPED, {}, 0.2)


def _meaning(words: _Words, thread: _Thread) -> Meaning:
    """The meaning of a number in a sentence: the first reading that gives one."""
    if bracket := _of_bracket(words, thread.last):
        return bracket
    if _is_other(words) or _ABSTRACT.match(words.noun):
        return _NOTHING
    plain = (_of_clause, _of_noun)
    readings = (
        plain
        if words.number.is_chinese
        else (
            _of_range,
            _of_share,
            *plain,
            _of_change,
            _of_counterpart,
            _of_another,
            _of_each,
            _of_list,
            _of_same_clause,
            _of_rest,
            _of_earlier_clauses,
        )
    )
    if words.counts_its_noun:
        readings = plain
    found = next((meaning for read in readings if (meaning := read(words, thread.last))), _NOTHING)
    added = f"{found.metric}_added"
    if added in vocabulary().metrics and _ADDED.search(words.lead.strip()):
        found = replace(found, metric=added)
    covered = _COVERED.match(words.behind) or _INSTITUTION.match(words.behind)
    if found.metric != UNMAPPED and covered:
        return replace(found, dims={**found.dims, "coverage": covered[1]})
    if found.metric != UNMAPPED and _RANGE.match(words.behind.strip()):
        return replace(found, dims={**found.dims, "indicator": "下限"})
    return found


def _of_bracket(words: _Words, last: Observation | None) -> Meaning | None:
    """`在校生19794人（含技工等学校4544人）`: the same, of another coverage."""
    coverage = _COVERAGE.search(words.lead)
    if coverage and last and words.lead.rstrip().endswith(coverage[1]):
        return Meaning(last.metric, {**last.dims, "coverage": coverage[1]}, 0.8)
    return None


def _of_range(words: _Words, last: Observation | None) -> Meaning | None:
    """`1800元-2000元`: the upper end of what the number before it is the lower end of."""
    if last and _RANGE.match(words.lead.strip()):
        return Meaning(last.metric, {**last.dims, "indicator": "上限"}, 0.7)
    return None


def _of_share(words: _Words, last: Observation | None) -> Meaning | None:
    """`…占X的45%`: the share of what stands before 占, else of the number before it, else of X's own parts."""
    head, sign, whole = words.clause.rpartition("占")
    if not words.number.is_percent or not (sign or _SHARE_CLAUSE.match(words.clause)):
        return None
    if head.endswith("的") and _left_over(_HAVING.sub("", head[:-1])):
        return _NOTHING  # 在本市就业的占58%
    named = [head, *words.clauses[1:]]
    found = _interpret(words, named[:1]) if head else None
    if found is None and sign and _left_over(head) and not _rest_in(words.said):
        return _NOTHING  # 本市就业占比62%
    if found is None and any(named[1:]):
        found = _interpret(words, named)
    if found is None and words.after_unknown:
        return _NOTHING
    if found is None and last:
        found = _interpret(words, [_metric_name(last.metric)])
        if found is None:
            return _NOTHING  # no share of that is known
        found = replace(found, dims=dict(last.dims))
    found = found or _interpret(words, [whole])
    return found and replace(found, dims=_denominator(found.metric, whole) | found.dims, confidence=0.75)


def _denominator(ratio: str, whole: str) -> dict[str, str]:
    """`占专业课教师总数`, where that is not what this ratio is commonly a share of."""
    named = interpret(Context((whole,)), None).metric if whole else UNMAPPED
    usual = named == vocabulary().standard_denominator.get(ratio, named) and not _left_over(whole)
    if named == UNMAPPED or usual:
        return {}
    return {"indicator": "占" + re.sub(r"^(?:学校|全校)|的?(?:(?:比例|比重|百分比)[为约达]?)?$", "", whole)}


def _of_clause(words: _Words, last: Observation | None) -> Meaning | None:
    """`专任教师285人`: the clause right before the number, whose listed qualities (`3年制、全日制学生`) tell it apart."""
    found = _interpret(words, [words.clause, words.listed])
    if found and last and not _CLAUSE_END.search(words.lead) and _counted_before(words, found, last):
        return _of_noun(words, None) or _NOTHING
    if found is None or _is_head(words.clause, found.metric):
        return found and replace(
            found, dims={**_kinds_of(words.clause, found.metric), **_listed(words, found.dims)}
        )
    return _of_noun(words, None) or _NOTHING


def _listed(words: _Words, dims: dict[str, str]) -> dict[str, str]:
    """The dimensions with all members that a list before the number names: `中级、高级讲师共38人`."""
    named = {(t.kind, t.code) for t in vocabulary().find_terms(words.clause)}
    if ("indicator", dims.get("indicator")) in {
        (t.kind, t.code) for t in vocabulary().find_terms(words.listed)
    } - named:
        dims = {k: v for k, v in dims.items() if k != "indicator"}  # 面向农民、…等培训 is of them all
    opening = next((t for t in vocabulary().find_terms(words.clause) if dims.get(t.kind) == t.code), None)
    if opening is None or opening.start > 0 or not words.listed:
        return dims
    members = [opening.code]
    for part in reversed(re.split(r"[、和及与]", words.listed)):
        ends = [t.code for t in vocabulary().find_terms(part) if (t.kind, t.end) == (opening.kind, len(part))]
        if not ends:
            break
        members.insert(0, ends[-1])
    return {**dims, opening.kind: "、".join(members)}


def _kinds_of(clause: str, metric: str) -> dict[str, str]:
    """Of courses and programmes the words that say which are counted, where not all are: `开出非遗课程4门`."""
    if metric not in _OF_KINDS:
        return {}
    names = [term for term in vocabulary().find_terms(clause) if term.code == metric]
    before = _TITLES.sub("", _TELLS_OF.sub("", clause[: names[-1].start])) if names else ""
    if not _left_over(before):
        return {}
    levels = [term.text for term in vocabulary().find_terms(before) if term.kind == "level"]
    return {"indicator": (before.removeprefix(levels[0] if levels else "") + names[-1].text)[-20:]}


def _narrowed(noun: str) -> bool:
    """Whether words before a noun's own name say which of these are counted: 57门网络课程."""
    first = next((term.start for term in vocabulary().find_terms(noun) if term.kind == "metric"), 0)
    return bool(_left_over(noun[:first]))


def _opens(noun: str, metric: str) -> bool:
    """Whether a noun opens with a metric, but for a word or two before it: 工学一体化专业的方案."""
    starts = (term.start for term in vocabulary().find_terms(noun) if term.code == metric)
    return any(start <= _A_FEW and "的" not in noun[:start] for start in starts)


def _only_takes_part(words: _Words, noun: str, metric: str) -> bool:
    """Whether a noun names a metric of people beside what is counted: 89名班主任参加培训, 480个实习岗位."""
    if family(vocabulary().metrics[metric].unit) != "person" or words.number.unit is None:
        return False
    of_anything = words.number.unit.canonical == "count"
    goes_by = vocabulary().metrics[metric].theme == "students" and _GOES_BY.search(noun)
    return bool(_TAKES_PART.search(noun) or goes_by) or (of_anything and not _is_head(noun, metric))


def _counted_before(words: _Words, found: Meaning, last: Observation) -> bool:
    """`23个专业33个层次`: what stands between two numbers without a mark is what the first one counts."""
    between = words.said[: len(words.said) - len(words.lead)].endswith(last.unit_raw)
    return (
        found.metric == last.metric
        and not found.dims
        and last.unit_raw != ""
        and words.number.unit_raw == last.unit_raw
        and between
    )


def _is_head(clause: str, metric: str) -> bool:
    """Whether a metric is what a clause speaks of: not in 毕业生参军12人, 占地面积缺口158亩, 学生宿舍建筑面积900平方米."""
    codes = {metric, *(part for part, share in vocabulary().share_of.items() if share == metric)}
    named = [term for term in vocabulary().find_terms(clause) if term.code in codes]
    if not named:
        firms = clause.rpartition("企业")[2] if vocabulary().metrics[metric].theme == "industry" else ""
        implied = min((term.start for term in vocabulary().find_terms(clause)), default=0)
        return (
            not _left_over(_TOGETHER.sub("", firms))  # 与企业共建基地9个 are no firms
            and not _picked_out(clause[:implied], metric)
            and not _EXAMINED.search(clause)
        )
    last = max(named, key=lambda term: term.end)
    before = clause[: last.start]
    of_site = vocabulary().metrics[metric].unit == "m2" and _PART_OF_SITE.search(before)
    return not of_site and not _picked_out(before, metric) and not _left_over(clause[last.end :])


def _picked_out(before: str, metric: str) -> bool:
    """Whether the words before what is counted pick some of it: 撤销专业, 引进博士, 获得证书的学生."""
    newcomers = vocabulary().metrics[metric].theme == "teachers" and _NEWCOMERS.search(before)
    return bool(newcomers or _NARROWER.search(before))


def _left_over(words: str) -> str:
    """What remains of words without those that the vocabulary knows and those that say nothing."""
    for term in sorted(vocabulary().find_terms(words), key=lambda term: -len(term.text)):
        words = words.replace(term.text, "")
    return _SAYS_NOTHING.sub("", words)


def _of_noun(words: _Words, _: Observation | None) -> Meaning | None:
    """`22个专业`, `新增了22个专业`: the noun behind the unit, with the clause before it as its cue.

    Of programmes and courses many are counted that are not all of them (修订9个专业的方案): then the noun tells them apart.
    """
    found = _interpret(words, [words.noun])
    noun = squeeze(words.noun)
    if (
        found is None
        or _only_takes_part(words, noun, found.metric)
        or _picked_out(words.clause, found.metric)
    ):
        return None
    if vocabulary().metrics[found.metric].theme != "programmes":
        return found
    goes_on = (
        not words.clause.rstrip("等的")
        or not _CLAUSE_END.search(words.lead)
        or words.lead.endswith(("等", "的"))
    )
    # `共有3个大类、8个专业`; `设有5个专业部，18个专业`
    said_of_it = "，".join(_LONG_CLAUSE.split(words.said)[-2:]) if goes_on else words.clause
    all_of_them = _ALL_OF_THEM.search(said_of_it) and _is_head(noun, found.metric) and not _narrowed(noun)
    if all_of_them or _BEFORE_ADDED.match(words.behind):
        return found
    if not _opens(noun, found.metric) and not _is_head(noun, found.metric):
        return None  # 三项技艺融入课程与实训 are no courses
    return replace(found, dims={"indicator": noun[:20], **found.dims})


def _of_change(words: _Words, last: Observation | None) -> Meaning | None:
    """`由643人减少至477人`: the same thing in another year."""
    if last and _REACHES.search(words.clause):
        same = interpret(Context((_metric_name(last.metric),)), words.number.unit)
        return Meaning(last.metric, dict(last.dims), 0.7) if same.metric == last.metric else None
    return None


def _of_same_clause(words: _Words, _: Observation | None) -> Meaning | None:
    """`职工培训8期420人次`, `职工培训8期，参训420人次`: who came to what the number before says how often it was held."""
    if words.clause:
        same = _CAME.search(words.clause) and not _left_over(_CAME.sub("", words.clause))
        own = set(_OUR_OWN.findall(words.clause)) - set(_OUR_OWN.findall(words.before))
    else:
        same, own = words.lead.strip() in ("", "、") and not words.noun.strip(), set()
    counted = words.number.unit and not words.number.is_percent
    return _interpret(words, [words.before]) if same and not own and counted and words.before else None


def _of_counterpart(words: _Words, last: Observation | None) -> Meaning | None:
    """`免除学费3402人，金额408万元`: the money that went to those counted before, or whom that money went to."""
    other = _AID.get(last.metric) if last else None
    says_more = _left_over(_REACHED.sub("", words.clause)) or (not words.clause and words.noun.strip())
    if other is None or says_more:
        return None
    return _interpret(words, [_metric_name(other)])


def _of_another(words: _Words, last: Observation | None) -> Meaning | None:
    """`甲校900人，乙校700人`, `2023年900人，2024年700人`: the same thing of another school or year."""
    if last is None or not words.again:
        return None
    same = _interpret(words, [_metric_name(last.metric)])
    return (
        replace(same, dims=dict(last.dims), confidence=0.7) if same and same.metric == last.metric else None
    )


def _of_each(words: _Words, last: Observation | None) -> Meaning | None:
    """`实训工位2100个，生均0.62个`: what was counted before, for each student."""
    if last is None or words.clause.lstrip("(") not in ("生均", "人均", "生均达", "生均约"):
        return None
    code = vocabulary().per_student.get(last.metric)
    return _interpret(words, [_metric_name(code)]) if code else None


def _of_list(words: _Words, last: Observation | None) -> Meaning | None:
    """`其中一等奖3个、二等奖5个`: what the number before it counted, narrowed by a member of its own."""
    if last is None or not words.clause:
        return None
    if _left_over(words.clause) not in _metric_name(last.metric):
        return None
    found = _interpret(words, [words.clause, _metric_name(last.metric)])
    narrower = found and {k: v for k, v in found.dims.items() if last.dims.get(k) != v}
    if not found or not narrower:
        return None
    same = last.dims if found.metric == last.metric else {}
    return replace(found, dims={**same, **_listed(words, found.dims)}, confidence=0.6)


def _of_rest(words: _Words, last: Observation | None) -> Meaning | None:
    """`…占93.2%，其余5个专业大类共657人`: what was counted before, or its share."""
    if last is None or not (words.clause in _OTHERS or _REST.search(words.said[-40:])):
        return None
    parts = [part for part, share in vocabulary().share_of.items() if share == last.metric]
    return next(
        (
            replace(found, dims={}, confidence=0.6)
            for code in (last.metric, *parts)
            if (found := _interpret(words, [_metric_name(code)])) and found.metric in (last.metric, *parts)
        ),
        None,
    )


def _of_earlier_clauses(words: _Words, _: Observation | None) -> Meaning | None:
    """The clause before its own, in the same sentence and behind the number before it."""
    if _left_over(words.clause):
        return None  # it speaks of something that is not known
    return _interpret(words, [words.clause, *words.clauses[1:2]])


def _interpret(words: _Words, phrases: Sequence[str]) -> Meaning | None:
    context = Context([phrase for phrase in phrases if phrase], before=words.cues)
    found = interpret(context, words.number.unit)
    return found if found.metric != UNMAPPED else None


def _metric_name(code: str) -> str:
    return vocabulary().metrics[code].name_zh


def _is_other(words: _Words) -> bool:
    """A change, a plan, a sum over several years, or what is said of the city or the country."""
    clause = _IN_QUOTES.sub("", _CLAUSE_END.split(words.lead)[-1]).rstrip()
    elsewhere = _BACKGROUND.match(clause) and not (words.home and words.home in clause)
    if _PLAN.search(_REACHES.sub("", clause)) or elsewhere or _is_ahead(words) or _of_several_years(words):
        return True
    if _CHANGE.search(clause) or _ADDED_LIST.search(words.said):
        return not _counts_programmes(squeeze(words.noun or clause))
    return bool(_MISSING.search(clause) or _OF_EACH.search(clause))


def _is_ahead(words: _Words) -> bool:
    """Whether an earlier clause of the sentence looks ahead, and none since speaks of today: 2026年力争…，…达到80%."""
    near = words.said[-_NEAR:]
    if not _AHEAD.search(near):
        return False
    ahead = list(_AHEAD.finditer(sentence := _SENTENCE_END.split(near)[-1]))
    if not ahead or _TODAY.search(sentence[ahead[-1].end() :]):
        return False
    until = ahead[-1]["year"]
    return until is None or (words.own is not None and int(until) > words.own)


def _counts_programmes(phrase: str) -> bool:
    """Whether a phrase opens or ends with what is counted as programmes, not as 专业带头人: those added are a statistic."""
    return any(
        term.code in ("programmes", "programmes_added") and (term.start == 0 or term.end == len(phrase))
        for term in vocabulary().find_terms(phrase)
    )


def _of_several_years(words: _Words) -> bool:
    """Whether the sentence up to the number speaks of several years together, and of no single one since."""
    near = words.said[-_NEAR:]
    if not _LONG_RUN.search(near):
        return False
    sentence = _SENTENCE_END.split(near)[-1]
    runs = list(_LONG_RUN.finditer(sentence))
    return bool(runs) and not years_in(sentence[runs[-1].end() :])


def count_unmapped(observations: Sequence[Observation]) -> int:
    """How many of the observations have no metric."""
    return sum(o.metric == UNMAPPED for o in observations)
