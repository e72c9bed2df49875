import ServingTypes

/// What a finished step was expected to take, and what it took.
public struct FinishedStep: Hashable, Sendable {
    /// What the step did.
    public var kind: StepFootprint.Kind
    /// From the cost model as it was when the step began; zero when nothing was known.
    public var predicted: Duration
    /// Without the steps that ran within it.
    public var measured: Duration
    /// Time of the steps that ran within it.
    public var yielded: Duration

    /// Joins the parts.
    public init(kind: StepFootprint.Kind, predicted: Duration, measured: Duration, yielded: Duration) {
        self.kind = kind
        self.predicted = predicted
        self.measured = measured
        self.yielded = yielded
    }
}
