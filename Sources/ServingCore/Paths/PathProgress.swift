/// What an acknowledgement brought about.
struct PathProgress: Sendable {
    /// Whether the path became degraded or recovered.
    var healthChanged = false
    /// Whether there was a sample with nothing else on the sender's way out.
    var provesAlone = false

    var isEmpty: Bool { !healthChanged && !provesAlone }
}
