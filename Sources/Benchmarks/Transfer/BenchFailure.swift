/// Why a measurement could not be made; the text carries what there is to know.
public struct BenchFailure: Error, CustomStringConvertible {
    /// A sentence for the person who started the benchmark.
    public let description: String

    init(_ description: String) { self.description = description }
}
