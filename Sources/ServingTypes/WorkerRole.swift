/// What a worker currently does; its certificate says what it may do.
public enum WorkerRole: UInt8, Hashable, Sendable, CaseIterable {
    /// Computes prompts and hands their KV off.
    case prefill = 1
    /// Receives KV and generates; may also prefill for itself.
    case decode = 2

    /// The word used in settings, certificates and tables.
    public var name: String { self == .prefill ? "prefill" : "decode" }
}
