"""Settings: where they come from, what is refused, how they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, SecretStr, ValidationError, model_validator

from boothkit.settings import Loaded, SettingsError, SettingsGroup, load_settings, render_settings


class StoreSettings(SettingsGroup):
    data_dir: Path = Field(description="Where things are kept.")
    keep_days: int = Field(30, ge=1, le=365, description="How long. Days.")
    token: SecretStr | None = Field(None, description="What opens the door.")


class ShopSettings(SettingsGroup):
    store: StoreSettings
    hosts: tuple[str, ...] = Field(("one",), description="Who helps.")
    lowest: float = Field(0.0, description="Lower bound.")
    highest: float = Field(1.0, description="Upper bound.")

    @model_validator(mode="after")
    def _check_order(self) -> ShopSettings:
        if self.lowest > self.highest:
            raise ValueError("lowest must not exceed highest")
        return self


def load(tmp_path: Path, text: str, **variables: str) -> Loaded[ShopSettings]:
    file = tmp_path / "site.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(ShopSettings, section="shop", config_file=file, environ=variables)


def problems_of(tmp_path: Path, text: str, **variables: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text, **variables)
    return caught.value.problems


def test_file_environment_and_defaults_come_together(tmp_path: Path) -> None:
    text = '[shop.store]\ndata_dir = "/data"\nkeep_days = 5\n[other]\nanything = "ignored"\n'
    loaded = load(tmp_path, text, BOOTH_SHOP__STORE__KEEP_DAYS="7", BOOTH_OTHER__X="ignored")
    assert loaded.settings.store.data_dir == Path("/data")
    assert loaded.settings.store.keep_days == 7
    assert loaded.origins == {
        "store.data_dir": "site.toml",
        "store.keep_days": "BOOTH_SHOP__STORE__KEEP_DAYS",
        "store.token": "default",
        "hosts": "default",
        "lowest": "default",
        "highest": "default",
    }


def test_the_environment_can_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "booth.toml"
    file.write_text('[shop.store]\ndata_dir = "/data"\n', encoding="utf-8")
    loaded = load_settings(ShopSettings, section="shop", environ={"BOOTH_CONFIG": str(file)})
    assert loaded.origins["store.data_dir"] == "booth.toml"


@pytest.mark.parametrize("text", ['["a", "b"]', "a, b", "a,b,"])
def test_lists_in_the_environment(tmp_path: Path, text: str) -> None:
    loaded = load(tmp_path, '[shop.store]\ndata_dir = "/data"\n', BOOTH_SHOP__HOSTS=text)
    assert loaded.settings.hosts == ("a", "b")


def test_settings_are_frozen(tmp_path: Path) -> None:
    loaded = load(tmp_path, '[shop.store]\ndata_dir = "/data"\n')
    with pytest.raises(ValidationError):
        loaded.settings.lowest = 3.0  # type: ignore[misc]


def test_every_wrong_field_has_one_line_with_its_origin(tmp_path: Path) -> None:
    text = '[shop]\ncolour = "red"\n[shop.store]\ndata_dir = "/data"\nkeep_days = 0\n'
    lines = problems_of(tmp_path, text, BOOTH_SHOP__LOWEST="low", BOOTH_SHOP__STORE__ROOF="1")
    assert sorted(lines) == [
        "shop.colour: is not a setting (site.toml).",
        "shop.lowest: input should be a valid number, unable to parse string as a number (BOOTH_SHOP__LOWEST).",
        "shop.store.keep_days: input should be greater than or equal to 1 (site.toml).",
        "shop.store.roof: is not a setting (BOOTH_SHOP__STORE__ROOF).",
    ]


def test_a_missing_field_says_how_to_set_it(tmp_path: Path) -> None:
    (line,) = problems_of(tmp_path, "")
    assert line == "shop.store.data_dir is missing; set it in the settings file or as BOOTH_SHOP__STORE__DATA_DIR."


def test_rules_between_fields_are_told(tmp_path: Path) -> None:
    (line,) = problems_of(tmp_path, '[shop]\nlowest = 2\n[shop.store]\ndata_dir = "/data"\n')
    assert line == "shop: lowest must not exceed highest."


def test_a_wrong_secret_is_never_repeated(tmp_path: Path) -> None:
    lines = problems_of(tmp_path, '[shop.store]\ndata_dir = "/data"\ntoken = ["hidden-value"]\n')
    assert "hidden-value" not in str(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[shop", "is not valid TOML"),
        ("shop = 3", "must be a table: [shop]"),
        ("[shop]\nstore = 3", "shop.store: input should be"),
    ],
)
def test_a_file_of_the_wrong_form_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in str(problems_of(tmp_path, text))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(ShopSettings, section="shop", config_file=file, environ={})


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load_settings(ShopSettings, section="shop", config_file=tmp_path / "no.toml", environ={})


def test_a_list_that_is_no_json_is_refused(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "", BOOTH_SHOP__HOSTS="[a") == ("BOOTH_SHOP__HOSTS is not valid JSON.",)


def test_rendering_shows_origin_and_sentence_but_no_secret(tmp_path: Path) -> None:
    text = render_settings(load(tmp_path, '[shop.store]\ndata_dir = "/data"\ntoken = "hidden-value"\n'))
    assert "hidden-value" not in text
    rows = {line.split(" ", 1)[0]: line for line in text.splitlines()}
    assert "= ********" in rows["store.token"]
    assert "(default)" in rows["store.keep_days"]
    assert rows["store.keep_days"].endswith("# How long. Days.")
    assert 'hosts = ["one"]' in rows["hosts"]


@given(st.dictionaries(st.text(st.characters(categories=["L", "N"]), max_size=8), st.text(max_size=8), max_size=4))
def test_no_environment_makes_it_fail_unreadably(variables: dict[str, str]) -> None:
    environ = {f"BOOTH_SHOP__{name}": value for name, value in variables.items()}
    with pytest.raises(SettingsError) as caught:
        load_settings(ShopSettings, section="shop", environ=environ)
    assert all(line.startswith(("shop", "BOOTH_SHOP__")) for line in caught.value.problems)
