extension StageReport: Codable {
    private enum CodingKeys: String, CodingKey {
        case queue = "queue_ms"
        case prefill = "prefill_ms"
        case fetch = "fetch_ms"
        case transfer = "transfer_ms"
        case exposedTransfer = "exposed_transfer_ms"
        case decode = "decode_ms"
        case hitTokens = "hit_tokens"
        case fetchedTokens = "fetched_tokens"
        case computedTokens = "computed_tokens"
        case outputTokens = "output_tokens"
        case transferBytes = "transfer_bytes"
        case wireBytes = "wire_bytes"
    }

    private static let times: [(CodingKeys, WritableKeyPath<StageReport, Duration> & Sendable)] = [
        (.queue, \.queue), (.prefill, \.prefill), (.fetch, \.fetch), (.transfer, \.transfer),
        (.exposedTransfer, \.exposedTransfer), (.decode, \.decode),
    ]

    private static let counts: [(CodingKeys, WritableKeyPath<StageReport, Int> & Sendable)] = [
        (.hitTokens, \.hitTokens), (.fetchedTokens, \.fetchedTokens), (.computedTokens, \.computedTokens),
        (.outputTokens, \.outputTokens), (.transferBytes, \.transferBytes), (.wireBytes, \.wireBytes),
    ]

    /// Reads an object as ``encode(to:)`` writes it.
    public init(from decoder: any Decoder) throws {
        self.init()
        let object = try decoder.container(keyedBy: CodingKeys.self)
        for (key, member) in Self.times {
            self[keyPath: member] = .fromSeconds(try object.decode(Double.self, forKey: key) / 1_000)
        }
        for (key, member) in Self.counts { self[keyPath: member] = try object.decode(Int.self, forKey: key) }
    }

    /// Writes times in milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        for (key, member) in Self.times {
            try object.encode(Milliseconds(self[keyPath: member]), forKey: key)
        }
        for (key, member) in Self.counts { try object.encode(self[keyPath: member], forKey: key) }
    }
}
