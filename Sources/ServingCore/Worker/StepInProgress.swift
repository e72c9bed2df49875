import ServingTypes

/// A step that the engine works on, or that another is nested in.
struct StepInProgress: Sendable {
    let plan: StepPlan
    let footprint: StepFootprint
    /// What it is expected to take by itself.
    let predicted: Duration
    let startedAt: Timestamp
    /// Layers that were computed when it was last asked to yield.
    var layers = 0
    /// Time that steps nested in it took.
    var nested = Duration.zero
    /// How often it has yielded to prompts.
    var preemptions = 0
    /// Layers computed when running answers last had a step in it.
    var decodedAt = 0

    /// What one of its layers takes, by its own pace until a moment at which it came to a boundary.
    func layerTime(layerCount: Int, until moment: Timestamp) -> Duration {
        let own = moment - startedAt - nested
        return layers > 0 && own > .zero ? own / layers : predicted / layerCount
    }
}
