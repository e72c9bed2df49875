/// How a null server answers: in full, or wrongly in one of the ways that a client must survive.
public enum NullBehaviour: String, CaseIterable, Sendable {
    /// Tokens at their times.
    case answer
    /// Status 500 with an error.
    case fail
    /// Status 429 with an error.
    case refuse
    /// Bytes that are not HTTP.
    case garbage
    /// A stream whose events are not JSON.
    case nonsense
    /// A stream that ends after half of its tokens as if it were complete.
    case truncate
    /// A connection that is closed after half of the tokens.
    case close
    /// A connection that is reset after half of the tokens.
    case reset
    /// No answer at all.
    case silence
    /// A stream that stops after half of its tokens and stays open.
    case stall
    /// An error event after half of the tokens.
    case report
    /// A full answer, and the connection is closed a moment later though it was to be kept.
    case expire
}
