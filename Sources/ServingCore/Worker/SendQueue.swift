import Collections
import ServingTypes

/// The transfers to one receiver that have something to send; lanes serve them in turn, chunk by chunk.
struct SendQueue: Sendable {
    private var order: Deque<KVTransferID> = []
    private var members: Set<KVTransferID> = []

    var isEmpty: Bool { order.isEmpty }

    /// Adds a transfer behind the others; without effect when it is in.
    ///
    /// - Returns: whether it was added.
    mutating func insert(_ id: KVTransferID) -> Bool {
        guard members.insert(id).inserted else { return false }
        order.append(id)
        return true
    }

    mutating func popFirst() -> KVTransferID? {
        guard let id = order.popFirst() else { return nil }
        members.remove(id)
        return id
    }
}
