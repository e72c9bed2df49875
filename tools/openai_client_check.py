#!/usr/bin/env python3
"""Uses a server through the official OpenAI client (PyPI: openai): python3 openai_client_check.py BASE_URL [KEY]"""

import sys

import openai

MESSAGES = [{"role": "user", "content": "Who met the owl?"}]


def models(client):
    names = [model.id for model in client.models.list()]
    assert names, "the list of models is empty"
    assert client.models.retrieve(names[0]).id == names[0]
    return names[0]


def chat(client, model):
    answer = client.chat.completions.create(
        model=model, messages=MESSAGES, max_tokens=12, temperature=0, extra_body={"ignore_eos": True}
    )
    choice = answer.choices[0]
    assert choice.message.role == "assistant" and choice.finish_reason == "length", choice
    assert answer.usage.completion_tokens == 12, answer.usage
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 12, answer.usage
    return choice.message.content


def streamed_chat(client, model):
    text, finish, usage = "", None, None
    stream = client.chat.completions.create(
        model=model, messages=MESSAGES, max_tokens=12, temperature=0, stream=True,
        stream_options={"include_usage": True}, extra_body={"ignore_eos": True},
    )
    for chunk in stream:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
        usage = chunk.usage or usage
    assert finish == "length" and usage.completion_tokens == 12, (finish, usage)
    return text


def completion(client, model):
    answer = client.completions.create(
        model=model, prompt=[5, 6, 7], max_tokens=4, n=2, logprobs=1, seed=3, extra_body={"ignore_eos": True}
    )
    assert [choice.index for choice in answer.choices] == [0, 1], answer
    assert all(len(choice.logprobs.tokens) == 4 for choice in answer.choices), answer


def wrong_field(client, model):
    try:
        client.chat.completions.create(model=model, messages=MESSAGES, temperature=9)
    except openai.BadRequestError as error:
        assert error.param == "temperature" and error.status_code == 400, error
    else:
        raise AssertionError("temperature 9 was accepted")


def wrong_model(client):
    try:
        client.chat.completions.create(model="no-such-model", messages=MESSAGES)
    except openai.NotFoundError as error:
        assert error.code == "model_not_found", error
    else:
        raise AssertionError("an unknown model was accepted")


def main():
    key = sys.argv[2] if len(sys.argv) > 2 else "none"
    client = openai.OpenAI(base_url=sys.argv[1], api_key=key, max_retries=0, timeout=60)
    model = models(client)
    whole = chat(client, model)
    streamed = streamed_chat(client, model)
    assert streamed == whole, (streamed, whole)
    completion(client, model)
    wrong_field(client, model)
    wrong_model(client)
    print(f"openai {openai.__version__}: 6 checks passed")


main()
