import ServingTypes

/// The project's keyed pseudo-random function: ``SipHash128`` over a whole message.
///
/// Whoever lacks the key can neither predict an output nor tell it from noise. It is not a
/// collision-resistant digest for those who know the key.
public enum PRF {
    /// Maps bytes to 128 bits under `key`; O(bytes).
    public static func hash(key: Bytes128, bytes: some Sequence<UInt8>) -> Bytes128 {
        var state = SipHash128(key: key)
        state.update(bytes: bytes)
        return state.finalized()
    }

    /// Maps 64-bit words, taken as little-endian bytes, to 128 bits under `key`; O(words).
    public static func hash(key: Bytes128, words: some Sequence<UInt64>) -> Bytes128 {
        var state = SipHash128(key: key)
        for word in words { state.update(word) }
        return state.finalized()
    }
}
