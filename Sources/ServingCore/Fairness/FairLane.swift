import ServingTypes

/// The waiting requests of one class, tenant by tenant: deficit round robin that keeps prefix locality.
///
/// Of the tenants whose deficit is positive those go first that have most of it left, and among those with about
/// the same the request with the longest prefix hit. What is served is charged to its tenant; when no tenant that
/// waits has a positive deficit, a new round gives every tenant its weight in quanta. Rounds that nobody could use
/// are skipped at once. So no waiting tenant falls behind another by more than a quantum each and the cost of one
/// request each, and one that asks for less than its share passes those that ask for more. Source: deficit longest
/// prefix match, "Locality-aware Fair Scheduling in LLM Serving", arXiv 2501.14312, in which hits alone decide
/// among positive deficits: there a flood with cached prefixes goes first until its quantum is used up.
struct FairLane: Sendable {
    private(set) var turn: FairTurnSize
    private var round = 0
    private var accounts: [TenantTag: FairAccount] = [:]
    /// Per length class: what tenants with a deficit offer, and when the others have their turn.
    private var offers: (short: SortedKeys<FairOffer>, long: SortedKeys<FairOffer>) = (.init(), .init())
    private var turns: (short: SortedKeys<FairTurn>, long: SortedKeys<FairTurn>) = (.init(), .init())
    /// All waiting requests by arrival.
    private var ages = SortedKeys<FairKey>()
    private(set) var cost = 0

    init(_ turn: FairTurnSize) { self.turn = turn }

    /// Gives tenants more or less at a time from now on; what is owed stays owed.
    mutating func update(_ new: FairTurnSize) {
        guard new != turn else { return }
        // Each account is settled under the old size and finds its place under the new one.
        let settled = accounts.keys.sorted().compactMap { tenant in take(tenant).map { (tenant, $0) } }
        turn = new
        for (tenant, account) in settled { put(account, tenant) }
    }

    var count: Int { ages.count }
    /// The request that came first.
    var oldest: FairKey? { ages.first }

    mutating func insert(_ item: FairRequest) {
        ages.insert(item.age)
        cost += item.cost
        var account = take(item.tenant) ?? FairAccount(weight: item.weight, turn, round: round)
        account.weight = item.weight
        account.insert(item)
        put(account, item.tenant)
    }

    mutating func remove(_ item: FairRequest, isServed: Bool = false) {
        guard var account = take(item.tenant) else {
            preconditionFailure("request \(item.request) waits for a tenant without an account")
        }
        ages.remove(item.age)
        cost -= item.cost
        account.remove(item)
        if isServed { account.endTurn() }
        put(account, item.tenant)
    }

    /// Takes from a tenant's deficit what it was served; a negative cost gives back.
    mutating func charge(_ tenant: TenantTag, weight: Int, _ cost: Int) {
        var account = take(tenant) ?? FairAccount(weight: weight, turn, round: round)
        account.charge(cost)
        put(account, tenant)
        if accounts.count > FairnessSettings.maxAccounts { forgetIdle() }
    }

    /// The request to be served next, if one of the length class is waiting; begins rounds as needed.
    mutating func next(allowsLong: Bool, allowsShort: Bool) -> RequestID? {
        if let offer = best(allowsLong, allowsShort) { return offer.key.request }
        let turns = [allowsShort ? turns.short.first : nil, allowsLong ? turns.long.first : nil]
        guard let turn = turns.compactMap(\.self).min() else { return nil }
        begin(round: turn.round)
        return best(allowsLong, allowsShort)?.key.request
    }

    /// What a request of the tenant would have to wait for: its own, and of others no more than their shares
    /// beside it, with a turn before it unless it is the next.
    func costBefore(_ tenant: TenantTag, weight: Int, isNext: Bool = false) -> Int {
        let own = accounts[tenant].map { (cost: $0.cost, weight: $0.weight) } ?? (cost: 0, weight: weight)
        guard cost > own.cost else { return own.cost }
        // A sum over all accounts does not depend on their order.
        let weights = accounts.values.reduce(0) { $0 + ($1.isIdle ? 0 : $1.weight) }
        let others = max(1, weights - (own.cost > 0 ? own.weight : 0))
        let turn = isNext ? 0 : turn.quantum
        return min(cost, own.cost + (own.cost + turn) * others / own.weight)
    }

    /// Whether a request's tenant has more waiting behind it than what the modest are ahead by, and there are others.
    func isBeyondShare(_ item: FairRequest) -> Bool {
        guard let own = accounts[item.tenant], own.cost - item.cost > turn.lead else { return false }
        return accounts.contains { $0.key != item.tenant && !isAsNew($0.value) }
    }

    /// The newest request of the tenant that has most waiting beside its weight.
    var victim: RequestID? {
        var longest: (tenant: TenantTag, account: FairAccount)?
        for (tenant, account) in accounts where !account.isIdle {
            guard let (other, most) = longest else {
                longest = (tenant, account)
                continue
            }
            let (left, right) = (account.count * most.weight, most.count * account.weight)
            if left > right || (left == right && tenant < other) { longest = (tenant, account) }
        }
        return longest?.account.newest?.request
    }

    /// What a tenant may still be served before others; `nil` for one without an account.
    func deficit(of tenant: TenantTag) -> Int? {
        guard var account = accounts[tenant] else { return nil }
        account.settle(round: round, turn)
        return account.deficit
    }

    private func best(_ allowsLong: Bool, _ allowsShort: Bool) -> FairOffer? {
        let short = allowsShort ? offers.short.first : nil
        let long = allowsLong ? offers.long.first : nil
        guard let short, let long else { return short ?? long }
        return min(short, long)
    }

    /// Everyone whose turn has come by then makes an offer.
    private mutating func begin(round: Int) {
        self.round = max(self.round, round)
        while let turn = turns.short.first ?? turns.long.first {
            let first = min(turn, turns.long.first ?? turn)
            guard first.round <= self.round, let account = take(first.tenant) else { return }
            put(account, first.tenant)
        }
    }

    /// Takes an account out of the order.
    private mutating func take(_ tenant: TenantTag) -> FairAccount? {
        guard var account = accounts.removeValue(forKey: tenant) else { return nil }
        if let offer = account.short.offer { offers.short.remove(offer) }
        if let offer = account.long.offer { offers.long.remove(offer) }
        if let turn = account.short.turn { turns.short.remove(turn) }
        if let turn = account.long.turn { turns.long.remove(turn) }
        for isShort in [true, false] { account.update(isShort) { ($0.offer, $0.turn) = (nil, nil) } }
        account.settle(round: round, turn)
        return account
    }

    /// Puts an account where its deficit and its requests belong.
    private mutating func put(_ changed: FairAccount, _ tenant: TenantTag) {
        var account = changed
        let next = account.deficit > 0 ? nil : FairTurn(round: account.nextTurn(turn), tenant: tenant)
        let left = account.deficit / account.weight
        for isShort in [true, false] {
            guard let key = account.candidate(isShort) else { continue }
            let offer = FairOffer(key: key, deficitPerWeight: left, band: turn.band(left), tenant: tenant)
            account.update(isShort) { ($0.offer, $0.turn) = (next == nil ? offer : nil, next) }
            switch (isShort, next) {
            case (true, nil): offers.short.insert(offer)
            case (false, nil): offers.long.insert(offer)
            case (true, let next?): turns.short.insert(next)
            case (false, let next?): turns.long.insert(next)
            }
        }
        accounts[tenant] = account
    }

    /// Forgets tenants that are as good as new.
    private mutating func forgetIdle() { accounts = accounts.filter { !isAsNew($0.value) } }

    /// Whether nothing of a tenant waits, and nothing is owed.
    private func isAsNew(_ account: FairAccount) -> Bool {
        guard account.isIdle else { return false }
        var account = account
        account.settle(round: round, turn)
        return account.deficit >= turn.most(account.weight)
    }
}
