/// Requests in flight at one router, the oldest first: what `batonctl requests` shows, and `/admin/requests`.
public struct RequestsDocument: Codable, Hashable, Sendable {
    /// Requests that a document lists at most.
    public static let maxRequests = 1_000

    /// Where a request stands.
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        /// Waits for a worker.
        case waiting
        /// Its prompt is computed.
        case prefill
        /// Its first token is out, and its KV is on the way to the decode worker.
        case transfer
        /// It produces tokens.
        case decode
    }

    /// A time that a request spent in one way.
    public struct Stage: Codable, Hashable, Sendable {
        /// `waiting`, `prefill`, `transfer` or `decode`; or `failed`, for an attempt that came to nothing.
        public var name: String
        /// Number of the attempt; absent while waiting.
        public var attempt: Int?
        /// Since the request's arrival.
        public var startMs: Double
        /// Likewise; absent while it lasts.
        public var endMs: Double?

        /// A stage that lasts.
        public init(_ name: String, attempt: Int? = nil, startMs: Double, endMs: Double? = nil) {
            self.name = name
            self.attempt = attempt
            self.startMs = startMs
            self.endMs = endMs
        }
    }

    /// One request; each choice of a client's request is one.
    public struct Request: Codable, Hashable, Sendable {
        /// The client's name for it.
        public var request: String
        /// Its identity, as in the log.
        public var id: String
        /// Whose it is.
        public var tenant: String
        /// What quality it asked for.
        public var requestClass: String
        /// `interactive`, `batch` or `best_effort`.
        public var priority: String
        /// Where it stands.
        public var state: State
        /// Prompt length.
        public var promptTokens: Int
        /// Prompt tokens that were found cached, or fetched.
        public var cachedTokens = 0
        /// Tokens that the client has.
        public var outputTokens = 0
        /// Tokens that it gets at most.
        public var maxOutputTokens: Int
        /// Since its arrival.
        public var ageMs: Double
        /// From its arrival to the first token.
        public var ttftMs: Double?
        /// Who computes the prompt; absent while waiting.
        public var prefillWorker: String?
        /// Who decodes; absent while waiting.
        public var decodeWorker: String?
        /// Number of the attempt; 0 before the first.
        public var attempt = 0
        /// What it did since its arrival.
        public var stages: [Stage] = []

        private enum CodingKeys: String, CodingKey {
            case request, id, tenant, priority, state, promptTokens, cachedTokens, outputTokens,
                maxOutputTokens
            case ageMs, ttftMs, prefillWorker, decodeWorker, attempt, stages
            case requestClass = "class"
        }

        /// A request that waits.
        public init(
            request: String,
            id: String,
            tenant: String,
            requestClass: String,
            priority: String,
            state: State,
            promptTokens: Int,
            maxOutputTokens: Int,
            ageMs: Double
        ) {
            self.request = request
            self.id = id
            self.tenant = tenant
            self.requestClass = requestClass
            self.priority = priority
            self.state = state
            self.promptTokens = promptTokens
            self.maxOutputTokens = maxOutputTokens
            self.ageMs = ageMs
        }
    }

    /// The router's name.
    public var router: String
    /// Requests in flight that were asked for, whether listed or not.
    public var total: Int
    /// Requests that are listed at most.
    public var limit: Int
    /// The oldest first.
    public var requests: [Request]

    /// Lists requests.
    public init(router: String, total: Int, limit: Int, requests: [Request]) {
        self.router = router
        self.total = total
        self.limit = limit
        self.requests = requests
    }
}
