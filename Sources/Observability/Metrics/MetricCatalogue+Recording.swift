/// What a router shows of the decisions that it keeps in a file.
extension MetricCatalogue {
    static let recording = [recordingActive, decisionsRecorded, decisionsLost]

    static let recordingActive = MetricDescriptor(
        "baton_recording_active",
        .gauge,
        of: .router,
        "Whether decisions are written to recording.path: 0 when none is set, and after a write that failed."
    )
    static let decisionsRecorded = MetricDescriptor(
        "baton_decisions_recorded_total",
        .counter,
        of: .router,
        "Requests whose decisions were written to recording.path."
    )
    static let decisionsLost = MetricDescriptor(
        "baton_decisions_dropped_total",
        .counter,
        of: .router,
        "Requests whose decisions were to be written and were not, by reason.",
        labels: [MetricLabel("reason", DecisionLoss.self)]
    )
}
