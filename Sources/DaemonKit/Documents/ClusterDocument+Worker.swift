extension ClusterDocument {
    /// What to think of a worker, in one word.
    public enum WorkerState: String, Codable, Hashable, Sendable, CaseIterable {
        /// Takes work.
        case live
        /// Was not heard of for a while.
        case suspect
        /// Answers, but its engine does not progress.
        case sick
        /// Its connection is gone.
        case dead
        /// Ends what it has, and is to stop.
        case draining
        /// Gets nothing new from this router.
        case cordoned
    }

    /// One worker.
    public struct Worker: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// `prefill` or `decode`.
        public var role: String
        /// What to think of it; of several the one that is the most urgent.
        public var state: WorkerState
        /// Whether it takes no new work by its own word.
        public var isDraining = false
        /// Whether this router places nothing new on it.
        public var isCordoned = false
        /// Host and port where other workers connect to.
        public var address: String
        /// Where its machine stands; absent when nothing was said.
        public var site: String?
        /// The model that it says to serve.
        public var model: String
        /// Longest sequence in tokens.
        public var contextTokens: Int
        /// Sequences that it decodes at once at most.
        public var maxRunning: Int
        /// Sequences that wait for their first step, by its last report.
        public var waiting = 0
        /// Sequences in prefill or decode.
        public var running = 0
        /// Those of them that decode.
        public var decoding = 0
        /// Parts of requests that this router has given to it and not seen end.
        public var assigned = 0
        /// Prompt tokens not yet computed.
        public var queuedTokens = 0
        /// How long a long prompt that comes now is predicted to wait.
        public var queuedMs = 0.0
        /// KV blocks of its pool.
        public var blocksTotal: Int
        /// Blocks that a new reservation cannot take.
        public var blocksUsed = 0
        /// Blocks that cache a prefix and may be taken.
        public var blocksCached = 0
        /// Prompt tokens per second of a large batch, by what was measured or by its profile; absent when unknown.
        public var prefillTokensPerSecond: Double?
        /// What its next decode step is predicted to take; absent while it decodes nothing.
        public var decodeStepMs: Double?
        /// Why its connection ended; absent while there is one.
        public var lossReason: String?
        /// How long ago that was.
        public var lostMs: Double?

        /// A worker without work.
        public init(
            name: String,
            role: String,
            state: WorkerState,
            address: String,
            model: String,
            contextTokens: Int,
            maxRunning: Int,
            blocksTotal: Int
        ) {
            self.name = name
            self.role = role
            self.state = state
            self.address = address
            self.model = model
            self.contextTokens = contextTokens
            self.maxRunning = maxRunning
            self.blocksTotal = blocksTotal
        }
    }
}
