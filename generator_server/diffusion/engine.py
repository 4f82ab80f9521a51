"""The diffusion engine behind the generator's protocol. torch is loaded by `load`, in the engine's own thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from boothkit.errors import BoothError
from boothkit.logs import get_logger
from generator_server.diffusion.annotators import Annotators, open_annotators
from generator_server.diffusion.compiling import noting_compilations
from generator_server.diffusion.device_errors import CannotCompileError, translating_troubles
from generator_server.diffusion.failures import DeviceLostError, ModelFileError
from generator_server.diffusion.lora.files import AdapterShelf, scan_adapters
from generator_server.diffusion.lora.tags import Choice, choose_files, find_tag_obstacle
from generator_server.diffusion.model_shelf import Checkpoint, ControlNetFiles, HashBook, Shelf, put_first, scan_models
from generator_server.diffusion.obstacles import list_obstacles
from generator_server.diffusion.sampler_names import SAMPLERS, SCHEDULES, find_plan
from generator_server.diffusion.warm_up import list_warm_up_requests
from generator_server.diffusion.words import Words
from generator_server.engines.holding import JoinRules, Preparation
from generator_server.engines.protocol import (
    Adapter,
    GenerationRequest,
    Model,
    Output,
    Progress,
    Sampler,
    Schedule,
    Trouble,
)
from generator_server.errors import ModelNotFoundError
from generator_server.settings import DiffusionSettings
from generator_server.styles import StyleCatalog

if TYPE_CHECKING:
    from generator_server.diffusion.img2img import LoadedModel

MIB = 2**20
# How a model is loaded whose numbers have run away once.
CAREFULLY = {"compile": False, "dtype": "float32"}
UNCOMPILED = {"compile": False, "cuda_graphs": False}
_log = get_logger(__name__)


class DiffusionEngine:
    """Serves the checkpoints of one folder, one of them in memory at a time; another one is loaded when asked for."""

    name = "diffusion"

    def __init__(
        self,
        models: Path,
        settings: DiffusionSettings,
        *,
        hashes: Path | None = None,
        annotators: Annotators | None = None,
        catalog: StyleCatalog | None = None,
    ) -> None:
        self._models = models
        self._settings = settings
        self._hashes = hashes
        self.annotators = annotators or open_annotators(
            settings.annotators or models / "annotators",
            device=settings.device,
            has_openpose_licence=settings.accept_openpose_licence,
            network_bytes=settings.annotator_mib * MIB,
        )
        self.words = Words(models, settings.device, self.annotators.room)
        self.preparation = Preparation()
        self.join_rules = JoinRules()
        self._catalog = catalog
        self._shelf = Shelf()
        self._adapters = AdapterShelf()
        self._loaded: LoadedModel | None = None
        self._loaded_name = ""
        self._careful_name = ""
        self._can_compile = True

    @property
    def idle_unload_s(self) -> float | None:
        """After so long without work the weights leave the memory; None: never. Seconds."""
        return self._settings.idle_unload_s

    @property
    def has_weights(self) -> bool:
        """True while the model, or a network beside it, is in memory. Any thread; cheap."""
        return self._loaded is not None or self.annotators.room.held_bytes > 0

    @property
    def is_compiled(self) -> bool:
        """True while UNet and nets are compiled, or will be when they are first used."""
        return self._settings.compile and self._can_compile

    def list_models(self) -> tuple[Model, ...]:
        """The checkpoints, the default first; none before `load` has looked at the folder."""
        return tuple(checkpoint.model for checkpoint in self._shelf.checkpoints)

    def list_samplers(self) -> tuple[Sampler, ...]:
        """Samplers by their web-UI names."""
        return tuple(choice.sampler for choice in SAMPLERS)

    def list_schedules(self) -> tuple[Schedule, ...]:
        """Schedules by their web-UI names. Any thread; cheap."""
        return SCHEDULES

    def list_controlnets(self) -> tuple[ControlNetFiles, ...]:
        """ControlNets that units can name. Any thread; cheap."""
        return self._shelf.controlnets

    def list_adapters(self) -> tuple[Adapter, ...]:
        """LoRAs of the folder and of the style packs. Any thread; cheap."""
        return tuple(file.adapter for file in self._adapters.files)

    def refresh_adapters(self) -> None:
        """Look for LoRAs again. Any thread; reads headers only."""
        self._adapters = scan_adapters(self._models, self._catalog.list_packs() if self._catalog else ())
        for sentence in self._adapters.refused.values():
            _log.warning(sentence, action="lora.refused")

    def find_obstacle(self, request: GenerationRequest) -> str | None:
        """What is not known or not at hand here. Raises SamplerNotFoundError, which clients expect as a 404."""
        find_plan(request.sampler, request.scheduler)
        if request.hires is not None:
            find_plan(request.hires.sampler, request.hires.scheduler)
        obstacles = (
            *list_obstacles(request, is_compiled=self._settings.compile),
            *(self.find_unit_obstacle(unit.model, unit.module, request.model) for unit in request.control_units),
        )
        return next((obstacle for obstacle in obstacles if obstacle), find_tag_obstacle(request.prompt, self._adapters))

    def find_adapter_obstacle(self, path: Path) -> str | None:
        """Why the loaded model cannot wear a LoRA file; None when it can, or none is loaded. Any thread."""
        loaded = self._loaded
        return None if loaded is None else loaded.adapters.find_obstacle(path)

    def find_lora_obstacle(self, name: str) -> str | None:
        """Why a prompt cannot call this LoRA onto the default model; None when it can. Any thread; cheap."""
        return self._adapters.find_obstacle(name, self._shelf.find_misfit)

    def find_unit_obstacle(self, model: str, module: str, served: Model | None = None) -> str | None:
        """Why a unit with this net and annotator cannot hold `served`, else the default model. Any thread; cheap."""
        misfit = self._shelf.find_net_obstacle(model, served)
        if misfit is not None:
            return misfit
        obstacle = self.annotators.find_obstacle(module)
        return f"{obstacle} A ready control image can be sent with the module none." if obstacle else None

    def load(self) -> None:
        """Look at the folder, then load the default model. Raises ModelFileError."""
        shelf = scan_models(self._models, HashBook(self._hashes))
        for problem in shelf.problems:
            _log.warning(problem, action="model.refused")
        if not shelf.checkpoints:
            raise ModelFileError(reason=" ".join(shelf.problems))
        self._shelf = put_first(shelf, self._settings.default_model)
        self.refresh_adapters()
        self.join_rules = _choose_join_rules(self._settings)
        default = self._shelf.checkpoints[0]
        self._switch(default)
        if self._settings.compile:
            self._warm_up(default.model)

    def generate(
        self,
        request: GenerationRequest,
        report: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> tuple[Output, ...]:
        """One picture per seed; a picture does not depend on those made with it.

        Raises GenerationCancelledError, ModelFileError, BrokenPictureError, PictureWithheldError, DeviceFullError and
        DeviceLostError.
        """
        try:
            with translating_troubles():
                return self._generate(request, report, is_cancelled)
        except CannotCompileError as error:
            self._give_up_compiling(error)
        with translating_troubles():
            return self._generate(request, report, is_cancelled)

    def _generate(
        self, request: GenerationRequest, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> tuple[Output, ...]:
        from generator_server.diffusion.img2img import PictureMaker

        model = self._switch(self._find_checkpoint(request.model))
        choice = self.wear(request.prompt)
        with noting_compilations(self.preparation) if self.is_compiled else nullcontext():
            maker = PictureMaker(request, model, self._shelf.controlnets, self.annotators)
            pictures = maker.make(self._settings.batch_size, report, is_cancelled)
            if model.safety is not None:
                model.safety.check(pictures)
        schedule = maker.plan.schedule_label
        remarks = {"Engine": self.name, "Schedule type": schedule, "Model revision": request.model.revision}
        remarks |= choice.remarks | maker.noise_remarks
        return tuple(
            Output(picture, seed, remarks, maker.list_control_maps(number))
            for number, (picture, seed) in enumerate(zip(pictures, request.seeds, strict=True))
        )

    def wear(self, prompt: str) -> Choice:
        """Let the LoRAs that a prompt calls act on the loaded model; which they are. Raises ModelFileError."""
        choice = choose_files(prompt, self._adapters)
        if self._loaded is not None:
            self._loaded.wear(choice.files)
        return choice

    def recover(self, trouble: Trouble) -> None:
        """Let go of the model; after broken numbers it comes back uncompiled and in full precision, and stays so."""
        if trouble == "numbers":
            self._careful_name = self._loaded_name
        else:
            self.annotators.room.release_all()
        self._let_go()

    def rest(self) -> None:
        """Give the memory of the model and of all networks beside it back; the next request loads what it needs."""
        self.annotators.room.release_all()
        self._let_go()

    def _let_go(self) -> None:
        from generator_server.diffusion.loading import release_memory

        self._loaded, self._loaded_name = None, ""
        release_memory()

    def _warm_up(self, model: Model) -> None:
        """Compile what the styles will ask for, by asking for it. What becomes of the pictures does not matter."""
        packs = self._catalog.list_packs() if self._catalog else ()
        most = self.join_rules.most_pictures
        nets = [net for net in self._shelf.controlnets if not self._shelf.find_net_obstacle(net.name, model)]
        for request in list_warm_up_requests(model, self._settings, packs, nets, most):
            if not self._can_compile:
                return
            try:
                self.generate(request, lambda progress: None, lambda: False)
            except DeviceLostError:
                raise
            except BoothError as error:
                _log.warning("A warm-up picture failed.", action="engine.warm_up_failed", reason=str(error))

    def _give_up_compiling(self, error: CannotCompileError) -> None:
        """From now on models run as they are: slower, and with the same pictures."""
        _log.error("The model cannot be compiled and runs uncompiled.", action="engine.uncompiled", reason=str(error))
        self._can_compile = False
        self._let_go()

    def _find_checkpoint(self, model: Model) -> Checkpoint:
        for checkpoint in self._shelf.checkpoints:
            if checkpoint.model == model:
                return checkpoint
        raise ModelNotFoundError(model=model.name)

    def _switch(self, checkpoint: Checkpoint) -> LoadedModel:
        """The checkpoint in memory; whatever was there before is let go first."""
        if self._loaded is None or self._loaded_name != checkpoint.model.name:
            with self.preparation.under_way():
                self._let_go()
                self._loaded = self._load(checkpoint)
                self._loaded_name = checkpoint.model.name
        return self._loaded

    def _load(self, checkpoint: Checkpoint) -> LoadedModel:
        """The checkpoint, with its plan said in the log; annotators are held to what it leaves them."""
        from generator_server.diffusion.devices import choose_place
        from generator_server.diffusion.loading import load_model
        from generator_server.diffusion.memory_plan import plan_memory
        from generator_server.diffusion.safety import find_checker

        settings, room = self._choose_settings(checkpoint), self.annotators.room
        room.limit(settings.annotator_mib * MIB)
        place = choose_place(settings.device, settings.dtype)
        checker = find_checker(self._models, checkpoint.path)
        plan = plan_memory(checkpoint, checker, self._shelf.controlnets, room.planned_bytes, room.held_bytes, place)
        room.limit(plan.limit_annotators(settings.annotator_mib * MIB))
        loaded = load_model(checkpoint, self._models, settings, plan)
        loaded.adapters.make_room(self._adapters.files)
        return loaded

    def _choose_settings(self, checkpoint: Checkpoint) -> DiffusionSettings:
        if checkpoint.model.name == self._careful_name:
            return self._settings.model_copy(update=CAREFULLY)
        return self._settings if self._can_compile else self._settings.model_copy(update=UNCOMPILED)


def _choose_join_rules(settings: DiffusionSettings) -> JoinRules:
    """On a processor a batch takes as long as its pictures one by one, and its first visitor waits for the last."""
    from generator_server.diffusion.devices import choose_place

    is_wanted = settings.batch_requests == "on"
    if settings.batch_requests == "auto":
        is_wanted = choose_place(settings.device, settings.dtype).device.type == "cuda"
    return JoinRules(settings.batch_size, settings.batch_window_ms / 1000) if is_wanted else JoinRules()
