extension RouterSettings {
    /// Keys of `placement` that only some policies look at.
    public struct BaselineKnobs: Hashable, Sendable {
        /// Requests by which the busiest worker must exceed the idlest for `prefix_aware` to look at loads.
        public var balanceAbs = 64
        /// And by which factor.
        public var balanceRel = 1.5
        /// Share of a prompt that must be cached for `prefix_aware` to follow the prefix.
        public var matchThreshold = 0.3
        /// Tokens to compute from which `static_threshold` takes a prefill worker.
        public var staticThreshold = 2_048

        /// The defaults.
        public init() {}

        mutating func read(from reader: inout SettingsReader) {
            reader.read("placement.balance_abs", &balanceAbs, .integer(0...1_000_000))
            reader.read("placement.balance_rel", &balanceRel, .number(1...1_000))
            reader.read("placement.match_threshold", &matchThreshold, .number(0...1))
            reader.read("placement.static_threshold", &staticThreshold, .integer(0...1_000_000_000))
        }
    }
}
