/// Why a file cannot be used.
struct FileProblem: Error, Hashable {
    /// The system's or our own words.
    let reason: String
}
