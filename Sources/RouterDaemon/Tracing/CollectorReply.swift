/// What a collector made of an export.
enum CollectorReply: Equatable, Sendable {
    /// It took the batch, but for so many spans; it may say why.
    case taken(rejectedSpans: Int, message: String)
    /// It may take it later: at the earliest after the time given, if it gave one.
    case busy(retryAfter: Duration?, reason: String)
    /// It will never take it.
    case refused(reason: String)
}
