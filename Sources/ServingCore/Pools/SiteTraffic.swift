import ServingTypes

/// Sums over the requests that touched one site, fading with time.
struct SiteTraffic: Hashable, Sendable {
    var decoded = 0.0
    var offloaded = 0.0
    var prefilled = 0.0
    var imported = 0.0
    var exported = 0.0
    var answers = 0.0
    var prefill = PromptMix()
    var local = PromptMix()
    var contextTokens = 0.0
    var outputTokens = 0.0

    static func += (left: inout Self, right: Self) {
        left.decoded += right.decoded
        left.offloaded += right.offloaded
        left.prefilled += right.prefilled
        left.imported += right.imported
        left.exported += right.exported
        left.answers += right.answers
        left.prefill += right.prefill
        left.local += right.local
        left.contextTokens += right.contextTokens
        left.outputTokens += right.outputTokens
    }

    /// Lets all of it fade.
    mutating func scale(_ factor: Double) {
        decoded *= factor
        offloaded *= factor
        prefilled *= factor
        imported *= factor
        exported *= factor
        answers *= factor
        prefill = prefill * factor
        local = local * factor
        contextTokens *= factor
        outputTokens *= factor
    }
}
