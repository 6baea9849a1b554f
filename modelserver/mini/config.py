"""The sizes of Kimi mini and the settings of a training run."""

from dataclasses import dataclass, field

PATCH = 14  # side of a vision patch, pixels
MERGE = 2  # patches merged into one vision token, per side
IMAGE_HEIGHT, IMAGE_WIDTH = 308, 224  # what a 616×448 mockup is scaled to
SEQUENCE = 1024  # positions the rotary tables cover during training


@dataclass(frozen=True)
class VisionConfig:
    """MoonViT's sizes. The position grid covers one mockup exactly: nothing is interpolated."""

    hidden_size: int = 128
    intermediate_size: int = 384
    num_hidden_layers: int = 2
    num_attention_heads: int = 4
    grid_height: int = IMAGE_HEIGHT // PATCH
    grid_width: int = IMAGE_WIDTH // PATCH

    @property
    def tokens(self) -> int:
        """Vision tokens of one mockup after the 2×2 merge."""
        return self.grid_height * self.grid_width // MERGE**2


@dataclass(frozen=True)
class Config:
    """The text model's sizes, in the names of K2.5's `text_config`."""

    vocab_size: int
    media_token: int  # the id that vision features replace
    vision: VisionConfig = field(default_factory=VisionConfig)
    hidden_size: int = 256
    intermediate_size: int = 512
    moe_intermediate_size: int = 128
    num_hidden_layers: int = 4  # the first is dense
    num_attention_heads: int = 4
    n_routed_experts: int = 8
    num_experts_per_tok: int = 2
    routed_scaling_factor: float = 2.0
    q_lora_rank: int = 128
    kv_lora_rank: int = 512
    qk_nope_head_dim: int = 32
    qk_rope_head_dim: int = 64
    v_head_dim: int = 32
    rms_norm_eps: float = 1e-5
    rope_theta: float = 50000.0
    rope_factor: float = 2.0  # yarn
    rope_original: int = 2048


def sizes(device: str, vocab_size: int, media_token: int) -> Config:
    """`cpu`: trains in about an hour on two cores; `cuda`: the real setting, for one GPU."""
    if device == "cpu":
        return Config(vocab_size, media_token)
    vision = VisionConfig(hidden_size=256, intermediate_size=768, num_hidden_layers=4)
    return Config(
        vocab_size,
        media_token,
        vision,
        hidden_size=384,
        intermediate_size=1024,
        moe_intermediate_size=192,
        num_hidden_layers=6,
        num_attention_heads=6,
        q_lora_rank=192,
    )


@dataclass(frozen=True)
class Settings:
    """How a run learns. Fractions are of the training time, so a schedule ends on the clock."""

    minutes: float
    batch: int = 12  # samples per process
    processes: int = 2
    device: str = "cpu"
    seed: int = 0
    learning_rate: float = 2e-3
    floor: float = 0.03  # the cosine ends at this share of the learning rate
    warmup_steps: int = 120
    weight_decay: float = 0.05
    clip: float = 1.0
    attribute_weight: float = 3.0  # of a style token in the loss
    auxiliary_weight: float = 0.5
    simple_until: float = 0.2  # only simple pages before this fraction
    quantise_from: float = 0.75  # INT4 fake quantisation of the experts after this fraction
    balance_rate: float = 3e-3  # step of the router's balancing bias
    validation_samples: int = 64
    validation_minutes: float = 4.0
    checkpoint_minutes: float = 3.0
