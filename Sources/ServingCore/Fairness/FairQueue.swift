import ServingTypes

/// Waiting requests by class and tenant: who is served next, and who waited long enough.
///
/// Classes have strict priority, except that a class whose oldest request has waited for `aging` gets
/// `agedPerMille` of what is served. Within a class tenants share by deficit round robin (see ``FairLane``).
/// An operation costs O(log count) comparisons.
struct FairQueue: Sendable {
    /// A request to be tried next.
    struct Candidate: Sendable {
        let request: RequestID
        let isShort: Bool
        /// Whether it is its class's turn because of its age.
        let isAged: Bool
    }

    private var settings: FairnessSettings
    private var items: [RequestID: FairRequest] = [:]
    /// By first block: requests that may share a prefix.
    private var siblings: [BlockHash: SortedKeys<FairKey>] = [:]
    private var interactive: FairLane
    private var batch: FairLane
    private var bestEffort: FairLane
    /// What aged requests may still be served, in thousandths of a cost unit.
    private var agedCredit = 0
    /// Requests that were tried in vain; back in line after the occasion.
    private var aside: [RequestID] = []

    init(settings: FairnessSettings) {
        self.settings = settings
        interactive = FairLane(settings.turn)
        batch = FairLane(settings.turn)
        bestEffort = FairLane(settings.turn)
    }

    /// Goes on with other settings; who waits keeps waiting.
    mutating func update(settings new: FairnessSettings) {
        settings = new
        interactive.update(new.turn)
        batch.update(new.turn)
        bestEffort.update(new.turn)
    }

    var count: Int { items.count }
    var isEmpty: Bool { items.isEmpty }

    /// Requests of one class.
    func count(of priority: RequestPriority) -> Int {
        lane(priority).count + aside.count { items[$0]?.priority == priority }
    }

    subscript(request: RequestID) -> FairRequest? { items[request] }

    mutating func insert(_ item: FairRequest) {
        precondition(items[item.request] == nil, "request \(item.request) waits already")
        items[item.request] = item
        change(item.priority) { $0.insert(item) }
        if let root = item.root { siblings[root, default: SortedKeys()].insert(item.age) }
    }

    /// Takes a request out, if it is in the queue.
    mutating func remove(_ request: RequestID) {
        guard let item = items.removeValue(forKey: request) else { return }
        forget(item)
        if let index = aside.firstIndex(of: request) {
            aside.remove(at: index)
        } else {
            change(item.priority) { $0.remove(item) }
        }
    }

    /// Takes a request out that has its place, and charges its tenant.
    mutating func serve(_ candidate: Candidate, cost: Int) {
        guard let item = items.removeValue(forKey: candidate.request) else {
            preconditionFailure("request \(candidate.request) is served and does not wait")
        }
        forget(item)
        change(item.priority) { $0.remove(item, isServed: true) }
        charge(item.tenant, item.priority, weight: item.weight, cost)
        if candidate.isAged {
            agedCredit -= cost * 1_000
        } else {
            agedCredit = min(agedCredit + cost * settings.agedPerMille, settings.quantum * 1_000)
        }
    }

    /// Charges a tenant for what its request cost beyond what was charged before.
    mutating func charge(_ tenant: TenantTag, _ priority: RequestPriority, weight: Int, _ cost: Int) {
        change(priority) { $0.charge(tenant, weight: weight, cost) }
    }

    /// The request to be tried next; `nil` when none of the length classes waits.
    mutating func next(now: Timestamp, allowsLong: Bool, allowsShort: Bool) -> Candidate? {
        if agedCredit >= 0 {
            for priority in [RequestPriority.batch, .bestEffort] where hasAged(priority, now: now) {
                guard let found = next(priority, allowsLong, allowsShort, isAged: true) else { continue }
                return found
            }
        }
        for priority in RequestPriority.allCases {
            if let found = next(priority, allowsLong, allowsShort, isAged: false) { return found }
        }
        return nil
    }

    private mutating func next(
        _ priority: RequestPriority,
        _ allowsLong: Bool,
        _ allowsShort: Bool,
        isAged: Bool
    ) -> Candidate? {
        var request: RequestID?
        change(priority) { request = $0.next(allowsLong: allowsLong, allowsShort: allowsShort) }
        guard let request, let item = items[request] else { return nil }
        return Candidate(request: request, isShort: item.isShort, isAged: isAged)
    }

    private func hasAged(_ priority: RequestPriority, now: Timestamp) -> Bool {
        guard let oldest = lane(priority).oldest, let item = items[oldest.request] else { return false }
        return now - item.enteredAt >= settings.aging
    }

    /// Leaves a request out until ``endOccasion()``.
    mutating func setAside(_ request: RequestID) {
        guard let item = items[request] else { return }
        aside.append(request)
        change(item.priority) { $0.remove(item) }
    }

    /// Puts back what was set aside.
    mutating func endOccasion() {
        guard !aside.isEmpty else { return }
        for item in aside.compactMap({ items[$0] }) { change(item.priority) { $0.insert(item) } }
        aside.removeAll(keepingCapacity: true)
    }

    /// Notes how much of a waiting request's prompt is believed to be cached.
    mutating func update(_ request: RequestID, hitTokens: Int) {
        guard let item = items[request], item.hitTokens != hitTokens else { return }
        guard !aside.contains(request) else {
            items[request]?.hitTokens = hitTokens
            return
        }
        change(item.priority) { $0.remove(item) }
        items[request]?.hitTokens = hitTokens
        if let item = items[request] { change(item.priority) { $0.insert(item) } }
    }

    /// Waiting requests whose prompts begin with this block, the oldest first, a bounded number.
    func siblings(_ root: BlockHash) -> [RequestID] {
        siblings[root]?.prefix(FairnessSettings.maxSiblings).map(\.request) ?? []
    }

    /// What a request of a tenant would have to wait for if it came last of them, in cost units.
    func costBefore(_ terms: ServiceTerms, isNext: Bool = false) -> Int {
        let above = RequestPriority.allCases.prefix { $0 < terms.priority }.reduce(0) { $0 + lane($1).cost }
        return above + lane(terms.priority).costBefore(terms.tenant, weight: terms.weight, isNext: isNext)
    }

    /// Whether a request's tenant has so much waiting behind it that others' prompts are computed before its own.
    func isBeyondShare(_ request: RequestID) -> Bool {
        items[request].map { lane($0.priority).isBeyondShare($0) } ?? false
    }

    /// Who has to go when too many wait: of the last class that waits the newest of the longest queue.
    var victim: RequestID? {
        RequestPriority.allCases.last { lane($0).count > 0 }.flatMap { lane($0).victim }
    }

    /// What a tenant may still be served in its class before others.
    func deficit(of tenant: TenantTag, _ priority: RequestPriority) -> Int? {
        lane(priority).deficit(of: tenant)
    }

    private mutating func forget(_ item: FairRequest) {
        guard let root = item.root else { return }
        siblings[root]?.remove(item.age)
        if siblings[root]?.isEmpty == true { siblings[root] = nil }
    }

    private func lane(_ priority: RequestPriority) -> FairLane {
        switch priority {
        case .interactive: interactive
        case .batch: batch
        case .bestEffort: bestEffort
        }
    }

    private mutating func change(_ priority: RequestPriority, _ body: (inout FairLane) -> Void) {
        switch priority {
        case .interactive: body(&interactive)
        case .batch: body(&batch)
        case .bestEffort: body(&bestEffort)
        }
    }
}
