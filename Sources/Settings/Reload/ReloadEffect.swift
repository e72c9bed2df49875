/// What becomes of a key that has changed in a settings file while its process runs.
public enum ReloadEffect: Hashable, Sendable {
    /// The new value counts from the reload on.
    case live
    /// The old value counts until the process is started again.
    ///
    /// - Parameter reason: why, as the end of a sentence that begins with "because".
    case restart(reason: String)
}
