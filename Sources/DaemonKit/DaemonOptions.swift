public import ArgumentParser
public import Settings

/// What every daemon takes on its command line.
public struct DaemonOptions: ParsableArguments {
    @Option(help: "Settings file; configs/ has one with comments for each daemon.")
    var config: String

    @Option(name: .customLong("set"), help: "Override one setting: key.path=value. May be repeated.")
    var overrides: [String] = []

    @Flag(help: "Check the settings and exit.")
    var check = false

    @Flag(help: "Print the effective settings with their sources and exit.")
    var printConfig = false

    /// Parsed by the argument parser.
    public init() {}

    /// Reads the settings, and prints what was asked for.
    ///
    /// - Returns: the settings to start with; `nil` when they were only to be looked at.
    /// - Throws: ``SettingsError`` with every problem of the file.
    public func settings<Value: ReloadableSettings>(_: Value.Type) throws -> LoadedSettings<Value>? {
        let loaded = try Value.load(path: config, overrides: overrides)
        if printConfig { print(loaded.yaml, terminator: "") }
        if check { print("\(config): settings are valid") }
        return check || printConfig ? nil : loaded
    }
}
