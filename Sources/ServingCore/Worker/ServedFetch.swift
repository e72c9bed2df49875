import KVCache
import ServingTypes

/// Cached blocks on their way to a worker that asked for them by their hashes.
struct ServedFetch: Sendable {
    /// An attempt is fetched for by one worker; two could ask only if one of them was not meant.
    struct Key: Hashable, Comparable, Sendable {
        var attempt: AttemptID
        var requester: WorkerRef

        static func < (left: Self, right: Self) -> Bool {
            (left.attempt, left.requester) < (right.attempt, right.requester)
        }
    }

    /// Its blocks are leased until the receiver has them.
    let reservation: Reservation
    let lease: Duration
    var transfer: SendTransfer
    var deadline: Timestamp
    var renewAt: Timestamp
}
