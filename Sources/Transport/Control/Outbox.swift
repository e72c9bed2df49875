/// Bytes waiting to be sent on one connection.
struct Outbox {
    /// Encoded frames that the loop has not taken yet.
    private var pending: [UInt8] = []
    /// Pending bytes and those the loop has taken but not written.
    private var queuedBytes = 0
    private var isClosed = false

    /// True if the loop must be told that there is something new to send.
    private(set) var isDirty = false

    /// Queues one frame.
    ///
    /// - Throws: ``TransportError/slowPeer`` if it does not fit; nothing can be queued from then on.
    mutating func append(_ frame: [UInt8], limit: Int) throws(TransportError) {
        guard !isClosed else { throw .notConnected }
        guard queuedBytes + frame.count <= limit else {
            isClosed = true
            throw .slowPeer(queuedBytes: queuedBytes + frame.count, limitBytes: limit)
        }
        if pending.isEmpty { pending = frame } else { pending.append(contentsOf: frame) }
        queuedBytes += frame.count
        isDirty = true
    }

    /// Takes all pending bytes; they count as queued until ``noteWritten(_:)``.
    mutating func take() -> [UInt8] {
        defer { pending = [] }
        isDirty = false
        return pending
    }

    mutating func noteWritten(_ count: Int) { queuedBytes -= count }

    /// Refuses further frames; what is queued is still sent.
    mutating func close() { isClosed = true }
}
