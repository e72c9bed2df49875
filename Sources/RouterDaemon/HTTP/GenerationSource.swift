public import ServingTypes

/// The producer's end of one choice; calls never wait, and are ignored after the end or a cancellation.
public struct GenerationSource: Sendable {
    private let mailbox: GenerationMailbox

    init(mailbox: GenerationMailbox) { self.mailbox = mailbox }

    /// Whether the reader has given up.
    public var isCancelled: Bool { mailbox.isCancelled }

    /// Reports how many prompt tokens were found in a KV cache.
    public func report(cachedTokens: Int) { mailbox.add { $0.cachedTokens = cachedTokens } }

    /// Hands over the next output tokens; those that end the choice as well, before ``finish(_:)``.
    public func yield(_ tokens: [SampledToken]) {
        guard !tokens.isEmpty else { return }
        mailbox.add { $0.tokens.append(contentsOf: tokens) }
    }

    /// Ends the choice normally.
    public func finish(_ reason: FinishReason) { mailbox.add { $0.end = .finished(reason) } }

    /// Ends the choice with an error.
    ///
    /// - Parameter retryAfter: when it may be worth asking again, if anything is known of that.
    public func fail(_ error: ServingError, retryAfter: Duration? = nil) {
        mailbox.add { update in
            update.retryAfter = retryAfter
            update.end = .failed(error)
        }
    }
}
