/// Settings by key path, written as YAML.
enum SettingsText {
    /// Sections are nested, keys sorted; values are YAML already.
    static func yaml(_ settings: [String: String]) -> String { yaml(settings, indent: "") }

    private static func yaml(_ settings: [String: String], indent: String) -> String {
        var values: [String: String] = [:]
        var sections: [String: [String: String]] = [:]
        for (path, value) in settings {
            if let dot = path.firstIndex(of: ".") {
                sections[String(path[..<dot]), default: [:]][String(path[path.index(after: dot)...])] = value
            } else {
                values[path] = value
            }
        }
        let lines = values.sorted(by: <).map { "\(indent)\($0.key): \($0.value)\n" }
        let nested = sections.sorted { $0.key < $1.key }.map { name, section in
            "\(indent)\(name):\n" + yaml(section, indent: indent + "  ")
        }
        return (lines + nested).joined()
    }
}
