internal import HTTPTypes

/// Headers by which clients say whose a request is and how it ranks.
extension HTTPField.Name {
    /// `X-Tenant`: whose request it is, from a key that may speak for others.
    static let tenant = named("X-Tenant")
    /// `X-Priority`: how urgent a request is.
    static let priority = named("X-Priority")
    /// `X-TTFT-Limit-Ms`: within how long the first token is due.
    static let ttftLimit = named("X-TTFT-Limit-Ms")
    /// `X-TPOT-Limit-Ms`: longest mean time per output token.
    static let tpotLimit = named("X-TPOT-Limit-Ms")

    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is not a header name") }
        return name
    }
}
