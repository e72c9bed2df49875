internal import ArgumentParser
internal import Foundation

/// When tables have colours.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
    /// On a terminal that knows colours, unless NO_COLOR is set.
    case auto
    case always
    case never

    /// Whether what is written has colours.
    func isOn(_ output: StandardOutput) -> Bool {
        isOn(isTerminal: output.isTerminal, environment: ProcessInfo.processInfo.environment)
    }

    /// The same for given surroundings.
    ///
    /// Source: no-color.org, which wants a value that is not empty.
    func isOn(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto:
            isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        }
    }
}
