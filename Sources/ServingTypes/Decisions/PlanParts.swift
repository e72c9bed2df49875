/// What the predicted time of a plan is made of, in seconds: the parts add up to what placement minimizes.
public struct PlanParts: Hashable, Sendable {
    /// Prompts that the worker computes before this one.
    public var wait = 0.0
    /// What a fetch of a prefix takes beyond that.
    public var fetch = 0.0
    /// Computing what is neither held nor fetched.
    public var prefill = 0.0
    /// What of the hand-off the prefill does not hide.
    public var transfer = 0.0
    /// Until the decode worker's running step ends.
    public var admission = 0.0
    /// The first step with the sequence.
    public var firstStep = 0.0
    /// What the delay of others' answers is counted as.
    public var harm = 0.0

    /// No time at all.
    public init() {}

    /// What placement minimizes.
    public var total: Double { wait + fetch + prefill + transfer + admission + firstStep + harm }

    /// The parts with the words by which people know them, in the order in which they pass.
    public var named: [(name: String, seconds: Double)] {
        [
            ("wait", wait), ("fetch", fetch), ("prefill", prefill), ("transfer", transfer),
            ("admission", admission), ("first step", firstStep), ("harm", harm),
        ]
    }
}

extension PlanParts: Codable {
    private enum CodingKeys: String, CodingKey {
        case wait = "wait_ms"
        case fetch = "fetch_ms"
        case prefill = "prefill_ms"
        case transfer = "transfer_ms"
        case admission = "admission_ms"
        case firstStep = "first_step_ms"
        case harm = "harm_ms"
    }

    private static let members: [(CodingKeys, WritableKeyPath<PlanParts, Double> & Sendable)] = [
        (.wait, \.wait), (.fetch, \.fetch), (.prefill, \.prefill), (.transfer, \.transfer),
        (.admission, \.admission), (.firstStep, \.firstStep), (.harm, \.harm),
    ]

    /// Reads milliseconds.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        for (key, member) in Self.members {
            self[keyPath: member] = try object.decode(Milliseconds.self, forKey: key).value / 1_000
        }
    }

    /// Writes milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        for (key, member) in Self.members {
            try object.encode(Milliseconds(seconds: self[keyPath: member]), forKey: key)
        }
    }
}
