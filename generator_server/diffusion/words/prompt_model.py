"""Prompts written on from a few words by a causal language model (GPT-2 and its kin; Radford et al. 2019)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.words.network import WordNetwork, computing
from generator_server.engines.wording import OnProgress, PromptOrder
from generator_server.errors import CannotGenerateError

if TYPE_CHECKING:
    from torch import Tensor

# Prompts that are written at once: what the model remembers of each takes about as much room as its tokens' vectors.
AT_ONCE = 8


class PromptModel(WordNetwork):
    """Writes prompts, each by a seed of its own."""

    kind: ClassVar[str] = "AutoModelForCausalLM"
    reader_kind: ClassVar[str] = "AutoTokenizer"
    reader_files: ClassVar[tuple[str, ...]] = ("tokenizer.json", "vocab.json")

    def write(self, order: PromptOrder, on_progress: OnProgress) -> tuple[str, ...]:
        """All prompts. Raises CannotGenerateError, ModelFileError and DeviceFullError."""
        net, reader = self.get()
        start = self._read_start(order, net, reader)
        prompts: list[str] = []
        with computing():
            for first in range(0, order.count, AT_ONCE):
                numbers = range(first, min(first + AT_ONCE, order.count))

                def report(share: float, numbers: range = numbers) -> None:
                    on_progress((numbers.start + share * len(numbers)) / order.count)

                rows = self._continue(net, start, order, reader.eos_token_id, numbers, report)
                prompts += (str(reader.decode(row, skip_special_tokens=True)).strip() for row in rows)
        return tuple(prompts)

    def _read_start(self, order: PromptOrder, net: Any, reader: Any) -> list[int]:
        """The text's tokens; for none the one that begins every text. Raises CannotGenerateError for too many."""
        tokens = [int(token) for token in reader(order.text).input_ids]
        if not tokens:
            begin = reader.bos_token_id if reader.bos_token_id is not None else reader.eos_token_id
            if begin is None:
                raise CannotGenerateError(reason=f"The prompt model {order.model} needs a text to begin with.")
            tokens = [int(begin)]
        if max(tokens) >= net.config.vocab_size:
            raise ModelFileError(reason=f"The tokenizer of {self.name} does not belong to its network.")
        most = getattr(net.config, "max_position_embeddings", None)
        if most is not None and order.max_length > most:
            raise CannotGenerateError(reason=f"The prompt model {order.model} writes at most {most} tokens.")
        if len(tokens) >= order.max_length:
            raise CannotGenerateError(
                reason=f"The text has {len(tokens)} tokens; with a max_length of {order.max_length} nothing can follow."
            )
        return tokens

    def _continue(
        self,
        net: Any,
        start: list[int],
        order: PromptOrder,
        end_token: int | None,
        numbers: range,
        report: Callable[[float], None],
    ) -> list[list[int]]:
        """The tokens of the prompts with these numbers, each up to its end."""
        import torch

        from generator_server.diffusion.words.drawing import draw_tokens

        generators = [torch.Generator("cpu").manual_seed(order.seed + number) for number in numbers]
        tokens = torch.tensor([start] * len(numbers))
        news, memory = tokens, None
        has_ended = torch.zeros(len(numbers), dtype=torch.bool)
        while tokens.shape[1] < order.max_length and not bool(has_ended.all()):
            report(tokens.shape[1] / order.max_length)
            answer = net(input_ids=news.to(net.device), past_key_values=memory, use_cache=True)
            memory = answer.past_key_values
            scores = _check(answer.logits[:, -1].float().cpu(), self.name)
            news = draw_tokens(scores, tokens, order, end_token, generators)[:, None]
            tokens = torch.cat([tokens, news], dim=1)
            if end_token is not None:
                has_ended |= news[:, 0] == end_token
        return [_cut(row.tolist(), len(start), end_token) for row in tokens]


def _check(scores: Tensor, name: str) -> Tensor:
    import torch

    if not bool(torch.isfinite(scores).all()):
        raise ModelFileError(reason=f"The numbers of the prompt model {name} ran away.")
    return scores


def _cut(row: list[int], start: int, end_token: int | None) -> list[int]:
    """The row up to its end; what it drew while it waited for the longer ones is dropped."""
    return row[: row.index(end_token, start)] if end_token in row[start:] else row
