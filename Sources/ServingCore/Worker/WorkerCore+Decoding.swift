import ServingTypes

/// Which running answers take part in the next step.
extension WorkerCore {
    /// One token for each, in order of admission.
    func decodeEntries() -> [StepPlan.Entry] {
        decoding.prefix(settings.maxRunning).compactMap { entry(of: $0, tokens: 1) }
    }
}
