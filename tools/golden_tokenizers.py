"""Makes the golden files of TokenizationTests and ModelFormatTests from the reference libraries.

Run with Python 3.11 or later:

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 gguf==0.19.0 jinja2==3.1.6
    python3 tools/golden_tokenizers.py

Vocabularies are small and trained here on the text below, with the patterns of the published tokenizers.
"""

import io
import json
import random
from pathlib import Path

import gguf
import jinja2
import numpy
import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

TESTS = Path(__file__).resolve().parent.parent / "Tests"
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6

CORPUS = """
The relay runner hands the baton over while both are moving, and the next takes it without looking back.
A router chooses where a prompt is read and where its answer is written; workers compute, links carry.
I'm sure you've heard that they'll say it isn't what we'd do. He's late, she's early, they're on time.
In 2024 there were 1234567 words, 42 chapters, 3.14159 pies and 0x7f bytes (roughly 99.9%).
for (int i = 0; i < count; ++i) { sum += values[i] * weights[i]; }  // keep the order\n\treturn sum;\n
def prefill(tokens: list[int]) -> None:\n    for token in tokens:\n        print(token)\n\n
Der Läufer übergibt den Stab; größere Straßen führen über Köln. Où êtes-vous allés cet été ? Mañana será.
Бегун передаёт эстафетную палочку. Ο δρομέας παραδίδει τη σκυτάλη. 走者は次の走者にバトンを渡します。接力赛跑的选手把接力棒交给下一位。
العداء يسلم العصا إلى زميله. นักวิ่งส่งไม้ผลัดให้เพื่อน. 주자가 다음 주자에게 바통을 넘긴다. हिन्दी में बैटन
""".strip().split("\n")

TEXTS = [
    "", " ", "  ", "\n", "\n\n", "\t", "a", " a", "  a", "a ", "a  ", "   a  b   ", "\n a", " \n a",
    "a\n\n\nb", "a \n b", "a\r\nb\r\n\r\n", "\r\r", " \r\n \n  x", "\t\tx", " \tx", "x\t \ty",
    "Hello, world!", "hello hello hello", "I'm you're he's we've they'll I'd don't",
    "I'M YOU'RE HE'S WE'VE THEY'LL I'D DON'T", "'s's's 'S ' s '", "''", "'ſ 'ſa x'ſ",
    "rock'n'roll 'tis 'twas 'reel 'Velo 'LLama 'Drone", "1", "12", "123", "1234", "1234567890",
    " 1 22 333 4444", "3.14159", "1,000,000", "٣٤٥٦ ⅧⅨ ½¾ x² 10⁹", "!!!", " !!!", "  !!!", "!!!\n\n",
    " ?\r\n\r\nx", "!a", "!!a", " !a", "$100", "a_b", "_a", "#a #1 # a",
    "foo(bar)[baz]{qux};\n\tif (x) {\n\t\treturn;\n\t}\n", "Läufer über große Straßen",
    "e\u0301te\u0301 \u0301x", "走者はバトンを渡します", "バトン 走者", "นักวิ่งส่งไม้ผลัด", "हिन्दी में", "주자가 다음",
    "العداء يسلم", "😀😀 👩\u200d👩\u200d👧 x😀y", "\u00a0x\u00a0\u00a0y \u3000z\u3000", "\u0085x\u2028y\u2029z",
    "\u200bx \u200b", "\ufeffx", "\u180ex", "\x1cx\x1f y", "\x00x", "ǅ ʰ ª º µ", "▁x ▁ y▁▁z", "a▁b",
    "<0x0A> <0x41>", "</s> <s> <unk>", "xylophone xylophone  xylophone",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ab" * 60, "the" * 50,
    " " * 70, " " * 70 + "x", "\n" * 50 + "x", "!" * 90, "<|im_start|>user\nhi<|im_end|>\n",
    "<|im_start|><|im_start|><|im_", "<tool><tool>x", "a<tool>b", " <tool> ", "<|im_end|>  \n", "x<|im_start",
]
ALPHABET = list("aeZtsdmrvl  \n\r\t''12!?.-_") + [
    "ll", "ve", "re", " the", "  ", "\n\n", "ß", "é", "e\u0301", "Б", "走", "ン", "ไม้", "हि", "٣", "Ⅷ", "½",
    "²", "😀", "\u200d", "\u00a0", "\u3000", "\u0085", "\u2028", "ſ", "ǅ", "ʰ", "\u200b", "▁", "<|im_end|>",
    "<tool>", "\U0001f1e9", "\U00020000",
]

PATTERNS = {
    "gpt-2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "llama-bpe": (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
        r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
    "qwen2": (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"
        r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}


def texts(seed):
    random_source = random.Random(seed)
    return (
        TEXTS
        + CORPUS
        + ["".join(random_source.choices(ALPHABET, k=random_source.randint(2, 24))) for _ in range(150)]
    )


def split_rule(name):
    if name == "smollm":
        split = pre_tokenizers.Digits(individual_digits=True)
    else:
        split = pre_tokenizers.Split(Regex(PATTERNS[name]), "isolated")
    spell = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=name == "smollm")
    return pre_tokenizers.Sequence([split, spell])


def byte_level(name, seed):
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = split_rule(name)
    trained.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=700, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())
        ),
    )
    state = json.loads(trained.to_str())["model"]
    vocabulary = state["vocab"]
    merges = [tuple(pair) for pair in state["merges"]]
    # A word that no merge makes: only a tokenizer that takes whole words uses it.
    for word in ["Ġxylophone", "xylophone"]:
        vocabulary[word] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=name == "llama-bpe"))
    tokenizer.pre_tokenizer = split_rule(name)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(t, normalized=False, special=True) for t in ["<|im_start|>", "<|im_end|>"]]
    )
    tokenizer.add_tokens([AddedToken("<tool>", normalized=False)])
    tokens = [token for token, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
    types = [CONTROL if t.startswith("<|im_") else USER_DEFINED if t == "<tool>" else NORMAL for t in tokens]
    cases = []
    for text in texts(seed):
        words = (
            [text[slice(*span)] for _, span in tokenizer.pre_tokenizer.pre_tokenize_str(text)] if text else []
        )
        encoding = tokenizer.encode(text, add_special_tokens=False)
        cases.append(
            {
                "text": text,
                "ids": encoding.ids,
                "words": words,
                "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=True),
            }
        )
    return {
        "model": "gpt2",
        "pre": name,
        "tokens": tokens,
        "types": types,
        "scores": [],
        "merges": [" ".join(pair) for pair in merges],
        "cases": cases,
    }


def sentence_piece(within_words, seed):
    stream = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 3),
        model_writer=stream,
        model_type="bpe",
        vocab_size=760,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=True,
        split_by_whitespace=within_words,
        allow_whitespace_only_pieces=True,
        character_coverage=0.98,
        user_defined_symbols=["<tool>"],
        minloglevel=2,
        num_threads=1,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=stream.getvalue())
    ids = range(processor.get_piece_size())
    types = [
        (
            UNKNOWN
            if processor.is_unknown(i)
            else (
                CONTROL
                if processor.is_control(i)
                else (
                    BYTE
                    if processor.is_byte(i)
                    else USER_DEFINED if processor.id_to_piece(i) == "<tool>" else NORMAL
                )
            )
        )
        for i in ids
    ]
    # Texts hold no user-defined tokens: llama.cpp puts a space after them, SentencePiece does not.
    cases = [
        {
            "text": text,
            "ids": processor.encode(text),
            "words": [],
            "decoded": processor.decode(processor.encode(text)),
        }
        for text in texts(seed)
        if "<tool>" not in text
    ]
    return {
        "model": "llama",
        "pre": None,
        "tokens": [processor.id_to_piece(i) for i in ids],
        "types": types,
        "scores": [processor.get_score(i) for i in ids],
        "merges": [],
        "cases": cases,
    }


# Templates in the manner of the models named; the first three letters of a conversation are its roles.
TEMPLATES = {
    "ChatML": (
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] +"
        " '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{%"
        " endif %}"
    ),
    "Qwen2": (
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{"
        " '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' +"
        " message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if"
        " add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    ),
    "Llama 3": (
        "{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] +"
        " '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{%"
        " set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt"
        " %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
    ),
    "Llama 2": (
        "{% if messages[0]['role'] == 'system' %}{% set turns = messages[1:] %}{% set system ="
        " messages[0]['content'] %}{% else %}{% set turns = messages %}{% set system = none %}{% endif %}{%"
        " for message in turns %}{% if loop.index0 == 0 and system is not none %}{% set content ="
        " '<<SYS>>\\n' + system.strip() + '\\n<</SYS>>\\n\\n' + message['content'].strip() %}{% else %}{% set"
        " content = message['content'].strip() %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token +"
        " '[INST] ' + content + ' [/INST]' }}{% else %}{{ ' ' + content + ' ' + eos_token }}{% endif %}{%"
        " endfor %}"
    ),
    "Mistral 0.1": (
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' +"
        " message['content'] + ' [/INST]' }}{% else %}{{ message['content'] + eos_token + ' ' }}{% endif %}{%"
        " endfor %}"
    ),
    "Mistral 0.3": (
        "{% if messages[0]['role'] == 'system' %}{% set system_message = messages[0]['content'] %}{% set"
        " turns = messages[1:] %}{% else %}{% set turns = messages %}{% endif %}{{ bos_token }}{% for message"
        " in turns %}{% if message['role'] == 'user' %}{% if loop.last and system_message is defined %}{{"
        " '[INST] ' + system_message + '\\n\\n' + message['content'] + '[/INST]' }}{% else %}{{ '[INST] ' +"
        " message['content'] + '[/INST]' }}{% endif %}{% else %}{{ ' ' + message['content'] | trim +"
        " eos_token }}{% endif %}{% endfor %}"
    ),
    "Mistral Nemo": (
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST]' +"
        " message['content'] + '[/INST]' }}{% else %}{{ message['content'] + eos_token }}{% endif %}{%"
        " endfor %}"
    ),
    "Zephyr": (
        "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' +"
        " message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' +"
        " message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n' "
        " + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{"
        " '<|assistant|>' }}\n{% endif %}\n{% endfor %}"
    ),
}


def chat_cases():
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    said = {
        "s": ("system", "Be brief."),
        "u": ("user", "Who carries the baton?"),
        "a": ("assistant", "The next runner."),
    }
    cases = []
    for name, template in TEMPLATES.items():
        for roles in ["u", "uau", "su", "suauau"]:
            if "s" in roles and name in ("Mistral 0.1", "Mistral Nemo"):
                continue  # These templates have no place for a system message.
            messages = [{"role": said[r][0], "content": f"{said[r][1]} {i}"} for i, r in enumerate(roles)]
            text = environment.from_string(template).render(
                messages=messages, bos_token="<s>", eos_token="</s>", add_generation_prompt=True
            )
            cases.append({"name": name, "template": template, "messages": messages, "text": text})
    return cases


def tiny_model(path):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(64)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(500000.0)
    writer.add_rope_dimension_count(8)
    writer.add_vocab_size(259)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)])
    writer.add_token_scores([0.0] * 259)
    writer.add_token_types([UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_chat_template("<|im_start|>")
    embedding = numpy.arange(259 * 32, dtype=numpy.float32).reshape(259, 32) / 64
    writer.add_tensor(
        "token_embd.weight",
        gguf.quants.quantize(embedding, gguf.GGMLQuantizationType.Q8_0),
        raw_dtype=gguf.GGMLQuantizationType.Q8_0,
    )
    writer.add_tensor("output_norm.weight", numpy.arange(32, dtype=numpy.float32))
    writer.add_tensor("blk.0.attn_q.weight", (numpy.arange(32 * 8, dtype=numpy.float16) / 8).reshape(8, 32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write(name, value):
    path = TESTS / "TokenizationTests" / "Golden" / name
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    for seed, name in enumerate([*PATTERNS, "smollm"]):
        write(f"{name}.json", byte_level(name, seed))
    write("sentencepiece-words.json", sentence_piece(True, 10))
    write("sentencepiece-phrases.json", sentence_piece(False, 11))
    write("chat.json", chat_cases())
    tiny_model(TESTS / "ModelFormatTests" / "Golden" / "tiny.gguf")
