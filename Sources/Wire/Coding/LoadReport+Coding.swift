internal import CWireProto
internal import ServingTypes

private enum Field {
    static let waiting = IntegerField("load.waiting", IntegerField.anyCount)
    static let running = IntegerField("load.running", IntegerField.anyCount)
    static let queuedTokens = IntegerField("load.queued_tokens", IntegerField.anyCount)
    static let queuedSeconds = RealField<Double>("load.queued_seconds", 0...1e9)
    static let shortQueuedSeconds = RealField<Double>("load.short_queued_seconds", 0...1e9)
    static let shortTokens = IntegerField("load.short_tokens", IntegerField.anyCount)
    static let yieldSeconds = RealField<Double>("load.yield_seconds", 0...1e9)
    static let stepTokens = IntegerField("load.step_tokens", IntegerField.anyCount)
    static let contextTokens = IntegerField("load.context_tokens", IntegerField.anyCount)
    static let decoding = IntegerField("load.decoding", IntegerField.anyCount)
    static let expectedGrowth = IntegerField("load.expected_growth", IntegerField.anyCount)
    static let addedCount = IntegerField("load.added_count", 0...WireLimits.blockHashes)
    static let removedCount = IntegerField("load.removed_count", 0...WireLimits.blockHashes)
}

extension LoadReport {
    init(_ raw: UnsafeMutablePointer<Baton__Load>, payload: [UInt8]) throws(WireError) {
        let addedCount = try Field.addedCount.decode(raw.pointee.added_count)
        let removedCount = try Field.removedCount.decode(raw.pointee.removed_count)
        var reader = PayloadReader(payload, of: .load)
        let added = try reader.hashes(addedCount)
        let removed = try reader.hashes(removedCount)
        try reader.finish()
        self.init(
            sequence: raw.pointee.sequence,
            isFull: raw.pointee.is_full != 0,
            waiting: try Field.waiting.decode(raw.pointee.waiting),
            running: try Field.running.decode(raw.pointee.running),
            queuedTokens: try Field.queuedTokens.decode(raw.pointee.queued_tokens),
            blocks: try BlockGauges(raw.pointee.blocks),
            isDraining: raw.pointee.is_draining != 0,
            progress: raw.pointee.progress,
            paths: try PathReport.list(raw.pointee.paths, count: raw.pointee.n_paths),
            addedBlocks: added,
            removedBlocks: removed
        )
        queuedSeconds = try Field.queuedSeconds.check(raw.pointee.queued_seconds)
        shortQueuedSeconds = try Field.shortQueuedSeconds.check(raw.pointee.short_queued_seconds)
        shortTokens = try Field.shortTokens.decode(raw.pointee.short_tokens)
        yieldSeconds = try Field.yieldSeconds.check(raw.pointee.yield_seconds)
        stepTokens = try Field.stepTokens.decode(raw.pointee.step_tokens)
        contextTokens = try Field.contextTokens.decode(raw.pointee.context_tokens)
        decoding = try Field.decoding.decode(raw.pointee.decoding)
        expectedGrowth = try Field.expectedGrowth.decode(raw.pointee.expected_growth)
        if let cost = raw.pointee.fitted_cost { fittedCost = try CostCoefficients(cost, "load.fitted_cost") }
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Load> {
        let raw = try arena.make(CWireProto_make_load)
        raw.pointee.sequence = sequence
        raw.pointee.is_full = isFull ? 1 : 0
        raw.pointee.waiting = try Field.waiting.encode(waiting)
        raw.pointee.running = try Field.running.encode(running)
        raw.pointee.queued_tokens = try Field.queuedTokens.encode(queuedTokens)
        raw.pointee.queued_seconds = try Field.queuedSeconds.check(queuedSeconds)
        raw.pointee.short_queued_seconds = try Field.shortQueuedSeconds.check(shortQueuedSeconds)
        raw.pointee.short_tokens = try Field.shortTokens.encode(shortTokens)
        raw.pointee.yield_seconds = try Field.yieldSeconds.check(yieldSeconds)
        raw.pointee.step_tokens = try Field.stepTokens.encode(stepTokens)
        raw.pointee.context_tokens = try Field.contextTokens.encode(contextTokens)
        raw.pointee.decoding = try Field.decoding.encode(decoding)
        raw.pointee.expected_growth = try Field.expectedGrowth.encode(expectedGrowth)
        raw.pointee.fitted_cost = try fittedCost?.raw(in: arena)
        raw.pointee.blocks = try blocks.raw(in: arena)
        raw.pointee.is_draining = isDraining ? 1 : 0
        raw.pointee.progress = progress
        raw.pointee.n_paths = paths.count
        raw.pointee.paths = try PathReport.rawList(paths, in: arena)
        raw.pointee.added_count = try Field.addedCount.encode(addedBlocks.count)
        raw.pointee.removed_count = try Field.removedCount.encode(removedBlocks.count)
        return raw
    }

    /// The added, then the removed hashes.
    var payload: [UInt8] { PayloadWriter.payload(of: addedBlocks + removedBlocks) }
}
