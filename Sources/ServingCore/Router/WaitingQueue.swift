import ServingTypes

/// Requests that wait to be placed.
///
/// First those that were placed before and come back, in order of arrival: their clients may have part of an
/// answer. Then the others, by the fair queue; in order of arrival, too, where the policy says so.
struct WaitingQueue: Sendable {
    /// A request to be tried next.
    struct Candidate: Sendable {
        let request: RequestID
        /// Where it stands in the fair queue; `nil` for one that is placed as soon as there is room.
        let turn: FairQueue.Candidate?

        var isShort: Bool { turn?.isShort ?? true }
    }

    private var plain = ArrivalQueue()
    private(set) var fair: FairQueue
    /// Of the plain ones, those tried in vain on this occasion.
    private var skipped = 0

    init(settings: FairnessSettings) { fair = FairQueue(settings: settings) }

    /// Goes on with other settings; who waits keeps waiting.
    mutating func update(settings: FairnessSettings) { fair.update(settings: settings) }

    var count: Int { plain.count + fair.count }
    var isEmpty: Bool { plain.isEmpty && fair.isEmpty }

    /// Requests that are placed as soon as there is room.
    var untimed: [RequestID] { plain.all }

    /// Adds a request that is to be placed as soon as there is room.
    mutating func insert(_ request: RequestID, arrival: UInt64) { plain.insert(request, arrival: arrival) }

    /// Adds a request that waits for its turn.
    mutating func insert(_ item: FairRequest) { fair.insert(item) }

    /// Removes a request, if it is in the queue.
    mutating func remove(_ request: RequestID, arrival: UInt64) {
        plain.remove(arrival: arrival)
        fair.remove(request)
    }

    /// The request to be tried next on this occasion.
    ///
    /// - Parameters:
    ///   - allowsLong: whether long prompts may have their turn.
    ///   - allowsShort: whether short ones may.
    mutating func next(now: Timestamp, allowsLong: Bool, allowsShort: Bool) -> Candidate? {
        if skipped < plain.count { return Candidate(request: plain[skipped], turn: nil) }
        let turn = fair.next(now: now, allowsLong: allowsLong, allowsShort: allowsShort)
        return turn.map { Candidate(request: $0.request, turn: $0) }
    }

    /// Leaves a candidate out for the rest of this occasion.
    mutating func setAside(_ candidate: Candidate) {
        if candidate.turn == nil { skipped += 1 } else { fair.setAside(candidate.request) }
    }

    mutating func endOccasion() {
        skipped = 0
        fair.endOccasion()
    }

    /// Takes a candidate out that has its place.
    mutating func serve(_ candidate: Candidate, arrival: UInt64, cost: Int) {
        if let turn = candidate.turn {
            fair.serve(turn, cost: cost)
        } else {
            plain.remove(arrival: arrival)
        }
    }

    mutating func update(_ request: RequestID, hitTokens: Int) { fair.update(request, hitTokens: hitTokens) }

    mutating func charge(_ terms: ServiceTerms, _ cost: Int) {
        fair.charge(terms.tenant, terms.priority, weight: terms.weight, cost)
    }
}
