import ServingTypes
import Testing
import Tokenization

@testable import RouterDaemon

@Suite struct RequestReadingTests {
    let served: ServedModel

    init() throws { served = try TestModel.served() }

    func fields(_ json: String) throws -> FieldReader {
        guard case .object(let members) = try JSONTests.parse(json) else { throw CancellationError() }
        return FieldReader(members)
    }

    /// A chat with `more` members after its messages.
    func chat(_ more: String) throws -> ClientRequest {
        let messages = #""messages":[{"role":"user","content":"Hi"}]"#
        return try ChatRequest.read(try fields("{\(messages)\(more.isEmpty ? "" : ",")\(more)}"), for: served)
    }

    func completion(_ members: String) throws -> ClientRequest {
        try CompletionRequest.read(try fields("{\(members)}"), for: served)
    }

    func failure(_ body: () throws -> ClientRequest) -> APIError? {
        do {
            _ = try body()
            return nil
        } catch { return error as? APIError }
    }

    @Test(arguments: [
        (#""temperature":"hot""#, "temperature", #"temperature must be a number from 0 to 2, got "hot""#),
        (#""temperature":2.5"#, "temperature", "temperature must be a number from 0 to 2, got 2.5"),
        (#""temperature":true"#, "temperature", "temperature must be a number from 0 to 2, got true"),
        (#""top_p":-0.1"#, "top_p", "top_p must be a number from 0 to 1, got -0.1"),
        (#""top_k":1.5"#, "top_k", "top_k must be an integer from -1 to 2147483647, got 1.5"),
        (#""min_p":2"#, "min_p", "min_p must be a number from 0 to 1, got 2"),
        (#""seed":"1""#, "seed", #"seed must be an integer of 64 bits, got "1""#),
        (#""n":17"#, "n", "n must be an integer from 1 to 16, got 17"),
        (#""n":0"#, "n", "n must be an integer from 1 to 16, got 0"),
        (#""max_tokens":0"#, "max_tokens", "max_tokens must be an integer of at least 1, got 0"),
        (
            #""max_completion_tokens":[]"#, "max_completion_tokens",
            "an integer of at least 1, got an array of 0"
        ),
        (
            #""presence_penalty":3"#, "presence_penalty",
            "presence_penalty must be a number from -2 to 2, got 3"
        ),
        (#""frequency_penalty":{}"#, "frequency_penalty", "a number from -2 to 2, got an object"),
        (#""stop":5"#, "stop", "stop must be a string or at most 16 strings, got 5"),
        (#""stop":["a",1]"#, "stop", "stop must be a string or at most 16 strings, got 1"),
        (#""stop":"""#, "stop", "a stop string must have 1 to 1024 bytes, got 0"),
        (
            #""stop_token_ids":[262]"#, "stop_token_ids",
            "stop_token_ids[0] must be a token id from 0 to 261, got 262"
        ),
        (#""logit_bias":{"262":1}"#, "logit_bias", #"logit_bias has the key "262", which is no token id"#),
        (#""logit_bias":{"7":101}"#, "logit_bias", "logit_bias.7 must be a number from -100 to 100, got 101"),
        (#""logit_bias":{"7":1,"07":1}"#, "logit_bias", "logit_bias names token 7 twice"),
        (#""logit_bias":[]"#, "logit_bias", "logit_bias must be an object, got an array of 0"),
        (#""stream":1"#, "stream", "stream must be true or false, got 1"),
        (#""stream_options":{}"#, "stream_options", "stream_options needs stream to be true"),
        (#""top_logprobs":2"#, "top_logprobs", "top_logprobs needs logprobs to be true"),
        (#""logprobs":true,"top_logprobs":21"#, "top_logprobs", "an integer from 0 to 20, got 21"),
        (#""model":3"#, "model", "model must be a string, got 3"),
        (
            #""min_tokens":8,"max_tokens":7,"ignore_eos":true"#, "min_tokens",
            "min_tokens is 8, more than the limit of 7"
        ),
    ])
    func `a wrong field is named with what it must be`(member: String, param: String, message: String) throws
    {
        let error = try #require(failure { try chat(member) })
        #expect(error.status == 400 && error.param == param)
        #expect(error.message.contains(message), "\(error.message)")
    }

    @Test(arguments: [
        (#""messages":3"#, "messages", "messages must be an array of messages, got 3"),
        (#""messages":[]"#, "messages", "at least one message"),
        (#""messages":["Hi"]"#, "messages[0]", #"messages[0] must be an object, got "Hi""#),
        (#""messages":[{"content":"x"}]"#, "messages[0].role", "messages[0].role is required"),
        (#""messages":[{"role":"user"}]"#, "messages[0].content", "messages[0].content is required"),
        (#""messages":[{"role":"king","content":"x"}]"#, "messages[0].role", #""assistant", got "king""#),
        (#""messages":[{"role":"tool","content":"x"}]"#, "messages[0].role", "not supported"),
        (
            #""messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]"#,
            "messages[0].content[0]", #"content of type "image_url" is not supported"#
        ),
        (
            #""messages":[{"role":"user","content":[{"type":"text"}]}]"#, "messages[0].content[0].text",
            "required"
        ),
        (
            #""messages":[{"role":"assistant","content":"x","tool_calls":[1]}]"#, "messages[0].tool_calls",
            "not supported"
        ),
        (#""model":"test/model""#, "messages", "messages is required"),
    ])
    func `a wrong message is named by its place`(members: String, param: String, message: String) throws {
        let error = try #require(failure { try ChatRequest.read(try fields("{\(members)}"), for: served) })
        #expect(error.status == 400 && error.param == param)
        #expect(error.message.contains(message), "\(error.message)")
    }

    @Test(arguments: [
        #""tools":[{}]"#, #""tool_choice":"required""#, #""functions":[{}]"#, #""audio":{"voice":"x"}"#,
        #""response_format":{"type":"json_object"}"#, #""modalities":["text","audio"]"#,
        #""guided_json":{"a":1}"#,
        #""repetition_penalty":1.1"#, #""min_tokens":2"#, #""continue_final_message":true"#, #""suffix":"x""#,
        #""chat_template_kwargs":{"enable_thinking":false}"#, #""store":true"#, #""cache_salt":"x""#,
        #""min_tokens":2,"ignore_eos":true,"stop":"x""#,
        #""min_tokens":2,"ignore_eos":true,"stop_token_ids":[7]"#,
    ])
    func `what is not supported is refused by name`(member: String) throws {
        let error = try #require(failure { try chat(member) })
        let name = member.split(separator: "\"")[0]
        #expect(error.status == 400 && error.param == String(name) && error.code == "unsupported_parameter")
    }

    @Test(arguments: [
        "", #""tools":[],"tool_choice":"auto","response_format":{"type":"text"},"modalities":["text"]"#,
        #""repetition_penalty":1.0,"min_tokens":0,"store":false,"audio":null,"suffix":null"#,
        #""unknown_field":{"x":[1]},"user":"u-1","service_tier":"auto","metadata":{"a":"b"}"#,
    ])
    func `neutral and unknown fields are ignored`(members: String) throws {
        #expect(try chat(members).prompts == (try chat("")).prompts)
    }

    @Test func `a least length is taken where only the limit ends the answer`() throws {
        let members = #""ignore_eos":true,"max_tokens":7,"stop":[]"#
        #expect(try chat(members + #","min_tokens":7"#).fields.sampling.maxTokens == 7)
        #expect(failure { try completion(#""prompt":"a","ignore_eos":true,"min_tokens":17"#) } != nil)
    }

    @Test func `all sampling fields reach the cluster`() throws {
        let request = try chat(
            #""temperature":0,"top_p":0.5,"top_k":-1,"min_p":0.1,"seed":-1,"presence_penalty":-2,"#
                + #""frequency_penalty":1.5,"logit_bias":{"9":-100,"10":5},"max_tokens":9,"#
                + #""max_completion_tokens":7,"n":3,"stop":["a","b"],"logprobs":true,"top_logprobs":4,"#
                + #""ignore_eos":true,"stop_token_ids":[259],"stream":true,"#
                + #""stream_options":{"include_usage":true},"model":"gpt-test""#
        )
        var expected = SamplingParameters()
        expected.temperature = 0
        expected.topP = 0.5
        expected.minP = 0.1
        expected.seed = .max
        expected.presencePenalty = -2
        expected.frequencyPenalty = 1.5
        expected.logitBias = [LogitBias(token: 9, bias: -100), LogitBias(token: 10, bias: 5)]
        expected.topLogprobs = 4
        expected.maxTokens = 7
        expected.endTokens = [TestModel.hello]
        #expect(request.fields.sampling == expected)
        #expect(request.fields.stops == ["a", "b"] && request.fields.choiceCount == 3)
        #expect(request.fields.isStream && request.fields.includesUsage && request.fields.model == "gpt-test")
    }

    @Test func `defaults are OpenAI's`() throws {
        let chat = try chat("").fields
        #expect(chat.sampling.temperature == 1 && chat.sampling.topP == 1 && chat.sampling.topLogprobs == nil)
        #expect(chat.sampling.endTokens == [TestModel.end] && chat.choiceCount == 1 && !chat.isStream)
        let promptTokens = try self.chat("").prompts[0].tokens.count
        #expect(chat.sampling.maxTokens == 1_000 - promptTokens)
        #expect(try completion(#""prompt":"a""#).fields.sampling.maxTokens == 16)
        let seeds = try (0..<4).map { _ in try self.chat("").fields.sampling.seed }
        #expect(Set(seeds).count == 4, "a seed is drawn for each request")
    }

    @Test func `text parts are joined and developers are the system`() throws {
        let parts = #"{"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#
        let messages = try ChatRequest.messages(try fields("{\"messages\":[\(parts)]}"))
        #expect(messages == [ChatMessage(role: .system, content: "a\nb")])
    }

    @Test(arguments: [
        (#""prompt":"ab""#, [[1, 100, 101]]),
        (#""prompt":["a","b"]"#, [[1, 100], [1, 101]]),
        (#""prompt":[5,6]"#, [[5, 6]]),
        (#""prompt":[[5],[6,7]]"#, [[5], [6, 7]]),
        (#""prompt":"a</s>","add_special_tokens":false"#, [[100, 2]]),
    ])
    func `a prompt is text, token ids, or several of either`(members: String, expected: [[TokenID]]) throws {
        #expect(try completion(members).prompts.map(\.tokens) == expected)
    }

    @Test(arguments: [
        (#""model":"gpt-test""#, "prompt", "prompt is required"),
        (
            #""prompt":[]"#, "prompt",
            "prompt must be text, token ids, or an array of those, got an array of 0"
        ),
        (#""prompt":[1,"a"]"#, "prompt", #"prompt[1] must be a token id from 0 to 261, got "a""#),
        (#""prompt":["a",1]"#, "prompt", "or an array of those, got 1"),
        (#""prompt":[[]]"#, "prompt", "prompt must give at least one token"),
        (#""prompt":"","add_special_tokens":false"#, "prompt", "prompt must give at least one token"),
        (#""prompt":"a","best_of":2"#, "best_of", "it must equal n, 1"),
        (#""prompt":"a","suffix":"b""#, "suffix", "suffix is not supported"),
        (#""prompt":"a","echo":true,"logprobs":0"#, "echo", "echo with logprobs is not supported"),
        (
            #""prompt":["a","b","c","d","e","f","g","h","i"],"n":15"#, "n",
            "9 prompts × 15 choices exceed the limit of 128"
        ),
    ])
    func `a wrong prompt is refused`(members: String, param: String, message: String) throws {
        let error = try #require(failure { try completion(members) })
        #expect(error.status == 400 && error.param == param)
        #expect(error.message.contains(message), "\(error.message)")
    }

    @Test(arguments: [(999, 1, true), (999, 2, false), (1_000, 1, false), (5, 995, true), (5, .max, false)])
    func `prompt and answer fit the context`(promptTokens: Int, maxTokens: Int, fits: Bool) throws {
        let ids = Array(repeating: "5", count: promptTokens).joined(separator: ",")
        let error = failure { try completion("\"prompt\":[\(ids)],\"max_tokens\":\(maxTokens)") }
        #expect((error == nil) == fits)
        if let error {
            #expect(error.code == "context_length_exceeded" && error.param == "prompt" && error.status == 400)
            #expect(error.message.contains("1000") && error.message.contains("\(promptTokens) in the prompt"))
        }
    }
}
