import ServingCore
import ServingTypes

/// When nothing is left to happen, nothing is held: no block, no request, no charge.
struct QuiescenceChecker: Sendable {
    func router(_ core: RouterCore) -> String? {
        guard core.requestCount == 0, core.waitingCount == 0, core.inFlight == 0 else {
            return "the router keeps \(core.requestCount) requests, \(core.waitingCount) of them waiting"
        }
        let charged = core.workers.first { $0.assigned != WorkerCharge() }
        return charged.map { "the router still charges \($0.assigned) to \($0.registration.address.worker)" }
    }

    /// Neither blocks, pins, served fetches, lost links nor bytes on their way are left.
    func worker(_ worker: SimulatedWorker, peers: [WorkerRef]) -> String? {
        let blocks = worker.core.blocks
        guard worker.core.isIdle else {
            return "\(worker.ref) still owes something: \(worker.core.sequenceCounts), \(blocks)"
        }
        guard blocks.running == 0, blocks.reserved == 0, blocks.leased == 0, blocks.quarantined == 0 else {
            return "\(worker.ref) leaks blocks: \(blocks)"
        }
        if let deadline = worker.core.nextDeadline { return "\(worker.ref) still waits for \(deadline)" }
        if let peer = peers.first(where: { worker.core.hasLaneWork(to: $0) }) {
            return "\(worker.ref) still has something to send to \(peer)"
        }
        let load = worker.core.fullLoad()
        if let path = load.paths.first(where: { $0.inFlightBytes != 0 }) {
            return "\(worker.ref) believes \(path.inFlightBytes) bytes to \(path.peer) to be on their way"
        }
        return books(worker)
    }

    /// What must hold at any time.
    func books(_ worker: SimulatedWorker) -> String? {
        let total = worker.core.blocks.total
        guard total == worker.memory.blockCount else {
            return "\(worker.ref) counts \(total) of \(worker.memory.blockCount) blocks"
        }
        return worker.core.checkInvariants().map { "\(worker.ref): \($0)" }
    }
}
