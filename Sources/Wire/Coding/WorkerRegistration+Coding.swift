internal import CWireProto
internal import ServingTypes

private enum Field {
    static let role = ChoiceField<WorkerRole>("register.role")
    static let modelName = TextField("register.model_name")
    static let contextTokens = IntegerField("register.context_tokens", 1...(1 << 30))
    static let blockCount = IntegerField("register.block_count", 1...Int(UInt32.max))
    static let maxRunning = IntegerField("register.max_running", 1...65_536)
    static let site = TextField("register.site", bytes: 0...WireLimits.siteBytes)
}

extension WorkerRegistration {
    init(_ raw: UnsafeMutablePointer<Baton__Register>) throws(WireError) {
        self.init(
            address: try WorkerAddress(raw.pointee.address),
            role: try Field.role.decode(raw.pointee.role),
            modelName: try Field.modelName.decode(raw.pointee.model_name),
            contextTokens: try Field.contextTokens.decode(raw.pointee.context_tokens),
            blockCount: try Field.blockCount.decode(raw.pointee.block_count),
            cost: try CostCoefficients(raw.pointee.cost, "register.cost"),
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
