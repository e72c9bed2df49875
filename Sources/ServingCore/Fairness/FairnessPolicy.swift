/// In which order waiting requests get their places.
public enum FairnessPolicy: String, Hashable, Sendable, CaseIterable {
    /// By class, then by the tenants' deficits, then by the longest prefix hit; workers get little ahead.
    case fair
    /// In order of arrival, as soon as a worker has room.
    case fcfs
}
