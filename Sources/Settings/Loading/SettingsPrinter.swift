/// Writes effective settings as YAML with the source of each value.
enum SettingsPrinter {
    /// Nested sections in the given order; neighbours share their sections.
    static func yaml(_ settings: [EffectiveSetting]) -> String {
        var output = ""
        var previous: [Substring] = []
        for setting in settings {
            let parts = parts(of: setting.path)
            let shared = zip(previous, parts.dropLast()).prefix { $0 == $1 }.count
            var dash = false
            for depth in shared..<parts.count - 1 {
                if parts[depth].hasPrefix("[") {
                    dash = true
                } else {
                    output += indent(depth, dash) + parts[depth] + ":\n"
                    dash = false
                }
            }
            let depth = parts.count - 1
            let note = setting.isHidden ? "\(setting.source), not shown" : "\(setting.source)"
            output += indent(depth, dash) + "\(parts[depth]): \(setting.text)  # \(note)\n"
            previous = Array(parts.dropLast())
        }
        return output
    }

    private static func indent(_ depth: Int, _ dash: Bool) -> String {
        dash
            ? String(repeating: "  ", count: depth - 1) + "- " : String(repeating: "  ", count: depth)
    }

    /// `a.b[0].c` as `a`, `b`, `[0]`, `c`.
    private static func parts(of path: String) -> [Substring] {
        path.split(separator: ".").flatMap { part -> [Substring] in
            guard let bracket = part.firstIndex(of: "[") else { return [part] }
            return [part[..<bracket], part[bracket...]]
        }
    }
}
