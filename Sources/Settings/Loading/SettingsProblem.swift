/// One thing that is wrong, and where.
struct SettingsProblem {
    /// The line or override; `.standard` for what is missing.
    let source: SettingSource
    /// The sentence without its place.
    let text: String

    /// `<file>:<line>: <text>`.
    func description(fileName: String) -> String {
        source == .standard ? "\(fileName): \(text)" : "\(source): \(text)"
    }
}
