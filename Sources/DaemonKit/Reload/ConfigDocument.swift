internal import Settings

/// What a process runs by, for people: every setting with its source, no secret among them.
public struct ConfigDocument: Codable, Equatable, Sendable {
    /// One setting.
    public struct Setting: Codable, Equatable, Sendable {
        /// Sections and key, as in `http.listen` or `http.api_keys[0].tenant`.
        public var key: String
        /// As YAML; `null` for a secret.
        public var value: String
        /// `default`, `FILE:LINE` or `command line`.
        public var source: String
        /// Whether the value is what counts when nobody says anything.
        public var isDefault: Bool
        /// Whether the value is a secret.
        public var isHidden: Bool
        /// Whether another value counts from a reload on, not only from the next start.
        public var isLive: Bool
    }

    /// Name of the process, as in its certificate.
    public var process: String
    /// The file that it was started with.
    public var file: String
    /// In the order of the documentation.
    public var settings: [Setting]

    init<Value: ReloadableSettings>(_ loaded: LoadedSettings<Value>, process: String) {
        self.process = process
        file = loaded.path
        settings = loaded.effective.map { setting in
            Setting(
                key: setting.path,
                value: setting.text,
                source: "\(setting.source)",
                isDefault: setting.isDefault,
                isHidden: setting.isHidden,
                isLive: Value.reloadEffect(of: setting.key) == .live
            )
        }
    }
}
