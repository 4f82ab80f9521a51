"""The database: its migrations, its guarantees, its errors, its queries."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from boothkit.errors import StorageError, StorageFullError
from service_bridge.errors import DatabaseBusyError, DatabaseDamagedError, DatabaseTooNewError
from service_bridge.store import blob_references, deliveries, devices, generations, tables, visits, voices
from service_bridge.store.database import Database, translate_errors
from service_bridge.store.erasure import Tombstone, bury, find_tombstone
from service_bridge.store.migrating import NEWEST, SCRIPTS, VERSION_TABLE, migrate
from service_bridge.store.undelivered import count_undelivered, list_undelivered
from service_bridge.visits.records import Booth
from service_bridge.visits.states import Cause, DeliveryState, GenerationState, VisitState, VoiceKind
from tests.unit.service_bridge.builders import NOON, SHA256, VISIT_ID, delivery, finish, generation, later, visit, voice


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'bridge.sqlite'}", busy_timeout_s=0.3)
    migrate(made)
    yield made
    made.close()


def test_the_tables_are_what_the_migrations_make(database: Database) -> None:
    def is_ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name != VERSION_TABLE

    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours, "compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [NEWEST]


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        visits.add_visit(connection, visit())
    migrate(database)
    with database.read() as connection:
        assert visits.find_visit(connection, VISIT_ID) == visit()


def test_a_database_from_before_styles_had_a_source_is_brought_on(database: Database) -> None:
    told = generation(style_name={"ko": "가", "en": "a"}, style_source={"author": "김화가", "licence": "CC0-1.0"})
    with database.write() as connection:
        visits.add_visit(connection, visit())
        generations.add_generation(connection, told)
        assert generations.find_generation(connection, VISIT_ID, 1) == told
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(SCRIPTS))
        command.downgrade(config, "0001")
    migrate(database)
    with database.read() as connection:
        assert generations.find_generation(connection, VISIT_ID, 1) == replace(told, style_source=None)


def test_f60_a_database_of_a_later_program_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(DatabaseTooNewError):
        migrate(database)


def test_every_commit_is_flushed_to_the_write_ahead_log(database: Database) -> None:
    with database.read() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        visits.add_visit(connection, visit())
        raise ZeroDivisionError
    with database.read() as connection:
        assert visits.find_visit(connection, VISIT_ID) is None


def test_two_writers_do_not_overwrite_what_the_other_read(database: Database) -> None:
    with database.write() as connection:
        visits.add_visit(connection, visit())
        generations.add_generation(connection, generation())

    def count_up() -> None:
        for _ in range(20):
            with database.write() as connection:
                found = generations.find_generation(connection, VISIT_ID, 1)
                assert found is not None
                generations.update_generation(connection, replace(found, tries=found.tries + 1))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        found = generations.find_generation(connection, VISIT_ID, 1)
    assert found is not None
    assert found.tries == 80


def test_f11_a_lock_that_is_held_elsewhere_is_reported_after_the_timeout(database: Database, tmp_path: Path) -> None:
    locker = sqlite3.connect(tmp_path / "bridge.sqlite", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusyError) as caught, database.write():
        pass
    assert caught.value.retry_after_s
    locker.execute("ROLLBACK")
    locker.close()


def test_a_writer_of_this_process_waits_no_longer_than_that_either(database: Database) -> None:
    with database.write(), pytest.raises(DatabaseBusyError), database.write():
        pass


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, StorageFullError),
        (sqlite3.SQLITE_BUSY, DatabaseBusyError),
        (sqlite3.SQLITE_LOCKED, DatabaseBusyError),
        (sqlite3.SQLITE_IOERR, StorageError),
        (sqlite3.SQLITE_CORRUPT, DatabaseDamagedError),
        (sqlite3.SQLITE_NOTADB, DatabaseDamagedError),
    ],
)
def test_the_drivers_errors_get_the_bridges_names(code: int, expected: type[Exception]) -> None:
    cause = sqlite3.OperationalError("refused")
    cause.sqlite_errorcode = code
    with pytest.raises(expected), translate_errors():
        raise sa.exc.OperationalError("INSERT", None, cause)


@pytest.mark.parametrize(
    ("sqlstate", "expected"),
    [("53100", StorageFullError), ("55P03", DatabaseBusyError), ("40001", DatabaseBusyError), ("XX000", StorageError)],
)
def test_postgres_errors_get_the_same_names(sqlstate: str, expected: type[Exception]) -> None:
    cause = type("DriverError", (Exception,), {"sqlstate": sqlstate})()
    with pytest.raises(expected), translate_errors():
        raise sa.exc.OperationalError("INSERT", None, cause)


def test_f12_a_garbled_file_is_found_by_the_check(tmp_path: Path) -> None:
    path = tmp_path / "bridge.sqlite"
    path.write_bytes(b"no database at all" * 300)
    database = Database(f"sqlite:///{path}", busy_timeout_s=0.3)
    with pytest.raises(DatabaseDamagedError):
        database.check()
    database.close()


def test_a_visit_comes_back_with_all_its_parts(database: Database) -> None:
    with database.write() as connection:
        visits.add_visit(connection, visit())
        generations.add_generation(connection, generation())
        generations.add_generation(connection, generation(number=2, style_name={"ko": "가", "en": "a"}))
        voices.keep_voice(connection, voice())
        voices.keep_voice(connection, voice(VoiceKind.RECORDING))
        visits.add_finish(connection, finish())
        deliveries.add_delivery(connection, delivery(manifest={"revision": 1, "letter": "가"}))
    with database.read() as connection:
        parts = visits.find_parts(connection, VISIT_ID)
    assert parts is not None
    assert (parts.visit, parts.finish, parts.speech) == (visit(), finish(), voice())
    assert parts.recording == voice(VoiceKind.RECORDING)
    assert parts.generation == generation(number=2, style_name={"ko": "가", "en": "a"})
    assert parts.delivery == delivery(manifest={"revision": 1, "letter": "가"})


def test_a_voice_replaces_the_earlier_one_of_its_kind(database: Database) -> None:
    with database.write() as connection:
        visits.add_visit(connection, visit())
        voices.keep_voice(connection, voice())
        voices.keep_voice(connection, voice(duration_s=9.0))
        assert voices.find_voice(connection, VISIT_ID, VoiceKind.SPEECH) == voice(duration_s=9.0)


def test_burying_takes_every_part_and_leaves_a_stone(database: Database) -> None:
    stone = Tombstone(VISIT_ID, visit().booth_id, VisitState.ERASED, "visitor", NOON)
    with database.write() as connection:
        visits.add_visit(connection, visit())
        generations.add_generation(connection, generation())
        visits.add_finish(connection, finish())
        deliveries.add_delivery(connection, delivery())
        blob_references.add_reference(connection, VISIT_ID, SHA256)
        bury(connection, stone)
    with database.read() as connection:
        left = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in (tables.visits, tables.generations, tables.finishes, tables.deliveries, tables.blob_references)
        ]
        assert (left, find_tombstone(connection, VISIT_ID)) == ([0] * 5, stone)


def test_a_blob_is_needed_while_anybody_refers_to_it(database: Database) -> None:
    with database.write() as connection:
        visits.add_visit(connection, visit())
        assert not blob_references.is_needed(connection, SHA256)
        for _ in range(2):
            blob_references.add_reference(connection, VISIT_ID, SHA256)
        assert blob_references.is_needed(connection, SHA256)
        assert blob_references.list_references(connection, VISIT_ID) == [SHA256]


def test_due_and_postponed_rows_are_told_apart(database: Database) -> None:
    states = [
        (1, DeliveryState.QUEUED, later(0)),
        (2, DeliveryState.WAITING, later(500)),
        (3, DeliveryState.QUARANTINED, None),
        (4, DeliveryState.DELIVERED, later(0)),
        (5, DeliveryState.WAITING, later(10 * 86400)),
    ]
    with database.write() as connection:
        visits.add_visit(connection, visit())
        for revision, state, moment in states:
            row = delivery(revision=revision, state=state, next_attempt_at=moment, cause=Cause.NETWORK)
            deliveries.add_delivery(connection, row)
        generations.add_generation(connection, generation(state=GenerationState.RUNNING))
    with database.read() as connection:
        assert [row.revision for row in deliveries.list_due(connection, later(100), 9)] == [1]
        assert [row.revision for row in deliveries.list_postponed(connection, later(86400), 9)] == [5]
        assert [row.revision for row in deliveries.list_waiting(connection, [Cause.NETWORK], 9)] == [2, 5]
        assert deliveries.list_waiting(connection, [Cause.TIMEOUT], 9) == []
        assert [row.number for row in generations.list_due(connection, later(100), 9)] == [1]
        assert generations.list_postponed(connection, later(100), 9) == []


def test_staff_see_the_oldest_first(database: Database) -> None:
    ids = [f"0198c000-0000-7000-8000-00000000000{number}" for number in range(3)]
    with database.write() as connection:
        for number, visit_id in enumerate(ids):
            visits.add_visit(connection, visit(visit_id=visit_id))
            made = finish(visit_id=visit_id, receipt_code=f"CODE-{number}", finished_at=later(-number * 60))
            visits.add_finish(connection, made)
            state = DeliveryState.DELIVERED if number == 1 else DeliveryState.WAITING
            deliveries.add_delivery(connection, delivery(visit_id=visit_id, state=state))
    with database.read() as connection:
        assert [item.visit_id for item in list_undelivered(connection, 10)] == [ids[2], ids[0]]
        assert count_undelivered(connection) == (2, later(-120))
        assert visits.count_by_state(connection)["captured"] == 3


def test_nothing_undelivered_has_no_age(database: Database) -> None:
    with database.read() as connection:
        assert count_undelivered(connection) == (0, None)


def test_abandoned_visits_are_old_and_unfinished(database: Database) -> None:
    ids = [f"0198c000-0000-7000-8000-00000000000{number}" for number in range(3)]
    with database.write() as connection:
        visits.add_visit(connection, visit(visit_id=ids[0], saved_at=later(-100)))
        visits.add_visit(connection, visit(visit_id=ids[1], saved_at=later(-100), state=VisitState.FINISHED))
        visits.add_visit(connection, visit(visit_id=ids[2], saved_at=later(0)))
    with database.read() as connection:
        assert visits.list_abandoned(connection, later(-50), 10) == [ids[0]]


def test_a_code_is_used_up_by_its_first_use_and_by_time(database: Database) -> None:
    with database.write() as connection:
        devices.add_enrolment_code(connection, "a" * 64, "kiosk", later(60))
        assert devices.use_enrolment_code(connection, "b" * 64, NOON) is None
        assert devices.use_enrolment_code(connection, "a" * 64, NOON) == "kiosk"
        assert devices.use_enrolment_code(connection, "a" * 64, NOON) is None
        devices.add_enrolment_code(connection, "c" * 64, "staff", later(60))
        assert devices.use_enrolment_code(connection, "c" * 64, later(61)) is None
        devices.delete_expired_codes(connection, NOON + timedelta(days=1))
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.enrolment_codes)).scalar() == 0


def test_a_revoked_device_is_no_longer_found_by_its_token(database: Database) -> None:
    booth = Booth("0198c000-0000-7000-8000-0000000000b0", "a kiosk", "kiosk", "d" * 64, NOON)
    with database.write() as connection:
        devices.add_booth(connection, booth)
        assert devices.find_booth_by_token_hash(connection, "d" * 64) == booth
        assert devices.revoke_booth(connection, booth.booth_id, later(1))
        assert not devices.revoke_booth(connection, booth.booth_id, later(2))
        assert devices.find_booth_by_token_hash(connection, "d" * 64) is None
        assert devices.list_booths(connection) == [replace(booth, revoked_at=later(1))]
