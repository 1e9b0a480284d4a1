"""What other roles ask of this process (api/internal)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testgen_runtime.parts.index import Index, there
from testgen_runtime.parts.model import Model

if TYPE_CHECKING:
    from testgen_runtime.generation.model import Writer


class Inside:
    """The parts of this process that other roles ask for (api/internal)."""

    def __init__(self, index: Index, model: Model) -> None:
        self.vectors, self.embedder, self.graph = index.vectors, index.embedder, index.graph
        self.close_account = model.close_account
        self._model = model

    def writer(self) -> Writer:
        """The model behind the gateway. Raises: Unavailable."""
        return there(self._model.writer, "a model")
