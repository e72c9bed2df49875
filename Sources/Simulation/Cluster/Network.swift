import ServingCore
import ServingTypes

/// Connections and lanes: who can reach whom, and when what arrives.
struct Network: Sendable {
    /// The connection of one worker to the router.
    struct RouterLink: Sendable {
        /// Rises whenever the connection closes or opens.
        var epoch = 0
        var isUp = false
        /// When the last message arrives: later ones must not overtake it.
        var lastToRouter = Timestamp.zero
        var lastToWorker = Timestamp.zero
    }

    /// The link between two workers; it opens on demand unless it is down.
    struct PeerLink: Sendable {
        var epoch = 0
        var downUntil = Timestamp.zero
        var last: [Timestamp] = [.zero, .zero]
        /// When the lane of each direction is free.
        var laneFree: [Timestamp] = [.zero, .zero]
    }

    /// A chunk on its way.
    struct Flight: Sendable {
        let chunk: KVChunk
        let from: Int
        let to: Int
        /// `nil` once the sender's lane is done with it, and for the second copy of a duplicated chunk.
        var ticket: ChunkTicket?
        /// What the sender's lane read; empty until it has read everything.
        var content: [UInt64] = []
        /// Where the receiver puts it; `nil` before it begins to arrive.
        var placement: ChunkPlacement?
        var isIntact = true
        var isDropped = false
    }

    var routerLinks: [RouterLink]
    private var peerLinks: [PeerLink]
    private let workerCount: Int
    var flights: [Int: Flight] = [:]
    var flightCount = 0

    init(workerCount: Int) {
        self.workerCount = workerCount
        routerLinks = Array(repeating: RouterLink(), count: workerCount)
        peerLinks = Array(repeating: PeerLink(), count: workerCount * workerCount)
    }

    /// The link of two workers, in either order.
    subscript(left: Int, right: Int) -> PeerLink {
        get { peerLinks[min(left, right) * workerCount + max(left, right)] }
        set { peerLinks[min(left, right) * workerCount + max(left, right)] = newValue }
    }

    /// Chunks between two workers, oldest first.
    func flights(between left: Int, and right: Int) -> [Int] {
        flights.filter { ($1.from, $1.to) == (left, right) || ($1.from, $1.to) == (right, left) }.keys
            .sorted()
    }
}
