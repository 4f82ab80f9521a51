"""From settings to the text of nginx's configuration (syntax of nginx 1.22)."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import jinja2

from nginx.problems import PROBLEMS
from nginx.settings import NginxSettings, is_loopback

BROTLI_MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so")
TEMPORARY_FOLDERS = ("body", "proxy", "fastcgi", "uwsgi", "scgi")


def render(settings: NginxSettings) -> str:
    """The whole configuration as one text, ready for `nginx -c`."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("nginx"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is nginx's syntax; paths are checked by the settings
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quote"] = quote
    environment.tests["loopback"] = is_loopback
    return environment.get_template("nginx.conf").render(
        settings=settings,
        limits=settings.limits,
        problems=PROBLEMS,
        brotli_module=BROTLI_MODULE if BROTLI_MODULE.is_file() else None,
        worker_owner=_find_worker_owner(settings.run_dir),
        temporary_folders=TEMPORARY_FOLDERS,
    )


def quote(value: object) -> str:
    """A double-quoted string of nginx's configuration. `$` keeps its meaning: variables are wanted in bodies."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _find_worker_owner(run_dir: Path) -> str | None:
    """Whom the workers run as when nginx starts as root: the owner of the run folder, who can read our files."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwuid(run_dir.stat().st_uid if run_dir.exists() else 0).pw_name
