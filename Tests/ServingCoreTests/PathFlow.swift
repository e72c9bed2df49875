import ServingTypes

/// One connection between two workers and what is on its way.
struct PathFlow {
    let sender: Int
    let peer: WorkerID
    let link: Int
    var chunkBytes = 1 << 20
    /// Bytes that the kernel takes before the network does.
    var kernelBytes = 4 << 20
    var roundTrip: Int64 = 1_000_000
    /// Whether the connection starts slowly, and anew after a pause.
    var startsSlowly = false
    /// Longest delay added to an acknowledgement, and how often in a thousand the control connection stalls.
    var jitter = 0
    var stallsPerMille = 0

    /// Bytes that wait for a lane; chunks given to lanes and not yet through the link, and whether nothing followed.
    var waiting = 0
    var chunks: [(bytes: Int, endsBurst: Bool)] = []
    /// Bytes in the kernel, of these in the network, and of the first chunk those that are through.
    var inKernel = 0
    var unsent = 0
    var inNetwork = 0
    var passed = 0
    var window = Double.infinity
    var lastSent: Int64 = 0
    var atLink = 0
    /// Landed and not yet acknowledged.
    var landed = 0
    var lastAcknowledged: Int64 = -1_000_000_000
    var isTimerSet = false
    var stalledUntil: Int64 = 0

    init(sender: Int, peer: WorkerID, link: Int) {
        self.sender = sender
        self.peer = peer
        self.link = link
    }
}
