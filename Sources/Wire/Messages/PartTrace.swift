public import ServingTypes

/// What one worker did for one attempt of a request.
public struct PartTrace: Hashable, Sendable {
    /// Which part of the attempt it was.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Prefill with hand-off.
        case prefill = 1
        /// Decode after a hand-off.
        case decode = 2
        /// Both on one worker.
        case whole = 3

        /// The word used in tables.
        public var name: String {
            switch self {
            case .prefill: "prefill"
            case .decode: "decode"
            case .whole: "whole"
            }
        }
    }

    /// Number of the attempt, from 1.
    public var attemptNumber: UInt32
    /// Who did it.
    public var worker: WorkerRef
    /// What it did.
    public var kind: Kind
    /// What it took; `nil` until the part has ended.
    public var report: StageReport?
    /// Why it failed; `nil` unless it did.
    public var failure: ServingError?
    /// How its KV is encoded on the way; `nil` when none crosses.
    public var codec: KVCodec?
    /// Which part of the prompt's KV is handed off; `nil` for all of it.
    public var budget: KVBudget?
    /// Whom a prefix was to be fetched from for this part; `nil` for nobody.
    public var fetchSource: WorkerRef?

    /// Describes one part.
    public init(
        attemptNumber: UInt32,
        worker: WorkerRef,
        kind: Kind,
        report: StageReport? = nil,
        failure: ServingError? = nil,
        codec: KVCodec? = nil,
        budget: KVBudget? = nil,
        fetchSource: WorkerRef? = nil
    ) {
        self.attemptNumber = attemptNumber
        self.worker = worker
        self.kind = kind
        self.report = report
        self.failure = failure
        self.codec = codec
        self.budget = budget
        self.fetchSource = fetchSource
    }
}
