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
    /// What is known of the ways between them.
    private(set) var links: LinkTable

    init(prefixHashLimit: Int, links: LinkTableSettings) {
        prefixes = PrefixIndex(hashLimit: prefixHashLimit)
        self.links = LinkTable(settings: links)
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
            entries[slot]?.registration.role == role && entries[slot]?.load?.isDraining != true
        }
    }

    /// What placement sees.
    var snapshot: ClusterSnapshot {
        ClusterSnapshot(workers: entries.compactMap { $0?.snapshot }, links: links)
    }

    /// Leading blocks that each worker is believed to hold.
    mutating func hitBlocks(of hashes: [BlockHash]) -> [WorkerID: Int] {
        var hits: [WorkerID: Int] = [:]
        for (slot, blocks) in prefixes.heldBlocks(of: hashes) {
            if let entry = entries[slot] { hits[entry.ref.id] = blocks }
        }
        return hits
    }

    /// Adds a worker whose name is not in the table.
    mutating func insert(_ registration: WorkerRegistration) {
        let entry = WorkerEntry(registration)
        precondition(slots[entry.ref.id] == nil, "\(entry.ref.id) is registered already")
        let slot = entries.firstIndex { $0 == nil } ?? entries.count
        if slot == entries.count { entries.append(entry) } else { entries[slot] = entry }
        slots[entry.ref.id] = slot
        links.register(entry.ref.id, site: registration.site)
    }

    /// Forgets exactly this boot of a worker; says whether it was there.
    mutating func remove(_ ref: WorkerRef) -> Bool {
        guard let slot = slot(of: ref) else { return false }
        entries[slot] = nil
        slots[ref.id] = nil
        prefixes.removeAll(worker: slot)
        links.remove(ref.id)
        return true
    }

    /// Changes what is charged to a worker, if exactly this boot is registered.
    mutating func charge(_ ref: WorkerRef, _ change: (inout WorkerCharge) -> Void) {
        guard let slot = slot(of: ref) else { return }
        entries[slot]?.charge(change)
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
        links.take(report.paths, from: ref.id, now: now)
        var kept = report
        (kept.addedBlocks, kept.removedBlocks) = ([], [])
        entry.load = kept
        entries[slot] = entry
        guard follows else { return .resync }
        if report.isFull {
            prefixes.replace(worker: slot, hashes: report.addedBlocks)
        } else {
            for hash in report.removedBlocks { prefixes.remove(hash, worker: slot) }
            for hash in report.addedBlocks { prefixes.insert(hash, worker: slot) }
        }
        return .taken
    }

    private func slot(of ref: WorkerRef) -> Int? {
        guard let slot = slots[ref.id], entries[slot]?.ref == ref else { return nil }
        return slot
    }
}
