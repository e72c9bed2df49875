internal import CWireProto
internal import ServingTypes

private enum Field {
    static let role = ChoiceField<WorkerRole>("register.role")
    static let modelName = TextField("register.model_name")
    static let contextTokens = IntegerField("register.context_tokens", 1...(1 << 30))
    static let blockCount = IntegerField("register.block_count", 1...Int(UInt32.max))
    static let maxRunning = IntegerField("register.max_running", 1...65_536)
    static let site = TextField("register.site", bytes: 0...WireLimits.siteBytes)
    static let cost = RealField<Double>("register.cost", 0...1e6)
}

extension WorkerRegistration {
    init(_ raw: UnsafeMutablePointer<Baton__Register>) throws(WireError) {
        self.init(
            address: try WorkerAddress(raw.pointee.address),
            role: try Field.role.decode(raw.pointee.role),
            modelName: try Field.modelName.decode(raw.pointee.model_name),
            contextTokens: try Field.contextTokens.decode(raw.pointee.context_tokens),
            blockCount: try Field.blockCount.decode(raw.pointee.block_count),
            cost: try CostCoefficients(raw.pointee.cost),
            maxRunning: try Field.maxRunning.decode(raw.pointee.max_running),
            site: try Field.site.decode(raw.pointee.site),
            codecs: try KVCodecRate.list(raw.pointee.codecs, count: raw.pointee.n_codecs)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Register> {
        let raw = try arena.make(CWireProto_make_register)
        raw.pointee.address = try address.raw(in: arena)
        raw.pointee.role = try Field.role.encode(role)
        raw.pointee.model_name = try Field.modelName.encode(modelName, in: arena)
        raw.pointee.context_tokens = try Field.contextTokens.encode(contextTokens)
        raw.pointee.block_count = try Field.blockCount.encode(blockCount)
        raw.pointee.cost = try cost.raw(in: arena)
        raw.pointee.max_running = try Field.maxRunning.encode(maxRunning)
        raw.pointee.site = try Field.site.encode(site, in: arena)
        raw.pointee.n_codecs = codecs.count
        raw.pointee.codecs = try KVCodecRate.rawList(codecs, in: arena)
        return raw
    }
}

extension CostCoefficients {
    init(_ raw: UnsafeMutablePointer<Baton__StepCosts>?) throws(WireError) {
        guard let raw else { throw .missing(field: "register.cost") }
        self.init()
        a = try Field.cost.check(raw.pointee.prefill_step)
        b = try Field.cost.check(raw.pointee.prefill_token)
        d = try Field.cost.check(raw.pointee.prefill_attention)
        m = try Field.cost.check(raw.pointee.weights_read)
        e = try Field.cost.check(raw.pointee.decode_step)
        f = try Field.cost.check(raw.pointee.decode_sequence)
        g = try Field.cost.check(raw.pointee.decode_context_token)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__StepCosts> {
        let raw = try arena.make(CWireProto_make_step_costs)
        raw.pointee.prefill_step = try Field.cost.check(a)
        raw.pointee.prefill_token = try Field.cost.check(b)
        raw.pointee.prefill_attention = try Field.cost.check(d)
        raw.pointee.weights_read = try Field.cost.check(m)
        raw.pointee.decode_step = try Field.cost.check(e)
        raw.pointee.decode_sequence = try Field.cost.check(f)
        raw.pointee.decode_context_token = try Field.cost.check(g)
        return raw
    }
}
