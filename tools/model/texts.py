"""The texts the built-in model learns from and is measured with, made from word lists and patterns.

Everything comes from seeded generators; nothing is downloaded. The words in `HELD_OUT` never occur in
training: evaluation uses them to tell recall from memory. Needs only the standard library.
"""

import re

ADJECTIVES = (
    "blue red green silver golden quiet stormy old new tiny great dark bright cold warm hidden broken lucky sleepy "
    "brave yellow purple ancient wooden narrow tall round empty busy gentle foggy frozen sunny crooked little grey"
).split()
NOUNS = (
    "harbour garden tower bridge library market castle forest river station bakery museum island valley lantern "
    "engine school theatre orchard lighthouse village cabin cave meadow hotel workshop mountain lake tunnel farm "
    "kitchen palace temple beach windmill barn"
).split()
NAMES = (
    "Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Karla Leo Mia Nils Olga Paul Rosa Sam Tilda Viktor Alice "
    "Bruno Carmen Daniel Ella Frank Grace Henry Irene Jack Kate Lucas Maria Noah Oscar Petra Robert Sofia Thomas Vera"
).split()
ANIMALS = (
    "cat dog fox owl rabbit horse goat mouse bear duck wolf frog hedgehog squirrel turtle dragon".split()
)
PEOPLE = "girl boy king queen sailor baker farmer robot teacher wizard princess knight painter".split()
THINGS = (
    "lamp rope map key apple kite book drum coat coin boat basket ring bell flute mirror clock ladder bottle letter"
).split()
COLOURS = "red blue green yellow purple orange white black brown pink".split()
FOODS = "apples bread soup cheese honey pancakes cherries rice noodles cake".split()
FEELINGS = "happy sad tired proud afraid curious calm hungry excited lonely".split()
TRAITS = "kind clever brave shy patient curious cheerful careful".split()
WEATHER = "rainy sunny windy foggy cold warm cloudy snowy".split()
TIMES = "morning evening night day afternoon".split()
TRAVELS = [
    "walked to",
    "ran to",
    "sailed to",
    "looked for",
    "waited at",
    "came back from",
    "rode to",
    "drew",
]
ATTRIBUTES = ["password", "owner", "colour", "guard", "name", "secret word"]
ONSETS = (
    "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sk sl sm sn sp st str sw t th tr v w wh "
    "y z"
).split()
VOWELS = "a e i o u a e i o u ea ee oa oo ou ai".split()
CODAS = ["", "", "", *"b ck d l ll m n nd nt p r rd rm rn s ss st t x".split()]
WORD_ENDS = ["", "", *"a e o y er or le al um ain ium ory ant ing et in on".split()]
HELD_OUT = {
    "adjectives": "silent crimson dusty sleek marble humble velvet noisy salty distant".split(),
    "nouns": "fountain bazaar observatory cottage canyon warehouse chapel vineyard quarry stadium".split(),
    "names": "Zelda Quentin Ursula Wilma Xaver Yvonne Edgar Bianca Malik Pia".split(),
}
SYSTEMS = [
    "You are a helpful assistant.",
    "You are Baton, a small and friendly assistant.",
    "Answer briefly.",
]


def code(r):
    return f"{r.randrange(10_000):04d}"


def invented(r):
    """A pronounceable word that need not exist: keys and names must be copied, not remembered."""
    syllables = [
        r.choice(ONSETS) + r.choice(VOWELS) + r.choice(CODAS) for _ in range(r.choice([1, 1, 2, 2, 3]))
    ]
    return "".join(syllables) + r.choice(WORD_ENDS)


def name(r):
    return invented(r).capitalize() if r.random() < 0.3 else r.choice(NAMES)


def place(r, invent=0.35):
    adjective = invented(r) if r.random() < invent else r.choice(ADJECTIVES)
    noun = invented(r) if r.random() < invent else r.choice(NOUNS)
    return f"{adjective} {noun}"


def sentence(r):
    """One unremarkable sentence that fills a text."""
    n, kind = r.choice(NAMES), r.randrange(12)
    where = f"the {r.choice(ADJECTIVES)} {r.choice(NOUNS)}"
    match kind:
        case 0 | 1:
            return f"{n} {r.choice(TRAVELS)} {where}."
        case 2:
            return f"{n} had a {r.choice(ADJECTIVES)} {r.choice(THINGS)}."
        case 3:
            return f"A {r.choice(ANIMALS)} sat near {where}."
        case 4:
            return f"{n} felt {r.choice(FEELINGS)} and smiled at the {r.choice(ANIMALS)}."
        case 5:
            return f"It was a {r.choice(WEATHER)} {r.choice(TIMES)}."
        case 6:
            return f"{n} gave the {r.choice(THINGS)} to {r.choice(NAMES)}."
        case 7:
            return f"Then {n} went home and told {r.choice(NAMES)} about the {r.choice(THINGS)}."
        case 8:
            return f"{n} bought {r.randrange(2, 100)} {r.choice(THINGS)}s in {where}."
        case 9:
            return f"The {r.choice(ANIMALS)} and the {r.choice(ANIMALS)} ate {r.choice(FOODS)} together."
        case 10:
            return f"Nobody in {where} knew where the {r.choice(THINGS)} was."
        case _:
            return f"In the {r.choice(TIMES)}, {n} and {r.choice(NAMES)} talked about {r.choice(FOODS)}."


def story(r, hero=None, called=None, setting=None):
    """A short story whose sentences share one hero, one place, one thing and one friend."""
    hero = hero or r.choice(ANIMALS + PEOPLE)
    friend_kind = r.choice([kind for kind in ANIMALS if kind != hero])
    called, friend = called or name(r), name(r)
    setting = setting or place(r, 0.05)
    thing, trait = r.choice(THINGS), r.choice(TRAITS)
    opening = [
        f"Once upon a time there was a {trait} {hero} named {called} who lived near the {setting}.",
        r.choice(
            [
                f"Every {r.choice(TIMES)} {called} went for a walk and looked at the sky.",
                f"{called} loved {r.choice(FOODS)} and liked to sing.",
                f"{called} had many dreams, but few friends.",
            ]
        ),
    ]
    when = f"One {r.choice(WEATHER)} {r.choice(TIMES)}"
    match r.randrange(7):
        case 0:
            plot = [
                f"{when}, {called} found a {r.choice(ADJECTIVES)} {thing} on the road.",
                f'"Whose {thing} is this?" asked {called}.',
                f"A {friend_kind} named {friend} was crying because the {thing} was lost.",
                f"{called} gave the {thing} back to {friend}, and {friend} was very happy.",
            ]
        case 1:
            plot = [
                f"{when}, {called} wanted to find the {place(r, 0)}.",
                f"The way was long, and {called} soon felt {r.choice(['tired', 'lonely', 'afraid'])}.",
                f'Then a {friend_kind} named {friend} came and said, "I know the way."',
                "They walked together until they saw the lights in the distance.",
            ]
        case 2:
            plot = [
                f"{when}, a storm came and broke the roof of the house.",
                f"{called} was afraid, but {friend} the {friend_kind} came with a {thing}.",
                f'"Do not worry," said {friend}. "We can repair it together."',
                "They worked all night, and in the morning the house was warm and dry.",
            ]
        case 3:
            plot = [
                f"{when}, {called} lost a {thing}.",
                f"{called} looked under the bed, behind the door and in the garden, but the {thing} was gone.",
                f"{friend} the {friend_kind} helped to look for it.",
                f"At last they found the {thing} at the {place(r, 0)}, and both of them laughed.",
            ]
        case 4:
            plot = [
                f"{when}, {called} heard a strange sound from the {place(r, 0)}.",
                f"It was {friend}, a little {friend_kind} who could not get out.",
                f"{called} took a {thing} and pulled until {friend} was free.",
                f'"Thank you," said {friend}. "You saved me."',
            ]
        case 5:
            plot = [
                f"{when}, {called} and {friend} the {friend_kind} both wanted the same {thing}.",
                "At first they were angry and did not talk.",
                f'Then {called} said, "Let us share the {thing}."',
                f"{friend} smiled, and they played with it until the sun went down.",
            ]
        case _:
            plot = [
                f"{when}, {called} planted a seed beside the {r.choice(NOUNS)}.",
                f"{friend} the {friend_kind} brought water every day.",
                "Soon a tall tree grew, full of sweet apples.",
                f"{called} and {friend} shared the apples with everyone in the village.",
            ]
    if r.random() < 0.4:
        plot.insert(r.randrange(1, 4), f"{called} felt {r.choice(FEELINGS)}, but did not give up.")
    ending = r.choice(
        [
            f"From then on {called} and {friend} were the best of friends.",
            f"That night {called} went home and slept very well.",
            f"And {called} never forgot what a good friend {friend} was.",
            f"After that, {called} and {friend} met every day near the {setting}.",
        ]
    )
    return " ".join([*opening, *plot, ending])


def turn(role, content):
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def chat(turns, r, system=0.15):
    text = turn("system", r.choice(SYSTEMS)) if r.random() < system else ""
    return text + "".join(turn("user", asked) + turn("assistant", answer) for asked, answer in turns)


class Facts:
    """Facts of one conversation: distinct keys, each with a sentence, and ways to ask for it."""

    def __init__(self, r, count, varied):
        self.entries = {}
        while len(self.entries) < count:
            attribute = "code" if r.random() > 0.35 * varied else r.choice(ATTRIBUTES)
            where = place(r)
            if self.entries and r.random() < 0.75:
                where = self.similar(r, where)
            self.entries.setdefault((attribute, where), self.value(r, attribute))

    def similar(self, r, where):
        """A place that shares a word with an earlier one: half a key must not be enough."""
        adjective, noun = where.split()
        other_adjective, other_noun = r.choice(list(self.entries))[1].split()
        return f"{adjective} {other_noun}" if r.random() < 0.7 else f"{other_adjective} {noun}"

    @staticmethod
    def value(r, attribute):
        match attribute:
            case "code":
                return code(r)
            case "owner" | "guard":
                return name(r)
            case "colour":
                return r.choice(COLOURS)
            case "name":
                return invented(r).capitalize()
            case _:
                return invented(r) if r.random() < 0.7 else r.choice(THINGS)

    def statement(self, key):
        return f"The {key[0]} of the {key[1]} is {self.entries[key]}."

    def question(self, r, key, varied):
        attribute, where = key
        if r.random() > 0.6 * varied:
            return f"What is the {attribute} of the {where}?"
        return r.choice(
            [
                f"Tell me the {attribute} of the {where}.",
                f"What was the {attribute} of the {where}?",
                f"Do you remember the {attribute} of the {where}?",
                f"I forgot the {attribute} of the {where}. What is it?",
                f"Please give me the {attribute} of the {where}.",
                f"And what is the {attribute} of the {where}?",
                f"Which {attribute} does the {where} have?",
                f"Question: What is the {attribute} of the {where}?",
                f"{attribute.capitalize()} of the {where}?",
                f"What's the {attribute} of the {where}?",
            ]
        )


def recall(r, words, varied):
    """A long text with facts in it, then questions whose answers restate the key and the value."""
    facts = Facts(r, r.randrange(1, 4 + min(words // 40, 6)), varied)
    body, length = [], 0
    while length < words:
        piece = story(r) if r.random() < 0.05 and words > 200 else sentence(r)
        body.append(piece)
        length += len(piece.split())
    for key in facts.entries:
        body.insert(r.randrange(len(body) + 1), facts.statement(key))
    text = " ".join(body)
    keys = list(facts.entries)
    r.shuffle(keys)
    keys = keys[: r.randrange(1, 3 + min(words // 60, 7))]
    turns = []
    if varied and r.random() < 0.25 * varied:
        intro = r.choice(["Please remember this: ", "Read this text. ", "Here is a text: ", ""])
        turns.append(
            (intro + text, r.choice(["I will remember that.", "Thank you, I have read it.", "Noted."]))
        )
        text = ""
        if r.random() < 0.4:
            turns.append(small_talk(r))
    while keys:
        key = keys.pop()
        if varied and len(keys) > 0 and r.random() < 0.1 * varied:
            other = keys.pop()
            ask = f"What is the {key[0]} of the {key[1]}, and what is the {other[0]} of the {other[1]}?"
            answer = facts.statement(key) + " " + facts.statement(other)
        else:
            ask, answer = facts.question(r, key, varied), facts.statement(key)
        if text:
            ask = text + (r.choice(["\n\n", "\n"]) if r.random() < 0.15 * varied else " ") + ask
            text = ""
        turns.append((ask, answer))
    return chat(turns, r, 0.15 * varied)


TOKEN_LIKE = re.compile(r"<\|[a-z_]+\|>| ?[A-Za-z]+| (?=[0-9])|[0-9]|[^\sA-Za-z0-9]|\n+")


def estimate_tokens(text):
    """About how many tokens a text has, without a tokenizer: words, single digits, marks."""
    return sum(1 for _ in TOKEN_LIKE.finditer(text))


def retrieval_task(r, length, facts=4, depth=None, count_tokens=estimate_tokens):
    """A prompt of about `length` tokens with codes of held-out places, the question, and the expected answer.

    The asked fact stands at the relative `depth` (0 to 1); the others anywhere.
    """
    keys = [(a, n) for a in HELD_OUT["adjectives"] for n in HELD_OUT["nouns"]]
    chosen = [f"{a} {n}" for a, n in r.sample(keys, facts)]
    statements = [f"The code of the {where} is {code(r)}." for where in chosen]
    question = f"What is the code of the {chosen[0]}?"
    body, room = [], length - count_tokens(turn("user", " ".join([*statements, question])))
    while room > 0:
        body.append(sentence(r))
        room -= count_tokens(" " + body[-1])
    for statement in statements[1:]:
        body.insert(r.randrange(len(body) + 1), statement)
    at = r.random() if depth is None else depth
    body.insert(round(at * len(body)), statements[0])
    return " ".join([*body, question]), statements[0]


def repeat(r):
    """Copying, the skill that recall is built from."""
    match r.randrange(3):
        case 0:
            words = [
                r.choice([r.choice(ADJECTIVES + NOUNS + THINGS), invented(r)])
                for _ in range(r.randrange(3, 14))
            ]
            text = " ".join(words)
        case 1:
            text = " ".join(code(r) for _ in range(r.randrange(1, 7)))
        case _:
            text = " ".join(sentence(r) for _ in range(r.randrange(1, 4)))
    ask = r.choice(["Repeat: ", "Repeat: ", "Please repeat: ", "Say: ", "Repeat after me: "])
    return chat([(ask + text, text)], r, 0.05)


SMALL_TALK = [
    (
        [
            "Hello",
            "Hello!",
            "Hi",
            "Hi!",
            "Hi there!",
            "Hey",
            "Good morning!",
            "Good evening!",
            "Hello there.",
        ],
        [
            "Hello! How can I help you?",
            "Hello! What can I do for you today?",
            "Hi! It is nice to talk to you.",
        ],
    ),
    (
        ["How are you?", "How are you today?", "How do you do?", "Are you well?"],
        ["I am fine, thank you. How are you?", "I am well, thank you for asking."],
    ),
    (
        [
            "What can you do?",
            "What can you do for me?",
            "Help",
            "How can you help me?",
            "What are you good at?",
        ],
        [
            "I can tell short stories, answer questions about a text that you give me, and remember what you told me.",
            "I can tell you a story, repeat what you say, and find facts in a long text.",
        ],
    ),
    (
        ["Who are you?", "What are you?", "What is your name?", "Introduce yourself."],
        ["I am Baton, a small language model.", "My name is Baton. I am a small language model."],
    ),
    (
        ["Thank you!", "Thanks.", "Thank you very much.", "Thanks a lot!"],
        ["You are welcome!", "You are welcome. I am glad to help."],
    ),
    (["Goodbye.", "Bye!", "See you.", "Good night."], ["Goodbye!", "Goodbye! Have a nice day."]),
    (
        ["I am sad.", "I feel sad today.", "I am lonely."],
        ["I am sorry to hear that. Would you like to hear a story?"],
    ),
    (["I am happy.", "I feel great!", "I am fine.", "I am well, thank you."], ["I am glad to hear that!"]),
    (
        ["Are you a human?", "Are you a robot?", "Are you real?"],
        ["No, I am a small language model named Baton."],
    ),
    (
        ["What is a KV cache?", "Explain the KV cache."],
        [
            "A KV cache keeps the keys and values of the tokens that were read, so that they need not be computed again."
        ],
    ),
    (
        ["What is prefill?", "Explain prefill."],
        ["Prefill reads the whole prompt and computes its KV cache."],
    ),
    (["What is decode?", "Explain decode."], ["Decode makes the answer, one token after another."]),
    (["Why is the sky blue?"], ["The sky is blue because air scatters blue light more than red light."]),
    (
        ["Write a poem.", "Write a short poem.", "Tell me a poem."],
        [
            "The moon is high, the night is deep,\nthe little fox is fast asleep.\nThe wind is calm, the stars are bright,\n"
            "and all the world is still tonight."
        ],
    ),
    (
        ["Tell me a joke.", "Do you know a joke?"],
        [
            "Why did the clock go to school? It wanted to be on time.",
            "What do you call a sleeping dragon? A warm bed.",
        ],
    ),
]


def small_talk(r):
    asked, answers = r.choice(SMALL_TALK)
    question = r.choice(asked)
    if r.random() < 0.15:
        question = question.lower()
    return question, r.choice(answers)


def story_turn(r):
    hero = r.choice(ANIMALS + PEOPLE)
    article = "an" if hero[0] in "aeiou" else "a"
    begin = r.choice(
        [
            "Tell me a story",
            "Tell me a story",
            "Tell me a short story",
            "Write a story",
            "Please tell me a story",
        ]
    )
    match r.randrange(6):
        case 0:
            return begin + ".", story(r)
        case 1 | 2:
            return f"{begin} about {article} {hero}.", story(r, hero)
        case 3:
            called = name(r)
            return f"{begin} about {article} {hero} named {called}.", story(r, hero, called)
        case 4:
            setting = place(r)
            return f"{begin} about {article} {hero} near the {setting}.", story(r, hero, setting=setting)
        case _:
            return r.choice(["Once upon a time", "Another story, please.", "One more story!"]), story(r)


def personal(r):
    """The user tells things about themselves and asks for them some turns later."""
    me, city, pet, colour, food = (
        name(r),
        invented(r).capitalize(),
        name(r),
        r.choice(COLOURS),
        r.choice(FOODS),
    )
    kind, age = r.choice(ANIMALS), r.randrange(6, 90)
    told = [
        (
            r.choice([f"My name is {me}.", f"Hello, my name is {me}.", f"Hi! My name is {me}."]),
            f"Nice to meet you, {me}!",
            ["What is my name?", "Do you remember my name?", "Tell me my name."],
            f"Your name is {me}.",
        ),
        (
            f"I live in {city}.",
            f"{city} sounds like a nice place.",
            ["Where do I live?", "Do you know where I live?"],
            f"You live in {city}.",
        ),
        (
            f"My favourite colour is {colour}.",
            f"{colour.capitalize()} is a beautiful colour.",
            ["What is my favourite colour?", "Which colour do I like?"],
            f"Your favourite colour is {colour}.",
        ),
        (
            f"My {kind} is called {pet}.",
            f"{pet} is a lovely name for a {kind}.",
            [f"What is my {kind} called?", f"What is the name of my {kind}?"],
            f"Your {kind} is called {pet}.",
        ),
        (
            f"I like {food}.",
            f"I hear that {food} can be very good.",
            ["What do I like?", "What do I like to eat?"],
            f"You like {food}.",
        ),
        (
            f"I am {age} years old.",
            f"Thank you for telling me that you are {age} years old.",
            ["How old am I?", "What is my age?"],
            f"You are {age} years old.",
        ),
    ]
    chosen = r.sample(told, r.randrange(1, 5))
    if r.random() < 0.3:
        statement = " ".join(entry[0] for entry in chosen)
        turns = [
            (
                statement,
                r.choice(["Nice to meet you!", "Thank you for telling me.", "I will remember that."]),
            )
        ]
    else:
        turns = [(entry[0], entry[1]) for entry in chosen]
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        turns.insert(r.randrange(1, len(turns) + 1), small_talk(r) if r.random() < 0.75 else story_turn(r))
    r.shuffle(chosen)
    turns += [(r.choice(entry[2]), entry[3]) for entry in chosen[: r.randrange(1, 4)]]
    return chat(turns, r)


def conversation(r):
    turns = [small_talk(r) if r.random() < 0.6 else story_turn(r) for _ in range(r.choice([1, 1, 2, 3]))]
    return chat(turns, r)


def short_document(r, varied):
    """Any document of up to about 300 tokens."""
    draw = r.random()
    if draw < 0.18:
        return repeat(r)
    if draw < 0.50:
        return recall(r, r.choice([0, 0, 10, 30, 60]), varied)
    if draw < 0.68:
        return chat([story_turn(r)], r)
    if draw < 0.82:
        return personal(r)
    if draw < 0.96:
        return conversation(r)
    return story(r) + "<|im_end|>\n"
