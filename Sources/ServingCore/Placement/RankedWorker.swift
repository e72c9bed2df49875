/// What a worker is compared by before it is known whom it would work with.
struct RankedWorker: Sendable {
    /// Its place in the snapshot.
    var worker: Int
    var failures: Int
    /// What its part takes, as far as that is known.
    var seconds: Double

    init(_ side: PrefillSide, seconds: Double) {
        worker = side.worker
        failures = side.failures
        self.seconds = seconds
    }
}
