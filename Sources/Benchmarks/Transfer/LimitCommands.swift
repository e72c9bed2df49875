public import ArgumentParser
internal import Foundation

/// `baton-bench limit-receive`: one end of the plain C transfer that other subcommands start.
public struct LimitReceiveCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(commandName: "limit-receive", shouldDisplay: false)

    @Argument(help: "Settings as JSON.")
    var settings: String

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func run() throws {
        try LimitProcess.receive(JSONDecoder().decode(LimitProcess.Settings.self, from: Data(settings.utf8)))
    }
}

/// `baton-bench limit-send`: the other end.
public struct LimitSendCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(commandName: "limit-send", shouldDisplay: false)

    @Argument(help: "Settings as JSON.")
    var settings: String

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func run() throws {
        try LimitProcess.send(JSONDecoder().decode(LimitProcess.Settings.self, from: Data(settings.utf8)))
    }
}
