"""Exports a checkpoint to a Hugging Face folder and to GGUF (F32 and Q8_0)."""

import argparse
import csv
import json
import math
import os
import pathlib

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType

SPECIAL_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
LAYER_TENSORS = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}


def interleave_heads(weight, heads):
    """Reorders rows from Hugging Face's RoPE pairs (i, i + d/2) to GGUF's pairs (2i, 2i + 1)."""
    rows, columns = weight.shape
    split = weight.reshape(heads, 2, rows // heads // 2, columns)
    return split.swapaxes(1, 2).reshape(rows, columns)


def separate_heads(weight, heads):
    """The inverse of `interleave_heads`."""
    rows, columns = weight.shape
    split = weight.reshape(heads, rows // heads // 2, 2, columns)
    return split.swapaxes(1, 2).reshape(rows, columns)


def gguf_tensors(state, shape):
    """Yields (GGUF name, array in GGUF row order) of every tensor that the file stores."""
    yield "token_embd.weight", state["model.embed_tokens.weight"]
    yield "output_norm.weight", state["model.norm.weight"]
    if "lm_head.weight" in state:
        yield "output.weight", state["lm_head.weight"]
    for layer in range(shape.layers):
        for source, target in LAYER_TENSORS.items():
            array = state[f"model.layers.{layer}.{source}"]
            if "q_proj" in source:
                array = interleave_heads(array, shape.heads)
            elif "k_proj" in source:
                array = interleave_heads(array, shape.kv_heads)
            yield f"blk.{layer}.{target}", array


def write_gguf(path, name, shape, state, vocabulary, quantization):
    """Writes one GGUF file, whole or not at all. `state` maps Hugging Face names to float32 arrays.

    `vocabulary` has `tokens` (list of str, byte-level alphabet), `merges` (list of "a b") and `special`
    (set of token strings). One-dimensional tensors stay F32.
    """
    path = pathlib.Path(path)
    partial = path.with_name(path.name + ".partial")
    writer = GGUFWriter(partial, "llama")
    writer.add_name(name)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn_width)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_dim)
    writer.add_value_length(shape.head_dim)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_rope_dimension_count(shape.head_dim)
    writer.add_layer_norm_rms_eps(shape.rms_epsilon)
    writer.add_vocab_size(shape.vocabulary)
    is_float = quantization == GGMLQuantizationType.F32
    writer.add_file_type(LlamaFileType.ALL_F32 if is_float else LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_vocabulary(writer, vocabulary)
    for tensor_name, array in gguf_tensors(state, shape):
        array = np.ascontiguousarray(array, dtype=np.float32)
        if is_float or array.ndim == 1:
            writer.add_tensor(tensor_name, array)
        else:
            packed = gguf.quants.quantize(array, quantization)
            writer.add_tensor(tensor_name, packed, raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, path)


def add_vocabulary(writer, vocabulary):
    types = [
        gguf.TokenType.CONTROL if token in vocabulary["special"] else gguf.TokenType.NORMAL
        for token in vocabulary["tokens"]
    ]
    ids = {token: index for index, token in enumerate(vocabulary["tokens"])}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(vocabulary["tokens"])
    writer.add_token_types(types)
    writer.add_token_merges(vocabulary["merges"])
    writer.add_bos_token_id(ids["<|endoftext|>"])
    writer.add_eos_token_id(ids["<|im_end|>"])
    writer.add_pad_token_id(ids["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def read_gguf_state(path, shape):
    """The Hugging Face state of a GGUF file, dequantized to float32: what an engine computes with."""
    names = {
        "token_embd.weight": "model.embed_tokens.weight",
        "output_norm.weight": "model.norm.weight",
        "output.weight": "lm_head.weight",
    }
    for layer in range(shape.layers):
        for source, target in LAYER_TENSORS.items():
            names[f"blk.{layer}.{target}"] = f"model.layers.{layer}.{source}"
    state = {}
    for tensor in gguf.GGUFReader(path).tensors:
        array = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        array = array.reshape([int(size) for size in reversed(tensor.shape)])
        if "attn_q" in tensor.name:
            array = separate_heads(array, shape.heads)
        elif "attn_k." in tensor.name:
            array = separate_heads(array, shape.kv_heads)
        state[names[tensor.name]] = torch.from_numpy(array.copy())
    return state


def read_vocabulary(tokenizer_path):
    """Tokens in id order, merges and special tokens of a `tokenizers` JSON file."""
    data = json.loads(pathlib.Path(tokenizer_path).read_text())
    ids = dict(data["model"]["vocab"])
    special = set()
    for added in data["added_tokens"]:
        ids[added["content"]] = added["id"]
        special.add(added["content"])
    tokens = sorted(ids, key=ids.get)
    if [ids[token] for token in tokens] != list(range(len(tokens))):
        raise SystemExit(f"{tokenizer_path}: token ids are not 0 to {len(tokens) - 1} without gaps")
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in data["model"]["merges"]]
    return {"tokens": tokens, "merges": merges, "special": special}


def write_huggingface(folder, shape, state, tokenizer_path):
    """Writes config, safetensors weights and tokenizer that `transformers` loads without further help."""
    import transformers

    folder = pathlib.Path(folder)
    config = transformers.LlamaConfig(
        **shape.huggingface_config(tie_word_embeddings=True, bos_token_id=0, eos_token_id=2, pad_token_id=0)
    )
    model = transformers.LlamaForCausalLM(config)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise SystemExit(f"the checkpoint does not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    model.save_pretrained(folder)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer_path),
        bos_token="<|endoftext|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)


def thin_curve(source, target, rows=500):
    """Copies a loss curve with at most `rows` rows, evenly spaced; rows with a measured recall all stay."""
    with open(source, newline="") as file:
        header, *read = csv.reader(file)
    lines = list(
        {(line[0], *line[3:5]): line for line in read}.values()
    )  # A resumed run repeats some steps.
    measured = [line for line in lines if line[-1]]
    others = [line for line in lines if not line[-1]]
    step = max(1, math.ceil(len(others) / max(1, rows - len(measured))))
    kept = sorted(measured + others[::step], key=lambda line: (int(line[0]), line[3:5]))
    with open(target, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *kept])


def main():
    from llama import LlamaShape

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True, help="checkpoint written by train.py")
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json written by corpus.py")
    parser.add_argument("--name", default="baton-tiny")
    parser.add_argument("--hf", help="folder for the Hugging Face model")
    parser.add_argument("--f32", help="path of the F32 GGUF file")
    parser.add_argument("--q8", help="path of the Q8_0 GGUF file")
    parser.add_argument(
        "--curve", nargs=2, metavar=("LOSS_CSV", "TARGET"), help="also copy a thinned loss curve"
    )
    arguments = parser.parse_args()
    checkpoint = torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)
    shape = LlamaShape(**checkpoint["shape"])
    vocabulary = read_vocabulary(arguments.tokenizer)
    if len(vocabulary["tokens"]) != shape.vocabulary:
        raise SystemExit(f"{len(vocabulary['tokens'])} tokens, but the model has {shape.vocabulary} rows")
    state = {name: weight.float() for name, weight in checkpoint["average"].items()}
    arrays = {name: weight.numpy() for name, weight in state.items()}
    if arguments.hf:
        write_huggingface(arguments.hf, shape, state, arguments.tokenizer)
    for path, kind in (
        (arguments.f32, GGMLQuantizationType.F32),
        (arguments.q8, GGMLQuantizationType.Q8_0),
    ):
        if path:
            write_gguf(path, arguments.name, shape, arrays, vocabulary, kind)
            print(f"{path}: {os.path.getsize(path):,} bytes")
    if arguments.curve:
        thin_curve(*arguments.curve)


if __name__ == "__main__":
    main()
