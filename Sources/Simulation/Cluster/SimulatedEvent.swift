import ServingTypes

/// Something that happens at a moment of simulated time; values of an earlier boot or connection are void.
enum SimulatedEvent: Sendable {
    case submit(Int)
    case leave(Int)
    case routerTick
    case toRouter(RouterMessage, slot: Int, epoch: Int)
    case toWorker(WorkerMessage, slot: Int, epoch: Int)
    case toPeer(PeerMessage, from: Int, to: Int, epoch: Int)
    /// The router learns that a connection is gone.
    case routerLoses(WorkerRef, slot: Int, epoch: Int)
    /// A worker learns that its connection to the router is gone.
    case workerLosesRouter(slot: Int, boot: Int, epoch: Int)
    /// A worker learns that a link to another is there.
    case linkOpened(WorkerRef, slot: Int, boot: Int, epoch: Int)
    /// A worker learns that a link to another is gone.
    case linkLost(WorkerRef, at: Int, slot: Int, boot: Int, epoch: Int)
    /// A worker dials another again.
    case redial(WorkerRef, at: Int, slot: Int, boot: Int, epoch: Int)
    /// A worker learns that another cannot be reached.
    case workerLosesPeer(WorkerRef, slot: Int, boot: Int)
    case reconnect(slot: Int, boot: Int)
    case workerTick(slot: Int, boot: Int)
    case loadCheck(slot: Int, boot: Int)
    case probeCheck(slot: Int, boot: Int)
    /// A step has computed its next layer.
    case layer(slot: Int, boot: Int, step: UInt64)
    case laneDialed(UInt64)
    case laneAsks(UInt64)
    /// A lane has sent a probe's frame.
    case probeSent(UInt64, number: UInt64)
    case chunkLeft(Int)
    case chunkBegins(Int)
    case chunkEnds(Int)
    /// One end of a lane learns that it is gone.
    case laneEnds(UInt64, isAtSender: Bool)
    case kill(slot: Int)
    case restart(slot: Int)
    case breakRouterLink(slot: Int)
    case breakPeerLink(Int, Int)
    case breakLane(Int)
    case drain(slot: Int, boot: Int, Bool)
    /// An operator wants nothing new placed on a worker, or takes that back.
    case cordon(slot: Int, Bool)
    /// The router wants a worker's cache dropped.
    case flush(slot: Int, boot: Int)
    /// Somebody wants a worker to take the role that it did not start with, or its first one again: asked until it has it.
    case changeRole(slot: Int, isReturn: Bool)
    case forge
    /// The router wants one of the running answers back.
    case takeBack(Int)

    /// A number per kind, for the trace's digest.
    var code: UInt64 {
        switch self {
        case .submit: 1
        case .leave: 2
        case .routerTick: 3
        case .toRouter(_, let slot, _): 4 + UInt64(slot) << 8
        case .toWorker(_, let slot, _): 5 + UInt64(slot) << 8
        case .toPeer(_, let from, let to, _): 6 + UInt64(from) << 8 + UInt64(to) << 16
        case .routerLoses: 7
        case .workerLosesRouter: 8
        case .workerLosesPeer: 9
        case .reconnect: 10
        case .workerTick: 11
        case .loadCheck: 12
        case .layer(let slot, _, let step): 14 + UInt64(slot) << 8 + step << 16
        case .chunkBegins(let flight): 15 + UInt64(flight) << 8
        case .chunkLeft(let flight): 16 + UInt64(flight) << 8
        case .chunkEnds(let flight): 17 + UInt64(flight) << 8
        case .kill(let slot): 18 + UInt64(slot) << 8
        case .restart: 19
        case .breakRouterLink: 20
        case .breakPeerLink: 21
        case .drain: 22
        case .forge: 23
        case .linkOpened(_, let slot, _, _): 24 + UInt64(slot) << 8
        case .linkLost(_, _, let slot, _, _): 25 + UInt64(slot) << 8
        case .redial(_, _, let slot, _, _): 26 + UInt64(slot) << 8
        case .laneDialed(let lane): 27 + lane << 8
        case .laneAsks(let lane): 28 + lane << 8
        case .probeSent(let lane, _): 29 + lane << 8
        case .laneEnds(let lane, let isAtSender): (isAtSender ? 30 : 31) + lane << 8
        case .breakLane: 32
        case .probeCheck: 33
        case .changeRole: 34
        case .takeBack: 35
        case .cordon: 36
        case .flush: 37
        }
    }
}
