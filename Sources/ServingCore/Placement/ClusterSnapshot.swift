import ServingTypes

/// What placement sees of the cluster at one moment.
///
/// The router keeps one and changes it with each report and each charge, so that a placement copies nothing; beside
/// every worker stand the same figures as plain numbers. Changing a worker costs O(1), adding and removing one
/// O(workers).
public struct ClusterSnapshot: Sendable {
    /// All registered workers, each once, by name, whatever the order in which they came.
    public private(set) var workers: [WorkerSnapshot] = []
    /// What is known of the ways between them.
    public private(set) var links: LinkTable
    /// Beside ``workers``: kept apart, so that what refers to them costs nothing while loads change.
    private(set) var addresses: [WorkerAddress] = []
    private(set) var rows: [PlacementRow] = []
    private(set) var codecs: [CodecRow] = []
    /// Places of the workers of each role, in order.
    private(set) var prefills: [Int] = []
    private(set) var decodes: [Int] = []
    /// How many sites those are at.
    private(set) var prefillSites = 0
    private(set) var decodeSites = 0
    /// Beside those: the figures that a look at all of them reads.
    private(set) var prefillLanes: [WorkerLanes] = []
    private(set) var decodeLanes: [WorkerLanes] = []
    /// Where each worker stands among those of its role, beside ``workers``.
    private(set) var positions: [Int] = []

    /// Collects the workers; without a table every way has the same rate.
    public init(
        workers: [WorkerSnapshot] = [],
        links: LinkTable = LinkTable(settings: LinkTableSettings())
    ) {
        self.links = links
        for worker in workers { add(worker) }
    }

    /// Where a worker stands in ``workers``; O(log workers).
    public func place(of worker: WorkerID) -> Int? {
        let place = firstPlace(notBefore: worker)
        return place < workers.count && workers[place].ref.id == worker ? place : nil
    }

    /// Adds a worker whose name is not there, without any known way to it or from it.
    ///
    /// - Returns: its place; the places of those after it rise by one.
    @discardableResult public mutating func insert(_ worker: WorkerSnapshot) -> Int {
        links.register(worker.ref.id, site: worker.site)
        return add(worker)
    }

    /// Removes a worker and its ways; the places of those after it fall by one.
    public mutating func remove(at place: Int) {
        links.remove(workers[place].ref.id)
        workers.remove(at: place)
        addresses.remove(at: place)
        rows.remove(at: place)
        codecs.remove(at: place)
        sortRoles()
    }

    /// Changes what is known of a worker; its name, site and codecs stay.
    public mutating func update(at place: Int, _ change: (inout WorkerSnapshot) -> Void) {
        change(&workers[place])
        if workers[place].address != addresses[place] { addresses[place] = workers[place].address }
        let hasNewRole = workers[place].role != rows[place].role
        rows[place] = PlacementRow(workers[place], link: rows[place].link, site: rows[place].site)
        if hasNewRole { sortRoles() } else { setLane(of: place) }
    }

    /// Takes a worker's word on its ways to others.
    public mutating func take(_ paths: [PathReport], from worker: WorkerID, now: Timestamp) {
        links.take(paths, from: worker, now: now)
    }

    /// Sets what is charged for crossing a site's uplink.
    mutating func charge(_ charge: UplinkCharge, at site: String) { links.charge(charge, at: site) }

    /// Takes other capacities of uplinks.
    mutating func update(uplinks: [String: SiteUplink]) { links.update(uplinks: uplinks) }

    /// Numbers above all sites' numbers.
    var siteLimit: Int { links.uplinks.count + 1 }

    @discardableResult private mutating func add(_ worker: WorkerSnapshot) -> Int {
        let place = firstPlace(notBefore: worker.ref.id)
        precondition(
            place == workers.count || workers[place].ref.id != worker.ref.id,
            "\(worker.ref.id) is there already"
        )
        if links.slot(of: worker.ref.id) == nil { links.register(worker.ref.id, site: worker.site) }
        guard let link = links.slot(of: worker.ref.id) else {
            preconditionFailure("\(worker.ref.id) has no place among the links")
        }
        let site = links.siteSlots[link].map { $0 + 1 } ?? 0
        workers.insert(worker, at: place)
        addresses.insert(worker.address, at: place)
        rows.insert(PlacementRow(worker, link: link, site: site), at: place)
        codecs.insert(CodecRow(worker), at: place)
        sortRoles()
        return place
    }

    private mutating func sortRoles() {
        prefills = rows.indices.filter { rows[$0].role == .prefill }
        decodes = rows.indices.filter { rows[$0].role == .decode }
        prefillSites = Set(prefills.map { rows[$0].site }).count
        decodeSites = Set(decodes.map { rows[$0].site }).count
        positions = Array(repeating: 0, count: rows.count)
        func lanes(_ count: Int) -> [WorkerLanes] {
            Array(repeating: WorkerLanes(), count: (count + WorkerLanes.count - 1) / WorkerLanes.count)
        }
        (prefillLanes, decodeLanes) = (lanes(prefills.count), lanes(decodes.count))
        for places in [prefills, decodes] {
            for (position, place) in places.enumerated() {
                positions[place] = position
                setLane(of: place)
            }
        }
    }

    private mutating func setLane(of place: Int) {
        let (index, lane) = positions[place].quotientAndRemainder(dividingBy: WorkerLanes.count)
        switch rows[place].role {
        case .prefill: prefillLanes[index].set(rows[place], lane: lane)
        case .decode: decodeLanes[index].set(rows[place], lane: lane)
        }
    }

    private func firstPlace(notBefore worker: WorkerID) -> Int {
        var (low, high) = (0, workers.count)
        while low < high {
            let middle = (low + high) / 2
            if workers[middle].ref.id < worker { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
