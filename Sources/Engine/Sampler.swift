internal import CKernels
internal import ServingTypes

/// Draws the next token from logits: a pure function of logits, parameters and output tokens.
///
/// Order, as in vLLM: logit bias and penalties (over output tokens only), then temperature, min-p, top-k and
/// top-p over what the earlier ones left. Temperature 0 takes the highest adjusted logit. All ties go to the
/// lower id. Log probabilities are those of the raw logits, before bias, penalties and temperature, as
/// OpenAI and vLLM report them. Arithmetic is the kernels' own, so that machines agree on every draw.
enum Sampler {
    /// Draws one token; `nil` when a logit is NaN or +∞, or all are −∞.
    ///
    /// - Parameter logits: `[vocabulary]`.
    /// - Complexity: O(vocabulary), and a sort of the likely tokens when a truncation is asked for.
    static func sample(_ logits: UnsafeBufferPointer<Float>, _ request: SampleRequest) -> SampledToken? {
        let parameters = request.parameters
        guard let rawMaximum = maximum(of: logits) else { return nil }
        let id: TokenID
        if isAdjusted(request) {
            let adjusted = adjustedLogits(logits, request)
            id = adjusted.withUnsafeBufferPointer { draw(from: $0, request) }
        } else {
            id = draw(from: logits, request)
        }
        guard let topCount = parameters.topLogprobs else { return SampledToken(id: id) }
        let normalizer = Double(rawMaximum) + logSum(of: logits, maximum: rawMaximum)
        func logprob(_ token: TokenID) -> Float { Float(Double(logits[Int(token)]) - normalizer) }
        let top = highest(topCount, of: logits)
        return SampledToken(
            id: id,
            logprob: logprob(id),
            top: top.map { SampledToken.Logprob(token: $0, value: logprob($0)) }
        )
    }

    /// The highest logit; `nil` unless all are below +∞ and one is above −∞.
    private static func maximum(of logits: UnsafeBufferPointer<Float>) -> Float? {
        var highest = -Float.infinity
        var areSound = true
        for logit in logits {
            areSound = areSound && logit < .infinity
            highest = logit > highest ? logit : highest
        }
        return areSound && highest > -.infinity ? highest : nil
    }

    private static func isAdjusted(_ request: SampleRequest) -> Bool {
        let parameters = request.parameters
        let hasPenalty = parameters.presencePenalty != 0 || parameters.frequencyPenalty != 0
        return !parameters.logitBias.isEmpty || (hasPenalty && !request.output.isEmpty)
    }

    /// Logits with bias added and penalties subtracted; tokens outside the vocabulary have no effect.
    private static func adjustedLogits(
        _ logits: UnsafeBufferPointer<Float>,
        _ request: SampleRequest
    ) -> [Float] {
        let parameters = request.parameters
        var adjusted = Array(logits)
        for entry in parameters.logitBias where Int(entry.token) < adjusted.count {
            adjusted[Int(entry.token)] += entry.bias
        }
        guard parameters.presencePenalty != 0 || parameters.frequencyPenalty != 0 else { return adjusted }
        let output = request.output.sorted()
        var first = 0
        while first < output.count {
            let token = output[first]
            var end = first + 1
            while end < output.count && output[end] == token { end += 1 }
            if Int(token) < adjusted.count {
                let frequency = parameters.frequencyPenalty * Float(end - first)
                adjusted[Int(token)] -= parameters.presencePenalty + frequency
            }
            first = end
        }
        return adjusted
    }

    private static func draw(from logits: UnsafeBufferPointer<Float>, _ request: SampleRequest) -> TokenID {
        let parameters = request.parameters
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        guard parameters.temperature > 0 else { return TokenID(best) }
        let weights = weights(of: logits, maximum: logits[best], temperature: parameters.temperature)
        let generator = CounterGenerator(seed: parameters.seed, choice: parameters.choiceIndex)
        let uniform = generator.uniform(at: request.output.count)
        let keepsAllByCount = parameters.topK <= 0 || parameters.topK >= weights.count
        if keepsAllByCount && parameters.topP >= 1 && parameters.minP <= 0 {
            return pick(weights.indices, weights, uniform)
        }
        return pick(TruncatedCandidates.select(weights, parameters), weights, uniform)
    }

    /// Probabilities up to a common factor, the highest being 1.
    private static func weights(
        of logits: UnsafeBufferPointer<Float>,
        maximum: Float,
        temperature: Float
    ) -> [Float] {
        let scaled = logits.map { ($0 - maximum) / temperature }
        return [Float](unsafeUninitializedCapacity: scaled.count) { buffer, count in
            if let base = buffer.baseAddress { ck_kernels_best().pointee.exp(scaled, 0, base, scaled.count) }
            count = scaled.count
        }
    }

    /// The candidate at which the running sum of weights passes `uniform` of their total.
    private static func pick(_ candidates: some Sequence<Int>, _ weights: [Float], _ uniform: Double)
        -> TokenID
    {
        let total = candidates.reduce(0.0) { $0 + Double(weights[$1]) }
        let target = uniform * total
        var (sum, last) = (0.0, 0)
        for candidate in candidates where weights[candidate] > 0 {
            sum += Double(weights[candidate])
            last = candidate
            if target < sum { break }
        }
        return TokenID(last)
    }

    /// log Σ exp(logit − maximum).
    private static func logSum(of logits: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
        let weights = weights(of: logits, maximum: maximum, temperature: 1)
        return DeterministicMath.log(weights.reduce(0.0) { $0 + Double($1) })
    }

    /// The tokens with the highest logits, best first.
    private static func highest(_ count: Int, of logits: UnsafeBufferPointer<Float>) -> [TokenID] {
        let count = min(count, logits.count)
        var best: [Int] = []
        for index in logits.indices {
            if best.count == count {
                guard let worst = best.last, logits[index] > logits[worst] else { continue }
                best.removeLast()
            }
            let place = best.firstIndex { logits[index] > logits[$0] } ?? best.endIndex
            best.insert(index, at: place)
        }
        return best.map(TokenID.init)
    }
}
