"""Makes the tokenizer and the training corpus: texts, tokenized and packed into memory-mapped files."""

import argparse
import json
import pathlib
import random
import time

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from export import SPECIAL_TOKENS
from texts import recall, short_document

VOCABULARY_SIZE = 1280
QWEN2_PATTERN = (
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
    r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def make_tokenizer(seed):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    r = random.Random(seed)
    texts = []
    for index in range(12_000):
        text = short_document(r, 1.0) if index % 4 else recall(r, 200, 1.0)
        for token in SPECIAL_TOKENS:
            text = text.replace(token, "\x00")
        texts += [part for part in text.split("\x00") if part]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=SPECIAL_TOKENS,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() != VOCABULARY_SIZE:
        raise SystemExit(f"the tokenizer has {tokenizer.get_vocab_size()} tokens, not {VOCABULARY_SIZE}")
    return tokenizer


class Encoder:
    """Turns documents into token ids and the mask of the tokens that an assistant wrote."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.start, self.end = tokenizer.token_to_id("<|im_start|>"), tokenizer.token_to_id("<|im_end|>")
        self.assistant = tokenizer.encode("assistant\n").ids

    def __call__(self, texts):
        for encoding in self.tokenizer.encode_batch(texts, add_special_tokens=False):
            ids = np.array(encoding.ids, dtype=np.uint16)
            yield ids, self.mask(ids)

    def mask(self, ids):
        mask = np.zeros(len(ids), dtype=np.uint8)
        starts, ends = np.flatnonzero(ids == self.start), np.flatnonzero(ids == self.end)
        if len(starts) == 0:
            mask[:] = 1
        for start in starts:
            content = start + 1 + len(self.assistant)
            if ids[start + 1 : content].tolist() == self.assistant:
                mask[content : ends[np.searchsorted(ends, start)] + 1] = 1
        return mask


def pack(rows, length, varied, seed, encode):
    """Yields rows of length + 1 tokens: one recall task of random size, then short documents, shuffled."""
    r = random.Random(seed)
    spare = []
    for first in range(0, rows, 64):
        count = min(64, rows - first)
        words = [int(length * r.uniform(0.15, 0.62)) if r.random() < 0.75 else 0 for _ in range(count)]
        mains = list(
            encode([recall(r, size, varied) if size else short_document(r, varied) for size in words])
        )
        for main in mains:
            parts, room = [], length + 1
            if len(main[0]) <= room:
                parts.append(main)
                room -= len(main[0])
            misses = 0
            while room > 0:
                if not spare:
                    spare = list(encode([short_document(r, varied) for _ in range(512)]))
                document = spare.pop()
                if len(document[0]) <= room or misses == 6:
                    parts.append((document[0][:room], document[1][:room]))
                    room -= len(parts[-1][0])
                else:
                    misses += 1
            tail = [parts.pop()] if misses == 6 else []
            r.shuffle(parts)
            parts += tail
            yield np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=pathlib.Path, required=True, help="folder for tokenizer.json and shards"
    )
    parser.add_argument("--seed", type=int, default=20_240_607)
    parser.add_argument(
        "--shards",
        nargs="*",
        default=[],
        metavar="NAME:LENGTH:TOKENS:VARIED",
        help="for example 256:256:8000000:0.5",
    )
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    tokenizer_path = arguments.output / "tokenizer.json"
    if not tokenizer_path.exists():
        make_tokenizer(arguments.seed).save(str(tokenizer_path))
    encode = Encoder(Tokenizer.from_file(str(tokenizer_path)))
    for specification in arguments.shards:
        shard, length, tokens, varied = specification.split(":")
        length, rows, began = int(length), int(tokens) // int(length), time.time()
        token_file = np.lib.format.open_memmap(
            arguments.output / f"{shard}.tokens.partial", "w+", np.uint16, (rows, length + 1)
        )
        mask_file = np.lib.format.open_memmap(
            arguments.output / f"{shard}.mask.partial", "w+", np.uint8, (rows, length + 1)
        )
        seed = f"{arguments.seed}/{shard}"
        answered = 0
        for row, (ids, mask) in enumerate(pack(rows, length, float(varied), seed, encode)):
            token_file[row], mask_file[row] = ids, mask
            answered += int(mask.sum())
        token_file.flush()
        mask_file.flush()
        for kind in ("tokens", "mask"):
            (arguments.output / f"{shard}.{kind}.partial").rename(arguments.output / f"{shard}.{kind}.npy")
        print(
            json.dumps(
                {
                    "shard": shard,
                    "rows": rows,
                    "length": length,
                    "answer_share": round(answered / rows / (length + 1), 3),
                    "seconds": round(time.time() - began, 1),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
