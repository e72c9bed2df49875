internal import CWireProto
internal import ServingTypes

private enum Field {
    static let site = TextField("pools_reply.site", bytes: 0...WireLimits.siteBytes)
    static let role = ChoiceField<WorkerRole>("pools_reply.role")
    static let workers = IntegerField("pool_standing.workers", IntegerField.anyCount)
    static let rate = RealField<Double>("pool_standing.rate", 0...1e15)
    static let queued = DurationField("pools_reply.queued_us")
    static let gain = RealField<Double>("pool_advice.gain", -1...1e9)
    static let kind = ChoiceField<PrefillClassKind>("prefill_class.kind")
    static let utilisation = RealField<Double>("site_standing.utilisation", 0...1e9)
    static let tokens = IntegerField("offload_standing.tokens", IntegerField.anyCount)
}

extension PoolStanding {
    init(_ raw: UnsafeMutablePointer<Baton__PoolStanding>) throws(WireError) {
        self.init(
            site: try Field.site.decode(raw.pointee.site),
            role: try Field.role.decode(raw.pointee.role),
            workers: try Field.workers.decode(raw.pointee.workers),
            capacity: try Field.rate.check(raw.pointee.capacity),
            demand: try Field.rate.check(raw.pointee.demand),
            queued: try Field.queued.decode(raw.pointee.queued_us)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__PoolStanding> {
        let raw = try arena.make(CWireProto_make_pool_standing)
        raw.pointee.site = try Field.site.encode(site, in: arena)
        raw.pointee.role = try Field.role.encode(role)
        raw.pointee.workers = try Field.workers.encode(workers)
        raw.pointee.capacity = try Field.rate.check(capacity)
        raw.pointee.demand = try Field.rate.check(demand)
        raw.pointee.queued_us = try Field.queued.encode(queued)
        return raw
    }
}

extension PoolAdvice {
    static func optional(_ raw: UnsafeMutablePointer<Baton__PoolAdvice>?) throws(WireError) -> PoolAdvice? {
        guard let raw else { return nil }
        return PoolAdvice(
            worker: try WorkerID(raw.pointee.worker),
            site: try Field.site.decode(raw.pointee.site),
            role: try Field.role.decode(raw.pointee.role),
            gain: try Field.gain.check(raw.pointee.gain)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__PoolAdvice> {
        let raw = try arena.make(CWireProto_make_pool_advice)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.site = try Field.site.encode(site, in: arena)
        raw.pointee.role = try Field.role.encode(role)
        raw.pointee.gain = try Field.gain.check(gain)
        return raw
    }
}

extension PrefillClassStanding {
    init(_ raw: UnsafeMutablePointer<Baton__PrefillClass>) throws(WireError) {
        self.init(worker: try WorkerID(raw.pointee.worker), kind: try Field.kind.decode(raw.pointee.kind))
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__PrefillClass> {
        let raw = try arena.make(CWireProto_make_prefill_class)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.kind = try Field.kind.encode(kind)
        return raw
    }
}

extension SiteStanding {
    init(_ raw: UnsafeMutablePointer<Baton__SiteStanding>) throws(WireError) {
        self.init(
            site: try Field.site.decode(raw.pointee.site),
            isOutgoing: raw.pointee.is_outgoing != 0,
            utilisation: try Field.utilisation.check(raw.pointee.utilisation),
            queued: try Field.queued.decode(raw.pointee.queued_us),
            sharesPrefixes: raw.pointee.shares_prefixes != 0
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__SiteStanding> {
        let raw = try arena.make(CWireProto_make_site_standing)
        raw.pointee.site = try Field.site.encode(site, in: arena)
        raw.pointee.is_outgoing = isOutgoing ? 1 : 0
        raw.pointee.utilisation = try Field.utilisation.check(utilisation)
        raw.pointee.queued_us = try Field.queued.encode(queued)
        raw.pointee.shares_prefixes = sharesPrefixes ? 1 : 0
        return raw
    }
}

extension OffloadStanding {
    init(_ raw: UnsafeMutablePointer<Baton__OffloadStanding>) throws(WireError) {
        let tokens = try Field.tokens.decode(raw.pointee.tokens)
        self.init(
            decode: try WorkerID(raw.pointee.decode),
            prefill: try WorkerID(raw.pointee.prefill),
            tokens: tokens > 0 ? tokens : nil
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__OffloadStanding> {
        let raw = try arena.make(CWireProto_make_offload_standing)
        raw.pointee.decode = try decode.raw(in: arena)
        raw.pointee.prefill = try prefill.raw(in: arena)
        raw.pointee.tokens = try Field.tokens.encode(tokens ?? 0)
        return raw
    }
}
