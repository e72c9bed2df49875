"""Writes the golden files that hold the engine to Hugging Face transformers in float32.

`tiny` makes a small random model (GGUF, F32) and its logits; `builtin` makes logits of the built-in model
with its Q8_0 weights dequantized, so that both sides compute with the same numbers.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from gguf import GGMLQuantizationType, GGUFReader

sys.path.insert(0, str(pathlib.Path(__file__).parent / "model"))

from export import SPECIAL_TOKENS, read_gguf_state, write_gguf  # noqa: E402
from llama import LlamaShape  # noqa: E402

TINY_SEED = 20_240_607
TINY_LENGTHS = [1, 2, 7, 16, 17, 33, 100]
BUILTIN_PROMPTS = [
    "<|im_start|>user\nTell me a story about a fox.<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nHello! What can you do?<|im_end|>\n<|im_start|>assistant\nI can tell",
    "<|im_start|>user\n"
    + "Anna walked to the old bridge. Ben had a green kite. " * 8
    + "The code of the blue harbour is 4821. "
    + "A fox sat near the quiet library. It was a windy day. " * 6
    + "What is the code of the blue harbour?<|im_end|>\n<|im_start|>assistant\nThe code of the blue harbour is ",
]


def byte_alphabet():
    """The 256 printable characters that stand for bytes in byte-level vocabularies, in byte order."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = iter(range(256, 512))
    return [chr(byte if byte in kept else next(extra)) for byte in range(256)]


def load(shape, state, tied):
    config = transformers.LlamaConfig(**shape.huggingface_config(tie_word_embeddings=tied))
    config._attn_implementation = "eager"
    model = transformers.LlamaForCausalLM(config).float().eval()
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or set(missing) - ({"lm_head.weight"} if tied else set()):
        raise SystemExit(f"weights do not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model


def record(model, tokens, every_argmax):
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0].float()
    entry = {"tokens": tokens, "lastLogits": [float(f"{value:.9g}") for value in logits[-1].tolist()]}
    if every_argmax:
        top = logits.topk(2, -1).values
        entry["argmax"] = logits.argmax(-1).tolist()
        entry["smallestArgmaxMargin"] = float((top[:, 0] - top[:, 1]).min())
    return entry


def tiny_state(shape, generator):
    """Random weights, large enough that attention is peaked and logits differ clearly."""

    def normal(rows, columns, gain=1.0):
        return torch.randn(rows, columns, generator=generator) * gain * columns**-0.5

    state = {
        "model.embed_tokens.weight": torch.randn(shape.vocabulary, shape.width, generator=generator),
        "model.norm.weight": 1 + 0.2 * torch.randn(shape.width, generator=generator),
        "lm_head.weight": normal(shape.vocabulary, shape.width, 2.0),
    }
    query, kv = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    for layer in range(shape.layers):
        prefix = f"model.layers.{layer}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            state[f"{prefix}{norm}.weight"] = 1 + 0.2 * torch.randn(shape.width, generator=generator)
        state[f"{prefix}self_attn.q_proj.weight"] = normal(query, shape.width, 1.5)
        state[f"{prefix}self_attn.k_proj.weight"] = normal(kv, shape.width, 1.5)
        state[f"{prefix}self_attn.v_proj.weight"] = normal(kv, shape.width)
        state[f"{prefix}self_attn.o_proj.weight"] = normal(shape.width, query)
        state[f"{prefix}mlp.gate_proj.weight"] = normal(shape.ffn_width, shape.width)
        state[f"{prefix}mlp.up_proj.weight"] = normal(shape.ffn_width, shape.width)
        state[f"{prefix}mlp.down_proj.weight"] = normal(shape.width, shape.ffn_width)
    return state


def write_tiny(folder):
    merges = ["h e", "t he"]
    tokens = SPECIAL_TOKENS + byte_alphabet() + [merge.replace(" ", "") for merge in merges]
    shape = LlamaShape(
        vocabulary=len(tokens),
        width=64,
        layers=2,
        heads=4,
        kv_heads=2,
        head_dim=32,
        ffn_width=128,
        context=512,
        rope_base=10_000.0,
        rms_epsilon=1e-5,
    )
    generator = torch.Generator().manual_seed(TINY_SEED)
    state = tiny_state(shape, generator)
    path = folder / "tiny-llama-f32.gguf"
    vocabulary = {"tokens": tokens, "merges": merges, "special": set(SPECIAL_TOKENS)}
    arrays = {name: weight.numpy() for name, weight in state.items()}
    write_gguf(path, "tiny-llama", shape, arrays, vocabulary, GGMLQuantizationType.F32)
    model = load(shape, read_gguf_state(path, shape), tied=False)
    sequences = [
        torch.randint(0, len(tokens), (length,), generator=generator).tolist() for length in TINY_LENGTHS
    ]
    document = {
        "model": path.name,
        "source": f"Hugging Face transformers {transformers.__version__}, float32, eager attention",
        "seed": TINY_SEED,
        "sequences": [record(model, sequence, every_argmax=True) for sequence in sequences],
    }
    write_json(folder / "tiny-llama-logits.json", document)


def shape_of(path):
    """The sizes that a GGUF file of architecture `llama` states."""
    reader = GGUFReader(path)

    def value(key):
        return reader.fields[key].contents()

    return LlamaShape(
        vocabulary=value("llama.vocab_size"),
        width=value("llama.embedding_length"),
        layers=value("llama.block_count"),
        heads=value("llama.attention.head_count"),
        kv_heads=value("llama.attention.head_count_kv"),
        head_dim=value("llama.attention.key_length"),
        ffn_width=value("llama.feed_forward_length"),
        context=value("llama.context_length"),
        rope_base=value("llama.rope.freq_base"),
        rms_epsilon=float(
            np.format_float_positional(
                np.float32(value("llama.attention.layer_norm_rms_epsilon")), unique=True
            )
        ),
    )


def write_builtin(folder, model_path, tokenizer_path):
    from tokenizers import Tokenizer

    shape = shape_of(model_path)
    model = load(shape, read_gguf_state(model_path, shape), tied=True)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    entries = []
    for prompt in BUILTIN_PROMPTS:
        tokens = tokenizer.encode(prompt, add_special_tokens=False).ids
        entries.append({"prompt": prompt, **record(model, tokens, every_argmax=False)})
    document = {
        "model": pathlib.Path(model_path).name,
        "source": f"Hugging Face transformers {transformers.__version__}, float32, dequantized Q8_0 weights",
        "sequences": entries,
    }
    write_json(folder / "builtin-logits.json", document)


def write_json(path, document):
    path.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n")
    print(f"{path}: {path.stat().st_size:,} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["tiny", "builtin"])
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("Tests/EngineTests/Golden"))
    parser.add_argument("--model", default="models/baton-tiny-q8_0.gguf")
    parser.add_argument("--tokenizer", help="tokenizer.json of the built-in model (builtin only)")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    if arguments.which == "tiny":
        write_tiny(arguments.output)
    else:
        if not arguments.tokenizer:
            parser.error("builtin needs --tokenizer")
        write_builtin(arguments.output, arguments.model, arguments.tokenizer)


if __name__ == "__main__":
    main()
