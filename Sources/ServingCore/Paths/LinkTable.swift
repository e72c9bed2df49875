import ServingTypes

/// The router's view of all links: what each path carries, what runs over the parts that paths share, and
/// what is left for a new transfer.
///
/// ```
/// sender ─ egress ─ [site uplink out] ─ path ─ [site uplink in] ─ ingress ─ receiver
/// ```
/// Each sender tells its own paths apart; that paths of different senders met at a receiver or an uplink only
/// the router sees. A question costs three look-ups, a report O(the sender's paths). Nothing depends on the
/// order of a set.
public struct LinkTable: Sendable {
    /// Time over which what runs over a resource is summed; reports come some 50 ms late.
    static let interval = Duration.seconds(1)
    /// Samples of a path that still show a neighbour after it has gone.
    static let lingeringSamples = 8

    /// What is assumed of links.
    public private(set) var settings: LinkTableSettings
    var nodes: [LinkNode?] = []
    /// By slot, beside ``nodes``: a question reads these and copies no node.
    var egress: [ResourceLoad] = []
    var ingress: [ResourceLoad] = []
    /// What placement reads of the paths, by sender; ``paths`` has the rest.
    private(set) var senders: [SenderPaths] = []
    /// The fastest path from each worker, and to it.
    private(set) var fastestFrom: [FastestPath] = []
    private(set) var fastestTo: [FastestPath] = []
    private(set) var siteSlots: [Int?] = []
    var paths: [LinkKey: LinkPath] = [:]
    var uplinks: [SiteLoad] = []
    private var slots: [WorkerID: Int] = [:]
    private var freeSlots: [Int] = []
    private var sites: [String: Int] = [:]

    /// A table without workers.
    public init(settings: LinkTableSettings) {
        precondition(
            settings.priorBytesPerSecond > 0,
            "priorBytesPerSecond is \(settings.priorBytesPerSecond)"
        )
        self.settings = settings
    }

    /// Adds a worker, or takes its new boot: what was measured before is forgotten.
    ///
    /// - Parameter site: the name of its site; `nil` or empty when it has no uplink to share.
    public mutating func register(_ worker: WorkerID, site: String?) {
        remove(worker)
        let slot = freeSlots.popLast() ?? nodes.count
        if slot == nodes.count {
            nodes.append(nil)
            egress.append(ResourceLoad())
            ingress.append(ResourceLoad())
            senders.append(SenderPaths())
            fastestFrom.append(FastestPath())
            fastestTo.append(FastestPath())
            siteSlots.append(nil)
        }
        nodes[slot] = LinkNode(id: worker)
        egress[slot] = ResourceLoad()
        ingress[slot] = ResourceLoad()
        siteSlots[slot] = site.flatMap { $0.isEmpty ? nil : siteSlot($0) }
        slots[worker] = slot
    }

    /// Removes a worker and all paths from and to it.
    public mutating func remove(_ worker: WorkerID) {
        guard let slot = slots.removeValue(forKey: worker), let node = nodes[slot] else { return }
        for receiver in node.receivers { removePath(LinkKey(from: slot, to: receiver)) }
        for sender in node.senders { removePath(LinkKey(from: sender, to: slot)) }
        nodes[slot] = nil
        freeSlots.append(slot)
    }

    /// Takes a worker's word on its paths; those that it no longer names have nothing in flight.
    ///
    /// Paths to workers that are not registered wait for a later report.
    public mutating func take(_ reports: [PathReport], from worker: WorkerID, now: Timestamp) {
        guard let from = slots[worker], let generation = nodes[from].map({ $0.generation + 1 }) else {
            return
        }
        nodes[from]?.generation = generation
        for report in reports {
            guard let to = slots[report.peer], to != from else { continue }
            take(report, on: LinkKey(from: from, to: to), generation: generation, now: now)
        }
        for to in nodes[from]?.receivers.sorted() ?? [] {
            let key = LinkKey(from: from, to: to)
            guard var path = paths[key], path.generation < generation, path.backlogBytes > 0 else { continue }
            path.stop()
            replace(paths[key], by: path, on: key)
        }
    }

    private mutating func take(_ report: PathReport, on key: LinkKey, generation: Int, now: Timestamp) {
        let old = paths[key]
        if old == nil {
            nodes[key.from]?.receivers.insert(key.to)
            nodes[key.to]?.senders.insert(key.from)
        }
        // The sender itself allows for what its own paths share.
        var neighbours = ingress[key.to].neighbours(of: old)
        if let (out, into) = crossing(key) {
            let remote = max(uplinks[out].out.neighbours(of: old), uplinks[into].into.neighbours(of: old))
            neighbours = max(neighbours, remote)
        }
        var path = old ?? LinkPath(report)
        let delivered = path.take(report, neighbours: neighbours, prior: settings.priorBytesPerSecond)
        path.generation = generation
        replace(old, by: path, on: key)
        let alone = path.isProvenAlone ? path.alone : nil
        change(key) { $0.carried(delivered, by: key, alone: alone, now: now) }
    }

    private mutating func removePath(_ key: LinkKey) {
        guard let path = paths[key] else { return }
        replace(path, by: nil, on: key)
        nodes[key.from]?.receivers.remove(key.to)
        nodes[key.to]?.senders.remove(key.from)
    }

    private mutating func replace(_ old: LinkPath?, by new: LinkPath?, on key: LinkKey) {
        change(key) { $0.replace(old, by: new) }
        paths[key] = new
        let before = senders[key.from][key.to]?.alone
        if let new {
            senders[key.from].set(PathFigures(new, to: key.to, prior: settings.priorBytesPerSecond))
        } else {
            senders[key.from].remove(to: key.to)
        }
        let after = senders[key.from][key.to]?.alone
        if before != after { changeFastest(key, from: before, to: after) }
    }

    private mutating func changeFastest(_ key: LinkKey, from old: Double?, to new: Double?) {
        if fastestFrom[key.from].change(from: old, to: new) {
            fastestFrom[key.from].bytesPerSecond = senders[key.from].fastest
        }
        if fastestTo[key.to].change(from: old, to: new) {
            // The order of a set does not change a maximum.
            let highest = (nodes[key.to]?.senders ?? []).reduce(0) {
                max($0, senders[$1][key.to]?.alone ?? 0)
            }
            fastestTo[key.to].bytesPerSecond = highest
        }
    }

    /// Changes every shared resource on the way of a path.
    private mutating func change(_ key: LinkKey, _ body: (inout ResourceLoad) -> Void) {
        body(&egress[key.from])
        body(&ingress[key.to])
        guard let (out, into) = crossing(key) else { return }
        body(&uplinks[out].out)
        body(&uplinks[into].into)
    }

    private mutating func siteSlot(_ name: String) -> Int {
        if let slot = sites[name] { return slot }
        sites[name] = uplinks.count
        uplinks.append(SiteLoad(settings.uplinks[name]))
        return uplinks.count - 1
    }

    /// Takes other capacities of uplinks; what runs over them, and what was measured, stays.
    ///
    /// The prior stays too: rates that were derived from it are kept all over the table.
    mutating func update(uplinks given: [String: SiteUplink]) {
        settings.uplinks = given
        for (name, slot) in sites {
            uplinks[slot].out.give(given[name]?.outBytesPerSecond)
            uplinks[slot].into.give(given[name]?.inBytesPerSecond)
            // Nobody looks any more at what crossing this one should cost.
            if given[name] == nil { uplinks[slot].charge = UplinkCharge() }
        }
    }

    /// What runs over a site's uplink in either direction; `nil` where nothing is known of it.
    func uplink(of site: String) -> (out: UplinkSample?, into: UplinkSample?) {
        guard let slot = sites[site] else { return (nil, nil) }
        return (uplinks[slot].out.uplinkSample, uplinks[slot].into.uplinkSample)
    }

    /// Sets what is charged for crossing a site's uplink.
    mutating func charge(_ charge: UplinkCharge, at site: String) {
        guard let slot = sites[site] else { return }
        uplinks[slot].charge = charge
    }

    func slot(of worker: WorkerID) -> Int? { slots[worker] }

    /// The sites that a path leaves and enters; `nil` when it stays within one, or when a site is not named.
    func crossing(_ key: LinkKey) -> (out: Int, into: Int)? {
        guard let out = siteSlots[key.from], let into = siteSlots[key.to], out != into else { return nil }
        return (out, into)
    }
}
