import KVCache
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

    /// The link between two workers: opened on demand by the one that has something to say first.
    struct PeerLink: Sendable {
        /// Rises whenever the link closes or opens.
        var epoch = 0
        var isOpen = false
        /// Who dialed it, and dials it again.
        var dialer: Int?
        /// Dialing takes for ever before this, or is refused.
        var downUntil = Timestamp.zero
        var isRefusing = false
        /// Whether the worker with the lower slot, and the other, still believe in a link that is gone.
        var isUnaware = [false, false]
        var last: [Timestamp] = [.zero, .zero]
    }

    var routerLinks: [RouterLink]
    private var peerLinks: [PeerLink]
    private let workerCount: Int
    /// Looked up by number; every walk over them is in the order of the numbers.
    var flights: [Int: Flight] = [:]
    var flightCount = 0
    /// Lanes whose sender or receiver still believes in them.
    var lanes: [UInt64: Lane] = [:]
    var laneCount: UInt64 = 0

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

    /// Puts a chunk on its way.
    mutating func add(_ flight: Flight) -> Int {
        flightCount += 1
        flights[flightCount] = flight
        return flightCount
    }

    /// Opens a lane.
    mutating func addLane(from: Int, _ sender: WorkerRef, to: Int, _ receiver: WorkerRef) -> UInt64 {
        laneCount += 1
        lanes[laneCount] = Lane(id: laneCount, from: from, to: to, sender: sender, receiver: receiver)
        return laneCount
    }

    /// Chunks on a lane that have not ended, oldest first.
    func flights(on lane: UInt64) -> [Int] { flights.filter { $1.lane == lane }.keys.sorted() }

    /// Lanes that a worker may use to send to another, oldest first.
    func lanes(from sender: WorkerRef, to receiver: WorkerRef) -> [UInt64] {
        lanes.values.filter { $0.sender == sender && $0.receiver == receiver && !$0.isGoneForSender }
            .map(\.id).sorted()
    }

    /// Lanes in either direction, oldest first.
    func lanes(between left: Int, and right: Int) -> [UInt64] {
        lanes.values.filter { ($0.from, $0.to) == (left, right) || ($0.from, $0.to) == (right, left) }.map(
            \.id
        )
        .sorted()
    }

    /// Lanes from or to a worker, oldest first.
    func lanes(of slot: Int) -> [UInt64] {
        lanes.values.filter { $0.from == slot || $0.to == slot }.map(\.id).sorted()
    }
}
