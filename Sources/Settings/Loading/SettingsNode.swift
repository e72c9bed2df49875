/// One value of a settings file with the place it comes from.
struct SettingsNode {
    /// What stands there.
    enum Content {
        case empty
        case scalar(text: String, isQuoted: Bool)
        case list([SettingsNode])
        case section([(key: String, keySource: SettingSource, node: SettingsNode)])
    }

    /// What stands there.
    var content: Content
    /// Where it stands.
    var source: SettingSource

    /// How a problem names the value; long and secret-looking text is not repeated in full.
    var shown: String {
        switch content {
        case .empty: "empty"
        case .scalar("", _): "empty"
        case .scalar(let text, let isQuoted):
            isQuoted ? "\"\(text.prefix(60))\"" : String(text.prefix(60))
        case .list: "a list"
        case .section: "a section"
        }
    }

    /// The entries of a section; `nil` for anything else, none for an empty value.
    var entries: [(key: String, keySource: SettingSource, node: SettingsNode)]? {
        switch content {
        case .section(let entries): entries
        case .empty: []
        case .scalar, .list: nil
        }
    }

    /// The value of a key of a section.
    subscript(key key: String) -> SettingsNode? {
        entries?.first { $0.key == key }?.node
    }

    /// Puts a value at a path of keys, making sections on the way; leaves anything that is no section as it
    /// is.
    mutating func set(_ path: ArraySlice<String>, to value: SettingsNode) {
        guard let key = path.first else {
            self = value
            return
        }
        guard var entries else { return }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].node.set(path.dropFirst(), to: value)
        } else {
            var node = SettingsNode(content: .empty, source: value.source)
            node.set(path.dropFirst(), to: value)
            entries.append((key, value.source, node))
        }
        content = .section(entries)
    }
}
