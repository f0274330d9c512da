"""The words around one number of a sentence, and those among them that say nothing of what it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from extraction.entities import is_end_of_name
from extraction.meaning import Context, Meaning, interpret
from extraction.numbers import Number
from extraction.records import UNMAPPED
from extraction.vocabulary import squeeze, vocabulary

LONG_CLAUSE = re.compile(r"[，,；;。：:]")
LONG_SENTENCE = re.compile(r"[。！？\n]")
# By what the numbers behind are parted: 按专业大类分, 从去向看.
PARTED_BY = re.compile(r"(?:[从按]|分)[^，,。；;：:\d]{1,8}(?:来?看|分|划分|统计)[，,：:]")
CLAUSE_END = re.compile(r"[，,、；;。：:]")
# 学校现有 says no more than 现有, nor 五校合计占地 than 占地; but 现有学生 and 现有教师 are all there are, 学生 and 教师 may be
# those of an event.
_CONNECTIVE = re.compile(
    r"^(?:\((?=其中|共|现|含))?(?:(?:学校|学院|[我本全]校)(?=现(?!有(?:学生|教师))|共))?"
    r"(?:其中(?!央)|分别|共计|共有|共|现(?:有(?!学生|教师)|(?![有代场金役行]))|和|及|以及|有(?!效)|为|含|获得|荣获|获(?![奖取证]))+"
    r"|^(?:[各两三四五六七八九十]校|全[市区县])(?:合计(?=.)|(?=[总开设]|占地))"
)
# Words that make a number something else than the statistic of the year: a change, a plan, a sum of years.
CHANGES = (
    r"(?:增加|增长|增幅|降幅|涨幅|减幅|减少|下降|降低|提高|提升|上升|上涨|新增|净增|激增|猛增|扩大|缩减|回落|攀升"
    r"|(?:(?<=[年期])|^)[多少][招收]?)"
)
CHANGE = re.compile(rf"{CHANGES}(?:了|约|近|为|达|超过?|共|幅度|的)*$")
TO = rf"(?:{CHANGES}(?:了|为)?(?:至|到)|[增升减降扩涨提跌][至到为]|掉[至到]|(?:升级|扩容|提速|扩展|调整|优化|改善)[至到为])"
_TO_ANOTHER = re.compile(rf"[^，,。；;]{{0,4}}{TO}")
_ONLY_FROM = re.compile(r"[则也亦又却]?[由从]$")
REACHES = re.compile(rf"{TO}(?:(?:20\d\d年度?|[目当]前|现在|如今|今年)的?)?$")
# What a number counts in, too, is not what it counts: 就业（含升学）1196人.
_WITH = re.compile(r"[（(]含([^（）()\d]{2,12})[）)]\s*(?:为|达|约)?$")
RANGE = re.compile(r"^[-—–－~～至到]+$")
# A clause of nothing but a year or its half says the same thing of another one: 2023年招生300人，2024年320人.
ONLY_A_YEAR = re.compile(
    r"^\(?(?:[两三四五六\d各]项(?:指标|数据)?|后者|后一项)?(?:略?[较比由从到至而与同和优好高低]于?)?(?:(?:19|20)\d\d(?:学年|年度|年|届)?|上一?学?年度?|上一?届|去年|前年|(?:(?:19|20)\d\d年)?[春秋]季(?:学期)?)(?:同期|同口径)?的?(?:这?(?:[两三四五六各]项|一)(?:指标|数据|数字|比例|占比|比重)?)?(?:分别|[仅只])?(?:为|是|有|达|约|仅)?\(?$"
)
_ANOTHER_YEAR = re.compile(
    r"(?:(?:19|20)\d\d(?:年度?|届|学年)|上一?学?年度?|上一?届|去年|前年)(?:同期)?[为是有]?$"
)
_TWO_YEARS = re.compile(r"(?:19|20)\d\d年[和及与](?:19|20)\d\d年(?:分别|依次)(?:为|是|有|达)?$")
BEFORE_ADDED = re.compile(r"[^，,。；;]{0,12}基础上(?:又|再)?(?:新增|增加|增设)")
# What may stand between a metric's name and its number and leave it the number's own: 专任教师总人数达到, 占地面积约.
_SAYS_NOTHING = re.compile(
    r"[（(].*?[）)]|(?:近|连续)[两三四五\d]年来?|总|人|合计|共计|总计|[数量额书高等的]|面积|规模|情况|比例|占比|比重|百分比|共|有|达到?|为|是|现|分别|依次|约|近|超过?"
    r"|仍|已|亦|也|均|则|至|到|由|从|较|比|于|了|在|占|(?:19|20)\d\d(?:学年|年度|年)?|(?:[上去前]年|上一?学?年度?)[末底初]?|上一?届|以上|[前后]者|更|年内|[春秋]季(?:学期)?|[春秋]学期|提升|上升|提高|投入|评价|由[高多大]到[低少小]"
    r"|拨款|授权|标准|金额|资金|突破|队伍|优化|首次|接近|将近|多|整体|平均|全[年校区县市]|学校|本?学?年度|当年|学?年[末底]|目前|截[至止]|[中高]职|经(?:重新|复核)?认定|层次|支出|开支|按?每生(?:每学?年)?|学历|学位|始终|一直|大约|仅|只|高于|每月|就读|稳定|保持|维持|稳步|不断|逐年|全部|累计|完成|实现"
)
MARK = re.compile(r"[，,、；;。：:（()）]")
_COUNTIES = re.compile(
    r"县[（(][市区]、[市区][)）]|[市区][（(]县、[市区][)）]"
)  # 县（市、区） parts no clause
_ONE_TO = re.compile(r"(?<![\d.])1\s*[:：∶]\s*$")  # 1:16.65
_END_OF_BRACKET = re.compile(r"^[^()]+\)(?=[^()]*$)(?=.)|^\)(?=[和及与])")  # …，下同)占地
# What a clause may say of a school beside naming it: 其中甲校最高，为3720元.
_FOREMOST = re.compile(r"[，,、；;。：:]|其中|最[高低多少大小]|其次|次之|达到?|[为是有约仅而只则也却共]")
_CAMPUS_BEFORE = re.compile(r"[^\d有个两三四五六各多]{1,8}校区(?=占地)")
_CAMPUS_ALONE = re.compile(r"[^\d有个两三四五六各多]{1,8}校区")
# Who comes from there is no graduate of theirs.
YOUNGER = re.compile(r"(?:应届|往届)?(?:初中|高中|小学)(?:阶段)?(?:应届|往届)?(?:毕业生|学生)")
OTHERS = ("其余", "其他", "其它", "余下", "剩余")


def clause_before(lead: str) -> str:
    """The words of a number's own clause as they are printed, without the 1 of a ratio that it is the other side of."""
    return CLAUSE_END.split(_ONE_TO.sub("", lead))[-1]


@dataclass
class Words:
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
        lead = _WITH.sub("", self.lead) if "含" in self.lead else self.lead
        lead = _COUNTIES.sub("县区", _ONE_TO.sub("", lead))
        parts = [self._connected(squeeze(part)) for part in CLAUSE_END.split(lead)]
        parts = [self._behind_name(part) for part in reversed(parts)]
        return [part.removesuffix(self._name_behind(part)) for part in parts]

    def _behind_name(self, part: str) -> str:
        """A clause without the school that it opens with: 收入 of 甲校的收入."""
        name = self._name_before(part)
        return part.removeprefix(name).removeprefix("的") if name else part

    def _connected(self, part: str) -> str:
        """A clause without the words that only connect it, or end a bracket; a name that opens like one (现服学校) stays."""
        part = part.rstrip("(") or part
        inside = part.rpartition("(")[2]
        part = inside if inside != part and _ANOTHER_YEAR.match(inside) else part  # 1318名毕业生(去年1296名)
        part = _END_OF_BRACKET.sub("", part)
        part = part[1:] if part.startswith("(") and part[1:].startswith(self.names) else part
        return part if part.startswith(self.names) else _CONNECTIVE.sub("", part)

    def _name_before(self, clause: str) -> str:
        """The school that a clause opens with, which says nothing of what is counted: 示例职专占地200亩."""
        if "校区" in clause and (campus := _CAMPUS_BEFORE.match(clause)):
            return campus.group()
        if not clause.startswith(self.names) or clause in self.names:
            return ""
        return next(name for name in self.names if clause.startswith(name))

    def _name_behind(self, clause: str) -> str:
        """The school that a clause ends with: “双师型”教师县职教中心71人."""
        verb = clause[len(clause.rstrip("为是有达")) :]
        if verb and (name := self._name_behind(clause.removesuffix(verb))):
            return name + verb  # 互联网出口带宽县职教中心为
        if not clause.endswith(self.names) or clause in self.names:
            return ""
        name = next(name for name in self.names if clause.endswith(name))
        return "" if is_end_of_name(clause, name) else name

    @cached_property
    def clause(self) -> str:
        """The words of its own clause before the number."""
        return self.clauses[0]

    @property
    def counts_its_noun(self) -> bool:
        """Whether the noun behind a measure word of anything is what is counted: 20个班, 5个专业大类共."""
        unit = self.number.unit
        return (
            unit is not None
            and unit.canonical == "count"
            and bool(_SAYS_NOTHING.sub("", CHANGE.sub("", squeeze(self.noun))))
        )

    @property
    def again(self) -> bool:
        """Whether its clause only names a school or a year: another one than that of the number before."""
        changes = _ONLY_FROM.match(self.clause) and _TO_ANOTHER.match(self.behind)  # 乙校则由2602人增至2755人
        only_named = self.clause in self.names or _FOREMOST.sub("", squeeze(self.lead)) in self.names
        only_a_campus = _CAMPUS_ALONE.fullmatch(self.clause)
        only_dated = ONLY_A_YEAR.match(self.clause) or _TWO_YEARS.match(self.clause)
        return only_named or bool(only_dated or only_a_campus or changes)

    @cached_property
    def cues(self) -> str:
        """The cues of implied metrics in all that was said before, in order: what else was said implies nothing.

        Those of what happened to some, such as 升入, hold in their sentence only.
        """
        cues = vocabulary().cue_pattern
        before, _, sentence = self.said.rpartition("。")
        topics = (cue for cue in cues.findall(before) if cue not in vocabulary().cues_of_events)
        return "|".join((*topics, *cues.findall(sentence)))  # two beside each other make no third

    @property
    def listed(self) -> str:
        """What 、 parts from its own clause, unless that is another thing counted."""
        listed = squeeze(LONG_CLAUSE.split(self.lead)[-1]).rpartition("、")[0] if self.clause else ""
        named = any(term.kind == "metric" for term in vocabulary().find_terms(listed))
        return "" if named else listed

    @property
    def noun(self) -> str:
        """The noun behind the number's unit, up to the next mark: 22个专业."""
        return MARK.split(self.behind, maxsplit=1)[0][:40]


def left_over(words: str) -> str:
    """What remains of words without those that the vocabulary knows and those that say nothing."""
    for term in sorted(vocabulary().find_terms(words), key=lambda term: -len(term.text)):
        words = words.replace(term.text, "")
    return _SAYS_NOTHING.sub("", words)


def meaning_in(words: Words, phrases: Sequence[str]) -> Meaning | None:
    """The meaning of a number with its unit beside these phrases, nearest first; None where they give none."""
    context = Context([phrase for phrase in phrases if phrase], before=words.cues)
    found = interpret(context, words.number.unit)
    return found if found.metric != UNMAPPED else None


def name_of(code: str) -> str:
    """A metric's Chinese name: the words that what is told of it again would have had."""
    return vocabulary().metrics[code].name_zh
