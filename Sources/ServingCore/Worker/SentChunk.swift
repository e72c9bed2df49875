import ServingTypes

/// One numbered chunk of a sending transfer, from its first way to a lane until the receiver has acknowledged it.
struct SentChunk: Sendable {
    enum Place: Equatable, Sendable {
        /// A lane reads it.
        case onLane(UInt64)
        /// A lane has sent it; the receiver has not said yet that it landed.
        case sent(lane: UInt64)
        /// Waits to be sent again.
        case waiting
    }

    let firstLayer: Int
    let layerCount: Int
    let firstBlock: Int
    let blockCount: Int
    var place: Place
    /// Bytes on their way: a guess while a lane encodes them, then what was sent; 0 once they are given up.
    var wireBytes: Int
    /// The receiver wants it again; it follows when the lane is done with it.
    var isWantedAgain = false
    var isAcknowledged = false
}
