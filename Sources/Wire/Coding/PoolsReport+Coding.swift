internal import CWireProto
internal import ServingTypes

private enum Field {
    static let mode = ChoiceField<PoolBalanceMode>("pools_reply.mode")
    static let verdict = TextField("pools_reply.verdict", bytes: 0...WireLimits.sentenceBytes)
    static let roleChanges = IntegerField("pools_reply.role_changes", IntegerField.anyCount)
    static let shortTokens = IntegerField("pools_reply.short_tokens", IntegerField.anyCount)
}

extension PoolsReport {
    init(_ raw: UnsafeMutablePointer<Baton__PoolsReply>) throws(WireError) {
        let pointee = raw.pointee
        self.init()
        mode = try Field.mode.decode(pointee.mode)
        pools = try RowList.decode("pools", pointee.pools, pointee.n_pools)
        advice = try PoolAdvice.optional(pointee.advice)
        verdict = try Field.verdict.decode(pointee.verdict)
        roleChanges = try Field.roleChanges.decode(pointee.role_changes)
        let short = try Field.shortTokens.decode(pointee.short_tokens)
        shortTokens = short > 0 ? short : nil
        prefillClasses = try RowList.decode(
            "prefill_classes",
            pointee.prefill_classes,
            pointee.n_prefill_classes
        )
        sites = try RowList.decode("sites", pointee.sites, pointee.n_sites)
        thresholds = try RowList.decode(
            "thresholds",
            pointee.thresholds,
            pointee.n_thresholds
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__PoolsReply> {
        let raw = try arena.make(CWireProto_make_pools_reply)
        raw.pointee.mode = try Field.mode.encode(mode)
        raw.pointee.n_pools = pools.count
        raw.pointee.pools = try RowList.encode("pools", pools, in: arena)
        raw.pointee.advice = try advice?.raw(in: arena)
        raw.pointee.verdict = try Field.verdict.encode(verdict, in: arena)
        raw.pointee.role_changes = try Field.roleChanges.encode(roleChanges)
        raw.pointee.short_tokens = try Field.shortTokens.encode(shortTokens ?? 0)
        raw.pointee.n_prefill_classes = prefillClasses.count
        raw.pointee.prefill_classes = try RowList.encode("prefill_classes", prefillClasses, in: arena)
        raw.pointee.n_sites = sites.count
        raw.pointee.sites = try RowList.encode("sites", sites, in: arena)
        raw.pointee.n_thresholds = thresholds.count
        raw.pointee.thresholds = try RowList.encode("thresholds", thresholds, in: arena)
        return raw
    }
}

/// A row of one of the lists of a pools reply.
private protocol PoolRow {
    associatedtype Raw
    init(_ raw: UnsafeMutablePointer<Raw>) throws(WireError)
    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Raw>
}

extension PoolStanding: PoolRow {}
extension PrefillClassStanding: PoolRow {}
extension SiteStanding: PoolRow {}
extension OffloadStanding: PoolRow {}

/// The lists of a pools reply: each of at most ``WireLimits/poolRows``, so that they fit one message.
private enum RowList {
    typealias Raw<Row> = UnsafeMutablePointer<UnsafeMutablePointer<Row>?>

    static func decode<Row: PoolRow>(
        _ name: String,
        _ raw: Raw<Row.Raw>?,
        _ count: Int
    ) throws(WireError) -> [Row] {
        try check(name, count)
        var rows: [Row] = []
        for entry in UnsafeBufferPointer(start: raw, count: count) {
            guard let entry else { throw .missing(field: name) }
            rows.append(try Row(entry))
        }
        return rows
    }

    static func encode<Row: PoolRow>(
        _ name: String,
        _ rows: [Row],
        in arena: borrowing Arena
    ) throws(WireError) -> Raw<Row.Raw>? {
        try check(name, rows.count)
        let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<Row.Raw>?> = try arena.array(rows.count)
        for (index, row) in rows.enumerated() {
            list.initializeElement(at: index, to: try row.raw(in: arena))
        }
        return list.baseAddress
    }

    private static func check(_ name: String, _ count: Int) throws(WireError) {
        guard count <= WireLimits.poolRows else {
            throw .tooLong(field: name, count: count, limit: WireLimits.poolRows)
        }
    }
}
