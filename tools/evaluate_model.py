"""Measures the built-in model: recall by prompt length, memory over several turns, and sample answers.

Asks either the Hugging Face export directly (`--hf FOLDER`) or a running server through the OpenAI API
(`--url http://127.0.0.1:PORT`), so that what is measured is what is served. Same seed, same questions.
"""

import argparse
import json
import pathlib
import random
import re
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent / "model"))

import texts  # noqa: E402

STATEMENT = re.compile(r"The code of the (\w+) (\w+) is")
LENGTHS = [128, 512, 1024, 2048, 3072]
SAMPLES = [
    "Hello!",
    "What can you do?",
    "Who are you?",
    "Tell me a story about a fox.",
    "Tell me a story about a dragon named Wilma.",
    "Repeat: the silver key is under the old lamp",
]


class ServedModel:
    """A server that speaks the OpenAI API; `prompt_tokens` is the length of the last prompt."""

    def __init__(self, url, model, timeout):
        self.endpoint = url.rstrip("/") + "/v1/chat/completions"
        self.model, self.timeout = model, timeout
        self.prompt_tokens = 0

    def answer(self, messages, max_tokens, temperature=0.0, seed=0):
        body = {
            "model": self.model,
            "messages": messages,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "seed": seed,
        }
        request = urllib.request.Request(
            self.endpoint, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                document = json.load(response)
        except urllib.error.HTTPError as error:
            raise SystemExit(
                f"{self.endpoint} answered {error.code}: {error.read().decode(errors='replace')}"
            ) from error
        except urllib.error.URLError as error:
            raise SystemExit(f"{self.endpoint} does not answer: {error.reason}") from error
        self.prompt_tokens = document["usage"]["prompt_tokens"]
        return document["choices"][0]["message"]["content"]


class LocalModel:
    """The Hugging Face export, run here in float32; `prompt_tokens` is the length of the last prompt."""

    def __init__(self, folder):
        import torch
        import transformers

        self.torch = torch
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self.prompt_tokens = 0

    def answer(self, messages, max_tokens, temperature=0.0, seed=0):
        text = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        tokens = self.tokenizer(text, return_tensors="pt", add_special_tokens=False)
        self.prompt_tokens = tokens["input_ids"].shape[1]
        self.torch.manual_seed(seed)
        sampling = (
            {"do_sample": True, "temperature": temperature, "top_k": 0}
            if temperature
            else {"do_sample": False}
        )
        output = self.model.generate(**tokens, max_new_tokens=max_tokens, pad_token_id=0, **sampling)
        return self.tokenizer.decode(output[0, tokens["input_ids"].shape[1] :], skip_special_tokens=True)


def measure_recall(model, lengths, count, facts, seed):
    """Exact match of the whole answer and of the code alone, by prompt length; depths are spread evenly."""
    rows = []
    for length in lengths:
        r = random.Random(f"{seed}/{length}")
        exact = right_code = tokens = similar = similar_exact = 0
        misses, began = [], time.time()
        for index in range(count):
            depth = (index + 0.5) / count
            prompt, expected = texts.retrieval_task(r, length, facts, depth)
            said = model.answer([{"role": "user", "content": prompt}], 40).strip()
            tokens += model.prompt_tokens
            exact += said == expected
            if shares_a_word(prompt, expected):
                similar += 1
                similar_exact += said == expected
            right_code += expected.split()[-1].rstrip(".") in said
            if said != expected:
                misses.append({"depth": round(depth, 2), "expected": expected, "said": said})
        rows.append(
            {
                "length": length,
                "meanPromptTokens": tokens // count,
                "prompts": count,
                "exact": exact / count,
                "similarKeys": similar,
                "exactSimilarKeys": similar_exact / similar if similar else None,
                "exactDistinctKeys": (exact - similar_exact) / (count - similar) if similar < count else None,
                "codeRight": right_code / count,
                "seconds": round(time.time() - began, 1),
                "misses": misses[:5],
            }
        )
        print(
            f"recall {length:>5} tokens: exact {exact / count:6.1%}  code {right_code / count:6.1%}",
            file=sys.stderr,
            flush=True,
        )
    return rows


def shares_a_word(prompt, expected):
    """Whether another planted key has a word of the asked one: "the dusty quarry" beside "the sleek quarry"."""
    asked = STATEMENT.search(expected).groups()
    keys = {match.groups() for match in STATEMENT.finditer(prompt)} - {asked}
    return any(adjective == asked[0] or noun == asked[1] for adjective, noun in keys)


def measure_memory(model, count, seed):
    """Tells a name, a place and a code in separate turns, talks of something else, then asks for each."""
    r, right, asked, misses = random.Random(f"{seed}/memory"), 0, 0, []
    for _ in range(count):
        name, city = r.choice(texts.HELD_OUT["names"]), texts.invented(r).capitalize()
        where, number = (
            f"{r.choice(texts.HELD_OUT['adjectives'])} {r.choice(texts.HELD_OUT['nouns'])}",
            texts.code(r),
        )
        history = []
        for said in (
            f"My name is {name}.",
            f"I live in {city}.",
            f"The code of the {where} is {number}.",
            "How are you?",
        ):
            history.append({"role": "user", "content": said})
            history.append({"role": "assistant", "content": model.answer(history, 60)})
        questions = [
            ("What is my name?", name),
            ("Where do I live?", city),
            (f"What is the code of the {where}?", number),
        ]
        for question, value in questions:
            history.append({"role": "user", "content": question})
            answer = model.answer(history, 40)
            history.append({"role": "assistant", "content": answer})
            asked += 1
            if value in answer:
                right += 1
            else:
                misses.append({"question": question, "expected": value, "said": answer})
    return {
        "conversations": count,
        "questions": asked,
        "right": right / asked if asked else None,
        "misses": misses[:5],
    }


def print_table(report):
    print("| prompt tokens | prompts | exact match | distinct keys | keys sharing a word |\n|---|---|---|---|---|")
    for row in report["recall"]:
        shares = [row["exact"], row["exactDistinctKeys"], row["exactSimilarKeys"]]
        cells = [row["meanPromptTokens"], row["prompts"], *("–" if s is None else f"{s:.1%}" for s in shares)]
        print("| " + " | ".join(str(cell) for cell in cells) + " |")
    memory = report["memory"]
    print(f"\nMemory over turns: {memory['right']:.1%} of {memory['questions']} questions\n")
    for sample in report["samples"]:
        print(f"> {sample['prompt']}\n\n{sample['answer']}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--hf", help="folder of the Hugging Face export")
    source.add_argument("--url", help="base address of a server, for example http://127.0.0.1:8080")
    parser.add_argument("--model", default="baton-tiny", help="model name to ask the server for")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--count", type=int, default=50, help="prompts for each length")
    parser.add_argument("--facts", type=int, default=4, help="codes planted in each prompt")
    parser.add_argument("--conversations", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=120, help="seconds to wait for one answer")
    parser.add_argument("--json", type=pathlib.Path, help="also write the report to this file")
    parser.add_argument(
        "--minimum",
        type=float,
        nargs="*",
        default=[],
        metavar="SHARE",
        help="fail unless the exact match of each length, in order, reaches this",
    )
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.conversations < 1 or not 1 <= arguments.facts <= 20:
        parser.error("--count and --conversations must be at least 1, --facts 1 to 20")
    if len(arguments.minimum) > len(arguments.lengths):
        parser.error(f"{len(arguments.minimum)} minimums for {len(arguments.lengths)} lengths")
    if arguments.hf:
        model = LocalModel(arguments.hf)
    else:
        model = ServedModel(arguments.url, arguments.model, arguments.timeout)
    report = {
        "source": arguments.hf or arguments.url,
        "seed": arguments.seed,
        "facts": arguments.facts,
        "recall": measure_recall(
            model, arguments.lengths, arguments.count, arguments.facts, arguments.seed
        ),
        "memory": measure_memory(model, arguments.conversations, arguments.seed),
        "samples": [
            {"prompt": prompt, "answer": model.answer([{"role": "user", "content": prompt}], 200, 0.7, 1)}
            for prompt in SAMPLES
        ],
    }
    print_table(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    short = [
        (row["length"], row["exact"], least)
        for row, least in zip(report["recall"], arguments.minimum)
        if row["exact"] < least
    ]
    for length, exact, least in short:
        print(f"recall at {length} tokens is {exact:.1%}, wanted {least:.1%}", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
