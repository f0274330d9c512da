"""How a home is operated: when it runs, who is told, when something counts as overdue. One YAML file, read strictly.

    schedule:  {running: true, in_season: "0 3 * * *", out_of_season: "0 3 * * 1"}
    ui:        https://zhijiao.example.cn
    alerts:
      - {name: ops, shape: wecom, url: "${WECOM_URL}"}

Every value has a default that suits a laptop. `${NAME}` is taken from the environment, so that no secret stands in a file.
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from orchestration.places import Places

FILE_VARIABLE = "ZHIJIAO_OPERATIONS"
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_FIRST_MONTH = 9  # a school year begins in September; what is published from then on speaks of it


class OperationsError(ValueError):
    """What is wrong in the file, with file and field."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(_Strict):
    """When the refresh starts by itself. The month of both crons is `*`: `season` puts the months in."""

    running: bool = False
    timezone: str = "Asia/Shanghai"
    season: tuple[Annotated[int, Field(ge=1, le=12)], ...] = (12, 1, 2, 3)
    in_season: str = "0 3 * * *"
    out_of_season: str = "0 3 * * 1"

    @field_validator("timezone")
    @classmethod
    def _exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"no time zone {value!r}; write one such as Asia/Shanghai") from error
        return value

    @field_validator("in_season", "out_of_season")
    @classmethod
    def _leaves_the_month_open(cls, value: str) -> str:
        fields = value.split()
        if len(fields) != 5 or fields[3] != "*":
            raise ValueError('write five fields of cron with * for the month, such as "0 3 * * 1"')
        return value

    @property
    def crons(self) -> list[str]:
        """A cron for the season's months and one for the others; only one where a season has all or none."""
        others = [month for month in range(1, 13) if month not in self.season]
        return [
            _with_months(cron, months)
            for cron, months in ((self.in_season, self.season), (self.out_of_season, others))
            if months
        ]

    def is_season(self, day: date) -> bool:
        """Whether reports are expected to appear on this day."""
        return day.month in self.season


def _with_months(cron: str, months: Any) -> str:
    minute, hour, day, _, weekday = cron.split()
    return f"{minute} {hour} {day} {','.join(map(str, months))} {weekday}"


class Freshness(_Strict):
    """Days without an answer after which a source, or without a good refresh after which a mart, is overdue."""

    in_season_days: Annotated[float, Field(gt=0)] = 2
    out_of_season_days: Annotated[float, Field(gt=0)] = 9


class Sensors(_Strict):
    """How often the sensors look, and how long one look may take before it goes on at the next."""

    every_seconds: Annotated[int, Field(ge=1)] = 60
    budget_seconds: Annotated[float, Field(gt=0)] = 10


class Channel(_Strict):
    """Who is told. A robot's webhook of one of four shapes, or mail over SMTP."""

    name: Annotated[str, Field(min_length=1)]
    shape: Literal["wecom", "dingtalk", "feishu", "slack", "mail"]
    url: Annotated[str, Field(description="webhook, or smtp://host:port, smtps://host:port")]
    secret: Annotated[str, Field(description="signs what goes to dingtalk and feishu")] = ""
    user: str = ""
    password: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not re.match(r"(https?|smtps?)://\S+$", value):
            raise ValueError("write the webhook's address, or smtp://host:port for mail")
        return value


class Operations(_Strict):
    """All of the file. `ui` and `desk` are the addresses that alerts link to."""

    schedule: Schedule = Schedule()
    freshness: Freshness = Freshness()
    sensors: Sensors = Sensors()
    ui: str = "http://127.0.0.1:3000"
    desk: str | None = None
    alerts: tuple[Channel, ...] = ()

    @field_validator("alerts")
    @classmethod
    def _names_differ(cls, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        names = [channel.name for channel in channels]
        if len(set(names)) < len(names):
            raise ValueError("two channels have one name; what each was told is remembered by it")
        return channels

    def patience(self, now: datetime) -> timedelta:
        """How long after its last good news something is overdue at this time.

        The season's patience holds once it has lasted that long: on its first day the last look may be a week old.
        """
        days = self.freshness.in_season_days
        before = (now - timedelta(days=days)).astimezone(ZoneInfo(self.schedule.timezone)).date()
        return timedelta(days=days if self.schedule.is_season(before) else self.freshness.out_of_season_days)


def season_of(day: date) -> int:
    """The season that a day belongs to, named by the year that its reports speak of.

    Reports of 2025 (2025年度) appear from September 2025 to August 2026, most of them from December to March.
    """
    return day.year if day.month >= _FIRST_MONTH else day.year - 1


def load_operations(places: Places) -> Operations:
    """The settings of a home: the file that ZHIJIAO_OPERATIONS names, else its operations.yaml, else the defaults.

    Raises OperationsError with file and field for what is wrong, FileNotFoundError where the variable names no file.
    """
    named = os.environ.get(FILE_VARIABLE)
    file = Path(named) if named else places.operations
    if not named and not file.is_file():
        return Operations()
    try:
        return Operations.model_validate(
            _filled(yaml.safe_load(file.read_text(encoding="utf-8")) or {}, file)
        )
    except yaml.YAMLError as error:
        raise OperationsError(f"{file} is not valid YAML: {error}") from error
    except ValidationError as error:
        raise OperationsError("\n".join(_explained(file, detail) for detail in error.errors())) from error


def _explained(file: Path, detail: Any) -> str:
    where = ".".join(map(str, detail["loc"])) or "the file"
    what = (
        "no such field"
        if detail["type"] == "extra_forbidden"
        else detail["msg"].removeprefix("Value error, ")
    )
    return f"{file}: {where}: {what}"


def _filled(value: Any, file: Path) -> Any:
    """The content with `${NAME}` taken from the environment."""
    if isinstance(value, dict):
        return {key: _filled(item, file) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, file) for item in value]
    return _VARIABLE.sub(lambda found: _variable(found[1], file), value) if isinstance(value, str) else value


def _variable(name: str, file: Path) -> str:
    if name not in os.environ:
        raise OperationsError(
            f"{file} asks for ${{{name}}}, which is not in the environment: set it, or take it out"
        )
    return os.environ[name]
