#!/usr/bin/env python3
"""Compares a folder of tokenizer_folder.py with a running server: check_tokenizer.py FOLDER BASE_URL

Needs the library `tokenizers`, which every load generator's environment has.
"""

import json
import pathlib
import sys
import urllib.request

from tokenizers import Tokenizer

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "Tests/TokenizationTests/Golden/builtin-tokenizer.json"


def server_tokens(base_url, text):
    body = json.dumps({"prompt": text, "add_special_tokens": False}).encode()
    request = urllib.request.Request(f"{base_url}/tokenize", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["tokens"]


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    tokenizer = Tokenizer.from_file(str(pathlib.Path(sys.argv[1]) / "tokenizer.json"))
    texts = [case["text"] for case in json.loads(GOLDEN.read_text())["cases"]]
    wrong = [
        text for text in texts
        if tokenizer.encode(text, add_special_tokens=False).ids != server_tokens(sys.argv[2], text)
    ]
    for text in wrong:
        print(f"differs: {text!r}")
    print(f"{len(texts) - len(wrong)} of {len(texts)} texts have the same tokens")
    return 1 if wrong or not texts else 0


if __name__ == "__main__":
    sys.exit(main())
