/// A GGUF file that cannot be opened, trusted or used, and why.
public struct GGUFError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as the caller named it.
    public let path: String
    /// What is wrong with it.
    public let problem: GGUFProblem

    /// Names the file a problem was found in.
    public init(path: String, problem: GGUFProblem) {
        self.path = path
        self.problem = problem
    }

    /// The path, then a sentence with numbers and what to do.
    public var description: String { "\(path): \(problem)" }
}
