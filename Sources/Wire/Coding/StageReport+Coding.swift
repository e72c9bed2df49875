internal import CWireProto
internal import ServingTypes

private enum Field {
    static let queue = DurationField("report.queue_us")
    static let prefill = DurationField("report.prefill_us")
    static let transfer = DurationField("report.transfer_us")
    static let exposedTransfer = DurationField("report.exposed_transfer_us")
    static let decode = DurationField("report.decode_us")
    static let hitTokens = IntegerField("report.hit_tokens", IntegerField.anyCount)
    static let computedTokens = IntegerField("report.computed_tokens", IntegerField.anyCount)
    static let transferBytes = IntegerField("report.transfer_bytes", IntegerField.anyCount)
    static let outputTokens = IntegerField("report.output_tokens", IntegerField.anyCount)
    static let fetchedTokens = IntegerField("report.fetched_tokens", IntegerField.anyCount)
    static let fetch = DurationField("report.fetch_us")
    static let wireBytes = IntegerField("report.wire_bytes", IntegerField.anyCount)
}

extension StageReport {
    init(_ raw: UnsafeMutablePointer<Baton__StageReport>?) throws(WireError) {
        guard let raw else { throw .missing(field: "report") }
        self.init()
        queue = try Field.queue.decode(raw.pointee.queue_us)
        prefill = try Field.prefill.decode(raw.pointee.prefill_us)
        transfer = try Field.transfer.decode(raw.pointee.transfer_us)
        exposedTransfer = try Field.exposedTransfer.decode(raw.pointee.exposed_transfer_us)
        decode = try Field.decode.decode(raw.pointee.decode_us)
        hitTokens = try Field.hitTokens.decode(raw.pointee.hit_tokens)
        computedTokens = try Field.computedTokens.decode(raw.pointee.computed_tokens)
        transferBytes = try Field.transferBytes.decode(raw.pointee.transfer_bytes)
        outputTokens = try Field.outputTokens.decode(raw.pointee.output_tokens)
        fetchedTokens = try Field.fetchedTokens.decode(raw.pointee.fetched_tokens)
        fetch = try Field.fetch.decode(raw.pointee.fetch_us)
        wireBytes = try Field.wireBytes.decode(raw.pointee.wire_bytes)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__StageReport> {
        let raw = try arena.make(CWireProto_make_stage_report)
        raw.pointee.queue_us = try Field.queue.encode(queue)
        raw.pointee.prefill_us = try Field.prefill.encode(prefill)
        raw.pointee.transfer_us = try Field.transfer.encode(transfer)
        raw.pointee.exposed_transfer_us = try Field.exposedTransfer.encode(exposedTransfer)
        raw.pointee.decode_us = try Field.decode.encode(decode)
        raw.pointee.hit_tokens = try Field.hitTokens.encode(hitTokens)
        raw.pointee.computed_tokens = try Field.computedTokens.encode(computedTokens)
        raw.pointee.transfer_bytes = try Field.transferBytes.encode(transferBytes)
        raw.pointee.output_tokens = try Field.outputTokens.encode(outputTokens)
        raw.pointee.fetched_tokens = try Field.fetchedTokens.encode(fetchedTokens)
        raw.pointee.fetch_us = try Field.fetch.encode(fetch)
        raw.pointee.wire_bytes = try Field.wireBytes.encode(wireBytes)
        return raw
    }
}
