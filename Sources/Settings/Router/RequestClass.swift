public import ServingTypes

/// One entry of `request_classes`: what may happen to the KV of requests that name it.
public struct RequestClass: Hashable, Sendable {
    /// The name that clients send.
    public var name: String
    /// Codecs that may be used; at least one, each once.
    public var codecs: [KVCodec]
    /// Which part of a longer prompt's KV is handed off; `nil` for all of it.
    public var budget: KVBudget?
    /// How urgent its requests are unless they say so themselves; `nil` leaves that to their tenant.
    public var priority: RequestPriority?
    /// Within how long the first token is due unless the request says so; `nil` promises nothing.
    public var ttftLimit: Duration?
    /// Longest mean time per output token unless the request says so; `nil` promises nothing.
    public var tpotLimit: Duration?

    /// Describes a class.
    public init(name: String, codecs: [KVCodec] = [.raw], budget: KVBudget? = nil) {
        self.name = name
        self.codecs = codecs
        self.budget = budget
    }

    /// The class that is always there: all KV, bit for bit.
    public static let exact = RequestClass(name: "exact")
}
