public import ServingTypes

extension ClusterDocument {
    /// A path between two workers, as its sender measured it; every key is there, and null where nothing is known.
    public struct Link: Codable, Hashable, Sendable {
        /// Where a rate is known from.
        public enum Source: String, Codable, Hashable, Sendable {
            /// A setting: there was no sample.
            case prior
            /// Transfers.
            case measured
            /// A probe of the idle path.
            case probed
        }

        /// The sender.
        public var from: String
        /// The receiver.
        public var to: String
        /// Where the rate is known from.
        public var source: Source
        /// What the path carries alone.
        public var bytesPerSecond: Double?
        /// What it delivered lately while it had bytes in flight.
        public var recentBytesPerSecond: Double?
        /// What it should carry.
        public var expectedBytesPerSecond: Double?
        /// Smoothed round trip.
        public var roundTripMs: Double?
        /// Bytes sent and not acknowledged.
        public var inFlightBytes: Int
        /// Bytes acknowledged since the sender's boot.
        public var deliveredBytes: Int
        /// Samples of the rate.
        public var samples: Int
        /// Whether it is far below what is expected.
        public var degraded: Bool
        /// Whether more waits than it takes.
        public var backlogged: Bool

        private enum CodingKeys: String, CodingKey {
            case from, to, source, samples, degraded, backlogged
            case bytesPerSecond, recentBytesPerSecond, expectedBytesPerSecond, roundTripMs
            case inFlightBytes, deliveredBytes
        }

        /// What a sender reports of a path.
        public init(from sender: WorkerID, _ path: PathReport) {
            func known(_ value: Double) -> Double? { value > 0 ? value : nil }
            from = sender.rawValue
            to = path.peer.rawValue
            source = path.sampleCount == 0 ? .prior : path.isProbed ? .probed : .measured
            bytesPerSecond = known(path.bytesPerSecond)
            recentBytesPerSecond = known(path.recentBytesPerSecond)
            expectedBytesPerSecond = known(path.expectedBytesPerSecond)
            roundTripMs = known(path.roundTrip.milliseconds)
            inFlightBytes = path.inFlightBytes
            deliveredBytes = path.deliveredBytes
            samples = path.sampleCount
            degraded = path.isDegraded
            backlogged = path.isBacklogged
        }

        /// Writes every key.
        public func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(from, forKey: .from)
            try object.encode(to, forKey: .to)
            try object.encode(source, forKey: .source)
            try object.encode(samples, forKey: .samples)
            try object.encode(degraded, forKey: .degraded)
            try object.encode(backlogged, forKey: .backlogged)
            try object.encode(bytesPerSecond, forKey: .bytesPerSecond)
            try object.encode(recentBytesPerSecond, forKey: .recentBytesPerSecond)
            try object.encode(expectedBytesPerSecond, forKey: .expectedBytesPerSecond)
            try object.encode(roundTripMs, forKey: .roundTripMs)
            try object.encode(inFlightBytes, forKey: .inFlightBytes)
            try object.encode(deliveredBytes, forKey: .deliveredBytes)
        }
    }
}
