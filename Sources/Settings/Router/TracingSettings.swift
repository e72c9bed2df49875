/// The `tracing` section: where the spans of requests are sent.
public struct TracingSettings: Hashable, Sendable {
    /// One header of each export, such as a key that the collector asks for.
    public struct Header: Hashable, Sendable {
        /// The header's name.
        public var name: String
        /// What it says; never shown.
        public var value: String

        /// Pairs the two.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// URL to which OTLP/HTTP is posted; `nil` turns tracing off.
    public var endpoint: String?
    /// Authorities (PEM file) trusted for an `https` endpoint; `nil` trusts the system's.
    public var authorityPath: String?
    /// Headers of each export.
    public var headers: [Header] = []
    /// Share of the traces begun here that is kept; callers decide for theirs.
    public var sampleRatio = 1.0
    /// How long one export may take, and all that is left at the end.
    public var timeout = Duration.seconds(10)
    /// Finished requests whose spans may wait to be sent.
    public var queueLimit = 2_048

    /// The defaults.
    public init() {}
}
