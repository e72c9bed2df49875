import ServingTypes

/// Who could take a part at all, and why no one can.
extension PlanScorer {
    /// What a worker would do.
    enum Part: Sendable {
        case prefill, whole, decode

        var role: WorkerRole { self == .prefill ? .prefill : .decode }
    }

    /// Why there is no plan: of the obstacles to a hand-off and to doing all at one worker the nearer to
    /// passing.
    var obstacle: PlacementObstacle? {
        let whole = settings.allowsLocalPrefill ? obstacle(to: .whole) : nil
        if settings.allowsLocalPrefill, whole == nil { return nil }
        guard let handOff = obstacle(to: .decode) ?? obstacle(to: .prefill) else { return nil }
        return whole.map { max($0, handOff) } ?? handOff
    }

    /// Why nobody takes a part: the obstacle nearest to passing, with the least demand and the largest pool.
    private func obstacle(to part: Part) -> PlacementObstacle? {
        var closest = PlacementObstacle.noWorker(part.role)
        var (demand, largest) = (Int.max, 0)
        for index in workers.indices where workers[index].role == part.role {
            guard let found = obstacle(at: index, to: part) else { return nil }
            if case .neverFits(_, let tokens, let fits) = found {
                demand = min(demand, tokens)
                largest = max(largest, fits)
            }
            closest = max(closest, found)
        }
        guard case .neverFits = closest else { return closest }
        return .neverFits(part.role, tokens: demand, largest: largest)
    }

    /// Why one worker cannot take a part now.
    ///
    /// Prefill workers queue prompts until they have blocks; decode workers must have room at once, so that a
    /// prompt waits where it can still go to any of them.
    func obstacle(at index: Int, to part: Part) -> PlacementObstacle? {
        let context = workers[index].contextTokens
        let tokens = heldTokens(inContextOf: context, part)
        let largest = min(workers[index].blockCount * settings.layout.blockTokens, context)
        guard request.tokens < context else {
            return .neverFits(part.role, tokens: max(tokens, request.tokens + 1), largest: largest)
        }
        guard tokens <= largest else { return .neverFits(part.role, tokens: tokens, largest: largest) }
        guard !workers[index].isDraining, !isAvoided(index) else { return .unwilling(part.role) }
        guard part != .prefill else { return nil }
        // Held blocks may be in use already, so they cost nothing; the worker's own answer is the truth.
        let held = part == .decode && budget != nil ? 0 : hitBlocks(index)
        let needed = settings.layout.blockCount(tokens: tokens) - held
        let hasRoom =
            needed <= workers[index].freeBlocks && workers[index].sequences < workers[index].maxRunning
        return hasRoom ? nil : .noRoom(part.role)
    }

    private func isAvoided(_ index: Int) -> Bool {
        !request.avoided.isEmpty && request.avoided.contains(workers[index].ref.id)
    }

    /// Tokens whose KV a worker comes to hold for the request.
    private func heldTokens(inContextOf context: Int, _ part: Part) -> Int {
        guard part != .prefill else { return request.tokens }
        // An answer that reaches the context's end stops there, so it never needs more than that.
        let capacity = min(request.capacityTokens, context)
        guard part == .decode, let budget else { return capacity }
        return budget.tokens + max(0, capacity - request.tokens)
    }
}
