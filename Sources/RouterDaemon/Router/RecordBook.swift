internal import Collections
internal import ServingCore
internal import ServingTypes

/// The latest ended requests, found by their identity or by the client's own name for them.
struct RecordBook: Sendable {
    /// What the client said of a request beside its work.
    struct Label: Sendable {
        /// The client's name for it.
        var name: String
        /// The class that it asked for, or the default.
        var requestClass: String
        /// Whose API key it came with.
        var tenant: String
        /// Where its record is wanted for a trace.
        var trace: TracedRequest?
    }

    private var records: OrderedDictionary<RequestID, RequestRecord> = [:]
    /// Latest request under a client's name; a name may be used again.
    private var names: [String: RequestID] = [:]
    private var labels: [RequestID: Label] = [:]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Remembers the client's words about a request that has begun.
    mutating func begin(_ request: RequestID, _ label: Label) {
        names[label.name] = request
        labels[request] = label
    }

    /// Keeps what became of a request; the oldest record makes room.
    mutating func add(_ record: RequestRecord) {
        records[record.request] = record
        guard records.count > limit else { return }
        // Removal at the front is linear, so an eighth goes at once.
        for request in records.keys.prefix(max(1, limit / 8)) {
            guard let name = labels.removeValue(forKey: request)?.name else { continue }
            if names[name] == request { names[name] = nil }
        }
        records.removeFirst(max(1, limit / 8))
    }

    /// Who wants the record of a request for a trace; it is told once.
    mutating func takeTrace(of request: RequestID) -> TracedRequest? {
        defer { labels[request]?.trace = nil }
        return labels[request]?.trace
    }

    /// The latest records with their labels, newest first.
    func latest(_ count: Int) -> [(RequestRecord, Label?)] {
        records.elements.suffix(count).reversed().map { ($0.value, labels[$0.key]) }
    }

    /// Calls `body` for the records, newest first, until it says that it has seen enough.
    func forEachLatest(_ body: (RequestRecord) -> Bool) {
        for record in records.values.reversed() where !body(record) { return }
    }

    subscript(request: RequestID) -> RequestRecord? { records[request] }

    /// The request that a person means: by the client's name, or by identity.
    func request(named text: String) -> RequestID? {
        names[text] ?? Bytes128(hexadecimal: text).map(RequestID.init(rawValue:))
    }

    func label(of request: RequestID) -> Label? { labels[request] }
}
