"""How the kiosk's process ends: on its first request to stop, and never by an abort."""

from __future__ import annotations

import subprocess
import sys

AT_WORK = """
import sys, threading, time
from boothkit.logs import configure_logging
from kiosk.leaving import leave
class Witness:
    def __del__(self):
        print("taken apart")
configure_logging(program="kiosk", json_lines=False)
witness = Witness()
threading.Thread(target=time.sleep, args=(600,), name="long-work", daemon=True).start()
print("said before the end")
sys.exit(leave(3))
"""
STOPPED_EARLY = """
import os, signal, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from kiosk.app import _quit_on_signals
application = QGuiApplication([])
_quit_on_signals(application)
clock = QTimer(interval=20)
clock.timeout.connect(lambda: None)
clock.start()
os.kill(os.getpid(), signal.SIGTERM)
sys.exit(application.exec())
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


def test_work_that_nobody_waits_for_is_not_taken_apart_under_its_hands() -> None:
    """A thread in the painter's compiler aborted the process, which a supervisor took for a crash."""
    ended = run(AT_WORK)
    assert ended.returncode == 3
    assert ended.stdout == "said before the end\n"
    assert "kiosk.left" in ended.stderr
    assert "long-work" in ended.stderr


def test_with_nothing_left_to_do_the_code_is_given_back() -> None:
    ended = run(AT_WORK.replace("threading.Thread", "# "))
    assert (ended.returncode, ended.stdout) == (3, "said before the end\ntaken apart\n")


def test_a_request_to_stop_that_comes_while_the_window_opens_is_not_forgotten() -> None:
    assert run(STOPPED_EARLY).returncode == 0
