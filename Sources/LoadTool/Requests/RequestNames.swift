/// Names of a run's requests, by which a server's logs can be searched: `load-` a number of the run `-` an index.
struct RequestNames: Sendable {
    /// Different in each run.
    let run: UInt64

    func name(_ index: Int) -> String { "load-\(String(run, radix: 36))-\(index)" }

    /// The index in a name of this run; `nil` for any other text.
    func index(of name: some StringProtocol) -> Int? {
        let start = "load-\(String(run, radix: 36))-"
        return name.hasPrefix(start) ? Int(name.dropFirst(start.count)) : nil
    }
}
