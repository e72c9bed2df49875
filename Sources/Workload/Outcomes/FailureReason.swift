/// Why a request failed: one closed list of words, for reports and charts.
public enum FailureReason: String, CaseIterable, Codable, Comparable, Hashable, Sendable {
    /// No connection could be made.
    case connectFailed = "connect_failed"
    /// The connection closed or broke before the answer was complete.
    case connectionLost = "connection_lost"
    /// The client's own time limit passed.
    case timeout
    /// The server has no room now (429 or 503): the request may be repeated later.
    case rejected
    /// The server refused the request itself (another 4xx).
    case badRequest = "bad_request"
    /// The server failed (another 5xx, or a status that is no success).
    case serverError = "server_error"
    /// A stream that had begun reported an error.
    case streamError = "stream_error"
    /// A stream ended without saying that the answer is complete.
    case streamTruncated = "stream_truncated"
    /// The answer is not what the interface promises.
    case malformed
    /// The answer was complete and held no output.
    case empty
    /// The run ended, or the client gave up, before the answer was complete.
    case cancelled

    /// The reason for an answer with this status code; `nil` for a success.
    public init?(status: Int) {
        switch status {
        case 200..<300: return nil
        case 429, 503: self = .rejected
        case 400..<500: self = .badRequest
        default: self = .serverError
        }
    }

    /// Orders by word, so that sorted output does not depend on a hash table.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
