/// Why a test cluster did not do what a test waited for; the message carries what there is to know.
struct ClusterError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
