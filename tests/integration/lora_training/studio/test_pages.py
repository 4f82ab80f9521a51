"""The pages, by forms as a browser without JavaScript sends them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from lora_training.studio.errors import PasswordMissingError
from lora_training.studio.settings import TrainingSettings
from lora_training.studio.web.app import _FEATURES, build_app
from tests.integration.lora_training.studio.conftest import House, open_house
from tests.integration.lora_training.studio.staff import HOME, STYLE, TERMS, Staff, encode, read_job, wait_for_job

OPEN = {"/sign-in", "/sign-out", "/static/{name}"}
ROUTES = [
    (method, route.path)
    for feature in _FEATURES
    for route in feature.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]


def fill(path: str) -> str:
    parts = {"style_id": STYLE, "name": "a.png", "step": "step-000001"}
    return path.format(**parts)


def test_the_studio_does_not_start_without_a_password(tmp_path: Path) -> None:
    with pytest.raises(PasswordMissingError):
        build_app(TrainingSettings.model_validate({"projects": {"data_dir": tmp_path}}))


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_strangers_are_led_to_the_door_everywhere(prepared: House, method: str, path: str) -> None:
    if path in OPEN:
        return
    answer = prepared.stranger().browser.request(method, fill(path))
    if path.startswith("/api/"):
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "POST"])
def test_no_form_of_another_page_is_taken(prepared: House, path: str) -> None:
    before = (prepared.data_dir / STYLE / "project.json").read_bytes()
    browser = prepared.staff.browser
    assert browser.post(fill(path), data={"csrf": "x", "confirm": STYLE}).status_code == 403
    token = prepared.staff.find_token("/new")
    fields, headers = {"csrf": token, "confirm": STYLE}, {"Sec-Fetch-Site": "cross-site"}
    assert browser.post(fill(path), data=fields, headers=headers).status_code == 403
    assert (prepared.data_dir / STYLE / "project.json").read_bytes() == before


def test_the_gate_closes_after_wrong_passwords(house: House) -> None:
    stranger = house.stranger()
    assert [stranger.sign_in("wrong").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert stranger.sign_in().status_code == 429
    assert house.staff.read("/").status_code == 200, "who is in stays in"


def test_cookies_are_for_this_site_and_no_script(house: House) -> None:
    stranger = house.stranger()
    answer = stranger.sign_in()
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert stranger.read("/").status_code == 200
    assert stranger.send("/sign-out", "/").status_code == 303
    assert stranger.read("/").status_code == 303


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-out"])
def test_signing_in_leads_nowhere_else(house: House, to: str) -> None:
    stranger = house.stranger()
    assert stranger.send("/sign-in", "/sign-in", password="", to=to).status_code == 401
    token = stranger.find_token("/sign-in")
    answer = stranger.browser.post(
        "/sign-in", data={"csrf": token, "password": "조용한 추모관의 긴 비밀번호", "to": to}
    )
    assert answer.headers["location"] == "/"


def test_a_page_of_another_name_on_this_address_is_refused(house: House) -> None:
    assert TestClient(house.app, base_url="http://evil.example").get("/sign-in").status_code == 400


def test_pages_speak_both_languages(house: House) -> None:
    assert "만들고 있는 화풍" in house.staff.read("/?lang=ko").text
    page = house.staff.read("/?lang=en")
    assert "Styles in the making" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("field", TERMS)
def test_a_style_needs_everything_that_is_asked(house: House, field: str) -> None:
    answer = house.staff.send("/new", **{**TERMS, field: " "})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or field == "licence"
    assert not (house.data_dir / STYLE).exists()


def test_names_are_shown_as_text(house: House) -> None:
    house.staff.send("/new", **{**TERMS, "name_ko": "<script>", "name_en": "Script"})
    page = house.staff.read("/?lang=ko").text
    assert "<script>" not in page.replace('<script type="module"', "")
    assert "&lt;script&gt;" in page


def test_files_are_judged_one_by_one(house: House) -> None:
    house.staff.send("/new", **TERMS)
    good, broken = ("좋음.png", encode(1)), ("../망가짐.jpg", encode(2, form="JPEG")[:700])
    answer = house.staff.upload(good, broken, ("작음.png", encode(3, (90, 80))), accept="application/json")
    assert answer.json()["taken"] == 1
    assert [one["file"] for one in answer.json()["refused"]] == ["망가짐.jpg", "작음.png"]
    page = house.staff.read(f"{HOME}/pictures?lang=ko").text
    assert "사진 파일이 손상되어" in page
    assert "그림 1장" in page


def test_a_form_that_is_too_large_is_refused_before_it_is_read(house: House) -> None:
    house.staff.send("/new", **TERMS)
    headers = {"Content-Length": str(1 << 40), "Content-Type": "multipart/form-data; boundary=x"}
    answer = house.staff.browser.post(f"{HOME}/pictures", content=b"--x--", headers=headers)
    assert answer.status_code == 413
    assert "너무 커서 받지 못했습니다" in answer.text or "too large and was not kept" in answer.text


def test_more_files_than_can_be_sent_at_once_are_refused_in_words(tmp_path: Path) -> None:
    with open_house(tmp_path, projects={"max_pictures": 20}) as house:
        house.staff.send("/new", **TERMS)
        answer = house.staff.upload(*((f"{seed}.png", b"x") for seed in range(21)))
        assert answer.status_code == 422
        assert "20장까지" in answer.text
        broken = {"Content-Type": "multipart/form-data"}
        assert house.staff.browser.post(f"{HOME}/pictures", content=b"x", headers=broken).status_code == 422


def test_steps_open_one_after_the_other(house: House) -> None:
    house.staff.send("/new", **TERMS)
    assert house.staff.read(HOME).headers["location"] == f"{HOME}/pictures"
    for step, before in (("captions", "pictures"), ("training", "pictures"), ("compare", "training")):
        assert house.staff.read(f"{HOME}/{step}").headers["location"] == f"{HOME}/{before}"
    assert house.staff.send(f"{HOME}/train", base="").status_code == 409
    assert house.staff.send(f"{HOME}/prepare").status_code == 409
    assert house.staff.send(f"{HOME}/publish").status_code == 409


def test_the_contact_sheet_and_the_remarks_are_shown(prepared: House) -> None:
    page = prepared.staff.read(f"{HOME}/pictures?lang=en").text
    assert "Fewer than 20 pictures" in page
    assert prepared.staff.read(f"{HOME}/files/sheet").content.startswith(b"\x89PNG")
    assert prepared.staff.read(f"{HOME}/files/picture/0001.png").content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "files/picture/..%2F..%2Fproject.json",
        "files/picture/manifest.json",
        "files/thumbnail/..%2Fproject.json",
        "files/samples/..%2F..%2Fset/manifest.json",
        "files/samples/step-000001/..%2F..%2Frun.json",
        "files/grid",
        "files/sample",
    ],
)
def test_nothing_else_can_be_read(prepared: House, path: str) -> None:
    assert prepared.staff.read(f"{HOME}/{path}").status_code == 404


def test_a_link_out_of_the_folder_is_not_followed(prepared: House) -> None:
    run = prepared.data_dir / STYLE / "run"
    run.mkdir()
    (run / "sample.png").symlink_to("/etc/passwd")
    assert prepared.staff.read(f"{HOME}/files/sample").status_code == 404
    (run / "sample.png").unlink()
    run.rmdir()


def test_captions_are_edited_and_survive_another_check(prepared: House) -> None:
    page = prepared.staff.read(f"{HOME}/captions?lang=en").text
    assert "a picture in this style" in page
    first, second, *_ = prepared.staff.list_caption_fields()
    fields = {first: "two hills", second: "a picture in this style", f"shown-{second}": "a picture in this style"}
    assert prepared.staff.send(f"{HOME}/captions", **fields, unknown="x").status_code == 303
    assert wait_for_job(prepared.data_dir) == "done"
    assert read_job(prepared.data_dir)["kind"] == "captions"
    prepared.staff.send(f"{HOME}/prepare", resolution="512")
    assert wait_for_job(prepared.data_dir) == "done"
    page = prepared.staff.read(f"{HOME}/captions").text
    assert page.count(">two hills<") == 1
    assert page.count("Written by a person") == 1
    stale = {first: "a picture in this style", f"shown-{first}": "a picture in this style", second: "a lake"}
    prepared.staff.send(f"{HOME}/captions", **stale)
    assert wait_for_job(prepared.data_dir) == "done"
    page = prepared.staff.read(f"{HOME}/captions").text
    assert "two hills" in page, "a page that was opened earlier takes nothing back"
    assert "a lake" in page


def test_progress_is_told_as_json(prepared: House) -> None:
    answer = prepared.staff.read(f"/api{HOME}/progress").json()
    assert answer["is_active"] is False
    missing = prepared.staff.read("/api/styles/nothing/progress")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("recipe", [{"base": "unknown"}, {"steps": "1"}, {"steps": "x"}, {"batch_size": "900"}])
def test_recipes_out_of_range_start_nothing(prepared: House, recipe: dict[str, str]) -> None:
    before = read_job(prepared.data_dir)
    assert prepared.staff.send(f"{HOME}/train", **{"base": "", **recipe}).status_code == 422
    assert read_job(prepared.data_dir) == before


def test_a_style_is_removed_only_when_its_id_is_typed(house: House) -> None:
    house.staff.send("/new", **TERMS)
    house.staff.send(f"{HOME}/remove", confirm="something")
    assert (house.data_dir / STYLE).exists()
    house.staff.send(f"{HOME}/remove", confirm=STYLE)
    assert not (house.data_dir / STYLE).exists()
    assert house.staff.read(f"{HOME}/pictures").status_code == 404


def test_an_unknown_address_is_a_calm_page(house: House) -> None:
    answer = Staff(house.staff.browser).read("/styles/nothing/pictures?lang=ko")
    assert answer.status_code == 404
    assert "찾을 수 없" in answer.text
