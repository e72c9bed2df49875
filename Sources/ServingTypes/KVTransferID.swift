/// Names one transfer of KV between two workers.
///
/// A worker receives at most one transfer of each kind per attempt, and sends at most one of each kind to a peer.
public struct KVTransferID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What the transfer is for.
    public enum Kind: UInt8, Hashable, Comparable, Sendable, CaseIterable {
        /// Prompt KV on its way from the prefill worker to the decode worker.
        case handOff = 1
        /// A cached prefix on its way from the worker that holds it to the one that computes the rest.
        case fetch = 2

        /// Orders hand-offs before fetches.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// The attempt.
    public var attempt: AttemptID
    /// What the transfer is for.
    public var kind: Kind

    /// Names a transfer.
    public init(attempt: AttemptID, kind: Kind) {
        self.attempt = attempt
        self.kind = kind
    }

    /// `<request>#<number>`, followed by `/fetch` for a fetch.
    public var description: String { kind == .handOff ? "\(attempt)" : "\(attempt)/fetch" }

    /// Orders by attempt, then by kind.
    public static func < (left: Self, right: Self) -> Bool {
        (left.attempt, left.kind) < (right.attempt, right.kind)
    }
}
