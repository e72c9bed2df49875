internal import ServingCore
internal import ServingTypes

/// One answer to one prompt, from its start to its last token.
struct Choice: Sendable {
    /// What the cluster is asked for.
    let request: GenerationRequest
    /// Text to put before the answer.
    private let echo: String
    private var text: ChoiceText
    private var stream: GenerationStream?
    private var hasBegun = false
    /// Whether all of it has been handed on.
    private(set) var isComplete = false
    /// Prompt tokens found in a KV cache, once known.
    private(set) var cachedTokens: Int?

    var tokenCount: Int { text.tokenCount }

    init(_ request: GenerationRequest, echo: String, text: ChoiceText) {
        self.request = request
        self.echo = echo
        self.text = text
    }

    /// Asks the cluster; news are posted under `index`.
    ///
    /// - Parameter isWhole: whether nothing can be done before the end.
    mutating func start(
        on service: any GenerationService,
        index: Int,
        inbox: RequestInbox,
        isWhole: Bool
    ) {
        let stream = service.generate(request)
        stream.notify(atEndOnly: isWhole) { inbox.post(choice: index) }
        self.stream = stream
    }

    /// Takes what has arrived; `nil` when it is nothing to tell the client.
    mutating func advance(index: Int) throws(APIError) -> ChoiceDelta? {
        guard !isComplete, let update = stream?.take() else { return nil }
        cachedTokens = update.cachedTokens ?? cachedTokens
        if case .failed(let error) = update.end { throw APIError(error, retryAfter: update.retryAfter) }
        guard !update.tokens.isEmpty || update.end != nil else { return nil }
        var delta = text.append(update.tokens, finish: update.reason)
        delta.choice = index
        if !hasBegun {
            hasBegun = true
            delta.isFirst = true
            delta.text = echo + delta.text
        }
        if delta.finish != nil {
            isComplete = true
            giveUp(.stopString)  // More may be being generated; after an end this is nothing.
        }
        return delta.hasNews ? delta : nil
    }

    /// Tells the cluster that no more is wanted; nothing happens after the end.
    mutating func giveUp(_ reason: CancelReason) {
        stream?.cancel(reason)
        stream = nil
    }
}

extension GenerationUpdate {
    fileprivate var reason: FinishReason? {
        if case .finished(let reason) = end { reason } else { nil }
    }
}
