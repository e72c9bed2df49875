import RouterDaemon
import ServingTypes
import Synchronization
import Tokenization

/// A cluster that does what the test says.
final class FakeService: GenerationService {
    /// One choice that was asked for.
    struct Call: Sendable {
        var request: GenerationRequest
        var source: GenerationSource
    }

    let model: ServedModel
    private let ready = Mutex(true)
    private let script: (@Sendable (Call) -> Void)?
    private let callSink: AsyncStream<Call>.Continuation
    private let cancelSink: AsyncStream<RequestID>.Continuation
    /// Every choice asked for, in order; one reader.
    let calls: AsyncStream<Call>
    /// Every choice given up by the API, in order; one reader.
    let cancellations: AsyncStream<RequestID>

    /// - Parameter script: answers each choice; without one the test does, from `calls`.
    init(model: ServedModel, script: (@Sendable (Call) -> Void)? = nil) {
        self.model = model
        self.script = script
        (calls, callSink) = AsyncStream.makeStream()
        (cancellations, cancelSink) = AsyncStream.makeStream()
    }

    var isReady: Bool {
        get { ready.withLock { $0 } }
        set { ready.withLock { $0 = newValue } }
    }

    func generate(_ request: GenerationRequest) -> GenerationStream {
        let (stream, source) = GenerationStream.make { [cancelSink] _ in cancelSink.yield(request.id) }
        let call = Call(request: request, source: source)
        if let script { script(call) } else { callSink.yield(call) }
        return stream
    }

    /// Waits for the next choice to be asked for.
    func nextCall() async throws -> Call {
        for await call in calls { return call }
        throw CancellationError()
    }

    /// Waits for the next choice to be given up.
    func nextCancellation() async throws -> RequestID {
        for await id in cancellations { return id }
        throw CancellationError()
    }
}

/// A vocabulary with one token per byte and a few words.
enum TestModel {
    static let end: TokenID = 2
    static let hello: TokenID = 259
    static let world: TokenID = 260
    static let block: TokenID = 261
    /// Characters of the token `block`.
    static let blockCharacters = 1_000

    static func served(contextTokens: Int = 1_000) throws -> ServedModel {
        let bytes = (0...255).map { byte in
            "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
        }
        let words = ["Hello", "▁world", String(repeating: "x", count: blockCharacters)]
        let tokens = ["<unk>", "<s>", "</s>"] + bytes + words
        let vocabulary = Vocabulary(
            model: .sentencePiece,
            tokens: tokens,
            scores: tokens.indices.map { -Float($0) },
            types: [.unknown, .control, .control] + bytes.map { _ in .byte } + words.map { _ in .normal },
            beginToken: 1,
            endToken: end,
            addsBegin: true,
            chatTemplate:
                "{% for m in messages %}<|im_start|>{{m.role}}\n{{m.content}}<|im_end|>\n{% endfor %}"
        )
        return ServedModel(
            name: "test/model",
            aliases: ["gpt-test"],
            contextTokens: contextTokens,
            created: 1_700_000_000,
            tokenizer: try Tokenizer(vocabulary)
        )
    }

    /// The byte tokens of a text.
    static func tokens(_ text: String) -> [SampledToken] { text.utf8.map { token($0) } }

    static func token(_ byte: UInt8) -> SampledToken { SampledToken(id: 3 + TokenID(byte)) }
}
