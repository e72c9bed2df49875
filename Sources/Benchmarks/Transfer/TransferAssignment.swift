internal import ServingTypes

/// The two parts of one attempt whose only purpose is its transfer; all that is said about assignments is said here.
struct TransferAssignment {
    var prefill: Assignment
    var decode: Assignment

    /// - Parameters:
    ///   - tokens: the prompt.
    ///   - prefillKey: under which the prefill worker looks for the prompt in its cache.
    ///   - codec: how the KV is encoded on its way.
    ///
    /// The decode worker gets a key that was never used: it never has a block already, and all KV travels.
    init(
        tokens: [TokenID],
        from prefill: BenchWorker,
        to decode: BenchWorker,
        prefillKey: BlockHashKey,
        codec: KVCodec
    ) {
        let attempt = AttemptID(request: RequestID(rawValue: .random()), number: 1)
        let grant = Grant(rawValue: .random())
        var sampling = SamplingParameters()
        sampling.temperature = 0
        sampling.maxTokens = 2  // With one, the answer would end before the hand-off.
        self.prefill = Assignment(
            attempt: attempt,
            part: .prefill(handOffTo: decode.address),
            tokens: tokens,
            promptTokens: tokens.count,
            sampling: sampling,
            hashKey: prefillKey,
            grant: grant,
            lease: .seconds(120)
        )
        self.prefill.codec = codec
        self.decode = self.prefill
        self.decode.part = .decode(from: prefill.address.worker)
        self.decode.hashKey = BlockHashKey(rawValue: .random())
    }

    var attempt: AttemptID { prefill.attempt }

    /// A prompt of the given length, always the same.
    static func prompt(tokens: Int) -> [TokenID] {
        (0..<tokens).map { TokenID(300 + ($0 * 7) % (BenchProfile.vocabularyCount - 300)) }
    }
}

extension Bytes128 {
    /// 128 random bits.
    static func random() -> Bytes128 {
        Bytes128(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
    }
}
