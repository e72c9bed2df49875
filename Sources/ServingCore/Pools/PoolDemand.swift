/// What one site's requests are like, on average, and how many come.
struct PoolDemand: Hashable, Sendable {
    /// Requests per second that are decoded here.
    var decoded = 0.0
    /// Requests per second that the site's prefill workers compute.
    var prefilled = 0.0
    /// Those among ``decoded`` that are prefilled at another site.
    var imported = 0.0
    /// Those among ``prefilled`` that are decoded at another site.
    var exported = 0.0
    /// Share of the decoded requests that were not prefilled where they decode, 0 to 1.
    var offloaded = 0.0
    /// What the site's prefill workers compute for one.
    var prefill = PromptMix()
    /// What its decode workers compute for one that they prefill themselves.
    var local = PromptMix()
    /// Context of a request when it begins to decode, in tokens.
    var contextTokens = 0.0
    /// Tokens of an answer.
    var outputTokens = 0.0
    /// How much more comes than is placed, at least 1.
    var pressure = 1.0
}
