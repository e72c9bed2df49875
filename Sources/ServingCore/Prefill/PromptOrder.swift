import ServingTypes

/// Who goes first within a class: urgency, then the time by which a prompt must start, then arrival.
///
/// A prompt that has waited for its priority's patience counts as interactive and within its tenant's share, so that none
/// starves. The time to start
/// is the deadline less the prompt's service; a prompt without a deadline must start when its patience ends, so
/// that those without a promise go in order of arrival, and late ones of them before early promises.
struct PromptOrder: Hashable, Sendable {
    var batchPatience: Duration
    var bestEffortPatience: Duration
    /// Within which time an interactive prompt without a deadline is taken to be due.
    static let interactivePatience = Duration.seconds(10)

    /// The urgency that counts now.
    func urgency(of prompt: PromptCandidate, now: Timestamp) -> RequestUrgency {
        let isPatient = now - prompt.arrivedAt < patience(prompt.urgency.priority)
        return isPatient ? prompt.urgency : RequestUrgency(.interactive)
    }

    /// When a prompt must start.
    func startLimit(of prompt: PromptCandidate, model: PrefillModel) -> Timestamp {
        guard let dueAt = prompt.dueAt else { return prompt.arrivedAt + patience(prompt.urgency.priority) }
        return Timestamp(nanoseconds: dueAt.nanoseconds - model.serviceTime(prompt).nanoseconds)
    }

    private func patience(_ priority: RequestPriority) -> Duration {
        switch priority {
        case .interactive: Self.interactivePatience
        case .batch: batchPatience
        case .bestEffort: bestEffortPatience
        }
    }
}
