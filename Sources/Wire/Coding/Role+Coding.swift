internal import CWireProto
internal import ServingTypes

private enum Field {
    static let role = ChoiceField<WorkerRole>("set_role.role")
    static let wanted = ChoiceField<WorkerRole>("role_answer.wanted")
    static let current = ChoiceField<WorkerRole>("role_answer.current")
    static let requested = ChoiceField<WorkerRole>("role_request.role")
}

extension WorkerRole {
    /// The role that a router orders.
    init(_ raw: UnsafeMutablePointer<Baton__SetRole>) throws(WireError) {
        self = try Field.role.decode(raw.pointee.role)
    }

    func order(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__SetRole> {
        let raw = try arena.make(CWireProto_make_set_role)
        raw.pointee.role = try Field.role.encode(self)
        return raw
    }
}

extension RoleAnswer {
    init(_ raw: UnsafeMutablePointer<Baton__RoleAnswer>?) throws(WireError) {
        guard let raw else { throw .missing(field: "role_answer") }
        let owed = try DrainStatus(raw.pointee.owed)
        self.init(
            wanted: try Field.wanted.decode(raw.pointee.wanted),
            current: try Field.current.decode(raw.pointee.current),
            requests: owed.requests,
            leases: owed.leases,
            failure: try ServingError.optional(raw.pointee.failure)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__RoleAnswer> {
        let raw = try arena.make(CWireProto_make_role_answer)
        raw.pointee.wanted = try Field.wanted.encode(wanted)
        raw.pointee.current = try Field.current.encode(current)
        raw.pointee.owed = try DrainStatus(requests: requests, leases: leases).raw(in: arena)
        raw.pointee.failure = try failure?.raw(in: arena)
        return raw
    }
}

extension RoleRequest {
    init(_ raw: UnsafeMutablePointer<Baton__RoleRequest>) throws(WireError) {
        self.init(
            worker: try WorkerID(raw.pointee.worker),
            role: try Field.requested.decode(raw.pointee.role)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__RoleRequest> {
        let raw = try arena.make(CWireProto_make_role_request)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.role = try Field.requested.encode(role)
        return raw
    }
}

extension RoleReply {
    init(_ raw: UnsafeMutablePointer<Baton__RoleReply>) throws(WireError) {
        self.init(worker: try WorkerID(raw.pointee.worker), answer: try RoleAnswer(raw.pointee.answer))
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__RoleReply> {
        let raw = try arena.make(CWireProto_make_role_reply)
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.answer = try answer.raw(in: arena)
        return raw
    }
}
