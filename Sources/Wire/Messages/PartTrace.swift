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

    /// Describes one part.
    public init(
        attemptNumber: UInt32,
        worker: WorkerRef,
        kind: Kind,
        report: StageReport? = nil,
        failure: ServingError? = nil
    ) {
        self.attemptNumber = attemptNumber
        self.worker = worker
        self.kind = kind
        self.report = report
        self.failure = failure
    }
}
