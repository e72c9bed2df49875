#!/usr/bin/env python3
"""Writes the tokenizer of a GGUF model as a Hugging Face folder: tokenizer_folder.py MODEL.gguf FOLDER

Load generators count and cut prompts with a tokenizer of their own, which they load from such a folder. Byte-level
BPE with the pre-tokenizer `qwen2` only, which is what the built-in model has. Needs nothing but Python; what it
writes is checked against the server's own tokenizer by check_tokenizer.py.
"""

import json
import pathlib
import struct
import sys

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY, CONTROL = 8, 9, 3
# The pattern by which Qwen2's tokenizer cuts text into words.
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


class Reader:
    """Reads the values of GGUF's metadata, little-endian."""

    def __init__(self, data):
        self.data, self.offset = data, 0

    def scalar(self, form):
        (value,) = struct.unpack_from("<" + form, self.data, self.offset)
        self.offset += struct.calcsize("<" + form)
        return value

    def string(self):
        length = self.scalar("Q")
        self.offset += length
        return self.data[self.offset - length : self.offset].decode()

    def value(self, kind):
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            kind, count = self.scalar("I"), self.scalar("Q")
            return [self.value(kind) for _ in range(count)]
        return self.scalar(SCALARS[kind])


def metadata(path):
    reader = Reader(pathlib.Path(path).read_bytes())
    if reader.data[:4] != b"GGUF":
        raise SystemExit(f"{path} is no GGUF file")
    reader.offset = 4
    version, _, count = reader.scalar("I"), reader.scalar("Q"), reader.scalar("Q")
    if version != 3:
        raise SystemExit(f"{path} has GGUF version {version}, not 3")
    values = {}
    for _ in range(count):
        key = reader.string()
        values[key] = reader.value(reader.scalar("I"))
    return values


def tokenizer(tokens, kinds, merges):
    """The tokenizer in the JSON form of the `tokenizers` library."""
    special = [index for index, kind in enumerate(kinds) if kind == CONTROL]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    words = {"type": "Split", "pattern": {"Regex": QWEN2}, "behavior": "Isolated", "invert": False}
    added = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": index, "content": tokens[index], **added} for index in special],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [words, byte_level]},
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": merges,
        },
    }


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    values = metadata(sys.argv[1])
    kind = values.get("tokenizer.ggml.model"), values.get("tokenizer.ggml.pre")
    if kind != ("gpt2", "qwen2"):
        raise SystemExit(f"{sys.argv[1]} has a tokenizer of the kind {kind}, not ('gpt2', 'qwen2')")
    tokens = values["tokenizer.ggml.tokens"]
    begin, end = values["tokenizer.ggml.bos_token_id"], values["tokenizer.ggml.eos_token_id"]
    context = values[values["general.architecture"] + ".context_length"]
    files = {
        "tokenizer.json": tokenizer(tokens, values["tokenizer.ggml.token_type"], values["tokenizer.ggml.merges"]),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": tokens[begin],
            "eos_token": tokens[end],
            "pad_token": tokens[begin],
            "add_bos_token": bool(values.get("tokenizer.ggml.add_bos_token", False)),
            "clean_up_tokenization_spaces": False,
            "model_max_length": context,
            "chat_template": values.get("tokenizer.chat_template"),
        },
        "config.json": {
            "model_type": "llama",
            "architectures": ["LlamaForCausalLM"],
            "vocab_size": len(tokens),
            "max_position_embeddings": context,
            "bos_token_id": begin,
            "eos_token_id": end,
        },
    }
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
