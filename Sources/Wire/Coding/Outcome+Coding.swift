internal import CWireProto
internal import ServingTypes

private let retryDelay = DurationField("answer.retry_after_us")

extension AssignmentAnswer {
    init(_ raw: UnsafeMutablePointer<Baton__Answer>) throws(WireError) {
        let delay = try retryDelay.decode(raw.pointee.retry_after_us)
        guard raw.pointee.may_retry != 0 || delay == .zero else {
            throw .inconsistent(field: "answer.retry_after_us", reason: "it is set without may_retry")
        }
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            refusal: try ServingError.optional(raw.pointee.refusal),
            retryAfter: raw.pointee.may_retry != 0 ? delay : nil
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Answer> {
        let raw = try arena.make(CWireProto_make_answer)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.refusal = try refusal?.raw(in: arena)
        raw.pointee.may_retry = retryAfter == nil ? 0 : 1
        raw.pointee.retry_after_us = try retryDelay.encode(retryAfter ?? .zero)
        return raw
    }
}

extension WorkEnded {
    init(_ raw: UnsafeMutablePointer<Baton__Ended>) throws(WireError) {
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            failure: try ServingError.optional(raw.pointee.failure),
            report: try StageReport(raw.pointee.report)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Ended> {
        let raw = try arena.make(CWireProto_make_ended)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.failure = try failure?.raw(in: arena)
        raw.pointee.report = try report.raw(in: arena)
        return raw
    }
}

extension AttemptID {
    /// The message that gives the attempt up.
    func cancel(
        _ reason: ServingError,
        in arena: borrowing Arena
    ) throws(WireError) -> UnsafeMutablePointer<Baton__Cancel> {
        let raw = try arena.make(CWireProto_make_cancel)
        raw.pointee.attempt = try self.raw(in: arena)
        raw.pointee.reason = try reason.raw(in: arena)
        return raw
    }

    /// The message that wants the attempt back.
    func preempt(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Preempt> {
        let raw = try arena.make(CWireProto_make_preempt)
        raw.pointee.attempt = try self.raw(in: arena)
        return raw
    }
}
