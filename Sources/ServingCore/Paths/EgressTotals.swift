import ServingTypes

/// Running totals of everything that a worker sends.
struct EgressTotals: Sendable {
    /// Bytes acknowledged, over all paths.
    var delivered = 0
    /// Time during which two or more paths had bytes in flight.
    var sharedTime = Duration.zero
}
