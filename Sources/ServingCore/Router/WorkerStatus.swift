import ServingTypes

/// What the router knows of one worker.
public struct WorkerStatus: Hashable, Sendable {
    /// What the worker said of itself.
    public var registration: WorkerRegistration
    /// Its last report; `nil` before the first.
    public var load: LoadReport?
    /// What this router has assigned to it and not seen finished.
    public var assigned: WorkerCharge
    /// Whether a report is missing and a full one was asked for.
    public var isResyncing: Bool
    /// When the last report came; `nil` before the first.
    public var reportedAt: Timestamp?
    /// Whether nothing new is placed on it.
    public var isCordoned: Bool
    /// How long its steps take, as far as it is known.
    public var cost: CostCoefficients
}
