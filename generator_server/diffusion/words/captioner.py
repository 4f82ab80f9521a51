"""A model that looks at a picture and says what is to be seen: BLIP (Li, Li, Xiong and Hoi 2022)."""

from __future__ import annotations

from typing import ClassVar

from generator_server.diffusion.words.network import WordNetwork, computing
from generator_server.engines.protocol import Pixels

MOST_NEW_TOKENS = 40
BEAMS = 3


class Captioner(WordNetwork):
    """Describes pictures in a few English words. The same picture always gets the same words."""

    kind: ClassVar[str] = "BlipForConditionalGeneration"
    reader_kind: ClassVar[str] = "BlipProcessor"
    reader_files: ClassVar[tuple[str, ...]] = ("preprocessor_config.json", "processor_config.json")

    def describe(self, image: Pixels) -> str:
        """Words for a picture of any size. Raises ModelFileError and DeviceFullError."""
        from PIL import Image

        net, reader = self.get()
        with computing():
            seen = reader(images=Image.fromarray(image), return_tensors="pt").to(net.device)
            tokens = net.generate(**seen, max_new_tokens=MOST_NEW_TOKENS, num_beams=BEAMS, do_sample=False)
        return str(reader.decode(tokens[0], skip_special_tokens=True)).strip()
