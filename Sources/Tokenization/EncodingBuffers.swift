import ServingTypes

/// What one call of an encoder writes: its result, and buffers that are reused from word to word.
///
/// Words of text repeat: short ones are looked up in a small direct-mapped cache before they are merged. The
/// cache cannot change a result, since a word's tokens depend on the word alone.
struct EncodingBuffers {
    /// Up to 15 bytes and their number, as two words.
    struct WordKey: Equatable {
        var low: UInt64
        var high: UInt64

        init?(_ word: UnsafeBufferPointer<UInt8>) {
            guard word.count < 16 else { return nil }
            (low, high) = (0, UInt64(word.count) << 56)
            for index in 0..<min(8, word.count) { low |= UInt64(word[index]) << UInt64(8 * index) }
            for index in 8..<max(8, word.count) { high |= UInt64(word[index]) << UInt64(8 * (index - 8)) }
        }

        var slot: Int {
            let mixed = (low ^ high &* 0xC2B2_AE3D_27D4_EB4F) &* 0x9E37_79B9_7F4A_7C15
            return Int(truncatingIfNeeded: mixed >> 52)
        }
    }

    private struct CachedWord {
        var key: WordKey
        var tokens: Range<Int>
    }

    private static let slotCount = 1 << 12
    /// Below this many bytes, clearing the cache costs more than it saves.
    private static let worthwhileBytes = 2048

    /// The result.
    var tokens: [TokenID] = []
    /// Scratch of the encoder.
    var symbols: [UInt32] = []
    var merger = PairMerger()
    private var cache: [CachedWord?]

    init(textBytes: Int) {
        cache = textBytes < Self.worthwhileBytes ? [] : Array(repeating: nil, count: Self.slotCount)
        tokens.reserveCapacity(textBytes / 3 + 8)
    }

    /// Appends the tokens of `word`, which `encode` appends if they are not known.
    mutating func append(
        _ word: UnsafeBufferPointer<UInt8>,
        encode: (UnsafeBufferPointer<UInt8>, inout EncodingBuffers) -> Void
    ) {
        guard !cache.isEmpty, let key = WordKey(word) else { return encode(word, &self) }
        let slot = key.slot
        if let cached = cache[slot], cached.key == key {
            for index in cached.tokens { tokens.append(tokens[index]) }
            return
        }
        let start = tokens.count
        encode(word, &self)
        cache[slot] = CachedWord(key: key, tokens: start..<tokens.count)
    }
}
