internal import CWireProto
internal import ServingTypes

private enum Field {
    static let layerCount = IntegerField("layout.layer_count", 1...WireLimits.layers)
    static let kvHeadCount = IntegerField("layout.kv_head_count", 1...4_096)
    static let headDim = IntegerField("layout.head_dim", 1...65_536)
    static let blockTokens = IntegerField("layout.block_tokens", 1...4_096)
}

extension KVLayout {
    init(_ raw: UnsafeMutablePointer<Baton__KVLayout>) throws(WireError) {
        let blockTokens = try Self.checkedBlockTokens(try Field.blockTokens.decode(raw.pointee.block_tokens))
        self.init(
            layerCount: try Field.layerCount.decode(raw.pointee.layer_count),
            kvHeadCount: try Field.kvHeadCount.decode(raw.pointee.kv_head_count),
            headDim: try Field.headDim.decode(raw.pointee.head_dim),
            type: try KVType(raw.pointee.type),
            blockTokens: blockTokens
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__KVLayout> {
        let raw = try arena.make(CWireProto_make_kvlayout)
        raw.pointee.layer_count = try Field.layerCount.encode(layerCount)
        raw.pointee.kv_head_count = try Field.kvHeadCount.encode(kvHeadCount)
        raw.pointee.head_dim = try Field.headDim.encode(headDim)
        raw.pointee.type = type.raw
        raw.pointee.block_tokens = try Field.blockTokens.encode(try Self.checkedBlockTokens(blockTokens))
        return raw
    }

    private static func checkedBlockTokens(_ count: Int) throws(WireError) -> Int {
        guard count.nonzeroBitCount == 1 else {
            throw .outOfRange(field: "layout.block_tokens", value: "\(count)", allowed: "a power of two")
        }
        return count
    }
}

extension KVType {
    init(_ raw: Baton__KVType) throws(WireError) {
        switch raw {
        case BATON__KVTYPE__KV_TYPE_F16: self = .f16
        case BATON__KVTYPE__KV_TYPE_BF16: self = .bf16
        case BATON__KVTYPE__KV_TYPE_F32: self = .f32
        default:
            throw .outOfRange(
                field: "layout.type",
                value: "\(raw.rawValue)",
                allowed: "a value that this release knows"
            )
        }
    }

    var raw: Baton__KVType {
        switch self {
        case .f16: BATON__KVTYPE__KV_TYPE_F16
        case .bf16: BATON__KVTYPE__KV_TYPE_BF16
        case .f32: BATON__KVTYPE__KV_TYPE_F32
        }
    }
}
