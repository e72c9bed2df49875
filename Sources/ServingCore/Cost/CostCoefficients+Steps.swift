import ServingTypes

extension CostCoefficients {
    /// How many coefficients there are: a, b, d, m, e, f, g.
    static let count = 7

    /// The coefficients in the order a, b, d, m, e, f, g.
    var vector: [Double] { [a, b, d, m, e, f, g] }

    /// From the coefficients in the order a, b, d, m, e, f, g.
    init(vector: [Double]) {
        precondition(vector.count == Self.count, "\(vector.count) coefficients instead of \(Self.count)")
        self.init()
        (a, b, d, m, e, f, g) = (
            vector[0], vector[1], vector[2], vector[3], vector[4], vector[5], vector[6]
        )
    }

    /// Seconds of a step: those of its prompts and those of its running answers.
    func seconds(of step: StepFootprint) -> Double {
        var seconds = 0.0
        if step.newTokens > 0 {
            seconds += a + max(m, b * Double(step.newTokens)) + d * step.attentionPairs
        }
        if step.decodeCount > 0 {
            seconds += e + f * Double(step.decodeCount) + g * Double(step.decodeContext)
        }
        return seconds
    }

    /// A step of so many prompt tokens without the cost of their attention, in seconds; 0 for none.
    @inline(__always) func computingSeconds(tokens: Int) -> Double {
        tokens > 0 ? a + max(m, b * Double(tokens)) : 0
    }

    /// What a prompt takes longer for being cut, beside answers that have a part in each of its steps, in seconds.
    ///
    /// - Parameters:
    ///   - stepTokens: most prompt tokens of a step, at least 1.
    ///   - answers: the answers' part of a step.
    @inline(__always) func cuttingSeconds(newTokens: Int, stepTokens: Int, answers: Double) -> Double {
        let steps = Double((newTokens + stepTokens - 1) / stepTokens)
        let computing = b * Double(newTokens)
        return (steps - 1) * a + max(m * steps, computing) - max(m, computing) + steps * answers
    }

    /// Time of a step: that of its prompts and that of its running answers.
    public func time(of step: StepFootprint) -> Duration { .fromSeconds(seconds(of: step)) }

    /// The knee `L_m`: new tokens of a step from which on computing takes longer than reading the weights; 0 when
    /// reading them costs nothing apart.
    public var kneeTokens: Int { b > 0 && m > 0 ? Int((min(m / b, 1e9)).rounded(.up)) : 0 }
}
