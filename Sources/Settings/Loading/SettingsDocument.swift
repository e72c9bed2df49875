internal import Yams

/// A settings file as a tree, with overrides applied and the problems found on the way.
struct SettingsDocument {
    /// Name by which problems call the file.
    let fileName: String
    /// The top section.
    private(set) var root: SettingsNode
    /// What is wrong with its form.
    private(set) var problems: [SettingsProblem] = []

    /// Parses YAML and applies `key.path=value` overrides in order.
    init(text: String, fileName: String, overrides: [String]) throws(SettingsError) {
        self.fileName = fileName
        root = SettingsNode(content: .empty, source: .file(name: fileName, line: 1))
        do {
            if let node = try Yams.Parser(yaml: text, encoding: .utf8).singleRoot() {
                root = convert(node) { .file(name: fileName, line: $0) }
            }
        } catch {
            throw SettingsError(problems: [Self.syntaxProblem(error, fileName: fileName)])
        }
        if root.entries == nil {
            problems.append(
                SettingsProblem(
                    source: root.source,
                    text: "the file is \(root.shown); use lines of the form key: value"
                )
            )
            root.content = .empty
        }
        for override in overrides { apply(override) }
    }

    private mutating func apply(_ override: String) {
        let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, path.allSatisfy({ !$0.isEmpty }) else {
            let text = "--set \(override) is not an assignment; use --set key.path=value"
            problems.append(SettingsProblem(source: .commandLine, text: text))
            return
        }
        let value = overrideValue(String(parts[1]))
        if case .section = value.content {
            let text = "--set \(parts[0]) is a section; set its keys one by one"
            problems.append(SettingsProblem(source: .commandLine, text: text))
            return
        }
        root.set(path[...], to: value)
    }

    /// The value as YAML, so that lists can be given; as it stands where it is no YAML, like `[::1]:7400`.
    private mutating func overrideValue(_ text: String) -> SettingsNode {
        do {
            guard let node = try Yams.Parser(yaml: text, encoding: .utf8).singleRoot() else {
                return SettingsNode(content: .empty, source: .commandLine)
            }
            return convert(node) { _ in .commandLine }
        } catch {
            return SettingsNode(content: .scalar(text: text, isQuoted: false), source: .commandLine)
        }
    }

    private mutating func convert(_ node: Node, _ source: (Int) -> SettingSource) -> SettingsNode {
        let place = source(node.mark?.line ?? 1)
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            if isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
                return SettingsNode(content: .empty, source: place)
            }
            return SettingsNode(content: .scalar(text: scalar.string, isQuoted: !isPlain), source: place)
        case .sequence(let sequence):
            return SettingsNode(content: .list(sequence.map { convert($0, source) }), source: place)
        case .mapping(let mapping):
            var entries: [(key: String, keySource: SettingSource, node: SettingsNode)] = []
            for (key, value) in mapping {
                let keySource = source(key.mark?.line ?? 1)
                guard case .scalar(let word) = key else {
                    problems.append(
                        SettingsProblem(source: keySource, text: "a key is no word; use key: value")
                    )
                    continue
                }
                entries.append((word.string, keySource, convert(value, source)))
            }
            return SettingsNode(content: .section(entries), source: place)
        case .alias:
            // The parser puts the anchored value in place of an alias.
            return SettingsNode(content: .empty, source: place)
        }
    }

    private static func syntaxProblem(_ error: any Error, fileName: String) -> String {
        guard let error = error as? YamlError else { return "\(fileName): \(error)" }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return "\(fileName):\(mark.line): this is not YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, let context):
            let list = keys.sorted().joined(separator: ", ")
            return "\(fileName):\(context.mark.line): \(list) is given more than once; use it once"
        case .reader(let problem, _, _, _):
            return "\(fileName): this is not YAML: \(problem)"
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return "\(fileName): this is not YAML: \(error)"
        }
    }
}
