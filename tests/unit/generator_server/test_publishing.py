"""/v1/style-packs in one process: published, offered at once, rolled back, withdrawn, and refused with reasons."""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from boothkit.waiting import wait_until
from generator_server.app import create_app
from generator_server.engines import Engine, PainterEngine
from generator_server.settings import GeneratorSettings
from tests.unit.generator_server.archives import DIFFUSED, make_header_only, make_pack, make_png, zip_files
from tests.unit.generator_server.engines import StepEngine
from tests.unit.generator_server.packs import write_pack

TOKEN = "publish-token-of-the-test"
MEMORIAL, OTHER = "0193a1b2-0000-7000-8000-000000000001", "0193a1b2-0000-7000-8000-000000000002"
ZIP = {"Content-Type": "application/zip", "Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}


def open_client(folder: Path, engines: Sequence[Engine] = (), **server: Any) -> TestClient:
    write_pack(folder / "shipped", "calm")
    settings = GeneratorSettings.model_validate(
        {
            "server": server,
            "store": {"data_dir": folder / "data"},
            "styles": {"folder": folder / "shipped"},
            "limits": {"max_pack_bytes": 2_000_000},
        }
    )
    return TestClient(create_app(settings, make_engines=lambda _, catalog: engines or [PainterEngine(catalog)]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generator")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with open_client(folder, publish_token=TOKEN, token="token-of-all-others") as client:
        yield client


def put(client: TestClient, style_id: str, pack: bytes, **query: Any) -> Any:
    return client.put(f"/v1/style-packs/{style_id}", content=pack, params=query, headers=ZIP)


def call(client: TestClient, method: str, path: str, body: Any = None) -> Any:
    return client.request(
        method, f"/v1/style-packs{path}", json=body, headers=ZIP | {"Content-Type": "application/json"}
    )


def list_offered(client: TestClient) -> dict[str, Any]:
    answer = client.get("/v1/styles", headers={"Authorization": "Bearer token-of-all-others"})
    return {style["style_id"]: style for style in answer.json()}


def expect_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:500]
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:memorial-booth:problem:{code}"
    return problem


def list_kept(folder: Path) -> list[str]:
    published = folder / "data" / "published"
    return sorted(path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file())


def test_a_style_is_offered_as_soon_as_it_is_published(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    answer = put(client, "first", make_pack("first"))
    assert answer.status_code == 201, answer.text
    record = answer.json()
    assert (record["style_id"], record["revision"], record["memorial_ids"]) == ("first", 1, [])
    style = list_offered(client)["first"]
    assert (style["engines"], style["memorial_ids"], style["live_lut"]) == (["painter"], [], None)
    assert style["revision"] == f"1-{record['sha256'][:10]}"
    assert style["source"]["licence"] == "LicenseRef-permission"
    assert call(client, "GET", "/first").json()["current"] == record
    assert "first" in [pack["style_id"] for pack in call(client, "GET", "").json()["packs"]]
    assert "style.published" in str([vars(line) for line in caplog.records])


def test_the_same_again_is_answered_alike_and_changes_nothing(client: TestClient) -> None:
    pack = make_pack("again")
    first, second = put(client, "again", pack), put(client, "again", pack)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


def test_revisions_are_kept_rolled_back_and_withdrawn(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    first = put(client, "many", make_pack("many", 1, strength=0.3)).json()
    put(client, "many", make_pack("many", 2, strength=0.9))
    problem = expect_problem(put(client, "many", make_pack("many", 2, strength=0.5)), 409, "revision_taken")
    assert "The next revision is 3." in problem["detail"]
    assert call(client, "POST", "/many/rollback", {"revision": 1}).json() == first
    assert list_offered(client)["many"]["requests"]["painter"]["denoising_strength"] == 0.3
    assert call(client, "DELETE", "/many").status_code == 204
    assert "many" not in list_offered(client)
    known = call(client, "GET", "/many").json()
    assert known["current"] is None
    assert [revision["revision"] for revision in known["revisions"]] == [1, 2]
    assert call(client, "POST", "/many/rollback", {"revision": 2}).json()["revision"] == 2
    assert list_offered(client)["many"]["requests"]["painter"]["denoising_strength"] == 0.9
    lines = str([vars(line) for line in caplog.records])
    assert all(action in lines for action in ("style.rolled_back", "style.withdrawn"))


def test_memorials_are_chosen_with_the_pack_and_later(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    record = put(client, "family", make_pack("family"), memorial_id=[OTHER, MEMORIAL, OTHER]).json()
    assert record["memorial_ids"] == [MEMORIAL, OTHER]
    assert list_offered(client)["family"]["memorial_ids"] == [MEMORIAL, OTHER]
    put(client, "family", make_pack("family", 2))
    assert list_offered(client)["family"]["memorial_ids"] == [MEMORIAL, OTHER]
    changed = call(client, "PUT", "/family/memorials", {"memorial_ids": [OTHER]}).json()
    assert (changed["memorial_ids"], changed["current"]["memorial_ids"]) == ([OTHER], [OTHER])
    assert list_offered(client)["family"]["memorial_ids"] == [OTHER]
    expect_problem(put(client, "family", make_pack("family", 3), memorial_id="all"), 422, "invalid_request")
    assert "style.restricted" in str([vars(line) for line in caplog.records])


def test_a_packs_own_sample_is_shown_and_goes_with_it(client: TestClient, folder: Path) -> None:
    put(client, "shown", make_pack("shown", files={"sample.png": make_png()}))
    headers = {"Authorization": "Bearer token-of-all-others"}
    sample = client.get("/v1/styles/shown/sample", headers=headers)
    assert (sample.status_code, sample.headers["content-type"]) == (200, "image/webp")
    assert list((folder / "data" / "samples").glob("shown-*"))
    call(client, "DELETE", "/shown")
    assert client.get("/v1/styles/shown/sample", headers=headers).status_code == 404
    assert not list((folder / "data" / "samples").glob("shown-*"))


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        (b"no archive", "zip: it is not a whole ZIP archive."),
        (make_pack("refused")[:-40], "zip: it is not a whole ZIP archive."),
        (zip_files({"sample.png": make_png()}), "style.toml: the file is not in the pack."),
        (make_pack("another"), "style_id is 'another' but the folder is called 'refused'."),
        (make_pack("refused", 0), "revision: "),
        (make_pack("refused", files={"../x.png": b""}), "this is no file that a style pack may hold."),
        (make_pack("refused", files={"sample.png": b"no picture"}), "sample.png: "),
        (
            make_pack("refused", parts='[diffusion]\nprompt = "a"\ndenoising_strength = 0.5\nsampler = "Eler"'),
            "diffusion.sampler: Sampler not found: Eler.",
        ),
        (make_pack("refused", parts=DIFFUSED), "diffusion.adapter: the file ink.safetensors is not in the pack."),
        (
            make_pack("refused", parts=DIFFUSED, files={"ink.safetensors": make_header_only({"conv.weight": (4, 4)})}),
            "diffusion.adapter: ink.safetensors: conv.weight is no part of a LoRA that is understood here.",
        ),
    ],
)
def test_a_broken_pack_is_refused_with_a_sentence(client: TestClient, folder: Path, pack: bytes, said: str) -> None:
    before = list_kept(folder)
    problem = expect_problem(put(client, "refused", pack), 422, "style_pack_refused")
    assert said in problem["detail"]
    assert problem["errors"][0]["message"]
    assert list_kept(folder) == before
    assert "refused" not in list_offered(client)


def test_the_reasons_are_said_in_korean_too(client: TestClient) -> None:
    headers = ZIP | {"Accept-Language": "ko"}
    answer = client.put("/v1/style-packs/refused", content=b"no archive", headers=headers)
    assert answer.json()["errors"][0]["message"] == "ZIP 파일이 아니거나 손상되었습니다."


def test_a_pack_too_large_or_of_another_type_is_refused(client: TestClient, folder: Path) -> None:
    before = list_kept(folder)
    expect_problem(put(client, "large", os.urandom(2_000_001)), 413, "payload_too_large")
    pieces = iter([b"x" * 900_000] * 4)  # nothing says beforehand how much it will be
    expect_problem(client.put("/v1/style-packs/large", content=pieces, headers=ZIP), 413, "payload_too_large")
    plain = client.put("/v1/style-packs/large", content=b"x", headers=ZIP | {"Content-Type": "text/plain"})
    expect_problem(plain, 415, "unsupported_media_type")
    assert list_kept(folder) == before


def test_shipped_and_learnt_styles_cannot_be_replaced(client: TestClient, folder: Path) -> None:
    expect_problem(put(client, "calm", make_pack("calm", 9)), 409, "style_exists")
    write_pack(folder / "data" / "styles", "ours")
    expect_problem(put(client, "ours", make_pack("ours", 9)), 409, "style_exists")


def test_nothing_may_be_learnt_under_a_published_name(client: TestClient) -> None:
    put(client, "taken", make_pack("taken"))
    call(client, "DELETE", "/taken")
    words = {"ko": "가", "en": "a"}
    source = {"author": "a", "licence": "CC0-1.0", "training_data": "None."}
    body = {"style_id": "taken", "name": words, "description": words, "source": source, "pictures": ["x"]}
    answer = client.post("/v1/learnt-styles", json=body, headers={"Authorization": "Bearer token-of-all-others"})
    expect_problem(answer, 409, "style_exists")


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    put(client, "present", make_pack("present"))
    expect_problem(call(client, "POST", "/present/rollback", {"revision": 7}), 404, "revision_not_found")
    for method, path, body in (
        ("GET", "/nobody", None),
        ("DELETE", "/nobody", None),
        ("POST", "/nobody/rollback", {"revision": 1}),
        ("PUT", "/nobody/memorials", {"memorial_ids": []}),
        ("DELETE", "/calm", None),
    ):
        expect_problem(call(client, method, path, body), 404, "style_not_found")
    expect_problem(call(client, "GET", "/..%2fcalm"), 404, "not_found")
    expect_problem(put(client, "UPPER", make_pack("upper")), 422, "invalid_request")


def test_a_revision_that_was_damaged_is_not_offered_again(client: TestClient, folder: Path) -> None:
    put(client, "aged", make_pack("aged", 1))
    put(client, "aged", make_pack("aged", 2))
    (folder / "data" / "published" / "aged" / "1" / "aged" / "style.toml").write_text("?")
    expect_problem(call(client, "POST", "/aged/rollback", {"revision": 1}), 422, "style_pack_refused")
    assert list_offered(client)["aged"]["revision"].startswith("2-")


@pytest.mark.parametrize("authorization", ["", "Bearer token-of-all-others", "Bearer ", "Basic YTpi"])
def test_only_the_token_for_publishing_opens(client: TestClient, authorization: str) -> None:
    headers = ZIP | {"Authorization": authorization}
    expect_problem(client.get("/v1/style-packs", headers=headers), 401, "unauthorized")
    refused = client.put("/v1/style-packs/thief", content=make_pack("thief"), headers=headers)
    expect_problem(refused, 401, "unauthorized")
    assert "thief" not in list_offered(client)
    assert client.get("/v1/styles", headers=ZIP).status_code == 401


def test_publishing_is_off_without_a_token_and_published_styles_outlive_a_restart(tmp_path: Path) -> None:
    with open_client(tmp_path, publish_token=TOKEN) as client:
        assert put(client, "lasting", make_pack("lasting"), memorial_id=MEMORIAL).status_code == 201
    left = tmp_path / "data" / "published" / "lasting" / "2" / "lasting"
    left.mkdir(parents=True)
    with open_client(tmp_path) as client:
        expect_problem(client.get("/v1/style-packs", headers=ZIP), 403, "publishing_off")
        assert list_offered(client)["lasting"]["memorial_ids"] == [MEMORIAL]
        assert not left.exists()


class JudgingEngine(StepEngine):
    """Judges LoRAs once it is allowed to load."""

    def __init__(self) -> None:
        super().__init__()
        self.may_load = threading.Event()

    def load(self) -> None:
        self.may_load.wait(30)

    def find_adapter_obstacle(self, path: Path) -> str | None:
        return f"{path.name} was made for another model."


def test_a_lora_waits_for_the_model_that_judges_it(tmp_path: Path) -> None:
    engine = JudgingEngine()
    files = {"ink.safetensors": make_header_only({"a.lora_down.weight": (1, 2), "a.lora_up.weight": (2, 1)})}
    pack = make_pack("grandfather", parts=DIFFUSED, files=files)
    with open_client(tmp_path, [engine], publish_token=TOKEN) as client:
        early = put(client, "grandfather", pack)
        expect_problem(early, 503, "not_ready")
        assert early.headers["Retry-After"] == "5"
        engine.may_load.set()
        wait_until(lambda: put(client, "grandfather", pack).status_code == 422, "the judgement")
        problem = expect_problem(put(client, "grandfather", pack), 422, "style_pack_refused")
        assert problem["detail"] == "diffusion.adapter: ink.safetensors was made for another model."
        assert put(client, "painted", make_pack("painted")).status_code == 201
    assert [name for name in list_kept(tmp_path) if not name.startswith("painted/")] == []


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file of this process may grow beyond 4 kB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("content", [os.urandom(20_000), bytes(20_000)], ids=["on the way", "unpacked"])
def test_a_disk_that_refuses_is_told_and_leaves_the_old_style(client: TestClient, folder: Path, content: bytes) -> None:
    put(client, "full", make_pack("full", 1))
    before = list_kept(folder)
    problem = expect_problem(put(client, "full", make_pack("full", 2, files={"a.png": content})), 500, "storage_error")
    assert "not saved" in problem["detail"]
    assert list_kept(folder) == before
    assert list_offered(client)["full"]["revision"].startswith("1-")
