internal import Foundation

/// A command that goes on until it is told to end was told to.
struct Ending: Error, Hashable {
    let status: ExitStatus

    /// The end by a signal.
    init(signal: Int32) { status = signal == SIGINT || signal == SIGQUIT ? .interrupted : .terminated }
}
