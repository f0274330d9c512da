"""The tables of the sample's reports: cells with spans, which `templates/layouts` print in several ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from scrapers.sample.figures import Printer, breakdown, label


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and how many rows and columns it covers."""

    text: str
    rows: int = 1
    cols: int = 1


Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table; merged cells stand once, in the row where they begin."""

    caption: str
    head: list[Row]
    body: list[Row]

    def grid(self, repeat: bool) -> list[list[str]]:
        """Plain rows of equal length; the places a merged cell covers repeat its text, or stay empty."""
        rows = [*self.head, *self.body]
        places: list[list[str | None]] = [[None] * sum(cell.cols for cell in rows[0]) for _ in rows]
        for y, row in enumerate(rows):
            for cell in row:
                x = places[y].index(None)  # the first place that no cell from above covers
                for dy in range(cell.rows):
                    for dx in range(cell.cols):
                        places[y + dy][x + dx] = cell.text if repeat or not (dy or dx) else ""
        return [[text or "" for text in line] for line in places]


class Tables:
    """Makes the tables of one report, asking its printer for every number."""

    def __init__(self, printer: Printer) -> None:
        self.f = printer

    def schools_by_years(self, title: str, metrics: Sequence[str]) -> Table:
        """Schools down, metrics × three years across, a total below."""
        years = [Cell(f"{year}年") for year in self.f.years]
        head = [
            [Cell("学校名称", rows=2), *(Cell(label(metric), cols=len(years)) for metric in metrics)],
            years * len(metrics),
        ]

        def body() -> Iterator[Row]:
            for name, entity in [*((s.school, s.school) for s in self.f.schools), ("合计", self.f.entity)]:
                yield [Cell(name), *(self._cell(m, entity, year) for m in metrics for year in self.f.years)]

        return self._table(title, head, body)

    def schools_by_metrics(self, title: str, metrics: Sequence[str]) -> Table:
        """Schools down, metrics across, the report's own year."""
        head = [[Cell("学校名称"), *(Cell(label(metric)) for metric in metrics)]]

        def body() -> Iterator[Row]:
            for school in self.f.schools:
                yield [Cell(school.school), *(self._cell(metric, school.school) for metric in metrics)]

        return self._table(title, head, body)

    def schools_and_years(self, title: str, metrics: Sequence[str]) -> Table:
        """A block of three years for each school, metrics across."""
        head = [[Cell("学校名称"), Cell("年度"), *(Cell(label(metric)) for metric in metrics)]]

        def body() -> Iterator[Row]:
            for school in self.f.schools:
                for year in self.f.years:
                    first = [Cell(school.school, rows=3)] if year == self.f.years[0] else []
                    yield [*first, Cell(f"{year}年"), *(self._cell(m, school.school, year) for m in metrics)]

        return self._table(title, head, body)

    def years_by_metrics(self, title: str, metrics: Sequence[str]) -> Table:
        """One school: years down, metrics across."""
        head = [[Cell("年份"), *(Cell(label(metric)) for metric in metrics)]]

        def body() -> Iterator[Row]:
            for year in self.f.years:
                yield [Cell(f"{year}年度"), *(self._cell(metric, self.f.entity, year) for metric in metrics)]

        return self._table(title, head, body)

    def metrics_by_years(self, title: str, metrics: Sequence[str]) -> Table:
        """One school: metrics down, years across."""
        head = [[Cell("指标"), *(Cell(f"{year}年") for year in self.f.years)]]

        def body() -> Iterator[Row]:
            for metric in metrics:
                yield [
                    Cell(label(metric)),
                    *(self._cell(metric, self.f.entity, year) for year in self.f.years),
                ]

        return self._table(title, head, body)

    def programmes_of_schools(self, title: str, metrics: Sequence[str]) -> Table:
        """The programmes of every school, the report's own year."""
        head = [[Cell("学校名称"), Cell("专业大类"), Cell("专业名称"), *(Cell(label(m)) for m in metrics)]]

        def body() -> Iterator[Row]:
            for school in self.f.schools:
                rows = list(self._programmes(school.school, metrics, [self.f.year]))
                rows[0].insert(0, Cell(school.school, rows=len(rows)))
                yield from rows

        return self._table(title, head, body)

    def programmes_by_years(self, title: str, metrics: Sequence[str]) -> Table:
        """One school: programmes down, metrics × three years across, a total below."""
        years = [Cell(f"{year}年") for year in self.f.years]
        spans = [Cell(label(metric), cols=len(years)) for metric in metrics]
        head = [[Cell("专业大类", rows=2), Cell("专业名称", rows=2), *spans], years * len(metrics)]

        def body() -> Iterator[Row]:
            yield from self._programmes(self.f.entity, metrics, self.f.years)
            yield [
                Cell("合计", cols=2),
                *(self._cell(m, self.f.entity, y) for m in metrics for y in self.f.years),
            ]

        return self._table(title, head, body)

    def satisfaction(self, title: str) -> Table:
        """Respondents down, three years across, school by school."""
        many = len(self.f.schools) > 1
        lead = [Cell("学校名称")] if many else []
        head = [[*lead, Cell("调查对象"), *(Cell(f"{year}年（%）") for year in self.f.years)]]

        def body() -> Iterator[Row]:
            for school in self.f.schools:
                asked = breakdown(school.school, "satisfaction", "respondent")
                for dims in asked:
                    first = [Cell(school.school, rows=len(asked))] if many and dims is asked[0] else []
                    rates = [self._cell("satisfaction", school.school, year, **dims) for year in self.f.years]
                    yield [*first, Cell(f"{dims['respondent']}满意度"), *rates]

        return self._table(title, head, body)

    def _programmes(self, school: str, metrics: Sequence[str], years: Sequence[int]) -> Iterator[Row]:
        """A row a programme; a category's programmes stand together under one cell."""
        parts = breakdown(school, metrics[0], "category", "programme")
        for category, group in groupby(parts, key=lambda dims: dims["category"]):
            programmes = list(group)
            for dims in programmes:
                first = [Cell(category, rows=len(programmes))] if dims is programmes[0] else []
                numbers = [self._cell(metric, school, year, **dims) for metric in metrics for year in years]
                yield [*first, Cell(dims["programme"]), *numbers]

    def _cell(self, metric: str, entity: str, year: int | None = None, **dims: str) -> Cell:
        return Cell(self.f(metric, entity, year, **dims))

    def _table(self, title: str, head: list[Row], body: Callable[[], Iterator[Row]]) -> Table:
        """Number the table; its cells are printed as standing in it."""
        self.f.tables += 1
        self.f.where = f"表{self.f.tables}"
        try:
            return Table(f"{self.f.where}  {title}", head, list(body()))
        finally:
            self.f.where = "prose"
