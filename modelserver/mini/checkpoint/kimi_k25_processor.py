"""Text and images of one prompt as model inputs. A checkpoint carries this file."""

from collections.abc import Sequence
from typing import Any

from transformers.feature_extraction_utils import BatchFeature
from transformers.processing_utils import ProcessorMixin


class KimiK25Processor(ProcessorMixin):  # type: ignore[misc]
    """SGLang puts one `<|media_pad|>` per vision token into the text before it calls this."""

    attributes = ("image_processor", "tokenizer")
    image_processor_class = "AutoImageProcessor"
    tokenizer_class = "AutoTokenizer"

    def __init__(
        self, image_processor: Any = None, tokenizer: Any = None, chat_template: str | None = None
    ) -> None:
        super().__init__(image_processor, tokenizer, chat_template=chat_template)
        self.media_processor = image_processor
        self.image_token = "<|media_pad|>"  # noqa: S105 - a word of the vocabulary

    def __call__(
        self,
        text: str | list[str],
        medias: Sequence[dict[str, Any]] = (),
        return_tensors: str = "pt",
        **_: Any,
    ) -> BatchFeature:
        inputs = dict(self.tokenizer(text, return_tensors=return_tensors))
        if medias:
            inputs.update(self.media_processor.preprocess(medias))
        return BatchFeature(inputs, tensor_type=None)
