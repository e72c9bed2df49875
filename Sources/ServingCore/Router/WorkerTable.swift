import KVCache
import ServingTypes

/// All registered workers and what each is believed to hold.
struct WorkerTable: Sendable {
    /// What a load report led to.
    enum Intake { case taken, resync, stale }

    private(set) var entries: [WorkerEntry?] = []
    /// Looked up by name; every walk is over `entries`.
    private var slots: [WorkerID: Int] = [:]
    private var prefixes: PrefixIndex
    /// What placement sees: changed with every report and charge.
    private(set) var cluster: ClusterSnapshot
    /// Names on which nothing new is placed, whether they are registered or not.
    private(set) var cordoned: Set<WorkerID> = []
    /// Where each worker stands in it, beside `entries`.
    private var places: [Int] = []

    init(prefixHashLimit: Int, links: LinkTableSettings) {
        prefixes = PrefixIndex(hashLimit: prefixHashLimit)
        cluster = ClusterSnapshot(links: LinkTable(settings: links))
    }

    /// The worker, if exactly this boot is registered.
    subscript(ref: WorkerRef) -> WorkerEntry? {
        slot(of: ref).flatMap { entries[$0] }
    }

    /// The registered boot of a worker.
    subscript(id: WorkerID) -> WorkerEntry? { slots[id].flatMap { entries[$0] } }

    /// All workers by name.
    var all: [WorkerEntry] { entries.compactMap(\.self).sorted { $0.ref < $1.ref } }

    /// Whether a worker of this role takes new work.
    func hasOpenWorker(_ role: WorkerRole) -> Bool {
        entries.indices.contains { slot in
            entries[slot]?.registration.role == role && entries[slot]?.takesWork == true
        }
    }

    /// What is known of the ways between them.
    var links: LinkTable { cluster.links }

    /// Leading blocks that workers are believed to hold.
    mutating func prefixHits(of hashes: [BlockHash]) -> [PrefixHit] {
        prefixes.heldBlocks(of: hashes).map { PrefixHit(place: places[$0.worker], blocks: $0.blocks) }
    }

    /// Adds a worker whose name is not in the table.
    mutating func insert(_ registration: WorkerRegistration) {
        var entry = WorkerEntry(registration)
        entry.isCordoned = cordoned.contains(entry.ref.id)
        precondition(slots[entry.ref.id] == nil, "\(entry.ref.id) is registered already")
        let slot = entries.firstIndex { $0 == nil } ?? entries.count
        if slot == entries.count {
            entries.append(nil)
            places.append(0)
        }
        let place = cluster.insert(WorkerSnapshot(registration))
        for other in entries.indices where entries[other] != nil && places[other] >= place {
            places[other] += 1
        }
        entries[slot] = entry
        places[slot] = place
        slots[entry.ref.id] = slot
        if entry.isCordoned { refresh(slot) }
    }

    /// Forgets exactly this boot of a worker; says whether it was there.
    mutating func remove(_ ref: WorkerRef) -> Bool {
        guard let slot = slot(of: ref) else { return false }
        entries[slot] = nil
        slots[ref.id] = nil
        prefixes.removeAll(worker: slot)
        cluster.remove(at: places[slot])
        for other in entries.indices where places[other] > places[slot] { places[other] -= 1 }
        return true
    }

    /// Gives exactly this boot of a worker another role; says whether it was there.
    ///
    /// What is assigned to it stays: it has ended all of that, and its reports are on their way.
    mutating func replace(_ registration: WorkerRegistration, now: Timestamp) -> Bool {
        guard let slot = slot(of: registration.address.worker) else { return false }
        if entries[slot]?.registration.role != registration.role { entries[slot]?.roleSince = now }
        entries[slot]?.registration = registration
        entries[slot]?.prefillClass = .any
        refresh(slot)
        return true
    }

    /// Notes which roles a worker's certificate allows.
    mutating func permit(_ roles: Set<WorkerRole>, to ref: WorkerRef) {
        guard let slot = slot(of: ref) else { return }
        entries[slot]?.permittedRoles = roles
    }

    /// Notes by name whether anything new may be placed on a worker.
    mutating func cordon(_ id: WorkerID, _ isCordoned: Bool) {
        if isCordoned { cordoned.insert(id) } else { cordoned.remove(id) }
        guard let slot = slots[id] else { return }
        entries[slot]?.isCordoned = isCordoned
        refresh(slot)
    }

    /// Sets which prompts a prefill worker is meant for.
    mutating func set(_ prefillClass: PrefillClass, of ref: WorkerRef) {
        guard let slot = slot(of: ref), entries[slot]?.prefillClass != prefillClass else { return }
        entries[slot]?.prefillClass = prefillClass
        refresh(slot)
    }

    /// Sets what is charged for crossing a site's uplink.
    mutating func charge(_ charge: UplinkCharge, at site: String) { cluster.charge(charge, at: site) }

    /// Takes other capacities of uplinks.
    mutating func update(uplinks: [String: SiteUplink]) { cluster.update(uplinks: uplinks) }

    /// Charges a worker for what it is sent, if exactly this boot is registered.
    mutating func send(_ charge: WorkerCharge, for request: RequestID, to ref: WorkerRef, now: Timestamp) {
        guard let slot = slot(of: ref) else { return }
        entries[slot]?.assigned += charge
        entries[slot]?.backlog.send(charge, for: request, now: now)
        refresh(slot)
    }

    /// Gives back what a worker was charged for, if exactly this boot is registered.
    mutating func release(
        _ charge: WorkerCharge,
        of request: RequestID,
        from ref: WorkerRef,
        now: Timestamp
    ) {
        guard let slot = slot(of: ref) else { return }
        entries[slot]?.assigned -= charge
        if charge.queuedTokens > 0 { entries[slot]?.backlog.end(request, now: now) }
        refresh(slot)
    }

    /// Takes a load report.
    ///
    /// After one that does not follow the last known, nothing is learnt about prefixes until a full one
    /// comes.
    mutating func take(_ report: LoadReport, from ref: WorkerRef, now: Timestamp) -> Intake {
        guard let slot = slot(of: ref), var entry = entries[slot] else { return .stale }
        if !report.isFull, let next = entry.nextReport, report.sequence < next { return .stale }
        let follows = report.isFull || report.sequence == entry.nextReport
        entry.nextReport = follows ? report.sequence + 1 : nil
        entry.reportCount += 1
        cluster.take(report.paths, from: ref.id, now: now)
        var kept = report
        (kept.addedBlocks, kept.removedBlocks) = ([], [])
        entry.load = kept
        entry.reportedAt = now
        entry.backlog.reported(now: now)
        entries[slot] = entry
        refresh(slot)
        guard follows else { return .resync }
        if report.isFull {
            prefixes.replace(worker: slot, hashes: report.addedBlocks)
        } else {
            for hash in report.removedBlocks { prefixes.remove(hash, worker: slot) }
            for hash in report.addedBlocks { prefixes.insert(hash, worker: slot) }
        }
        return .taken
    }

    /// Lets placement see what has changed.
    private mutating func refresh(_ slot: Int) {
        guard let entry = entries[slot] else { return }
        cluster.update(at: places[slot], entry.describe)
    }

    private func slot(of ref: WorkerRef) -> Int? {
        guard let slot = slots[ref.id], entries[slot]?.ref == ref else { return nil }
        return slot
    }
}
