"""Logs: a sentence for people, a stable `action`, and ids; JSON lines in production, columns in a terminal.

Programs log through `get_logger`; the records pass through the standard `logging` module, so other libraries' lines
and tests that capture logs see one stream. Values of fields that could hold private words are masked here, once.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, cast

import structlog

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger
    from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "********"
_PRIVATE_FIELDS = frozenset(
    {"authorization", "cookie", "letter", "password", "pin", "query", "query_string", "secret", "text", "token"}
)
_RECORD_FIELDS = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime"}
_QUIET_LOGGERS = {
    "uvicorn.access": logging.CRITICAL,
    "uvicorn.error": logging.WARNING,
    "PIL": logging.INFO,
    # A diary of its plug-ins and of every start.
    "alembic": logging.WARNING,
    # These write whole addresses, with the secrets in them, at INFO.
    "httpx": logging.WARNING,
    "httpx2": logging.WARNING,
}


def get_logger(name: str) -> BoundLogger:
    """A logger for `log.info("A sentence.", action="area.event", some_id=...)`.

    It needs no set-up to work: before `configure_logging` the records go wherever the root logger sends them.
    """
    return cast(
        "BoundLogger",
        structlog.wrap_logger(
            logging.getLogger(name),
            processors=[structlog.contextvars.merge_contextvars, structlog.stdlib.filter_by_level, _mask, _to_record],
            wrapper_class=structlog.stdlib.BoundLogger,
        ),
    )


def configure_logging(*, program: str, json_lines: bool, level: str = "INFO") -> None:
    """Send every log line to stderr; called once, by an entry point."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_build_formatter(program, json_lines=json_lines))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, floor in _QUIET_LOGGERS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))


def _build_formatter(program: str, *, json_lines: bool) -> logging.Formatter:
    def add_program(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"program": program, **event}

    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_program,
        _mask,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(json_lines=json_lines)],
    )


def _renderers(*, json_lines: bool) -> list[Processor]:
    if json_lines:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    plain_tracebacks = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain_tracebacks)]


def _mask(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Hide values of private fields, also one level down, so that a slip at a call site stays harmless."""
    return _masked(event)


def _masked(fields: Mapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: MASK if name.lower() in _PRIVATE_FIELDS else _inner(value) for name, value in fields.items()}


def _inner(value: object) -> object:
    return _masked(value) if isinstance(value, Mapping) else value


def _to_record(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Arguments for the standard logger: the sentence as message, everything else as attributes of the record.

    A field named like one of the record's own attributes gets a trailing underscore.
    """
    sentence = event.pop("event")
    passed_through = {name: event.pop(name) for name in ("exc_info", "stack_info", "stacklevel") if name in event}
    fields = {f"{name}_" if name in _RECORD_FIELDS else name: value for name, value in event.items()}
    return {"msg": sentence, "extra": fields, **passed_through}
