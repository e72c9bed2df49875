internal import CWireProto
internal import ServingTypes

private enum Field {
    static let router = TextField("status_reply.router")
    static let uptime = DurationField("status_reply.uptime_us")
    static let modelName = TextField("status_reply.model_name", bytes: 0...WireLimits.nameBytes)
    static let requestsInFlight = IntegerField("status_reply.requests_in_flight", IntegerField.anyCount)
    static let workerCount = IntegerField("status_reply.worker_count", 0...WireLimits.statusWorkers)
    static let role = ChoiceField<WorkerRole>("worker_status.role")
    static let health = ChoiceField<WorkerHealth>("worker_status.health")
    static let waiting = IntegerField("worker_status.waiting", IntegerField.anyCount)
    static let running = IntegerField("worker_status.running", IntegerField.anyCount)
    static let queuedTokens = IntegerField("worker_status.queued_tokens", IntegerField.anyCount)
}

extension StatusReply {
    init(_ raw: UnsafeMutablePointer<Baton__StatusReply>, payload: [UInt8]) throws(WireError) {
        let count = try Field.workerCount.decode(raw.pointee.worker_count)
        self.init(
            router: try Field.router.decode(raw.pointee.router),
            uptime: try Field.uptime.decode(raw.pointee.uptime_us),
            modelName: try Field.modelName.decode(raw.pointee.model_name),
            requestsInFlight: try Field.requestsInFlight.decode(raw.pointee.requests_in_flight),
            workers: []
        )
        var reader = PayloadReader(payload, of: .statusReply)
        for _ in 0..<count {
            let byteCount = Int(try reader.word())
            guard byteCount <= FrameHeader.messageLimit else {
                throw .headerTooLarge(.statusReply, bytes: byteCount)
            }
            // An arena for each worker: the limit of memory holds for one.
            let arena = try Arena.make()
            let row = try arena.unpack(
                CWireProto_unpack_worker_status,
                try reader.slice(byteCount),
                of: .statusReply
            )
            workers.append(try WorkerStatus(row))
        }
        try reader.finish()
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__StatusReply> {
        let raw = try arena.make(CWireProto_make_status_reply)
        raw.pointee.router = try Field.router.encode(router, in: arena)
        raw.pointee.uptime_us = try Field.uptime.encode(uptime)
        raw.pointee.model_name = try Field.modelName.encode(modelName, in: arena)
        raw.pointee.requests_in_flight = try Field.requestsInFlight.encode(requestsInFlight)
        raw.pointee.worker_count = try Field.workerCount.encode(workers.count)
        return raw
    }

    /// The workers, each as a length and a packed message.
    func payload() throws(WireError) -> [UInt8] {
        var writer = PayloadWriter(byteCount: 256 * workers.count)
        for worker in workers {
            let arena = try Arena.make()
            let row = arena.pack(try worker.raw(in: arena))
            writer.append(UInt32(row.count))
            writer.append(row)
        }
        return writer.bytes
    }
}

extension WorkerStatus {
    fileprivate init(_ raw: UnsafeMutablePointer<Baton__WorkerStatus>) throws(WireError) {
        self.init(
            address: try WorkerAddress(raw.pointee.address),
            role: try Field.role.decode(raw.pointee.role),
            health: try Field.health.decode(raw.pointee.health),
            waiting: try Field.waiting.decode(raw.pointee.waiting),
            running: try Field.running.decode(raw.pointee.running),
            queuedTokens: try Field.queuedTokens.decode(raw.pointee.queued_tokens),
            blocks: try BlockGauges(raw.pointee.blocks),
            isDraining: raw.pointee.is_draining != 0,
            paths: try PathReport.list(raw.pointee.paths, count: raw.pointee.n_paths)
        )
    }

    fileprivate func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<
        Baton__WorkerStatus
    > {
        let raw = try arena.make(CWireProto_make_worker_status)
        raw.pointee.address = try address.raw(in: arena)
        raw.pointee.role = try Field.role.encode(role)
        raw.pointee.health = try Field.health.encode(health)
        raw.pointee.waiting = try Field.waiting.encode(waiting)
        raw.pointee.running = try Field.running.encode(running)
        raw.pointee.queued_tokens = try Field.queuedTokens.encode(queuedTokens)
        raw.pointee.blocks = try blocks.raw(in: arena)
        raw.pointee.is_draining = isDraining ? 1 : 0
        raw.pointee.n_paths = paths.count
        raw.pointee.paths = try PathReport.rawList(paths, in: arena)
        return raw
    }
}
