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
    /// A worker learns that another is gone.
    case workerLosesPeer(WorkerRef, slot: Int, boot: Int)
    case reconnect(slot: Int, boot: Int)
    case workerTick(slot: Int, boot: Int)
    case loadCheck(slot: Int, boot: Int)
    case layers(Int, slot: Int, boot: Int, step: UInt64)
    case stepDone(slot: Int, boot: Int, step: UInt64)
    case chunkBegins(Int)
    case chunkLeft(Int)
    case chunkEnds(Int)
    case kill(slot: Int)
    case restart(slot: Int)
    case breakRouterLink(slot: Int)
    case breakPeerLink(Int, Int)
    case drain(slot: Int, boot: Int, Bool)
    case forge

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
        case .layers: 13
        case .stepDone(let slot, _, let step): 14 + UInt64(slot) << 8 + step << 16
        case .chunkBegins(let flight): 15 + UInt64(flight) << 8
        case .chunkLeft(let flight): 16 + UInt64(flight) << 8
        case .chunkEnds(let flight): 17 + UInt64(flight) << 8
        case .kill(let slot): 18 + UInt64(slot) << 8
        case .restart: 19
        case .breakRouterLink: 20
        case .breakPeerLink: 21
        case .drain: 22
        case .forge: 23
        }
    }
}
