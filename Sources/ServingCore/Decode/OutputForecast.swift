import ServingTypes

/// How long an answer is taken to become: a guess for scheduling, never trusted for correctness.
enum OutputForecast {
    /// Output tokens expected of an attempt, from 1 to `limit`, given the share taken for one without a guess.
    static func expected(_ terms: ServiceTerms, limit: Int, share: Double) -> Int {
        guard limit > 1 else { return max(0, limit) }
        let guess = terms.expectedOutput ?? Int((share * Double(limit)).rounded(.up))
        return min(limit, max(1, guess))
    }

    /// What is still to come of one that has produced some of them.
    ///
    /// One that has outlived its guess is taken to last a quarter longer than it did so far: the longer an answer is
    /// already, the longer it is likely to go on.
    static func remaining(expected: Int, produced: Int, limit: Int) -> Int {
        let left = limit - produced
        guard left > 0 else { return 0 }
        return min(left, max(expected - produced, produced / 4, 1))
    }
}
