internal import Foundation

/// What a command reads keys from.
enum StandardInput {
    /// Whether a person types there.
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
