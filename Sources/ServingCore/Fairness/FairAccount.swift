import ServingTypes

/// One tenant's waiting requests of one class, and what it may still be served.
struct FairAccount: Sendable {
    /// Requests of one length class.
    struct Shelf: Sendable {
        var byHit = SortedKeys<FairKey>()
        var byAge = SortedKeys<FairKey>()
        /// Where it stands in the lane; at most one of the two is set.
        var offer: FairOffer?
        var turn: FairTurn?
    }

    var weight: Int
    /// What it may still be served, as of `round`; below zero when it got more than its turn.
    private(set) var deficit: Int
    private(set) var round: Int
    var short = Shelf()
    var long = Shelf()
    /// Waiting requests and what they are expected to cost.
    private(set) var count = 0
    private(set) var cost = 0
    /// Requests that it had served.
    private var turns = 0

    /// A tenant that was not served yet has as much as one that was idle.
    init(weight: Int, _ turn: FairTurnSize, round: Int) {
        self.weight = weight
        self.round = round
        deficit = turn.most(weight)
    }

    var isIdle: Bool { count == 0 }

    /// Adds what the rounds since the last look have given, as far as it may be kept.
    mutating func settle(round now: Int, _ turn: FairTurnSize) {
        let (share, most) = (turn.share(weight), turn.most(weight))
        let missing = max(0, (most - deficit + share - 1) / share)
        deficit = now - round >= missing ? most : deficit + (now - round) * share
        round = now
    }

    mutating func charge(_ cost: Int) { deficit -= cost }

    /// The first round at which its deficit is positive.
    func nextTurn(_ turn: FairTurnSize) -> Int {
        let share = turn.share(weight)
        return deficit > 0 ? round : round + (share - deficit) / share
    }

    mutating func insert(_ item: FairRequest) {
        count += 1
        cost += item.cost
        update(item.isShort) { shelf in
            shelf.byHit.insert(item.key)
            shelf.byAge.insert(item.age)
        }
    }

    mutating func remove(_ item: FairRequest) {
        count -= 1
        cost -= item.cost
        update(item.isShort) { shelf in
            shelf.byHit.remove(item.key)
            shelf.byAge.remove(item.age)
        }
    }

    /// Counts a served request.
    mutating func endTurn() { turns += 1 }

    mutating func update(_ isShort: Bool, _ change: (inout Shelf) -> Void) {
        if isShort { change(&short) } else { change(&long) }
    }

    func shelf(_ isShort: Bool) -> Shelf { isShort ? short : long }

    /// What it would have served next: usually the longest hit, now and then the oldest.
    func candidate(_ isShort: Bool) -> FairKey? {
        let isOldest = turns % FairnessSettings.oldestTurn == FairnessSettings.oldestTurn - 1
        return isOldest ? shelf(isShort).byAge.first : shelf(isShort).byHit.first
    }

    /// Its request that came last.
    var newest: FairKey? {
        guard let short = short.byAge.last else { return long.byAge.last }
        guard let long = long.byAge.last else { return short }
        return short.arrival > long.arrival ? short : long
    }
}
