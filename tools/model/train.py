"""Trains the built-in model: an induction warm-up, then chats, stories and recall tasks of growing length."""

import argparse
import csv
import dataclasses
import os
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import texts
from llama import Llama, LlamaShape

BATCH_TOKENS = 4096
WARM_UP_BATCH_TOKENS = 2048
WARM_UP_STEPS = 300
WARM_UP_ACCURACY = 0.85
DIGIT_WEIGHT = 4.0  # of a digit in an answer: the first digit of a code is where recall is decided
READING_SHARE = 0.1  # of the tokens that no assistant wrote, how many count in the loss
ASSOCIATION_SHARE = 0.08  # of the steps, how many train recall of random token segments
AVERAGE_DECAY = 0.98  # of the running average of the weights, which is what gets exported
CURRENT_LENGTH_SHARE = 0.45  # of the other steps, how many use the stage's own length


class Shard:
    """Rows of one length, read in order; the cursor is part of a checkpoint."""

    def __init__(self, folder, name):
        self.tokens = np.load(folder / f"{name}.tokens.npy", mmap_mode="r")
        self.mask = np.load(folder / f"{name}.mask.npy", mmap_mode="r")
        self.cursor = 0

    def batch(self):
        rows = max(1, BATCH_TOKENS // (self.tokens.shape[1] - 1))
        picked = np.arange(self.cursor, self.cursor + rows) % len(self.tokens)
        self.cursor = (self.cursor + rows) % len(self.tokens)
        return torch.from_numpy(self.tokens[picked].astype(np.int64)), torch.from_numpy(self.mask[picked])


def repetitions(rng, vocabulary, batch_tokens, length):
    """Random tokens repeated until the row ends; loss counts in the repetition.

    Each row has its own period: with few periods a model learns distances
    instead of looking for the match.
    """
    rows = batch_tokens // length
    tokens = np.empty((rows, length + 1), np.int64)
    mask = np.zeros((rows, length + 1), np.float32)
    for row in range(rows):
        period = int(rng.integers(length // 4, length * 3 // 4))
        segment = random_tokens(rng, vocabulary, period, small=row % 2 == 0)
        tokens[row] = np.resize(segment, length + 1)
        mask[row, period + 2 :] = 1
    return torch.from_numpy(tokens), torch.from_numpy(mask)


def associations(rng, vocabulary, batch_tokens, length):
    """Segments of random tokens, then the same segments in another order: dense long-range recall."""
    rows = batch_tokens // length
    tokens = np.full((rows, length + 1), 2, np.int64)
    mask = np.zeros((rows, length + 1), np.float32)
    for row in range(rows):
        size = int(rng.integers(4, 17))
        count = length // (2 * size)
        segments = random_tokens(rng, vocabulary, count * size, small=row % 2 == 0).reshape(count, size)
        shuffled = segments[rng.permutation(count)]
        tokens[row, : 2 * count * size] = np.concatenate([segments, shuffled]).reshape(-1)
        answer = np.zeros((count, size), np.float32)
        answer[:, 2:] = 1
        mask[row, count * size : 2 * count * size] = answer.reshape(-1)
    return torch.from_numpy(tokens), torch.from_numpy(mask)


def random_tokens(rng, vocabulary, count, small):
    """Random ordinary tokens; a small alphabet makes one preceding token too little to find the place."""
    if small:
        return rng.choice(rng.integers(3, vocabulary, max(8, count // 3)), count)
    return rng.integers(3, vocabulary, count)


def weighted_loss(model, tokens, weights):
    """Mean cross-entropy of the tokens by their weights, computing logits only where a weight is not zero."""
    weights = weights[:, 1:]
    counted = weights > 0
    with torch.autocast("cpu", torch.bfloat16):
        states = model.hidden(tokens[:, :-1], dtype=torch.bfloat16)
        logits = model.logits(states[counted])
    losses = F.cross_entropy(logits.float(), tokens[:, 1:][counted], reduction="none")
    return (losses * weights[counted]).sum() / weights.sum()


@torch.no_grad()
def copying_accuracy(model, rng, vocabulary):
    model.eval()
    tokens, mask = associations(rng, vocabulary, 2048, 128)
    right = model(tokens[:, :-1]).argmax(-1) == tokens[:, 1:]
    model.train()
    return right[mask[:, 1:] > 0].float().mean().item()


@torch.no_grad()
def recall_accuracy(model, tokenizer, length, count):
    """Exact answers on held-out keys: right under teacher forcing at every token is right when greedy."""
    model.eval()
    r, right = random.Random(length), 0
    for _ in range(count):
        prompt, answer = texts.retrieval_task(r, length)
        head = texts.turn("user", prompt) + "<|im_start|>assistant\n"
        ids = tokenizer.encode(head + answer + "<|im_end|>").ids
        first = len(tokenizer.encode(head).ids)
        states = model.hidden(torch.tensor([ids[:-1]]))[0, first - 1 :]
        right += bool((model.logits(states).argmax(-1) == torch.tensor(ids[first:])).all())
    return right / count


class Training:
    """Model, optimizers and position: all that a checkpoint holds."""

    def __init__(self, arguments, tokenizer):
        self.arguments, self.tokenizer = arguments, tokenizer
        self.shape = LlamaShape(vocabulary=tokenizer.get_vocab_size())
        torch.manual_seed(arguments.seed)
        self.model = Llama(self.shape).train()
        self.model.initialize()
        matrices = [p for n, p in self.model.named_parameters() if p.ndim == 2 and "embed" not in n]
        others = [p for n, p in self.model.named_parameters() if p.ndim != 2 or "embed" in n]
        self.average = {name: weight.clone() for name, weight in self.model.state_dict().items()}
        self.optimizers = [
            torch.optim.Muon(matrices, lr=1.0, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=1.0, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.progress = {"step": 0, "tokens": 0, "seconds": 0.0, "warm": False, "cursors": {}}
        self.rng = np.random.default_rng(arguments.seed)
        self.digits = torch.tensor([tokenizer.token_to_id(digit) for digit in "0123456789"])
        self.last_save = self.last_tick = time.time()
        self.shards = {}
        self.recent = {}

    def save(self):
        self.progress["cursors"] = {name: shard.cursor for name, shard in self.shards.items()}
        checkpoint = {
            "shape": dataclasses.asdict(self.shape),
            "model": self.model.state_dict(),
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": self.progress,
            "rng": self.rng.bit_generator.state,
            "torch_rng": torch.get_rng_state(),
        }
        partial = self.arguments.run / "checkpoint.partial"
        torch.save(checkpoint, partial)
        os.replace(partial, self.arguments.run / "checkpoint.pt")
        self.last_save = time.time()

    def resume(self):
        checkpoint = torch.load(self.arguments.run / "checkpoint.pt", weights_only=True)
        self.model.load_state_dict(checkpoint["model"])
        self.average = checkpoint["average"]
        for optimizer, state in zip(self.optimizers, checkpoint["optimizers"]):
            optimizer.load_state_dict(state)
        self.progress = checkpoint["progress"]
        self.rng.bit_generator.state = checkpoint["rng"]
        torch.set_rng_state(checkpoint["torch_rng"])

    def shard(self, length):
        name = str(length)
        if name not in self.shards:
            while not (self.arguments.data / f"{name}.mask.npy").exists():
                print(f"waiting for shard {name}", flush=True)
                time.sleep(10)
            self.shards[name] = Shard(self.arguments.data, name)
            self.shards[name].cursor = self.progress["cursors"].get(name, 0)
        return self.shards[name]

    def weights(self, tokens, mask):
        """1 in answers, more for their digits; elsewhere 1 for a random share, but never for digits,
        which nothing predicts there."""
        digits = torch.isin(tokens, self.digits)
        reading = (torch.rand(mask.shape) < READING_SHARE) & ~digits
        return torch.where(mask.bool(), 1 + (DIGIT_WEIGHT - 1) * digits.float(), reading.float())

    def update(self, tokens, weights, rate):
        loss = weighted_loss(self.model, tokens, weights)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
            for group in optimizer.param_groups:
                group["lr"] = rate
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        for name, weight in self.model.state_dict().items():
            self.average[name].lerp_(weight, 1 - AVERAGE_DECAY)
        now = time.time()
        self.progress["step"] += 1
        self.progress["tokens"] += tokens.shape[0] * (tokens.shape[1] - 1)
        self.progress["seconds"] += now - self.last_tick
        self.last_tick = now
        if now - self.last_save > self.arguments.save_seconds:
            self.save()
        return loss.item()

    def log(self, phase, length, loss, accuracy=""):
        path = self.arguments.run / "loss.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(["step", "tokens", "seconds", "phase", "length", "loss", "recall"])
            writer.writerow(
                [
                    self.progress["step"],
                    self.progress["tokens"],
                    round(self.progress["seconds"], 1),
                    phase,
                    length,
                    f"{loss:.4f}",
                    accuracy,
                ]
            )

    def warm_up(self):
        """Teaches copying, the skill that recall needs and that does not appear by itself in time."""
        vocabulary, accuracy = self.shape.vocabulary, 0.0
        while self.progress["step"] < WARM_UP_STEPS and accuracy < WARM_UP_ACCURACY:
            step = self.progress["step"]
            length = int(self.rng.integers(16, 65 if step < 500 else 257))
            task = repetitions if self.rng.random() < 0.5 else associations
            batch = task(self.rng, vocabulary, WARM_UP_BATCH_TOKENS, length)
            loss = self.update(*batch, self.arguments.rate * min(1, (step + 1) / 100))
            if step % 20 == 19:
                self.log("warm-up", length, loss)
            if step % 100 == 99:
                accuracy = copying_accuracy(self.model, self.rng, vocabulary)
                self.report(f"warm-up {task.__name__} of {length} loss {loss:.3f} copying {accuracy:.2f}")
                self.last_tick = time.time()
        self.progress["warm"] = True
        self.progress["warm_tokens"] = self.progress["tokens"]

    def report(self, text):
        p = self.progress
        print(f"{p['seconds'] / 60:.1f} min step {p['step']} {p['tokens'] / 1e6:.2f}M {text}", flush=True)

    def main_stages(self):
        ends, total = [], 0
        for length, tokens in self.arguments.stages:
            total += tokens
            ends.append((total, length))
        lengths = sorted(length for _, length in ends)
        last_evaluation, began, began_tokens = (
            time.time(),
            self.progress["seconds"],
            self.progress["tokens"],
        )
        while (done := self.progress["tokens"] - self.progress["warm_tokens"]) < total:
            stage = next(length for end, length in ends if done < end)
            rate = self.arguments.rate * min(1.0, 0.02 + 0.98 * (total - done) / self.arguments.decay)
            if self.rng.random() < ASSOCIATION_SHARE:
                length, phase = stage, "associations"
                tokens, weights = associations(self.rng, self.shape.vocabulary, BATCH_TOKENS, length)
            else:
                shorter = [length for length in lengths if length < stage]
                own = not shorter or self.rng.random() < CURRENT_LENGTH_SHARE
                length, phase = stage if own else int(self.rng.choice(shorter)), "main"
                tokens, mask = self.shard(length).batch()
                weights = self.weights(tokens, mask)
            loss = self.update(tokens, weights, rate)
            self.recent.setdefault((phase, length), []).append(loss)
            if self.progress["step"] % 50 == 0:
                speed = (self.progress["tokens"] - began_tokens) / (self.progress["seconds"] - began)
                parts = []
                for (kind, size), losses in sorted(self.recent.items()):
                    self.log(kind, size, sum(losses) / len(losses))
                    parts.append(f"{kind[0]}{size}:{sum(losses) / len(losses):.3f}")
                self.recent = {}
                self.report(f"stage {stage} lr {rate:.2e} {speed:.0f} tok/s " + " ".join(parts))
            if time.time() - last_evaluation > self.arguments.evaluate_seconds:
                self.evaluate(stage)
                last_evaluation = time.time()
        self.save()

    def evaluate(self, stage):
        scores = []
        averaged = Llama(self.shape)
        averaged.load_state_dict(self.average)
        for length, count in ((128, 24), (512, 16), (1024, 12), (3072, 8)):
            if length <= 2 * stage:
                accuracy = recall_accuracy(averaged, self.tokenizer, length, count)
                scores.append(f"{length}:{accuracy:.2f}")
        self.report("recall " + " ".join(scores))
        self.log("recall", stage, float("nan"), " ".join(scores))
        self.last_tick = time.time()


def stage(text):
    length, tokens = text.split(":")
    return int(length), int(float(tokens) * 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder written by corpus.py")
    parser.add_argument(
        "--run", type=pathlib.Path, required=True, help="folder for checkpoint and loss curve"
    )
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--seed", type=int, default=20_240_607)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument(
        "--stages",
        type=stage,
        nargs="+",
        metavar="LENGTH:MEGATOKENS",
        default=[stage(s) for s in ("128:0.6", "256:0.8", "512:0.8", "1024:1.4", "2048:0.9", "4096:3.7")],
    )
    parser.add_argument(
        "--decay", type=float, default=2e6, help="tokens over which the rate falls at the end"
    )
    parser.add_argument("--save-seconds", type=float, default=180)
    parser.add_argument("--evaluate-seconds", type=float, default=240)
    parser.add_argument("--no-compile", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    arguments.run.mkdir(parents=True, exist_ok=True)
    training = Training(arguments, Tokenizer.from_file(str(arguments.data / "tokenizer.json")))
    if arguments.resume:
        training.resume()
    if not arguments.no_compile:
        training.model.compile()
    parameters = sum(p.numel() for p in training.model.parameters())
    print(f"{parameters:,} parameters, {training.shape}", flush=True)
    if not training.progress["warm"]:
        training.warm_up()
        training.save()
    training.main_stages()


if __name__ == "__main__":
    main()
