internal import CWireProto
internal import ServingTypes

private enum Field {
    static let heartbeatInterval = DurationField("registered.heartbeat_interval_us", least: 1_000)
    static let requests = IntegerField("drain_status.requests", IntegerField.anyCount)
    static let leases = IntegerField("drain_status.leases", IntegerField.anyCount)
}

extension Heartbeat {
    init(_ raw: UnsafeMutablePointer<Baton__Heartbeat>) {
        self.init(
            sequence: raw.pointee.sequence,
            progress: raw.pointee.progress,
            isEcho: raw.pointee.is_echo != 0
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Heartbeat> {
        let raw = try arena.make(CWireProto_make_heartbeat)
        raw.pointee.sequence = sequence
        raw.pointee.progress = progress
        raw.pointee.is_echo = isEcho ? 1 : 0
        return raw
    }
}

extension DrainStatus {
    init(_ raw: UnsafeMutablePointer<Baton__DrainStatus>?) throws(WireError) {
        guard let raw else { throw .missing(field: "drain_status") }
        self.init(
            requests: try Field.requests.decode(raw.pointee.requests),
            leases: try Field.leases.decode(raw.pointee.leases)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__DrainStatus> {
        let raw = try arena.make(CWireProto_make_drain_status)
        raw.pointee.requests = try Field.requests.encode(requests)
        raw.pointee.leases = try Field.leases.encode(leases)
        return raw
    }
}

extension Duration {
    /// The interval of signs of life that a router asks for.
    init(_ raw: UnsafeMutablePointer<Baton__Registered>) throws(WireError) {
        self = try Field.heartbeatInterval.decode(raw.pointee.heartbeat_interval_us)
    }

    func registered(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Registered> {
        let raw = try arena.make(CWireProto_make_registered)
        raw.pointee.heartbeat_interval_us = try Field.heartbeatInterval.encode(self)
        return raw
    }
}
