/// Settings of which a part can change while their process runs.
public protocol ReloadableSettings: Sendable {
    /// Keys whose new values count from a reload on; a list of sections is one key.
    static var liveKeys: Set<String> { get }

    /// Keys whose values count until the next start, and why.
    static var restartKeys: [String: String] { get }

    /// Reads a file and applies overrides.
    static func load(path: String, overrides: [String]) throws(SettingsError) -> LoadedSettings<Self>

    /// These settings with the live ones of `new`.
    func adopting(_ new: Self) -> Self
}

extension ReloadableSettings {
    /// What a change of a key does; `nil` for a key that there is not.
    ///
    /// - Parameter key: without the places of list entries, as ``EffectiveSetting/key``.
    public static func reloadEffect(of key: String) -> ReloadEffect? {
        if liveKeys.contains(key) { return .live }
        return restartKeys[key].map { .restart(reason: $0) }
    }
}
