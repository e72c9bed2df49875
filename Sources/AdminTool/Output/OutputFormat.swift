internal import ArgumentParser

/// How a command writes what it shows.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case table
    /// For programs: one object with sorted keys.
    case json
    /// The same object.
    case yaml

    /// Reads the word of an option; `text` is another word for a table.
    init?(argument: String) { self.init(rawValue: argument == "text" ? "table" : argument) }
}
