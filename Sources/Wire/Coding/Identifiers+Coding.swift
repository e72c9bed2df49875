internal import CWireProto
internal import ServingTypes

private let attemptNumber = IntegerField("attempt.number", 1...Int(UInt32.max))
private let workerName = TextField("worker.name")
private let workerHost = TextField("worker.host", bytes: 1...WireLimits.hostBytes)
private let workerPort = IntegerField("worker.port", 1...Int(UInt16.max))

extension Bytes128 {
    init(_ raw: UnsafeMutablePointer<Baton__Bits128>?, _ field: StaticString) throws(WireError) {
        guard let raw else { throw .missing(field: "\(field)") }
        self.init(high: raw.pointee.high, low: raw.pointee.low)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Bits128> {
        let raw = try arena.make(CWireProto_make_bits128)
        raw.pointee.high = high
        raw.pointee.low = low
        return raw
    }
}

extension AttemptID {
    init(_ raw: UnsafeMutablePointer<Baton__Attempt>?) throws(WireError) {
        guard let raw else { throw .missing(field: "attempt") }
        let request = Bytes128(high: raw.pointee.request_high, low: raw.pointee.request_low)
        _ = try attemptNumber.decode(raw.pointee.number)
        self.init(request: RequestID(rawValue: request), number: raw.pointee.number)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Attempt> {
        let raw = try arena.make(CWireProto_make_attempt)
        raw.pointee.request_high = request.rawValue.high
        raw.pointee.request_low = request.rawValue.low
        raw.pointee.number = try attemptNumber.encode(Int(number))
        return raw
    }
}

extension Incarnation {
    /// The boot number for either direction: 0 means that nobody chose one.
    static func checked(_ number: UInt64, _ field: StaticString) throws(WireError) -> Incarnation {
        guard number != 0 else { throw .missing(field: "\(field)") }
        return Incarnation(rawValue: number)
    }
}

extension WorkerID {
    init(_ raw: ProtobufCBinaryData) throws(WireError) { self.init(rawValue: try workerName.decode(raw)) }

    func raw(in arena: borrowing Arena) throws(WireError) -> ProtobufCBinaryData {
        try workerName.encode(rawValue, in: arena)
    }
}

extension WorkerRef {
    init(_ raw: UnsafeMutablePointer<Baton__WorkerRef>?) throws(WireError) {
        guard let raw else { throw .missing(field: "worker") }
        self.init(
            id: try WorkerID(raw.pointee.name),
            incarnation: try .checked(raw.pointee.incarnation, "worker.incarnation")
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__WorkerRef> {
        let raw = try arena.make(CWireProto_make_worker_ref)
        raw.pointee.name = try id.raw(in: arena)
        raw.pointee.incarnation = try Incarnation.checked(incarnation.rawValue, "worker.incarnation").rawValue
        return raw
    }
}

extension WorkerAddress {
    init(_ raw: UnsafeMutablePointer<Baton__WorkerAddress>?) throws(WireError) {
        guard let raw else { throw .missing(field: "worker_address") }
        self.init(
            worker: try WorkerRef(raw.pointee.worker),
            host: try workerHost.decode(raw.pointee.host),
            port: UInt16(try workerPort.decode(raw.pointee.port))
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__WorkerAddress> {
        let raw = try arena.make(CWireProto_make_worker_address)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.host = try workerHost.encode(host, in: arena)
        raw.pointee.port = try workerPort.encode(Int(port))
        return raw
    }
}
