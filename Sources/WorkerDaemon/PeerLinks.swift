internal import ServingTypes
internal import Transport
internal import Wire

/// Which control links lead to which workers, and what waits for a link that is being made.
struct PeerLinks: Sendable {
    /// Messages that may wait for one link; little comes before it is open.
    private static let maxWaiting = 4_096

    /// A link that was dialed and is not greeted yet.
    private struct Dialing {
        var worker: WorkerRef
        var waiting: [Message] = []
    }

    private var open: [WorkerRef: [ConnectionID]] = [:]
    private var dialing: [ConnectionID: Dialing] = [:]
    private var addresses: [WorkerRef: WorkerAddress] = [:]
    /// Workers whose link was lost, and how often they were dialed since.
    private var redials: [WorkerRef: Int] = [:]

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

    mutating func dialed(_ link: ConnectionID, to worker: WorkerRef, first: Message?) {
        dialing[link] = Dialing(worker: worker, waiting: first.map { [$0] } ?? [])
    }

    /// A link is greeted: what waited for it, and the boot that was meant if another one answered.
    mutating func opened(_ link: ConnectionID, by worker: WorkerRef) -> (
        waiting: [Message], missed: WorkerRef?
    ) {
        open[worker, default: []].append(link)
        redials[worker] = nil
        guard let dialed = dialing.removeValue(forKey: link) else { return ([], nil) }
        return dialed.worker == worker ? (dialed.waiting, nil) : ([], dialed.worker)
    }

    /// A link is gone: what that means for its worker; `nil` while another link to it is there or being made.
    mutating func closed(_ link: ConnectionID, by worker: WorkerRef?) -> Loss? {
        if let dialed = dialing.removeValue(forKey: link) {
            return open[dialed.worker] == nil ? .unreachable(dialed.worker) : nil
        }
        guard let worker else { return nil }
        open[worker]?.removeAll { $0 == link }
        guard open[worker]?.isEmpty == true else { return nil }
        open[worker] = nil
        return .closed(worker)
    }

    /// What the end of a link means.
    enum Loss: Equatable {
        /// It was open: the worker may be there again in a moment.
        case closed(WorkerRef)
        /// It could not be made.
        case unreachable(WorkerRef)
    }

    /// A dial takes its turn again: `false` when there is a link, or one is being made.
    func needsLink(to worker: WorkerRef) -> Bool {
        open[worker] == nil && !dialing.values.contains { $0.worker == worker }
    }

    /// Nothing is kept of a worker that is gone for good.
    mutating func forget(_ worker: WorkerRef) {
        open[worker] = nil
        addresses[worker] = nil
        redials[worker] = nil
    }

    /// How often a worker whose link was lost has been dialed since, counting this time.
    mutating func nextRedial(of worker: WorkerRef) -> Int {
        let count = redials[worker, default: 0] + 1
        redials[worker] = count
        return count
    }

    /// Whether a lost link is being made anew.
    func isRedialing(_ worker: WorkerRef) -> Bool { redials[worker] != nil }
}
