"""Who waits for a picture or a clip waits longer than the one who makes it."""

from __future__ import annotations

from generator_server.settings import GeneratorSettings
from nginx.settings import NginxSettings
from service_bridge.settings import BridgeSettings

# On the way from the generator's deadline to its answer at the front door: it looks at the clock now and then.
SLACK_S = 15


def test_the_front_door_waits_until_the_generator_itself_gives_up() -> None:
    """Else a long clip is cut at the door, and made once more by the next of several generators."""
    generator = GeneratorSettings()
    longest_s = max(generator.studio.deadline_s, generator.queue.deadline_s)
    assert NginxSettings().limits.generation_timeout_s >= longest_s + SLACK_S


def test_the_bridge_waits_for_a_picture_until_the_generator_gives_up_and_hangs_up_before_the_front_door() -> None:
    wait_s = BridgeSettings().generator.paint_timeout_s
    assert GeneratorSettings().queue.deadline_s + SLACK_S <= wait_s <= NginxSettings().limits.generation_timeout_s
