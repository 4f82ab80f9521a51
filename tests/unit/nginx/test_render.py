"""The rendered text: what is in it and what is not, by the settings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nginx.problems import PROBLEMS
from nginx.render import quote, render
from nginx.settings import NginxSettings


@pytest.fixture
def settings(tmp_path: Path) -> NginxSettings:
    return NginxSettings(run_dir=tmp_path)


def test_each_listener_can_be_left_out(settings: NginxSettings) -> None:
    everything = render(settings)
    assert everything.count("listen 127.0.0.1:") == 3
    for name, upstream in (("booth", "bridge"), ("generator", "generators"), ("public", "memorial")):
        text = render(settings.model_copy(update={f"{name}_listen": ""}))
        assert f"upstream {upstream} {{" in everything
        assert f"upstream {upstream} {{" not in text


def test_limits_are_written_as_set(settings: NginxSettings) -> None:
    text = render(settings)
    assert "client_header_timeout 5s;" in text
    assert "client_body_timeout 10s;" in text
    sizes = re.findall(r"client_max_body_size (\d+m);", text)
    assert sizes == ["1m", "12m", "512m", "64m", "36m"]


def test_every_generator_is_in_the_upstream(settings: NginxSettings) -> None:
    text = render(settings.model_copy(update={"generator_sockets": ("unix:/run/a b.sock", "10.0.0.5:8601")}))
    assert 'server "unix:/run/a b.sock" max_fails=1 fail_timeout=5s;' in text
    assert 'server "10.0.0.5:8601" max_fails=1 fail_timeout=5s;' in text


def test_styles_are_published_through_the_door_of_one_generator_only(settings: NginxSettings) -> None:
    """Behind a door of several, chance would choose the one that learns the style."""
    several = settings.model_copy(update={"generator_sockets": ("unix:/run/a.sock", "10.0.0.5:8601")})
    for told, words in ((settings, "client_max_body_size 512m;"), (several, "return 404;")):
        place = render(told).partition("location ^~ /v1/style-packs {")[2].partition("}")[0]
        assert words in place
    assert "location ^~ /v1/learnt-styles {" in render(several)
    assert "learnt-styles" not in render(settings)


def test_a_full_generator_is_never_taken_for_a_dead_one(settings: NginxSettings) -> None:
    (rule,) = re.findall(r"proxy_next_upstream ([^;]+);", render(settings))
    assert rule.split() == ["error", "timeout", "non_idempotent"]


def test_tls_covers_what_other_machines_reach(settings: NginxSettings) -> None:
    secure = settings.model_copy(update={"tls_certificate": Path("/c.pem"), "tls_key": Path("/k.pem")})
    listens = re.findall(r"listen ([^;]+);", render(secure))
    assert listens == [
        "127.0.0.1:8600 ssl http2 default_server",
        "127.0.0.1:8601 default_server",
        "127.0.0.1:8680 ssl http2 default_server",
    ]
    remote = secure.model_copy(update={"generator_listen": "10.0.0.5:8601"})
    assert "listen 10.0.0.5:8601 ssl http2 default_server;" in render(remote)
    assert "Strict-Transport-Security" in re.sub("proxy_hide_header.*", "", render(secure))
    assert "Strict-Transport-Security" not in re.sub("proxy_hide_header.*", "", render(settings))


def test_no_address_is_ever_logged(settings: NginxSettings) -> None:
    text = render(settings)
    assert re.findall(r"access_log ([^;]+);", text) == ["off"]
    invitation = text[text.index("location /i/ {") :]
    assert invitation.index("error_log stderr emerg;") < invitation.index("}")


def test_quoting() -> None:
    assert quote('a "b" \\ $c') == '"a \\"b\\" \\\\ $c"'


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: str(problem.status))
def test_problems_speak_both_languages(problem: object) -> None:
    assert problem in PROBLEMS
    (found,) = [each for each in PROBLEMS if each is problem]
    documents = {language: json.loads(found.to_json(language)) for language in ("ko", "en")}
    assert documents["ko"]["detail"] != documents["en"]["detail"]
    for language, document in documents.items():
        assert document["status"] == found.status
        assert document["type"] == f"urn:memorial-booth:problem:{found.code}"
        assert document["detail"] in found.to_html()
        assert f'<section lang="{language}">' in found.to_html()


def test_no_sentence_holds_what_nginx_would_take_for_a_variable() -> None:
    for problem in PROBLEMS:
        assert "$" not in problem.to_html()
        assert problem.to_json("en").count("$") == 1
