internal import CWireProto
internal import ServingTypes

private enum Field {
    static let seconds = RealField<Double>("step_costs", 0...1e6)
}

extension CostCoefficients {
    init(_ raw: UnsafeMutablePointer<Baton__StepCosts>?, _ field: StaticString) throws(WireError) {
        guard let raw else { throw .missing(field: "\(field)") }
        self.init()
        a = try Field.seconds.check(raw.pointee.prefill_step)
        b = try Field.seconds.check(raw.pointee.prefill_token)
        d = try Field.seconds.check(raw.pointee.prefill_attention)
        m = try Field.seconds.check(raw.pointee.weights_read)
        e = try Field.seconds.check(raw.pointee.decode_step)
        f = try Field.seconds.check(raw.pointee.decode_sequence)
        g = try Field.seconds.check(raw.pointee.decode_context_token)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__StepCosts> {
        let raw = try arena.make(CWireProto_make_step_costs)
        raw.pointee.prefill_step = try Field.seconds.check(a)
        raw.pointee.prefill_token = try Field.seconds.check(b)
        raw.pointee.prefill_attention = try Field.seconds.check(d)
        raw.pointee.weights_read = try Field.seconds.check(m)
        raw.pointee.decode_step = try Field.seconds.check(e)
        raw.pointee.decode_sequence = try Field.seconds.check(f)
        raw.pointee.decode_context_token = try Field.seconds.check(g)
        return raw
    }
}
