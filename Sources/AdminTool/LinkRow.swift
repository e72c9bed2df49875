internal import ServingTypes

/// A path between two workers, as `batonctl links` shows it.
struct LinkRow: Encodable {
    /// Where a rate is known from.
    enum Source: String, Encodable {
        case prior, measured, probed
    }

    /// The sender.
    let from: WorkerID
    /// What it measured.
    let path: PathReport

    var source: Source {
        guard path.sampleCount > 0 else { return .prior }
        return path.isProbed ? .probed : .measured
    }

    private enum Key: String, CodingKey {
        case from, to, source, samples, degraded, backlogged
        case rate = "bytes_per_second"
        case recentRate = "recent_bytes_per_second"
        case expectedRate = "expected_bytes_per_second"
        case roundTrip = "round_trip_ms"
        case inFlight = "in_flight_bytes"
        case delivered = "delivered_bytes"
    }

    /// An object with every key; what is not known is null.
    func encode(to encoder: any Encoder) throws {
        func known(_ value: Double) -> Double? { value > 0 ? value : nil }
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(from.rawValue, forKey: .from)
        try object.encode(path.peer.rawValue, forKey: .to)
        try object.encode(source, forKey: .source)
        try object.encode(path.sampleCount, forKey: .samples)
        try object.encode(path.isDegraded, forKey: .degraded)
        try object.encode(path.isBacklogged, forKey: .backlogged)
        try object.encode(known(path.bytesPerSecond), forKey: .rate)
        try object.encode(known(path.recentBytesPerSecond), forKey: .recentRate)
        try object.encode(known(path.expectedBytesPerSecond), forKey: .expectedRate)
        try object.encode(known(path.roundTrip.milliseconds), forKey: .roundTrip)
        try object.encode(path.inFlightBytes, forKey: .inFlight)
        try object.encode(path.deliveredBytes, forKey: .delivered)
    }
}
