import ServingTypes

extension BlockHashKey {
    /// Fewest bytes of a cluster secret: as much entropy as the key can carry.
    public static let minimumSecretBytes = 16

    /// Derives the key under which one tenant's blocks of one model and layout are hashed.
    ///
    /// Two steps, as in HKDF: the secret is condensed under a fixed label, then expanded over everything
    /// that makes KV interchangeable. Every part is length-prefixed, so no two inputs run together.
    /// - Parameters:
    ///   - clusterSecret: random bytes, at least ``minimumSecretBytes``.
    ///   - tenantSalt: tenants with equal salts share cached blocks; others cannot even test for them.
    ///   - modelDigest: digest of the weights and of all that changes the KV they produce.
    ///   - layout: shape of the KV cache.
    public static func derive(
        clusterSecret: [UInt8],
        tenantSalt: String,
        modelDigest: Bytes128,
        layout: KVLayout
    ) -> BlockHashKey {
        precondition(
            clusterSecret.count >= minimumSecretBytes,
            "cluster secret has \(clusterSecret.count) bytes, at least \(minimumSecretBytes) are needed"
        )
        let condensed = PRF.hash(key: label, bytes: clusterSecret)
        var state = SipHash128(key: condensed)
        append(Array(tenantSalt.utf8), to: &state)
        state.update(modelDigest)
        append(Array(layout.type.rawValue.utf8), to: &state)
        for dimension in [layout.layerCount, layout.kvHeadCount, layout.headDim, layout.blockTokens] {
            state.update(UInt64(dimension))
        }
        return BlockHashKey(rawValue: state.finalized())
    }

    /// ASCII "baton.block.hash": keeps these keys apart from any other use of the secret.
    private static let label = Bytes128(high: 0x6261_746f_6e2e_626c, low: 0x6f63_6b2e_6861_7368)

    private static func append(_ bytes: [UInt8], to state: inout SipHash128) {
        state.update(UInt64(bytes.count))
        state.update(bytes: bytes)
    }
}
