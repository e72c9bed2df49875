/// One setting as the program sees it.
public struct EffectiveSetting: Hashable, Sendable {
    /// Sections and key, as in `http.listen` or `http.api_keys[0].tenant`.
    public let path: String
    /// The value as YAML; `null` for a secret.
    public let text: String
    /// Where the value comes from.
    public let source: SettingSource
    /// Whether the value is not shown.
    public let isHidden: Bool
}
