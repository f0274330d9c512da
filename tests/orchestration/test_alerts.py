"""Alerts: each cause once to each channel, over real HTTP and SMTP, and once that it is over."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import dagster as dg
import pytest

from orchestration.alerts import tell_all
from orchestration.channels import Line, Message, NotDelivered, send
from orchestration.operations import Channel, Operations
from orchestration.places import Places
from orchestration.state import write_json

from .receivers import mail_server, webhook

MESSAGE = Message("发布被阻断", (Line("report-has-numbers <b>", "http://ui/runs/1"),))
CHANNELS = ("wecom", "dingtalk", "feishu", "slack")


def channel(shape: str, url: str, **more: str) -> Channel:
    return Channel(name=shape, shape=shape, url=url, **more)


# ── shapes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", CHANNELS)
def test_a_robot_gets_title_words_and_link_in_its_own_shape(shape: str) -> None:
    with webhook() as hook:
        send(channel(shape, hook.url), MESSAGE)
    ((_, body),) = hook.got
    text = json.dumps(body, ensure_ascii=False)
    assert all(part in text for part in ("发布被阻断", "report-has-numbers", "http://ui/runs/1"))
    kind = {"wecom": "msgtype", "dingtalk": "msgtype", "feishu": "msg_type", "slack": "text"}[shape]
    assert kind in body
    if shape in ("wecom", "dingtalk"):
        assert body["msgtype"] == "markdown"
        assert "[查看](http://ui/runs/1)" in text
    if shape == "feishu":
        assert body["content"]["post"]["zh_cn"]["title"] == "发布被阻断"
    if shape == "slack":
        assert "&lt;b&gt; <http://ui/runs/1|" in body["text"]


def test_dingtalk_is_signed_as_its_makers_say() -> None:
    with webhook() as hook:
        send(channel("dingtalk", f"{hook.url}?access_token=t", secret="SEC1"), MESSAGE)
    query = {key: value[0] for key, value in parse_qs(urlsplit(hook.got[0][0]).query).items()}
    signed = hmac.new(b"SEC1", f"{query['timestamp']}\nSEC1".encode(), hashlib.sha256).digest()
    assert query["sign"] == base64.b64encode(signed).decode()
    assert query["access_token"] == "t"


def test_feishu_is_signed_as_its_makers_say() -> None:
    with webhook() as hook:
        send(channel("feishu", hook.url, secret="SEC1"), MESSAGE)
    body = hook.got[0][1]
    signed = hmac.new(f"{body['timestamp']}\nSEC1".encode(), b"", hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(signed).decode()


def test_wecom_gets_no_more_than_it_takes_and_no_half_link() -> None:
    with webhook() as hook:
        send(
            channel("wecom", hook.url),
            Message("多", tuple(Line("数" * 100, f"http://ui/{n}") for n in range(50))),
        )
    content = hook.got[0][1]["markdown"]["content"]
    assert 3500 < len(content.encode()) <= 4096
    assert content.endswith(")")


@pytest.mark.parametrize(
    ("shape", "status", "answer"),
    [
        ("wecom", 200, {"errcode": 93000, "errmsg": "invalid webhook url"}),
        ("dingtalk", 200, {"errcode": 310000, "errmsg": "sign not match"}),
        ("feishu", 200, {"code": 19021, "msg": "sign match fail"}),
        ("slack", 403, {}),
    ],
)
def test_what_a_robot_refuses_is_not_delivered_even_with_status_200(shape, status, answer) -> None:
    with webhook() as hook:
        hook.status, hook.answer = status, answer
        with pytest.raises(NotDelivered, match=r"sign|invalid|403"):
            send(channel(shape, hook.url), MESSAGE)


def test_mail_goes_out_over_smtp_with_chinese_in_subject_and_text() -> None:
    with mail_server() as (address, mails):
        send(Channel(name="m", shape="mail", url=address, sender="a@b.cn", to=("c@d.cn", "e@f.cn")), MESSAGE)
    assert mails[0]["subject"] == "发布被阻断"
    assert mails[0]["to"] == "c@d.cn, e@f.cn"
    assert "http://ui/runs/1" in mails[0].get_content()


def test_nobody_listening_is_not_delivered_and_names_the_channel() -> None:
    with pytest.raises(NotDelivered, match="slack"):
        send(channel("slack", "http://127.0.0.1:9/hook"), MESSAGE)


# ── once per cause, and its end ──────────────────────────────────────────────────────────────────────────────────────


def run_of(
    instance: dg.DagsterInstance,
    held_by: dict[str, str] | None = None,
    error: BaseException | None = None,
    within: Callable[[], object] = lambda: None,
) -> str:
    """A run of a job named refresh that ends as asked: held back by findings (id and rule), failed, or well."""

    @dg.op
    def build() -> None:
        within()
        if held_by:
            found = [
                {"finding_id": one, "rule": rule, "message_zh": f"重复 {one}"}
                for one, rule in held_by.items()
            ]
            told = {"held_by": sorted(set(held_by.values())), "blocking_findings": found}
            metadata = {"summary": dg.MetadataValue.json(told)}
            raise dg.Failure("held back", metadata=metadata, allow_retries=False)
        if error:
            raise error

    @dg.job
    def refresh() -> None:
        build()

    return refresh.execute_in_process(instance=instance, raise_on_error=False).run_id


@pytest.fixture
def home(tmp_path) -> Places:
    places = Places(tmp_path)
    write_json(places.confirmed, {"release_id": "r1", "at": datetime.now(UTC).isoformat()})
    return places


def crawled(places: Places, status: str = "ok", answered: datetime | None = None) -> None:
    answered = answered or datetime.now(UTC)
    problems = (
        [{"kind": "unreachable", "url": "http://a", "detail": "timed out"}] if status == "failed" else []
    )
    write_json(
        places.source_runs / "fuling.json",
        {
            "source": "fuling",
            "name": "涪陵区教委",
            "status": status,
            "problems": problems,
            "answered_at": answered.isoformat(),
            "newest_on": f"{datetime.now(UTC):%Y-%m-%d}",
        },
    )


def test_a_failed_run_is_told_once_with_its_link_and_its_end_is_told_once(home: Places) -> None:
    with webhook() as hook, dg.DagsterInstance.ephemeral() as instance:
        operations = Operations(alerts=(channel("slack", hook.url),), ui="https://ui.cn")
        run_id = run_of(instance, error=RuntimeError("no space left on device"))
        for _ in range(3):
            tell_all(home, operations, instance)
        assert len(hook.got) == 1
        text = hook.got[0][1]["text"]
        assert "no space left on device" in text
        assert f"https://ui.cn/runs/{run_id}" in text
        run_of(instance, error=RuntimeError("no space left on device"))
        tell_all(home, operations, instance)
        assert len(hook.got) == 1, "the same cause is no news"
        run_of(instance)
        for _ in range(3):
            tell_all(home, operations, instance)
        assert len(hook.got) == 2
        assert "已恢复" in hook.got[1][1]["text"]
        assert "refresh failed" in hook.got[1][1]["text"]


def test_a_release_held_back_names_the_rules_and_new_findings_that_block(home: Places) -> None:
    with webhook() as hook, dg.DagsterInstance.ephemeral() as instance:
        operations = Operations(alerts=(channel("slack", hook.url),), desk="https://desk.cn")
        run_of(instance, held_by={"f1": "key-unique"})
        tell_all(home, operations, instance)
        assert all(
            word in hook.got[0][1]["text"] for word in ("release held back", "重复 f1", "https://desk.cn")
        )
        run_of(instance, held_by={"f1": "key-unique", "f2": "key-unique"})
        tell_all(home, operations, instance)
        assert "重复 f2" in hook.got[1][1]["text"]
        assert "重复 f1" not in hook.got[1][1]["text"]


def test_a_run_under_way_and_one_that_was_interrupted_are_no_news(home: Places) -> None:
    with webhook() as hook, dg.DagsterInstance.ephemeral() as instance:
        operations = Operations(alerts=(channel("slack", hook.url),))
        run_of(instance, held_by={"f1": "key-unique"})
        tell_all(home, operations, instance)
        run_of(instance, within=lambda: tell_all(home, operations, instance), error=KeyboardInterrupt())
        tell_all(home, operations, instance)
        assert len(hook.got) == 1


def test_a_source_that_broke_and_one_that_is_overdue_are_told(home: Places) -> None:
    with webhook() as hook, dg.DagsterInstance.ephemeral() as instance:
        operations = Operations(alerts=(channel("slack", hook.url),))
        crawled(home, "failed", answered=datetime.now(UTC) - timedelta(days=30))
        tell_all(home, operations, instance)
        text = hook.got[0][1]["text"]
        assert all(
            word in text
            for word in ("涪陵区教委 broken", "timed out", "涪陵区教委 overdue", "partition=fuling")
        )
        crawled(home)
        tell_all(home, operations, instance)
        assert len(hook.got) == 2
        assert "涪陵区教委 broken" in hook.got[1][1]["text"]


def test_a_channel_that_does_not_answer_is_told_later_and_the_others_now(home: Places) -> None:
    with webhook() as down, webhook() as up, dg.DagsterInstance.ephemeral() as instance:
        operations = Operations(alerts=(channel("wecom", down.url), channel("slack", up.url)))
        down.answer = {"errcode": 45009, "errmsg": "api freq out of limit"}
        crawled(home, "failed")
        assert "api freq out of limit" in tell_all(home, operations, instance)
        down.answer = {"errcode": 0}
        tell_all(home, operations, instance)
        assert (len(down.got), len(up.got)) == (2, 1)


def test_a_run_that_a_person_stopped_alarms_nobody(home: Places) -> None:
    @dg.op
    def build() -> None:
        raise KeyboardInterrupt

    @dg.job
    def refresh() -> None:
        build()

    with webhook() as hook, dg.DagsterInstance.ephemeral() as instance:
        refresh.execute_in_process(instance=instance, raise_on_error=False)
        tell_all(home, Operations(alerts=(channel("slack", hook.url),)), instance)
        assert not hook.got
