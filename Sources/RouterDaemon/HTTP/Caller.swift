/// Who sent a request.
struct Caller: Equatable, Sendable {
    /// Whose API key it came with.
    var tenant: String
    /// `X-Request-Id`, the client's or ours.
    var requestID: String
    /// `X-Request-Class`; `nil` without one.
    var requestClass: String?
    /// Headers that say how its request ranks among others.
    var service = ServiceHeaders()
    /// The request's timeline, if it is traced.
    var trace: TracedRequest?
}
