import ServingCore
import ServingTypes

/// What is stale or foreign changes nothing.
struct FencingChecker: Sendable {
    /// A router that is given a forged value has nothing to do.
    func router(_ actions: [RouterAction], after what: String) -> String? {
        actions.first.map { "the router answered \(what) with \($0)" }
    }

    /// A worker may tell the forger to go away, and nothing else.
    func worker(_ actions: [WorkerAction], forger: WorkerRef, after what: String) -> String? {
        for action in actions {
            if case .abort(let peer, _) = action, peer == forger { continue }
            return "a worker answered \(what) with \(action)"
        }
        return nil
    }

    /// What a worker has ended, or was told to drop, stays over.
    func attempt(_ attempt: AttemptID, at worker: SimulatedWorker, _ verb: String) -> String? {
        worker.overAttempts.contains(attempt) ? "\(worker.ref) \(verb) \(attempt), which is over there" : nil
    }

    /// A chunk without the right sender or grant is not placed.
    func chunk(_ placement: ChunkPlacement, after what: String) -> String? {
        if case .blocks(let blocks, _) = placement { "\(what) was placed in \(blocks)" } else { nil }
    }
}
