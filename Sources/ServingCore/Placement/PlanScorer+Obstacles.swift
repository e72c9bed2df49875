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
        for place in cluster.rows.indices where cluster.rows[place].role == part.role {
            guard let found = obstacle(at: place, to: part) else { return nil }
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
    private func obstacle(at place: Int, to part: Part) -> PlacementObstacle? {
        let row = cluster.rows[place]
        guard !takes(place, part) else { return nil }
        let tokens = heldTokens(inContextOf: row.contextTokens, part)
        let largest = min(row.blockCount * blockTokens, row.contextTokens)
        guard request.tokens < row.contextTokens, tokens <= largest else {
            // The answer needs room for a token too.
            let least = request.tokens < row.contextTokens ? tokens : max(tokens, request.tokens + 1)
            return .neverFits(part.role, tokens: least, largest: largest)
        }
        return row.isDraining || isAvoided(place) || isBusy(place)
            ? .unwilling(part.role) : .noRoom(part.role)
    }

    /// Whether a worker could take a part now.
    ///
    /// Prefill workers queue prompts until they have blocks; decode workers must have room at once, so that a
    /// prompt waits where it can still go to any of them.
    func takes(_ place: Int, _ part: Part) -> Bool {
        // A row is not read as a whole: copying it would take longer than the rest.
        let context = cluster.rows[place].openContext
        guard request.tokens < context, !isAvoided(place), part == .decode || !isBusy(place) else {
            return false
        }
        let tokens = heldTokens(inContextOf: context, part)
        guard tokens <= min(cluster.rows[place].blockCount * blockTokens, context) else { return false }
        guard part != .prefill else { return true }
        // Held blocks may be in use already, so they cost nothing; the worker's own answer is the truth.
        let held = part == .decode && budget != nil ? 0 : hitBlocks(place)
        let needed = blockCount(tokens: takenTokens(of: tokens, part)) - held
        let (open, count) = (cluster.rows[place].openBlocks, cluster.rows[place].blockCount)
        guard request.spareShare > 0, open > 0 else { return needed <= open }
        // One that takes nearly everything could never leave so much.
        let spare = Int(request.spareShare * Double(count))
        return needed <= open - (needed <= count - spare ? spare : 0)
    }

    /// Of the tokens whose KV a worker comes to hold, those for which it takes blocks at once.
    @inline(__always) private func takenTokens(of tokens: Int, _ part: Part) -> Int {
        // A reduced cache cannot give way, so it has all its room from the start.
        guard part == .whole || budget == nil else { return tokens }
        return min(tokens, request.expectedTokens ?? tokens)
    }

    /// Tokens whose KV a worker comes to hold for the request.
    @inline(__always) private func heldTokens(inContextOf context: Int, _ part: Part) -> Int {
        guard part != .prefill else { return request.tokens }
        // An answer that reaches the context's end stops there, so it never needs more than that.
        let capacity = min(request.capacityTokens, context)
        guard part == .decode, let budget else { return capacity }
        return budget.tokens + max(0, capacity - request.tokens)
    }
}
