"""Writes the golden file that holds the tokenizer to the `tokenizers` library, on the built-in vocabulary."""

import argparse
import json
import pathlib

import tokenizers

STRINGS = [
    "",
    " ",
    "  ",
    "Hello, world!",
    "hello",
    "Tell me a story about a fox.",
    "The code of the blue harbour is 4821.",
    "What is the code of the noisy fountain?",
    "antidisestablishmentarianism",
    "CamelCaseWords and SCREAMING_SNAKE_CASE",
    "1",
    "12",
    "1234567890",
    "a1b2c3",
    "3.14159 + 2,000 = 2003.14159",
    "½ ² Ⅷ ٣ १२",
    "I'm you're he's we'll they've I'd don't",
    "I'M YOU'RE HE'S WE'LL THEY'VE I'D DON'T",
    "'s 's' ''s",
    "rock 'n' roll",
    "it\u2019s a curly apostrophe",
    "two  spaces   three    four",
    " leading",
    "trailing ",
    "trailing   ",
    "\n",
    "\n\n",
    "a\nb",
    "a\n\nb\n\n\nc",
    "a \n b",
    "a  \n  b",
    "line one\r\nline two\r\n",
    "\r",
    "tab\tseparated\tvalues",
    "\t\t  mixed \t whitespace",
    "no\u00a0break\u2003em space\u3000ideographic",
    "word\u200bzero width",
    "...!?!?---",
    "(parentheses) [brackets] {braces} <angles>",
    "wait... what?!\n\nreally?",
    "end of sentence.\nNext line",
    "café naïve Zürich Ångström",
    "cafe\u0301 decomposed",
    "Straße Łódź İstanbul",
    "Привет, мир!",
    "Γειά σου Κόσμε",
    "שלום עולם",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "你好，世界！",
    "こんにちは世界、カタカナ",
    "안녕하세요 세계",
    "🙂",
    "👩‍👩‍👧‍👦 family 🇩🇪 flag 👍🏽 tone",
    "emoji🙂inside🚀text",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈",
    "def f(x):\n    return x ** 2  # comment\n",
    "for (int i = 0; i < 10; ++i) { sum += a[i]; }",
    '{"key": [1, 2.5, null, true]}',
    "https://example.org/path?query=value&x=1#fragment",
    "user@example.org",
    "$100 €50 £20 ¥1000 100%",
    "a/b\\c|d~e`f^g",
    "<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>system\nYou are Baton.<|im_end|>\n<|im_start|>user\nWhat is 7+8?<|im_end|>\n",
    "before<|endoftext|>after",
    "<|im_end|><|im_end|>",
    "<|im_start|",
    "< |im_end|>",
    "<|IM_END|>",
    "\u0000\u0001\u007f",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "                                ",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json of the built-in model")
    parser.add_argument(
        "--output",
        type=pathlib.Path,
        default=pathlib.Path("Tests/TokenizationTests/Golden/builtin-tokenizer.json"),
    )
    arguments = parser.parse_args()
    tokenizer = tokenizers.Tokenizer.from_file(arguments.tokenizer)
    cases = []
    for text in STRINGS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        if tokenizer.decode(ids, skip_special_tokens=False) != text:
            raise SystemExit(f"{text!r} does not survive encoding and decoding")
        cases.append({"text": text, "ids": ids})
    document = {
        "model": "baton-tiny-q8_0.gguf",
        "source": f"tokenizers {tokenizers.__version__}; special tokens in the text are parsed",
        "cases": cases,
    }
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    head = json.dumps(document | {"cases": []}, ensure_ascii=False)[: -len("[]}")]
    arguments.output.write_text(f"{head}[\n{lines}\n]}}\n")
    json.loads(arguments.output.read_text())
    print(f"{arguments.output}: {len(cases)} strings, {arguments.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
