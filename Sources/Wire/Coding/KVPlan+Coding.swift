internal import CWireProto
internal import ServingTypes

private enum Field {
    static let budgetTokens = IntegerField("budget.tokens", 1...WireLimits.tokens)
    static let sinkTokens = IntegerField("budget.sink_tokens", 0...WireLimits.tokens)
    static let recentTokens = IntegerField("budget.recent_tokens", 0...WireLimits.tokens)
    static let fetchBlocks = IntegerField("fetch_plan.block_count", 1...WireLimits.promptBlocks)
}

extension KVBudget {
    init(_ raw: UnsafeMutablePointer<Baton__KVBudget>) throws(WireError) {
        self.init(
            tokens: try Field.budgetTokens.decode(raw.pointee.tokens),
            sinkTokens: try Field.sinkTokens.decode(raw.pointee.sink_tokens),
            recentTokens: try Field.recentTokens.decode(raw.pointee.recent_tokens)
        )
        try checkSum()
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__KVBudget> {
        let raw = try arena.make(CWireProto_make_kvbudget)
        raw.pointee.tokens = try Field.budgetTokens.encode(tokens)
        raw.pointee.sink_tokens = try Field.sinkTokens.encode(sinkTokens)
        raw.pointee.recent_tokens = try Field.recentTokens.encode(recentTokens)
        try checkSum()
        return raw
    }

    /// What is always kept must leave room for at least one token that is chosen.
    private func checkSum() throws(WireError) {
        guard tokens > sinkTokens + recentTokens else {
            throw .inconsistent(
                field: "budget.tokens",
                reason: "\(tokens) do not exceed \(sinkTokens) leading and \(recentTokens) trailing ones"
            )
        }
    }
}

extension KVFetchPlan {
    init(_ raw: UnsafeMutablePointer<Baton__FetchPlan>) throws(WireError) {
        self.init(
            source: try WorkerAddress(raw.pointee.source),
            blockCount: try Field.fetchBlocks.decode(raw.pointee.block_count)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__FetchPlan> {
        let raw = try arena.make(CWireProto_make_fetch_plan)
        raw.pointee.source = try source.raw(in: arena)
        raw.pointee.block_count = try Field.fetchBlocks.encode(blockCount)
        return raw
    }
}
