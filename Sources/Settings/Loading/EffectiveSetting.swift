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
    /// Whether the value is the one that counts when nobody says anything.
    public internal(set) var isDefault = false
    /// What is hidden, or the content of a file that the value names: to see that it changed, never to be shown.
    var secret: [UInt8]?

    /// The key without the places of list entries: `http.api_keys` for `http.api_keys[0].tenant`.
    public var key: String { String(path.prefix { $0 != "[" }) }
}
