"""What a text is speaking of, from number to number: who, which year, which programme, the whole of which parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from extraction import other_schools
from extraction.entities import Cast
from extraction.prose.words import CHANGE, CLAUSE_END, REACHES, clause_before
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import squeeze, vocabulary
from extraction.years import NOW, SEMESTER, Year, spoken_of, without_events

# A year that only stands for comparison: what follows does not speak of it.
_TITLE = re.compile(r"《[^》]*》")  # the year of a catalogue or a law dates nothing
COMPARED = re.compile(
    r"(?:19|20)\d\d年(?:\d{1,2}月)?以来|(?:[较比]于?|相比于?|[优好高低]于)(?:19|20)\d\d\s*(?:学年|年度|年|届)|[与同和](?:19|20)\d\d\s*(?:学年|年度|年|届)(?=相比|比较|持平)"
)
_YEAR_BEFORE = re.compile(r"(?:上一?学?年度?|上一?届|去年)(?:同期|同口径)?的?")
_THIS_YEAR = re.compile(r"(?:今年|本年度|本学年|当前|目前|如今)(?!以来)")
_FROM_YEAR = re.compile(r"[由从](?:19|20)\d\d(?:学年|年度|年)的?$")
_NEXT_YEAR = re.compile(r"[、，,](?:19|20)\d\d(?:学年|年度|年)的?")
_TWO_YEARS_BEFORE = re.compile(r"(?<![目当此])前年")
# 东校区占地80亩; 两个校区占地200亩 are the whole.
_OPENS_CHANGE = re.compile(r"[由从]$")
_BESIDE_LAST_YEAR = re.compile(
    r"(?:^|[。；;])\s*(?:[与同和较比](?:上一?学?年度?|去年)(?:同期)?(?:相比|比较)?[，,])[^。；;]*$"
)
_ONE_OF_TWO = re.compile(r"[前后]者(?=[^，,。；;]*$)")
_MAY_NAME_GROUP = re.compile(r"专业|类|[受因]|为[龙主重特骨核]")
# A programme that the catalogue does not have: 以多媒体运用专业最高，达到5130元.
_FOREMOST = re.compile(r"(?:^|[，,；;]|其中)以?(?P<name>[\u4e00-\u9fff]{3,14}?)专业最[高低多少大小]")
_POINT = re.compile(r"\s*(?:[二三四五六七八九十]是|其[二三四五六七八九]|第?[二三四五六七八九十][，,、])")
_CAMPUS = re.compile(
    r"(?:(?:^|[，,、；;。：:（(])(?:其中)?|其中)(?:学校|学院)?([^，,、；;。：:（()\d有个两三四五六各多]{1,8}校区)(?=[\u4e00-\u9fff，,\d]|$)"
)
_ALL_CAMPUSES = re.compile(r"[，,；;](?:学校)?(?:总(?=占地|面积)|合计|共计)")
_PLACE_NEXT = re.compile(
    r"(?P<place>(?![全本我])[\u4e00-\u9fff]{1,6}[区县市旗])(?=[:：]|[现共拥]?有|中职|中等职业|职业学校|职业院校|在校|招生)"
)
_PLACE_ALL = re.compile(r"全[市县区州省]")
# Of whom a share is, or among whom one is the first, is not who is spoken of: 占全县的30%, 居全县首位, 高于全市平均水平.
_MEASURED_BY = re.compile(
    r"占全[市县区省州国校]|居各校(?:之|首位|前列)|(?:居|列|[高低优]于|超过)全[市县区省州国校][^，,；;。\d]*(?=[，,；;。])"
)
# Why, or where from: 主要是甲校新落成的实训楼.
_BECAUSE = re.compile(r"主要(?:是|为|因为?|由于|来自于?|得益于)[^，,；;。\d]*[，,；;]")
# Whose place a school has taken is not who is spoken of: 前身为县卫生学校, 由两所学校合并组建.
_FORMERLY = re.compile(r"前身[^，,；;。]*|由[^，,；;。\d]*(?:更名|升格|改制|合并|组建|改建)")
# Who leads a union or a group is not who is spoken of: 甲校牵头的产教联合体.
_LED = re.compile(r"[^，,；;。\d]*牵头(?:组建|成立|建设|建立)?的(?=[\u4e00-\u9fff])")
_OPENS = re.compile(r"[（(][^（）()]*$")
_CLOSES = ("）", ")")
_PLACE_FIRST = re.compile(
    r"\s*(?:[（(]?[\d一二三四五六七八九十]+[）)、.．]\s*)?(?P<place>(?![全本我])[\u4e00-\u9fff]{1,6}[区县市旗])(?:[:：]|(?=现有|共有|拥有))"
)
WHOLE_YEAR = re.compile(r"全学?年|(?:两|2)个?学期|合计|共计")
_ANEW = re.compile(r"[;；,，](?:学校|另|此外)")
AMONG = re.compile(r"([\u4e00-\u9fff“”]{2,10}?)(?:[当之]?中|里)[，,]")
_LISTED_AS = re.compile(
    r"^.*(?:依次|分别|其次|最[多大高]的(?:专业)?)(?:[是为有]|包括)|^\)?(?:其中|[和及与])?|\($|(?:只有|仅有?|高?达到?)$"
)  # 依次是|护理|（
_REST = re.compile(r"其[余他](?:\d+|[一二三四五六七八九十]+)个(?:专业(?:大类)?|大类)(?=[^，,。；;]*$)")


@dataclass
class Thread:
    """What the text is speaking of, carried from number to number through a paragraph."""

    entity: str | None
    year: Year | None
    school: str | None = None
    semester: str | None = None
    from_year: bool = False  # whether the number before is told of the year from which something has grown
    is_event: bool = False  # whether its year is one in which something was founded or moved
    compared: Year | None = None
    group: dict[str, str] = field(default_factory=dict)
    last: Observation | None = None
    before: Observation | None = None  # the last one of another unit
    told: list[Observation] = field(default_factory=list)  # of this paragraph, unmapped ones too
    whole: str = ""
    lost: bool = False
    clause: str = ""
    others: str = ""  # the kind of other schools that a clause is of
    general: str = ""  # … where it is one of general education, which says nothing of vocational schools
    opened_general: str = ""  # … that the last sentence to open with a kind of schools opened with
    campus: str = ""
    place: str = ""
    # what, the year, and who were spoken of before a bracket, and of its last number whether it is unknown, and the clause
    outside: tuple[Observation | None, Year | None, str | None, str | None, bool, str] | None = None
    whole_of: tuple[str | None, str | None] | None = (
        None  # entity and school before 其中 told of schools one by one
    )
    schools_told: set[str | None] = field(default_factory=set)  # since the last full stop
    told_of_all: bool = (
        False  # whether the sentence told something of the district before it came to a school
    )
    before_schools: tuple[str | None, str | None] = (None, None)
    of_all: tuple[str | None, str | None] | None = (
        None  # the district, where a paragraph opens with its figures
    )
    behind: tuple[str | None, str | None] | None = (
        None  # who is spoken of again behind a sentence on what several schools do, without a number
    )

    two: tuple[str, str] | None = None  # the last two schools that were named together: 前者, 后者

    def turn_to(self, told: Observation) -> None:
        """Speak of a number that was told before others."""
        self.last, self.lost = (None, True) if told.metric == UNMAPPED else (told, False)

    def part_anew(self) -> None:
        """Speak of the whole again, which is parted in another way now: `招生1278人，其中三年制1158人；从生源看，本市923人`."""
        if (last := self.last) and last.dims:
            wholes = (
                o for o in reversed(self.told) if (o.metric, o.unit_raw) == (last.metric, last.unit_raw)
            )
            self.last = next((o for o in wholes if o.dims.items() < last.dims.items()), last)

    def hear(self, words: str, cast: Cast) -> None:
        """Take up whom words speak of."""
        of_somebody = _LED.sub("", _FORMERLY.sub("", _BECAUSE.sub("", _MEASURED_BY.sub("", words))))
        inside = of_somebody.lstrip("（( ")
        if inside != of_somebody and inside.strip() in cast.aliases:  # 占地460亩（甲校310亩、乙校150亩）
            of_somebody = inside
        self.entity, self.school = cast.spoken_of(of_somebody, self.entity, self.school)
        schools = [mention for mention in cast.mentions(words) if mention.name in cast.schools]
        if len({mention.name for mention in schools}) > 1:
            self.two = schools[-2].name, schools[-1].name
        which = _ONE_OF_TWO.search(words, schools[-1].end if schools else 0)
        if which and self.two:
            self.entity = self.school = self.two[which.group() == "后者"]

    def begin_sentence(self, sentence: str, *, goes_on: bool) -> None:
        """Behind a sentence on several schools, one by one, whoever was spoken of before it is spoken of again; so is at each
        point of a list, whoever was before the list.
        """
        self._leave_parts()
        if goes_on:
            if _POINT.match(sentence):  # 一是甲校…；二是毕业生…
                self.entity, self.school = self.before_schools
            return
        turned = self.entity != self.before_schools[0]  # 全市招生3363人；甲校逆势有增
        if len(self.schools_told) > 1 or (self.told_of_all and (self.schools_told or turned)):
            self.entity, self.school = self.of_all or self.before_schools
        elif self.behind and not self.schools_told:
            self.entity, self.school = self.behind
        self.schools_told, self.before_schools = set(), (self.entity, self.school)
        self.told_of_all = False

    def hear_kind(self, clause: str) -> None:
        """Take up which kind of schools a clause opens with."""
        if kind := other_schools.named_in(clause):
            self.others, is_general = kind
            self.general = self.others if is_general else ""

    def open_sentence(self, sentence: str, cast: Cast, *, goes_on: bool) -> None:
        """Take up which kind of schools a sentence is on: behind `小学。` all are of primary schools, up to the next kind."""
        self.others = ""
        begins = not goes_on and not sentence.lstrip()[:1].isdigit()  # no rest of one that a page parts
        if cast.is_a_schools and cast.publisher and begins:
            self.entity = cast.publisher.name  # another school has had its sentence; 该校 is still it
        if not goes_on:
            self.general = self.opened_general
            self.behind = _behind_several(sentence, cast, self.before_schools)
        if not cast.is_a_schools:
            self.hear_kind(CLAUSE_END.split(sentence)[0].rstrip("。！？"))
        if not goes_on:
            self.opened_general = self.general

    def tell(self, found: Iterable[Observation], cast: Cast) -> None:
        """Take note of whom a sentence has told something."""
        for o in found:
            if o.entity in cast.schools:
                self.schools_told.add(o.entity)
            elif not self.schools_told:
                self.of_all = self.of_all or (o.entity, None)
                self.told_of_all = True

    def _leave_parts(self) -> None:
        """Behind `其中甲校5门、乙校2门；` whoever was spoken of before 其中 is spoken of again."""
        if self.whole_of:
            (self.entity, self.school), self.whole_of = self.whole_of, None

    def bracket(self, lead: str, own: Year | None) -> None:
        """What, the year and who stood before a bracket are spoken of again behind it: `升学718人（2023年为620人），占70%`."""
        if lead.startswith(_CLOSES) and self.outside:
            self.last, self.year, self.entity, self.school, self.lost, self.clause = self.outside
            self.outside = None
        if opens := _OPENS.search(lead):
            year = spoken_of(lead[: opens.start()], own) or self.year
            self.outside = self.last, year, self.entity, self.school, self.lost, self.clause


def _behind_several(
    sentence: str, cast: Cast, before: tuple[str | None, str | None]
) -> tuple[str | None, str | None] | None:
    """Who is spoken of behind a sentence on several schools: the district that it opens with (区教育局推动甲校与乙校互聘教师),
    else, where several open a clause (甲校办订单班，乙校建产业学院), whoever was before.
    """
    named = cast.mentions(sentence) if cast.home else ()
    schools = {mention.name for mention in named if mention.name in cast.schools}
    if len(schools) < 2:
        return None
    if not named[0].start and named[0].name not in schools:
        return named[0].name, None
    opens = (m for m in named if not m.start or CLAUSE_END.match(sentence[m.start - 1]))
    return before if len(schools & {mention.name for mention in opens}) > 1 else None


def place_in(text: str, cast: Cast) -> str:
    """The part of its place that a paragraph of a district's report opens with: `东湖县：现有中职学校2所`."""
    match = _PLACE_FIRST.match(text) if cast.home else None
    own = cast.publisher.name if cast.publisher else ""
    return match["place"] if match and match["place"] not in own else ""


def place_of(sentence: str, before: str) -> str:
    """The part of a district that a sentence behind one on another part opens with: `…；白石县中职学校1所`."""
    if _PLACE_ALL.match(sentence):
        return ""
    match = _PLACE_NEXT.match(sentence) if before else None
    return match["place"] if match else before


def follow(thread: Thread, lead: str, said: str, cast: Cast, own: Year | None) -> None:
    """Take up who, which year and which semester the words before a number speak of."""
    clause = clause_before(lead)
    plain = without_events(COMPARED.sub("", _TITLE.sub("", lead)), own)
    if year := spoken_of(plain, own):
        thread.year, thread.is_event = year, spoken_of(without_events(plain, None), own) is None
    elif thread.is_event and NOW.search(lead):  # 2018年迁入新校区，占地120亩，现有在校生3200人
        thread.year, thread.is_event = own, False
    if own and thread.from_year and not year and REACHES.search(clause):
        thread.year = own  # 由2024年的4172万元增加到4586万元
    goes_on = thread.from_year and _NEXT_YEAR.fullmatch(lead)  # 由2021年的168人、2022年的182人增至
    thread.from_year = bool(goes_on or _FROM_YEAR.search(lead))
    if own and _THIS_YEAR.search(clause) and not year:
        thread.year = own  # …2023年添置设备，到今年8月底达到5832万元
    if lead.strip() != "、":  # 上年为842人、65.07%
        thread.compared = _compared(clause, said, thread.year, own)
    before = thread.entity, thread.school
    thread.hear(lead, cast)
    if "其中" in lead and thread.entity != before[0] and thread.whole_of is None:
        thread.whole_of = before
    thread.whole = _whole_in(lead, thread)
    if campus := _CAMPUS.findall(lead):
        thread.campus = campus[-1]
    elif thread.campus and _ALL_CAMPUSES.search(lead) and len(set(_CAMPUS.findall(said))) > 1:
        thread.campus = ""
    if thread.school in cast.schools and thread.entity == thread.school:
        thread.others = thread.general = ""
    elif not cast.is_a_schools:
        thread.hear_kind(clause)
    thread.group = _group_in(lead) or rest_in(said) or thread.group
    if semester := SEMESTER.search(lead):
        thread.semester = squeeze(semester.group())
    elif thread.semester and WHOLE_YEAR.search(lead):
        thread.semester = None


def _compared(clause: str, said: str, year: Year | None, own: Year | None) -> Year | None:
    """The year of which a clause speaks for comparison only: `较2023年的2950人`, `由上年的2950人`, `与上年相比，…由2950人`."""
    if match := COMPARED.search(clause):
        return spoken_of(match.group(), own)
    if year is None or CHANGE.search(clause.rstrip()):
        return None
    if _TWO_YEARS_BEFORE.search(clause):
        return Year(year.value - 2, year.basis)
    if _OPENS_CHANGE.search(clause) and _BESIDE_LAST_YEAR.search(said):
        return Year(year.value - 1, year.basis)
    return Year(year.value - 1, year.basis) if _YEAR_BEFORE.search(clause) else None


def _group_in(lead: str) -> dict[str, str]:
    """The programme or the categories that the words before a number speak of: 护理专业, 财经商贸类和教育类."""
    if (name := _LISTED_AS.sub("", squeeze(CLAUSE_END.split(lead)[-1]))) in vocabulary().programmes:
        return {"programme": name}
    if not _MAY_NAME_GROUP.search(lead):
        return {}
    programmes, categories = _groups()
    if found := list(programmes.finditer(lead)):
        return {"programme": found[-1]["name"]}
    if found := list(categories.finditer(lead)):
        return {"category": found[-1].group()}
    foremost = _FOREMOST.search(squeeze(lead))
    return {"programme": foremost["name"]} if foremost else {}


def _whole_in(lead: str, thread: Thread) -> str:
    """The metric of which the numbers behind are parts: `专任教师488人，其中…`, `专任教师中，…`."""
    if named := AMONG.search(lead):
        metrics = [term.code for term in vocabulary().find_terms(squeeze(named[1])) if term.kind == "metric"]
        return metrics[-1] if metrics else thread.whole
    if "其中" in lead and thread.last:
        return thread.last.metric
    return "" if _ANEW.search(lead) else thread.whole


def rest_in(said: str) -> dict[str, str]:
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
        re.compile(
            rf"(?P<name>{any_of(vocabulary().programmes)})(?:专业|[受因]|为(?:龙头|主干|主体|主打|重点|特色|骨干|核心))"
        ),
        re.compile(rf"{category}(?:[、和及与]{category})*|{before_programmes}"),
    )
