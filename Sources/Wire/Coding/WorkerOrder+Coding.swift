internal import CWireProto
internal import ServingTypes

private enum Field {
    static let kind = ChoiceField<WorkerOrder.Kind>("worker_order.kind")
    static let requests = IntegerField("worker_order_reply.requests", IntegerField.anyCount)
    static let dropped = IntegerField("cache_flushed.dropped_blocks", IntegerField.anyCount)
    static let kept = IntegerField("cache_flushed.kept_blocks", IntegerField.anyCount)
}

extension WorkerOrder {
    init(_ raw: UnsafeMutablePointer<Baton__WorkerOrder>) throws(WireError) {
        self.init(
            try Field.kind.decode(raw.pointee.kind),
            worker: try WorkerID(raw.pointee.worker),
            isForced: raw.pointee.is_forced != 0
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__WorkerOrder> {
        let raw = try arena.make(CWireProto_make_worker_order)
        raw.pointee.kind = try Field.kind.encode(kind)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.is_forced = isForced ? 1 : 0
        return raw
    }
}

extension WorkerOrderReply {
    init(_ raw: UnsafeMutablePointer<Baton__WorkerOrderReply>) throws(WireError) {
        self.init(
            worker: try WorkerID(raw.pointee.worker),
            failure: try ServingError.optional(raw.pointee.failure),
            requests: try Field.requests.decode(raw.pointee.requests)
        )
        if let flush = raw.pointee.flushed { flushed = try CacheFlush(flush) }
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__WorkerOrderReply> {
        let raw = try arena.make(CWireProto_make_worker_order_reply)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.failure = try failure?.raw(in: arena)
        raw.pointee.requests = try Field.requests.encode(requests)
        raw.pointee.flushed = try flushed?.raw(in: arena)
        return raw
    }
}

extension CacheFlush {
    init(_ raw: UnsafeMutablePointer<Baton__CacheFlushed>) throws(WireError) {
        self.init(
            droppedBlocks: try Field.dropped.decode(raw.pointee.dropped_blocks),
            keptBlocks: try Field.kept.decode(raw.pointee.kept_blocks)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__CacheFlushed> {
        let raw = try arena.make(CWireProto_make_cache_flushed)
        raw.pointee.dropped_blocks = try Field.dropped.encode(droppedBlocks)
        raw.pointee.kept_blocks = try Field.kept.encode(keptBlocks)
        return raw
    }
}
