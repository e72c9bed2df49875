internal import ServingTypes

/// Why a command did not do what it was told: the sentence for the operator, and the exit status.
struct Complaint: Error, Hashable, CustomStringConvertible {
    let status: ExitStatus
    /// What happened, with numbers, and what to do.
    let description: String

    init(_ status: ExitStatus, _ sentence: String) {
        self.status = status
        description = sentence
    }

    /// What a router refused, or what broke on the way.
    ///
    /// - Parameter certificate: the one that was used, in words.
    init(_ error: ServingError, certificate: String) {
        let text = error.message
        switch error.code {
        case .peerLost, .deadline: self.init(.unreachable, text)
        case .unauthorized where text.contains("use an admin certificate"): self.init(.forbidden, text)
        case .unauthorized:
            self.init(
                .forbidden,
                "\(text): \(certificate) is not enough for this; use one with the role admin"
            )
        case .badRequest where text.hasPrefix("no ") || text.hasPrefix("unknown "): self.init(.notFound, text)
        case .badRequest: self.init(.failed, text)
        default: self.init(.failed, "\(error)")
        }
    }
}
