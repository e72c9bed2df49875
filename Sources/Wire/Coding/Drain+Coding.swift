internal import CWireProto
internal import ServingTypes

extension DrainRequest {
    init(_ raw: UnsafeMutablePointer<Baton__DrainRequest>) throws(WireError) {
        self.init(worker: try WorkerID(raw.pointee.worker), isResume: raw.pointee.is_resume != 0)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__DrainRequest> {
        let raw = try arena.make(CWireProto_make_drain_request)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.is_resume = isResume ? 1 : 0
        return raw
    }
}

extension DrainReply {
    init(_ raw: UnsafeMutablePointer<Baton__DrainReply>) throws(WireError) {
        self.init(
            worker: try WorkerID(raw.pointee.worker),
            isDraining: raw.pointee.is_draining != 0,
            owed: try DrainStatus(raw.pointee.owed),
            failure: try ServingError.optional(raw.pointee.failure)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__DrainReply> {
        let raw = try arena.make(CWireProto_make_drain_reply)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.is_draining = isDraining ? 1 : 0
        raw.pointee.owed = try owed.raw(in: arena)
        raw.pointee.failure = try failure?.raw(in: arena)
        return raw
    }
}
