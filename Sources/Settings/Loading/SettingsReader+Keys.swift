extension SettingsReader {
    /// Notes every key that was never asked for, and values where sections should be.
    mutating func checkKeys(of section: SettingsNode, at prefix: String) {
        for (key, keySource, node) in section.entries ?? [] {
            let path = prefix.isEmpty ? key : "\(prefix).\(key)"
            if key.contains(where: { ".[".contains($0) }) {
                // As a path it would look like another key.
                noteUnknown(key, path, in: prefix, keySource)
            } else if sectionLists.contains(path), case .list(let items) = node.content {
                for (index, item) in items.enumerated() { checkKeys(of: item, at: "\(path)[\(index)]") }
            } else if keys.contains(path) {
                continue
            } else if keys.contains(where: { $0.hasPrefix(path + ".") }) {
                checkSection(node, at: path)
            } else {
                noteUnknown(key, path, in: prefix, keySource)
            }
        }
    }

    private mutating func checkSection(_ node: SettingsNode, at path: String) {
        guard node.entries == nil else { return checkKeys(of: node, at: path) }
        let names = siblings(in: path).joined(separator: ", ")
        let text = "\(path) is \(node.shown); use a section with keys out of \(names)"
        problems.append(SettingsProblem(source: node.source, text: text))
    }

    private mutating func noteUnknown(
        _ key: String,
        _ path: String,
        in prefix: String,
        _ source: SettingSource
    ) {
        let text =
            key.contains(".")
            ? "\(path) is unknown, because of the dot; write a section and below it, indented, its key"
            : "\(path) is unknown; the nearest key is \(nearest(to: key, in: prefix))"
        problems.append(SettingsProblem(source: source, text: text))
    }

    /// The sibling with the most similar name, or a key of that very name in another section.
    private func nearest(to key: String, in prefix: String) -> String {
        let names = siblings(in: prefix)
        let distances = names.map { KeyDistance.between(key, $0) }
        let best = distances.min() ?? .max
        if best > 2, let elsewhere = keys.first(where: { $0.hasSuffix("." + key) }) { return elsewhere }
        let name = zip(names, distances).first { $0.1 == best }?.0 ?? key
        return prefix.isEmpty ? name : "\(prefix).\(name)"
    }

    /// The keys and sections right below a section, in order.
    private func siblings(in prefix: String) -> [String] {
        let start = prefix.isEmpty ? "" : prefix + "."
        var names: [String] = []
        for key in keys where key.hasPrefix(start) {
            let name = String(key.dropFirst(start.count).prefix { $0 != "." && $0 != "[" })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
