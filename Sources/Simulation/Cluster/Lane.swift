import ServingTypes

/// A one-way lane: a thread that sends one chunk at a time, and one that receives them in the same order.
struct Lane: Sendable {
    let id: UInt64
    let from: Int
    let to: Int
    let sender: WorkerRef
    let receiver: WorkerRef
    var isOpen = false
    /// Waits until there is something to send.
    var isAsleep = false
    /// What its sender sends now.
    var sending: Int?
    /// When the last chunk has arrived: later ones come after it.
    var lastEnd = Timestamp.zero
    /// Nothing arrives any more, whether the two ends know it or not.
    var isBroken = false
    var isGoneForSender = false
    var isGoneForReceiver = false
}
