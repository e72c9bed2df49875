/// Settings that were read and found valid, with the source of every value.
public struct LoadedSettings<Value: Sendable>: Sendable {
    /// The settings.
    public let value: Value
    /// Every key in the order of the documentation.
    public let effective: [EffectiveSetting]
    /// The file they come from, as it was named.
    public let path: String
    /// What was said beside the file: `key.path=value` each.
    public let overrides: [String]

    /// The effective settings as YAML, each line with the source of its value: what `--print-config` shows.
    ///
    /// Paths are absolute, and secrets are `null`, so the text can be shown around and, without secrets,
    /// loaded again.
    public var yaml: String { SettingsPrinter.yaml(effective) }
}

extension LoadedSettings where Value: ReadableSettings {
    /// Reads a file and applies overrides.
    ///
    /// - Parameter overrides: `key.path=value` each; the last one for a key counts. Relative paths in them
    ///   start at the working directory, those in the file at the file's directory.
    static func load(path: String, overrides: [String]) throws(SettingsError) -> LoadedSettings {
        let text: String
        do throws(FileProblem) {
            text = try SmallFile.text(at: path)
        } catch {
            throw SettingsError(problems: ["\(path): cannot be read: \(error.reason)"])
        }
        let directory = FilePath.directory(of: path)
        return try parse(
            text,
            fileName: path,
            directory: directory,
            overrides: overrides,
            workingDirectory: FilePath.workingDirectory
        )
    }

    /// Reads the text of a file; see ``load(path:overrides:)``.
    static func parse(
        _ text: String,
        fileName: String,
        directory: String,
        overrides: [String],
        workingDirectory: String
    ) throws(SettingsError) -> LoadedSettings {
        let document = try SettingsDocument(text: text, fileName: fileName, overrides: overrides)
        var reader = SettingsReader(
            document: document,
            directory: directory,
            workingDirectory: workingDirectory
        )
        let value = Value(reading: &reader)
        var effective = try reader.finish()
        let defaults = try defaults()
        for index in effective.indices {
            effective[index].isDefault = defaults[effective[index].path] == effective[index].text
        }
        return LoadedSettings(value: value, effective: effective, path: fileName, overrides: overrides)
    }

    /// The values that count when nobody says anything, by path.
    private static func defaults() throws(SettingsError) -> [String: String] {
        let nothing = try SettingsDocument(text: "", fileName: "", overrides: [])
        var reader = SettingsReader(document: nothing, directory: "/", workingDirectory: "/")
        _ = Value(reading: &reader)
        return reader.texts
    }
}
