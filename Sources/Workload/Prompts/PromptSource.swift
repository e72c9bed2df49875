import ServingTypes

/// The prompts of a run, each made when it is asked for: equal sources give equal prompts, in any order.
public protocol PromptSource: Sendable {
    /// Requests that the source can make.
    var count: Int { get }

    /// How long request `index` is, from 0 to ``count`` − 1.
    func lengths(at index: Int) -> RequestLengths

    /// The prompt of request `index`: `[lengths(at: index).promptTokens]` token ids. O(prompt).
    func tokens(at index: Int) -> [TokenID]

    /// Group and headers of request `index`.
    func labels(at index: Int) -> RequestLabels
}

extension PromptSource {
    /// None: only traces know any.
    public func labels(at index: Int) -> RequestLabels { RequestLabels() }

    /// The prompt as words, for servers that take no token ids: see ``WordText``.
    public func text(at index: Int, wordsPerToken: Double = 1) -> String {
        WordText.text(of: tokens(at: index), wordsPerToken: wordsPerToken)
    }
}
