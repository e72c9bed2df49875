internal import ArgumentParser
internal import Foundation
internal import Workload

/// What every subcommand does with an error: one sentence on standard error and an exit status that says of what kind.
enum CommandFailure {
    /// Exit status of a run in which no request was answered.
    static let nothingAnswered: Int32 = 1

    /// Carries out a command.
    ///
    /// - Throws: `ExitCode`, or what the argument parser explains itself.
    static func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as LoadToolError {
            say("\(error)")
            throw ExitCode(error.exitStatus)
        } catch let error as WorkloadError {
            say("\(error)")
            throw ExitCode(LoadToolError.badOption("", "").exitStatus)
        }
    }

    /// Writes a sentence to standard error.
    static func say(_ text: String) {
        FileHandle.standardError.write(Data("baton-load: \(text)\n".utf8))
    }
}
