/// What a round gives, in cost units per weight.
struct FairTurnSize: Hashable, Sendable {
    /// What a round adds.
    let quantum: Int
    /// How much more a tenant may have left and still be passed by a longer hit.
    let locality: Int

    /// Both above zero.
    init(quantum: Int, locality: Int) {
        precondition(quantum > 0, "quantum is \(quantum)")
        precondition(locality > 0, "locality is \(locality)")
        self.quantum = quantum
        self.locality = locality
    }

    func share(_ weight: Int) -> Int { weight * quantum }

    /// By how much who has not used up its turn is ahead in the next one, per weight: two bands.
    var lead: Int { 2 * locality }

    /// What is kept at most: who has used up its turn begins the next one with no more than its share.
    func most(_ weight: Int) -> Int { weight * (quantum + lead) }

    /// Tenants in one band go by their hits.
    func band(_ deficitPerWeight: Int) -> Int { deficitPerWeight / locality }
}
