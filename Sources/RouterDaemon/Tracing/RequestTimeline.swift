internal import Observability
internal import ServingCore
internal import ServingTypes

/// One client request that is traced: when each of its stages began on the router's clock, and what became of
/// it.
struct RequestTimeline: Sendable {
    /// The span of the request itself.
    var context: TraceContext
    /// The caller's span; `nil` where the trace begins here.
    var parent: SpanID?
    /// Time of day at ``arrivedAt``, in nanoseconds since 1970.
    var unixArrival: Int64
    /// When its head was read.
    var arrivedAt: Timestamp
    /// When its body was read and parsed.
    var readAt: Timestamp?
    /// When its prompts were tokens.
    var tokenizedAt: Timestamp?
    /// When the first bytes of a stream were ready.
    var streamedAt: Timestamp?
    /// When its answer was complete, or given up.
    var endedAt: Timestamp?
    /// Path that it was sent to.
    var path: String
    /// The name that client and logs know it by.
    var requestID: String
    /// Whose API key it came with.
    var tenant: String
    /// What it asks for, once it is understood.
    var request: Asked?
    /// HTTP status of the answer.
    var status: Int?
    /// Why it was not answered, or not to its end.
    var failure: APIError?
    /// What became of its choices, in the order in which they ended.
    var records: [RequestRecord] = []

    /// What a request asks for.
    struct Asked: Sendable {
        var endpoint: Endpoint
        var fields: CommonFields
        var requestClass: String
        /// Tokens of all prompts.
        var promptTokens: Int
    }
}

extension RequestTimeline.Asked {
    init(_ request: ClientRequest, requestClass: String) {
        endpoint = request.endpoint
        fields = request.fields
        self.requestClass = requestClass
        promptTokens = request.prompts.reduce(0) { $0 + $1.tokens.count }
    }
}
