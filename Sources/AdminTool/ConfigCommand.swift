internal import ArgumentParser

/// `batonctl config`: what processes run by, and how to change it.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings of a router or worker, or let it read them again.",
        subcommands: [Show.self, Reload.self]
    )

    /// `line 12` for a line of the file that the document names, `--set` for the command line.
    static func place(_ source: String, file: String) -> String {
        if source == "command line" { return "--set" }
        return source.hasPrefix(file + ":") ? "line " + source.dropFirst(file.count + 1) : source
    }
}
