import KVCache
import ServingTypes
import Testing

@Suite struct BlockHasherTests {
    static let layout = KVLayout(layerCount: 2, kvHeadCount: 2, headDim: 8, type: .f16, blockTokens: 4)
    static let secret = [UInt8](repeating: 7, count: 32)
    static let digest = Bytes128(high: 1, low: 2)

    static func key(
        secret: [UInt8] = secret,
        salt: String = "tenant",
        digest: Bytes128 = digest,
        layout: KVLayout = layout
    ) -> BlockHashKey {
        .derive(clusterSecret: secret, tenantSalt: salt, modelDigest: digest, layout: layout)
    }

    @Test(
        "a block's hash is the PRF over its parent's hash and its tokens, little-endian",
        arguments: [1, 4, 16]
    )
    func definition(blockTokens: Int) {
        let hasher = BlockHasher(key: Self.key(), blockTokens: blockTokens)
        let tokens = (0..<TokenID(3 * blockTokens + blockTokens / 2)).map { $0 &* 0x9e37_79b9 }
        var parent = [UInt8](repeating: 0, count: 16)
        var expected: [BlockHash] = []
        for block in 0..<3 {
            let own = tokens[block * blockTokens..<(block + 1) * blockTokens]
            let bytes = own.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> (8 * $0)) } }
            expected.append(BlockHash(rawValue: PRF.hash(key: hasher.key.rawValue, bytes: parent + bytes)))
            parent = expected[block].rawValue.bytes
        }
        #expect(hasher.hashes(of: tokens) == expected)
        #expect(hasher.hashes(of: tokens.lazy.map { $0 }) == expected, "storage need not be contiguous")
        let slice = tokens[blockTokens..<2 * blockTokens]
        #expect(hasher.next(parent: expected[0], tokens: slice) == expected[1])
        #expect(hasher.next(parent: expected[0], tokens: slice.lazy.map { $0 }) == expected[1])
    }

    @Test("hashes agree exactly as far as the full blocks before the first difference")
    func prefixProperty() {
        let hasher = BlockHasher(key: Self.key(), blockTokens: 4)
        let tokens = (0..<40).map { TokenID($0) }
        let hashes = hasher.hashes(of: tokens)
        for changed in tokens.indices {
            var other = tokens
            other[changed] += 1
            let shared = zip(hashes, hasher.hashes(of: other)).map { $0 == $1 }
            #expect(shared == (0..<10).map { $0 < changed / 4 }, "token \(changed) changed")
        }
        for count in 0...40 {
            #expect(hasher.hashes(of: tokens.prefix(count)) == Array(hashes.prefix(count / 4)))
        }
    }

    @Test("a different secret, tenant, model or layout shares no hash")
    func disjoint() {
        let wider = KVLayout(layerCount: 2, kvHeadCount: 2, headDim: 16, type: .f16, blockTokens: 4)
        let swapped = KVLayout(layerCount: 2, kvHeadCount: 8, headDim: 2, type: .f16, blockTokens: 4)
        let otherType = KVLayout(layerCount: 2, kvHeadCount: 2, headDim: 8, type: .bf16, blockTokens: 4)
        let keys = [
            Self.key(), Self.key(secret: Self.secret + [7]), Self.key(salt: ""), Self.key(salt: "tenant2"),
            Self.key(digest: Bytes128(high: 1, low: 3)), Self.key(layout: wider), Self.key(layout: swapped),
            Self.key(layout: otherType),
        ]
        let tokens = (0..<64).map { TokenID($0) }
        let hashes = keys.flatMap { BlockHasher(key: $0, blockTokens: 4).hashes(of: tokens) }
        #expect(Set(hashes).count == keys.count * 16)
        #expect(Self.key() == Self.key(), "derivation is a function")
    }
}
