/// The HTTP status of an answer.
public enum AnswerStatus: String, MetricLabelValue {
    case ok = "200"
    case badRequest = "400"
    case unauthorized = "401"
    case forbidden = "403"
    case notFound = "404"
    case methodNotAllowed = "405"
    case bodyTooLarge = "413"
    case unsupportedType = "415"
    case tooManyRequests = "429"
    case clientGone = "499"
    case failed = "500"
    case unavailable = "503"
    case timedOut = "504"
    case other

    /// The status of that number.
    public init(code: Int) { self = Self(rawValue: String(code)) ?? .other }
}
