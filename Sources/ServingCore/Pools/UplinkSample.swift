/// What one direction of an uplink carries at a moment.
struct UplinkSample: Hashable, Sendable {
    /// Bytes per second that run over it.
    var bytesPerSecond: Double
    /// Bytes sent and not confirmed.
    var inFlightBytes: Int
    /// Bytes per second that it can carry, above 0.
    var capacity: Double
}
