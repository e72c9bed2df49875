public import ServingTypes

/// How requests rank that do not say so themselves, by their class and tenant.
public struct ServiceDefaults: Equatable, Sendable {
    /// What a request class says of its requests; `nil` where it says nothing.
    public struct Terms: Equatable, Sendable {
        /// How urgent they are.
        public var priority: RequestPriority?
        /// Within how long the first token is due.
        public var ttftLimit: Duration?
        /// Longest mean time per output token.
        public var tpotLimit: Duration?

        /// States what is known.
        public init(
            priority: RequestPriority? = nil,
            ttftLimit: Duration? = nil,
            tpotLimit: Duration? = nil
        ) {
            self.priority = priority
            self.ttftLimit = ttftLimit
            self.tpotLimit = tpotLimit
        }
    }

    /// By name of the request class.
    public var classes: [String: Terms]
    /// Priority by name of the tenant.
    public var tenants: [String: RequestPriority]

    /// Everything is interactive unless told otherwise.
    public init(classes: [String: Terms] = [:], tenants: [String: RequestPriority] = [:]) {
        self.classes = classes
        self.tenants = tenants
    }

    private static let longestLimit = 3_600_000.0

    /// How a request ranks: by its body, else its headers, else its class, else its tenant.
    func terms(
        of body: FieldReader,
        _ headers: ServiceHeaders,
        requestClass: String,
        tenant: String
    ) throws(APIError) -> ServiceTerms {
        let given = classes[requestClass] ?? Terms()
        var terms = ServiceTerms()
        let inBody = try Self.priority(in: body)
        let inHeader = try inBody == nil ? Self.priority(headers.priority) : nil
        terms.priority = inBody ?? inHeader ?? given.priority ?? tenants[tenant] ?? .interactive
        terms.ttftLimit = try Self.limit(headers.ttftLimit, "X-TTFT-Limit-Ms") ?? given.ttftLimit
        terms.tpotLimit = try Self.limit(headers.tpotLimit, "X-TPOT-Limit-Ms") ?? given.tpotLimit
        return terms
    }

    private static let words = RequestPriority.allCases.map(\.name).joined(separator: ", ")

    /// Our words, or vLLM's integers, of which lower ones go first: up to 0 is interactive, 1 is batch.
    private static func priority(in body: FieldReader) throws(APIError) -> RequestPriority? {
        switch body["priority"] {
        case nil: return nil
        case .string(let word)?: return try priority(word, "priority")
        case .some(let value):
            guard let number = value.asInteger else {
                throw body.mismatch("priority", "one of \(words), or an integer", value)
            }
            return number <= 0 ? .interactive : number == 1 ? .batch : .bestEffort
        }
    }

    private static func priority(_ word: String?) throws(APIError) -> RequestPriority? {
        guard let word else { return nil }
        return try priority(word, "X-Priority")
    }

    private static func priority(_ word: String, _ place: String) throws(APIError) -> RequestPriority {
        guard let priority = RequestPriority(name: word) else {
            let shown = word.prefix(60).debugDescription
            throw .badField(place, "\(place) must be one of \(words), got \(shown)")
        }
        return priority
    }

    private static func limit(_ text: String?, _ name: String) throws(APIError) -> Duration? {
        guard let text else { return nil }
        guard let milliseconds = Double(text), milliseconds > 0, milliseconds <= longestLimit else {
            let shown = text.prefix(60).debugDescription
            throw .badField(name, "\(name) must be milliseconds above 0, at most 3600000, got \(shown)")
        }
        return .fromSeconds(milliseconds / 1_000)
    }
}
