internal import ServingTypes
internal import Transport
internal import Wire

/// Which control links lead to which workers, and what waits for a link that is being made.
struct PeerLinks: Sendable {
    /// Messages that may wait for one link; an offer and little else comes before it is open.
    private static let maxWaiting = 4_096

    /// A link that was dialed and is not greeted yet.
    private struct Dialing {
        var worker: WorkerRef
        var waiting: [Message] = []
    }

    private var open: [WorkerRef: [ConnectionID]] = [:]
    private var dialing: [ConnectionID: Dialing] = [:]
    private var addresses: [WorkerRef: WorkerAddress] = [:]

    /// The newest open link to a worker.
    func link(to worker: WorkerRef) -> ConnectionID? { open[worker]?.last }

    /// Where a worker listens, if this worker ever sent to it.
    func address(of worker: WorkerRef) -> WorkerAddress? { addresses[worker] }

    mutating func remember(_ address: WorkerAddress) { addresses[address.worker] = address }

    /// Queues a message on the link that is being made; `false` when there is none or too much waits.
    mutating func wait(_ message: Message, for worker: WorkerRef) -> Bool {
        guard let id = dialing.keys.sorted().first(where: { dialing[$0]?.worker == worker }),
            let count = dialing[id]?.waiting.count, count < Self.maxWaiting
        else { return false }
        dialing[id]?.waiting.append(message)
        return true
    }

    mutating func dialed(_ link: ConnectionID, to worker: WorkerRef, first: Message) {
        dialing[link] = Dialing(worker: worker, waiting: [first])
    }

    /// A link is greeted: what waited for it, and the boot that was meant if another one answered.
    mutating func opened(_ link: ConnectionID, by worker: WorkerRef) -> (
        waiting: [Message], missed: WorkerRef?
    ) {
        open[worker, default: []].append(link)
        guard let dialed = dialing.removeValue(forKey: link) else { return ([], nil) }
        return dialed.worker == worker ? (dialed.waiting, nil) : ([], dialed.worker)
    }

    /// A link is gone: the worker that cannot be reached any more, if this was its last link.
    mutating func closed(_ link: ConnectionID, by worker: WorkerRef?) -> WorkerRef? {
        if let dialed = dialing.removeValue(forKey: link) {
            return open[dialed.worker] == nil ? forget(dialed.worker) : nil
        }
        guard let worker else { return nil }
        open[worker]?.removeAll { $0 == link }
        guard open[worker]?.isEmpty == true else { return nil }
        return forget(worker)
    }

    private mutating func forget(_ worker: WorkerRef) -> WorkerRef {
        open[worker] = nil
        addresses[worker] = nil
        return worker
    }
}
