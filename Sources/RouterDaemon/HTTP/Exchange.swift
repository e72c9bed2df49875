internal import ServingTypes

/// One client request being answered: its choices, started in order, and what each adds to the answer.
///
/// Choice 0 of a prompt goes first. The others start when it has its first token, because the prompt's KV
/// blocks are in a cache then.
struct Exchange: Sendable {
    /// The request.
    let request: ClientRequest
    private let service: any GenerationService
    private let scope: RequestScope
    private var choices: [Choice] = []
    /// Prompts whose later choices wait for their first.
    private var waitingPrompts: Set<Int>
    private var openChoiceCount: Int

    /// Prepares the choices; ``start()`` asks for them.
    ///
    /// - Parameters:
    ///   - requestClass: what may happen to the KV of all of them.
    ///   - terms: how they rank among other requests.
    init(
        _ request: ClientRequest,
        on service: any GenerationService,
        scope: RequestScope,
        caller: Caller,
        requestClass: String,
        terms: ServiceTerms
    ) {
        self.request = request
        self.service = service
        self.scope = scope
        let perPrompt = request.fields.choiceCount
        waitingPrompts = perPrompt > 1 ? Set(request.prompts.indices) : []
        openChoiceCount = request.prompts.count * perPrompt
        for prompt in request.prompts {
            let ids = (0..<perPrompt).map { _ in RequestID.random() }
            for (index, id) in ids.enumerated() {
                var sampling = request.fields.sampling
                sampling.choiceIndex = UInt32(index)
                var generation = GenerationRequest(
                    id: id,
                    tokens: prompt.tokens,
                    sampling: sampling,
                    tenant: caller.tenant,
                    clientRequestID: caller.requestID,
                    forkOf: index == 0 ? nil : ids[0],
                    requestClass: requestClass,
                    timeout: scope.timeout
                )
                generation.trace = scope.trace
                generation.terms = terms
                let text = ChoiceText(
                    tokenizer: service.model.tokenizer,
                    sampling: sampling,
                    stops: request.fields.stops,
                    startsText: request.endpoint == .chat
                )
                choices.append(Choice(generation, echo: prompt.echo, text: text))
            }
        }
    }

    /// Identity of the first choice, which stands for the whole answer.
    var id: RequestID { choices[0].request.id }

    /// Indices of all choices.
    var choiceIndices: Range<Int> { choices.indices }

    /// Starts the first choice of every prompt.
    mutating func start() {
        for index in stride(from: 0, to: choices.count, by: request.fields.choiceCount) {
            choices[index].start(on: service, index: index, inbox: scope.inbox, isWhole: isWhole)
        }
    }

    /// Whether nothing can be done with a part of an answer: nobody is sent it, no stop string is looked for
    /// in it, and no other choice waits for its first token.
    private var isWhole: Bool {
        !request.fields.isStream && request.fields.stops.isEmpty && request.fields.choiceCount == 1
    }

    /// Waits for what is to be sent next; `nil` when every choice is complete.
    ///
    /// - Throws: the failure of any choice, which ends the request; the others are cancelled when the
    ///   exchange is dropped.
    mutating func next() async throws(APIError) -> [ChoiceDelta]? {
        while openChoiceCount > 0 {
            var deltas: [ChoiceDelta] = []
            for index in try await news() {
                guard let delta = try choices[index].advance(index: index) else { continue }
                startOthers(after: index)
                if delta.finish != nil { openChoiceCount -= 1 }
                deltas.append(delta)
            }
            if !deltas.isEmpty { return deltas }
        }
        return nil
    }

    /// Tokens used until now.
    var usage: TokenUsage {
        var usage = TokenUsage()
        usage.promptTokens = request.prompts.reduce(0) { $0 + $1.tokens.count }
        usage.completionTokens = choices.reduce(0) { $0 + $1.tokenCount }
        for index in stride(from: 0, to: choices.count, by: request.fields.choiceCount) {
            guard let cached = choices[index].cachedTokens else { continue }
            usage.cachedTokens = (usage.cachedTokens ?? 0) + cached
        }
        return usage
    }

    private mutating func news() async throws(APIError) -> [Int] {
        switch await scope.inbox.next() {
        case .success(let ready): return ready
        case .failure(let error):
            switch error.reason {
            case .clientGone: throw .clientGone
            case .deadline:
                for index in choices.indices { choices[index].giveUp(.deadline) }
                throw .timedOut(after: scope.timeout)
            }
        }
    }

    private mutating func startOthers(after index: Int) {
        let perPrompt = request.fields.choiceCount
        guard waitingPrompts.remove(index / perPrompt) != nil else { return }
        for other in index + 1..<index + perPrompt {
            choices[other].start(on: service, index: other, inbox: scope.inbox, isWhole: false)
        }
    }
}

extension RequestID {
    /// A new identity from the system's random source.
    static func random() -> RequestID {
        RequestID(rawValue: Bytes128(high: .random(in: .min ... .max), low: .random(in: .min ... .max)))
    }
}
