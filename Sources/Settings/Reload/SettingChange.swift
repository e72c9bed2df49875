/// One key whose value in the file is no longer the one that counts.
public struct SettingChange: Hashable, Sendable {
    /// The key; a list of sections is one.
    public let key: String
    /// The value before, as YAML; how many there were of a list of sections, "not shown" for a secret.
    public let old: String
    /// The value in the file, in the same form.
    public let new: String
    /// Where the new value stands.
    public let source: SettingSource
    /// What becomes of it.
    public let effect: ReloadEffect
}
