/// Takes typed values out of a settings document and notes every problem, every key and every source on the
/// way.
struct SettingsReader {
    private let fileName: String
    let root: SettingsNode
    private let directory: String
    private let workingDirectory: String
    var problems: [SettingsProblem]
    private var effective: [EffectiveSetting] = []
    /// Every key that was asked for, in order; what is not among them is unknown.
    private(set) var keys: [String] = []
    /// Keys whose values are lists of sections.
    private(set) var sectionLists: [String] = []

    /// Starts with what is wrong with the document's form.
    init(document: SettingsDocument, directory: String, workingDirectory: String) {
        fileName = document.fileName
        root = document.root
        problems = document.problems
        self.directory = directory
        self.workingDirectory = workingDirectory
    }

    /// Reads a key that has a default: the present value.
    mutating func read<Value>(_ path: String, _ value: inout Value, _ kind: SettingKind<Value>) {
        let node = take(path)
        if let node, let given = parse(node, path, kind, advice: kind.advice) { value = given }
        show(path, kind.show(value), node)
    }

    /// Reads a key that may be absent: `none`, or no value at all where the word is `null`.
    mutating func readOptional<Value>(
        _ path: String,
        _ value: inout Value?,
        _ kind: SettingKind<Value>,
        none: String = "null"
    ) {
        let node = take(path)
        if let node {
            if isNone(node, none) {
                value = nil
            } else {
                let advice = none == "null" ? kind.advice : "\(kind.advice), or \(none)"
                if let given = parse(node, path, kind, advice: advice) { value = given }
            }
        }
        show(path, value.map(kind.show) ?? none, node)
    }

    /// Reads a key that must be there; the present value is only a placeholder.
    mutating func require<Value>(_ path: String, _ value: inout Value, _ kind: SettingKind<Value>) {
        let node = take(path)
        if let node {
            if let given = parse(node, path, kind, advice: kind.advice) { value = given }
        } else {
            noteMissing(path, "add \(kind.advice)")
        }
        show(path, kind.show(value), node)
    }

    /// Reads a list of scalars, which must be there if it may not be empty and has no default.
    mutating func readList<Value: Hashable>(
        _ path: String,
        _ values: inout [Value],
        _ kind: SettingKind<Value>,
        _ counts: ClosedRange<Int>
    ) {
        let node = take(path)
        if let node {
            if let given = elements(node, path, kind, counts) { values = given }
        } else if counts.lowerBound > values.count {
            noteMissing(path, "add a list such as [\(kind.advice)]")
        }
        show(path, "[" + values.map(kind.show).joined(separator: ", ") + "]", node)
    }

    /// Reads a section whose keys are names of the user's own; shown as one line, sorted by name.
    mutating func readTable<Value>(
        _ path: String,
        _ table: inout [String: Value],
        names: SettingKind<String>,
        _ kind: SettingKind<Value>,
        limit: Int
    ) {
        let node = take(path)
        if let node {
            if let entries = node.entries, entries.count <= limit {
                table = rows(entries, path, names, kind)
            } else {
                let given = node.entries.map { "a section of \($0.count) lines" } ?? node.shown
                note(path, "\(path) is \(given); use a section of at most \(limit) lines NAME: VALUE")
            }
        }
        let rows = table.sorted { $0.key < $1.key }.map { "\(names.show($0.key)): \(kind.show($0.value))" }
        show(path, "{" + rows.joined(separator: ", ") + "}", node)
    }

    /// The paths of the sections in a list, such as `http.api_keys[0]`.
    mutating func sections(_ path: String, limit: Int) -> [String] {
        guard let node = take(path) else {
            show(path, "[]", nil)
            return []
        }
        guard case .list(let items) = node.content, items.count <= limit else {
            note(path, "\(path) is \(node.shown); use a list of at most \(limit) sections")
            return []
        }
        if items.isEmpty { show(path, "[]", node) }
        sectionLists.append(path)
        return items.indices.filter { index in
            if case .section = items[index].content { return true }
            let text = "\(path)[\(index)] is \(items[index].shown); use a section"
            problems.append(SettingsProblem(source: items[index].source, text: text))
            return false
        }.map { "\(path)[\($0)]" }
    }

    /// Reads a secret whose value is never shown.
    mutating func readSecret(_ path: String, _ value: inout String?, _ kind: SettingKind<String>) {
        let node = take(path)
        if let node, !isNone(node, "null") {
            // The value itself must not get into a log.
            if case .scalar(let text, let isQuoted) = node.content,
                let given = kind.parse(scalar(text, isQuoted, node.source))
            {
                value = given
            } else {
                note(path, "\(path) is not usable; use \(kind.advice)")
            }
        }
        let source = node?.source ?? .standard
        let bytes = value.map { Array($0.utf8) }
        effective.append(
            EffectiveSetting(path: path, text: "null", source: source, isHidden: value != nil, secret: bytes)
        )
    }

    /// Remembers the content of the file that a key names, so that a change of it is seen.
    mutating func keepContent(_ content: [UInt8], of path: String) {
        guard let index = effective.lastIndex(where: { $0.path == path }) else { return }
        effective[index].secret = content
    }

    /// Notes a problem at the place of a key.
    mutating func note(_ path: String, _ text: String) {
        problems.append(SettingsProblem(source: source(of: path), text: text))
    }

    /// Whether the file or an override gives the key a value.
    func isSet(_ path: String) -> Bool {
        guard let node = find(path) else { return false }
        return !isNone(node, "null")
    }

    /// Where a key's value stands.
    func source(of path: String) -> SettingSource { find(path)?.source ?? .standard }

    /// Every value by its path, whatever is wrong: what counts where nothing is said.
    var texts: [String: String] { Dictionary(effective.map { ($0.path, $0.text) }) { $1 } }

    /// Every setting with its source, or every problem.
    consuming func finish() throws(SettingsError) -> [EffectiveSetting] {
        checkKeys(of: root, at: "")
        guard problems.isEmpty else {
            let sorted = problems.enumerated().sorted {
                ($0.element.source.rank, $0.offset) < ($1.element.source.rank, $1.offset)
            }
            let name = fileName
            throw SettingsError(problems: sorted.map { $0.element.description(fileName: name) })
        }
        return effective
    }
}

extension SettingsReader {
    /// Remembers the key and finds its value.
    private mutating func take(_ path: String) -> SettingsNode? {
        keys.append(path)
        return find(path)
    }

    private func find(_ path: String) -> SettingsNode? {
        var node = root
        for part in path.split(separator: ".") {
            let bracket = part.firstIndex(of: "[") ?? part.endIndex
            guard let next = node[key: String(part[..<bracket])] else { return nil }
            node = next
            guard bracket != part.endIndex else { continue }
            guard case .list(let items) = node.content,
                let index = Int(part[bracket...].dropFirst().dropLast())
            else { return nil }
            node = items[index]
        }
        return node
    }

    private func scalar(_ text: String, _ isQuoted: Bool, _ source: SettingSource) -> SettingScalar {
        let base = source == .commandLine ? workingDirectory : directory
        return SettingScalar(text: text, isQuoted: isQuoted, directory: base)
    }

    private mutating func parse<Value>(
        _ node: SettingsNode,
        _ path: String,
        _ kind: SettingKind<Value>,
        advice: String
    ) -> Value? {
        if case .scalar(let text, let isQuoted) = node.content,
            let value = kind.parse(scalar(text, isQuoted, node.source))
        {
            return value
        }
        problems.append(SettingsProblem(source: node.source, text: "\(path) is \(node.shown); use \(advice)"))
        return nil
    }

    private mutating func elements<Value: Hashable>(
        _ node: SettingsNode,
        _ path: String,
        _ kind: SettingKind<Value>,
        _ counts: ClosedRange<Int>
    ) -> [Value]? {
        guard case .list(let items) = node.content else {
            note(path, "\(path) is \(node.shown); use a list such as [\(kind.advice)]")
            return nil
        }
        guard counts.contains(items.count) else {
            note(path, "\(path) has \(items.count) entries; use \(counts.lowerBound) to \(counts.upperBound)")
            return nil
        }
        var values: [Value] = []
        for (index, item) in items.enumerated() {
            let place = "\(path)[\(index)]"
            guard let value = parse(item, place, kind, advice: kind.advice) else { continue }
            if values.contains(value) {
                let text = "\(place) is \(item.shown), which the list has already; use it once"
                problems.append(SettingsProblem(source: item.source, text: text))
            }
            values.append(value)
        }
        return values
    }

    private mutating func rows<Value>(
        _ entries: [(key: String, keySource: SettingSource, node: SettingsNode)],
        _ path: String,
        _ names: SettingKind<String>,
        _ kind: SettingKind<Value>
    ) -> [String: Value] {
        var table: [String: Value] = [:]
        for (key, keySource, node) in entries {
            // A name is text whether or not it looks like a number.
            if names.parse(SettingScalar(text: key, isQuoted: true, directory: directory)) == nil {
                let text = "\(path) has a line for \"\(key.prefix(60))\"; use \(names.advice)"
                problems.append(SettingsProblem(source: keySource, text: text))
            }
            table[key] = parse(node, "\(path).\(key)", kind, advice: kind.advice) ?? table[key]
        }
        return table
    }

    private func isNone(_ node: SettingsNode, _ none: String) -> Bool {
        switch node.content {
        case .empty: none == "null"
        case .scalar(let text, let isQuoted): !isQuoted && text == none
        case .list, .section: false
        }
    }

    private mutating func noteMissing(_ path: String, _ advice: String) {
        guard !isBlocked(path) else { return }
        let inside = path.split(separator: ".").dropLast().joined(separator: ".")
        let place = inside.contains("[") ? source(of: inside) : .standard
        problems.append(SettingsProblem(source: place, text: "\(path) is missing; \(advice)"))
    }

    /// Whether something that is no section stands where the key's section should, which is a problem of its
    /// own.
    private func isBlocked(_ path: String) -> Bool {
        var section = path.split(separator: ".").dropLast()
        while !section.isEmpty {
            if let node = find(section.joined(separator: ".")), node.entries == nil { return true }
            section.removeLast()
        }
        return false
    }

    private mutating func show(_ path: String, _ text: String, _ node: SettingsNode?) {
        let source = node?.source ?? .standard
        effective.append(EffectiveSetting(path: path, text: text, source: source, isHidden: false))
    }
}
