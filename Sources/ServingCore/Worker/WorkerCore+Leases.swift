import ServingTypes

extension WorkerCore {
    /// For how many things KV or memory is kept on behalf of other workers.
    public struct LeaseCounts: Hashable, Sendable {
        /// Prompts whose KV is kept until its receiver has verified it, or is sent while it is computed.
        public var handOffSent = 0
        /// Prompts whose KV is on its way here.
        public var handOffAwaited = 0
        /// Prefixes that other workers fetch.
        public var fetchServed = 0
        /// Prefixes that are fetched.
        public var fetchAwaited = 0
        /// Offers that came before their reservations.
        public var offerParked = 0
    }

    /// What is kept on behalf of others now; O(sequences).
    public var leases: LeaseCounts {
        var counts = LeaseCounts()
        for sequence in sequences.values {
            if sequence.sender != nil { counts.handOffSent += 1 }
            if sequence.phase == .receiving { counts.handOffAwaited += 1 }
            if sequence.fetch != nil { counts.fetchAwaited += 1 }
        }
        counts.fetchServed = served.count
        counts.offerParked = parkedOffers.count
        return counts
    }
}
